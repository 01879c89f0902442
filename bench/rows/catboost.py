"""CatBoost inside a training job, from start to end, beside `python train.py` that reads the same CSV with pyarrow and calls the package; and what
a row costs that the model predicts, in our walk."""

import json
import os
import pathlib
import resource
import statistics
import subprocess
import time

import numpy as np
from bench import data, jobs, millrace, processes
from bench.load import Shape
from bench.result import Check, Result
from bench.rows.training_speed import run
from support import server as servers
from support.built_ins import image
from support.catboost import catboost_python
from support.training import channel

TITLE = "CatBoost training inside a job, 400 k x 28, 100 rounds; prediction by its trees of depth 6"
ROWS, VALIDATION_ROWS, ASKED_ROWS = 400_000, 40_000, 1000
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


class Jobs(jobs.Jobs):
    """Jobs with a validation channel, where a fifth of the rows would be held out otherwise."""

    def __init__(self, ours: millrace.Millrace):
        super().__init__(ours, ROWS, data.ROUNDS)
        self.validation = data.large_csv(*data.rows(VALIDATION_ROWS, seed=8))
        self.put("held/validation.csv", self.validation.decode())
        told = {"iterations": data.ROUNDS, "depth": data.DEPTH, "learning_rate": 0.1, "early_stopping_rounds": 0, "thread_count": THREADS}
        self.parameters = {name: str(value) for name, value in told.items()}

    def begin(self, name: str) -> None:
        channels = [channel("train", self.uri("rows/")), channel("validation", self.uri("held/"))]
        algorithm = {"TrainingImage": image("catboost"), "TrainingInputMode": "File"}
        self.create(name, HyperParameters=self.parameters, InputDataConfig=channels, AlgorithmSpecification=algorithm)


def measure(place: pathlib.Path, shape: Shape) -> Result:
    catboost_python()
    adopted = processes.Adopted()
    inside, beside = [], []
    with millrace.started(place / "millrace") as ours:
        adopted.known.add(ours.process)
        work = Jobs(ours)
        (place / "train.csv").write_bytes(work.table)
        (place / "validation.csv").write_bytes(work.validation)
        for number in range(shape.rounds):
            inside.append((run(work, f"job-{number}"), adopted.cpu_seconds()))
            beside.append(program(place))
    job_wall, job_cpu = map(float, np.median(inside, axis=0))
    wall, cpu = (statistics.median(times) for times in zip(*beside))
    ours_us, theirs_us = row_costs(place)
    notes = [
        f"job: {job_wall:.2f} s, {job_cpu:.2f} CPU s; program: {wall:.2f} s, {cpu:.2f} CPU s; one thread each;"
        f" the package predicts a row alone in {theirs_us[0]:.1f} us, one of {ASKED_ROWS} in {theirs_us[1]:.2f} us"
    ]
    checks = [
        Check("CPU over the program's", job_cpu / cpu, 1.03),
        Check("time over the program's", job_wall / wall, 1.03),
        Check("one row alone", ours_us[0], 0.8, "us"),
        Check(f"one row of {ASKED_ROWS}", ours_us[1], 0.8, "us"),
    ]
    return Result(checks, notes=notes)


def program(place: pathlib.Path) -> tuple[float, float]:
    """(wall, CPU) seconds of the program from its start to its end."""
    files = [place / "train.csv", place / "validation.csv"]
    (place / "trees").mkdir(exist_ok=True)
    words = [catboost_python(), PROGRAM, *files, data.ROUNDS, THREADS, place / "trees" / "model", packages_with_pyarrow()]
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
