"""LightGBM inside a training job, from start to end, beside a Python program that reads the same CSV with pyarrow and calls the same library."""

import os
import pathlib
import statistics
import subprocess
import sys

import numpy as np
from bench import data, jobs, millrace, processes
from bench.load import Shape
from bench.result import Check, Result
from bench.rows.training_speed import run
from support.built_ins import image
from support.server import ROOT
from support.training import channel

sys.path.insert(0, str(ROOT / "tools" / "setup"))

import environment  # noqa: E402  (found by the line above)

TITLE = "LightGBM training inside a job, 400 k x 28, 100 rounds"
ROWS, VALIDATION_ROWS = 400_000, 40_000
THREADS = 1
PROGRAM = pathlib.Path(__file__).parent.parent / "apps" / "lightgbm_program.py"


class Jobs(jobs.Jobs):
    """Jobs with a validation channel, where a fifth of the rows would be held out otherwise."""

    def __init__(self, ours: millrace.Millrace):
        super().__init__(ours, ROWS, data.ROUNDS)
        self.validation = data.large_csv(*data.rows(VALIDATION_ROWS, seed=8))
        self.put("held/validation.csv", self.validation.decode())
        self.parameters = {"num_boost_round": str(data.ROUNDS), "num_threads": str(THREADS), "verbosity": "-1"}

    def begin(self, name: str) -> None:
        channels = [channel("train", self.uri("rows/")), channel("validation", self.uri("held/"))]
        algorithm = {"TrainingImage": image("lightgbm"), "TrainingInputMode": "File"}
        self.create(name, HyperParameters=self.parameters, InputDataConfig=channels, AlgorithmSpecification=algorithm)


def measure(place: pathlib.Path, shape: Shape) -> Result:
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
    wall, cpu, row_us = (statistics.median(times) for times in zip(*beside))
    notes = [
        f"job: {job_wall:.2f} s, {job_cpu:.2f} CPU s; program after its imports: {wall:.2f} s, {cpu:.2f} CPU s; one thread each;"
        f" the library predicts a row in {row_us:.2f} us"
    ]
    checks = [Check("CPU over the program's", job_cpu / cpu, 1.03), Check("time over the program's", job_wall / wall, 1.03)]
    return Result(checks, notes=notes)


def program(place: pathlib.Path) -> tuple[float, ...]:
    """(wall seconds, CPU seconds, microseconds a predicted row) of the program after its imports."""
    files = [place / "train.csv", place / "validation.csv"]
    words = [environment.environment("parity"), PROGRAM, *files, data.ROUNDS, THREADS, place / "model.txt"]
    settings = {**os.environ, "OMP_NUM_THREADS": str(THREADS), "PYTHONPATH": ""}
    done = subprocess.run([str(word) for word in words], env=settings, check=True, capture_output=True, text=True)
    return tuple(map(float, done.stdout.split()))
