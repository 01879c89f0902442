"""PutObject of 1 MiB, durable when acknowledged: its payload signed, and unsigned; and parts of one upload that come at once."""

import hashlib
import os
import pathlib
import time

from bench import load, millrace, objects, processes
from bench.load import Shape, Target
from bench.result import Check, Result
from support.raw import request

TITLE = "`PutObject` 1 MiB"
CONNECTIONS = 8
SIZE = 1024 * 1024
PARTS, PART_SIZE = 2, 8 * 1024 * 1024


def measure(place: pathlib.Path, shape: Shape) -> Result:
    content = os.urandom(SIZE)
    with millrace.started(place / "millrace") as ours:
        bucket = ours.root.bucket()

        def put(name: str, digest: str) -> Target:
            asked = request(ours.caller, "s3", "PUT", f"/{bucket}/{name}", content, {"X-Amz-Content-SHA256": digest})
            return Target(f"{millrace.NAME}, {name}", ours.url, [asked], [ours.process])

        targets = [put("unsigned", "UNSIGNED-PAYLOAD"), put("signed", hashlib.sha256(content).hexdigest())]
        unsigned, signed = load.compare(targets, CONNECTIONS, shape)
        spread = hashed_beside(ours, bucket, shape)
    floor = hashing_ms(content, hashlib.md5)
    note = f"floor: MD5 of 1 MiB, which the ETag is, takes {floor:.2f} ms here; SHA-256 {hashing_ms(content, hashlib.sha256):.2f} ms"
    checks = [Check("CPU, unsigned payload", unsigned.cpu_us / 1000, 2.2, "ms"), Check("CPU, signed payload", signed.cpu_us / 1000, 2.9, "ms")]
    checks.append(Check(f"{PARTS} parts of one upload at once: CPU of all threads over that of the busiest", spread, 1.8, at_least=True))
    return Result(checks, [unsigned, signed], [note])


def hashed_beside(ours: millrace.Millrace, bucket: str, shape: Shape) -> float:
    """Near 1 where one thread hashes what comes, PARTS and more where each part has its own."""
    upload = ours.root.client("s3").create_multipart_upload(Bucket=bucket, Key="parts")["UploadId"]
    content = os.urandom(PART_SIZE)
    paths = [f"/{bucket}/parts?partNumber={number + 1}&uploadId={upload}" for number in range(PARTS)]
    target = Target(millrace.NAME, ours.url, [objects.put(ours.caller, path, content, signed=False) for path in paths], [ours.process])
    before = processes.thread_ms(ours.process)
    load.run(target, PARTS, shape.seconds)
    used = [now - before.get(thread, 0) for thread, now in processes.thread_ms(ours.process).items()]
    return sum(used) / max(used)


def hashing_ms(content: bytes, algorithm, times: int = 50) -> float:
    began = time.process_time()
    for _ in range(times):
        algorithm(content).digest()
    return (time.process_time() - began) / times * 1000
