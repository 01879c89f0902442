"""Invitations between accounts of one server, by id and by address, moves between organisations, and the agreement on all features."""

import pytest
from support import control
from support.account import Account
from support.refusals import refused


def invited(organization, account: Account, **more) -> dict:
    return organization.client.invite_account_to_organization(Target={"Id": account.id, "Type": "ACCOUNT"}, **more)["Handshake"]


def test_an_invitation_is_shown_to_both_and_accepted(organization, own_account):
    handshake = invited(organization, own_account, Notes="come", Tags=[{"Key": "k", "Value": "v"}])
    assert handshake["Arn"] == f"arn:aws:organizations::{organization.aws.id}:handshake/{organization.id}/invite/{handshake['Id']}"
    assert (handshake["Action"], handshake["State"]) == ("INVITE", "OPEN")
    assert handshake["Parties"] == [{"Id": organization.id, "Type": "ORGANIZATION"}, {"Id": own_account.id, "Type": "ACCOUNT"}]
    assert handshake["Resources"][0]["Type"] == "ORGANIZATION"
    assert {"Type": "NOTES", "Value": "come"} in handshake["Resources"]
    guest = own_account.client("organizations")
    assert guest.list_handshakes_for_account()["Handshakes"] == [handshake]
    assert guest.describe_handshake(HandshakeId=handshake["Id"])["Handshake"] == handshake
    assert organization.client.list_handshakes_for_organization(Filter={"ActionType": "INVITE"})["Handshakes"] == [handshake]
    assert guest.accept_handshake(HandshakeId=handshake["Id"])["Handshake"]["State"] == "ACCEPTED"
    account = organization.client.describe_account(AccountId=own_account.id)["Account"]
    assert account["JoinedMethod"] == "INVITED"
    assert organization.client.list_tags_for_resource(ResourceId=own_account.id)["Tags"] == [{"Key": "k", "Value": "v"}]
    refused("HandshakeAlreadyInStateException", 400, guest.accept_handshake, HandshakeId=handshake["Id"])
    refused("InvalidHandshakeTransitionException", 400, organization.client.cancel_handshake, HandshakeId=handshake["Id"])


def test_an_invitation_is_declined_or_cancelled(organization, own_account):
    guest = own_account.client("organizations")
    first = invited(organization, own_account)["Id"]
    refused("DuplicateHandshakeException", 400, organization.client.invite_account_to_organization, Target={"Id": own_account.id, "Type": "ACCOUNT"})
    assert guest.decline_handshake(HandshakeId=first)["Handshake"]["State"] == "DECLINED"
    second = invited(organization, own_account)["Id"]
    assert organization.client.cancel_handshake(HandshakeId=second)["Handshake"]["State"] == "CANCELED"
    refused("InvalidHandshakeTransitionException", 400, guest.accept_handshake, HandshakeId=second)
    refused("AWSOrganizationsNotInUseException", 400, guest.describe_organization)


def test_an_invitation_by_address(organization, own_account):
    guest = own_account.client("organizations")
    email = guest.create_organization()["Organization"]["MasterAccountEmail"]
    guest.delete_organization()
    handshake = organization.client.invite_account_to_organization(Target={"Id": email, "Type": "EMAIL"})["Handshake"]
    assert {"Id": email, "Type": "EMAIL"} in handshake["Parties"]
    guest.accept_handshake(HandshakeId=handshake["Id"])
    assert guest.describe_organization()["Organization"]["Id"] == organization.id


def test_only_the_two_sides_see_it(organization, own_account):
    handshake = invited(organization, own_account)["Id"]
    stranger = Account.create(organization.aws.server).client("organizations")
    refused("AccessDeniedException", 400, stranger.describe_handshake, HandshakeId=handshake)
    refused("AccessDeniedException", 400, stranger.accept_handshake, HandshakeId=handshake)
    stranger.create_organization()
    refused("AccessDeniedException", 400, stranger.describe_handshake, HandshakeId=handshake)
    refused("AccessDeniedException", 400, stranger.cancel_handshake, HandshakeId=handshake)
    refused("AccessDeniedException", 400, organization.client.accept_handshake, HandshakeId=handshake)
    refused("HandshakeNotFoundException", 400, organization.client.describe_handshake, HandshakeId="h-00000000")


