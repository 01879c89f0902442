"""The built-in Random Cut Forest from data to an answering endpoint, and what it says of what it cannot train on."""

import json
import math
import random
import struct

import pytest

from support.built_ins import arrays, csv, metrics

PARAMETERS = {"feature_dim": "2", "num_trees": "60", "num_samples_per_tree": "40"}
TYPES = {"train": "text/csv;label_size=0", "test": "text/csv;label_size=1"}


def ordinary(count, seed):
    chance = random.Random(seed)
    return [(chance.gauss(5, 1), chance.gauss(-5, 1)) for _ in range(count)]


def labelled():
    """A hundred ordinary rows, and two that are far away."""
    return [(0, *row) for row in ordinary(100, 2)] + [(1, 30, 30), (1, -20, 0)]


@pytest.fixture
def forest(built_in):
    def plant(name, parameters=PARAMETERS, content_type=TYPES, **data):
        data = {"train": csv(ordinary(3000, 1)), "test": csv(labelled()), **data}
        return built_in.train(name, "randomcutforest", parameters, {part: text for part, text in data.items() if text is not None}, content_type)

    built_in.plant = plant
    return built_in


def test_anomalies_are_found_and_measured(forest):
    job = forest.plant("anomalies")
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    final = metrics(job)
    assert final["test:f1"] == final["test:accuracy"] == final["test:precision"] == final["test:recall"] == 1
    assert final["test:negative_f1"] == 1
    assert final["train:progress"] == 100
    log = forest.log("anomalies")
    assert any("num_samples_in_forest: 2400, num_samples_per_tree: 40, sample_dim: 2, shingle_size: 1, trees_num_nodes: [79, " in line for line in log)
    words = ("completed 100.0 % of epochs", "train throughput=", "Building Random Cut Forest...", "Random Cut Forest built: ", "ForestInfo{num_trees: 60, ")
    places = [next(at for at, line in enumerate(log) if word in line) for word in words]
    assert places == sorted(places)
    found = arrays(forest.model_file(job))
    assert found["points"][0] == (2400, 2)
    assert set(found) == {"columns", "cuts", "points"}


def test_only_the_measures_asked_for_are_taken(forest):
    final = metrics(forest.plant("measures", {**PARAMETERS, "eval_metrics": '["accuracy"]'}))
    assert "test:accuracy" in final
    assert "test:f1" not in final


@pytest.mark.parametrize("own, samples", [("true", 130), ("false", 2)])
def test_few_rows_are_shared_or_dealt_out_evenly(forest, own, samples):
    job = forest.plant("few", {**PARAMETERS, "num_samples_per_tree": "256", "_own_samples": own}, train=csv(ordinary(130, 1)), test=None)
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    log = forest.log("few")
    assert any(f"num_samples_in_forest: {60 * samples}, num_samples_per_tree: {samples}," in line for line in log)
    assert any("Test data is not provided." in line for line in log)


def record(values) -> bytes:
    """RecordIO-protobuf's frame around a Record whose feature `values` is a Float32Tensor."""
    packed = struct.pack(f"<{len(values)}f", *values)
    tensor = b"\x0a" + bytes([len(packed)]) + packed
    value = b"\x12" + bytes([len(tensor)]) + tensor
    entry = b"\x0a\x06values\x12" + bytes([len(value)]) + value
    message = b"\x0a" + bytes([len(entry)]) + entry
    return struct.pack("<II", 0xCED7230A, len(message)) + message + b"\0" * (-len(message) % 4)


def test_an_endpoint_scores_in_every_format(forest):
    endpoint = forest.endpoint(forest.plant("served", test=None))
    kind, body = endpoint.ask("5,-5\n30,30")
    assert kind == "application/json"
    near, far = (one["score"] for one in json.loads(body)["scores"])
    assert 0.5 < near < 1.5 < 3 < far
    assert json.loads(body) == {"scores": [{"score": near}, {"score": far}]}
    dense = '{"instances": [{"features": [5, -5]}, {"data": {"features": {"values": [30, 30]}}}]}'
    assert endpoint.ask(dense, "application/json")[1] == body
    lines = '{"features": [5, -5]}\n{"features": [30, 30]}\n'
    assert endpoint.ask(lines, "application/jsonlines")[1] == body
    assert endpoint.ask(record([5, -5]) + record([30, 30]), "application/x-recordio-protobuf")[1] == body
    sparse = '{"instances": [{"data": {"features": {"keys": [0], "shape": [2], "values": [5]}}}]}'
    assert endpoint.ask(sparse, "application/json")[1] == endpoint.ask("5,0")[1]
    kind, body = endpoint.ask(lines, "application/jsonlines", Accept="application/jsonlines")
    assert kind == "application/jsonlines"
    assert [json.loads(line) for line in body.splitlines()] == [{"score": near}, {"score": far}]
    kind, records = endpoint.ask_bytes("30,30", Accept="application/x-recordio-protobuf")
    assert kind == "application/x-recordio-protobuf"
    assert b"score" in records and struct.pack("<f", far) in records


