"""XGBoost on several instances: each is a process of the job, and all train one model."""

import io
import os
import pathlib
import re
import signal
import tarfile

import pytest
from support import server as servers
from support.account import Account
from support.training import LONG, PARAMETERS, Training, channel, rows

GROUP = "/aws/sagemaker/TrainingJobs"


def instances(count):
    return {"ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": count, "VolumeSizeInGB": 10}}


def sharded(training, *parts):
    """Channels whose files are dealt to the hosts."""
    channels = [channel(part, training.uri(f"data/{part}/")) for part in parts]
    for one in channels:
        one["DataSource"]["S3DataSource"]["S3DataDistributionType"] = "ShardedByS3Key"
    return {"InputDataConfig": channels}


def logs(training, name):
    """Host to lines."""
    client = training.account.client("logs")
    streams = client.describe_log_streams(logGroupName=GROUP, logStreamNamePrefix=f"{name}/")["logStreams"]
    lines = {}
    for stream in [one["logStreamName"] for one in streams]:
        host = re.fullmatch(rf"{name}/(algo-\d+)-\d+", stream)[1]
        page = client.get_log_events(logGroupName=GROUP, logStreamName=stream, startFromHead=True)
        lines[host] = [event["message"] for event in page["events"]]
    return lines


def metric_lines(lines):
    return [line for line in lines if re.match(r"\[\d+\]#011", line)]


def train_rows(lines):
    return [int(found[1]) for line in lines if (found := re.search(r"Train matrix has (\d+) rows", line))]


def hosts_below(data):
    """Host to process id."""
    found = {}
    for process, words in servers.left_over(data):
        name = pathlib.Path(f"/proc/{process}/comm").read_text().strip()
        if " train --root" in words and name.startswith("algo-"):
            found[name] = process
    return found


def test_every_host_has_all_rows(training):
    job = training.run("replicated", **instances(2))
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    assert job["ResourceConfig"]["InstanceCount"] == 2
    lines = logs(training, "replicated")
    assert set(lines) == {"algo-1", "algo-2"}
    assert [train_rows(lines[host]) for host in sorted(lines)] == [[400], [400]]
    assert len(metric_lines(lines["algo-1"])) == int(PARAMETERS["num_round"]) and not metric_lines(lines["algo-2"])
    assert {metric["MetricName"] for metric in job["FinalMetricDataList"]} >= {"train:auc", "validation:auc"}
    body = training.s3.get_object(Bucket=training.bucket, Key="out/replicated/output/model.tar.gz")["Body"].read()
    assert tarfile.open(fileobj=io.BytesIO(body)).getnames() == ["xgboost-model"]


def test_files_are_dealt_to_the_hosts(training):
    for number, count in enumerate((100, 50, 30), 1):
        training.put(f"data/train/more-{number}.csv", rows(count, number))
    training.put("data/validation/more.csv", rows(60, 9))
    job = training.run("sharded", **instances(2), **sharded(training, "train", "validation"))
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    lines = logs(training, "sharded")
    assert [train_rows(lines[host]) for host in ("algo-1", "algo-2")] == [[100 + 30], [50 + 400]]


def test_a_host_without_data_is_left_out(training):
    training.put("data/train/more.csv", rows(50, 5))
    training.put("data/validation/more.csv", rows(60, 9))
    job = training.run("left-out", **instances(3), **sharded(training, "train", "validation"))
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    lines = logs(training, "left-out")
    assert "will not be used in distributed training" in lines["algo-3"][0]
    assert train_rows(lines["algo-1"] + lines["algo-2"]) == [50, 400] and len(metric_lines(lines["algo-1"])) == 5


def test_one_host_with_data_trains_alone(training):
    job = training.run("alone", **instances(2), **sharded(training, "train", "validation"))
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    assert len(metric_lines(logs(training, "alone")["algo-1"])) == 5


def test_a_bad_line_of_one_host_fails_the_job(training):
    training.put("data/train/worse.csv", rows(10, 5) + "1,one,2,3,4\n")
    inputs = sharded(training, "train")
    job = training.run("bad", **instances(2), **inputs)
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"].startswith("ClientError: ") and "worse.csv" in job["FailureReason"]
    assert "line 11" in job["FailureReason"] and job["FailureReason"].endswith("exit code: 1")
    assert any("worse.csv" in line for line in logs(training, "bad")["algo-2"])


def test_shards_of_different_width_fail_the_job(training):
    training.put("data/train/wide.csv", "1,2,3,4,5,6\n0,2,3,4,5,6\n")
    job = training.run("wide", **instances(2), **sharded(training, "train"))
    assert job["TrainingJobStatus"] == "Failed"
    assert "features on this host and another number on others" in job["FailureReason"]


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"tree_method": "exact"}, "doesn't support distributed training"),
        ({"booster": "gblinear", "max_depth": None}, "booster gblinear does not support distributed training"),
        ({"objective": "survival:cox", "eval_metric": "cox-nloglik"}, "survival:cox does not support distributed"),
    ],
)
def test_what_cannot_be_distributed_says_so(training, changes, words):
    parameters = {name: value for name, value in {**PARAMETERS, **changes}.items() if value}
    job = training.run("cannot", HyperParameters=parameters, **instances(2))
    assert job["TrainingJobStatus"] == "Failed" and words in job["FailureReason"]


