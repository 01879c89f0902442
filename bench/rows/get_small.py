"""GetObject of 4 KiB with its signature checked, beside nginx sending the same bytes from a file."""

import os
import pathlib

from bench import load, millrace
from bench.load import Shape, Target
from bench.peers import nginx
from bench.result import Check, Result
from support.raw import request

TITLE = "`GetObject` 4 KiB, signature checked"
CONNECTIONS = 32
SIZE = 4096


def measure(place: pathlib.Path, shape: Shape) -> Result:
    content = os.urandom(SIZE)
    with millrace.started(place / "millrace") as ours, nginx.started(place / "nginx") as ceiling:
        bucket = ours.root.bucket()
        ours.root.client("s3").put_object(Bucket=bucket, Key="object", Body=content)
        asked = request(ours.caller, "s3", "GET", f"/{bucket}/object")
        targets = [Target(millrace.NAME, ours.url, [asked], [ours.process]), ceiling.sends(content)]
        mine, theirs = load.compare(targets, CONNECTIONS, shape)
    checks = [
        Check("CPU a request", mine.cpu_us, 20, "us"),
        Check("requests/s over nginx (static file)", mine.per_second / theirs.per_second, 0.35, at_least=True),
    ]
    return Result(checks, [mine, theirs])