def test_an_endpoint_refuses_rows_that_do_not_fit(forest):
    endpoint = forest.endpoint(forest.plant("picky", test=None))
    for body, words in (("1,2,3", "cannot copy sequence with size 3 to array axis with dimension 2"), ("1,", "row 1, feature 2 is missing"), ("1,inf", "row 1, feature 2 is infinite")):
        with pytest.raises(endpoint.refusal, match=words):
            endpoint.ask(body)


@pytest.mark.parametrize(
    "parameters, changes, reason",
    [
        ({"num_trees": "60"}, {}, "'feature_dim' is a required property"),
        ({**PARAMETERS, "num_tree": "60"}, {}, "Additional properties are not allowed ('num_tree' was unexpected)"),
        ({**PARAMETERS, "num_trees": "49"}, {}, "Failed validating hyperparameter 'num_trees'"),
        ({**PARAMETERS, "feature_dim": "3"}, {}, "cannot copy sequence with size 2 to array axis with dimension 3"),
        ({**PARAMETERS, "_own_samples": "false"}, {"train": csv(ordinary(59, 1))}, "num_trees is 60, but the training data has only 59 rows"),
        ({**PARAMETERS, "_shingle_size": "8"}, {"train": csv(ordinary(7, 1))}, "_shingle_size is 8, but the channel train has only 7 rows"),
        ({**PARAMETERS, "_shingle_size": "8"}, {"test": csv(labelled()[:7])}, "_shingle_size is 8, but the channel test has only 7 rows"),
        ({**PARAMETERS, "feature_dim": "5001", "_shingle_size": "2"}, {}, "windows of more than 10000 values are not trained on"),
        (PARAMETERS, {"test": "2,5,5\n"}, "label of row 1 of the test channel is neither 0 nor 1"),
        (PARAMETERS, {"test": "5,5\n", "content_type": "text/csv;label_size=0"}, "label"),
    ],
)
def test_what_cannot_be_trained_on_is_the_failure_reason(forest, parameters, changes, reason):
    job = forest.plant("refused", parameters, **changes)
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"].startswith("ClientError: ")
    assert reason in job["FailureReason"]


def stream(length, odd=None):
    """A wave of eight points a period, in two columns, which stands still at one place: no point of it is unusual by itself."""
    chance = random.Random(length)
    places = [place if odd is None or not odd <= place < odd + 6 else odd for place in range(length)]
    return [(math.sin(place * math.pi / 4) + chance.gauss(0, 0.05), math.cos(place * math.pi / 4) + chance.gauss(0, 0.05)) for place in places]


def test_a_stream_is_learned_and_scored_by_its_windows(forest):
    labelled_stream = [(1 if 203 <= place < 206 else 0, *point) for place, point in enumerate(stream(400, odd=200))]
    data = {"train": csv(stream(3000)), "test": csv(labelled_stream)}
    job = forest.plant("stream", {**PARAMETERS, "num_samples_per_tree": "128", "_shingle_size": "4"}, **data)
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    assert metrics(job)["test:recall"] == 1
    assert arrays(forest.model_file(job))["shingle"] == ((1,), (4.0,))
    endpoint = forest.endpoint(job)
    asked = stream(120, odd=60)
    scores = [one["score"] for one in json.loads(endpoint.ask(csv(asked))[1])["scores"]]
    assert len(scores) == 120 and scores[:3] == [0, 0, 0] and min(scores[3:]) > 0
    assert 60 < scores.index(max(scores)) < 70
    windows = [sum(asked[at : at + 4], ()) for at in range(117)]
    assert [one["score"] for one in json.loads(endpoint.ask(csv(windows))[1])["scores"]] == scores[3:]
    verbose = json.loads(endpoint.ask(csv(asked), Accept="application/json; verbose=true")[1])["scores"]
    assert [one["score"] for one in verbose] == scores
    assert {len(one["attribution_high"]) for one in verbose} == {8}
    assert sum(verbose[64]["attribution_high"] + verbose[64]["attribution_low"]) == pytest.approx(scores[64], rel=1e-4)
    with pytest.raises(endpoint.refusal, match="windows are of 4 consecutive points, but there are only 3"):
        endpoint.ask(csv(asked[:3]))


def test_verbose_answers_say_which_feature_is_odd(forest):
    endpoint = forest.endpoint(forest.plant("attributed"))
    rows = "5,-5\n30,-5\n5,-40"
    short = json.loads(endpoint.ask(rows)[1])["scores"]
    kind, body = endpoint.ask(rows, Accept="application/json; verbose=true")
    assert kind == "application/json"
    verbose = json.loads(body)["scores"]
    for one, other in zip(verbose, short, strict=True):
        assert set(other) == {"score"} and one["score"] == other["score"]
        assert sum(one["attribution_high"] + one["attribution_low"]) == pytest.approx(one["score"], rel=1e-4)
    assert verbose[1]["attribution_high"][0] > 0.8 * verbose[1]["score"]
    assert verbose[2]["attribution_low"][1] > 0.8 * verbose[2]["score"]
    lines = endpoint.ask("30,-5", Accept="application/jsonlines; verbose=true")[1]
    assert json.loads(lines) == verbose[1]
