"""GetObject of 64 MiB with its signature checked, beside nginx's sendfile."""

import os
import pathlib

from bench import load, millrace
from bench.load import Shape, Target
from bench.peers import nginx
from bench.result import Check, Result
from support.raw import request

TITLE = "`GetObject` 64 MiB, signature checked"
CONNECTIONS = 4
SIZE = 64 * 1024 * 1024


def measure(place: pathlib.Path, shape: Shape) -> Result:
    content = os.urandom(SIZE)
    with millrace.started(place / "millrace") as ours, nginx.started(place / "nginx") as ceiling:
        bucket = ours.root.bucket()
        ours.root.client("s3").put_object(Bucket=bucket, Key="object", Body=content)
        asked = request(ours.caller, "s3", "GET", f"/{bucket}/object")
        targets = [Target(millrace.NAME, ours.url, [asked], [ours.process]), ceiling.sends(content)]
        # Few requests fit into a second, so single rounds are coarse.
        longer = Shape(seconds=shape.seconds + 1, rounds=shape.rounds + 2)
        mine, theirs = load.compare(targets, CONNECTIONS, longer)
    ratio = mine.per_second / theirs.per_second
    return Result([Check("requests/s over nginx (sendfile)", ratio, 0.95, at_least=True)], [mine, theirs])
