"""DecodeAuthorizationMessage: what an encoded message says, to whom it opens."""

import json

import botocore.exceptions
import pytest
from support import commands
from support.account import Account


def policy(effect, action, **more):
    return {"Version": "2012-10-17", "Statement": [{"Effect": effect, "Action": action, "Resource": "*", **more}]}


def encoded(server, user) -> str:
    """The message of a refusal: no service that is built sends one, so the operator's story gives it."""
    with pytest.raises(botocore.exceptions.ClientError) as error:
        user.client("iam").list_users()
    story = commands.as_json(server, "why", error.value.response["ResponseMetadata"]["RequestId"])
    return story["refusals"][0]["encoded"]


def code(call, **arguments) -> tuple[int, str, str]:
    with pytest.raises(botocore.exceptions.ClientError) as error:
        call(**arguments)
    answer = error.value.response
    return answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"], answer["Error"]["Message"]


def test_what_it_says(aws, server):
    user = aws.user(policy("Allow", "s3:*"))
    me = user.client("sts").get_caller_identity()
    decoded = json.loads(aws.client("sts").decode_authorization_message(EncodedMessage=encoded(server, user))["DecodedMessage"])
    assert (decoded["allowed"], decoded["explicitDeny"]) == (False, False)
    assert (decoded["matchedStatements"], decoded["failures"]) == ({"items": []}, {"items": []})
    assert decoded["context"]["principal"] == {"id": me["UserId"], "name": me["Arn"].rpartition("/")[2], "arn": me["Arn"]}
    assert decoded["context"]["action"] == "iam:ListUsers"
    conditions = {one["key"]: [value["value"] for value in one["values"]["items"]] for one in decoded["context"]["conditions"]["items"]}
    assert conditions["aws:SourceIp"] == ["127.0.0.1"]


def test_a_deny_names_its_statement(aws, server):
    user = aws.user(policy("Deny", "iam:*", Sid="Never"))
    decoded = json.loads(aws.client("sts").decode_authorization_message(EncodedMessage=encoded(server, user))["DecodedMessage"])
    assert decoded["explicitDeny"] is True
    (statement,) = decoded["matchedStatements"]["items"]
    assert (statement["statementId"], statement["effect"]) == ("Never", "DENY")


def test_who_may_open_it(aws, server):
    message = encoded(server, aws.user())
    for user, may in ((aws.user(), False), (aws.user(policy("Allow", "sts:DecodeAuthorizationMessage")), True)):
        if may:
            user.client("sts").decode_authorization_message(EncodedMessage=message)
        else:
            assert code(user.client("sts").decode_authorization_message, EncodedMessage=message)[:2] == (403, "AccessDenied")
    invalid = (400, "InvalidAuthorizationMessageException", "Message is not valid")
    assert code(Account.create(server).client("sts").decode_authorization_message, EncodedMessage=message) == invalid
    for wrong in (message[:-10], "A" + message[1:] if message[0] != "A" else "B" + message[1:], "none at all", "*", "x" * 10240):
        assert code(aws.client("sts").decode_authorization_message, EncodedMessage=wrong) == invalid
