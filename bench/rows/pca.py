"""PCA beside scikit-learn's covariance solver."""

import pathlib

import numpy as np
from bench.learners import Learner
from bench.load import Shape
from bench.result import Check, Result

TITLE = "PCA 200 k x 256 to 20"
ROWS, TEST_ROWS, FEATURES, COMPONENTS = 200_000, 1_000, 256, 20


def measure(place: pathlib.Path, shape: Shape) -> Result:
    chance = np.random.default_rng(1)
    hidden = chance.standard_normal((ROWS + TEST_ROWS, 30), dtype=np.float32) @ chance.standard_normal((30, FEATURES), dtype=np.float32)
    rows = hidden + np.float32(0.1) * chance.standard_normal(hidden.shape, dtype=np.float32)
    settings = {"num_components": COMPONENTS, "feature_dim": FEATURES, "mini_batch_size": 1000}
    learner = Learner(place, "pca", "test mse <loss>", settings)
    learner.channel("train", rows[TEST_ROWS:])
    learner.channel("test", rows[:TEST_ROWS])
    found = learner.compare(shape)
    checks = [
        Check("CPU over the solver's, one thread", found.cpu[0] / found.cpu[1], 1.2),
        Check("time over the solver's, two threads", found.wall[0] / found.wall[1], 1.2),
        Check("squared loss of test rows over the solver's", found.value[0] / found.value[1], 1.001),
    ]
    return Result(checks, notes=found.notes("scikit-learn"))
