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
    # That a role was made is answered without its description and longest session; AWS says {} of one that never was used.
    assert iam.get_role(RoleName="r")["Role"] == {**made, "Description": "d", "MaxSessionDuration": 7200, "RoleLastUsed": {}}
    assert "Description" not in made and "MaxSessionDuration" not in made
    described = iam.update_role_description(RoleName="r", Description="e")["Role"]
    assert described["Description"] == "e" and "MaxSessionDuration" not in described
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
        (json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}]}),
         'AssumeRolepolicy contained an invalid principal: "STAR":"*".'),
        (json.dumps(TRUST).replace("AssumeRole", "*"), "AssumeRole policy may only specify STS AssumeRole actions."),
        (" " + json.dumps(TRUST), "JSON strings must not have leading spaces"),
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


def test_a_trust_policy_keeps_users_and_roles_by_their_ids(aws):
    iam = aws.client("iam")
    made = [iam.create_user(UserName="ann")["User"],
            iam.create_role(RoleName="first", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]]
    arns, ids = [one["Arn"] for one in made], [made[0]["UserId"], made[1]["RoleId"]]

    def trust(*names):
        return {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": list(names)}, "Action": "sts:AssumeRole"}]}

    def shown():
        listed = next(role for role in iam.list_roles()["Roles"] if role["RoleName"] == "r")
        details = next(role for role in iam.get_account_authorization_details(Filter=["Role"])["RoleDetailList"]
                       if role["RoleName"] == "r")
        documents = [role["AssumeRolePolicyDocument"] for role in (listed, details, iam.get_role(RoleName="r")["Role"])]
        assert documents[0] == documents[1] == documents[2]
        return documents[0]

    answer = iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(trust(*arns)))
    assert answer["Role"]["AssumeRolePolicyDocument"] == shown() == trust(*arns)
    iam.update_user(UserName="ann", NewUserName="eve")
    assert shown() == trust(arns[0].replace("ann", "eve"), arns[1])
    iam.delete_user(UserName="eve")
    iam.delete_role(RoleName="first")
    iam.create_user(UserName="eve")
    iam.create_role(RoleName="first", AssumeRolePolicyDocument=json.dumps(TRUST))
    assert shown() == trust(*ids)
    assert refused(iam.update_assume_role_policy, RoleName="r", PolicyDocument=json.dumps(trust(*ids))) == (
        "MalformedPolicyDocument", f'Invalid principal in policy: "AWS":"{ids[0]}"')
    iam.update_assume_role_policy(RoleName="r", PolicyDocument=json.dumps(trust(arns[1])))
    assert shown() == trust(arns[1])


def test_a_user_made_again_takes_on_no_role_that_the_former_was_trusted_with(aws):
    iam, user = aws.client("iam"), aws.user()
    arn = user.client("sts").get_caller_identity()["Arn"]
    role = aws.role(trust={"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": arn}, "Action": "sts:AssumeRole"}]})
    user.client("sts").assume_role(RoleArn=role, RoleSessionName="ss")
    name = arn.rpartition("/")[2]
    iam.delete_access_key(UserName=name, AccessKeyId=user.key)
    iam.delete_user(UserName=name)
    iam.create_user(UserName=name)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    again = aws.client("sts", aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"])
    assert again.get_caller_identity()["Arn"] == arn
    assert refused(again.assume_role, RoleArn=role, RoleSessionName="ss")[0] == "AccessDenied"


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
