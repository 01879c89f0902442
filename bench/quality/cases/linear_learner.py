"""Linear Learner beside scikit-learn's linear models."""

import functools

import numpy
from bench.quality.case import Case
from bench.quality.trained import Trained
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import accuracy_score, mean_squared_error, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

EPOCHS = 50


def rmse(labels, scores) -> float:
    return mean_squared_error(labels, scores) ** 0.5


def split(load, seed):
    data = load()
    return train_test_split(data.data.astype(numpy.float32), data.target, random_state=seed)


def logistic(train, labels):
    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)).fit(train, labels)


def binary(place, seed):
    train, test, labels, wanted = split(load_breast_cancer, seed)
    given = {"predictor_type": "binary_classifier", "epochs": EPOCHS, "mini_batch_size": 100, "_seed": seed}
    ours = Trained(place, "linear-learner", train, labels, **given).numbers(test, "score")
    return roc_auc_score(wanted, ours), roc_auc_score(wanted, logistic(train, labels).decision_function(test))


def multiclass(place, seed):
    train, test, labels, wanted = split(load_digits, seed)
    given = {"predictor_type": "multiclass_classifier", "num_classes": 10, "epochs": EPOCHS, "mini_batch_size": 100, "_seed": seed}
    ours = Trained(place, "linear-learner", train, labels, **given).numbers(test, "predicted_label")
    return accuracy_score(wanted, ours), accuracy_score(wanted, logistic(train, labels).predict(test))


def regression(place, seed):
    train, test, labels, wanted = split(load_diabetes, seed)
    given = {"predictor_type": "regressor", "epochs": EPOCHS, "mini_batch_size": 100, "_seed": seed}
    ours = Trained(place, "linear-learner", train, labels, **given).numbers(test, "score")
    return rmse(wanted, ours), rmse(wanted, LinearRegression().fit(train, labels).predict(test))


CASES = [
    Case("Linear Learner", "breast cancer", "AUC", "scikit-learn, L-BFGS", binary, True),
    Case("Linear Learner", "digits", "accuracy", "scikit-learn, L-BFGS", multiclass, True),
    Case("Linear Learner", "diabetes", "RMSE", "scikit-learn, least squares", regression),
]
