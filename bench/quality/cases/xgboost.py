"""XGBoost beside its own package: the same library, so the same trees."""

import functools

import numpy
import xgboost
from bench.quality.case import Case
from bench.quality.trained import Trained
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits
from sklearn.metrics import accuracy_score, mean_squared_error, roc_auc_score
from sklearn.model_selection import train_test_split

ROUNDS = 50


def rmse(labels, scores) -> float:
    return mean_squared_error(labels, scores) ** 0.5


def measure(load, score, parameters, place, seed):
    data = load()
    rows = data.data.astype(numpy.float32)
    train, test, labels, wanted = train_test_split(rows, data.target, random_state=seed)
    given = {"eta": 0.2, "max_depth": 4, "subsample": 0.8, "seed": seed, **parameters}
    ours = Trained(place, "xgboost", train, labels, num_round=ROUNDS, **given).numbers(test, "score")
    theirs = xgboost.train(given, xgboost.DMatrix(train, labels), ROUNDS).predict(xgboost.DMatrix(test))
    return score(wanted, ours), score(wanted, theirs)


CASES = [
    Case("XGBoost", name, metric, "xgboost package", functools.partial(measure, load, score, parameters), higher)
    for name, load, metric, score, parameters, higher in [
        ("breast cancer", load_breast_cancer, "AUC", roc_auc_score, {"objective": "binary:logistic"}, True),
        ("diabetes", load_diabetes, "RMSE", rmse, {"objective": "reg:squarederror"}, False),
        ("digits", load_digits, "accuracy", accuracy_score, {"objective": "multi:softmax", "num_class": 10}, True),
    ]
]
