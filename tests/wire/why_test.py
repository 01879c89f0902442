"""`millrace why`: the whole story of a refusal by its request's id, of any question, and the list of the last ones."""

import json

import botocore.exceptions
import pytest
from support import commands, raw


def statement(effect, action, resource="*", **more):
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


def policy(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def refused(call, **arguments) -> tuple[str, dict]:
    """(request id, the error) of a call that is refused."""
    with pytest.raises(botocore.exceptions.ClientError) as error:
        call(**arguments)
    return error.value.response["ResponseMetadata"]["RequestId"], error.value.response["Error"]


def arn_of(user) -> str:
    return user.client("sts").get_caller_identity()["Arn"]


def test_a_missing_allow(aws, server):
    bucket, user = aws.bucket(), aws.user(policy(statement("Allow", "s3:PutObject")))
    request, error = refused(user.client("s3").get_object, Bucket=bucket, Key="key")
    assert error["Code"] == "AccessDenied"
    story = commands.as_json(server, "why", request)
    assert (story["operation"], story["status"], story["error"], story["principal"]) == ("s3:GetObject", 403, "AccessDenied", arn_of(user))
    (refusal,) = story["refusals"]
    assert (refusal["action"], refusal["resource"]) == ("s3:GetObject", f"arn:aws:s3:::{bucket}/key")
    assert (refusal["who"]["arn"], refusal["who"]["type"]) == (arn_of(user), "User")
    assert (refusal["effect"], refusal["decided_by"]) == ("implicit deny", "identity-based policy")
    assert refusal["context"]["aws:SourceIp"] == ["127.0.0.1"] and refusal["context"]["s3:authType"] == ["REST-HEADER"]
    wanted = json.dumps({"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/key"}, separators=(",", ":"))
    assert any(wanted in remedy for remedy in refusal["remedies"])
    text = commands.millrace(server, "why", request)
    for line in (f"request    {request}", "answer     403 AccessDenied: ", "refused    s3:GetObject", "decision   implicit deny", "what would allow it"):
        assert line in text, text


def test_an_explicit_deny_names_its_statement(aws, server):
    user = aws.user(policy(statement("Allow", "*"), statement("Deny", "iam:ListUsers", Sid="NoLists")))
    request, _ = refused(user.client("iam").list_users)
    (refusal,) = commands.as_json(server, "why", request)["refusals"]
    assert (refusal["effect"], refusal["policy"], refusal["statement"]) == ("explicit deny", "inline", "NoLists")
    assert any("Remove or narrow" in remedy for remedy in refusal["remedies"])


def test_a_bucket_policy_that_denies(aws, server):
    bucket = aws.bucket()
    aws.client("s3").put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy(
        statement("Deny", "s3:GetObject", f"arn:aws:s3:::{bucket}/*", Principal="*", Condition={"StringNotEquals": {"aws:UserAgent": "x"}}))))
    user = aws.user(policy(statement("Allow", "s3:*")))
    request, _ = refused(user.client("s3").get_object, Bucket=bucket, Key="key")
    (refusal,) = commands.as_json(server, "why", request)["refusals"]
    assert (refusal["effect"], refusal["decided_by"]) == ("explicit deny", "resource-based policy")


def test_what_has_changed_since_is_said(aws, server):
    user = aws.user()
    name = arn_of(user).rpartition("/")[2]
    request, _ = refused(user.client("iam").list_users)
    assert "now" not in commands.as_json(server, "why", request)["refusals"][0]
    aws.client("iam").put_user_policy(UserName=name, PolicyName="later", PolicyDocument=json.dumps(policy(statement("Allow", "iam:ListUsers"))))
    assert commands.as_json(server, "why", request)["refusals"][0]["now"]["effect"] == "allowed"
    assert "the policies have changed since" in commands.millrace(server, "why", request)


def test_a_batch_tells_each_refusal(aws, server):
    bucket = aws.bucket()
    user = aws.user(policy(statement("Allow", "s3:DeleteObject", f"arn:aws:s3:::{bucket}/mine/*")))
    answer = user.client("s3").delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "mine/a"}, {"Key": "yours/a"}, {"Key": "yours/b"}]})
    assert len(answer["Errors"]) == 2
    story = commands.as_json(server, "why", answer["ResponseMetadata"]["RequestId"])
    assert [use["resource"] for use in story["allowed"] if use["action"] == "s3:DeleteObject"] == [f"arn:aws:s3:::{bucket}/mine/a"]
    assert {one["resource"] for one in story["refusals"]} == {f"arn:aws:s3:::{bucket}/yours/a", f"arn:aws:s3:::{bucket}/yours/b"}


def test_roles_and_the_anonymous(aws, server):
    role = aws.role(policy=None, trust={"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": aws.id}, "Action": "sts:AssumeRole"}]})
    user = aws.user(policy(statement("Allow", "sts:AssumeRole")))
    keys = user.client("sts").assume_role(RoleArn=role, RoleSessionName="session")["Credentials"]
    session = aws.client("iam", aws_access_key_id=keys["AccessKeyId"], aws_secret_access_key=keys["SecretAccessKey"],
                         aws_session_token=keys["SessionToken"])
    request, _ = refused(session.list_users)
    who = commands.as_json(server, "why", request)["refusals"][0]["who"]
    assert (who["type"], who["role"]) == ("AssumedRole", role) and who["arn"].endswith("/session")
    bucket = aws.bucket()
    anonymous = raw.send(aws, raw.Request("GET", f"/{bucket}/key", {"Host": server.url.removeprefix("http://")}, b""))
    assert anonymous.status == 403
    refusal = commands.as_json(server, "why", anonymous.headers["x-amz-request-id"])["refusals"][0]
    assert refusal["who"] == {"type": "Anonymous"}