def test_metrics_that_aws_adds_are_the_mean_of_the_hosts(training):
    job = training.run("added", HyperParameters={**PARAMETERS, "eval_metric": "accuracy,error"}, **instances(2))
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    values = {metric["MetricName"]: metric["Value"] for metric in job["FinalMetricDataList"]}
    assert values["train:accuracy"] == pytest.approx(1 - values["train:error"], abs=1e-4)


def test_early_stopping_stops_all(training):
    parameters = {**PARAMETERS, "num_round": "500", "early_stopping_rounds": "3"}
    job = training.run("early", HyperParameters=parameters, **instances(2))
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    assert 3 < len(metric_lines(logs(training, "early")["algo-1"])) < 500


def test_a_stopped_job_keeps_the_model_and_goes_on_from_its_checkpoint(training):
    place = {"CheckpointConfig": {"S3Uri": training.uri("checkpoints")}}
    training.create("stopped", HyperParameters=LONG, **instances(2), **place)
    training.until("stopped", lambda _: training.s3.list_objects_v2(Bucket=training.bucket, Prefix="checkpoints/").get("Contents"))
    training.sagemaker.stop_training_job(TrainingJobName="stopped")
    job = training.until_final("stopped")
    assert job["TrainingJobStatus"] == "Stopped"
    assert job["ModelArtifacts"]["S3ModelArtifacts"] == training.uri("out/stopped/output/model.tar.gz")
    lines = logs(training, "stopped")
    assert all(any("the model so far is kept" in line for line in lines[host]) for host in ("algo-1", "algo-2"))
    rounds = len(metric_lines(lines["algo-1"]))
    job = training.run("resumed", HyperParameters={**LONG, "num_round": str(rounds + 2)}, **instances(2), **place)
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    lines = logs(training, "resumed")
    assert all(any(f"Resuming from iteration {rounds}" in line for line in lines[host]) for host in ("algo-1", "algo-2"))
    assert len(metric_lines(lines["algo-1"])) == 2


def begin(own_server, name):
    training = Training(Account.create(own_server()))
    training.create(name, HyperParameters=LONG, **instances(3))
    training.until(name, lambda job: job.get("FinalMetricDataList"))
    return training


def test_a_job_goes_on_when_the_server_is_killed(own_server):
    training = begin(own_server, "adopted")
    server = training.account.server
    before = hosts_below(server.data)
    assert set(before) == {"algo-1", "algo-2", "algo-3"}
    server.kill()
    server.start()
    training.sagemaker = training.account.client("sagemaker")
    assert training.describe("adopted")["TrainingJobStatus"] == "InProgress"
    assert hosts_below(server.data) == before
    training.sagemaker.stop_training_job(TrainingJobName="adopted")
    assert training.until_final("adopted")["TrainingJobStatus"] == "Stopped"
    assert set(logs(training, "adopted")) == set(before)
    assert not hosts_below(server.data)


@pytest.mark.parametrize("host", ["algo-1", "algo-3"])
def test_a_host_that_is_killed_fails_the_job(own_server, host):
    training = begin(own_server, "killed")
    server = training.account.server
    os.kill(hosts_below(server.data)[host], signal.SIGKILL)
    job = training.until_final("killed")
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"] == f"AlgorithmError: {host} was ended by signal 9 (Killed), exit code: 137"
    assert not hosts_below(server.data)


def test_the_hosts_end_with_what_started_them(own_server):
    training = begin(own_server, "headless")
    server = training.account.server
    (process,) = {int(pathlib.Path(f"/proc/{one}/stat").read_text().split()[3]) for one in hosts_below(server.data).values()}
    os.kill(process, signal.SIGKILL)
    job = training.until_final("headless")
    assert job["TrainingJobStatus"] == "Failed" and job["FailureReason"].endswith("exit code: 137")
    assert not hosts_below(server.data)


def test_too_many_instances_are_refused(training):
    with pytest.raises(training.sagemaker.exceptions.ResourceLimitExceeded, match="16 Instances.*a request delta of 17 Instances"):
        training.create("many", **instances(17))


def test_as_many_as_there_may_be(training):
    job = training.run("sixteen", **instances(16))
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    assert set(logs(training, "sixteen")) == {f"algo-{host}" for host in range(1, 17)}


def test_other_algorithms_train_on_one(built_in):
    with pytest.raises(built_in.sagemaker.exceptions.ClientError) as refused:
        built_in.train("one", "kmeans", {"k": 2, "feature_dim": 2}, {"train": "1,2\n3,4\n"}, "text/csv;label_size=0", **instances(2))
    assert refused.value.response["Error"]["Code"] == "NotImplemented"
    assert "ResourceConfig.InstanceCount above 1 for kmeans" in refused.value.response["Error"]["Message"]
