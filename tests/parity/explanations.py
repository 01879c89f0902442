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
    return contributions_of_file(algorithm, folder / "model", file)


def contributions_of_file(algorithm, model, file):
    answer = json.loads(hand(algorithm, "--model", model, file, "--contributions", "--accept", "application/json"))
    return numpy.array([row["contributions"] for row in answer["predictions"]])


def gains_of(algorithm, model, columns):
    """Each column's part in the gain of all splits, in percent."""
    _, *lines = hand(algorithm, "--model", model, "--importance").splitlines()
    gains = numpy.zeros(columns)
    for line in lines:
        column, _, _, _, gain, _ = line.split(",")
        gains[int(column)] = float(gain)
    return 100 * gains / gains.sum()
