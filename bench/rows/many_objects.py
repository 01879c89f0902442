"""Ten million objects of 100 bytes, brought in by `millrace load`: what a row costs on the disk, the start, and lists of a thousand."""

import os
import pathlib
import statistics
import subprocess
import time
import urllib.error
import urllib.request

from bench import load, many, millrace, processes
from bench.load import Shape, Target
from bench.result import Check, Result
from support import server as servers
from support.account import Account
from support.raw import request

TITLE = "10 million objects of 100 bytes, loaded by `millrace load`"
COUNT, QUICK_COUNT = 10_000_000, 300_000
FEW = 10_000  # as many as have a prefix in common
STARTS = 5
START_SECONDS = 60


def measure(place: pathlib.Path, shape: Shape) -> Result:
    count = COUNT if shape.rounds > 1 else QUICK_COUNT
    folder = place / "millrace"
    with millrace.started(folder) as ours:
        account, caller = ours.root, ours.caller
        large, small = account.bucket(), account.bucket()
    seconds, cpu, peak_mb = loaded(folder, large, count)
    row_bytes = os.path.getsize(folder / "millrace.db") / count
    loaded(folder, small, FEW)
    starts = [first_answer_ms(folder, caller, large) for _ in range(STARTS)]
    with millrace.started(folder) as ours:
        # The users are those of the first start.
        caller.server.url = ours.url
        targets = [
            listed(ours, caller, f"1,000 keys of {count:,}", large, many.key(count // 2).rpartition("/")[0] + "/"),
            listed(ours, caller, f"1,000 keys of {FEW:,}", small, many.key(0).rpartition("/")[0] + "/"),
            listed(ours, caller, f"{min(1000, count // FEW):,} common prefixes of {count:,} keys", large, "data/"),
        ]
        figures = load.compare(targets, 1, shape)
    keys, of_few, prefixes = figures
    checks = [
        Check("metadata of an object on the disk", row_bytes, 400, "B"),
        Check("start to first signed answer", statistics.median(starts), 1000, "ms"),
        Check("list of 1,000 keys with prefix and delimiter", keys.median_us / 1000, 10, "ms"),
        Check("list of 1,000 common prefixes", prefixes.median_us / 1000, 10, "ms"),
        Check(f"CPU of a list over that of a bucket of {FEW:,}", keys.cpu_us / of_few.cpu_us, 1.25),
    ]
    walls = ", ".join(f"{wall:.0f}" for wall in starts)
    notes = [
        f"loaded in {seconds:.0f} s, {cpu:.0f} s of CPU time, peak {peak_mb:.0f} MB; {count / cpu:,.0f} objects a CPU second, each batch durable",
        f"starts: {walls} ms; {count:,} objects measured",
    ]
    return Result(checks, figures, notes)


def loaded(data: pathlib.Path, bucket: str, count: int) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds and peak memory of the program that reads the archive."""
    command = [servers.PROGRAM, "load", "--data", data, "-", f"s3://{bucket}"]
    began = time.perf_counter()
    process = subprocess.Popen([*processes.ENDS_WITH_US, *map(str, command)], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    many.write(process.stdin, count)
    process.stdin.close()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"millrace load ended with {process.returncode}")
    return time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def first_answer_ms(folder: pathlib.Path, caller: Account, bucket: str) -> float:
    """From the start of the process to the end of the answer to a signed GetObject; asked again until it answers."""
    port = processes.free_port()
    caller.server.url = f"http://127.0.0.1:{port}"
    signed = request(caller, "s3", "GET", f"/{bucket}/{many.key(1)}")
    asked = urllib.request.Request(caller.server.url + signed.target, None, signed.headers)
    command = [*processes.ENDS_WITH_US, servers.PROGRAM, "serve", "--data", folder, "--port", str(port)]
    began = time.perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while time.perf_counter() - began < START_SECONDS:
            try:
                with urllib.request.urlopen(asked, timeout=5) as reply:
                    reply.read()
                return (time.perf_counter() - began) * 1000
            except urllib.error.URLError as error:
                if not isinstance(error.reason, ConnectionRefusedError):
                    raise
                time.sleep(0.0005)
        raise TimeoutError(f"the server did not answer within {START_SECONDS} s")
    finally:
        processes.end(process)


def listed(ours: millrace.Millrace, caller: Account, name: str, bucket: str, prefix: str) -> Target:
    escaped = prefix.replace("/", "%2F")
    asked = request(caller, "s3", "GET", f"/{bucket}?delimiter=%2F&list-type=2&prefix={escaped}")
    return Target(f"{millrace.NAME}, {name}", ours.url, [asked], [ours.process])
