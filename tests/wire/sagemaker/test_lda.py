"""The built-in LDA from counts of words to an answering endpoint."""

import json
import random

import pytest

from support.built_ins import arrays, csv, metrics

PARAMETERS = {"num_topics": 3, "feature_dim": 12, "mini_batch_size": 300, "alpha0": 0.5}
LABELLESS = "text/csv;label_size=0"


def documents(count: int, seed: int) -> list[list[int]]:
    """Three topics of four words each; most words of a document are of one."""
    chance = random.Random(seed)
    rows = []
    for _ in range(count):
        row = [0] * 12
        topic = chance.randrange(3)
        for _ in range(30):
            row[4 * (topic if chance.random() < 0.8 else chance.randrange(3)) + chance.randrange(4)] += 1
        rows.append(row)
    return rows


def learn(built_in, name, parameters=PARAMETERS, train=None, **changes):
    data = {"train": train or csv(documents(300, 1)), "test": csv(documents(100, 2))}
    return built_in.train(name, "lda", parameters, data, LABELLESS, **changes)


def test_topics_are_found_and_measured(built_in):
    job = learn(built_in, "topics")
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    (alpha_shape, alpha), (beta_shape, beta) = arrays(built_in.model_file(job)).values()
    assert (alpha_shape, beta_shape) == ((3,), (3, 12))
    assert sum(alpha) == pytest.approx(0.5, abs=0.01)
    topics = [beta[12 * topic : 12 * topic + 12] for topic in range(3)]
    groups = [[sum(topic[4 * group : 4 * group + 4]) for group in range(3)] for topic in topics]
    assert all(sum(topic) == pytest.approx(1, abs=1e-4) for topic in topics)
    assert sorted(topic.index(max(topic)) for topic in groups) == [0, 1, 2]
    assert all(max(topic) > 0.9 for topic in groups)
    assert -2.5 < metrics(job)["test:pwll"] < -1.4


def test_an_endpoint_says_mixtures_of_topics(built_in):
    endpoint = built_in.endpoint(learn(built_in, "served"))
    kind, body = endpoint.ask("5,5,5,5,0,0,0,0,0,0,0,0\n0,0,0,0,0,0,0,0,9,9,9,9")
    assert kind == "application/json"
    first, last = (prediction["topic_mixture"] for prediction in json.loads(body)["predictions"])
    for mixture in (first, last):
        assert sum(mixture) == pytest.approx(1, abs=1e-5) and max(mixture) > 0.9
    assert first.index(max(first)) != last.index(max(last))
    sparse = {"instances": [{"data": {"features": {"keys": [8, 9, 10, 11], "values": [9, 9, 9, 9], "shape": [12]}}}]}
    (same,) = json.loads(endpoint.ask(json.dumps(sparse), "application/json")[1])["predictions"]
    assert same["topic_mixture"] == pytest.approx(last, abs=1e-6)
    kind, _ = endpoint.ask_bytes("1" + ",0" * 11, Accept="application/x-recordio-protobuf")
    assert kind == "application/x-recordio-protobuf"
    with pytest.raises(endpoint.refusal, match="row 1, feature 2 is below 0"):
        endpoint.ask("1,-1,0,0,0,0,0,0,0,0,0,0")


@pytest.mark.parametrize(
    "changes, train, reason",
    [
        ({"num_topics": 0}, None, "Failed validating hyperparameter 'num_topics': it must be an integer in [1, 500]"),
        ({"alpha0": 0}, None, "Failed validating hyperparameter 'alpha0'"),
        ({"feature_dim": 13}, None, "cannot copy sequence with size 12 to array axis with dimension 13"),
        ({}, "1,-2" + ",0" * 10 + "\n", "Channel train: row 1, feature 2 is below 0"),
        ({}, "0" + ",0" * 11 + "\n", "Channel train has no document with a word"),
    ],
)
def test_what_cannot_be_trained_on_is_the_failure_reason(built_in, changes, train, reason):
    job = learn(built_in, "refused", {**PARAMETERS, **changes}, train)
    assert job["TrainingJobStatus"] == "Failed"
    assert reason in job["FailureReason"] and job["FailureReason"].startswith("ClientError: ")
