"""The built-in k-NN from data to an answering endpoint, its verbose answers, and what it says of what it cannot train on."""

import json
import math
import random
import struct

import pytest

from support.built_ins import csv, metrics
from support.records import record

CORNERS = [(0.0, 0.0, 0.0), (10.0, 0.0, 5.0), (0.0, 10.0, -5.0)]
PARAMETERS = {"k": "3", "feature_dim": "3", "predictor_type": "classifier", "sample_size": "1000"}


def labelled(count: int, seed: int) -> list[tuple[float, ...]]:
    """The number of a corner and a point near it."""
    chance = random.Random(seed)
    rows = []
    for _ in range(count):
        label = chance.randrange(len(CORNERS))
        rows.append((label, *(chance.gauss(place, 0.5) for place in CORNERS[label])))
    return rows


TRAIN, TEST = labelled(300, 1), labelled(100, 2)
DATA = {"train": csv(TRAIN), "test": csv(TEST)}


def train(built_in, name, data=DATA, content_type="text/csv;label_size=1", changes=None, **parameters):
    return built_in.train(name, "knn", {**PARAMETERS, **parameters}, data, content_type, **(changes or {}))


def neighbors(point, k: int) -> list[tuple[float, float]]:
    """Distance and label, the nearest first."""
    return sorted((math.dist(point, row[1:]), float(row[0])) for row in TRAIN)[:k]


def test_a_classifier_is_trained_and_its_accuracy_measured(built_in):
    job = train(built_in, "classes")
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    final = metrics(job)
    assert final["test:accuracy"] == 1 and final["train:progress"] == 100
    assert any("#test_score (algo-1) : ('accuracy', 1" in message for message in built_in.log("classes"))
    metadata = json.loads(built_in.model_file(job, "model_algo-1.json"))
    assert metadata == {"k": 3, "predictor_type": "classifier", "dimension_reduction": None, "normalize": False, "version": "1.0"}
    labels = built_in.model_file(job, "model_algo-1.labels")
    assert struct.unpack(f"<{len(labels) // 4}f", labels) == tuple(row[0] for row in TRAIN)


def test_an_endpoint_answers_in_every_format(built_in):
    endpoint = built_in.endpoint(train(built_in, "served"))
    kind, body = endpoint.ask("10,0,5\n0,0,0")
    assert kind == "application/json"
    assert json.loads(body) == {"predictions": [{"predicted_label": 1.0}, {"predicted_label": 0.0}]}
    instances = {"instances": [{"data": {"features": {"values": [10, 0, 5]}}}, {"features": [0, 0, 0]}]}
    assert endpoint.ask(json.dumps(instances), "application/json")[1] == body
    lines = '{"features": [10, 0, 5]}\n{"data": {"features": {"values": [0, 0, 0]}}}\n'
    answer = endpoint.ask(lines, "application/jsonlines", Accept="application/jsonlines")
    assert answer == ("application/jsonlines", '{"predicted_label": 1.0}\n{"predicted_label": 0.0}\n')
    assert endpoint.ask(record([10, 0, 5]) + record([0, 0, 0]), "application/x-recordio-protobuf")[1] == body
    with pytest.raises(endpoint.refusal, match="cannot copy sequence with size 2 to array axis with dimension 3"):
        endpoint.ask("1,2")


def test_verbose_answers_tell_the_neighbors(built_in):
    endpoint = built_in.endpoint(train(built_in, "verbose"))
    kind, body = endpoint.ask("10,0,5\n1,2,3", Accept="application/json; verbose=true")
    assert kind == "application/json"
    for prediction, point in zip(json.loads(body)["predictions"], [(10, 0, 5), (1, 2, 3)], strict=True):
        expected = neighbors(point, 3)
        assert prediction["distances"] == pytest.approx([distance for distance, _ in expected], rel=1e-5)
        assert prediction["labels"] == [label for _, label in expected]
        assert prediction["predicted_label"] == max(prediction["labels"], key=prediction["labels"].count)
    lines = endpoint.ask("10,0,5", Accept="application/jsonlines; verbose=true")[1]
    assert json.loads(lines) == json.loads(body)["predictions"][0]
    _, frames = endpoint.ask_bytes("10,0,5", Accept="application/x-recordio-protobuf; verbose=true")
    assert all(name in frames for name in (b"predicted_label", b"distances", b"labels"))
    assert struct.pack("<3f", *json.loads(lines)["distances"]) in frames


def test_a_regressor_averages_the_labels(built_in):
    chance = random.Random(3)
    rows = [(3 * x, x, 0.0, 0.0) for x in (chance.uniform(-1, 1) for _ in range(500))]
    job = train(built_in, "values", {"train": csv(rows[:400]), "test": csv(rows[400:])}, predictor_type="regressor", k="2")
    assert metrics(job)["test:mse"] < 0.001
    answer = json.loads(built_in.endpoint(job).ask("0.5,0,0", Accept="application/json; verbose=true")[1])["predictions"][0]
    assert answer["predicted_label"] == pytest.approx(sum(answer["labels"]) / 2)
    assert answer["predicted_label"] == pytest.approx(1.5, abs=0.1)


