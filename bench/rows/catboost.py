"""CatBoost inside a training job, from start to end, beside `python train.py` that reads the same CSV with pyarrow and calls the package; and what
a row costs that the model predicts, in our walk."""

import json
import os
import pathlib
import resource
import subprocess
import time

from bench import data, training
from bench.load import Shape
from bench.result import Check, Result
from bench.training import ValidatedJobs
from support import server as servers
from support.catboost import catboost_python

TITLE = "CatBoost training inside a job, 400 k x 28, 100 rounds; prediction by its trees of depth 6"
ROWS, ASKED_ROWS = 400_000, 1000
THREADS = 1
PROGRAM = pathlib.Path(__file__).parent.parent / "apps" / "catboost_program.py"
TREE_SPEED = servers.ROOT / "build" / "millrace-tree-speed"
# What the package's own prediction costs, microseconds a row: alone, and of all at once.
PACKAGE_SPEED = """
import sys, time
import catboost, numpy
model = catboost.CatBoostClassifier().load_model(sys.argv[1])
rows = numpy.loadtxt(sys.argv[2], delimiter=",", dtype=numpy.float32)
began = time.process_time()
for row in rows: model.predict_proba(row, thread_count=1)
alone, began = time.process_time() - began, time.process_time()
model.predict_proba(rows, thread_count=1)
print(*(taken / len(rows) * 1e6 for taken in (alone, time.process_time() - began)))
"""


def measure(place: pathlib.Path, shape: Shape) -> Result:
    parameters = {"iterations": data.ROUNDS, "depth": data.DEPTH, "learning_rate": 0.1, "early_stopping_rounds": 0, "thread_count": THREADS}
    found = training.compare(place, shape, lambda ours: ValidatedJobs(ours, "catboost", ROWS, **parameters), lambda work: program(work, place))
    ours_us, theirs_us = row_costs(place)
    checks = [Check("one row alone", ours_us[0], 0.8, "us"), Check(f"one row of {ASKED_ROWS}", ours_us[1], 0.8, "us")]
    note = f"the package predicts a row alone in {theirs_us[0]:.1f} us, one of {ASKED_ROWS} in {theirs_us[1]:.2f} us"
    return Result([*found.checks, *checks], notes=[found.note("program"), note])


def program(work: ValidatedJobs, place: pathlib.Path) -> tuple[float, float]:
    """(wall, CPU) seconds of the program from its start to its end."""
    (place / "trees").mkdir(exist_ok=True)
    words = [catboost_python(), PROGRAM, *work.write_tables(place), data.ROUNDS, THREADS, place / "trees" / "model", packages_with_pyarrow()]
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([str(word) for word in words], env={**os.environ, "PYTHONPATH": ""}, check=True, capture_output=True)
    after, ended = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    return ended - began, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def packages_with_pyarrow() -> str:
    import pyarrow

    return str(pathlib.Path(pyarrow.__file__).parent.parent)


def row_costs(place: pathlib.Path) -> tuple[list[float], list[float]]:
    """Microseconds a row by the program's model, ours and the package's: alone, and of all at once."""
    rows = place / "rows.csv"
    rows.write_bytes(data.csv(data.rows(ASKED_ROWS, seed=9)[0]))
    ours = subprocess.run([TREE_SPEED, "catboost", place / "trees", rows], check=True, capture_output=True, text=True).stdout
    words = [catboost_python(), "-c", PACKAGE_SPEED, place / "trees" / "model", rows]
    theirs = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    return list(json.loads(ours).values()), [float(number) for number in theirs.split()]
