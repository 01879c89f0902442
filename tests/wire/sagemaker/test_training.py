"""A training job from creation to its artifact, logs and metrics, as boto3 sees it."""

import io
import tarfile
import time

from support.training import LONG, PARAMETERS, channel, rows, stages


def test_a_job_trains_and_leaves_its_model(training):
    arn = training.create("first")
    assert arn == f"arn:aws:sagemaker:us-east-1:{training.account.id}:training-job/first"
    job = training.until_final("first")
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    assert stages(job) == ["Starting", "Downloading", "Training", "Uploading", "Completed"]
    assert job["SecondaryStatus"] == "Completed"
    assert job["ModelArtifacts"]["S3ModelArtifacts"] == training.uri("out/first/output/model.tar.gz")
    body = training.s3.get_object(Bucket=training.bucket, Key="out/first/output/model.tar.gz")["Body"].read()
    assert tarfile.open(fileobj=io.BytesIO(body)).getnames() == ["xgboost-model"]


def test_describe_shows_what_was_asked_and_what_came_of_it(training):
    job = training.run("shown")
    request = training.request("shown")
    for member in ("HyperParameters", "RoleArn", "ResourceConfig", "StoppingCondition"):
        assert job[member] == request[member]
    assert job["OutputDataConfig"] == {"KmsKeyId": "", "S3OutputPath": training.uri("out")}
    assert job["AlgorithmSpecification"]["TrainingImage"] == request["AlgorithmSpecification"]["TrainingImage"]
    assert job["InputDataConfig"][0]["CompressionType"] == "None"
    assert job["CreationTime"] <= job["TrainingStartTime"] <= job["TrainingEndTime"] <= job["LastModifiedTime"]
    assert job["TrainingTimeInSeconds"] == job["BillableTimeInSeconds"] >= 1
    assert job["EnableManagedSpotTraining"] is False
    for absent in ("FailureReason", "VpcConfig", "CheckpointConfig", "DebugHookConfig", "ProfilerConfig", "Environment"):
        assert absent not in job


def test_stages_follow_one_another_without_gaps(training):
    told = training.run("gapless")["SecondaryStatusTransitions"]
    for before, after in zip(told, told[1:]):
        assert before["EndTime"] == after["StartTime"]
    assert [stage["StatusMessage"] for stage in told] == [
        "Preparing the instances for training",
        "Downloading input data",
        "Training image download completed. Training in progress.",
        "Uploading generated training model",
        "Training job completed",
    ]


def test_logs_hold_a_line_for_each_round(training):
    training.run("logged")
    rounds = [message for message in training.log("logged") if "train-auc:" in message]
    assert len(rounds) == int(PARAMETERS["num_round"])


def test_metrics_are_those_of_the_log(training):
    job = training.run("measured")
    final = {metric["MetricName"]: metric["Value"] for metric in job["FinalMetricDataList"]}
    assert 0.9 < final["validation:auc"] <= 1
    defined = {definition["Name"] for definition in job["AlgorithmSpecification"]["MetricDefinitions"]}
    assert final.keys() <= defined
    points = training.account.client("cloudwatch").get_metric_statistics(
        Namespace="/aws/sagemaker/TrainingJobs",
        MetricName="validation:auc",
        Dimensions=[{"Name": "TrainingJobName", "Value": "measured"}],
        StartTime=job["CreationTime"].timestamp() - 60,
        EndTime=job["LastModifiedTime"].timestamp() + 120,
        Period=3600,
        Statistics=["SampleCount", "Maximum"],
    )["Datapoints"]
    assert sum(point["SampleCount"] for point in points) == int(PARAMETERS["num_round"])


def test_a_manifest_names_the_objects(training):
    training.put("lists/train.json", f'[{{"prefix": "{training.uri("data/train/")}"}}, "train.csv"]')
    source = {"S3DataType": "ManifestFile", "S3Uri": training.uri("lists/train.json")}
    job = training.run("manifest", InputDataConfig=[channel("train", "", DataSource={"S3DataSource": source})])
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")


def test_several_objects_make_one_channel(training):
    training.put("data/train/more.csv", rows(300, 3))
    assert training.run("several")["TrainingJobStatus"] == "Completed"