def test_a_role_that_trusts_others(aws, server):
    role, user = aws.role(), aws.user(policy(statement("Allow", "sts:AssumeRole")))
    request, _ = refused(user.client("sts").assume_role, RoleArn=role, RoleSessionName="mine")
    (refusal,) = commands.as_json(server, "why", request)["refusals"]
    assert (refusal["action"], refusal["resource"], refusal["decided_by"]) == ("sts:AssumeRole", role, "role trust policy")
    assert refusal["context"]["sts:RoleSessionName"] == ["mine"]


def test_what_no_policy_refused(aws, server):
    bucket = aws.bucket()
    request, _ = refused(aws.client("s3").get_object, Bucket=bucket, Key="none")
    story = commands.as_json(server, "why", request)
    assert (story["error"], story["refusals"]) == ("NoSuchKey", [])
    assert {use["action"] for use in story["allowed"]} >= {"s3:GetObject"}
    assert "No policy refused it" in commands.millrace(server, "why", request)
    wrong = aws.client("s3", aws_secret_access_key="wrong")
    request, _ = refused(wrong.get_object, Bucket=bucket, Key="none")
    assert commands.as_json(server, "why", request)["error"] == "SignatureDoesNotMatch"


def test_an_unknown_request(server):
    result = commands.run(server, "why", "no-such-request")
    assert result.returncode == 1
    assert "no request no-such-request" in result.stderr


def test_the_last_refusals_are_listed(aws, server):
    user = aws.user()
    first, _ = refused(user.client("iam").list_users)
    second, _ = refused(user.client("iam").list_roles)
    listed = [one["request_id"] for one in commands.as_json(server, "why")["requests"]]
    assert listed.index(second) < listed.index(first)
    assert first in commands.millrace(server, "why")


def ask(server, principal, action, resource, *more):
    return commands.as_json(server, "why", "--principal", principal, "--action", action, "--resource", resource, *more)


def test_any_question(aws, server):
    office = {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}
    user = aws.user(policy(statement("Allow", "s3:Get*", "arn:aws:s3:::mine/*"), statement("Allow", "iam:ListUsers", Condition=office)))
    arn = arn_of(user)
    assert ask(server, arn, "s3:GetObject", "arn:aws:s3:::mine/a")["effect"] == "allowed"
    assert ask(server, arn, "s3:PutObject", "arn:aws:s3:::mine/a")["effect"] == "implicit deny"
    assert ask(server, arn, "iam:ListUsers", "*")["effect"] == "implicit deny"
    assert ask(server, arn, "iam:ListUsers", "*", "--context", "aws:SourceIp=10.1.2.3")["effect"] == "allowed"
    assert ask(server, f"arn:aws:iam::{aws.id}:root", "s3:PutObject", f"arn:aws:s3:::{aws.bucket()}/a")["effect"] == "allowed"
    role = aws.role(policy(statement("Allow", "logs:*")))
    assert ask(server, role, "logs:PutLogEvents", "*")["effect"] == "allowed"
    session = role.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/") + "/anything"
    assert ask(server, session, "logs:PutLogEvents", "*")["who"]["arn"] == session
    assert ask(server, "anonymous", "s3:GetObject", f"arn:aws:s3:::{aws.bucket()}/a")["effect"] == "implicit deny"
    assert ask(server, "sagemaker.amazonaws.com", "s3:GetObject", f"arn:aws:s3:::{aws.bucket()}/a")["effect"] == "implicit deny"


@pytest.mark.parametrize(("words", "why"), [
    (["--principal", "ann", "--action", "s3:GetObject", "--resource", "*"], "there is no principal ann"),
    (["--principal", "arn:aws:iam::{}:user/none", "--action", "s3:GetObject", "--resource", "*"], "there is no principal"),
    (["--principal", "arn:aws:iam::{}:role/none", "--action", "s3:GetObject", "--resource", "*"], "there is no principal"),
    (["--principal", "arn:aws:sts::{}:assumed-role/none/s", "--action", "s3:GetObject", "--resource", "*"], "there is no principal"),
    (["--principal", "arn:aws:iam::999999999999:root", "--action", "s3:GetObject", "--resource", "*"], "there is no principal"),
    (["--principal", "arn:aws:iam::{}:root", "--action", "GetObject", "--resource", "*"], "is no action"),
    (["--principal", "arn:aws:iam::{}:root"], "--principal, --action and --resource"),
    (["--principal", "a", "--action", "b", "--resource", "c", "--context", "novalue"], "is no KEY=VALUE")])
def test_questions_that_are_none(aws, server, words, why):
    result = commands.run(server, "why", *[word.format(aws.id) for word in words])
    assert result.returncode == 1
    assert why in result.stderr
