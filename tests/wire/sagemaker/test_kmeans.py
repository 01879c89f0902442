"""The built-in K-Means from data to an answering endpoint, and what it says of what it cannot train on."""

import io
import json
import math
import random
import struct
import tarfile

import pytest

from support.training import channel

IMAGE = "174872318107.dkr.ecr.us-west-2.amazonaws.com/kmeans:1"
CORNERS = [(0.0, 0.0, 0.0), (10.0, 0.0, 5.0), (0.0, 10.0, -5.0), (20.0, 20.0, 0.0)]
PARAMETERS = {"k": "4", "feature_dim": "3", "eval_metrics": '["msd", "ssd"]'}
LABELLESS = "text/csv;label_size=0"


def points(count: int, seed: int) -> list[tuple[float, ...]]:
    chance = random.Random(seed)
    return [tuple(chance.gauss(place, 0.5) for place in chance.choice(CORNERS)) for _ in range(count)]


def csv(rows) -> str:
    return "".join(",".join(map(str, row)) + "\n" for row in rows)


@pytest.fixture
def clustering(training):
    training.put("points/train/a.csv", csv(points(600, 1)))
    training.put("points/test/a.csv", csv(points(200, 2)))

    def run(name, parameters=PARAMETERS, content_type=LABELLESS, **changes):
        channels = [channel(part, training.uri(f"points/{part}/"), ContentType=content_type) for part in ("train", "test")]
        request = {
            "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
            "HyperParameters": parameters,
            "InputDataConfig": channels,
        }
        return training.run(name, **{**request, **changes})

    training.cluster = run
    return training


def model_file(training, job) -> bytes:
    key = job["ModelArtifacts"]["S3ModelArtifacts"].removeprefix(f"s3://{training.bucket}/")
    body = training.s3.get_object(Bucket=training.bucket, Key=key)["Body"].read()
    return tarfile.open(fileobj=io.BytesIO(body)).extractfile("model_algo-1").read()


def centers(mxnet: bytes) -> list[tuple[float, ...]]:
    """The one nameless array of MXNet's format, read by its layout."""
    magic, _, arrays, array_magic, storage, dimensions, rows, columns, device, _, kind = struct.unpack_from("<QQQIiIqqiii", mxnet)
    assert (magic, arrays, array_magic, storage, dimensions, device, kind) == (0x112, 1, 0xF993FAC9, 0, 2, 1, 0)
    numbers = struct.unpack_from(f"<{rows * columns}f", mxnet, struct.calcsize("<QQQIiIqqiii"))
    return [numbers[at : at + columns] for at in range(0, rows * columns, columns)]


def nearest_corner(point) -> tuple[float, ...]:
    return min(CORNERS, key=lambda corner: math.dist(corner, point))


def test_the_centers_are_found_and_measured(clustering):
    job = clustering.cluster("clusters")
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    found = centers(model_file(clustering, job))
    assert {nearest_corner(center) for center in found} == set(CORNERS)
    assert all(math.dist(center, nearest_corner(center)) < 0.3 for center in found)
    final = {metric["MetricName"]: metric["Value"] for metric in job["FinalMetricDataList"]}
    assert 0.5 < final["test:msd"] < 1
    assert final["test:ssd"] == pytest.approx(200 * final["test:msd"], rel=1e-4)
    assert 0.5 < final["train:msd"] < 1
    assert any("shrinking 40 centers into 4" in message for message in clustering.log("clusters"))


def test_an_endpoint_says_cluster_and_distance(clustering):
    job = clustering.cluster("served")
    found = centers(model_file(clustering, job))
    sagemaker = clustering.sagemaker
    container = {"Image": IMAGE, "ModelDataUrl": job["ModelArtifacts"]["S3ModelArtifacts"]}
    sagemaker.create_model(ModelName="m", ExecutionRoleArn=clustering.role, PrimaryContainer=container)
    variant = {"VariantName": "v", "ModelName": "m", "InitialInstanceCount": 1, "InstanceType": "ml.m5.large"}
    sagemaker.create_endpoint_config(EndpointConfigName="c", ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    sagemaker.get_waiter("endpoint_in_service").wait(EndpointName="e")
    runtime = clustering.account.client("sagemaker-runtime")

    def ask(body, content_type="text/csv", **changes):
        answer = runtime.invoke_endpoint(EndpointName="e", Body=body, ContentType=content_type, **changes)
        return answer["ContentType"], answer["Body"].read().decode()

    kind, body = ask("0,0,0\n20,20,0")
    assert kind == "application/json"
    first, last = json.loads(body)["predictions"]
    for prediction, point in ((first, CORNERS[0]), (last, CORNERS[3])):
        center = found[int(prediction["closest_cluster"])]
        assert nearest_corner(center) == point
        assert prediction["distance_to_cluster"] == pytest.approx(math.dist(center, point), rel=1e-4)
    line = f"{first['closest_cluster']},{first['distance_to_cluster']}\n"
    assert ask("0,0,0", Accept="text/csv") == ("text/csv", line)
    lines = ask('{"instances": [{"features": [0, 0, 0]}]}', "application/json", Accept="application/jsonlines")
    assert json.loads(lines[1]) == first
    with pytest.raises(runtime.exceptions.ModelError) as refused:
        ask("1,2")
    assert refused.value.response["OriginalStatusCode"] == 400
    assert "cannot copy sequence with size 2 to array axis with dimension 3" in str(refused.value)
    with pytest.raises(runtime.exceptions.ModelError, match="row 2, feature 2 is missing or not a number"):
        ask("1,2,3\n1,,3")


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
def test_what_cannot_be_trained_on_is_the_failure_reason(clustering, parameters, changes, reason):
    job = clustering.cluster("refused", parameters, **changes)
    assert job["TrainingJobStatus"] == "Failed"
    assert reason in job["FailureReason"]
    assert "\n" not in reason and job["FailureReason"].startswith("ClientError: ")


@pytest.mark.parametrize("row, reason", [("1,x,3", "line 2: column 2: 'x' is not a number"), ("1,2", "line 2: expected 3 columns, found 2"), ("1,,3", "row 2, feature 2 is missing"), ("1,inf,3", "row 2, feature 2 is infinite")])
def test_wrong_data_is_named(clustering, row, reason):
    clustering.put("points/train/a.csv", f"1,2,3\n{row}\n4,5,6\n")
    job = clustering.cluster("wrong", {**PARAMETERS, "k": "2"})
    assert reason in job["FailureReason"]


def test_an_image_without_a_tag_is_the_latest(clustering):
    job = clustering.cluster("latest", AlgorithmSpecification={"TrainingImage": IMAGE.removesuffix(":1"), "TrainingInputMode": "File"})
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
