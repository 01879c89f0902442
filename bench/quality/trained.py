"""Models trained and asked by `millrace train` and `millrace predict`."""

import json
import math
import pathlib
import struct
import subprocess

import numpy
from bench import recordio

PROGRAM = pathlib.Path(__file__).resolve().parents[2] / "build" / "millrace"


def csv(path: pathlib.Path, rows, labels=None) -> pathlib.Path:
    """Rows of 32-bit floats, the label first."""
    table = rows if labels is None else numpy.column_stack([labels, rows])
    numpy.savetxt(path, table, fmt="%.9g", delimiter=",")
    return path


class Trained:
    """A model of ours on these rows, or on this text, in a folder of its own."""

    def __init__(self, place: pathlib.Path, algorithm: str, rows, labels=None, **hyperparameters):
        self.algorithm, self.place = algorithm, place
        self.folder = place / "model"
        options = [f"--{name}={value}" for name, value in hyperparameters.items()]
        if isinstance(rows, str):
            train = place / ("train.txt" if algorithm == "blazingtext" else "train.csv")
            train.write_text(rows, encoding="utf-8")
        else:
            train = self.table("train", rows, labels)
        run("train", algorithm, "--train", train, "--model", self.folder, *options)

    def ask(self, rows, accept: str = "application/json") -> list[dict]:
        """The answers, one for each row."""
        asked = self.place / "rows.csv"
        if isinstance(rows, str):
            asked.write_text(rows, encoding="utf-8")
        else:
            asked = self.table("rows", rows)
        answer = json.loads(run("predict", self.algorithm, "--model", self.folder, asked, "--accept", accept))
        (answers,) = answer.values()
        return answers

    def table(self, name: str, rows, labels=None) -> pathlib.Path:
        """As CSV, which all but one take."""
        if self.algorithm == "factorization-machines":
            labels = None if labels is None else labels.astype(numpy.float32)
            return recordio.write(self.place / f"{name}.pbr", rows.astype(numpy.float32), labels)
        return csv(self.place / f"{name}.csv", rows, labels)

    def numbers(self, rows, name: str) -> numpy.ndarray:
        return numpy.array([answer[name] for answer in self.ask(rows)])

    def arrays(self) -> list[numpy.ndarray]:
        """Those of `model_algo-1`, in MXNet's format."""
        content, at, found = (self.folder / "model_algo-1").read_bytes(), 24, []
        for _ in range(struct.unpack_from("<Q", content, 16)[0]):
            (dimensions,) = struct.unpack_from("<I", content, at + 8)
            shape = struct.unpack_from(f"<{dimensions}q", content, at + 12)
            at += 12 + 8 * dimensions + 12
            found.append(numpy.frombuffer(content, numpy.float32, math.prod(shape), at).reshape(shape))
            at += found[-1].nbytes
        return found


def run(*words) -> str:
    result = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, check=False)
    if result.returncode:
        raise RuntimeError(f"{' '.join(map(str, words))}: {result.stderr}")
    return result.stdout
