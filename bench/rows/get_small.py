"""GetObject of 4 KiB."""

import pathlib

from bench import objects
from bench.load import Shape
from bench.result import Check, Result

TITLE = "`GetObject` 4 KiB, signature and policy checked"
CONNECTIONS = 32
SIZE = 4096


def measure(place: pathlib.Path, shape: Shape) -> Result:
    mine, static, peer = objects.beside_nginx_and_s3s_fs(place, SIZE, CONNECTIONS, shape)
    checks = [
        Check("CPU a request", mine.cpu_us, 20, "us"),
        Check("requests/s over nginx (static file)", mine.per_second / static.per_second, 0.35, at_least=True),
        Check("requests/s over s3s-fs", mine.per_second / peer.per_second, 3, at_least=True),
    ]
    return Result(checks, [mine, static, peer])
