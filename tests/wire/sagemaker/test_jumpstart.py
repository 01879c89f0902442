"""JumpStart's LightGBM without an SDK: what the bucket says of it, as a job, and as a model."""

import io
import json
import random
import tarfile

from support.built_ins import csv, host
from support.training import channel

CACHE = "jumpstart-cache-prod-us-east-1"
MODEL = "lightgbm-classification-model"


def rows(count: int) -> str:
    chance = random.Random(1)
    features = [[chance.uniform(-1, 1) for _ in range(3)] for _ in range(count)]
    return csv([int(row[0] > 0), *row] for row in features)


def read(built_in, key: str) -> bytes:
    return built_in.s3.get_object(Bucket=CACHE, Key=key)["Body"].read()


def specs(built_in) -> dict:
    (header,) = (one for one in json.loads(read(built_in, "models_manifest.json")) if one["model_id"] == MODEL)
    return json.loads(read(built_in, header["spec_key"]))


def image(found: dict, scope: str) -> str:
    variants = found[f"{scope}_instance_type_variants"]
    alias = variants["variants"]["m5"]["regional_properties"]["image_uri"]
    return variants["regional_aliases"]["us-east-1"][alias.removeprefix("$")]


def train(built_in, name: str, found: dict, **algorithm) -> dict:
    built_in.s3.put_object(Bucket=built_in.bucket, Key=f"{name}/data.csv", Body=rows(400))
    parameters = {one["name"]: str(one["default"]) for one in found["hyperparameters"]}
    bundle = f"s3://{CACHE}/{found['training_prepacked_script_key']}"
    return built_in.run(
        name,
        AlgorithmSpecification={"TrainingImage": image(found, "training"), "TrainingInputMode": "File", **algorithm},
        HyperParameters={**parameters, "num_boost_round": "15", "learning_rate": "0.3"},
        InputDataConfig=[channel("training", built_in.uri(f"{name}/"), ContentType="text/csv"), channel("code", bundle)],
    )


def test_a_job_with_the_published_defaults_and_the_bundle_as_a_channel(built_in):
    found = specs(built_in)
    job = train(built_in, "published", found)
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    assert [one["Name"] for one in job["AlgorithmSpecification"]["MetricDefinitions"]] == [one["Name"] for one in found["metrics"]]
    key = job["ModelArtifacts"]["S3ModelArtifacts"].removeprefix(f"s3://{built_in.bucket}/")
    artifact = tarfile.open(fileobj=io.BytesIO(built_in.s3.get_object(Bucket=built_in.bucket, Key=key)["Body"].read()))
    assert {"model.txt", "code/inference.py"} <= set(artifact.getnames())
    container = {"Image": image(found, "hosting"), "ModelDataUrl": job["ModelArtifacts"]["S3ModelArtifacts"]}
    for name, environment in (
        ("bare", {}),
        ("named", {one["name"]: one["default"] for one in found["inference_environment_variables"]}),
        ("sdk", {"SAGEMAKER_PROGRAM": "", "SAGEMAKER_SUBMIT_DIRECTORY": ""}),
    ):
        answer = json.loads(host(built_in, name, {**container, "Environment": environment}).ask("0.9,0,0")[1])
        assert answer["probabilities"][0][1] > 0.9


def test_a_bundle_takes_metrics_of_ones_own_as_its_image_does(built_in):
    mine = [{"Name": "mine", "Regex": "val's binary_logloss: ([0-9.]+)"}]
    job = train(built_in, "measured", specs(built_in), MetricDefinitions=mine)
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    assert job["AlgorithmSpecification"]["MetricDefinitions"] == mine
    (metric,) = job["FinalMetricDataList"]
    assert metric["MetricName"] == "mine" and 0 < metric["Value"] < 0.5


def test_a_metric_whose_expression_finds_nothing_is_named_in_the_log(built_in):
    useless = [{"Name": "open", "Regex": "loss: ("}, {"Name": "whole", "Regex": "loss: [0-9.]+"}]
    job = train(built_in, "useless", specs(built_in), MetricDefinitions=useless)
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    log = "\n".join(built_in.log("useless"))
    assert "The metric open will not be found, as its Regex is of no use: missing closing parenthesis." in log
    assert "The metric whole will not be found, as its Regex is of no use: it has no group, whose text would be the value." in log
