"""Random Cut Forest beside scikit-learn's isolation forest, as the Java library does not install with packages of Python."""

import functools

import numpy
from bench.quality.case import Case
from bench.quality.trained import Trained
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.ensemble import IsolationForest
from sklearn.metrics import roc_auc_score


def rare(rows, is_rare, seed, count):
    """All usual rows with a few of the rare kind among them, and which those are."""
    chance = numpy.random.default_rng(seed)
    usual, odd = rows[~is_rare], rows[is_rare]
    odd = odd[chance.permutation(len(odd))[:count]]
    return numpy.concatenate([usual, odd]).astype(numpy.float32), numpy.arange(len(usual) + len(odd)) >= len(usual)


def measure(load, anomaly, scaled, place, seed):
    data = load()
    rows, truth = rare(data.data, data.target == anomaly, seed, 20)
    if scaled:
        rows = (rows - rows.mean(0)) / rows.std(0)
    ours = Trained(place, "randomcutforest", rows, num_trees=100, num_samples_per_tree=256, _seed=seed).numbers(rows, "score")
    theirs = -IsolationForest(n_estimators=100, random_state=seed).fit(rows).score_samples(rows)
    return roc_auc_score(truth, ours), roc_auc_score(truth, theirs)


CASES = [
    Case("Random Cut Forest", f"{name}, 20 of them anomalies", "AUC of the scores", "scikit-learn IsolationForest", functools.partial(measure, load, anomaly, scaled), True)
    for name, load, anomaly, scaled in [("breast cancer, features scaled", load_breast_cancer, 0, True), ("digits, 0 among others", load_digits, 0, False)]
]
