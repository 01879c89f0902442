"""Each operation is refused to who may do everything but the action that AWS names for it, in AWS's words, with its status and code.

That users who have these actions alone are served is shown by all other tests in ./dev check, whose clients are such users.
"""

import json
import re

import pytest
from support import permissions, raw
from support.account import Account
from support.variants import smallest
from support.variants.built import MODELS, built

# The answer to a HEAD has no words.
WORDLESS = {"HeadBucket", "HeadObject"}
# Answered key by key, with status 200 and no word of actions.
IN_PARTS = {"DeleteObjects"}
# Everybody may call them.
OPEN = {"sts GetCallerIdentity", "sts GetSessionToken"}
# Of who asks for them no policy speaks: a provider does.
UNSIGNED = {"sts AssumeRoleWithSAML", "sts AssumeRoleWithWebIdentity"}
CODE = re.compile(r"AccessDenied(Exception)?\b")
ONCE = {(service, operation): protocol for service, operation, protocol in reversed(built())}


class Outsider:
    """A user who may do everything but one action."""

    def __init__(self, root: Account):
        self.iam, self.name = root.client("iam"), root.name("user")
        self.iam.create_user(UserName=self.name)
        key = self.iam.create_access_key(UserName=self.name)["AccessKey"]
        self.account = Account(root.server, root.id, key["AccessKeyId"], key["SecretAccessKey"])
        self.bucket = root.bucket()
        root.client("s3").put_object(Bucket=self.bucket, Key="key")

    def lose(self, action: str) -> None:
        statement = {"Effect": "Allow", "NotAction": action, "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": statement})
        self.iam.put_user_policy(UserName=self.name, PolicyName="p", PolicyDocument=document)

    def ask(self, service: str, operation: str) -> raw.Answer:
        model = MODELS.get_service_model(service).operation_model(operation)
        with raw.Connection(self.account) as connection:
            return connection.send(smallest.request(self.account, model, ONCE[service, operation], self.bucket))


@pytest.fixture(scope="module")
def outsider(server):
    return Outsider(Account.create(server))


@pytest.mark.parametrize(("service", "operation"), sorted(set(ONCE) - {tuple(one.split()) for one in OPEN | UNSIGNED}))
def test_without_its_action(outsider, service, operation):
    action = f"{permissions.PREFIXES.get(service, service)}:{permissions.own_action(service, operation)}"
    outsider.lose(action)
    answer = outsider.ask(service, operation)
    text = answer.body.decode(errors="replace")
    assert answer.status == status_of(service, operation), text
    if operation not in WORDLESS:
        assert CODE.search(text + answer.headers.get("x-amzn-errortype", "")), text
    if operation not in WORDLESS | IN_PARTS:
        assert f"is not authorized to perform: {action}" in text


def status_of(service: str, operation: str) -> int:
    """Services that speak JSON have 400 for every error of a caller's, but for CloudWatch, which spoke otherwise before."""
    if operation in IN_PARTS:
        return 200
    return 400 if ONCE[service, operation] == "json" and service != "cloudwatch" else 403


def test_what_everybody_may(outsider):
    outsider.lose("*")
    for one in OPEN:
        assert outsider.ask(*one.split()).status == 200
