"""Forests of XGBoost's and LightGBM's walked by millrace-tree-speed, which links the predictors, beside the libraries' own predictions."""

import json
import os
import pathlib
import statistics
import subprocess
import sys

import numpy as np
from bench import data
from bench.load import Shape
from bench.result import Check, Result
from support.server import ROOT

sys.path.insert(0, str(ROOT / "tools" / "setup"))

import environment  # noqa: E402  (found by the line above)

TITLE = "Boosted trees: predicting a row, 100 trees of depth 6, 28 columns"
TRAIN_ROWS, ROWS = 60_000, 10_000
PEERS = ROOT / "bench" / "apps" / "tree_predictions_program.py"
PROGRAM = ROOT / "build" / "millrace-tree-speed"
LIBRARIES = ("xgboost", "lightgbm")
ALONE_US, TOGETHER_US = 0.8, 0.2


def measure(place: pathlib.Path, shape: Shape) -> Result:
    features, labels = data.rows(TRAIN_ROWS)
    rows = data.rows(ROWS, seed=8)[0]
    for name, values in {"features": features, "labels": labels, "rows": rows}.items():
        np.save(place / f"{name}.npy", values)
    np.savetxt(place / "rows.csv", rows, delimiter=",", fmt="%.9g")
    peers = libraries(place)
    checks, notes = [], []
    for library in LIBRARIES:
        rounds = [ours(library, place) for _ in range(shape.rounds)]
        alone, together = (statistics.median(one[kind] for one in rounds) for kind in ("row_us", "batch_row_us"))
        checks += [Check(f"{library}, a row alone", alone, ALONE_US, "us"), Check(f"{library}, among others", together, TOGETHER_US, "us")]
        peer = peers[library]
        notes.append(f"{library}'s own predictions: {peer['row_us']:.0f} us a row alone, called from Python, {peer['batch_row_us']:.2f} us among others")
    return Result(checks, notes=[*notes, "CPU time of one thread"])


def ours(library: str, place: pathlib.Path) -> dict:
    done = subprocess.run([PROGRAM, library, place / library, place / "rows.csv"], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def libraries(place: pathlib.Path) -> dict:
    files = [place / f"{name}.npy" for name in ("features", "labels", "rows")]
    words = [environment.environment("parity"), PEERS, *files, data.ROUNDS, place]
    settings = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": ""}
    done = subprocess.run([str(word) for word in words], env=settings, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)
