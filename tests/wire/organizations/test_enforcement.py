"""Control policies in decisions: what they take from members, level by level, and from whom they take nothing."""

import json

import botocore.exceptions
import pytest
from support.account import EVERYTHING
from support.refusals import refused

DENY = {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}
ALLOW = {"Effect": "Allow", "Resource": "*"}


def may_list_buckets(account) -> bool:
    try:
        account.client("s3").list_buckets()
    except botocore.exceptions.ClientError as error:
        assert error.response["Error"]["Code"] == "AccessDenied"
        return False
    return True


def test_a_denial_binds_a_members_root_and_users_but_not_the_management_account(organization):
    member = organization.member()
    user = member.user(EVERYTHING)
    assert may_list_buckets(member)
    assert may_list_buckets(user)
    policy = organization.attach(organization.root, DENY)
    assert not may_list_buckets(member)
    assert not may_list_buckets(user)
    assert may_list_buckets(organization.aws)
    assert may_list_buckets(organization.aws.user(EVERYTHING))
    user.client("iam").list_users()
    answer = refused("AccessDenied", 403, user.client("s3").list_buckets)
    assert "with an explicit deny in a service control policy" in answer["Error"]["Message"]
    organization.client.detach_policy(PolicyId=policy, TargetId=organization.root)
    assert may_list_buckets(member)


