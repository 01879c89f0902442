"""Rates of requests: AWS's throttling errors by protocol, each principal for itself, and boto3's retries that get through."""

import subprocess
import time

import botocore.exceptions
import pytest
from botocore.config import Config
from support import commands
from support import server as servers
from support.account import EVERYTHING, Account


@pytest.fixture
def limited(own_server, tmp_path):
    """An account on a server with these rates."""

    def make(rates: str) -> Account:
        (tmp_path / "millrace.toml").write_text(f'rates = "{rates}"\n')
        return Account.create(own_server("--config", str(tmp_path / "millrace.toml")))

    return make


def refusal(call) -> tuple[int, str, str]:
    """(status, code, message) of the first refused one of several calls."""
    with pytest.raises(botocore.exceptions.ClientError) as error:
        for _ in range(20):
            call()
    answer = error.value.response
    return answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"], answer["Error"]["Message"]


def test_the_errors_are_aws_own(limited):
    aws = limited("*=0.01/3")
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="bucket")
    assert refusal(lambda: s3.list_objects_v2(Bucket="bucket")) == (503, "SlowDown", "Please reduce your request rate.")
    assert refusal(aws.client("sagemaker").list_models) == (400, "ThrottlingException", "Rate exceeded")
    assert refusal(aws.client("logs").describe_log_groups) == (400, "ThrottlingException", "Rate exceeded")
    assert refusal(aws.client("iam").list_users) == (400, "Throttling", "Rate exceeded")
    assert refusal(aws.client("sts").get_caller_identity) == (400, "Throttling", "Rate exceeded")


def test_each_principal_and_operation_has_its_own(limited):
    aws = limited("iam:List*=0.01/3")
    user = aws.user(EVERYTHING)
    root, other = aws.client("iam"), user.client("iam")
    refusal(root.list_users)
    for _ in range(3):
        other.list_users()
    refusal(other.list_users)
    for _ in range(3):
        root.list_roles()
    for _ in range(20):
        root.get_user()


def test_who_does_not_hold_the_key_uses_nothing_up(limited):
    aws = limited("sts=0.01/3 s3=0.01/3")
    for service, call in (("sts", "get_caller_identity"), ("s3", "list_buckets")):
        for _ in range(10):
            with pytest.raises(botocore.exceptions.ClientError):
                getattr(aws.client(service, aws_secret_access_key="wrong"), call)()
        for _ in range(3):
            getattr(aws.client(service), call)()


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
def test_boto3_tries_again_until_it_may(limited, mode):
    aws = limited("sagemaker:ListModels=4/2 s3:ListObjectsV2=4/2")
    patient = Config(retries={"mode": mode, "total_max_attempts": 12})
    aws.client("s3").create_bucket(Bucket="bucket")
    sagemaker, s3 = aws.client("sagemaker", config=patient), aws.client("s3", config=patient)
    began = time.monotonic()
    tries = 0
    for _ in range(4):
        tries += sagemaker.list_models()["ResponseMetadata"]["RetryAttempts"]
        tries += s3.list_objects_v2(Bucket="bucket")["ResponseMetadata"]["RetryAttempts"]
    assert time.monotonic() - began >= 0.4
    assert tries > 0


def test_a_refusal_is_told_as_such(limited):
    aws = limited("iam:ListUsers=0.01/1")
    client = aws.client("iam")
    client.list_users()
    with pytest.raises(botocore.exceptions.ClientError) as error:
        client.list_users()
    story = commands.as_json(aws.server, "why", error.value.response["ResponseMetadata"]["RequestId"])
    assert (story["error"], story["refusals"]) == ("Throttling", [])


@pytest.mark.parametrize("rates", ["s3", "s3=fast", "s3=0", "=1", "s3=1/0"])
def test_rates_that_are_none_stop_the_start(tmp_path, scratch, rates):
    (tmp_path / "millrace.toml").write_text(f'rates = "{rates}"\n')
    command = [servers.PROGRAM, "serve", "--port", "0", "--data", str(scratch / "never"), "--config", str(tmp_path / "millrace.toml")]
    result = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert result.returncode == 1
    assert "rates is wrong" in result.stderr
