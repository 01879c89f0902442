"""Whose account a request of S3 Control is about: the header's, however the client names the host."""

import urllib.parse

import pytest
from botocore.config import Config
from support import raw
from support.refusals import refused

ABSENT = "00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_boto3_puts_the_account_before_the_host(aws, host):
    url = f"http://{host}:{urllib.parse.urlsplit(aws.server.url).port}"
    control = aws.client("s3control", endpoint_url=url)
    hosts = []
    control.meta.events.register("before-send", lambda request, **_: hosts.append(urllib.parse.urlsplit(request.url).hostname))
    assert control.list_jobs(AccountId=aws.id)["Jobs"] == []
    assert hosts == [f"{aws.id}.{host}"]


def test_the_command_line_by_a_proxy_in_the_environment(aws, monkeypatch):
    """The server is its own proxy: no resolver is asked for a name below its address."""
    monkeypatch.setenv("HTTP_PROXY", aws.server.url)
    assert '"Jobs": []' in aws.cli("s3control", "list-jobs", "--account-id", aws.id)


def test_another_account_is_refused(aws, control, stranger):
    refused("AccessDenied", 403, control.list_jobs, AccountId=stranger.id)
    refused("AccessDenied", 403, control.describe_job, AccountId=stranger.id, JobId=ABSENT)
    refused("InvalidRequest", 400, control.list_jobs, AccountId="12345")


def test_a_refusal_has_the_services_form(aws):
    with raw.Connection(aws) as connection:
        request = raw.request(aws, "s3", "GET", f"/v20180820/jobs/{ABSENT}", b"", {"x-amz-account-id": aws.id})
        answer = connection.send(request)
    assert answer.error() == (400, "NotFoundException")
    assert b"<ErrorResponse" in answer.body


def test_a_bucket_of_digits_is_no_account(aws):
    """The same host names a bucket where no account is in the head."""
    bucket = aws.id
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="v20180820/jobs", Body=b"an object")
    port = urllib.parse.urlsplit(aws.server.url).port
    virtual = aws.client("s3", endpoint_url=f"http://localhost:{port}", config=Config(s3={"addressing_style": "virtual"}))
    assert virtual.get_object(Bucket=bucket, Key="v20180820/jobs")["Body"].read() == b"an object"


@pytest.mark.parametrize(
    ("call", "more"),
    [
        ("list_access_grants_instances", {}), ("list_storage_lens_configurations", {}), ("list_multi_region_access_points", {}),
        ("list_regional_buckets", {}), ("list_access_points_for_object_lambda", {}),
    ],
)
def test_what_is_not_built_is_refused_by_name(aws, control, call, more):
    region = {"list_multi_region_access_points": "us-west-2"}.get(call)
    client = aws.client("s3control", region=region) if region else control
    answer = refused("NotImplemented", 501, getattr(client, call), AccountId=aws.id, **more)
    assert f"s3control:{''.join(word.capitalize() for word in call.split('_'))}" in answer["Error"]["Message"]
