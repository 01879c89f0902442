"""K-Means beside scikit-learn's with one k-means++ start."""

import functools

import numpy
from bench.quality.case import Case
from bench.quality.trained import Trained
from sklearn.cluster import KMeans
from sklearn.datasets import load_breast_cancer, load_digits, make_blobs


def inertia(rows, distances) -> float:
    return float((numpy.asarray(distances) ** 2).mean())


def measure(load, k, place, seed):
    rows = load().astype(numpy.float32)
    ours = Trained(place, "kmeans", rows, k=k, _seed=seed).numbers(rows, "distance_to_cluster")
    theirs = KMeans(k, n_init=1, random_state=seed).fit(rows)
    return inertia(rows, ours), inertia(rows, theirs.transform(rows).min(1))


def blobs():
    return make_blobs(20000, 16, centers=50, cluster_std=2, random_state=7)[0]


def digits():
    return load_digits().data


def cancer():
    return load_breast_cancer().data


CASES = [
    Case("K-Means", name, "squared distance", "scikit-learn KMeans", functools.partial(measure, load, k))
    for name, load, k in [("digits, k = 10", digits, 10), ("breast cancer, k = 8", cancer, 8), ("make_blobs 20,000 x 16, k = 50", blobs, 50)]
]
