"""Factorization Machines beside the same mini-batches written with scipy's sparse products; no package of a faster one installs."""

import pathlib

import numpy as np
from bench.learners import Learner
from bench.load import Shape
from bench.result import Check, Result
from support.records import record

TITLE = "Factorization Machines, 100 k sparse rows of 20 of 10,000, 16 factors, 3 epochs"
ROWS, TESTS, WIDTH, ACTIVE, FACTORS = 100_000, 10_000, 10_000, 20, 16


def planted(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The columns of each row's ones, and labels from the machine that Rendle's model describes (2010)."""
    machine = np.random.default_rng(0)
    weights, factors = machine.normal(0, 0.3, WIDTH), machine.normal(0, 0.2, (WIDTH, 4))
    chance = np.random.default_rng(seed)
    keys = np.sort(np.arange(ACTIVE) * (WIDTH // ACTIVE) + np.minimum(chance.zipf(1.3, (count, ACTIVE)), WIDTH // ACTIVE) - 1, axis=1)
    sums = factors[keys].sum(1)
    scores = weights[keys].sum(1) + ((sums**2).sum(1) - (factors[keys] ** 2).sum((1, 2))) / 2
    return keys, (scores + chance.logistic(size=count) > 0).astype(np.float32)


def measure(place: pathlib.Path, shape: Shape) -> Result:
    settings = {"feature_dim": WIDTH, "num_factors": FACTORS, "predictor_type": "binary_classifier", "epochs": 3, "mini_batch_size": 1000, "factors_init_sigma": 0.05}
    rates = {"bias_lr": 0.01, "linear_lr": 0.01, "factors_lr": 0.01, "bias_wd": 0, "linear_wd": 0, "factors_wd": 0}
    learner = Learner(place, "factorization-machines", "test binary_classification_cross_entropy <loss>", {**settings, **rates})
    for name, count, seed in (("train", ROWS, 1), ("test", TESTS, 2)):
        keys, labels = planted(count, seed)
        ones = [1.0] * ACTIVE
        learner.file(name, b"".join(record(ones, row, WIDTH, label) for row, label in zip(keys.tolist(), labels.tolist(), strict=True)), ".pbr")
        np.save(place / f"{name}_keys.npy", keys.astype(np.int32))
        np.save(place / f"{name}_labels.npy", labels)
    found = learner.compare(shape)
    checks = [
        Check("CPU over the scipy program's, one thread", found.cpu[0] / found.cpu[1], 1),
        Check("time over the scipy program's, two threads", found.wall[0] / found.wall[1], 1),
        Check("log loss of test rows over the scipy program's", found.value[0] / found.value[1], 1.01),
    ]
    return Result(checks, notes=found.notes("scipy"))
