"""Durable creates at 32 connections: CreateModel on a disk made slow, and as it is beside one sync after the other."""

import itertools
import os
import pathlib
import time

from bench import data, load, millrace
from bench.load import Shape, Target
from bench.result import Check, Figure, Result, median_of
from support import control
from support.raw import json_request

TITLE = "control plane, durable create, 32 connections"
CONNECTIONS = 32
DELAY_MS = 4
# More requests than are signed would ask for names that exist.
SPARE = 2


def measure(place: pathlib.Path, shape: Shape) -> Result:
    with millrace.started(place / "millrace") as ours:
        creates = Creates(ours)
        control.ask(ours.server.data, "delay-syncs", milliseconds=DELAY_MS)
        slow = creates.rounds(f"{DELAY_MS} ms more a sync", shape)
        control.ask(ours.server.data, "delay-syncs", milliseconds=0)
        syncs, fast = [], []
        for _ in range(shape.rounds):
            syncs.append(syncs_per_second(place / "one-by-one"))
            fast.append(creates.round("no delay", shape.seconds))
    fastest, one_by_one = median_of(fast[0].server, fast), sorted(syncs)[len(syncs) // 2]
    checks = [
        Check(f"creates/s with {DELAY_MS} ms a sync", slow.per_second, 3000, at_least=True),
        Check("creates/s over one sync after the other", fastest.per_second / one_by_one, 10, at_least=True),
    ]
    delayed = 1 / (1 / one_by_one + DELAY_MS / 1000)
    note = (
        f"one write of 4 KiB and sync after the other: {one_by_one:,.0f}/s; with {DELAY_MS} ms more a sync that is at most {delayed:,.0f}/s,"
        f" and the creates are {slow.per_second / delayed:.1f} times as many"
    )
    return Result(checks, [slow, fastest], [note])


class Creates:
    """Signed CreateModel requests, each with a name of its own."""

    def __init__(self, ours: millrace.Millrace):
        self.ours = ours
        self.numbers = itertools.count()
        bucket = ours.root.bucket()
        ours.root.client("s3").put_object(Bucket=bucket, Key="model.tar.gz", Body=b"looked for, not read")
        self.request = {
            "ExecutionRoleArn": ours.root.role(),
            "PrimaryContainer": {"Image": data.IMAGE, "ModelDataUrl": f"s3://{bucket}/model.tar.gz"},
        }
        self.per_second = 2000.0

    def rounds(self, name: str, shape: Shape) -> Figure:
        figures = [self.round(name, shape.seconds) for _ in range(shape.rounds)]
        return median_of(figures[0].server, figures)

    def round(self, name: str, seconds: int) -> Figure:
        """Signs about twice as many as the last round took; again, when they were too few."""
        while True:
            wanted = int(SPARE * self.per_second * seconds) + CONNECTIONS
            target = Target(f"{millrace.NAME}, {name}", self.ours.url, self.signed(wanted), [self.ours.process], wants_success=False)
            figure = load.run(target, CONNECTIONS, seconds)
            self.per_second = figure.per_second
            if figure.per_second * seconds < wanted - CONNECTIONS:
                return figure
            self.per_second *= SPARE

    def signed(self, count: int) -> list:
        names = (f"model-{next(self.numbers)}" for _ in range(count))
        return [json_request(self.ours.caller, "sagemaker", "CreateModel", {"ModelName": name, **self.request}) for name in names]


def syncs_per_second(file: pathlib.Path, seconds: float = 1.0) -> float:
    """4 KiB appended and synced, one after the other, in the folder where the server has its data."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        began, done = time.perf_counter(), 0
        while time.perf_counter() - began < seconds:
            os.write(descriptor, b"x" * 4096)
            os.fdatasync(descriptor)
            done += 1
        return done / (time.perf_counter() - began)
    finally:
        os.close(descriptor)
