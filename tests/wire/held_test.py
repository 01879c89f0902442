"""Answers held until something changes: waiters return with the change, others soon, and nobody's thread is held."""

import http.client
import json
import select
import socket
import statistics
import threading
import time

import pytest
from support import control, promptness, raw, server as servers
from support.account import Account
from support.promptness import Stopwatch
from support.serving import Serving
from support.training import LONG, Training

# The promise, for the median; one of several may meet a moment at which the machine is busy.
PROMPT_SECONDS = 0.020 * promptness.SLOWNESS
# Of any of them, without what other programs made it wait for a core.
LATEST_SECONDS = 0.5 * promptness.SLOWNESS
SHORT_HOLD_SECONDS = 0.250
SLACK_SECONDS = 0.5 * promptness.SLOWNESS
TRIES = 7
CONNECTIONS = 200
# Less than what the server gives to those who are slow to read: 5 s.
STOPS_SECONDS = 3
WAITER = "Boto3/1.0 md/Botocore#1.0 m/B,b"


@pytest.fixture
def training(aws) -> Training:
    return Training(aws)


@pytest.fixture
def serving(training) -> Serving:
    return Serving(training)


def assert_prompt(measure) -> None:
    """`measure` makes one try: its delay, and what of it was spent in queues for a core."""
    delays = [measure() for _ in range(TRIES)]
    shown = ", ".join(f"{delay * 1000:.1f} ({queued * 1000:.1f} queued)" for delay, queued in delays)
    print(f"delays in ms: {shown}")
    assert statistics.median(delay for delay, _ in delays) < PROMPT_SECONDS, shown
    assert max(delay - queued for delay, queued in delays) < LATEST_SECONDS, shown


class Watch(threading.Thread):
    """A second client that looks without a pause, under no waiter's name; the moment at which it first sees the change.

    Its clients are its own and warm, so that a look costs a millisecond or two.
    """

    def __init__(self, look):
        super().__init__()
        self.look, self.seen = look, None
        self.start()

    def run(self) -> None:
        deadline = time.monotonic() + servers.STOP_SECONDS
        while self.seen is None and time.monotonic() < deadline:
            if self.look():
                self.seen = time.monotonic()


def delay_of_waiter(data, begin, wait, look) -> tuple[float, float]:
    # Before the change begins, as it looks through all processes: who comes late to the wait is not answered late.
    stopwatch = Stopwatch(data)
    begin()
    watch = Watch(look)
    wait()
    returned, queued = time.monotonic(), stopwatch.queued()
    watch.join()
    return returned - watch.seen, queued


def test_a_jobs_waiter_returns_with_its_end(training):
    """By the time that the job itself says it ended: server and test read one clock."""
    wait = training.sagemaker.get_waiter("training_job_completed_or_stopped").wait

    def delay() -> tuple[float, float]:
        name = training.account.name("job")
        stopwatch = Stopwatch(training.account.server.data)
        training.create(name)
        wait(TrainingJobName=name)
        returned, queued = time.time(), stopwatch.queued()
        return returned - training.describe(name)["TrainingEndTime"].timestamp(), queued

    assert_prompt(delay)


def test_a_stopped_jobs_waiter_returns_with_its_end(training):
    name = "stopped"
    training.create(name, HyperParameters=LONG)
    training.until(name, lambda job: job["SecondaryStatus"] == "Training")
    waiter = training.sagemaker.get_waiter("training_job_completed_or_stopped")
    stopper = threading.Timer(0.3, training.account.client("sagemaker").stop_training_job, kwargs={"TrainingJobName": name})
    stopper.start()
    stopwatch = Stopwatch(training.account.server.data)
    waiter.wait(TrainingJobName=name)
    returned, queued = time.time(), stopwatch.queued()
    stopper.join()
    assert returned - training.describe(name)["TrainingEndTime"].timestamp() - queued < LATEST_SECONDS


def looks_done(account: Account, name: str, status: str | None):
    """Whether the list of endpoints, which is never held, shows this status; None for an endpoint that has gone."""
    client = account.client("sagemaker")

    def look() -> bool:
        found = client.list_endpoints(NameContains=name)["Endpoints"]
        return [one["EndpointStatus"] for one in found] == ([status] if status else [])

    return look


def test_an_endpoints_waiter_returns_with_the_change(serving):
    account, wait = serving.training.account, serving.training.sagemaker.get_waiter("endpoint_in_service").wait

    def delay() -> tuple[float, float]:
        name = account.name("endpoint")
        look = looks_done(account, name, "InService")
        return delay_of_waiter(account.server.data, lambda: serving.create(name), lambda: wait(EndpointName=name), look)

    assert_prompt(delay)


def test_a_removed_endpoints_waiter_returns_with_the_change(serving):
    account, sagemaker = serving.training.account, serving.training.sagemaker
    wait = sagemaker.get_waiter("endpoint_deleted").wait

    def delay() -> tuple[float, float]:
        name = account.name("endpoint")
        serving.up(name)
        look = looks_done(account, name, None)
        return delay_of_waiter(account.server.data, lambda: sagemaker.delete_endpoint(EndpointName=name), lambda: wait(EndpointName=name), look)

    assert_prompt(delay)