def test_who_cannot_be_invited(organization):
    member = organization.member()
    invite = organization.client.invite_account_to_organization
    answer = refused("HandshakeConstraintViolationException", 400, invite, Target={"Id": member.id, "Type": "ACCOUNT"})
    assert answer["Reason"] == "ALREADY_IN_AN_ORGANIZATION"
    for target, reason in (
        ({"Id": organization.id, "Type": "ORGANIZATION"}, "INVALID_PARTY_TYPE_TARGET"),
        ({"Id": "no address", "Type": "EMAIL"}, "INVALID_EMAIL_ADDRESS_TARGET"),
    ):
        assert refused("InvalidInputException", 400, invite, Target=target)["Reason"] == reason


@pytest.fixture
def second(organization):
    """Another organisation of the same server."""
    made = type(organization)(Account.create(organization.aws.server))
    yield made
    control.ask(made.aws.server.data, "account-empty", account=made.aws.id)


def test_a_member_moves_by_accepting(organization, second):
    """AWS moves it directly: LeaveOrganization is asked of who becomes standalone alone (orgs_account_migration of its guide)."""
    member = organization.member()
    organization.attach(member.id, {"Effect": "Deny", "Action": "organizations:LeaveOrganization", "Resource": "*"})
    handshake = invited(second, member)["Id"]
    guest = member.user({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "organizations:AcceptHandshake", "Resource": "*"}]})
    refused("AccessDeniedException", 400, member.client("organizations").leave_organization)
    assert guest.client("organizations").accept_handshake(HandshakeId=handshake)["Handshake"]["State"] == "ACCEPTED"
    assert member.client("organizations").describe_organization()["Organization"]["Id"] == second.id
    refused("AccountNotFoundException", 400, organization.client.describe_account, AccountId=member.id)
    assert second.client.list_parents(ChildId=member.id)["Parents"] == [{"Id": second.root, "Type": "ROOT"}]


def test_a_member_moves_only_if_its_organization_lets_it_accept(organization, second):
    member = organization.member()
    handshake = invited(second, member)["Id"]
    policy = organization.attach(organization.root, {"Effect": "Deny", "Action": "organizations:AcceptHandshake", "Resource": "*"})
    answer = refused("AccessDeniedException", 400, member.client("organizations").accept_handshake, HandshakeId=handshake)
    assert "with an explicit deny in a service control policy" in answer["Error"]["Message"]
    assert member.client("organizations").describe_organization()["Organization"]["Id"] == organization.id
    organization.client.detach_policy(PolicyId=policy, TargetId=organization.root)
    member.client("organizations").accept_handshake(HandshakeId=handshake)
    assert member.client("organizations").describe_organization()["Organization"]["Id"] == second.id


def test_who_cannot_move(organization, second):
    own = invited(second, organization.aws)["Id"]
    refused("MasterCannotLeaveOrganizationException", 400, organization.client.accept_handshake, HandshakeId=own)
    member = organization.member()
    handshake = invited(second, member)["Id"]
    organization.client.enable_aws_service_access(ServicePrincipal="ssm.amazonaws.com")
    organization.client.register_delegated_administrator(AccountId=member.id, ServicePrincipal="ssm.amazonaws.com")
    accept = member.client("organizations").accept_handshake
    answer = refused("ConstraintViolationException", 400, accept, HandshakeId=handshake)
    assert answer["Reason"] == "CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG"
    organization.client.deregister_delegated_administrator(AccountId=member.id, ServicePrincipal="ssm.amazonaws.com")
    organization.client.close_account(AccountId=member.id)
    refused("AccessDeniedException", 400, accept, HandshakeId=handshake)
    assert second.client.describe_handshake(HandshakeId=handshake)["Handshake"]["State"] == "OPEN"


def test_all_features_need_every_invited_account(aws, own_account):
    client, guest = aws.client("organizations"), own_account.client("organizations")
    client.create_organization(FeatureSet="CONSOLIDATED_BILLING")
    invitation = client.invite_account_to_organization(Target={"Id": own_account.id, "Type": "ACCOUNT"})["Handshake"]
    guest.accept_handshake(HandshakeId=invitation["Id"])
    request = client.enable_all_features()["Handshake"]
    assert request["State"] == "REQUESTED"
    refused("InvalidHandshakeTransitionException", 400, client.accept_handshake, HandshakeId=request["Id"])
    (approval,) = guest.list_handshakes_for_account(Filter={"ParentHandshakeId": request["Id"]})["Handshakes"]
    assert approval["Action"] == "APPROVE_ALL_FEATURES"
    guest.accept_handshake(HandshakeId=approval["Id"])
    assert client.describe_handshake(HandshakeId=request["Id"])["Handshake"]["State"] == "OPEN"
    client.accept_handshake(HandshakeId=request["Id"])
    assert guest.describe_organization()["Organization"]["FeatureSet"] == "ALL"
