"""GetObject with its signature checked, beside nginx sending the same bytes from a file."""

import os
import pathlib

from bench import load, millrace
from bench.load import Shape, Target
from bench.peers import nginx
from bench.result import Figure
from support.raw import request


def beside_nginx(place: pathlib.Path, size: int, connections: int, shape: Shape) -> list[Figure]:
    """Ours, and nginx's."""
    content = os.urandom(size)
    with millrace.started(place / "millrace") as ours, nginx.started(place / "nginx") as ceiling:
        bucket = ours.root.bucket()
        ours.root.client("s3").put_object(Bucket=bucket, Key="object", Body=content)
        asked = request(ours.caller, "s3", "GET", f"/{bucket}/object")
        targets = [Target(millrace.NAME, ours.url, [asked], [ours.process]), ceiling.sends(content)]
        return load.compare(targets, connections, shape)
