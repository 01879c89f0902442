"""Checkpoints: they follow to S3 while a job runs, and the next job with the same place goes on from them."""

import io
import tarfile

import pytest
from support.training import LONG, PARAMETERS


def place(training, folder="checkpoints"):
    return {"CheckpointConfig": {"S3Uri": training.uri(folder)}}


def kept(training, folder="checkpoints"):
    listed = training.s3.list_objects_v2(Bucket=training.bucket, Prefix=folder + "/").get("Contents", [])
    return sorted(int(item["Key"].removeprefix(folder + "/xgboost-checkpoint.")) for item in listed)


def model(training, name):
    body = training.s3.get_object(Bucket=training.bucket, Key=f"out/{name}/output/model.tar.gz")["Body"].read()
    return tarfile.open(fileobj=io.BytesIO(body)).extractfile("xgboost-model").read()


def test_a_job_leaves_its_newest_checkpoints(training):
    job = training.run("kept", **place(training))
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    assert job["CheckpointConfig"] == {"S3Uri": training.uri("checkpoints")}
    rounds = int(PARAMETERS["num_round"])
    assert kept(training) == list(range(max(rounds - 5, 0), rounds))


def test_a_stopped_job_is_finished_by_the_next(training):
    training.create("begun", HyperParameters=LONG, **place(training))
    training.until("begun", lambda _: kept(training))
    training.sagemaker.stop_training_job(TrainingJobName="begun")
    assert training.until_final("begun")["TrainingJobStatus"] == "Stopped"
    rounds = str(kept(training)[-1] + 11)
    training.run("finished", HyperParameters={**LONG, "num_round": rounds}, **place(training))
    training.run("whole", HyperParameters={**LONG, "num_round": rounds})
    assert f"Resuming from iteration {int(rounds) - 10}" in "\n".join(training.log("finished"))
    assert sum("train-" in message for message in training.log("finished")) == 10
    assert model(training, "finished") == model(training, "whole")


def test_the_local_path_is_shown(training):
    config = {"S3Uri": training.uri("c"), "LocalPath": "/opt/ml/elsewhere"}
    assert training.run("shown", CheckpointConfig=config)["CheckpointConfig"] == config


def test_an_algorithm_without_checkpoints_says_so(built_in):
    parameters = {"k": 2, "feature_dim": 2}
    job = built_in.train("plain", "kmeans", parameters, {"train": "1,2\n3,4\n5,6\n"}, "text/csv;label_size=0", **place(built_in))
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    assert "kmeans writes no checkpoints" in "\n".join(built_in.log("plain"))


def test_a_place_that_is_none(training):
    with pytest.raises(training.sagemaker.exceptions.ClientError) as refused:
        training.create("refused", CheckpointConfig={"S3Uri": "https://bucket.s3.amazonaws.com/c"})
    assert refused.value.response["Error"]["Code"] == "ValidationException"


def test_a_bucket_that_is_not_there(training):
    training.create("denied", CheckpointConfig={"S3Uri": "s3://no-such-bucket-of-ours/c"})
    job = training.until_final("denied")
    assert job["TrainingJobStatus"] == "Failed"
    assert "no-such-bucket-of-ours" in job["FailureReason"]
