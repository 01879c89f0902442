"""The virtual clock: it moves forward only, over restarts too, and expiry moves with it."""

import datetime
import subprocess

import pytest
from support import control, server as servers
from support.account import Account
from support.refusals import refused

TRUST_ACCOUNT = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}
MONTH = datetime.timedelta(days=30)


def millrace(server: servers.Server, *words: str) -> subprocess.CompletedProcess:
    command = [servers.PROGRAM, *words, "--data", server.data]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def advance(server: servers.Server, duration: str) -> None:
    result = millrace(server, "clock", "advance", duration)
    assert result.returncode == 0, result.stderr


def new_time(account: Account) -> datetime.datetime:
    """The service clock, as a new resource has it."""
    iam, name = account.client("iam"), account.name("user")
    return iam.create_user(UserName=name)["User"]["CreateDate"]


def wall() -> datetime.datetime:
    return datetime.datetime.now(datetime.timezone.utc)


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_a_clock_that_was_moved_stays_so_over_a_restart(own_server, end):
    server = own_server("--clock", "virtual")
    account = Account.create(server)
    advance(server, "20d")
    advance(server, "10d")
    assert new_time(account) > wall() + MONTH - datetime.timedelta(minutes=1)
    before = new_time(account)
    getattr(server, end)()
    server.start()
    assert new_time(account) >= before
    advance(server, "30d")
    assert new_time(account) >= before + MONTH


def test_a_folder_that_is_ahead_is_refused_by_a_real_clock(own_server):
    server = own_server("--clock", "virtual")
    advance(server, "1h")
    server.stop()
    result = millrace(server, "serve", "--port", "0")
    assert result.returncode == 1
    assert "3600 s" in result.stderr and "--clock virtual" in result.stderr


@pytest.mark.parametrize("seconds", [0, -1, 2**62])
def test_no_clock_moves_back_or_out_of_reach(own_server, seconds):
    server = own_server("--clock", "virtual")
    account = Account.create(server)
    with pytest.raises(RuntimeError, match="forward"):
        control.ask(server.data, "clock-advance", seconds=seconds)
    assert abs(new_time(account) - wall()) < datetime.timedelta(minutes=1)


def session(account: Account) -> dict:
    """Clients' settings for a role's session of 15 minutes."""
    role = account.role(trust=TRUST_ACCOUNT)
    keys = account.user({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}).client(
        "sts").assume_role(RoleArn=role, RoleSessionName="short", DurationSeconds=900)["Credentials"]
    return {"aws_access_key_id": keys["AccessKeyId"], "aws_secret_access_key": keys["SecretAccessKey"],
            "aws_session_token": keys["SessionToken"]}


def test_a_session_expires_when_the_clock_is_moved_past_its_end(own_server):
    server = own_server("--clock", "virtual")
    account = Account.create(server)
    keys = session(account)
    advance(server, "14m")
    account.client("sts", **keys).get_caller_identity()
    advance(server, "1m")
    refused("ExpiredToken", 403, account.client("sts", **keys).get_caller_identity)
    refused("ExpiredToken", 400, account.client("s3", **keys).list_buckets)
    refused("ExpiredTokenException", 400, account.client("sagemaker", **keys).list_training_jobs)
    server.kill()
    server.start()
    refused("ExpiredToken", 403, account.client("sts", **keys).get_caller_identity)
    account.client("sts", **session(account)).get_caller_identity()
