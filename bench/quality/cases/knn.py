"""k-NN beside scikit-learn's brute force, which finds the same neighbors."""

import functools

import numpy
from bench.quality.case import Case
from bench.quality.trained import Trained
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits
from sklearn.metrics import accuracy_score, mean_squared_error
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

K = 5


def rmse(labels, scores) -> float:
    return mean_squared_error(labels, scores) ** 0.5


def measure(load, kind, peer, score, place, seed):
    data = load()
    rows = data.data.astype(numpy.float32)
    train, test, labels, wanted = train_test_split(rows, data.target, random_state=seed)
    ours = Trained(place, "knn", train, labels, k=K, sample_size=len(train), predictor_type=kind).numbers(test, "predicted_label")
    theirs = peer(K, algorithm="brute").fit(train, labels).predict(test)
    return score(wanted, ours), score(wanted, theirs)


CASES = [
    Case("k-NN", "digits", "accuracy", "scikit-learn", functools.partial(measure, load_digits, "classifier", KNeighborsClassifier, accuracy_score), True),
    Case("k-NN", "breast cancer", "accuracy", "scikit-learn", functools.partial(measure, load_breast_cancer, "classifier", KNeighborsClassifier, accuracy_score), True),
    Case("k-NN", "diabetes", "RMSE", "scikit-learn", functools.partial(measure, load_diabetes, "regressor", KNeighborsRegressor, rmse)),
]
