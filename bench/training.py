"""Training inside a job, from the request to its end, beside a program that trains on the same rows; in turns."""

import dataclasses
import pathlib
import statistics
import time
from collections.abc import Callable

from bench import data, jobs, millrace, processes
from bench.load import Shape
from bench.result import Check
from support.built_ins import image
from support.training import channel

VALIDATION_ROWS = 40_000


class ValidatedJobs(jobs.Jobs):
    """Jobs of another built-in, with a validation channel, where a fifth of the rows would be held out otherwise."""

    def __init__(self, ours: millrace.Millrace, algorithm: str, rows: int, **parameters):
        super().__init__(ours, rows, data.ROUNDS)
        self.algorithm = algorithm
        self.validation = data.large_csv(*data.rows(VALIDATION_ROWS, seed=8))
        self.put("held/validation.csv", self.validation.decode())
        self.parameters = {name: str(value) for name, value in parameters.items()}

    def begin(self, name: str) -> None:
        channels = [channel("train", self.uri("rows/")), channel("validation", self.uri("held/"))]
        algorithm = {"TrainingImage": image(self.algorithm), "TrainingInputMode": "File"}
        self.create(name, HyperParameters=self.parameters, InputDataConfig=channels, AlgorithmSpecification=algorithm)

    def write_tables(self, place: pathlib.Path) -> list[pathlib.Path]:
        """The channels' rows, for the program."""
        files = [place / "train.csv", place / "validation.csv"]
        for file, table in zip(files, (self.table, self.validation), strict=True):
            file.write_bytes(table)
        return files


@dataclasses.dataclass(frozen=True)
class Compared:
    """Medians: wall and CPU seconds of the job, and the same of the program, with what else it measured."""

    job: list[float]
    program: list[float]

    @property
    def checks(self) -> list[Check]:
        (job_wall, job_cpu), (wall, cpu, *_) = self.job, self.program
        return [Check("CPU over the program's", job_cpu / cpu, 1.03), Check("time over the program's", job_wall / wall, 1.03)]

    def note(self, program: str) -> str:
        (job_wall, job_cpu), (wall, cpu, *_) = self.job, self.program
        return f"job: {job_wall:.2f} s, {job_cpu:.2f} CPU s; {program}: {wall:.2f} s, {cpu:.2f} CPU s; one thread each"


def compare(place: pathlib.Path, shape: Shape, make: Callable[[millrace.Millrace], jobs.Jobs], program: Callable[[jobs.Jobs], tuple[float, ...]]) -> Compared:
    adopted = processes.Adopted()
    inside, beside = [], []
    with millrace.started(place / "millrace") as ours:
        adopted.known.add(ours.process)
        work = make(ours)
        for number in range(shape.rounds):
            inside.append((run(work, f"job-{number}"), adopted.cpu_seconds()))
            beside.append(program(work))
    return Compared(*([statistics.median(times) for times in zip(*rounds, strict=True)] for rounds in (inside, beside)))


def run(work: jobs.Jobs, name: str) -> float:
    """Wall seconds from the request for the job until it is seen to have completed."""
    began = time.time()
    work.begin(name)
    return work.finish(name)[1] - began
