"""PCA beside scikit-learn's: what the projections lose of rows that were not trained on."""

import functools

import numpy
from bench.quality.case import Case
from bench.quality.trained import Trained
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.decomposition import PCA
from sklearn.model_selection import train_test_split


def measure(load, count, mode, place, seed):
    train, test = train_test_split(load().data.astype(numpy.float32), random_state=seed)
    model = Trained(place, "pca", train, num_components=count, mini_batch_size=500, algorithm_mode=mode, _seed=seed)
    solver = "randomized" if mode == "randomized" else "full"
    theirs = PCA(count, svd_solver=solver, random_state=seed).fit(train)
    centered = ((test - train.mean(0, dtype=float)) ** 2).sum(1)
    lost = [(centered - (projections**2).sum(1)).mean() for projections in (model.numbers(test, "projection"), theirs.transform(test))]
    return float(lost[0]), float(lost[1])


CASES = [
    Case("PCA, " + mode, f"{name}, {count} components", "squared loss of test rows", "scikit-learn PCA", functools.partial(measure, load, count, mode))
    for mode in ("regular", "randomized")
    for name, load, count in [("digits", load_digits, 12), ("breast cancer", load_breast_cancer, 5)]
]
