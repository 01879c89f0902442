"""Models trained and asked by `millrace train` and `millrace predict`."""

import json
import pathlib
import subprocess

import numpy

PROGRAM = pathlib.Path(__file__).resolve().parents[2] / "build" / "millrace"


def csv(path: pathlib.Path, rows, labels=None) -> pathlib.Path:
    """Rows of 32-bit floats, the label first."""
    table = rows if labels is None else numpy.column_stack([labels, rows])
    numpy.savetxt(path, table, fmt="%.9g", delimiter=",")
    return path


class Trained:
    """A model of ours on these rows, in a folder of its own."""

    def __init__(self, place: pathlib.Path, algorithm: str, rows, labels=None, **hyperparameters):
        self.algorithm, self.place = algorithm, place
        self.folder = place / "model"
        train = csv(place / "train.csv", rows, labels)
        options = [f"--{name}={value}" for name, value in hyperparameters.items()]
        run("train", algorithm, "--train", train, "--model", self.folder, *options)

    def ask(self, rows) -> list[dict]:
        """The answers, one for each row."""
        asked = csv(self.place / "rows.csv", rows)
        answer = json.loads(run("predict", self.algorithm, "--model", self.folder, asked, "--accept", "application/json"))
        (answers,) = answer.values()
        return answers

    def numbers(self, rows, name: str) -> numpy.ndarray:
        return numpy.array([answer[name] for answer in self.ask(rows)])


def run(*words) -> str:
    result = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, check=False)
    if result.returncode:
        raise RuntimeError(f"{' '.join(map(str, words))}: {result.stderr}")
    return result.stdout
