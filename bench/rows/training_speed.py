"""XGBoost inside a training job, from start to end, beside a Python program that reads the same CSV with pyarrow and calls the same library."""

import os
import pathlib
import statistics
import subprocess
import sys
import time

from bench import data, jobs, millrace, processes
from bench.load import Shape
from bench.result import Check, Result

TITLE = "XGBoost training inside a job, 400 k x 28, 100 rounds"
ROWS = 400_000
THREADS = 1
PROGRAM = pathlib.Path(__file__).parent.parent / "apps" / "xgboost_program.py"


def measure(place: pathlib.Path, shape: Shape) -> Result:
    adopted = processes.Adopted()
    inside, beside = [], []
    with millrace.started(place / "millrace") as ours:
        adopted.known.add(ours.process)
        work = jobs.Jobs(ours, ROWS, data.ROUNDS, nthread=THREADS)
        table = place / "train.csv"
        table.write_bytes(work.table)
        for number in range(shape.rounds):
            inside.append((run(work, f"job-{number}"), adopted.cpu_seconds()))
            beside.append(program(table))
    (job_wall, job_cpu), (wall, cpu) = (tuple(map(statistics.median, zip(*rounds))) for rounds in (inside, beside))
    notes = [f"job: {job_wall:.2f} s, {job_cpu:.2f} CPU s; program after its imports: {wall:.2f} s, {cpu:.2f} CPU s; one thread each"]
    checks = [Check("CPU over the program's", job_cpu / cpu, 1.03), Check("time over the program's", job_wall / wall, 1.03)]
    return Result(checks, notes=notes)


def run(work: jobs.Jobs, name: str) -> float:
    """Wall seconds from the request for the job until it is seen to have completed."""
    began = time.time()
    work.begin(name)
    return work.finish(name)[1] - began


def program(table: pathlib.Path) -> tuple[float, float]:
    """(wall, CPU) seconds of the program after its imports."""
    words = [sys.executable, PROGRAM, table, str(data.ROUNDS), str(THREADS), table.with_name("model.json")]
    environment = {**os.environ, "OMP_NUM_THREADS": str(THREADS)}
    done = subprocess.run([str(word) for word in words], env=environment, check=True, capture_output=True, text=True)
    wall, cpu = map(float, done.stdout.split())
    return wall, cpu
