"""The built-in PCA from data to an answering endpoint."""

import json
import random

import pytest

from support.training import channel

IMAGE = "174872318107.dkr.ecr.us-west-2.amazonaws.com/pca:1"
PARAMETERS = {"feature_dim": "3", "num_components": "2", "mini_batch_size": "50"}


@pytest.fixture
def projecting(training):
    chance = random.Random(1)
    rows = [(10 + chance.gauss(0, 5), chance.gauss(0, 1), chance.gauss(0, 0.01)) for _ in range(400)]
    text = "".join(",".join(map(str, row)) + "\n" for row in rows)
    training.put("rows/train/a.csv", text)
    training.put("rows/test/a.csv", text)

    def run(name, **parameters):
        return training.run(
            name,
            AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"},
            HyperParameters={**PARAMETERS, **parameters},
            InputDataConfig=[channel(part, training.uri(f"rows/{part}/"), ContentType="text/csv;label_size=0") for part in ("train", "test")],
        )

    training.project = run
    return training


@pytest.mark.parametrize("mode", ["regular", "randomized"])
def test_components_are_found_and_their_loss_measured(projecting, mode):
    job = projecting.project("components", algorithm_mode=mode)
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    final = {metric["MetricName"]: metric["Value"] for metric in job["FinalMetricDataList"]}
    assert final["test:mse"] == pytest.approx(1e-4, rel=0.3)
    assert final["train:progress"] == 100


def test_an_endpoint_projects(projecting):
    job = projecting.project("served")
    sagemaker = projecting.sagemaker
    container = {"Image": IMAGE, "ModelDataUrl": job["ModelArtifacts"]["S3ModelArtifacts"]}
    sagemaker.create_model(ModelName="m", ExecutionRoleArn=projecting.role, PrimaryContainer=container)
    variant = {"VariantName": "v", "ModelName": "m", "InitialInstanceCount": 1, "InstanceType": "ml.m5.large"}
    sagemaker.create_endpoint_config(EndpointConfigName="c", ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    sagemaker.get_waiter("endpoint_in_service").wait(EndpointName="e")
    runtime = projecting.account.client("sagemaker-runtime")

    def ask(**changes):
        arguments = {"EndpointName": "e", "Body": "10,0,0\n20,1,0", "ContentType": "text/csv", **changes}
        return runtime.invoke_endpoint(**arguments)["Body"].read().decode()

    first, last = json.loads(ask())["projections"]
    assert first["projection"] == pytest.approx([0, 0], abs=0.6)
    # The last component is the one along which the rows vary most.
    assert last["projection"][1] - first["projection"][1] == pytest.approx(10, rel=0.02)
    assert abs(last["projection"][0] - first["projection"][0]) == pytest.approx(1, rel=0.2)
    assert json.loads(ask(Accept="application/jsonlines").splitlines()[0]) == first
    assert ask(Accept="text/csv").splitlines()[0] == ",".join(map(str, first["projection"]))
    with pytest.raises(runtime.exceptions.ModelError):
        ask(Body="1,2")


def test_more_components_than_features_are_refused(projecting):
    job = projecting.project("toomany", num_components="4")
    assert job["FailureReason"].startswith("ClientError: num_components must not be more than feature_dim: they are 4 and 3")
