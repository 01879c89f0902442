"""The command line: help that fits, flags that the manual knows, refusals that say what to do."""

import json
import os
import re
import subprocess
import time

import botocore.session
import pytest
from support import control, server as servers
from support.account import Account

MANUAL = servers.ROOT / "docs" / "commands.md"
COMMANDS = ["", "serve", "env", "wait", "status", "stop", "account", "account create", "account empty", "clock", "clock advance",
            "why", "policy", "policy from-trail", "audit", "fsck", "du", "backup", "restore", "load", "environment", "environment create", "environment list",
            "settings", "coverage", "instances", "supervise"]
BY_HAND = [["train"], ["train", "xgboost"], ["predict"]]


def millrace(*words: str) -> subprocess.CompletedProcess:
    return subprocess.run([servers.PROGRAM, *words], capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_fits_and_its_flags_are_those_of_the_manual(command):
    result = millrace(*command.split(), "--help")
    assert result.returncode == 0
    assert max(map(len, result.stdout.splitlines())) <= 80
    flags = set(re.findall(r"(--[a-z-]+)", result.stdout)) - {"--help", "--version"}
    if row := re.search(rf"^\| `millrace {re.escape(command)}(?: [A-Z]+)?` \|([^|]*)\|", MANUAL.read_text(), re.M):
        assert flags == set(re.findall(r"(--[a-z-]+)", row[1]))
    else:
        assert not flags, f"docs/commands.md has no row for millrace {command}"


@pytest.mark.parametrize("words", BY_HAND, ids=" ".join)
def test_help_of_what_works_without_a_server_fits(words):
    result = millrace(*words, "--help")
    assert result.returncode == 0 and result.stdout.startswith(f"usage: millrace {words[0]}")
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_every_command_of_the_help_is_tried_here():
    shown = re.findall(r"^  ([a-z]+) ", millrace("--help").stdout.split("Subcommands:")[1], re.M)
    assert set(shown) == {command.split()[0] for command in COMMANDS if command}


@pytest.mark.parametrize("words", [["serve", "--prot", "1"], ["nonsense"], []])
def test_misuse_is_two(words):
    assert millrace(*words).returncode == 2


def test_the_settings_page_is_what_the_program_prints():
    assert millrace("settings").stdout == (servers.ROOT / "docs" / "configuration.md").read_text()


def test_the_coverage_page_is_what_the_program_prints():
    assert millrace("coverage").stdout == (servers.ROOT / "docs" / "coverage.md").read_text()


def test_the_page_of_instance_types_is_what_the_program_prints():
    assert millrace("instances").stdout == (servers.ROOT / "docs" / "instance_types.md").read_text()


def test_the_page_of_algorithms_is_what_the_program_prints():
    assert millrace("train", "--manual").stdout == (servers.ROOT / "docs" / "algorithms.md").read_text()


@pytest.mark.parametrize("shape, column", [("TrainingInstanceType", -3), ("ProductionVariantInstanceType", -2)])
def test_the_types_of_the_model_are_those_of_the_page(shape, column):
    model = botocore.session.get_session().get_service_model("sagemaker")
    rows = [line.split("|") for line in millrace("instances").stdout.splitlines() if line.startswith("| `ml.")]
    assert {row[1].strip(" `") for row in rows if row[column].strip()} == set(model.shape_for(shape).enum)


def test_an_unknown_setting_is_an_error_with_its_line(tmp_path):
    (tmp_path / "millrace.toml").write_text('port = 0\nprot = 1\n')
    result = millrace("serve", "--data", str(tmp_path / "data"), "--config", str(tmp_path / "millrace.toml"))
    assert result.returncode == 1
    assert "line 2: there is no setting 'prot'" in result.stderr


def test_a_second_server_on_the_folder_is_refused(server):
    result = millrace("serve", "--data", str(server.data), "--port", "0")
    assert result.returncode == 1
    assert "another server is running" in result.stderr and "millrace stop" in result.stderr
    assert server.healthy()


def test_a_port_in_use_is_named(server, tmp_path):
    result = millrace("serve", "--data", str(tmp_path / "data"), "--port", server.url.rsplit(":", 1)[1])
    assert result.returncode == 1
    assert server.url.rsplit(":", 1)[1] in result.stderr


def test_env_prints_exports_that_work(server):
    printed = millrace("env", "--data", str(server.data)).stdout
    shell = printed + '\n"$PYTHON" -m awscli sts get-caller-identity'
    import sys

    environment = {**os.environ, "PYTHON": sys.executable}
    result = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, timeout=60, check=True, env=environment)
    assert json.loads(result.stdout)["Account"] == "000000000000"
    for name in ("AWS_ENDPOINT_URL=", "AWS_ENDPOINT_URL_S3_CONTROL='http://localhost:", "AWS_DISABLE_HOST_PREFIX_INJECTION="):
        assert f"export {name}" in printed


