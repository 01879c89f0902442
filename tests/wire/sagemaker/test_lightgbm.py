"""The built-in LightGBM from data to an answering endpoint, and what it says of what it cannot train on."""

import json
import random

import pytest

from support.built_ins import csv, metrics

PARAMETERS = {"num_boost_round": "20", "learning_rate": "0.3"}
REGRESSION = {**PARAMETERS, "problem_type": "regression"}


def rows(count: int, seed: int, label) -> list[list[float]]:
    chance = random.Random(seed)
    features = [[chance.uniform(-1, 1) for _ in range(3)] for _ in range(count)]
    return [[label(row), *row] for row in features]


def side(row) -> int:
    return int(row[0] + row[1] > 0)


def third(row) -> int:
    return int((row[0] + 1) * 1.5)


DATA = {"train": csv(rows(600, 1, side)), "validation": csv(rows(200, 2, side))}


def test_two_classes_are_learnt_measured_and_answered(built_in):
    job = built_in.train("two", "lightgbm", PARAMETERS, DATA)
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    assert 0 < metrics(job)["binary_logloss"] < 0.3
    log = built_in.log("two")
    assert any(line.startswith("[1]#011val's binary_logloss: ") and "#011train's binary_logloss: " in line for line in log)
    text = built_in.model_file(job, "model.txt")
    assert text.startswith(b"tree\n") and b"feature_names=feature_0 feature_1 feature_2\n" in text
    assert text in built_in.model_file(job, "model.pkl")
    endpoint = built_in.endpoint(job)
    kind, body = endpoint.ask("0.8,0.7,0\n-0.8,-0.7,0")
    assert kind == "application/json"
    found = json.loads(body)
    assert list(found) == ["probabilities"]
    (low, high), (more, less) = found["probabilities"]
    assert high > 0.9 > 0.1 > low and more > 0.9 > 0.1 > less
    assert low == 1 - high
    verbose = json.loads(endpoint.ask("0.8,0.7,0\n-0.8,-0.7,0", Accept="application/json;verbose")[1])
    assert verbose == {**found, "labels": [0, 1], "predicted_label": [1, 0]}
    with pytest.raises(endpoint.refusal, match=r"number of features in data \(2\) is not the same as it was in training data \(3\)") as refused:
        endpoint.ask("1,2")
    assert refused.value.response["OriginalStatusCode"] == 400
    with pytest.raises(endpoint.refusal, match="Content-type application/json is not supported"):
        endpoint.ask("[[1,2,3]]", "application/json")


def test_more_classes_are_found_in_the_labels(built_in):
    data = {"training": csv(rows(600, 1, third))}
    job = built_in.train("three", "lightgbm", {**PARAMETERS, "metric": "multi_error"}, data)
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    assert metrics(job)["multi_error"] < 0.1
    assert any("Validation data has 120 rows" in line for line in built_in.log("three"))
    (probabilities,) = json.loads(built_in.endpoint(job).ask("0.9,0,0")[1])["probabilities"]
    assert len(probabilities) == 3 and probabilities[2] > 0.5 and sum(probabilities) == pytest.approx(1)


def test_numbers_are_predicted(built_in):
    data = {name: csv(rows(count, seed, lambda row: 3 * row[0] - row[1])) for name, count, seed in (("train", 600, 1), ("validation", 200, 2))}
    job = built_in.train("numbers", "lightgbm", REGRESSION, data)
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    assert 0 < metrics(job)["rmse"] < 0.5
    (prediction,) = json.loads(built_in.endpoint(job).ask("0.5,0.5,0")[1])["prediction"]
    assert prediction == pytest.approx(1, abs=0.5)


def test_training_stops_early(built_in):
    chance = random.Random(3)
    noise = {name: csv(rows(count, 4, lambda _: chance.random())) for name, count in (("train", 300), ("validation", 100))}
    job = built_in.train("early", "lightgbm", {**REGRESSION, "num_boost_round": "500", "early_stopping_rounds": "5"}, noise)
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    log = built_in.log("early")
    assert any("Early stopping, best iteration is:" in line for line in log)
    assert built_in.model_file(job, "model.txt").count(b"\nTree=") < 100


@pytest.mark.parametrize(
    "parameters, data, reason",
    [
        ({"num_leaves": "1"}, DATA, "num_leaves: 1 is not in"),
        ({"leaves": "8"}, DATA, "leaves"),
        ({"boosting": "goss"}, DATA, "Cannot use bagging in GOSS"),
        ({"is_unbalance": "True", "scale_pos_weight": "2"}, DATA, "scale_pos_weight"),
        ({}, {"train": "1,2\n2,3\n1,4\n"}, "Label must be in [0, 2), but found 2 in label"),
        ({}, {"train": "1,2\n1,3\n1,4\n"}, "There is only one class in the labels"),
        ({}, {"train": "0,2\n0,3\n0,4\n"}, "There is only one class in the labels"),
        ({}, {"train": "0,2\n1,3\n", "validation": "9,3\n"}, "Label must be in [0, 2), but found 9 in label"),
        ({}, {"train": "0,2\n1,x\n"}, "line 2"),
        ({}, {"train": "0,2\n1,3,4\n"}, "line 2"),
        ({}, {"train": "0,2\n1,3\n", "validation": "0,2,3\n"}, "The validation rows have 2 columns behind the label, the training rows 1"),
        ({}, {"validation": DATA["validation"]}, "Missing required channel"),
    ],
)
def test_what_cannot_be_trained_on_is_the_failure_reason(built_in, parameters, data, reason):
    job = built_in.train("refused", "lightgbm", parameters, data)
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"].startswith("ClientError: ")
    assert reason in job["FailureReason"]
