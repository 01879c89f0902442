"""LightGBM inside a training job, from start to end, beside a Python program that reads the same CSV with pyarrow and calls the same library."""

import os
import pathlib
import subprocess
import sys

from bench import data, training
from bench.load import Shape
from bench.result import Result
from bench.training import ValidatedJobs
from support.server import ROOT

sys.path.insert(0, str(ROOT / "tools" / "setup"))

import environment  # noqa: E402  (found by the line above)

TITLE = "LightGBM training inside a job, 400 k x 28, 100 rounds"
ROWS = 400_000
THREADS = 1
PROGRAM = pathlib.Path(__file__).parent.parent / "apps" / "lightgbm_program.py"


def measure(place: pathlib.Path, shape: Shape) -> Result:
    parameters = {"num_boost_round": data.ROUNDS, "num_threads": THREADS, "verbosity": -1}
    found = training.compare(place, shape, lambda ours: ValidatedJobs(ours, "lightgbm", ROWS, **parameters), lambda work: program(work, place))
    return Result(found.checks, notes=[found.note("program after its imports") + f"; the library predicts a row in {found.program[2]:.2f} us"])


def program(work: ValidatedJobs, place: pathlib.Path) -> tuple[float, ...]:
    """(wall seconds, CPU seconds, microseconds a predicted row) of the program after its imports."""
    words = [environment.environment("parity"), PROGRAM, *work.write_tables(place), data.ROUNDS, THREADS, place / "model.txt"]
    settings = {**os.environ, "OMP_NUM_THREADS": str(THREADS), "PYTHONPATH": ""}
    done = subprocess.run([str(word) for word in words], env=settings, check=True, capture_output=True, text=True)
    return tuple(map(float, done.stdout.split()))
