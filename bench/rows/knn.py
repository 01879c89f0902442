"""Exact k-NN beside scikit-learn's brute force."""

import pathlib

import numpy as np
from bench import data
from bench.learners import Learner
from bench.load import Shape
from bench.result import Check, Result

TITLE = "k-NN exact, 200 k x 28, 1,000 queries"
ROWS, QUERIES, NEIGHBORS = 200_000, 1_000, 10


def measure(place: pathlib.Path, shape: Shape) -> Result:
    features, labels = data.rows(ROWS + QUERIES)
    settings = {"k": NEIGHBORS, "sample_size": ROWS, "predictor_type": "classifier", "feature_dim": data.FEATURES}
    learner = Learner(place, "knn", "test accuracy <score>", settings)
    learner.channel("train", features[QUERIES:], labels[QUERIES:].astype(np.float32))
    learner.channel("test", features[:QUERIES], labels[:QUERIES].astype(np.float32))
    found = learner.compare(shape)
    checks = [
        Check("CPU over brute force's, one thread", found.cpu[0] / found.cpu[1], 0.8),
        Check("time over brute force's, two threads", found.wall[0] / found.wall[1], 0.8),
        Check("accuracy over brute force's", found.value[0] / found.value[1], 0.999, at_least=True),
    ]
    return Result(checks, notes=found.notes("scikit-learn"))
