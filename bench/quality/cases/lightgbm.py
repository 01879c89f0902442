"""LightGBM beside its own package: the same library, and a fifth of the rows held out by each side's own draw."""

import functools

import lightgbm
import numpy
from bench.quality.case import Case
from bench.quality.cases.xgboost import rmse
from bench.quality.trained import Trained
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits
from sklearn.metrics import accuracy_score, roc_auc_score
from sklearn.model_selection import train_test_split

ROUNDS = 100
PARAMETERS = {
    "num_leaves": 16,
    "max_depth": 4,
    "min_data_in_leaf": 3,
    "feature_fraction": 0.9,
    "bagging_fraction": 0.9,
    "bagging_freq": 1,
    "learning_rate": 0.1,
}


def chosen(answers):
    return numpy.argmax(answers, axis=1)


def second(answers):
    return numpy.array(answers)[:, 1]


def measure(load, score, kind, objective, shape, place, seed):
    data = load()
    rows = data.data.astype(numpy.float32)
    train, test, labels, wanted = train_test_split(rows, data.target, random_state=seed)
    ours = shape(Trained(place, "lightgbm", train, labels, problem_type=kind, num_boost_round=ROUNDS, **PARAMETERS).ask(test))
    return score(wanted, ours), score(wanted, shape(peer(train, labels, objective, seed, test)))


def peer(rows, labels, objective, seed, test):
    train, held, labels, held_labels = train_test_split(rows, labels, test_size=0.2, random_state=seed)
    learnt = lightgbm.Dataset(train, labels)
    booster = lightgbm.train(
        {**PARAMETERS, **objective, "num_threads": 1, "verbosity": -1},
        learnt,
        ROUNDS,
        valid_sets=[lightgbm.Dataset(held, held_labels, reference=learnt)],
        callbacks=[lightgbm.early_stopping(10, verbose=False)],
    )
    found = booster.predict(test)
    return numpy.column_stack([1 - found, found]) if objective["objective"] == "binary" else found


CASES = [
    Case("LightGBM", name, metric, "lightgbm package", functools.partial(measure, load, score, kind, objective, shape), higher)
    for name, load, metric, score, kind, objective, shape, higher in [
        ("breast cancer", load_breast_cancer, "AUC", roc_auc_score, "classification", {"objective": "binary"}, second, True),
        ("diabetes", load_diabetes, "RMSE", rmse, "regression", {"objective": "regression", "metric": "rmse"}, numpy.array, False),
        ("digits", load_digits, "accuracy", accuracy_score, "classification", {"objective": "multiclass", "num_class": 10}, chosen, True),
    ]
]
