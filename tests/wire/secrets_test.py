"""No secret stands in what a server writes for people: its log, its jobs' logs, recordings, the audit, stories, what it says when it dies."""

import base64
import contextlib
import hashlib
import json
import os
import signal
import urllib.parse
import urllib.request

import botocore.exceptions
import pytest
from support import commands, raw
from support.account import EVERYTHING, Account
from support.training import Training

PASSWORD = "correct-Horse-battery-7"
CUSTOMER_KEY = hashlib.sha256(b"a customer's own key").digest()


def attempted(call, **arguments):
    """What a call answers; nothing where it is refused, which may write as much about it as an answer."""
    with contextlib.suppress(botocore.exceptions.ClientError):
        return call(**arguments)
    return None


def sessions(aws: Account, server, secrets: list[str]) -> Account:
    """A role's session; every key and token on the way is a secret."""
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": aws.id}, "Action": "sts:AssumeRole"}]}
    user, role = aws.user(EVERYTHING), aws.role(trust=trust)
    keys = user.client("sts").assume_role(RoleArn=role, RoleSessionName="session")["Credentials"]
    secrets += [aws.secret, user.secret, keys["SecretAccessKey"], keys["SessionToken"]]
    for answer in (attempted(user.client("sts").get_session_token), attempted(user.client("sts").get_federation_token, Name="fed")):
        if answer:
            secrets += [answer["Credentials"]["SecretAccessKey"], answer["Credentials"]["SessionToken"]]
    session = Account(server, aws.id, keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], aws.numbers)
    session.client("iam").list_users()
    return session


def passwords(aws: Account, secrets: list[str]) -> None:
    iam = aws.client("iam")
    iam.create_user(UserName="ann")
    secrets.append(PASSWORD)
    attempted(iam.create_login_profile, UserName="ann", Password=PASSWORD)
    attempted(iam.update_login_profile, UserName="ann", Password=PASSWORD + "2")
    attempted(iam.change_password, OldPassword=PASSWORD, NewPassword=PASSWORD + "3")
    if device := attempted(iam.create_virtual_mfa_device, VirtualMFADeviceName="phone"):
        seed = device["VirtualMFADevice"]["Base32StringSeed"]
        secrets.append(seed.decode() if isinstance(seed, bytes) else seed)
    attempted(iam.create_user, UserName="ann")
    with pytest.raises(botocore.exceptions.ClientError):
        aws.client("iam", aws_secret_access_key=PASSWORD).list_users()


def objects(aws: Account, secrets: list[str]) -> None:
    s3, bucket = aws.client("s3"), aws.bucket()
    customer = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": CUSTOMER_KEY}
    attempted(s3.put_object, Bucket=bucket, Key="sealed", Body=b"x", **customer)
    attempted(s3.get_object, Bucket=bucket, Key="sealed", **customer)
    attempted(s3.get_object, Bucket=bucket, Key="sealed")
    secrets += [CUSTOMER_KEY.hex(), base64.b64encode(CUSTOMER_KEY).decode()]
    s3.put_object(Bucket=bucket, Key="plain", Body=b"x")
    for method in ("get_object", "delete_object"):
        url = s3.generate_presigned_url(method, Params={"Bucket": bucket, "Key": "plain"})
        urllib.request.urlopen(urllib.request.Request(url, method="GET" if method == "get_object" else "DELETE"), timeout=20).read()
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(url).query)
        secrets += query.get("X-Amz-Signature", []) + query.get("Signature", [])
    signed = raw.request(aws, "s3", "GET", f"/{bucket}?location")
    raw.send(aws, signed)
    secrets.append(signed.headers["Authorization"].rpartition("Signature=")[2])
    nobody = aws.user()
    attempted(nobody.client("s3").get_object, Bucket=bucket, Key="plain")
    secrets.append(nobody.secret)


def held(text: bytes, secrets: list[str]) -> list[str]:
    found = [secret for secret in secrets if secret.encode() in text or base64.b64encode(secret.encode()) in text]
    return found + (["the customer's key as bytes"] if CUSTOMER_KEY in text else [])


@pytest.fixture
def told(own_server, tmp_path):
    """A server that tells all it can."""
    config = tmp_path / "millrace.toml"
    config.write_text(f'log = "debug"\nrecord = "{tmp_path / "run.jsonl"}"\n')
    return own_server("--config", str(config))


def test_nothing_that_is_written_holds_a_secret(told, tmp_path):
    aws, secrets = Account.create(told), [told.credentials()[1]]
    sessions(aws, told, secrets)
    passwords(aws, secrets)
    objects(aws, secrets)
    job = Training(aws).run("job")
    logs = aws.client("logs")
    events = [event["message"] for group in logs.describe_log_groups()["logGroups"]
              for event in logs.filter_log_events(logGroupName=group["logGroupName"])["events"]]
    assert events, job
    written = {
        "the log": told.log.read_bytes(),
        "the recording": (tmp_path / "run.jsonl").read_bytes(),
        "the jobs' logs": "\n".join(events).encode(),
        "the audit": commands.millrace(told, "audit", "--json", "--limit", "10000").encode(),
        "the refusals": commands.millrace(told, "why", "--json").encode(),
        "the status": commands.millrace(told, "status").encode(),
    }
    for request in json.loads(written["the refusals"])["requests"]:
        written[f"the story of {request['request_id']}"] = commands.millrace(told, "why", request["request_id"], "--json").encode()
    for path in told.data.rglob("*"):
        if path.is_file() and path.name != "credentials":
            written[str(path)] = path.read_bytes()
    found = {what: secret for what, text in written.items() if (secret := held(text, secrets))}
    assert not found
    assert len(secrets) >= 12 and all(len(secret) >= 16 for secret in secrets)
    assert b"CreateUser" in written["the audit"] and len(written["the log"].splitlines()) > 20


def test_what_it_says_when_it_dies_holds_none(told):
    aws, secrets = Account.create(told), [told.credentials()[1]]
    sessions(aws, told, secrets)
    passwords(aws, secrets)
    told.process.send_signal(signal.SIGABRT)
    told.process.wait(20)
    assert not held(told.log.read_bytes(), secrets)
    for folder in (told.data, told.data.parent, os.getcwd()):
        assert not [name for name in os.listdir(folder) if name == "core" or name.startswith("core.")], folder
