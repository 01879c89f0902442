"""A disk that is full, at whichever write it becomes so: refusals with AWS's codes, reads and invocations as ever, nothing lost.

The disk is filled by the operator's socket, which fails the writes as a real one does.
"""

import copy
import itertools
import os
import random

import pytest
from botocore.exceptions import ClientError
from support import control, server as servers
from support.account import Account
from support.ledger import Ledger
from support.serving import Serving
from support.training import LONG, Training

ROOMLESS = {"InternalError", "InternalFailure", "ServiceUnavailable"}
JOB_EVERY = 20
SOON_SECONDS = 60


class Tight:
    """A ledger on a server whose disk has room for so many writes."""

    def __init__(self, server: servers.Server, chance: random.Random):
        self.server = server
        self.serving = Serving(Training(Account.create(server)))
        self.serving.up("kept")
        self.ledger = Ledger(self.serving.training, chance)
        self.refused = 0

    def attempt(self, act) -> None:
        """What was refused has not happened."""
        before = {name: copy.copy(value) for name, value in vars(self.ledger).items() if name not in ("training", "chance", "count")}
        try:
            act()
        except ClientError as error:
            assert error.response["ResponseMetadata"]["HTTPStatusCode"] in (500, 503), error
            assert error.response["Error"]["Code"] in ROOMLESS, error
            vars(self.ledger).update(before)
            self.refused += 1

    def round(self, writes: int) -> bool:
        """Whether the disk was filled."""
        ledger = self.ledger
        ledger.jobs_left = 1 if writes % JOB_EVERY == 0 else 0
        control.ask(self.server.data, "disk-full", after_writes=writes)
        for act in (ledger.put, ledger.record, ledger.weigh, ledger.job, ledger.put_again, ledger.delete, ledger.put):
            self.attempt(act)
        assert self.serving.score("kept") > 0
        was_full = control.ask(self.server.data, "disk-room")["was_full"]
        ledger.compare()
        return was_full


@pytest.mark.timeout(400)
def test_a_disk_that_is_full_at_any_write_loses_nothing(own_server):
    seed = int(os.environ.get("MILLRACE_SEED", random.SystemRandom().randrange(1_000_000)))
    print(f"MILLRACE_SEED={seed}")
    tight = Tight(own_server(), random.Random(seed))
    rounds = next(writes for writes in itertools.count() if not tight.round(writes))
    print(f"full after 0 to {rounds} writes, {tight.refused} refusals")
    assert rounds > 10 and tight.refused > rounds
    for name, trees in tight.ledger.jobs.items():
        tight.ledger.compare_job(name, trees)
    tight.server.stop()
    tight.serving.restart("kept")
    tight.ledger.compare()


def test_work_that_ends_while_the_disk_is_full_is_whole_when_there_is_room(own_server):
    server = own_server()
    training = Training(Account.create(server))
    training.create("long", HyperParameters=LONG)
    training.until("long", lambda job: job["SecondaryStatus"] == "Training")
    serving = Serving(training)
    serving.up("going")
    control.ask(server.data, "disk-full", after_writes=0)
    os.kill(serving_process(server.data), 9)
    servers.eventually(lambda: "waits for the disk" in server.log.read_text(), SOON_SECONDS, "the server to say that it waits")
    assert training.describe("long")["SecondaryStatus"] == "Training"
    control.ask(server.data, "disk-room")
    assert serving.score_soon("going") > 0
    training.sagemaker.stop_training_job(TrainingJobName="long")
    assert training.until_final("long")["TrainingJobStatus"] == "Stopped"
    serving.delete("going")


def test_a_server_whose_disk_is_full_stops_and_starts(own_server):
    server = own_server()
    training = Training(Account.create(server))
    training.create("long", HyperParameters=LONG)
    training.until("long", lambda job: job["SecondaryStatus"] == "Training")
    control.ask(server.data, "disk-full", after_writes=0)
    server.stop()
    server.start()
    training.sagemaker = training.account.client("sagemaker")
    assert training.until_final("long")["TrainingJobStatus"] in ("Stopped", "Failed")
    assert not servers.left_over(server.data / "jobs")


def serving_process(data) -> int:
    return next(process for process, words in servers.left_over(data) if " serve --root" in words)
