"""Accounts made in an organisation are accounts of this server: entered by the role that comes with them, closed, let go."""

import json
import re

import botocore.exceptions
import pytest
from support import control
from support.account import EVERYTHING, Account
from support.refusals import refused


def created(organization, name: str = "one", **more) -> dict:
    email = f"{organization.aws.name(name)}@example.com"
    return organization.client.create_account(AccountName=name, Email=email, **more)["CreateAccountStatus"]


def entered(organization, account: str, role: str = "OrganizationAccountAccessRole") -> Account:
    """The account by its role, taken on by a user of the management account."""
    user = organization.aws.user(EVERYTHING)
    given = user.client("sts").assume_role(RoleArn=f"arn:aws:iam::{account}:role/{role}", RoleSessionName="session")["Credentials"]
    return Account(user.server, account, given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])


def test_an_account_is_made_and_entered(organization):
    status = created(organization, Tags=[{"Key": "k", "Value": "v"}])
    assert re.fullmatch("car-[a-z0-9]{8,32}", status["Id"])
    assert (status["AccountName"], status["State"]) == ("one", "SUCCEEDED")
    client = organization.client
    assert client.describe_create_account_status(CreateAccountRequestId=status["Id"])["CreateAccountStatus"] == status
    account = client.describe_account(AccountId=status["AccountId"])["Account"]
    assert account["Arn"] == f"arn:aws:organizations::{organization.aws.id}:account/{organization.id}/{status['AccountId']}"
    assert [account[one] for one in ("Name", "Status", "State", "JoinedMethod")] == ["one", "ACTIVE", "ACTIVE", "CREATED"]
    assert client.list_tags_for_resource(ResourceId=account["Id"])["Tags"] == [{"Key": "k", "Value": "v"}]
    inside = entered(organization, account["Id"])
    assert inside.client("sts").get_caller_identity()["Account"] == account["Id"]
    bucket = inside.bucket()
    assert [one["Name"] for one in inside.client("s3").list_buckets()["Buckets"]] == [bucket]
    control.ask(organization.aws.server.data, "account-empty", account=account["Id"])


def test_the_role_may_have_another_name(organization):
    account = created(organization, RoleName="Entry")["AccountId"]
    entered(organization, account, "Entry")
    answer = refused("InvalidInputException", 400, organization.client.create_account, AccountName="n", Email="no@example.com", RoleName="AWSServiceRoleForX")
    assert answer["Reason"] == "INVALID_ROLE_NAME"


def test_an_address_is_one_accounts(organization):
    status = created(organization)
    email = organization.client.describe_account(AccountId=status["AccountId"])["Account"]["Email"]
    again = organization.client.create_account(AccountName="two", Email=email)["CreateAccountStatus"]
    assert (again["State"], again["FailureReason"]) == ("FAILED", "EMAIL_ALREADY_EXISTS")
    assert "AccountId" not in again
    listed = organization.client.list_create_account_status(States=["FAILED"])["CreateAccountStatuses"]
    assert [one["Id"] for one in listed] == [again["Id"]]
    refused("CreateAccountStatusNotFoundException", 400, organization.client.describe_create_account_status, CreateAccountRequestId="car-00000000")


def test_accounts_are_listed_by_whoever_manages_them(organization):
    made = {created(organization, name)["AccountId"] for name in ("one", "two")}
    pages = organization.client.get_paginator("list_accounts").paginate(PaginationConfig={"PageSize": 1})
    listed = {account["Id"]: account for page in pages for account in page["Accounts"]}
    assert set(listed) == made | {organization.aws.id}
    assert listed[organization.aws.id]["JoinedMethod"] == "INVITED"
    refused("AccountNotFoundException", 400, organization.client.describe_account, AccountId="999999999999")


def test_a_closed_account_is_shut(organization):
    status, client = created(organization), organization.client
    inside = entered(organization, status["AccountId"])
    bucket = inside.bucket()
    client.close_account(AccountId=status["AccountId"])
    shown = client.describe_account(AccountId=status["AccountId"])["Account"]
    assert (shown["Status"], shown["State"]) == ("SUSPENDED", "CLOSED")
    with pytest.raises(botocore.exceptions.ClientError, match="AccessDenied"):
        inside.client("s3").list_objects_v2(Bucket=bucket)
    answer = refused("AccountAlreadyClosedException", 400, client.close_account, AccountId=status["AccountId"])
    assert answer["Error"]["Message"] == "The provided account is already closed."
    answer = refused("ConstraintViolationException", 400, client.close_account, AccountId=organization.aws.id)
    assert answer["Reason"] == "CANNOT_CLOSE_MANAGEMENT_ACCOUNT"
    control.ask(organization.aws.server.data, "account-empty", account=status["AccountId"])


def test_a_created_account_may_leave_after_four_days(own_server):
    server = own_server("--clock", "virtual")
    aws = Account.create(server)
    client = aws.client("organizations")
    client.create_organization()
    account = client.create_account(AccountName="n", Email="n@example.com")["CreateAccountStatus"]["AccountId"]
    answer = refused("ConstraintViolationException", 400, client.remove_account_from_organization, AccountId=account)
    assert answer["Reason"] == "WAIT_PERIOD_ACTIVE"
    control.ask(server.data, "clock-advance", seconds=4 * 86_400)
    later = aws.client("organizations")
    later.remove_account_from_organization(AccountId=account)
    refused("AccountNotFoundException", 400, later.describe_account, AccountId=account)
    later.delete_organization()


def test_the_management_account_cannot_leave(organization):
    refused("MasterCannotLeaveOrganizationException", 400, organization.client.leave_organization)
    refused("MasterCannotLeaveOrganizationException", 400, organization.client.remove_account_from_organization, AccountId=organization.aws.id)


def test_a_created_account_and_its_organisation_outlive_the_server(own_server):
    server = own_server()
    aws = Account.create(server)
    client = aws.client("organizations")
    made = client.create_organization()["Organization"]
    account = client.create_account(AccountName="n", Email="n@example.com")["CreateAccountStatus"]["AccountId"]
    user = aws.user(EVERYTHING)
    server.kill()
    server.start()
    assert aws.client("organizations").describe_organization()["Organization"] == made
    user.client("sts").assume_role(RoleArn=f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole", RoleSessionName="session")
    assert json.loads(aws.cli("organizations", "list-accounts"))["Accounts"]