def test_a_stopped_job_keeps_the_model_so_far(training):
    training.create("stopped", HyperParameters=LONG)
    training.until("stopped", lambda job: job["SecondaryStatus"] == "Training")
    training.sagemaker.stop_training_job(TrainingJobName="stopped")
    assert training.describe("stopped")["TrainingJobStatus"] in ("Stopping", "Stopped")
    job = training.until_final("stopped")
    assert job["TrainingJobStatus"] == "Stopped"
    assert stages(job)[-1] == "Stopped" and "Stopping" in stages(job)


def test_a_job_ends_at_its_runtime_limit(training):
    job = training.run("limited", HyperParameters=LONG, StoppingCondition={"MaxRuntimeInSeconds": 1})
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "MaxRuntimeExceeded")
    assert job["TrainingTimeInSeconds"] >= 1
    assert job["SecondaryStatusTransitions"][-1]["StatusMessage"].endswith("runtime exceeded MaxRuntimeInSeconds provided")


def test_a_waiter_returns_with_the_job(training):
    training.create("awaited")
    began = time.monotonic()
    training.sagemaker.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName="awaited")
    took = time.monotonic() - began
    job = training.describe("awaited")
    assert job["TrainingJobStatus"] == "Completed"
    assert took < 20, "the waiter slept instead of being held"


def test_what_sdks_send_unasked_is_taken_and_named(training):
    unasked = {
        "DebugHookConfig": {"S3OutputPath": training.uri("debug"), "CollectionConfigurations": []},
        "ProfilerConfig": {"S3OutputPath": training.uri("profile"), "DisableProfiler": False},
        "EnableNetworkIsolation": True,
        "OutputDataConfig": {"S3OutputPath": training.uri("out"), "CompressionType": "GZIP"},
    }
    answer = training.sagemaker.create_training_job(**training.request("unasked", **unasked))
    inert = answer["ResponseMetadata"]["HTTPHeaders"]["x-millrace-inert"]
    assert "DebugHookConfig" in inert and "EnableNetworkIsolation" in inert
    job = training.until_final("unasked")
    assert job["TrainingJobStatus"] == "Completed"
    assert job["DebugHookConfig"] == unasked["DebugHookConfig"]
    assert job["EnableNetworkIsolation"] is True
    assert any("DebugHookConfig has no effect" in message for message in training.log("unasked"))


def test_a_job_that_has_ended_can_be_deleted(training):
    training.run("gone")
    training.sagemaker.delete_training_job(TrainingJobName="gone")
    assert training.sagemaker.list_training_jobs()["TrainingJobSummaries"] == []


def test_the_command_line_waits_and_shows(training):
    training.create("by-hand")
    training.account.cli("sagemaker", "wait", "training-job-completed-or-stopped", "--training-job-name", "by-hand")
    told = training.account.cli(
        "sagemaker", "describe-training-job", "--training-job-name", "by-hand", "--query", "TrainingJobStatus", "--output", "text"
    )
    assert told.strip() == "Completed"


def test_every_metric_of_every_channel_is_kept(training):
    job = training.run("measured", HyperParameters={**PARAMETERS, "eval_metric": "auc,logloss"})
    names = {metric["MetricName"] for metric in job["FinalMetricDataList"]}
    assert names == {"train:auc", "train:logloss", "validation:auc", "validation:logloss"}
    last = next(line for line in training.log("measured") if line.startswith("[4]"))
    shown = dict(part.rsplit(":", 1) for part in last.split("#011")[1:])
    for metric in job["FinalMetricDataList"]:
        assert abs(metric["Value"] - float(shown[metric["MetricName"].replace(":", "-")])) < 1e-6


def test_a_job_on_a_type_with_gpus_runs_on_the_cpu_and_says_so(training):
    resources = {"InstanceType": "ml.p3.2xlarge", "InstanceCount": 1, "VolumeSizeInGB": 10}
    job = training.run("accelerated", ResourceConfig=resources)
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    assert job["ResourceConfig"] == resources
    assert "The accelerators of ml.p3.2xlarge (1 x V100) are not used: training runs on the CPU." in training.log("accelerated")
