"""`millrace predict ALGORITHM --contributions` and `--importance`, run on models of the peers' packages."""

import json
import subprocess

import numpy
from parity.work import ENVIRONMENT, PROGRAM


def hand(algorithm, *words):
    return subprocess.run([PROGRAM, "predict", algorithm, *words], capture_output=True, text=True, check=True, env=ENVIRONMENT).stdout


def contributions(algorithm, folder, rows):
    """Of the model in folder/model for each row, one after another."""
    file = folder / "rows.csv"
    lines = (",".join("" if numpy.isnan(value) else repr(float(value)) for value in row) for row in rows)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    answer = json.loads(hand(algorithm, "--model", folder / "model", file, "--contributions", "--accept", "application/json"))
    return numpy.array([row["contributions"] for row in answer["predictions"]])
