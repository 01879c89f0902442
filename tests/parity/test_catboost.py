"""CatBoost jobs beside a program that calls its package on the same rows: the same model, the same predictions and reasons.

The package is the one that jobs train with, in the environment that the program makes."""

import json
import subprocess

import numpy
import pytest
from parity.explanations import contributions
from parity.work import Job, csv, served
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine
from support.catboost import catboost_python

PARAMETERS = {"iterations": 60, "learning_rate": 0.2, "depth": 4, "random_seed": 7}
# What trains on three files of a folder and says what it predicts for the validation rows.
PROGRAM = """
import json, sys
import catboost, numpy
told = json.load(sys.stdin)
parts = {name: numpy.load(path) for name, path in told["parts"].items()}
model = getattr(catboost, told["kind"])(**told["parameters"], thread_count=2, allow_writing_files=False)
labels = lambda part: part[:, 0].astype(int) if "Classifier" in told["kind"] else part[:, 0]
pools = {name: catboost.Pool(part[:, 1:], labels(part)) for name, part in parts.items()}
model.fit(pools["training"], eval_set=pools["validation"], verbose=False)
predict = model.predict_proba if "Classifier" in told["kind"] else model.predict
parts = model.get_feature_importance(pools["validation"], type="ShapValues")
sums = model.predict(pools["validation"], prediction_type="RawFormulaVal")
print(json.dumps({"parts": parts.tolist(), "sums": sums.tolist(), "predictions": predict(pools["validation"]).tolist(), "best": model.get_best_iteration(), "trees": model.tree_count_}))
"""
SETS = {"two": (load_breast_cancer, "Logloss", "AUC"), "three": (load_wine, "MultiClass", "MultiClass"), "number": (load_diabetes, "RMSE", "RMSE")}
WAYS = {
    "SymmetricTree": {},
    "Depthwise": {"grow_policy": "Depthwise", "min_data_in_leaf": 3},
    "Lossguide": {"grow_policy": "Lossguide", "max_leaves": 12},
    "Plain": {"boosting_type": "Plain", "max_bin": 40, "rsm": 0.7},
}


def split(load):
    data = load()
    rows = numpy.column_stack([data.target, data.data]).astype(numpy.float32)
    numpy.random.default_rng(3).shuffle(rows)
    rows[::5, 3] = numpy.nan
    cut = len(rows) * 3 // 4
    return {"training": rows[:cut], "validation": rows[cut:]}


def package(folder, kind, parameters, parts):
    paths = {}
    for name, part in parts.items():
        paths[name] = str(folder / f"{name}.npy")
        numpy.save(paths[name], part)
    told = json.dumps({"kind": kind, "parameters": parameters, "parts": paths})
    return json.loads(subprocess.run([catboost_python(), "-c", PROGRAM], input=told, capture_output=True, text=True, check=True).stdout)


@pytest.mark.parametrize(
    "name, way",
    [("two", "SymmetricTree"), ("three", "SymmetricTree"), ("number", "SymmetricTree"), ("two", "Lossguide"), ("three", "Depthwise"), ("number", "Plain")],
)
def test_the_model_and_its_predictions_are_the_packages(tmp_path, name, way):
    load, loss, metric = SETS[name]
    parts = split(load)
    problem = "regression" if loss == "RMSE" else "classification"
    job = Job(tmp_path / "job", {**PARAMETERS, **WAYS[way], "problem_type": problem}, version="1", algorithm="catboost")
    for channel, part in parts.items():
        job.channel(channel, "text/csv", {"a.csv": csv(part[:, 1:], part[:, 0])})
    catboost_python()
    code, log = job.train()
    assert code == 0, log
    given = {**PARAMETERS, **WAYS[way], "loss_function": loss, "eval_metric": metric, "bootstrap_type": "Bayesian", "early_stopping_rounds": 5}
    if way != "Lossguide":
        given["sampling_frequency"] = "PerTreeLevel"
    kind = "CatBoostRegressor" if loss == "RMSE" else "CatBoostClassifier"
    theirs = package(tmp_path, kind, given, parts)
    assert f"bestIteration = {theirs['best']}" in log
    rows = parts["validation"][:, 1:]
    with served(job) as server:
        body = json.loads(server.ask(csv(rows), "text/csv")[2])
    ours = body["prediction" if loss == "RMSE" else "probabilities"]
    numpy.testing.assert_allclose(ours, theirs["predictions"], rtol=1e-12, atol=1e-12)
    found = contributions("catboost", job.root, rows)
    if way in ("Depthwise", "Lossguide"):
        # The package's do not add up to its predictions.
        sums = numpy.array(theirs["sums"])
        numpy.testing.assert_allclose(found.reshape(*sums.shape, -1).sum(axis=-1), sums, rtol=1e-6, atol=1e-6)
    else:
        numpy.testing.assert_allclose(found, numpy.reshape(theirs["parts"], found.shape), rtol=2e-7, atol=1e-9)
