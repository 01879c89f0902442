"""The breast-cancer data that ship inside scikit-learn, as the built-in XGBoost wants them: label first, no header."""

import csv
import importlib.util
import pathlib
import random

FILE = "datasets/data/breast_cancer.csv"


def rows() -> list[list[float]]:
    """569 rows of [label, 30 features], in an order that is random but always the same."""
    package = pathlib.Path(importlib.util.find_spec("sklearn").origin).parent
    with open(package / FILE, newline="") as file:
        lines = list(csv.reader(file))[1:]
    table = [[float(line[-1]), *map(float, line[:-1])] for line in lines]
    random.Random(7).shuffle(table)
    return table


def split(table: list[list[float]]) -> tuple[list[list[float]], list[list[float]], list[list[float]]]:
    """Rows to train on, to validate with, and to predict."""
    return table[:400], table[400:520], table[520:]


def as_csv(table: list[list[float]]) -> bytes:
    return "\n".join(",".join(f"{value:g}" for value in row) for row in table).encode()


def features(table: list[list[float]]) -> list[list[float]]:
    return [row[1:] for row in table]


def as_libsvm(table: list[list[float]]) -> bytes:
    """Features only, as in a request: index:value, counted from zero as xgboost writes it."""
    return "\n".join("0 " + " ".join(f"{i}:{value:g}" for i, value in enumerate(row)) for row in table).encode()
