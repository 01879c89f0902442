"""CatBoost's models of categories, trained by its package: read from .cbm and walked, they predict what the package predicts, and say why as it does."""

import json
import pathlib
import subprocess

import numpy
import pytest
from parity.explanations import contributions_of_file, gains_of
from parity.work import ENVIRONMENT, PROGRAM, Job, serve, served
from support.catboost import catboost_python

KINDS = ["Borders", "Buckets", "BinarizedTargetMeanValue", "Counter"]
SEVERAL = [f"{kind}:TargetBorderCount=3" for kind in KINDS[:2]] + KINDS[2:]
CASES = {
    "one_hot": {"labels": "two", "parameters": {"one_hot_max_size": 255}},
    "simple": {"labels": "two", "parameters": {"one_hot_max_size": 2, "max_ctr_complexity": 1}},
    "combined": {"labels": "two", "parameters": {"one_hot_max_size": 3, "max_ctr_complexity": 4, "depth": 8}},
    "combined_alone": {"labels": "two", "parameters": {"one_hot_max_size": 1, "max_ctr_complexity": 4, "model_size_reg": 0}},
    "classes": {"labels": "three", "parameters": {"loss_function": "MultiClass", "max_ctr_complexity": 3}},
    "one_vs_all": {"labels": "three", "parameters": {"loss_function": "MultiClassOneVsAll", "one_hot_max_size": 4}},
    "number": {"labels": "number", "parameters": {"max_ctr_complexity": 2}},
    "kinds": {"labels": "number", "parameters": {"simple_ctr": SEVERAL, "combinations_ctr": SEVERAL, "iterations": 60}},
    "kinds_of_two": {"labels": "two", "parameters": {"simple_ctr": KINDS, "combinations_ctr": KINDS}},
    "kinds_of_cards": {
        "labels": "number",
        "parameters": {"simple_ctr": KINDS[2:], "combinations_ctr": KINDS[2:], "iterations": 60},
        "renamed": {"Counter": "FeatureFreq", "BinarizedTargetMeanValue": "FloatTargetMeanValue"},
    },
    "missing_above": {"labels": "two", "parameters": {"nan_mode": "Max", "max_ctr_complexity": 4, "one_hot_max_size": 1}},
    "depthwise": {"labels": "two", "parameters": {"grow_policy": "Depthwise", "max_ctr_complexity": 1}},
    "lossguide": {"labels": "three", "parameters": {"grow_policy": "Lossguide", "one_hot_max_size": 5}},
}
# As a job's: the contract's own defaults, where the package has others.
LIKE_A_JOB = {"bootstrap_type": "Bayesian", "early_stopping_rounds": 5, "sampling_frequency": "PerTreeLevel", "depth": 6}
JOBS = {
    "job_two": {"labels": "two", "validation": True, "parameters": {**LIKE_A_JOB, "eval_metric": "AUC"}},
    "job_three": {"labels": "three", "validation": True, "parameters": {**LIKE_A_JOB, "loss_function": "MultiClass", "eval_metric": "MultiClass"}},
    "job_number": {"labels": "number", "validation": True, "parameters": {**LIKE_A_JOB, "loss_function": "RMSE", "eval_metric": "RMSE"}},
}


@pytest.fixture(scope="module", name="models")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    program = pathlib.Path(__file__).with_name("catboost_models.py")
    subprocess.run([catboost_python(), program, folder, json.dumps({**CASES, **JOBS})], check=True, timeout=300)
    return folder


def ask(server, lines):
    status, _, body = server.ask("\n".join(lines).encode(), "text/csv")
    assert status == 200, body
    found = json.loads(body)
    return numpy.array(found["prediction"] if "prediction" in found else found["probabilities"])


@pytest.mark.parametrize("name", CASES)
def test_predictions_are_the_packages(tmp_path, models, name):
    for folder in ("model", "input/config"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "model" / "model").write_bytes((models / f"{name}.cbm").read_bytes())
    lines = (models / "rows.csv").read_text(encoding="utf-8").splitlines()
    expected = numpy.load(models / f"{name}.npy")
    with serve(tmp_path, {"algorithm": "catboost", "version": "1", "threads": 1}) as server:
        numpy.testing.assert_allclose(ask(server, lines), expected, rtol=1e-12, atol=1e-12)
        for at in (0, 7, 299):
            numpy.testing.assert_allclose(ask(server, lines[at : at + 1]), expected[at : at + 1], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", CASES)
def test_contributions_and_importance_are_the_packages(tmp_path, models, name):
    (tmp_path / "model").write_bytes((models / f"{name}.cbm").read_bytes())
    found = contributions_of_file("catboost", tmp_path, models / "rows.csv")
    if "grow_policy" in CASES[name]["parameters"]:
        # The package's do not add up to its predictions.
        sums = numpy.load(models / f"{name}.sums.npy")
        numpy.testing.assert_allclose(found.reshape(*sums.shape, -1).sum(axis=-1), sums, rtol=1e-6, atol=1e-6)
    else:
        numpy.testing.assert_allclose(found, numpy.load(models / f"{name}.parts.npy"), rtol=2e-7, atol=1e-9)
    expected = numpy.load(models / f"{name}.importance.npy")
    numpy.testing.assert_allclose(gains_of("catboost", tmp_path, len(expected)), expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("name", ("text_features", "embedding_features"))
def test_what_is_not_read_is_named(tmp_path, models, name):
    (tmp_path / "model.cbm").write_bytes((models / f"{name}.cbm").read_bytes())
    rows = tmp_path / "rows.csv"
    rows.write_text("1,2\n", encoding="utf-8")
    done = subprocess.run([PROGRAM, "predict", "catboost", "--model", tmp_path, rows], capture_output=True, text=True, env=ENVIRONMENT, check=False)
    assert done.returncode != 0 and "models with features of text or embeddings are not read" in done.stderr


@pytest.mark.parametrize("name", JOBS)
def test_a_job_makes_the_packages_model(tmp_path, models, name):
    problem = "regression" if name == "job_number" else "classification"
    told = {"iterations": 30, "learning_rate": 0.2, "random_seed": 1, "problem_type": problem}
    job = Job(tmp_path / "job", told, version="1", algorithm="catboost")
    index = json.dumps({"cat_index_list": [2, 4, 5, 6]}).encode()
    files = {f"{part}/data.csv": (models / f"{name}.{part}.csv").read_bytes() for part in ("training", "validation")}
    code, log = job.channel("training", "text/csv", {**files, "categorical_index.json": index}).train()
    assert code == 0, log
    lines = (models / "rows.csv").read_text(encoding="utf-8").splitlines()
    with served(job) as server:
        numpy.testing.assert_allclose(ask(server, lines), numpy.load(models / f"{name}.npy"), rtol=1e-12, atol=1e-12)
