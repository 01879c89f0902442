"""CatBoost beside its own package, in the environment that ours trains in: a fifth of the rows held out by each side's own draw."""

import functools
import json
import subprocess

import numpy
from bench.quality.case import Case
from bench.quality.cases.xgboost import rmse
from bench.quality.trained import PROGRAM, Trained
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits
from sklearn.metrics import accuracy_score, roc_auc_score
from sklearn.model_selection import train_test_split

PARAMETERS = {"iterations": 200, "learning_rate": 0.1, "depth": 4}
PEER = """
import json, sys
import catboost
told = json.load(sys.stdin)
model = getattr(catboost, told["kind"])(**told["parameters"], thread_count=1, allow_writing_files=False)
model.fit(told["rows"], told["labels"], eval_set=(told["held"], told["held_labels"]), verbose=False)
found = model.predict_proba(told["test"]) if "Classifier" in told["kind"] else model.predict(told["test"])
print(json.dumps(found.tolist()))
"""


@functools.cache
def python() -> str:
    """The Python of the environment, made where it is not there."""
    made = subprocess.run([PROGRAM, "environment", "create", "catboost"], capture_output=True, text=True, check=True)
    return f"{made.stdout.strip()}/bin/python"


def chosen(answers):
    return numpy.argmax(answers, axis=1)


def second(answers):
    return numpy.array(answers)[:, 1]


def measure(load, score, kind, metric, shape, place, seed):
    data = load()
    rows = data.data.astype(numpy.float32)
    train, test, labels, wanted = train_test_split(rows, data.target, random_state=seed)
    python()
    ours = shape(Trained(place, "catboost", train, labels, problem_type=kind, random_seed=seed, **PARAMETERS).ask(test))
    return score(wanted, ours), score(wanted, shape(peer(train, labels, kind, metric, seed, test)))


def peer(rows, labels, kind, metric, seed, test):
    train, held, labels, held_labels = train_test_split(rows, labels, test_size=0.2, random_state=seed)
    parameters = {**PARAMETERS, "random_seed": seed, "bootstrap_type": "Bayesian", "sampling_frequency": "PerTreeLevel"}
    parameters |= {"eval_metric": metric, "early_stopping_rounds": 5}
    told = {"kind": "CatBoostRegressor" if kind == "regression" else "CatBoostClassifier", "parameters": parameters}
    parts = {"rows": train, "labels": labels, "held": held, "held_labels": held_labels, "test": test}
    told |= {name: part.tolist() for name, part in parts.items()}
    return json.loads(subprocess.run([python(), "-c", PEER], input=json.dumps(told), capture_output=True, text=True, check=True).stdout)


CASES = [
    Case("CatBoost", name, shown, "catboost package", functools.partial(measure, load, score, kind, metric, shape), higher)
    for name, load, shown, score, kind, metric, shape, higher in [
        ("breast cancer", load_breast_cancer, "AUC", roc_auc_score, "classification", "AUC", second, True),
        ("diabetes", load_diabetes, "RMSE", rmse, "regression", "RMSE", numpy.array, False),
        ("digits", load_digits, "accuracy", accuracy_score, "classification", "MultiClass", chosen, True),
    ]
]
