"""K-Means on clustered rows beside scikit-learn's Elkan."""

import pathlib

import numpy as np
from bench.learners import Learner
from bench.load import Shape
from bench.result import Check, Result

TITLE = "K-Means 200 k x 64, K = 100"
ROWS, FEATURES, CLUSTERS = 200_000, 64, 100


def measure(place: pathlib.Path, shape: Shape) -> Result:
    chance = np.random.default_rng(1)
    centers = chance.standard_normal((CLUSTERS, FEATURES), dtype=np.float32) * 3
    rows = centers[chance.integers(0, CLUSTERS, ROWS)] + chance.standard_normal((ROWS, FEATURES), dtype=np.float32)
    learner = Learner(place, "kmeans", "train msd <loss>", {"k": CLUSTERS, "feature_dim": FEATURES})
    learner.channel("train", rows)
    found = learner.compare(shape)
    checks = [
        Check("CPU over Elkan's, one thread", found.cpu[0] / found.cpu[1], 0.5),
        Check("time over Elkan's, two threads", found.wall[0] / found.wall[1], 0.5),
        Check("inertia over Elkan's", found.value[0] / found.value[1], 1),
    ]
    return Result(checks, notes=found.notes("scikit-learn") + [f"inertia a row: {found.value[0]:.2f} and {found.value[1]:.2f}"])
