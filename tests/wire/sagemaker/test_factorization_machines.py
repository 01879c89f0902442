"""The built-in Factorization Machines from sparse records to an answering endpoint, and what they say of what they cannot train on."""

import json
import math
import random

import pytest

from support.built_ins import arrays, metrics
from support.records import record

RECORDS = "application/x-recordio-protobuf"
USERS, ITEMS = 30, 20
WIDTH = USERS + ITEMS
PARAMETERS = {
    "feature_dim": WIDTH,
    "num_factors": 4,
    "predictor_type": "regressor",
    "epochs": 60,
    "mini_batch_size": 50,
    "bias_lr": 0.02,
    "linear_lr": 0.02,
    "factors_lr": 0.02,
    "factors_init_sigma": 0.1,
}


def rating(user: int, item: int) -> float:
    """Even users like even items: no sum of a user's and an item's weight says so."""
    return 1.0 if user % 2 == item % 2 else -1.0


def ratings(count: int, seed: int, label=rating) -> bytes:
    chance = random.Random(seed)
    rows = []
    for _ in range(count):
        user, item = chance.randrange(USERS), chance.randrange(ITEMS)
        rows.append(record([1, 1], [user, USERS + item], WIDTH, label(user, item)))
    return b"".join(rows)


def liked(user: int, item: int) -> float:
    return max(rating(user, item), 0)


REGRESSION = {"train": ratings(1000, 1), "test": ratings(200, 2)}
CLASSES = {"train": ratings(1000, 1, liked), "test": ratings(200, 2, liked)}


def train(built_in, name, data=REGRESSION, content_type=RECORDS, **parameters):
    return built_in.train(name, "factorization-machines", {**PARAMETERS, **parameters}, data, content_type)


def instance(*keys: int) -> dict:
    return {"data": {"features": {"keys": list(keys), "shape": [WIDTH], "values": [1] * len(keys)}}}


def test_a_regressor_learns_who_likes_what(built_in):
    job = train(built_in, "regressor")
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    final = metrics(job)
    assert final["test:rmse"] < 0.2 and final["train:rmse:epoch"] < 0.2
    assert final["train:mse:epoch"] == pytest.approx(final["train:rmse:epoch"] ** 2, rel=1e-4)
    assert {"train:rmse", "train:absolute_loss:epoch", "train:progress", "train:throughput"} <= final.keys()
    log = built_in.log("regressor")
    assert any("#test_score (algo-1) : ('rmse', " in message for message in log)
    assert any("#quality_metric: host=algo-1, epoch=59, train rmse <loss>=" in message for message in log)
    shapes = {name: shape for name, (shape, _) in arrays(built_in.model_file(job)).items()}
    assert shapes == {"v": (WIDTH, 4), "w1_weight": (WIDTH, 1), "w0_weight": (1, 1)}
    endpoint = built_in.endpoint(job)
    kind, body = endpoint.ask(json.dumps({"instances": [instance(0, USERS), instance(0, USERS + 1)]}), "application/json")
    assert kind == "application/json"
    same, other = json.loads(body)["predictions"]
    assert same == {"score": pytest.approx(1, abs=0.3)} and other == {"score": pytest.approx(-1, abs=0.3)}
    assert endpoint.ask(record([1, 1], [0, USERS], WIDTH) + record([1, 1], [0, USERS + 1], WIDTH), RECORDS)[1] == body


