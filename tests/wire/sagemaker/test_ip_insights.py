"""The built-in IP Insights from events to an answering endpoint, and what it says of what it cannot train on."""

import json
import random

import pytest

from support.built_ins import arrays, metrics

PARAMETERS = {"num_entity_vectors": "40", "vector_dim": "8", "epochs": "12", "mini_batch_size": "200", "learning_rate": "0.01", "batch_metrics_publish_interval": "5"}
HOMES = ["10.1", "52.94", "192.168", "203.0"]


def events(count: int, seed: int) -> str:
    """Twenty users, each at home in one network."""
    chance = random.Random(seed)
    users = [chance.randrange(20) for _ in range(count)]
    return "".join(f"user {user}, {HOMES[user % 4]}.{chance.randrange(256)}.{chance.randrange(256)}\n" for user in users)


def learn(built_in, name, parameters=PARAMETERS, content_type="text/csv", **data):
    data = {"train": events(3000, 1), "validation": events(500, 2), **data}
    return built_in.train(name, "ipinsights", parameters, {part: text for part, text in data.items() if text is not None}, content_type)


def test_homes_are_learnt_and_told_from_made_up_addresses(built_in):
    job = learn(built_in, "homes")
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    final = metrics(job)
    assert 0.85 < final["validation:discriminator_auc"] <= 1
    assert 0.75 < final["train:binary_classification_accuracy:epoch"] <= 1
    assert 0.75 < final["train:binary_classification_accuracy"] <= 1
    assert 0 < final["train:binary_classification_cross_entropy:epoch"] < 0.6
    assert final["train:progress"] == 100
    found = arrays(built_in.model_file(job))
    assert {name: shape for name, (shape, _) in found.items()} == {"entities": (40, 8), "octets": (1024, 8), "weight_0": (8, 8), "bias_0": (8,)}
    assert sum("validation discriminator_auc <score>=" in line for line in built_in.log("homes")) == 12


def test_an_endpoint_scores_in_every_format(built_in):
    endpoint = built_in.endpoint(learn(built_in, "served", validation=None))
    kind, body = endpoint.ask("user 1, 52.94.1.1\nuser 1, 10.1.1.1\n")
    assert kind == "application/json"
    home, away = (one["dot_product"] for one in json.loads(body)["predictions"])
    assert home > 0 > away
    assert json.loads(body) == {"predictions": [{"dot_product": home}, {"dot_product": away}]}
    instances = '{"instances": [{"data": {"features": {"values": ["user 1", "52.94.1.1"]}}}, {"features": ["user 1", "10.1.1.1"]}]}'
    assert endpoint.ask(instances, "application/json")[1] == body
    lines = '{"data": {"features": {"values": ["user 1", "52.94.1.1"]}}}\n{"features": ["user 1", "10.1.1.1"]}'
    kind, answer = endpoint.ask(lines, "application/jsonlines", Accept="application/jsonlines")
    assert kind == "application/jsonlines"
    assert [json.loads(line) for line in answer.splitlines()] == [{"dot_product": home}, {"dot_product": away}]


def test_an_endpoint_tells_the_vectors_where_it_is_asked_to(built_in):
    job = learn(built_in, "told", validation=None)
    entities = arrays(built_in.model_file(job))["entities"][1]
    endpoint = built_in.endpoint(job)
    for accept, read in (("application/json;verbose=True", lambda text: json.loads(text)["predictions"][0]), ("application/jsonlines; verbose=True", json.loads)):
        kind, answer = endpoint.ask("user 3,203.0.1.1", Accept=accept)
        told = read(answer)
        assert kind == accept.split(";")[0]
        assert list(told) == ["dot_product", "entity_embedding", "ip_embedding"]
        product = sum(one * other for one, other in zip(told["entity_embedding"], told["ip_embedding"], strict=True))
        assert told["dot_product"] == pytest.approx(product, rel=1e-4)
        rows = [list(entities[at : at + 8]) for at in range(0, len(entities), 8)]
        assert told["entity_embedding"] in rows


def test_an_endpoint_refuses_what_is_no_event(built_in):
    endpoint = built_in.endpoint(learn(built_in, "picky", validation=None))
    for body, kind, status, words in (
        ("user 1,52.94.1.1\nuser 1,300.1.1.1", "text/csv", 400, "row 2: '300.1.1.1' is not an IPv4 address"),
        ("user 1", "text/csv", 400, "row 1: expected an entity and an address, found 1 columns"),
        ('{"instances": [{"features": [1, 2]}]}', "application/json", 415, "instance 1: a feature is no text"),
        ("1", "application/x-recordio-protobuf", 415, "Content-type application/x-recordio-protobuf is not supported"),
    ):
        with pytest.raises(endpoint.refusal) as refused:
            endpoint.ask(body, kind)
        assert refused.value.response["OriginalStatusCode"] == status
        assert words in str(refused.value)


@pytest.mark.parametrize(
    "parameters, changes, reason",
    [
        ({"vector_dim": "8"}, {}, "'num_entity_vectors' is a required property"),
        ({**PARAMETERS, "vector_dim": "3"}, {}, "Failed validating hyperparameter 'vector_dim'"),
        ({**PARAMETERS, "random_negative_sampling_rate": "0", "shuffled_negative_sampling_rate": "0"}, {}, "must be in [1, 500]: it is 0"),
        ({**PARAMETERS, "num_entity_vectors": "250000000", "vector_dim": "4096"}, {}, "reduce num_entity_vectors or vector_dim"),
        (PARAMETERS, {"train": "a,1.2.3.4\nb,1.2.3\n"}, "line 2: column 2: '1.2.3' is not an IPv4 address"),
        (PARAMETERS, {"validation": "a,1.2.3.4,5\n"}, "line 1: expected 2 columns, found 3"),
        (PARAMETERS, {"train": "\n"}, "The channel 'train' has no rows"),
        (PARAMETERS, {"content_type": "application/x-recordio-protobuf"}, "No iterator has been registered for ContentType"),
    ],
)
def test_what_cannot_be_trained_on_is_the_failure_reason(built_in, parameters, changes, reason):
    job = learn(built_in, "refused", parameters, **changes)
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"].startswith("ClientError: ")
    assert reason in job["FailureReason"]
