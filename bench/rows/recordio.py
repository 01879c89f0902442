"""RecordIO-protobuf into dense rows of 32-bit floats."""

import pathlib

import numpy as np
from bench import parsing, recordio
from bench.load import Shape
from bench.result import Result

TITLE = "RecordIO parsing 300 k x 28"
ROWS, FEATURES = 300_000, 28


def measure(place: pathlib.Path, shape: Shape) -> Result:
    chance = np.random.default_rng(1)
    rows = chance.standard_normal((ROWS, FEATURES), dtype=np.float32)
    path = recordio.write(place / "rows.pbr", rows, chance.integers(0, 2, ROWS).astype(np.float32))
    checks, notes = parsing.checks("recordio-protobuf", path, shape)
    return Result(checks, notes=notes)