def test_a_role_in_a_member_is_bound_too(organization):
    member = organization.member()
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": member.id}, "Action": "sts:AssumeRole"}]}
    role = member.role(EVERYTHING, trust)
    given = member.user(EVERYTHING).client("sts").assume_role(RoleArn=role, RoleSessionName="session")["Credentials"]
    session = type(member)(member.server, member.id, given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    assert may_list_buckets(session)
    organization.attach(member.id, DENY)
    assert not may_list_buckets(session)


def test_nobody_makes_a_role_that_is_bound_by_nothing(organization):
    member = organization.member()
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": member.id}, "Action": "sts:AssumeRole"}]}
    create = {"RoleName": "r", "Path": "/aws-service-role/x.amazonaws.com/", "AssumeRolePolicyDocument": json.dumps(trust)}
    answer = refused("InvalidInput", 400, member.client("iam").create_role, **create)
    assert answer["Error"]["Message"] == "Path prefix '/aws-service-role/' can only be used for AWS Service linked Roles"


def test_a_path_that_holds_these_words_frees_no_role(organization):
    """A path may hold colons, so that they stand in its ARN twice."""
    member = organization.member()
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": member.id}, "Action": "sts:AssumeRole"}]}
    iam = member.client("iam")
    role = iam.create_role(RoleName="r", Path="/a:role/aws-service-role/", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    iam.put_role_policy(RoleName="r", PolicyName="all", PolicyDocument=json.dumps(EVERYTHING))
    given = member.user(EVERYTHING).client("sts").assume_role(RoleArn=role, RoleSessionName="session")["Credentials"]
    session = type(member)(member.server, member.id, given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    assert may_list_buckets(session)
    organization.attach(member.id, DENY)
    assert not may_list_buckets(session)


def test_a_region_is_not_chosen_by_who_signs(organization):
    """IAM and Organizations are in one region, whatever a client signs for."""
    member = organization.member()
    elsewhere = {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}
    organization.attach(member.id, {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": elsewhere})
    for region in ("eu-west-1", "us-east-1"):
        refused("AccessDenied", 403, member.client("iam", region).list_users)
        refused("AccessDeniedException", 400, member.client("organizations", region).describe_organization)
    member.client("logs", "eu-west-1").describe_log_groups()
    refused("AccessDeniedException", 400, member.client("logs", "us-east-1").describe_log_groups)


def test_denials_come_down_the_tree(organization):
    member, other = organization.member(), organization.member()
    above = organization.unit("above")
    below = organization.unit("below", above)
    organization.move(member.id, below)
    organization.attach(above, DENY)
    assert not may_list_buckets(member)
    assert may_list_buckets(other)
    organization.move(member.id, organization.root)
    assert may_list_buckets(member)


def test_a_list_of_what_is_allowed_counts_at_every_level(organization):
    client, member = organization.client, organization.member()
    unit = organization.unit("dev")
    organization.move(member.id, unit)
    organization.attach(unit, {**ALLOW, "Action": "s3:*"})
    client.detach_policy(PolicyId="p-FullAWSAccess", TargetId=unit)
    assert may_list_buckets(member)
    answer = refused("AccessDenied", 403, member.client("iam").list_users)
    assert "because no service control policy allows the iam:ListUsers action" in answer["Error"]["Message"]
    # The account's own list must say so too, and what is above is not widened by what is below.
    organization.attach(member.id, {**ALLOW, "Action": "iam:*"})
    client.detach_policy(PolicyId="p-FullAWSAccess", TargetId=member.id)
    assert not may_list_buckets(member)
    refused("AccessDenied", 403, member.client("iam").list_users)
    organization.attach(member.id, {**ALLOW, "Action": "s3:ListAllMyBuckets"})
    assert may_list_buckets(member)


def test_what_grants_nothing_grants_nothing(organization):
    user = organization.member().user()
    assert not may_list_buckets(user)


def test_a_type_that_is_off_binds_nobody(organization):
    member = organization.member()
    organization.attach(organization.root, DENY)
    assert not may_list_buckets(member)
    organization.client.disable_policy_type(RootId=organization.root, PolicyType="SERVICE_CONTROL_POLICY")
    assert may_list_buckets(member)


def test_who_has_left_is_free(organization):
    member = organization.member()
    organization.attach(organization.root, DENY)
    assert not may_list_buckets(member)
    member.client("organizations").leave_organization()
    assert may_list_buckets(member)


def test_leaving_can_be_denied(organization):
    member = organization.member()
    organization.attach(organization.root, {**DENY, "Action": "organizations:LeaveOrganization"})
    refused("AccessDeniedException", 400, member.client("organizations").leave_organization)


@pytest.fixture
def guarded(organization):
    """The organisation, with resource control policies turned on."""
    organization.client.enable_policy_type(RootId=organization.root, PolicyType="RESOURCE_CONTROL_POLICY")
    return organization


def put(account, bucket: str) -> bool:
    try:
        account.client("s3").put_object(Bucket=bucket, Key="k", Body=b"")
    except botocore.exceptions.ClientError as error:
        assert error.response["Error"]["Code"] == "AccessDenied"
        return False
    return True


def test_a_members_bucket_is_guarded_from_everybody(guarded):
    member = guarded.member()
    bucket, own = member.bucket(), guarded.aws.bucket()
    assert put(member, bucket)
    guarded.attach(guarded.root, {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": "*"}, kind="RESOURCE_CONTROL_POLICY")
    assert not put(member, bucket)
    assert put(guarded.aws, own)
    assert may_list_buckets(member)


def test_a_perimeter_keeps_strangers_out(guarded, own_account):
    member, colleague = guarded.member(), guarded.member()
    bucket = member.bucket()
    everybody = {"Effect": "Allow", "Principal": {"AWS": [own_account.id, colleague.id]}, "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
    member.client("s3").put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [everybody]}))
    assert put(own_account, bucket)
    assert put(colleague, bucket)
    perimeter = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*",
                 "Condition": {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": guarded.id}}}
    guarded.attach(guarded.root, perimeter, kind="RESOURCE_CONTROL_POLICY")
    assert not put(own_account, bucket)
    assert put(colleague, bucket)
    assert put(member, bucket)


def test_what_no_control_policy_allows_an_accounts_password_policy_does_not_give(organization):
    member = organization.member()
    iam, user = member.client("iam"), member.user()
    name = iam.list_users()["Users"][0]["UserName"]
    iam.create_login_profile(UserName=name, Password="correct-Horse1")
    iam.update_account_password_policy(AllowUsersToChangePassword=True)
    change = {"OldPassword": "correct-Horse1", "NewPassword": "battery-Staple2"}
    unit = organization.unit("dev")
    organization.move(member.id, unit)
    organization.attach(unit, {**ALLOW, "Action": "s3:*"})
    organization.client.detach_policy(PolicyId="p-FullAWSAccess", TargetId=unit)
    answer = refused("AccessDenied", 403, user.client("iam").change_password, **change)
    assert "because no service control policy allows the iam:ChangePassword action" in answer["Error"]["Message"]
    organization.move(member.id, organization.root)
    user.client("iam").change_password(**change)
