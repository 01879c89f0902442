"""A small training job from CreateTrainingJob to Completed, beside the CPU time of the same training in a process that is up already."""

import io
import pathlib
import statistics
import time

from bench import data, jobs, millrace, processes
from bench.load import Shape
from bench.result import Check, Result

TITLE = "`CreateTrainingJob` to `Completed`, 1,000 rows, 10 rounds"
ROWS = 1000
ROUNDS = 10


def measure(place: pathlib.Path, shape: Shape) -> Result:
    whole, late, alone, used = [], [], [], []
    adopted = processes.Adopted()
    with millrace.started(place / "millrace") as ours:
        adopted.known.add(ours.process)
        work = jobs.Jobs(ours, ROWS, ROUNDS)
        # The first of each carries what is read and loaded once.
        for number in range(5 * shape.rounds + 1):
            began = time.time()
            work.begin(f"job-{number}")
            job, seen = work.finish(f"job-{number}")
            whole.append((seen - began) * 1000)
            late.append((seen - job["TrainingEndTime"].timestamp()) * 1000)
            used.append(adopted.cpu_seconds() * 1000)
            alone.append(train_ms(work.table))
    whole_ms, late_ms, alone_ms, used_ms = (statistics.median(times[1:]) for times in (whole, late, alone, used))
    checks = [
        Check("over the training itself", whole_ms - alone_ms, 50, "ms"),
        Check("from the end until the state is visible", late_ms, 10, "ms"),
    ]
    notes = [
        f"medians: {whole_ms:.1f} ms in all; the training itself {alone_ms:.1f} ms of CPU in a process that is up,"
        f" supervisor and work together {used_ms:.0f} ms of CPU"
    ]
    return Result(checks, notes=notes)


def train_ms(table: bytes) -> float:
    """CPU time of reading the same rows and training on them, with everything loaded."""
    import numpy as np
    import pyarrow.csv
    import xgboost

    began = time.process_time()
    options = pyarrow.csv.ReadOptions(autogenerate_column_names=True, use_threads=False)
    read = pyarrow.csv.read_csv(io.BytesIO(table), options)
    columns = [column.to_numpy() for column in read.columns]
    matrix = xgboost.QuantileDMatrix(np.column_stack(columns[1:]), columns[0], nthread=1)
    xgboost.train({**data.PARAMETERS, "nthread": 1}, matrix, ROUNDS)
    return (time.process_time() - began) * 1000
