"""GetObject of 64 MiB."""

import pathlib

from bench import objects
from bench.load import Shape
from bench.result import Check, Result

TITLE = "`GetObject` 64 MiB, signature and policy checked"
CONNECTIONS = 4
SIZE = 64 * 1024 * 1024


def measure(place: pathlib.Path, shape: Shape) -> Result:
    # Few requests fit into a second, so single rounds are coarse.
    longer = Shape(seconds=shape.seconds + 1, rounds=shape.rounds + 2)
    mine, theirs = objects.beside_nginx(place, SIZE, CONNECTIONS, longer)
    ratio = mine.per_second / theirs.per_second
    return Result([Check("requests/s over nginx (sendfile)", ratio, 0.95, at_least=True)], [mine, theirs])
