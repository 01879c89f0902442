"""`millrace audit`: every change of identity stands there, durable, with who made it, from where, and no secret."""

import botocore.exceptions
import pytest
from support import commands, control
from support.account import EVERYTHING, Account

HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"


def changes(server, account: str, *more: str) -> list[dict]:
    return commands.as_json(server, "audit", "--account", account, *more)["changes"]


def test_who_when_what_from_where(aws, server):
    admin = aws.user(EVERYTHING)
    iam, me = admin.client("iam"), admin.client("sts").get_caller_identity()
    iam.create_user(UserName="ann", Tags=[{"Key": "team", "Value": "x"}])
    key = iam.create_access_key(UserName="ann")["AccessKey"]
    iam.get_user(UserName="ann")
    with pytest.raises(botocore.exceptions.ClientError):
        iam.create_user(UserName="ann")
    made = [one for one in changes(server, aws.id) if one["userIdentity"].get("arn") == me["Arn"]]
    assert [one["eventName"] for one in made] == ["CreateUser", "CreateAccessKey"]
    user, access_key = made
    assert user["requestParameters"] == {"UserName": "ann", "Tags": [{"Key": "team", "Value": "x"}]}
    assert user["userIdentity"] == {"type": "IAMUser", "principalId": me["UserId"], "arn": me["Arn"], "accountId": aws.id,
                                    "accessKeyId": admin.key, "userName": me["Arn"].rpartition("/")[2]}
    assert (user["sourceIPAddress"], user["eventSource"], user["recipientAccountId"]) == ("127.0.0.1", "iam.amazonaws.com", aws.id)
    assert "Boto3" in user["userAgent"] and user["eventTime"].endswith("Z")
    assert access_key["responseElements"] == {"accessKeyId": key["AccessKeyId"]}
    printed = commands.millrace(server, "audit", "--account", aws.id)
    assert "CreateAccessKey" in printed and me["Arn"] in printed
    assert key["SecretAccessKey"] not in printed


def test_sessions_and_the_operators_accounts(aws, server):
    role = aws.role(trust={"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": aws.id}, "Action": "sts:AssumeRole"}]})
    user = aws.user(EVERYTHING)
    keys = user.client("sts").assume_role(RoleArn=role, RoleSessionName="session")["Credentials"]
    session = aws.client("iam", aws_access_key_id=keys["AccessKeyId"], aws_secret_access_key=keys["SecretAccessKey"], aws_session_token=keys["SessionToken"])
    session.create_user(UserName="bob")
    told = changes(server, aws.id)
    assert told[0]["eventName"] == "CreateAccount" and told[0]["userIdentity"] == {"type": "Operator"}
    assumed = next(one for one in told if one["eventName"] == "AssumeRole")
    assert assumed["responseElements"] == {"accessKeyId": keys["AccessKeyId"]}
    assert told[-1]["userIdentity"]["accessKeyId"] == keys["AccessKeyId"]
    assert told[-1]["userIdentity"]["sessionContext"]["sessionIssuer"]["arn"] == role
    assert [one["eventName"] for one in changes(server, aws.id, "--principal", role)] == ["CreateUser"]


@pytest.mark.as_root("nobody but it changes its account")
def test_the_newest_of_some_time(aws, server):
    iam = aws.client("iam")
    for number in range(5):
        iam.create_user(UserName=f"user{number}")
    last = changes(server, aws.id, "--limit", "2")
    assert [one["requestParameters"]["UserName"] for one in last] == ["user3", "user4"]
    assert len(changes(server, aws.id, "--since", "1h")) == 6
    result = commands.run(server, "audit", "--since", "soon")
    assert result.returncode == 1 and "no duration" in result.stderr


def test_it_outlives_the_server_and_its_accounts(own_server):
    server = own_server()
    aws = Account.create(server)
    aws.client("iam").create_user(UserName="ann")
    server.kill()
    server.start()
    control.ask(server.data, "account-empty", account=aws.id)
    assert [one["eventName"] for one in changes(server, aws.id)] == ["CreateAccount", "CreateUser", "EmptyAccount"]


def test_no_api_reaches_it(aws, server):
    aws.client("iam").create_user(UserName="ann")
    assert aws.client("logs").describe_log_groups()["logGroups"] == []
    root = Account(server, "000000000000", *server.credentials())
    assert "identity" not in [one["logGroupName"] for one in root.client("logs").describe_log_groups()["logGroups"]]
