"""The system clock is set hours ahead or behind under a running server: what lasts goes by the steady clock, what has a date by the new time."""

import contextlib
import os
import select
import signal
import socket
import time

import pytest
from support import promptness, raw, server as servers, serving
from support.account import Account
from support.serving import ROW, Serving
from support.training import FINAL, LONG, Training
from support.wrong_clock import WrongClock

JUMPS = pytest.mark.parametrize("hours", [5, -5])
KINDS = {
    "s3": lambda account, **changes: raw.request(account, "s3", "GET", "/", **changes),
    "sts": lambda account, **changes: raw.form_request(account, "sts", "GetCallerIdentity", **changes),
    "sagemaker": lambda account, **changes: raw.json_request(account, "sagemaker", "ListModels", {}, **changes),
}
SKEWED = {"s3": (403, "RequestTimeTooSkewed"), "sts": (403, "SignatureDoesNotMatch"), "sagemaker": (400, "InvalidSignatureException")}
EXPIRED = {"s3": (400, "ExpiredToken"), "sts": (403, "ExpiredToken"), "sagemaker": (400, "ExpiredTokenException")}
ANYBODY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}
EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
WAITER = "Boto3/1.0 md/Botocore#1.0 m/B,b"
LIMIT_SECONDS = 3
SOON_SECONDS = 5 * promptness.SLOWNESS
# Far less than what a server that believed its clock would wait, far more than one that does not needs.
LATE_SECONDS = 30 * promptness.SLOWNESS
# As long as a held answer is certainly held, were its limit not taken for passed.
HELD_SECONDS = 1.5


@pytest.fixture
def clock(tmp_path) -> WrongClock:
    return WrongClock(tmp_path / "clock")


@pytest.fixture
def account(own_server, clock) -> Account:
    return Account.create(own_server(launcher=clock.launcher()))


@pytest.fixture
def training(account) -> Training:
    return Training(account)


@JUMPS
@pytest.mark.parametrize("kind", KINDS)
def test_signatures_are_judged_by_the_time_that_is(account, clock, kind, hours):
    make = KINDS[kind]
    assert raw.send(account, make(account)).status == 200
    clock.set_wrong(hours=hours)
    assert raw.send(account, make(account)).error() == SKEWED[kind]
    assert raw.send(account, make(account, at=clock.now())).status == 200
    clock.set_wrong(hours=0)
    assert raw.send(account, make(account)).status == 200


def test_a_presigned_url_is_good_in_its_time(account, clock):
    bucket = account.bucket()
    account.client("s3").put_object(Bucket=bucket, Key="key", Body=b"body")
    asked = raw.request(account, "s3", "GET", f"/{bucket}/key", presign_s=600)
    assert raw.send(account, asked).body == b"body"
    clock.set_wrong(minutes=11)
    expired = raw.send(account, asked)
    assert (expired.error(), expired.message()) == ((403, "AccessDenied"), "Request has expired")
    clock.set_wrong(hours=-5)
    early = raw.send(account, asked)
    assert early.error() == SKEWED["s3"]
    clock.set_wrong(hours=0)
    assert raw.send(account, asked).body == b"body"


@pytest.mark.parametrize("kind", KINDS)
def test_a_session_ends_at_its_date(account, clock, kind):
    user = account.user(EVERYTHING)
    role = account.role(trust=ANYBODY)
    keys = user.client("sts").assume_role(RoleArn=role, RoleSessionName="short", DurationSeconds=900)["Credentials"]
    session = Account(account.server, account.id, keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
    for wrong_by, expected in ({}, None), ({"minutes": 16}, EXPIRED[kind]), ({"hours": -5}, None), ({"hours": 0}, None):
        clock.set_wrong(**wrong_by)
        answer = raw.send(session, KINDS[kind](session, at=clock.now()))
        assert (answer.status == 200) if expected is None else (answer.error() == expected), (wrong_by, answer)


@JUMPS
def test_a_jobs_limit_is_a_duration(training, clock, hours):
    account = training.account
    training.create("limited", HyperParameters=LONG, StoppingCondition={"MaxRuntimeInSeconds": LIMIT_SECONDS})
    training.create("going", HyperParameters=LONG, StoppingCondition={"MaxRuntimeInSeconds": 3600})
    training.until("limited", lambda job: job["SecondaryStatus"] == "Training")
    begun = time.monotonic()
    clock.set_wrong(hours=hours)
    limited = until(account, clock, "limited", lambda job: job["TrainingJobStatus"] in FINAL)
    assert (limited["TrainingJobStatus"], limited["SecondaryStatus"]) == ("Stopped", "MaxRuntimeExceeded")
    assert LIMIT_SECONDS - 1 < time.monotonic() - begun < LIMIT_SECONDS + LATE_SECONDS
    is_in_order(limited)
    going = until(account, clock, "going", lambda job: job["SecondaryStatus"] == "Training")
    assert going["TrainingJobStatus"] == "InProgress"
    clock.ask(account, "StopTrainingJob", {"TrainingJobName": "going"})
    going = until(account, clock, "going", lambda job: job["TrainingJobStatus"] in FINAL)
    assert going["TrainingJobStatus"] == "Stopped"
    is_in_order(going)


def until(account: Account, clock: WrongClock, name: str, holds) -> dict:
    """The job's description as soon as `holds` is true of it, asked for with the server's time."""

    def looked():
        job = clock.ask(account, "DescribeTrainingJob", {"TrainingJobName": name})
        return job if holds(job) else None

    return servers.eventually(looked, LIMIT_SECONDS + LATE_SECONDS, f"{name} to be in another state")


def is_in_order(job: dict) -> None:
    """No time of the job runs backwards, whatever the clock did."""
    times = [moment for stage in job["SecondaryStatusTransitions"] for moment in (stage["StartTime"], stage["EndTime"])]
    assert times == sorted(times), job
    assert job["CreationTime"] <= job["TrainingStartTime"] <= job["TrainingEndTime"] <= job["LastModifiedTime"], job


@contextlib.contextmanager
def connected(account: Account):
    host, port = account.server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=LATE_SECONDS) as connection:
        yield connection


