"""Control policies as they are kept: their documents, their types, what they are attached to and how often."""

import json
import re

import pytest
from support import raw
from support.refusals import refused

DENY = {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}
GUARD = {**DENY, "Principal": "*"}


def document(*statements: dict) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def test_a_policy_is_made_shown_changed_and_erased(organization):
    client = organization.client
    made = client.create_policy(Content=document(DENY), Description="d", Name="n", Type="SERVICE_CONTROL_POLICY", Tags=[{"Key": "k", "Value": "v"}])["Policy"]
    summary = made["PolicySummary"]
    assert re.fullmatch("p-[0-9a-z]{8,128}", summary["Id"])
    assert summary == {
        "Id": summary["Id"], "Name": "n", "Description": "d", "Type": "SERVICE_CONTROL_POLICY", "AwsManaged": False,
        "Arn": f"arn:aws:organizations::{organization.aws.id}:policy/{organization.id}/service_control_policy/{summary['Id']}"}
    assert made["Content"] == document(DENY)
    assert client.describe_policy(PolicyId=summary["Id"])["Policy"] == made
    assert client.list_tags_for_resource(ResourceId=summary["Id"])["Tags"] == [{"Key": "k", "Value": "v"}]
    refused("DuplicatePolicyException", 400, client.create_policy, Content=document(DENY), Description="", Name="n", Type="SERVICE_CONTROL_POLICY")
    changed = client.update_policy(PolicyId=summary["Id"], Name="m", Content=document(DENY, DENY))["Policy"]
    assert (changed["PolicySummary"]["Name"], changed["PolicySummary"]["Description"], changed["Content"]) == ("m", "d", document(DENY, DENY))
    client.delete_policy(PolicyId=summary["Id"])
    answer = refused("PolicyNotFoundException", 400, client.describe_policy, PolicyId=summary["Id"])
    assert answer["Error"]["Message"] == "You specified a policy that doesn't exist."


def test_awss_own_policies(organization):
    client = organization.client
    (listed,) = client.list_policies(Filter="SERVICE_CONTROL_POLICY")["Policies"]
    assert listed == {"Id": "p-FullAWSAccess", "Arn": "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess",
                      "Name": "FullAWSAccess", "Description": "Allows access to every operation", "Type": "SERVICE_CONTROL_POLICY", "AwsManaged": True}
    assert json.loads(client.describe_policy(PolicyId="p-FullAWSAccess")["Policy"]["Content"]) == {
        "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    assert refused("InvalidInputException", 400, client.delete_policy, PolicyId="p-FullAWSAccess")["Reason"] == "IMMUTABLE_POLICY"
    assert refused("InvalidInputException", 400, client.update_policy, PolicyId="p-FullAWSAccess", Name="x")["Reason"] == "IMMUTABLE_POLICY"


def test_attachments(organization):
    client, member, root = organization.client, organization.member().id, organization.root
    for target in (root, organization.unit("dev"), member):
        (attached,) = client.list_policies_for_target(TargetId=target, Filter="SERVICE_CONTROL_POLICY")["Policies"]
        assert attached["Id"] == "p-FullAWSAccess"
    policy = organization.attach(member, DENY)
    assert client.list_targets_for_policy(PolicyId=policy)["Targets"] == [
        {"TargetId": member, "Arn": f"arn:aws:organizations::{organization.aws.id}:account/{organization.id}/{member}",
         "Name": client.describe_account(AccountId=member)["Account"]["Name"], "Type": "ACCOUNT"}]
    refused("DuplicatePolicyAttachmentException", 400, client.attach_policy, PolicyId=policy, TargetId=member)
    refused("PolicyInUseException", 400, client.delete_policy, PolicyId=policy)
    client.detach_policy(PolicyId=policy, TargetId=member)
    refused("PolicyNotAttachedException", 400, client.detach_policy, PolicyId=policy, TargetId=member)
    refused("TargetNotFoundException", 400, client.attach_policy, PolicyId=policy, TargetId="999999999999")
    answer = refused("ConstraintViolationException", 400, client.detach_policy, PolicyId="p-FullAWSAccess", TargetId=member)
    assert answer["Reason"] == "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED"
    assert answer["Error"]["Message"] == (
        "You cannot remove the last policy attached to the specified target. You must have at least one attached at all times.")


def test_ten_service_control_policies_hang_on_one(organization):
    for _ in range(9):
        organization.attach(organization.root, DENY)
    policy = organization.policy(DENY)
    answer = refused("ConstraintViolationException", 400, organization.client.attach_policy, PolicyId=policy, TargetId=organization.root)
    assert answer["Reason"] == "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED"
    assert answer["Error"]["Message"] == "You have attached the maximum number of policies to the specified target."


@pytest.mark.parametrize(("kind", "statement", "most"), [("SERVICE_CONTROL_POLICY", DENY, 10_240), ("RESOURCE_CONTROL_POLICY", GUARD, 5120)])
def test_a_document_has_a_size(organization, kind, statement, most):
    create = organization.client.create_policy
    create(Content=document(statement).ljust(most), Description="", Name="just", Type=kind)
    answer = refused("ConstraintViolationException", 400, create, Content=document(statement).ljust(most + 1), Description="", Name="more", Type=kind)
    assert (answer["Reason"], answer["Error"]["Message"]) == ("POLICY_CONTENT_LIMIT_EXCEEDED", "You have exceeded the maximum policy size.")


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("SERVICE_CONTROL_POLICY", "{"),
        ("SERVICE_CONTROL_POLICY", document(GUARD)),
        ("RESOURCE_CONTROL_POLICY", document(DENY)),
        ("RESOURCE_CONTROL_POLICY", document({**GUARD, "Effect": "Allow"})),
        ("RESOURCE_CONTROL_POLICY", document({**GUARD, "Action": "*"})),
        ("RESOURCE_CONTROL_POLICY", document({**GUARD, "Action": "iam:*"})),
        ("RESOURCE_CONTROL_POLICY", document({**GUARD, "Principal": {"AWS": "arn:aws:iam::111111111111:root"}})),
    ],
)
def test_a_document_keeps_to_its_grammar(organization, kind, content):
    answer = refused("MalformedPolicyDocumentException", 400, organization.client.create_policy, Content=content, Description="", Name="n", Type=kind)
    assert answer["Error"]["Message"] == "The provided policy document does not meet the requirements of the specified policy type."


