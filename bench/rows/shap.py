"""Shapley values of a forest's predictions by hand beside the library's own pred_contribs: CPU on one thread, and the greatest difference."""

import os
import pathlib
import resource
import statistics
import subprocess
import time

import numpy as np
import xgboost
from bench import data
from bench.load import Shape
from bench.result import Check, Result
from support import server as servers

TITLE = "Shapley values, 100 trees of depth 6, 28 columns"
TRAIN_ROWS, ROWS = 100_000, 10_000


def measure(place: pathlib.Path, shape: Shape) -> Result:
    features, labels = data.rows(TRAIN_ROWS)
    booster = xgboost.train({**data.PARAMETERS, "nthread": 2}, xgboost.DMatrix(features, labels), data.ROUNDS)
    (place / "model").mkdir()
    booster.save_model(place / "model" / "model.ubj")
    table = place / "rows.csv"
    np.savetxt(table, features[:ROWS], delimiter=",", fmt="%.9g")
    rounds = [(ours(place, table), library(booster, features[:ROWS])) for _ in range(shape.rounds)]
    cpu, peer = (statistics.median(round[at][0] for round in rounds) for at in range(2))
    difference = float(np.abs(rounds[0][0][1] - rounds[0][1][1]).max())
    notes = [f"{cpu / ROWS * 1e6:.1f} CPU us a row with parsing and printing, pred_contribs {peer / ROWS * 1e6:.1f}; one thread each"]
    return Result([Check("CPU over pred_contribs", cpu / peer, 0.4), Check("greatest difference", difference, 1e-5)], notes=notes)


def ours(place: pathlib.Path, table: pathlib.Path) -> tuple[float, np.ndarray]:
    out = place / "contributions.csv"
    words = [servers.PROGRAM, "predict", "xgboost", "--model", place / "model", table, "--contributions", "--output", out]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([str(word) for word in words], env={**os.environ, "OMP_WAIT_POLICY": "passive"}, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, np.loadtxt(out, delimiter=",")


def library(booster: xgboost.Booster, rows: np.ndarray) -> tuple[float, np.ndarray]:
    booster.set_param({"nthread": 1})
    matrix = xgboost.DMatrix(rows, nthread=1)
    began = time.process_time()
    values = booster.predict(matrix, pred_contribs=True)
    return time.process_time() - began, values
