"""A job that prints thousands of lines a second: its log keeps up with it, so that it ends as soon as any other, and no line is lost."""

import datetime
import re
import time

from support.account import Account
from support.training import CHATTY, Training, rows

GROUP = "/aws/sagemaker/TrainingJobs"
CHATTING_SECONDS = 4
SOON_SECONDS = 15  # most of it is the writing of a model of 100,000 trees on a busy machine


def chatting(training: Training, name: str) -> None:
    training.put("data/train/train.csv", rows(10, 1))
    training.put("data/validation/validation.csv", rows(10, 2))
    training.create(name, HyperParameters=CHATTY)
    training.until(name, lambda job: job["SecondaryStatus"] == "Training")
    time.sleep(CHATTING_SECONDS)


def rounds(training: Training, name: str) -> list[str]:
    """All lines of rounds, in their order."""
    logs = training.account.client("logs")
    (stream,) = logs.describe_log_streams(logGroupName=GROUP, logStreamNamePrefix=f"{name}/")["logStreams"]
    place = {"logGroupName": GROUP, "logStreamName": stream["logStreamName"], "startFromHead": True}
    lines, token = [], None
    while True:
        page = logs.get_log_events(**place, **({"nextToken": token} if token else {}))
        lines += [event["message"] for event in page["events"] if event["message"].startswith("[")]
        if page["nextForwardToken"] == token:
            return [line for line in lines if re.match(r"\[\d+\]#011", line)]
        token = page["nextForwardToken"]


def test_it_is_stopped_within_seconds_and_its_log_is_whole(training):
    chatting(training, "chatty")
    began = time.monotonic()
    training.sagemaker.stop_training_job(TrainingJobName="chatty")
    job = training.until_final("chatty")
    assert time.monotonic() - began < SOON_SECONDS
    assert job["TrainingJobStatus"] == "Stopped"
    lines = rounds(training, "chatty")
    assert len(lines) > 500 * CHATTING_SECONDS, "not chatty at all"
    assert [line.partition("]")[0] for line in lines] == [f"[{number}" for number in range(len(lines))]
    final = {metric["MetricName"]: metric["Value"] for metric in job["FinalMetricDataList"]}
    assert final == {f"{data}:error": float(re.search(f"{data}-error:([0-9.]+)", lines[-1])[1]) for data in ("train", "validation")}
    assert samples(training, "chatty", "train:error") == len(lines)


def samples(training: Training, name: str, metric: str) -> int:
    now = datetime.datetime.now(datetime.timezone.utc)
    answer = training.account.client("cloudwatch").get_metric_statistics(
        Namespace=GROUP,
        MetricName=metric,
        Dimensions=[{"Name": "TrainingJobName", "Value": name}],
        StartTime=now - datetime.timedelta(hours=1),
        EndTime=now + datetime.timedelta(hours=1),
        Period=60,
        Statistics=["SampleCount"],
    )
    return sum(point["SampleCount"] for point in answer["Datapoints"])


def test_a_server_that_ends_its_jobs_stops_soon(own_server):
    server = own_server("--on-stop", "end")
    training = Training(Account.create(server))
    chatting(training, "ended")
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < SOON_SECONDS
