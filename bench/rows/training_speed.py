"""XGBoost inside a training job, from start to end, beside a Python program that reads the same CSV with pyarrow and calls the same library."""

import os
import pathlib
import subprocess
import sys

from bench import data, jobs, training
from bench.load import Shape
from bench.result import Result

TITLE = "XGBoost training inside a job, 400 k x 28, 100 rounds"
ROWS = 400_000
THREADS = 1
PROGRAM = pathlib.Path(__file__).parent.parent / "apps" / "xgboost_program.py"


def measure(place: pathlib.Path, shape: Shape) -> Result:
    table = place / "train.csv"

    def train(work: jobs.Jobs) -> tuple[float, float]:
        table.write_bytes(work.table)
        return program(table)

    found = training.compare(place, shape, lambda ours: jobs.Jobs(ours, ROWS, data.ROUNDS, nthread=THREADS), train)
    return Result(found.checks, notes=[found.note("program after its imports")])


def program(table: pathlib.Path) -> tuple[float, float]:
    """(wall, CPU) seconds of the program after its imports."""
    words = [sys.executable, PROGRAM, table, str(data.ROUNDS), str(THREADS), table.with_name("model.json")]
    environment = {**os.environ, "OMP_NUM_THREADS": str(THREADS)}
    done = subprocess.run([str(word) for word in words], env=environment, check=True, capture_output=True, text=True)
    wall, cpu = map(float, done.stdout.split())
    return wall, cpu
