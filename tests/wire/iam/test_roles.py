"""Roles: trust policies as they were put, AWS's words for broken ones, tags, boundaries, updates."""

import json
import re

import botocore.exceptions
import pytest

TRUST = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}]}


def refused(call, *args, **kwargs) -> tuple[str, str]:
    with pytest.raises(botocore.exceptions.ClientError) as error:
        call(*args, **kwargs)
    return error.value.response["Error"]["Code"], error.value.response["Error"]["Message"]


def test_role_is_made_shown_and_listed(aws):
    iam = aws.client("iam")
    made = iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(TRUST), Description="d",
                           MaxSessionDuration=7200, Tags=[{"Key": "k", "Value": "v"}])["Role"]
    assert made["Arn"] == f"arn:aws:iam::{aws.account}:role/r"
    assert re.fullmatch("AROA[A-Z2-7]{17}", made["RoleId"])
    assert made["AssumeRolePolicyDocument"] == TRUST
    assert iam.get_role(RoleName="r")["Role"] == made
    (listed,) = iam.list_roles()["Roles"]
    assert (listed["RoleName"], listed["MaxSessionDuration"]) == ("r", 7200)
    assert refused(iam.create_role, RoleName="r", AssumeRolePolicyDocument=json.dumps(TRUST)) == (
        "EntityAlreadyExists", "Role with name r already exists.")


def test_role_is_updated_and_deleted(aws):
    iam = aws.client("iam")
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.update_role(RoleName="r", Description="new", MaxSessionDuration=3600)
    other = json.loads(json.dumps(TRUST).replace("sagemaker", "lambda"))
    iam.update_assume_role_policy(RoleName="r", PolicyDocument=json.dumps(other))
    role = iam.get_role(RoleName="r")["Role"]
    assert (role["Description"], role["AssumeRolePolicyDocument"]) == ("new", other)
    iam.put_role_policy(RoleName="r", PolicyName="p", PolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}))
    assert refused(iam.delete_role, RoleName="r")[0] == "DeleteConflict"
    iam.delete_role_policy(RoleName="r", PolicyName="p")
    iam.delete_role(RoleName="r")
    assert refused(iam.get_role, RoleName="r") == ("NoSuchEntity", "The role with name r cannot be found.")


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("{", "This policy contains invalid Json"),
        (json.dumps({"Version": "2012-10-17"}), "Missing required field Statement"),
        (json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole"}]}),
         "Missing required field Principal"),
        (json.dumps({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole", "Resource": "*"}]}),
         "Has prohibited field Resource"),
        (json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:Get"}]}),
         "AssumeRole policy may only specify STS AssumeRole actions."),
    ],
)
def test_broken_trust_policies_are_refused_in_aws_words(aws, document, message):
    iam = aws.client("iam")
    assert refused(iam.create_role, RoleName="r", AssumeRolePolicyDocument=document) == (
        "MalformedPolicyDocument", message)
    assert iam.list_roles()["Roles"] == []


def test_a_trust_policy_names_users_that_exist(aws):
    iam, arn = aws.client("iam"), f"arn:aws:iam::{aws.account}:user/ann"
    trust = json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": arn}, "Action": "sts:AssumeRole"}]})
    assert refused(iam.create_role, RoleName="r", AssumeRolePolicyDocument=trust) == (
        "MalformedPolicyDocument", f'Invalid principal in policy: "AWS":"{arn}"')
    iam.create_user(UserName="ann")
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust)


def test_tags_are_added_replaced_and_removed(aws):
    iam = aws.client("iam")
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(TRUST), Tags=[{"Key": "a", "Value": "1"}])
    iam.tag_role(RoleName="r", Tags=[{"Key": "a", "Value": "2"}, {"Key": "b", "Value": "3"}])
    assert iam.list_role_tags(RoleName="r")["Tags"] == [{"Key": "a", "Value": "2"}, {"Key": "b", "Value": "3"}]
    iam.untag_role(RoleName="r", TagKeys=["a"])
    assert iam.list_role_tags(RoleName="r")["Tags"] == [{"Key": "b", "Value": "3"}]


def test_a_boundary_is_shown_and_removed(aws):
    iam, arn = aws.client("iam"), "arn:aws:iam::aws:policy/AmazonS3FullAccess"
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(TRUST), PermissionsBoundary=arn)
    boundary = iam.get_role(RoleName="r")["Role"]["PermissionsBoundary"]
    assert boundary == {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn}
    iam.delete_role_permissions_boundary(RoleName="r")
    assert "PermissionsBoundary" not in iam.get_role(RoleName="r")["Role"]
