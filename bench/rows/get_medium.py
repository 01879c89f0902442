"""GetObject of 1 MiB."""

import pathlib

from bench import objects
from bench.load import Shape
from bench.result import Check, Result

TITLE = "`GetObject` 1 MiB, signature and policy checked"
CONNECTIONS = 32
SIZE = 1024 * 1024


def measure(place: pathlib.Path, shape: Shape) -> Result:
    mine, theirs = objects.beside_nginx(place, SIZE, CONNECTIONS, shape)
    ratio = mine.per_second / theirs.per_second
    return Result([Check("requests/s over nginx (sendfile)", ratio, 0.8, at_least=True)], [mine, theirs])
