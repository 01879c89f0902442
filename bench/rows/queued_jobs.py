"""Twenty jobs at once on one queue: how much of both cores' time goes into the jobs themselves."""

import pathlib
import time

from bench import jobs, millrace, processes
from bench.load import Shape
from bench.result import Check, Result

TITLE = "20 queued jobs"
JOBS = 20
CORES = 2
ROWS = 20_000
ROUNDS = 60


def measure(place: pathlib.Path, shape: Shape) -> Result:
    adopted = processes.Adopted()
    with millrace.started(place / "millrace") as ours:
        adopted.known.add(ours.process)
        work = jobs.Jobs(ours, ROWS, ROUNDS)
        began, before = time.perf_counter(), others_seconds(ours)
        for number in range(JOBS):
            work.begin(f"job-{number}")
        for number in range(JOBS):
            work.wait(f"job-{number}")
        wall, after = time.perf_counter() - began, others_seconds(ours)
        used = adopted.cpu_seconds()
    others = max(0.0, after - before - used)
    notes = [f"{used:.1f} CPU seconds in {wall:.1f} s, in which other programs of this machine had {others:.1f}"]
    return Result([Check("children's CPU over 2 x wall", used / (CORES * wall), 0.9, at_least=True)], notes=notes)


def others_seconds(ours: millrace.Millrace) -> float:
    """CPU time of the machine but for server and benchmark; what the jobs had is still in it."""
    return processes.machine_seconds() - processes.cpu_seconds([ours.process]) - time.process_time()
