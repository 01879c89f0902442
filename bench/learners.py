"""A built-in algorithm by hand beside a Python program that does the same work with the peer's package: CPU on one thread, time on two."""

import dataclasses
import json
import os
import pathlib
import re
import resource
import statistics
import subprocess
import sys
import time

import numpy as np
from bench import recordio
from bench.load import Shape
from support import server as servers

sys.path.insert(0, str(servers.ROOT / "tools" / "setup"))

import environment  # noqa: E402  (found by the line above)

PROGRAM = pathlib.Path(__file__).parent / "apps" / "learners_program.py"


@dataclasses.dataclass(frozen=True)
class Run:
    cpu_s: float
    wall_s: float
    value: float  # what the model is worth
    values: tuple[float, ...] = ()  # all that were printed; the last is the value


@dataclasses.dataclass(frozen=True)
class Compared:
    """Medians of the rounds."""

    cpu: tuple[float, float]  # ours and the peer's, on one thread
    wall: tuple[float, float]  # on two
    value: tuple[float, float]

    def notes(self, peer: str) -> list[str]:
        return [
            f"one thread: {self.cpu[0]:.2f} CPU s, {peer} {self.cpu[1]:.2f}; two threads: {self.wall[0]:.2f} s, {peer} {self.wall[1]:.2f};"
            " reading from the page cache included, starting the program not"
        ]


class Learner:
    """One algorithm on rows that both sides read from files."""

    def __init__(self, place: pathlib.Path, algorithm: str, value: str, hyperparameters: dict):
        self.place, self.algorithm, self.value = place, algorithm, re.compile(re.escape(value) + r"(?:=|: )(\S+)")
        self.options = [f"--{name}={setting}" for name, setting in hyperparameters.items()]
        self.channels: list[str] = []

    def channel(self, name: str, features: np.ndarray, labels: np.ndarray | None = None) -> None:
        recordio.write(self.place / f"{name}.pbr", features, labels)
        np.save(self.place / f"{name}.npy", features)
        if labels is not None:
            np.save(self.place / f"{name}_labels.npy", labels)
        self.channels += [f"--{name}", str(self.place / f"{name}.pbr")]

    def file(self, name: str, content: bytes, suffix: str) -> pathlib.Path:
        """A channel of which both sides read the same file."""
        path = self.place / f"{name}{suffix}"
        path.write_bytes(content)
        self.channels += [f"--{name}", str(path)]
        return path

    def compare(self, shape: Shape) -> Compared:
        rounds = [[run(threads) for threads in (1, 2) for run in (self.ours, self.theirs)] for _ in range(shape.rounds)]
        one, other, two, peers_two = ([round[at] for round in rounds] for at in range(4))
        return Compared(
            cpu=(middle(one, "cpu_s"), middle(other, "cpu_s")),
            wall=(middle(two, "wall_s"), middle(peers_two, "wall_s")),
            value=(middle(one, "value"), middle(other, "value")),
        )

    def ours(self, threads: int) -> Run:
        model = self.place / f"model-{time.monotonic_ns()}"
        words = [servers.PROGRAM, "train", self.algorithm, *self.channels, *self.options, "--threads", str(threads), "--model", model]
        began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=True)
        wall, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        values = tuple(map(float, self.value.findall(done.stdout)))
        return Run(cpu, wall, values[-1], values)

    def theirs(self, threads: int) -> Run:
        number = str(threads)
        limits = {"OMP_NUM_THREADS": number, "OPENBLAS_NUM_THREADS": number, "OMP_WAIT_POLICY": "passive"}
        words = [environment.environment("parity"), PROGRAM, self.algorithm, self.place, *self.options]
        done = subprocess.run([str(word) for word in words], env={**os.environ, **limits}, capture_output=True, text=True, check=True)
        return Run(**json.loads(done.stdout))


def middle(runs: list[Run], name: str) -> float:
    return statistics.median(getattr(run, name) for run in runs)
