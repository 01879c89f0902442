"""libsvm into sparse rows of 32-bit floats."""

import pathlib

import numpy as np
from bench import parsing
from bench.load import Shape
from bench.result import Result

TITLE = "libsvm parsing 300 k x 28"
ROWS, FEATURES = 300_000, 28


def measure(place: pathlib.Path, shape: Shape) -> Result:
    rows = np.random.default_rng(1).standard_normal((ROWS, FEATURES))
    path = place / "rows.libsvm"
    with path.open("w") as file:
        file.writelines("1 " + " ".join(f"{index}:{value:.6f}" for index, value in enumerate(row)) + "\n" for row in rows.tolist())
    checks, notes = parsing.checks("libsvm", path, shape)
    return Result(checks, notes=notes)
