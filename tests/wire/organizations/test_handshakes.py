"""Invitations between accounts of one server, by id and by address, and the agreement on all features."""

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
