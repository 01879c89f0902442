"""GetObject of 4 KiB."""

import pathlib

from bench import objects
from bench.load import Shape
from bench.result import Check, Result

TITLE = "`GetObject` 4 KiB, signature checked"
CONNECTIONS = 32
SIZE = 4096


def measure(place: pathlib.Path, shape: Shape) -> Result:
    mine, theirs = objects.beside_nginx(place, SIZE, CONNECTIONS, shape)
    checks = [
        Check("CPU a request", mine.cpu_us, 20, "us"),
        Check("requests/s over nginx (static file)", mine.per_second / theirs.per_second, 0.35, at_least=True),
    ]
    return Result(checks, [mine, theirs])