def test_a_classifier_says_score_and_label(built_in):
    job = train(built_in, "classifier", CLASSES, predictor_type="binary_classifier")
    final = metrics(job)
    assert final["test:binary_classification_accuracy"] > 0.97
    assert final["test:binary_classification_cross_entropy"] < 0.2
    assert final["test:binary_f_beta"] > 0.97
    assert final["train:binary_classification_accuracy:epoch"] > 0.97
    assert any("('binary_f_1.000', " in message for message in built_in.log("classifier"))
    endpoint = built_in.endpoint(job)
    dense = [1.0 if column in (0, USERS) else 0.0 for column in range(WIDTH)]
    lines = "\n".join(json.dumps(line) for line in (instance(0, USERS), {"features": dense}, instance(1, USERS)))
    kind, body = endpoint.ask(lines, "application/jsonlines", Accept="application/jsonlines")
    sparse, same, other = map(json.loads, body.splitlines())
    assert kind == "application/jsonlines" and sparse == same
    assert list(sparse) == ["score", "predicted_label"]
    assert sparse["predicted_label"] == 1 and sparse["score"] > 0.8
    assert other["predicted_label"] == 0 and other["score"] < 0.2
    _, frames = endpoint.ask_bytes(record(dense), RECORDS, Accept=RECORDS)
    assert b"score" in frames and b"predicted_label" in frames
    with pytest.raises(endpoint.refusal, match=f"cannot copy sequence with size {WIDTH + 1} to array axis with dimension {WIDTH}"):
        endpoint.ask(json.dumps({"instances": [{"features": [*dense, 0]}]}), "application/json")
    with pytest.raises(endpoint.refusal, match="a feature is missing or no finite number"):
        endpoint.ask(json.dumps({"instances": [{"features": [None, *dense[1:]]}]}), "application/json")


def test_dense_records_train_as_sparse_ones(built_in):
    sparse = [[1.0, 0.0, 2.0], [0.0, -1.0, 0.0], [3.0, 1.0, 0.5]]
    dense = b"".join(record(row, label=sum(row)) for row in sparse)
    keyed = b"".join(record([value for value in row if value], [key for key, value in enumerate(row) if value], 3, sum(row)) for row in sparse)
    jobs = [train(built_in, name, {"train": data}, feature_dim=3, epochs=3) for name, data in (("dense", dense), ("sparse", keyed))]
    assert built_in.model_file(jobs[0]) == built_in.model_file(jobs[1])


def test_a_start_is_as_its_method_says(built_in):
    job = train(
        built_in,
        "start",
        epochs=1,
        bias_lr=0,
        linear_lr=0,
        factors_lr=0,
        bias_init_method="constant",
        bias_init_value=2.5,
        linear_init_method="uniform",
        linear_init_scale=0.25,
        factors_init_sigma=1,
    )
    found = {name: numbers for name, (_, numbers) in arrays(built_in.model_file(job)).items()}
    assert found["w0_weight"] == (2.5,)
    assert 0.2 < max(map(abs, found["w1_weight"])) <= 0.25
    assert math.sqrt(sum(number**2 for number in found["v"]) / len(found["v"])) == pytest.approx(1, rel=0.2)


@pytest.mark.parametrize(
    "parameters, reason",
    [
        ({"feature_dim": WIDTH - 1}, f"cannot copy sequence with size {WIDTH} to array axis with dimension {WIDTH - 1}"),
        ({"predictor_type": "binary_classifier"}, "is neither 0 nor 1, as a binary_classifier needs them"),
        ({"predictor_type": "multiclass"}, "'multiclass' is not valid under any of the given schemas"),
        ({"bias_init_method": "uniform"}, "bias_init_scale is required with bias_init_method uniform"),
        ({"clip_gradient": "0"}, "Failed validating hyperparameter 'clip_gradient'"),
        ({"factors_lr": "1e30"}, "The training diverged in epoch"),
    ],
)
def test_what_cannot_be_trained_on_is_the_failure_reason(built_in, parameters, reason):
    job = train(built_in, "refused", **parameters)
    assert job["TrainingJobStatus"] == "Failed"
    assert reason in job["FailureReason"]
    assert job["FailureReason"].startswith("AlgorithmError: " if "diverged" in reason else "ClientError: ")


@pytest.mark.parametrize(
    "data, content_type, reason",
    [
        (b"1,2,3\n", "text/csv", "No iterator has been registered for ContentType ('text/csv', '1.0')"),
        (b"1,2,3\n4,5,6\n", RECORDS, "a frame does not begin with the magic number"),
        (record([1], [0], WIDTH), RECORDS, "the rows have no labels"),
        (record([math.inf], [4], WIDTH, 1), RECORDS, "row 1, feature 5 is infinite"),
        (record([1], [0], WIDTH, math.nan), RECORDS, "the label of row 1 is missing or no finite number"),
        (b"", RECORDS, "the channel has no rows"),
    ],
)
def test_wrong_data_is_named(built_in, data, content_type, reason):
    job = train(built_in, "wrong", {"train": data}, content_type)
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"].startswith("ClientError: ") and reason in job["FailureReason"]
