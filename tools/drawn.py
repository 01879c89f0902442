"""Tests that draw what they look at by chance, in parts beside each other: what `decisions.py` and `durability.py` share.

A part is a run of a test program of its own, which a seed and a number of cases say. The first part's seed is printed, or given as
MILLRACE_SEED; what a failed part said is printed, and the command that repeats it.
"""

import argparse
import collections.abc
import concurrent.futures
import dataclasses
import os
import pathlib
import random
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
MINUTES = 60
PROCESSES = os.cpu_count() or 2
SECONDS_BETWEEN_LINES = 10


@dataclasses.dataclass(frozen=True)
class Drawn:
    program: str  # of build/tests
    filter: str
    counted: str  # "cases"; the program reads how many from MILLRACE_CASES
    of_a_part: int
    seeds_of_a_part: int = 1  # how far the seeds of two parts lie apart


@dataclasses.dataclass(frozen=True)
class Part:
    seed: int
    count: int
    passed: bool
    said: str


def read_options(description: str, counted: str, count: int) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument(f"--{counted}", type=int, default=count, dest="count")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="begin no further part after this time")
    parser.add_argument("--processes", type=int, default=PROCESSES)
    return parser.parse_args()


def build(drawn: Drawn) -> bool:
    command = ["./dev", "build", "release", drawn.program]
    if subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.DEVNULL).returncode:
        print(f"the build of {drawn.program} failed: ./dev build shows why", flush=True)
        return False
    return True


def parts(drawn: Drawn, count: int, minutes: float, processes: int) -> collections.abc.Iterator[Part]:
    """Those that began in time, in their order, each when it and those before it have ended."""
    first = int(os.environ.get("MILLRACE_SEED", random.SystemRandom().randrange(10**9)))
    print(f"MILLRACE_SEED={first}", flush=True)
    until = time.monotonic() + minutes * 60
    drawn_parts = [(first + number * drawn.seeds_of_a_part, min(drawn.of_a_part, count - at))
                   for number, at in enumerate(range(0, count, drawn.of_a_part))]
    with concurrent.futures.ThreadPoolExecutor(processes) as pool:
        for part in pool.map(lambda part: run_part(drawn, *part, until), drawn_parts):
            if part:
                yield part


def run_part(drawn: Drawn, seed: int, count: int, until: float) -> Part | None:
    """None where the time was over before it began."""
    if time.monotonic() > until:
        return None
    settings = {"MILLRACE_SEED": str(seed), f"MILLRACE_{drawn.counted.upper()}": str(count)}
    test = f"build/tests/{drawn.program}"
    command = [ROOT / test, f"--gtest_filter={drawn.filter}", "--gtest_brief=1"]
    done = subprocess.run(command, env={**os.environ, **settings}, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stdout[-6000:] + done.stderr[-2000:], flush=True)
        print(" ".join(f"{name}={value}" for name, value in settings.items()), test, f"--gtest_filter={drawn.filter}", flush=True)
    return Part(seed, count, not done.returncode, done.stdout)


class Teller:
    """Says how far a run is, every ten seconds."""

    def __init__(self):
        self.began = self.told = time.monotonic()

    def seconds(self) -> float:
        return time.monotonic() - self.began

    def tell(self, line: collections.abc.Callable[[], str]) -> None:
        if (now := time.monotonic()) >= self.told + SECONDS_BETWEEN_LINES:
            self.told = now
            print(line(), flush=True)