def stop_when_somebody_connects(training: Training, name: str) -> None:
    """The command's interpreter takes its time to start."""
    data = training.account.server.data
    client = training.account.client("sagemaker")
    before = control.ask(data, "status")["connections"]
    while control.ask(data, "status")["connections"] <= before:
        time.sleep(0.01)
    client.stop_training_job(TrainingJobName=name)


def test_the_command_line_waits_too(training):
    """The job is stopped once the command asks; the end of its interpreter is in the time."""
    name = "waited"
    training.create(name, HyperParameters=LONG)
    training.until(name, lambda job: job["SecondaryStatus"] == "Training")
    stopper = threading.Thread(target=stop_when_somebody_connects, args=(training, name))
    stopper.start()
    training.account.cli("sagemaker", "wait", "training-job-completed-or-stopped", "--training-job-name", name)
    returned = time.time()
    stopper.join()
    assert returned - training.describe(name)["TrainingEndTime"].timestamp() < 1


@pytest.fixture
def quiet_job(training) -> str:
    """A job in which nothing changes any more."""
    training.create("quiet", HyperParameters=LONG)
    training.until("quiet", lambda job: job["SecondaryStatus"] == "Training")
    yield "quiet"
    if training.describe("quiet")["TrainingJobStatus"] == "InProgress":
        training.sagemaker.stop_training_job(TrainingJobName="quiet")


def seconds_of(data, call, **arguments) -> float:
    """Without what was spent in queues for a core."""
    stopwatch = Stopwatch(data)
    call(**arguments)
    return stopwatch.seconds()


def test_others_are_answered_when_anything_changes_or_soon(training, quiet_job):
    seconds = seconds_of(training.account.server.data, training.sagemaker.describe_training_job, TrainingJobName=quiet_job)
    assert seconds < SHORT_HOLD_SECONDS + SLACK_SECONDS


def describe_bytes(account: Account, name: str, agent: str) -> bytes:
    made = raw.json_request(account, "sagemaker", "DescribeTrainingJob", {"TrainingJobName": name}, headers={"User-Agent": agent})
    return raw.wire_bytes(made)


def connected(account: Account) -> socket.socket:
    host, port = account.server.url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=servers.STOP_SECONDS)


def status_of(held: socket.socket) -> tuple[int, dict]:
    reply = http.client.HTTPResponse(held)
    reply.begin()
    return reply.status, json.loads(reply.read())


@pytest.mark.parametrize("agent", ["Boto3/1.0 md/Botocore#1.0", WAITER])
def test_holding_is_off_at_zero(own_server, tmp_path, agent):
    (tmp_path / "millrace.toml").write_text("hold_ms = 0\n")
    server = own_server("--config", str(tmp_path / "millrace.toml"))
    training = Training(Account.create(server))
    training.create("busy", HyperParameters=LONG)
    # Many in a row, none of which waits for anything: less than half of as many short holds.
    many = 40
    begun = time.monotonic()
    for _ in range(many):
        with connected(training.account) as one:
            one.sendall(describe_bytes(training.account, "busy", agent))
            assert status_of(one)[1]["TrainingJobStatus"] == "InProgress"
    assert time.monotonic() - begun < many * SHORT_HOLD_SECONDS / 2


@pytest.fixture
def held(training, quiet_job):
    """Connections, each with a waiter's request that is held."""
    made = [connected(training.account) for _ in range(CONNECTIONS)]
    for one in made:
        one.sendall(describe_bytes(training.account, quiet_job, WAITER))
    yield made
    for one in made:
        one.close()


def test_held_requests_hold_no_thread(training, quiet_job, held):
    client, data = training.account.client("sts"), training.account.server.data
    # One for the client's own connection and for what is sent before it.
    client.get_caller_identity()
    seconds = [seconds_of(data, client.get_caller_identity) for _ in range(20)]
    assert statistics.median(seconds) < 0.1 and max(seconds) < LATEST_SECONDS, seconds
    # None has been answered, by any of them.
    assert not select.select(held, [], [], 0)[0]
    training.account.client("sagemaker").stop_training_job(TrainingJobName=quiet_job)
    for one in held:
        status, job = status_of(one)
        assert (status, job["TrainingJobStatus"]) in ((200, "Stopping"), (200, "Stopped"))


def test_a_waiter_that_leaves_is_forgotten(training, quiet_job, held):
    for one in held:
        one.close()
    assert training.describe(quiet_job)["TrainingJobStatus"] == "InProgress"
    client = training.account.client("sts")
    assert seconds_of(training.account.server.data, client.get_caller_identity) < LATEST_SECONDS


def test_a_held_request_ends_when_the_server_stops(own_server):
    server = own_server()
    training = Training(Account.create(server))
    training.create("left", HyperParameters=LONG)
    training.until("left", lambda job: job["SecondaryStatus"] == "Training")
    with connected(training.account) as one:
        one.sendall(describe_bytes(training.account, "left", WAITER))
        training.account.client("sts").get_caller_identity()
        begun = time.monotonic()
        server.stop()
        assert time.monotonic() - begun < STOPS_SECONDS
        assert status_of(one)[1]["TrainingJobStatus"] == "InProgress"
