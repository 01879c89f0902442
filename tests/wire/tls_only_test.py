"""TLS: where it is required plain HTTP is refused, and the condition keys that tell of the connection are true."""

import dataclasses
import json
import socket
import subprocess
import sys
import types
import urllib.request

import botocore.exceptions
import pytest
from support import raw
from support import server as servers
from support.account import Account


def secured(aws: Account, service: str, host: str = "localhost"):
    port = aws.server.url.rpartition(":")[2]
    return aws.client(service, endpoint_url=f"https://{host}:{port}", verify=str(aws.server.data / "authority" / "authority.pem"))


def refused(call, **arguments) -> tuple[int, str]:
    with pytest.raises(botocore.exceptions.ClientError) as error:
        call(**arguments)
    return error.value.response["ResponseMetadata"]["HTTPStatusCode"], error.value.response["Error"]["Code"]


@pytest.fixture
def required(own_server, tmp_path):
    (tmp_path / "millrace.toml").write_text('tls = "required"\n')
    return Account.create(own_server("--config", str(tmp_path / "millrace.toml")))


def test_plain_http_is_refused_by_every_protocol(required):
    plain = "http://127.0.0.1:" + required.server.url.rpartition(":")[2]
    for service, call, wanted in (("s3", "list_buckets", (403, "AccessDenied")), ("sagemaker", "list_models", (403, "AccessDeniedException")),
                                  ("sts", "get_caller_identity", (403, "AccessDenied")), ("iam", "list_users", (403, "AccessDenied")),
                                  ("logs", "describe_log_groups", (403, "AccessDeniedException"))):
        assert refused(getattr(required.client(service, endpoint_url=plain), call)) == wanted
        getattr(secured(required, service), call)()
        getattr(secured(required, service, "127.0.0.1"), call)()


def test_what_nobody_signed_is_refused_too(required):
    bucket = required.name("bucket")
    secured(required, "s3").create_bucket(Bucket=bucket)
    host = "127.0.0.1:" + required.server.url.rpartition(":")[2]
    plain = dataclasses.replace(required, server=types.SimpleNamespace(url=f"http://{host}"))
    for request in (raw.Request("GET", f"/{bucket}/key", {"Host": host}, b""),
                    raw.Request("OPTIONS", f"/{bucket}/key", {"Host": host, "Origin": "http://a", "Access-Control-Request-Method": "GET"}, b"")):
        assert raw.send(plain, request).status == 403


def test_health_still_answers(required):
    with urllib.request.urlopen(f"http://127.0.0.1:{required.server.url.rpartition(':')[2]}/_millrace/health", timeout=10) as answer:
        assert answer.status == 200


@pytest.mark.parametrize("flags", [[], ["--proxy"]])
def test_env_says_how_to_come(required, flags):
    printed = subprocess.run([servers.PROGRAM, "env", "--data", required.server.data, *flags], capture_output=True, text=True, check=True).stdout
    program = "import boto3; print(boto3.client('sts').get_caller_identity()['Account'], boto3.client('s3').list_buckets()['Buckets'])"
    script = f"{printed}\n{sys.executable} -c \"{program}\""
    result = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == "000000000000 []"


def deny(bucket: str, condition: dict) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*", "Condition": condition}]})


def test_a_policy_may_ask_for_tls(aws):
    bucket, s3 = aws.bucket(), aws.client("s3")
    s3.put_object(Bucket=bucket, Key="key", Body=b"x")
    s3.put_bucket_policy(Bucket=bucket, Policy=deny(bucket, {"Bool": {"aws:SecureTransport": "false"}}))
    assert refused(s3.get_object, Bucket=bucket, Key="key") == (403, "AccessDenied")
    assert secured(aws, "s3").get_object(Bucket=bucket, Key="key")["Body"].read() == b"x"


def test_a_policy_may_ask_for_a_version_of_tls(aws):
    bucket, s3 = aws.bucket(), aws.client("s3")
    s3.put_object(Bucket=bucket, Key="key", Body=b"x")
    s3.put_bucket_policy(Bucket=bucket, Policy=deny(bucket, {"NumericLessThan": {"s3:TlsVersion": "1.2"}}))
    assert secured(aws, "s3").get_object(Bucket=bucket, Key="key")["Body"].read() == b"x"
    assert s3.get_object(Bucket=bucket, Key="key")["Body"].read() == b"x"  # plain HTTP has no version: it takes aws:SecureTransport to deny it
    s3.put_bucket_policy(Bucket=bucket, Policy=deny(bucket, {"NumericLessThan": {"s3:TlsVersion": "1.4"}}))
    assert refused(secured(aws, "s3").get_object, Bucket=bucket, Key="key") == (403, "AccessDenied")


def test_the_address_is_the_connections(aws, server):
    """No header of a client's says where it comes from: there is no proxy before this server."""
    bucket, s3 = aws.bucket(), aws.client("s3")
    s3.put_object(Bucket=bucket, Key="key", Body=b"x")
    s3.put_bucket_policy(Bucket=bucket, Policy=deny(bucket, {"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}))
    claims = {"X-Forwarded-For": "10.0.0.1", "X-Real-IP": "10.0.0.1", "Forwarded": "for=10.0.0.1", "Client-IP": "10.0.0.1"}
    assert raw.send(aws, raw.request(aws, "s3", "GET", f"/{bucket}/key", headers=claims)).status == 403
    s3.put_bucket_policy(Bucket=bucket, Policy=deny(bucket, {"NotIpAddress": {"aws:SourceIp": ["127.0.0.0/8", "::1"]}}))
    assert raw.send(aws, raw.request(aws, "s3", "GET", f"/{bucket}/key", headers=claims)).status == 200
    if server_listens_on_ipv6(server):
        sixth = aws.client("s3", endpoint_url=f"http://[::1]:{server.url.rpartition(':')[2]}")
        assert sixth.get_object(Bucket=bucket, Key="key")["Body"].read() == b"x"


def server_listens_on_ipv6(server) -> bool:
    try:
        with socket.create_connection(("::1", int(server.url.rpartition(":")[2])), timeout=5):
            return True
    except OSError:
        return False