@pytest.mark.parametrize("kind", ["sign", "fjlt"])
def test_dimensions_are_reduced(built_in, kind):
    chance = random.Random(4)
    centers = [[chance.gauss(0, 5) for _ in range(40)] for _ in range(3)]
    rows = [(label, *(chance.gauss(place, 1) for place in centers[label])) for label in (chance.randrange(3) for _ in range(300))]
    reduction = {"dimension_reduction_type": kind, "dimension_reduction_target": "10", "feature_dim": "40"}
    job = train(built_in, kind, {"train": csv(rows[:200]), "test": csv(rows[200:])}, sample_size="150", **reduction)
    assert metrics(job)["test:accuracy"] > 0.97
    assert any("sampled 150 of 200 rows" in message for message in built_in.log(kind))
    metadata = json.loads(built_in.model_file(job, "model_algo-1.json"))
    assert metadata["dimension_reduction"] == {"type": kind, "seed": 0, "target_dim": 10, "input_dim": 40}
    answer = built_in.endpoint(job).ask(",".join(map(str, rows[0][1:])))[1]
    assert json.loads(answer)["predictions"] == [{"predicted_label": float(rows[0][0])}]


@pytest.mark.parametrize(
    "parameters",
    [
        {"index_type": "faiss.IVFFlat"},
        {"index_type": "faiss.IVFFlat", "faiss_index_ivf_nlists": "7", "index_metric": "COSINE"},
        {"index_type": "faiss.IVFPQ", "faiss_index_ivf_nlists": "auto", "faiss_index_pq_m": "2"},
    ],
)
def test_approximate_indexes_answer_as_the_exact_one(built_in, parameters):
    job = train(built_in, "approximate", **parameters)
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    assert metrics(job)["test:accuracy"] > 0.95
    assert any("put 300 points into" in message for message in built_in.log("approximate"))
    endpoint = built_in.endpoint(job)
    answers = [json.loads(endpoint.ask("10,0,5\n0,10,-5", Accept=accept)[1])["predictions"] for accept in ("application/json", "application/json; verbose=true")]
    assert answers[0] == [{"predicted_label": 1.0}, {"predicted_label": 2.0}]
    assert [answer["labels"] for answer in answers[1]] == [[1.0] * 3, [2.0] * 3]
    assert all(answer["distances"] == sorted(answer["distances"]) for answer in answers[1])
    with pytest.raises(endpoint.refusal, match="cannot copy sequence with size 4 to array axis with dimension 3"):
        endpoint.ask("1,2,3,4")


@pytest.mark.parametrize(
    "parameters, reason",
    [
        ({"index_type": "faiss.IVFPQ", "index_metric": "INNER_PRODUCT"}, "index_metric INNER_PRODUCT is not supported with index_type faiss.IVFPQ"),
        ({"index_type": "faiss.IVFPQ", "faiss_index_pq_m": "5"}, "faiss_index_pq_m is 5, but it must be 1, 2, 3, 4, 8"),
        ({"index_type": "faiss.IVFPQ", "sample_size": "100"}, "Number of training points (100) should be at least as large as number of clusters (256)"),
        ({"index_type": "faiss.IVFFlat", "faiss_index_ivf_nlists": "301"}, "Number of training points (300) should be at least as large as number of clusters (301)"),
        ({"faiss_index_pq_m": "4"}, "Hyperparameter 'faiss_index_pq_m' should only be set when 'index_type' = 'faiss.IVFPQ'."),
        ({"faiss_index_ivf_nlists": "4"}, "faiss_index_ivf_nlists has no effect with index_type faiss.Flat"),
        ({"predictor_type": "ranker"}, "'ranker' is not valid under any of the given schemas"),
        ({"dimension_reduction_type": "sign"}, "dimension_reduction_target is required with dimension_reduction_type"),
        ({"dimension_reduction_type": "sign", "dimension_reduction_target": "3"}, "dimension_reduction_target must be less than feature_dim: they are 3 and 3"),
        ({"k": "301"}, "The number of neighbors k is 301, but the sample has only 300 rows"),
        ({"sample_size": "2"}, "The number of neighbors k is 3, but the sample has only 2 rows"),
        ({"feature_dim": "4"}, "cannot copy sequence with size 3 to array axis with dimension 4"),
    ],
)
def test_what_cannot_be_trained_on_is_the_failure_reason(built_in, parameters, reason):
    job = train(built_in, "refused", **parameters)
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"].startswith("ClientError: ") and reason in job["FailureReason"]


@pytest.mark.parametrize("rows, reason", [("0,1,x,3\n", "'x' is not a number"), ("0,1,,3\n", "feature 2 is missing"), ("0,1,2,3e38\n", "features too large for distances")])
def test_wrong_data_is_named(built_in, rows, reason):
    job = train(built_in, "wrong", {"train": "0,1,2,3\n" + rows}, k="1")
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"].startswith("ClientError: ") and reason in job["FailureReason"]


def test_rows_without_labels_are_refused(built_in):
    job = train(built_in, "labelless", content_type="text/csv;label_size=0", feature_dim="4")
    assert job["TrainingJobStatus"] == "Failed" and job["FailureReason"].startswith("ClientError: ")
