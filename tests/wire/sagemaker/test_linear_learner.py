"""The built-in Linear Learner from data to an answering endpoint, for each kind of label and in each documented format."""

import json
import random
import struct

import pytest

from support.built_ins import arrays, csv, metrics

ALGORITHM = "linear-learner"


def rows(label, count=300, seed=1):
    """A label, then two features around 10 and -2 of which it is made."""
    chance = random.Random(seed)
    made = []
    for _ in range(count):
        first, second = chance.gauss(10, 3), chance.gauss(-2, 0.5)
        made.append((label((first - 10) / 3, (second + 2) / 0.5), first, second))
    return made


def number(first, second):
    return 100 + 20 * first - 10 * second


def side(first, second):
    return int(first + second > 0)


def third(first, second):
    return 0 if first < -0.5 else 1 if first < 0.5 else 2


def train(built_in, name, label, predictor, parts=("train", "validation", "test"), **parameters):
    data = {part: csv(rows(label, seed=seed)) for seed, part in enumerate(parts)}
    job = built_in.train(name, ALGORITHM, {"predictor_type": predictor, **parameters}, data)
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    return job


def test_a_number_is_predicted(built_in):
    job = train(built_in, "number", number, "regressor", feature_dim=2, mini_batch_size=50)
    final = metrics(job)
    assert final["test:mse"] == pytest.approx(0, abs=1)
    assert final["test:absolute_loss"] == pytest.approx(0, abs=1)
    assert final["validation:objective_loss"] < 100
    assert final["train:objective_loss"] < 1
    assert final["train:progress"] == 100
    log = built_in.log("number")
    words = ("Updating best model", "#validation_score (algo-1) : ('mse', ", "validation mse <loss>=", 'Best model found for hyperparameters: {"optimizer": "adam", ', "#test_score (algo-1) : ('mse', ", "test mse <loss>=")
    places = [next(at for at, line in enumerate(log) if word in line) for word in words]
    assert places == sorted(places)
    endpoint = built_in.endpoint(job)
    kind, text = endpoint.ask("13,-2\n10,-1.5")
    assert kind == "application/json"
    scores = json.loads(text)["predictions"]
    assert [list(one) for one in scores] == [["score"], ["score"]]
    assert [one["score"] for one in scores] == pytest.approx([120, 90], abs=2)
    assert endpoint.ask("13,-2", Accept="text/csv")[1].strip() == str(scores[0]["score"])
    with pytest.raises(endpoint.refusal):
        endpoint.ask("1,2,3")


def test_the_weights_are_those_of_raw_rows_in_mxnets_file(built_in):
    found = arrays(built_in.model_file(train(built_in, "weights", number, "regressor")))
    assert found["arg:fc0_weight"][0] == (1, 2)
    assert found["arg:fc0_weight"][1] == pytest.approx([20 / 3, -20], rel=0.02)
    assert found["arg:fc0_bias"][1] == pytest.approx([100 - 200 / 3 - 40], rel=0.1)


def test_one_of_two_classes_is_predicted_in_every_format(built_in):
    job = train(built_in, "side", side, "binary_classifier", num_models=4)
    final = metrics(job)
    for name in ("roc_auc_score", "binary_classification_accuracy", "binary_f_beta", "precision", "recall"):
        assert final[f"test:{name}"] > 0.9, name
        assert final[f"validation:{name}"] > 0.9, name
    endpoint = built_in.endpoint(job)
    body = "13,-1.5\n7,-2.5"
    sure, unsure = json.loads(endpoint.ask(body)[1])["predictions"]
    assert list(sure) == ["score", "predicted_label"]
    assert (sure["score"] > 0.9, sure["predicted_label"], unsure["score"] < 0.1, unsure["predicted_label"]) == (True, 1, True, 0)
    lines = endpoint.ask(body, Accept="application/jsonlines")[1].splitlines()
    assert [json.loads(line) for line in lines] == [sure, unsure]
    assert endpoint.ask(body, Accept="text/csv")[1].splitlines()[0] == f"{sure['score']},1"
    asked = json.dumps({"instances": [{"features": [13, -1.5]}, {"data": {"features": {"values": [7, -2.5]}}}]})
    assert json.loads(endpoint.ask(asked, "application/json")[1])["predictions"] == [sure, unsure]
    record = endpoint.ask_bytes(body, Accept="application/x-recordio-protobuf")[1]
    assert b"score" in record and b"predicted_label" in record
    assert struct.pack("<f", sure["score"]) in record


