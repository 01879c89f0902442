"""The organisation itself: what it looks like, who is in it, how it ends; AWS's codes, reasons and words for what it refuses."""

import re

import pytest
from support import raw
from support.refusals import refused


def test_it_is_made_and_shown(aws):
    client = aws.client("organizations")
    made = client.create_organization()["Organization"]
    assert re.fullmatch("o-[a-z0-9]{10,32}", made["Id"])
    assert made == {
        "Id": made["Id"],
        "Arn": f"arn:aws:organizations::{aws.id}:organization/{made['Id']}",
        "FeatureSet": "ALL",
        "MasterAccountArn": f"arn:aws:organizations::{aws.id}:account/{made['Id']}/{aws.id}",
        "MasterAccountId": aws.id,
        "MasterAccountEmail": made["MasterAccountEmail"],
        "AvailablePolicyTypes": [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}],
    }
    assert client.describe_organization()["Organization"] == made
    (root,) = client.list_roots()["Roots"]
    assert re.fullmatch("r-[0-9a-z]{4,32}", root["Id"])
    assert root["Arn"] == f"arn:aws:organizations::{aws.id}:root/{made['Id']}/{root['Id']}"
    assert (root["Name"], root["PolicyTypes"]) == ("Root", [])


def test_an_account_has_one(organization):
    answer = refused("AlreadyInOrganizationException", 400, organization.client.create_organization)
    assert answer["Error"]["Message"] == "The provided account is already a member of an organization."
    member = organization.member().client("organizations")
    refused("AlreadyInOrganizationException", 400, member.create_organization)


def test_who_has_none_is_told(aws):
    client = aws.client("organizations")
    answer = refused("AWSOrganizationsNotInUseException", 400, client.describe_organization)
    assert answer["Error"]["Message"] == "Your account is not a member of an organization."
    refused("AWSOrganizationsNotInUseException", 400, client.create_account, AccountName="n", Email="a@b.cd")


def test_it_ends_when_nobody_else_is_in_it(organization):
    member = organization.member()
    refused("OrganizationNotEmptyException", 400, organization.client.delete_organization)
    member.client("organizations").leave_organization()
    organization.client.delete_organization()
    refused("AWSOrganizationsNotInUseException", 400, organization.client.describe_organization)


def test_members_see_it_and_no_more(organization):
    member = organization.member().client("organizations")
    assert member.describe_organization()["Organization"]["Id"] == organization.id
    for call in (member.list_accounts, member.list_roots, member.delete_organization):
        answer = refused("AccessDeniedException", 400, call)
        assert answer["Error"]["Message"] == "You don't have permissions to access this resource."


def test_a_users_own_policies_count(organization):
    user = organization.aws.user({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "organizations:ListRoots", "Resource": "*"}]})
    client = user.client("organizations")
    client.list_roots()
    answer = refused("AccessDeniedException", 400, client.describe_organization)
    assert "is not authorized to perform: organizations:DescribeOrganization" in answer["Error"]["Message"]
    guest = organization.member().user().client("organizations")
    answer = refused("AccessDeniedException", 400, guest.describe_organization)
    assert "organizations:DescribeOrganization" in answer["Error"]["Message"]


def test_features_are_turned_on_when_all_have_agreed(aws):
    client = aws.client("organizations")
    shown = client.create_organization(FeatureSet="CONSOLIDATED_BILLING")["Organization"]
    assert (shown["FeatureSet"], shown["AvailablePolicyTypes"]) == ("CONSOLIDATED_BILLING", [])
    root = client.list_roots()["Roots"][0]
    assert root["PolicyTypes"] == []
    refused("PolicyTypeNotAvailableForOrganizationException", 400, client.enable_policy_type, RootId=root["Id"], PolicyType="SERVICE_CONTROL_POLICY")
    handshake = client.enable_all_features()["Handshake"]
    assert (handshake["Action"], handshake["State"]) == ("ENABLE_ALL_FEATURES", "OPEN")
    assert client.accept_handshake(HandshakeId=handshake["Id"])["Handshake"]["State"] == "ACCEPTED"
    assert client.describe_organization()["Organization"]["FeatureSet"] == "ALL"
    client.enable_policy_type(RootId=root["Id"], PolicyType="SERVICE_CONTROL_POLICY")
    answer = refused("HandshakeConstraintViolationException", 400, client.enable_all_features)
    assert answer["Reason"] == "ORGANIZATION_ALREADY_HAS_ALL_FEATURES"


@pytest.mark.parametrize(
    ("members", "reason", "message"),
    [
        ({"ParentId": "x", "Name": "n"}, "INVALID_PATTERN", "You provided a value that does not match the required pattern."),
        ({"ParentId": "r-abcd", "Name": ""}, "MIN_LENGTH_EXCEEDED", "You provided a string parameter that is shorter than allowed."),
        ({"ParentId": "r-abcd", "Name": "n" * 129}, "MAX_LENGTH_EXCEEDED", "You provided a string parameter that is longer than allowed."),
        ({"ParentId": "r-abcd"}, "INPUT_REQUIRED", "You must include a value for all required parameters."),
    ],
)
def test_bad_input_has_a_reason(aws, members, reason, message):
    answer = raw.send(aws, raw.json_request(aws, "organizations", "CreateOrganizationalUnit", members))
    assert answer.error() == (400, "InvalidInputException")
    assert (answer.json()["Reason"], answer.message()) == (reason, message)