def test_types_are_turned_on_and_off(organization):
    client, root, kind = organization.client, organization.root, "RESOURCE_CONTROL_POLICY"
    refused("PolicyTypeNotEnabledException", 400, client.disable_policy_type, RootId=root, PolicyType=kind)
    policy = organization.policy(GUARD, kind=kind)
    refused("PolicyTypeNotEnabledException", 400, client.attach_policy, PolicyId=policy, TargetId=root)
    types = client.enable_policy_type(RootId=root, PolicyType=kind)["Root"]["PolicyTypes"]
    assert {"Type": kind, "Status": "ENABLED"} in types
    refused("PolicyTypeAlreadyEnabledException", 400, client.enable_policy_type, RootId=root, PolicyType=kind)
    answer = refused("InvalidInputException", 400, client.detach_policy, PolicyId="p-RCPFullAWSAccess", TargetId=root)
    assert answer["Reason"] == "NON_DETACHABLE_POLICY"
    client.attach_policy(PolicyId=policy, TargetId=root)
    assert {"Type": kind, "Status": "ENABLED"} not in client.disable_policy_type(RootId=root, PolicyType=kind)["Root"]["PolicyTypes"]
    assert client.list_targets_for_policy(PolicyId=policy)["Targets"] == []
    refused("RootNotFoundException", 400, client.enable_policy_type, RootId="r-zzzzz", PolicyType=kind)


def test_other_types_are_refused_by_name(organization):
    aws = organization.aws
    for name, members in (
        ("CreatePolicy", {"Type": "BACKUP_POLICY", "Name": "n", "Description": "", "Content": "{}"}),
        ("EnablePolicyType", {"RootId": organization.root, "PolicyType": "BACKUP_POLICY"}),
        ("DescribeEffectivePolicy", {"PolicyType": "BACKUP_POLICY"}),
    ):
        answer = raw.send(aws, raw.json_request(aws, "organizations", name, members))
        assert answer.error() == (501, "NotImplemented")
        assert name in answer.message()
    assert organization.client.list_policies(Filter="BACKUP_POLICY")["Policies"] == []