def test_one_of_several_classes_is_predicted(built_in):
    job = train(built_in, "third", third, "multiclass_classifier", num_classes=3, balance_multiclass_weights="true", accuracy_top_k=2)
    final = metrics(job)
    for name in ("multiclass_accuracy", "multiclass_top_k_accuracy", "dcg", "macro_f_beta", "macro_precision", "macro_recall"):
        assert final[f"test:{name}"] > 0.85, name
    endpoint = built_in.endpoint(job)
    low, high = json.loads(endpoint.ask("4,-2\n16,-2")[1])["predictions"]
    assert (low["predicted_label"], high["predicted_label"]) == (0, 2)
    assert len(low["score"]) == 3 and sum(low["score"]) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("criterion, metric", [("precision_at_target_recall", "recall"), ("recall_at_target_precision", "precision")])
def test_a_target_is_kept(built_in, criterion, metric):
    def noisy(first, second):
        return int(first + 0.2 * second * first > random.Random(first).gauss(0, 1))

    parameters = {"binary_classifier_model_selection_criteria": criterion, "target_recall": 0.95, "target_precision": 0.95, "positive_example_weight_mult": "balanced"}
    final = metrics(train(built_in, "target", noisy, "binary_classifier", **parameters))
    assert 0.95 <= final[f"validation:{metric}"] < 1


@pytest.mark.parametrize("loss", ["absolute_loss", "eps_insensitive_squared_loss", "eps_insensitive_absolute_loss", "quantile_loss", "huber_loss"])
def test_every_loss_of_a_regressor_learns(built_in, loss):
    final = metrics(train(built_in, loss.replace("_", "-"), number, "regressor", parts=("train", "test"), loss=loss))
    assert final["test:absolute_loss"] < 3


def test_a_hinge_gives_no_probabilities(built_in):
    job = train(built_in, "hinge", side, "binary_classifier", loss="hinge_loss", optimizer="sgd")
    assert metrics(job)["test:binary_classification_accuracy"] > 0.9
    far = json.loads(built_in.endpoint(job).ask("30,-1")[1])["predictions"][0]
    assert far["score"] > 1 and far["predicted_label"] == 1


REFUSED = [
    ({}, "'predictor_type' is a required property (caused by ValidationError)"),
    ({"predictor_type": "regressor", "loss": "logistic"}, "loss 'logistic' does not fit predictor_type 'regressor'"),
    ({"predictor_type": "multiclass_classifier"}, "num_classes must be 3 or more"),
    ({"predictor_type": "regressor", "wd": "-1"}, "'-1' is not valid under any of the given schemas"),
    ({"predictor_type": "regressor", "feature_dim": "7"}, "Unable to read data channel 'train'"),
    ({"predictor_type": "binary_classifier"}, "Channel 'train', row 1: label"),
]


@pytest.mark.parametrize("number_of_case", range(len(REFUSED)))
def test_what_is_wrong_is_said(built_in, number_of_case):
    parameters, words = REFUSED[number_of_case]
    job = built_in.train("wrong", ALGORITHM, parameters, {"train": csv(rows(number))})
    assert job["FailureReason"].startswith(f"ClientError: {words}")


def test_one_class_alone_is_refused(built_in):
    job = built_in.train("alone", ALGORITHM, {"predictor_type": "binary_classifier"}, {"train": "1,2,3\n1,3,4\n"})
    assert job["FailureReason"].startswith("ClientError: The training data has only one class: every label is 1")