def test_env_without_a_server_says_how_to_start_one(tmp_path):
    result = millrace("env", "--data", str(tmp_path))
    assert result.returncode == 1
    assert "millrace serve --data" in result.stderr


def test_wait_gives_up_in_time(tmp_path):
    assert millrace("wait", "--data", str(tmp_path), "--timeout", "0").returncode == 1


def test_wait_and_status_and_stop(own_server):
    server = own_server()
    assert millrace("wait", "--data", str(server.data)).stdout.strip() == server.url
    assert json.loads(millrace("status", "--data", str(server.data)).stdout)["jobs_running"] == 0
    assert millrace("stop", "--data", str(server.data)).returncode == 0
    assert server.process.wait(20) == 0


def test_accounts_are_apart_and_can_be_emptied(server):
    one, other = Account.create(server), Account.create(server)
    bucket = one.bucket()
    one.client("s3").put_object(Bucket=bucket, Key="a", Body=b"a")
    one.client("iam").create_user(UserName="ann")
    assert other.client("s3").list_buckets()["Buckets"] == []
    control.ask(server.data, "account-empty", account=one.id)
    assert one.client("s3").list_buckets()["Buckets"] == []
    assert one.client("iam").list_users()["Users"] == []


def test_an_account_that_is_not_there_cannot_be_emptied(server):
    result = millrace("account", "empty", "999999999999", "--data", str(server.data))
    assert result.returncode == 1 and "999999999999" in result.stderr


def test_the_clock_moves_only_where_it_is_virtual(server, own_server):
    refused = millrace("clock", "advance", "1d", "--data", str(server.data))
    assert refused.returncode == 1 and "--clock virtual" in refused.stderr
    virtual = own_server("--clock", "virtual")
    assert millrace("clock", "advance", "30d", "--data", str(virtual.data)).returncode == 0
    assert millrace("clock", "advance", "soon", "--data", str(virtual.data)).returncode == 1


def test_auth_off_says_so_and_takes_any_credentials(own_server):
    server = own_server("--auth", "off")
    assert "NOT checked" in server.log.read_text()
    anybody = Account(server, "123456789012", "123456789012", "anything")
    assert anybody.client("sts").get_caller_identity()["Account"] == "123456789012"


def test_syncs_are_delayed_on_demand(own_server):
    server = own_server()
    put = Account.create(server).client("s3")
    put.create_bucket(Bucket="delayed")
    control.ask(server.data, "delay-syncs", milliseconds=300)
    began = time.monotonic()
    put.put_object(Bucket="delayed", Key="small", Body=b"x")
    assert time.monotonic() - began >= 0.3
    control.ask(server.data, "delay-syncs", milliseconds=0)
    for wrong in ({}, {"milliseconds": -1}, {"milliseconds": 10_001}):
        with pytest.raises(RuntimeError, match='delay-syncs takes "milliseconds", 0 to 10000'):
            control.ask(server.data, "delay-syncs", **wrong)