def describe(account: Account, name: str, agent: str, **changes) -> bytes:
    asked = raw.json_request(account, "sagemaker", "DescribeTrainingJob", {"TrainingJobName": name}, headers={"User-Agent": agent}, **changes)
    return raw.wire_bytes(asked)


@JUMPS
def test_an_answer_is_held_as_long_as_ever(training, clock, hours):
    account = training.account
    training.create("held", HyperParameters=LONG)
    training.until("held", lambda job: job["SecondaryStatus"] == "Training")
    with connected(account) as waiter:
        waiter.sendall(describe(account, "held", WAITER))
        assert not select.select([waiter], [], [], 0.2)[0]
        clock.set_wrong(hours=hours)
        assert not select.select([waiter], [], [], HELD_SECONDS)[0]
        begun = time.monotonic()
        clock.ask(account, "DescribeTrainingJob", {"TrainingJobName": "held"})
        assert time.monotonic() - begun < SOON_SECONDS
        clock.ask(account, "StopTrainingJob", {"TrainingJobName": "held"})
        begun = time.monotonic()
        assert waiter.recv(100).startswith(b"HTTP/1.1 200 ")
        assert time.monotonic() - begun < SOON_SECONDS


@JUMPS
def test_a_connection_stays_open(account, clock, hours):
    with raw.Connection(account) as connection:
        assert connection.send(KINDS["sts"](account)).status == 200
        clock.set_wrong(hours=hours)
        assert connection.send(KINDS["sts"](account, at=clock.now())).status == 200


@JUMPS
def test_an_endpoint_answers_and_its_lost_model_server_is_followed_by_another(training, clock, hours):
    account = training.account
    Serving(training).up("kept")

    def score() -> bytes | None:
        headers = {"Content-Type": "text/csv"}
        asked = raw.request(account, "sagemaker", "POST", "/endpoints/kept/invocations", ROW, headers, at=clock.now())
        answer = raw.send(account, asked)
        return answer.body if answer.status == 200 else None

    before = score()
    clock.set_wrong(hours=hours)
    assert score() == before
    (model_server,) = serving.processes(account.server.data, "serve")
    os.kill(model_server, signal.SIGKILL)
    assert servers.eventually(score, LATE_SECONDS, "the endpoint to answer again") == before
    assert clock.ask(account, "DescribeEndpoint", {"EndpointName": "kept"})["EndpointStatus"] == "InService"


@JUMPS
def test_a_server_that_starts_in_another_time_has_what_it_had(training, clock, hours):
    account = training.account
    training.create("over", HyperParameters=LONG)
    training.until("over", lambda job: job["SecondaryStatus"] == "Training")
    account.server.kill()
    clock.set_wrong(hours=hours)
    account.server.start()
    assert until(account, clock, "over", lambda job: job["SecondaryStatus"] == "Training")["TrainingJobStatus"] == "InProgress"
    clock.ask(account, "StopTrainingJob", {"TrainingJobName": "over"})
    over = until(account, clock, "over", lambda job: job["TrainingJobStatus"] in FINAL)
    assert over["TrainingJobStatus"] == "Stopped"
    is_in_order(over)
