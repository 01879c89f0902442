"""Files of numbers read by millrace-parse-speed, which links the parsers, beside a peer; on one thread and on two."""

import json
import pathlib
import statistics
import subprocess
import sys

from bench.load import Shape
from bench.result import Check
from support import server as servers

PROGRAM = servers.ROOT / "build" / "millrace-parse-speed"
GOAL_GB = 0.8  # a second, on two threads
# Each reads the file whose name is its argument.
PYARROW = "import pyarrow.csv; pyarrow.csv.read_csv(NAME, pyarrow.csv.ReadOptions(use_threads=THREADS > 1, autogenerate_column_names=True))"


def speed(kind: str, threads: int, path: pathlib.Path, shape: Shape) -> dict:
    """The least of a few short runs: what else the machine does only adds."""
    runs = [json.loads(subprocess.run([PROGRAM, kind, str(threads), path], capture_output=True, text=True, check=True).stdout) for _ in range(3 * shape.rounds)]
    return {name: min(run[name] for run in runs) for name in runs[0]}


def checks(kind: str, path: pathlib.Path, shape: Shape) -> tuple[list[Check], list[str]]:
    size = path.stat().st_size
    one, two = (speed(kind, threads, path, shape) for threads in (1, 2))
    notes = [
        f"{size / 1e6:.0f} MB of the page cache: one thread {size / 1e9 / one['cpu_s']:.2f} GB a CPU second; two threads {two['wall_s']:.3f} s,"
        f" peak {two['peak_kib'] / 1024:.0f} MiB with the program"
    ]
    return [Check("two threads", size / 1e9 / two["wall_s"], GOAL_GB, "GB/s", at_least=True)], notes


def peer(code: str, path: pathlib.Path, shape: Shape, threads: int) -> tuple[float, float]:
    """(wall, CPU) seconds of one statement in this Python."""
    timed = f"import time; NAME, THREADS = {str(path)!r}, {threads}; wall, cpu = time.monotonic(), time.process_time()"
    imports, _, statement = code.partition("; ")
    program = f"{imports}; {timed}; {statement}; print(time.monotonic() - wall, time.process_time() - cpu)"
    runs = [tuple(map(float, subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split())) for _ in range(shape.rounds)]
    wall, cpu = map(statistics.median, zip(*runs))
    return wall, cpu
