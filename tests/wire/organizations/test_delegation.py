"""Trusted services, members that act for the management account, the resource policy, and tags."""

import json

from support.account import EVERYTHING
from support.refusals import refused

SERVICE = "ssm.amazonaws.com"


def test_services_are_trusted_and_no_more(organization):
    client = organization.client
    client.enable_aws_service_access(ServicePrincipal=SERVICE)
    (listed,) = client.list_aws_service_access_for_organization()["EnabledServicePrincipals"]
    assert listed["ServicePrincipal"] == SERVICE
    client.enable_aws_service_access(ServicePrincipal=SERVICE)
    assert client.list_aws_service_access_for_organization()["EnabledServicePrincipals"] == [listed]
    client.disable_aws_service_access(ServicePrincipal=SERVICE)
    assert client.list_aws_service_access_for_organization()["EnabledServicePrincipals"] == []
    answer = refused("InvalidInputException", 400, client.enable_aws_service_access, ServicePrincipal="moo.amazonaws.com")
    assert (answer["Reason"], answer["Error"]["Message"]) == ("UNRECOGNIZED_SERVICE_PRINCIPAL", "You specified an unrecognized service principal.")


def test_a_delegated_administrator_reads(organization):
    client, member = organization.client, organization.member()
    register = {"AccountId": member.id, "ServicePrincipal": SERVICE}
    answer = refused("ConstraintViolationException", 400, client.register_delegated_administrator, **register)
    assert answer["Reason"] == "SERVICE_ACCESS_NOT_ENABLED"
    client.enable_aws_service_access(ServicePrincipal=SERVICE)
    client.register_delegated_administrator(**register)
    refused("AccountAlreadyRegisteredException", 400, client.register_delegated_administrator, **register)
    (listed,) = client.list_delegated_administrators(ServicePrincipal=SERVICE)["DelegatedAdministrators"]
    assert (listed["Id"], listed["Status"]) == (member.id, "ACTIVE")
    (delegated,) = client.list_delegated_services_for_account(AccountId=member.id)["DelegatedServices"]
    assert delegated["ServicePrincipal"] == SERVICE

    delegate = member.client("organizations")
    assert {account["Id"] for account in delegate.list_accounts()["Accounts"]} == {organization.aws.id, member.id}
    assert delegate.describe_account(AccountId=organization.aws.id)["Account"]["Id"] == organization.aws.id
    assert delegate.list_roots()["Roots"][0]["Id"] == organization.root
    refused("AccessDeniedException", 400, delegate.create_organizational_unit, ParentId=organization.root, Name="n")
    refused("AccessDeniedException", 400, member.user().client("organizations").list_roots)
    member.user(EVERYTHING).client("organizations").list_roots()

    answer = refused("ConstraintViolationException", 400, client.remove_account_from_organization, AccountId=member.id)
    assert answer["Reason"] == "CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG"
    client.deregister_delegated_administrator(**register)
    refused("AccountNotRegisteredException", 400, client.deregister_delegated_administrator, **register)
    refused("AccountNotRegisteredException", 400, client.list_delegated_services_for_account, AccountId=member.id)
    refused("AccessDeniedException", 400, delegate.list_accounts)


def test_the_management_account_delegates_to_others_only(organization):
    organization.client.enable_aws_service_access(ServicePrincipal=SERVICE)
    answer = refused("ConstraintViolationException", 400, organization.client.register_delegated_administrator,
                     AccountId=organization.aws.id, ServicePrincipal=SERVICE)
    assert answer["Reason"] == "CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR"


def test_the_resource_policy_delegates(organization):
    client, member = organization.client, organization.member()
    refused("ResourcePolicyNotFoundException", 400, client.describe_resource_policy)
    delegate = member.client("organizations")
    policy = {"Content": '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}',
              "Description": "", "Name": "n", "Type": "SERVICE_CONTROL_POLICY"}
    refused("AccessDeniedException", 400, delegate.create_policy, **policy)
    content = json.dumps({"Version": "2012-10-17", "Statement": [{
        "Sid": "Delegate", "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{member.id}:root"},
        "Action": ["organizations:CreatePolicy", "organizations:DescribePolicy", "organizations:ListPolicies"], "Resource": "*",
        "Condition": {"StringLikeIfExists": {"organizations:PolicyType": "SERVICE_CONTROL_POLICY"}}}]})
    put = client.put_resource_policy(Content=content, Tags=[{"Key": "k", "Value": "v"}])["ResourcePolicy"]
    assert put["ResourcePolicySummary"]["Arn"] == (
        f"arn:aws:organizations::{organization.aws.id}:resourcepolicy/{organization.id}/{put['ResourcePolicySummary']['Id']}")
    assert client.describe_resource_policy()["ResourcePolicy"] == put
    assert client.list_tags_for_resource(ResourceId=put["ResourcePolicySummary"]["Id"])["Tags"] == [{"Key": "k", "Value": "v"}]
    made = delegate.create_policy(**policy)["Policy"]["PolicySummary"]
    assert delegate.describe_policy(PolicyId=made["Id"])["Policy"]["PolicySummary"] == made
    refused("AccessDeniedException", 400, delegate.delete_policy, PolicyId=made["Id"])
    refused("AccessDeniedException", 400, delegate.list_policies, Filter="RESOURCE_CONTROL_POLICY")
    client.delete_resource_policy()
    refused("AccessDeniedException", 400, delegate.list_policies, Filter="SERVICE_CONTROL_POLICY")
    refused("ResourcePolicyNotFoundException", 400, client.delete_resource_policy)


