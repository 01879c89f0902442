"""Processes that end unasked, and servers that are told to: model servers, supervisors, SIGTERM with work under way."""

import os
import signal
import time

import pytest
from support import promptness, serving, server as servers
from support.account import Account
from support.serving import Serving
from support.training import LONG, Training, stages

SOON_SECONDS = 60
SERVES_AGAIN_SECONDS = 1.0 * promptness.SLOWNESS
RESTARTS = 3
LOSSES = 7  # the sixth is followed after one second, the seventh after two


def serving_on(server: servers.Server) -> Serving:
    return Serving(Training(Account.create(server)))


def one_process(data, word: str) -> int:
    """For a moment a new process has its maker's command line."""

    def only():
        found = serving.processes(data, word)
        return found[0] if len(found) == 1 else None

    return servers.eventually(only, SOON_SECONDS, f"one {word} process")


def replaced(data, word: str, before: int) -> None:
    servers.eventually(lambda: before not in serving.processes(data, word) and serving.processes(data, word), SOON_SECONDS, "another")


def streams(made: Serving, endpoint: str) -> list[str]:
    logs = made.training.account.client("logs")
    found = logs.describe_log_streams(logGroupName=f"/aws/sagemaker/Endpoints/{endpoint}")["logStreams"]
    return [one["logStreamName"] for one in found]


@pytest.mark.parametrize("word", ["serve", "supervise"])
def test_an_endpoint_whose_process_is_killed_answers_again(own_server, word):
    server = own_server()
    made = serving_on(server)
    made.up("struck")
    score = made.score("struck")
    before = one_process(server.data, word)
    os.kill(before, signal.SIGKILL)
    replaced(server.data, word, before)
    assert made.score_soon("struck") == score
    assert made.status("struck") == "InService"
    assert "a model server of variant all ended" in server.log.read_text()
    servers.eventually(lambda: len(streams(made, "struck")) == 2, SOON_SECONDS, "the log of the new model server")
    made.delete("struck")
    servers.eventually(lambda: not serving.folders(server.data)["endpoints"], SOON_SECONDS, "the folder to go")
    assert not serving.processes(server.data, "supervise")


def test_an_endpoint_comes_back_after_many_losses(own_server):
    """The first losses are made good at once, later ones after a pause that grows; none is the last."""
    server = own_server()
    made = serving_on(server)
    made.up("unlucky")
    score = made.score("unlucky")
    for _ in range(LOSSES):
        struck = one_process(server.data, "serve")
        os.kill(struck, signal.SIGKILL)
        replaced(server.data, "serve", struck)
    assert made.score_soon("unlucky") == score
    assert "another follows in 1 s" in server.log.read_text()


def test_an_endpoint_serves_again_after_a_stop(own_server):
    server = own_server()
    made = serving_on(server)
    made.up("rested")
    score = made.score("rested")
    for _ in range(RESTARTS):
        server.stop()
        assert not servers.left_over(server.data)
        again, seconds = made.restart("rested")
        print(f"answers {seconds:.3f} s after the restart")
        assert (again, made.status("rested")) == (score, "InService")
        assert seconds < SERVES_AGAIN_SECONDS


def kill_and_start(made: Serving) -> None:
    made.training.account.server.kill()
    made.training.account.server.start()
    made.reconnect()


@pytest.mark.parametrize("milliseconds", [0, 2, 5, 10, 20, 40])
def test_a_kill_while_endpoints_change_leaves_no_stray(own_server, milliseconds):
    """One is coming up, one is being updated and one deleted at that instant."""
    server = own_server()
    made = serving_on(server)
    for name in ("updated", "deleted"):
        made.up(name)
    score = made.score("updated")
    made.config("other")
    made.create("created")
    made.sagemaker.update_endpoint(EndpointName="updated", EndpointConfigName="other")
    made.sagemaker.delete_endpoint(EndpointName="deleted")
    time.sleep(milliseconds / 1000)
    kill_and_start(made)
    made.sagemaker.get_waiter("endpoint_deleted").wait(EndpointName="deleted")
    for name in ("created", "updated"):
        made.sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=name)
        assert made.score_soon(name) == score
    servers.eventually(lambda: len(serving.folders(server.data)["endpoints"]) == 2, SOON_SECONDS, "two folders to be left")
    servers.eventually(lambda: len(serving.processes(server.data, "supervise")) == 2, SOON_SECONDS, "two supervisors to be left")


def test_a_stop_while_an_endpoint_comes_up_is_no_failure(own_server):
    server = own_server()
    made = serving_on(server)
    made.create("coming")
    server.stop()
    assert not servers.left_over(server.data)
    server.start()
    made.reconnect()
    made.sagemaker.get_waiter("endpoint_in_service").wait(EndpointName="coming")
    assert made.score_soon("coming") > 0


def test_the_model_of_an_endpoint_is_fetched_again_when_its_folder_is_lost(own_server):
    server = own_server()
    made = serving_on(server)
    made.up("bare")
    score = made.score("bare")
    server.stop()
    (replica,) = (server.data / "endpoints").iterdir()
    (replica / "model" / "xgboost-model").write_bytes(b"")
    server.start()
    made.reconnect()
    assert made.score_soon("bare") == score


def begun(server: servers.Server, name: str) -> Training:
    training = Training(Account.create(server))
    training.create(name, HyperParameters=LONG)
    training.until(name, lambda job: job["SecondaryStatus"] == "Training")
    return training


def test_a_job_goes_on_over_a_stop_that_keeps_it(own_server):
    server = own_server("--on-stop", "keep")
    training = begun(server, "kept")
    server.stop()
    assert "1 running job goes on" in server.log.read_text()
    assert "--on-stop end" in server.log.read_text()
    assert len(serving.processes(server.data, "supervise")) == 1
    server.start()
    training.sagemaker = training.account.client("sagemaker")
    job = training.describe("kept")
    assert (job["TrainingJobStatus"], stages(job)[-1]) == ("InProgress", "Training")
    training.sagemaker.stop_training_job(TrainingJobName="kept")
    assert training.until_final("kept")["TrainingJobStatus"] == "Stopped"


def test_a_job_ends_with_a_stop_that_ends_it(own_server):
    server = own_server("--on-stop", "end")
    training = begun(server, "ended")
    server.stop()
    assert "goes on" not in server.log.read_text()
    assert not servers.left_over(server.data)
    server.start()
    training.sagemaker = training.account.client("sagemaker")
    assert training.describe("ended")["TrainingJobStatus"] == "Stopped"
