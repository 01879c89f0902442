"""CSV into rows of 32-bit floats, beside std::from_chars over its numbers and pyarrow."""

import pathlib

import numpy as np
from bench import parsing
from bench.load import Shape
from bench.result import Check, Result

TITLE = "CSV parsing 300 k x 28"
ROWS, FEATURES = 300_000, 28


def measure(place: pathlib.Path, shape: Shape) -> Result:
    rows = np.random.default_rng(1).standard_normal((ROWS, FEATURES))
    path = place / "rows.csv"
    with path.open("w") as file:
        file.writelines("1," + ",".join(f"{value:.6f}" for value in row) + "\n" for row in rows.tolist())
    checks, notes = parsing.checks("csv", path, shape)
    ours, ceiling = parsing.speed("csv", 1, path, shape), parsing.speed("from_chars", 1, path, shape)
    wall, cpu = parsing.peer(parsing.PYARROW, path, shape, threads=1)
    checks.append(Check("CPU over from_chars', one thread", ours["cpu_s"] / ceiling["cpu_s"], 1))
    notes.append(f"one thread: {ours['cpu_s']:.3f} CPU s, from_chars {ceiling['cpu_s']:.3f}, pyarrow {cpu:.3f} (into 64-bit floats; {wall:.3f} s)")
    return Result(checks, notes=notes)