def test_a_resource_policy_delegates_what_can_be(organization):
    statement = {"Effect": "Allow", "Principal": {"AWS": organization.aws.id}, "Action": "organizations:CreateAccount", "Resource": "*"}
    put = organization.client.put_resource_policy
    answer = refused("InvalidInputException", 400, put, Content=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    assert answer["Reason"] == "UNSUPPORTED_ACTION_IN_RESOURCE_POLICY"
    assert refused("InvalidInputException", 400, put, Content="{")["Reason"] == "INVALID_RESOURCE_POLICY_JSON"


def test_a_resource_policy_keeps_users_by_their_ids(organization):
    client, member = organization.client, organization.member()
    iam, name = member.client("iam"), "ann"
    user = iam.create_user(UserName=name)["User"]

    def content(principal):
        return json.dumps({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "organizations:ListPolicies", "Resource": "*"}]})

    def shown():
        return client.describe_resource_policy()["ResourcePolicy"]["Content"]

    assert client.put_resource_policy(Content=content(user["Arn"]))["ResourcePolicy"]["Content"] == content(user["Arn"]) == shown()
    iam.update_user(UserName=name, NewUserName="eve")
    assert shown() == content(user["Arn"].replace("ann", "eve"))
    answer = refused("InvalidInputException", 400, client.put_resource_policy, Content=content(user["Arn"]))
    assert (answer["Reason"], answer["Error"]["Message"]) == (
        "INVALID_PRINCIPAL", "You specified an invalid principal element in the policy.")
    iam.delete_user(UserName="eve")
    assert shown() == content(user["UserId"])


def test_tags(organization):
    client, root = organization.client, organization.root
    client.tag_resource(ResourceId=root, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    client.tag_resource(ResourceId=root, Tags=[{"Key": "a", "Value": "3"}])
    assert client.list_tags_for_resource(ResourceId=root)["Tags"] == [{"Key": "a", "Value": "3"}, {"Key": "b", "Value": "2"}]
    client.untag_resource(ResourceId=root, TagKeys=["a", "none"])
    assert client.list_tags_for_resource(ResourceId=root)["Tags"] == [{"Key": "b", "Value": "2"}]
    for tags, reason in (
        ([{"Key": "a", "Value": ""}] * 2, "DUPLICATE_TAG_KEY"),
        ([{"Key": "aws:a", "Value": ""}], "INVALID_SYSTEM_TAGS_PARAMETER"),
    ):
        assert refused("InvalidInputException", 400, client.tag_resource, ResourceId=root, Tags=tags)["Reason"] == reason
    many = [{"Key": f"n{number}", "Value": ""} for number in range(50)]
    answer = refused("ConstraintViolationException", 400, client.tag_resource, ResourceId=root, Tags=many)
    assert answer["Reason"] == "MAX_TAG_LIMIT_EXCEEDED"
    refused("TargetNotFoundException", 400, client.tag_resource, ResourceId="999999999999", Tags=[{"Key": "a", "Value": ""}])


def test_a_tag_gives_leave(organization):
    statement = {"Effect": "Allow", "Action": "organizations:DescribeOrganizationalUnit", "Resource": "*",
                 "Condition": {"StringEquals": {"aws:ResourceTag/team": "blue"}}}
    user = organization.aws.user({"Version": "2012-10-17", "Statement": [statement]}).client("organizations")
    unit = organization.unit("dev")
    refused("AccessDeniedException", 400, user.describe_organizational_unit, OrganizationalUnitId=unit)
    organization.client.tag_resource(ResourceId=unit, Tags=[{"Key": "team", "Value": "blue"}])
    user.describe_organizational_unit(OrganizationalUnitId=unit)
