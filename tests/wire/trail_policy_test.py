"""`millrace policy from-trail`: the policy of a recorded run lets a fresh user do the same run, and no more."""

import json

import botocore.exceptions
import pytest
from support import commands
from support.account import EVERYTHING, Account
from support.training import IMAGE


def run(account: Account, bucket: str, role: str) -> list:
    """A run of calls as somebody's program makes them."""
    s3, sagemaker, logs = account.client("s3"), account.client("sagemaker"), account.client("logs")
    s3.put_object(Bucket=bucket, Key="data/train.csv", Body=b"1,2\n")
    s3.copy_object(Bucket=bucket, Key="data/copy*.csv", CopySource={"Bucket": bucket, "Key": "data/train.csv"})
    keys = [one["Key"] for one in s3.list_objects_v2(Bucket=bucket, Prefix="data/")["Contents"]]
    body = s3.get_object(Bucket=bucket, Key="data/train.csv")["Body"].read()
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "data/copy*.csv"}]})
    # Whether an object is there shows only to who may list its bucket.
    with pytest.raises(botocore.exceptions.ClientError) as absent:
        s3.get_object(Bucket=bucket, Key="data/none")
    name = account.name("model")
    sagemaker.create_model(ModelName=name, ExecutionRoleArn=role, PrimaryContainer={"Image": IMAGE})
    arn = sagemaker.describe_model(ModelName=name)["ModelArn"]
    sagemaker.delete_model(ModelName=name)
    logs.create_log_group(logGroupName=name)
    logs.delete_log_group(logGroupName=name)
    return [keys, body, absent.value.response["Error"]["Code"], arn.split(":")[2:5]]


def with_policy(aws: Account, text: str) -> Account:
    document = json.loads(text)
    user, iam = aws.user(), aws.client("iam")
    name = user.client("sts").get_caller_identity()["Arn"].rpartition("/")[2]
    arn = iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(document))["Policy"]["Arn"]
    iam.attach_user_policy(UserName=name, PolicyArn=arn)
    return user


def arn_of(user) -> str:
    return user.client("sts").get_caller_identity()["Arn"]


def statements(text: str) -> list:
    return json.loads(text)["Statement"]


def check_least(aws, admin, bucket, role, text):
    """The policy lets another user do what the admin did; and nothing more."""
    assert not [one for one in statements(text) if "Condition" in one or one["Effect"] != "Allow"]
    user = with_policy(aws, text)
    user.numbers, admin.numbers = admin.numbers, None
    s3 = user.client("s3")
    for call in (lambda: s3.put_object(Bucket=bucket, Key="data/other.csv", Body=b""), lambda: s3.list_buckets(),
                 lambda: s3.put_object(Bucket=bucket, Key="data/copyX.csv", Body=b""), lambda: s3.delete_object(Bucket=bucket, Key="data/train.csv"),
                 lambda: user.client("iam").list_users()):
        with pytest.raises(botocore.exceptions.ClientError) as error:
            call()
        assert error.value.response["Error"]["Code"] == "AccessDenied"
    return user


class Numbers:
    """The same names each time."""

    def __next__(self):
        return 7


def test_of_what_the_server_remembers(aws, server):
    admin, bucket, role = aws.user(EVERYTHING), aws.bucket(), aws.role()
    admin.numbers = Numbers()
    wanted = run(admin, bucket, role)
    text = commands.millrace(server, "policy", "from-trail", "--principal", arn_of(admin), "--since", "10m")
    user = check_least(aws, admin, bucket, role, text)
    assert run(user, bucket, role) == wanted
    assert any("iam:PassRole" in one["Action"] and role in one["Resource"] for one in statements(text))
    assert "data/copy${*}.csv" in text


def test_of_a_recording(own_server, tmp_path):
    file = tmp_path / "run.jsonl"
    server = own_server("--record", str(file))
    aws = Account.create(server)
    admin, bucket, role = aws.user(EVERYTHING), aws.bucket(), aws.role()
    admin.numbers = Numbers()
    wanted = run(admin, bucket, role)
    arn = arn_of(admin)
    server.kill()
    words = ["policy", "from-trail", "--file", str(file), "--principal", arn]
    text = commands.millrace(server, *words)
    server.start()
    user = check_least(aws, admin, bucket, role, text)
    assert run(user, bucket, role) == wanted
    # A recording goes on where it was.
    assert commands.millrace(server, *words) == text
    assert arn_of(user) in file.read_text()
    widened = commands.millrace(server, *words, "--widen", f"arn:aws:s3:::{bucket}/data/*")
    objects = [one for one in statements(widened) if "s3:GetObject" in one["Action"]]
    assert len(objects) == 1 and objects[0]["Resource"] == f"arn:aws:s3:::{bucket}/data/*"


def test_of_nothing(aws, server):
    user = aws.user()
    result = commands.run(server, "policy", "from-trail", "--principal", f"arn:aws:iam::{aws.id}:user/none")
    assert result.returncode == 1 and "nothing was recorded" in result.stderr
    with pytest.raises(botocore.exceptions.ClientError):
        user.client("iam").list_users()
    name = user.client("sts").get_caller_identity()["Arn"]
    assert commands.run(server, "policy", "from-trail", "--principal", name).returncode == 1


def test_a_file_that_is_none(server, tmp_path):
    (tmp_path / "text").write_text("hello\nworld\n")
    result = commands.run(server, "policy", "from-trail", "--file", tmp_path / "text")
    assert result.returncode == 1 and "line 1 is no request" in result.stderr
    result = commands.run(server, "policy", "from-trail", "--file", tmp_path / "none")
    assert result.returncode == 1 and "there is no recording" in result.stderr


def test_a_policy_that_is_too_long_says_so(aws, server):
    bucket, admin = aws.bucket(), aws.user(EVERYTHING)
    for number in range(150):
        admin.client("s3").put_object(Bucket=bucket, Key=f"a-key-that-is-long-enough-{number:040}", Body=b"")
    result = commands.run(server, "policy", "from-trail", "--principal", arn_of(admin))
    assert result.returncode == 0 and "of which AWS takes 6144" in result.stderr
    result = commands.run(server, "policy", "from-trail", "--principal", arn_of(admin), "--widen", f"arn:aws:s3:::{bucket}/*")
    assert result.returncode == 0 and not result.stderr
