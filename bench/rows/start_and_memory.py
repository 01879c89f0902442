"""How soon a server on a filled folder answers its first request, and what memory it holds: idle, and after every part was used."""

import pathlib
import statistics
import subprocess
import time
import urllib.request

from bench import data, endpoint, load, millrace, processes
from bench.load import Shape, Target
from bench.result import Check, Result
from bench.rows.create import CONNECTIONS, Creates
from support import server as servers
from support.raw import json_request
from support.training import Training

TITLE = "start to first answered request, 1,000 stored resources; resident memory of the server"
RESOURCES = 1000
START_SECONDS = 10
SETTLE_SECONDS = 1


def measure(place: pathlib.Path, shape: Shape) -> Result:
    folder = place / "millrace"
    with millrace.started(folder) as ours:
        fill(ours)
        account = ours.root
    starts = [first_answer_ms(folder, account) for _ in range(3 * shape.rounds)]
    with millrace.started(folder) as ours:
        time.sleep(SETTLE_SECONDS)
        idle = processes.resident_mb(ours.process)
        use_every_part(ours, place)
        used = processes.resident_mb(ours.process)
    checks = [
        Check("start to first signed answer", statistics.median(wall for wall, _ in starts), 50, "ms"),
        Check("memory idle", idle, 30, "MB"),
        Check("memory after every part was used", used, 60, "MB"),
    ]
    walls, cpu = ", ".join(f"{wall:.0f}" for wall, _ in starts), statistics.median(used for _, used in starts)
    return Result(checks, notes=[f"starts: {walls} ms; the server's CPU time until the answer: {cpu:.0f} ms"])


def fill(ours: millrace.Millrace) -> None:
    """The names come round until all have been asked for; those that are there are refused."""
    creates = Creates(ours)
    target = Target(millrace.NAME, ours.url, creates.signed(RESOURCES), [ours.process], wants_success=False)
    while load.run(target, CONNECTIONS, 1).per_second > 0:
        pass


def first_answer_ms(folder: pathlib.Path, account) -> tuple[float, float]:
    """From the start of the process to the end of the first answer: wall, and the server's CPU time.

    It is asked again every half millisecond until it answers."""
    port = processes.free_port()
    account.server.url = f"http://127.0.0.1:{port}"
    signed = json_request(account, "sagemaker", "DescribeModel", {"ModelName": "model-500"})
    asked = urllib.request.Request(f"{account.server.url}/", signed.body, signed.headers, method="POST")
    command = [*processes.ENDS_WITH_US, servers.PROGRAM, "serve", "--data", folder, "--port", str(port)]
    began = time.perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while time.perf_counter() - began < START_SECONDS:
            try:
                with urllib.request.urlopen(asked, timeout=5) as reply:
                    reply.read()
                return (time.perf_counter() - began) * 1000, processes.running_ms(process.pid)
            except urllib.error.URLError as error:
                if not isinstance(error.reason, ConnectionRefusedError):
                    raise
                time.sleep(0.0005)
        raise TimeoutError(f"the server did not answer within {START_SECONDS} s")
    finally:
        processes.end(process)


def use_every_part(ours: millrace.Millrace, place: pathlib.Path) -> None:
    """Each service and engine once, with work of ordinary size."""
    root = ours.root
    training = Training(root)
    training.run("used")
    training.log("used")
    training.s3.get_object(Bucket=training.bucket, Key="data/train/train.csv")["Body"].read()
    training.s3.list_objects_v2(Bucket=training.bucket)
    root.client("sts").get_caller_identity()
    root.client("iam").list_roles()
    root.client("cloudwatch").list_metrics()
    endpoint.serve(ours, data.model(place))
    row = data.csv(data.rows(1)[0])
    runtime = root.client("sagemaker-runtime")
    for _ in range(100):
        runtime.invoke_endpoint(EndpointName=endpoint.ENDPOINT, Body=row, ContentType="text/csv")["Body"].read()
