"""A pass of all of Linear Learner's models over the rows beside reading the rows once, and the best model beside logistic regression."""

import pathlib
import time

import numpy as np
from bench import data
from bench.learners import Learner
from bench.load import Shape
from bench.result import Check, Result

TITLE = "Linear Learner 300 k x 28, 32 models"
ROWS, TEST_ROWS = 300_000, 50_000


def measure(place: pathlib.Path, shape: Shape) -> Result:
    features, labels = data.rows(ROWS + TEST_ROWS)
    labels = labels.astype(np.float32)
    learner = Learner(place, "linear-learner", "test roc_auc_score <score>", {"predictor_type": "binary_classifier"})
    learner.channel("train", features[TEST_ROWS:], labels[TEST_ROWS:])
    learner.channel("test", features[:TEST_ROWS], labels[:TEST_ROWS])
    found = learner.compare(shape)
    passing = Learner(place, "linear-learner", "train throughput", {"predictor_type": "binary_classifier"})
    passing.channels = learner.channels
    # The least of many short times on both sides: whoever else wants a core in one of them says nothing of either.
    pass_s = min(ROWS / value for _ in range(shape.rounds) for value in passing.ours(threads=2).values)
    read_s = reading_s(features[TEST_ROWS:])
    checks = [
        Check("a pass over reading memory once", pass_s / read_s, 3),
        Check("AUC over logistic regression's", found.value[0] / found.value[1], 0.999, at_least=True),
    ]
    note = f"a pass of 32 models on two threads {pass_s * 1e3:.1f} ms, reading on one {read_s * 1e3:.1f} ms"
    return Result(checks, notes=[*found.notes("scikit-learn's L-BFGS, one model,"), note])


def reading_s(rows: np.ndarray) -> float:
    """The least time in which one thread adds up all numbers."""
    times = []
    for _ in range(20):
        began = time.perf_counter()
        rows.sum()
        times.append(time.perf_counter() - began)
    return min(times)
