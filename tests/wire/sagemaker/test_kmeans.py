"""The built-in K-Means from data to an answering endpoint, and what it says of what it cannot train on."""

import json
import math
import random

import pytest

from support.built_ins import arrays, csv, image, metrics

CORNERS = [(0.0, 0.0, 0.0), (10.0, 0.0, 5.0), (0.0, 10.0, -5.0), (20.0, 20.0, 0.0)]
PARAMETERS = {"k": "4", "feature_dim": "3", "eval_metrics": '["msd", "ssd"]'}
LABELLESS = "text/csv;label_size=0"


def points(count: int, seed: int) -> list[tuple[float, ...]]:
    chance = random.Random(seed)
    return [tuple(chance.gauss(place, 0.5) for place in chance.choice(CORNERS)) for _ in range(count)]


DATA = {"train": csv(points(600, 1)), "test": csv(points(200, 2))}


def cluster(built_in, name, parameters=PARAMETERS, data=DATA, content_type=LABELLESS, **changes):
    return built_in.train(name, "kmeans", parameters, data, content_type, **changes)


def centers(built_in, job) -> list[tuple[float, ...]]:
    """The one array, which has no name."""
    (((rows, columns), numbers),) = arrays(built_in.model_file(job)).values()
    return [numbers[at : at + columns] for at in range(0, rows * columns, columns)]


def nearest_corner(point) -> tuple[float, ...]:
    return min(CORNERS, key=lambda corner: math.dist(corner, point))


def test_the_centers_are_found_and_measured(built_in):
    job = cluster(built_in, "clusters")
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    found = centers(built_in, job)
    assert {nearest_corner(center) for center in found} == set(CORNERS)
    assert all(math.dist(center, nearest_corner(center)) < 0.3 for center in found)
    final = metrics(job)
    assert 0.5 < final["test:msd"] < 1
    assert final["test:ssd"] == pytest.approx(200 * final["test:msd"], rel=1e-4)
    assert 0.5 < final["train:msd"] < 1
    assert any("shrinking 40 centers into 4" in message for message in built_in.log("clusters"))


def test_an_endpoint_says_cluster_and_distance(built_in):
    job = cluster(built_in, "served")
    found = centers(built_in, job)
    endpoint = built_in.endpoint(job)
    kind, body = endpoint.ask("0,0,0\n20,20,0")
    assert kind == "application/json"
    first, last = json.loads(body)["predictions"]
    for prediction, point in ((first, CORNERS[0]), (last, CORNERS[3])):
        center = found[int(prediction["closest_cluster"])]
        assert nearest_corner(center) == point
        assert prediction["distance_to_cluster"] == pytest.approx(math.dist(center, point), rel=1e-4)
    line = f"{first['closest_cluster']},{first['distance_to_cluster']}\n"
    assert endpoint.ask("0,0,0", Accept="text/csv") == ("text/csv", line)
    lines = endpoint.ask('{"instances": [{"features": [0, 0, 0]}]}', "application/json", Accept="application/jsonlines")
    assert json.loads(lines[1]) == first
    with pytest.raises(endpoint.refusal) as refused:
        endpoint.ask("1,2")
    assert refused.value.response["OriginalStatusCode"] == 400
    assert "cannot copy sequence with size 2 to array axis with dimension 3" in str(refused.value)
    with pytest.raises(endpoint.refusal, match="row 2, feature 2 is missing or not a number"):
        endpoint.ask("1,2,3\n1,,3")


@pytest.mark.parametrize(
    "parameters, changes, reason",
    [
        ({"k": "4"}, {}, "ClientError: 'feature_dim' is a required property"),
        ({**PARAMETERS, "kk": "4"}, {}, "ClientError: Additional properties are not allowed ('kk' was unexpected)"),
        ({**PARAMETERS, "feature_dim": "4"}, {}, "cannot copy sequence with size 3 to array axis with dimension 4"),
        (PARAMETERS, {"content_type": "text/csv"}, "cannot copy sequence with size 2 to array axis with dimension 3"),
        ({**PARAMETERS, "k": "601"}, {}, "The number of clusters k is 601, but the training data has only 600 rows"),
        ({**PARAMETERS, "extra_center_factor": "200"}, {}, "k * extra_center_factor is more than the 600 rows"),
        (PARAMETERS, {"content_type": "text/libsvm"}, "No iterator has been registered for ContentType ('text/libsvm', '1.0')"),
        (PARAMETERS, {"content_type": "application/x-recordio-protobuf"}, "a frame does not begin with the magic number"),
    ],
)
def test_what_cannot_be_trained_on_is_the_failure_reason(built_in, parameters, changes, reason):
    job = cluster(built_in, "refused", parameters, **changes)
    assert job["TrainingJobStatus"] == "Failed"
    assert reason in job["FailureReason"]
    assert "\n" not in reason and job["FailureReason"].startswith("ClientError: ")


@pytest.mark.parametrize("row, reason", [("1,x,3", "line 2: column 2: 'x' is not a number"), ("1,2", "line 2: expected 3 columns, found 2"), ("1,,3", "row 2, feature 2 is missing"), ("1,inf,3", "row 2, feature 2 is infinite")])
def test_wrong_data_is_named(built_in, row, reason):
    job = cluster(built_in, "wrong", {**PARAMETERS, "k": "2"}, {"train": f"1,2,3\n{row}\n4,5,6\n"})
    assert reason in job["FailureReason"]


def test_a_pipe_is_read_like_files(built_in):
    piped = {"TrainingImage": image("kmeans"), "TrainingInputMode": "Pipe"}
    job = cluster(built_in, "piped", AlgorithmSpecification=piped)
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    assert job["AlgorithmSpecification"]["TrainingInputMode"] == "Pipe"


def test_an_image_without_a_tag_is_the_latest(built_in):
    latest = {"TrainingImage": image("kmeans").removesuffix(":1"), "TrainingInputMode": "File"}
    job = cluster(built_in, "latest", AlgorithmSpecification=latest)
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
