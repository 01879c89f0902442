"""Jobs over restarts: the server is killed, and each job ends as if nothing had been."""

import os
import random
import signal
import time

import pytest
from support import server as servers
from support.account import Account
from support.training import LONG, PARAMETERS, Training, stages


def begin(own_server, name: str, parameters: dict) -> Training:
    training = Training(Account.create(own_server()))
    training.create(name, HyperParameters=parameters)
    training.until(name, lambda job: job["SecondaryStatus"] == "Training")
    return training


def after_kill(training: Training) -> Training:
    server = training.account.server
    server.kill()
    server.start()
    training.sagemaker = training.account.client("sagemaker")
    training.s3 = training.account.client("s3")
    return training


def test_a_job_goes_on_when_the_server_is_killed(own_server):
    training = after_kill(begin(own_server, "adopted", LONG))
    assert training.describe("adopted")["TrainingJobStatus"] == "InProgress"
    training.sagemaker.stop_training_job(TrainingJobName="adopted")
    job = training.until_final("adopted")
    assert job["TrainingJobStatus"] == "Stopped"
    assert stages(job).count("Training") == 1


def test_a_job_that_ends_unseen_is_finished(own_server):
    training = begin(own_server, "unseen", {**PARAMETERS, "num_round": "2000"})
    server = training.account.server
    server.kill()
    servers.eventually(lambda: not servers.left_over(server.data), 60, "the job to end")
    training = after_kill(training)
    job = training.until_final("unseen")
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    assert stages(job) == ["Starting", "Downloading", "Training", "Uploading", "Completed"]


def supervisor_below(data) -> int:
    """Its process; for a moment the work, not yet executed, has the supervisor's command line too."""

    def only():
        found = [process for process, words in servers.left_over(data) if " supervise " in words]
        return found[0] if len(found) == 1 else None

    return servers.eventually(only, 20, "one supervisor")


def test_a_job_whose_supervisor_is_killed_fails(own_server):
    training = begin(own_server, "lost", LONG)
    data = training.account.server.data
    os.kill(supervisor_below(data), signal.SIGKILL)
    job = training.until_final("lost")
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"].startswith("InternalServerError")


@pytest.mark.parametrize("seed", range(5))
def test_a_kill_at_any_moment_changes_nothing(own_server, seed):
    training = Training(Account.create(own_server()))
    training.create("warm")
    training.until_final("warm")
    training.create("killed", HyperParameters={**PARAMETERS, "num_round": "40"})
    time.sleep(random.Random(seed).uniform(0, 0.2))
    training = after_kill(training)
    job = training.until_final("killed")
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    assert stages(job) == ["Starting", "Downloading", "Training", "Uploading", "Completed"]
    rounds = [message for message in training.log("killed") if "train-auc:" in message]
    assert len(rounds) == len(set(rounds)) == 40
    key = "out/killed/output/model.tar.gz"
    assert training.s3.head_object(Bucket=training.bucket, Key=key)["ContentLength"] > 0
