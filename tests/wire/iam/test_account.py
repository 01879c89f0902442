"""What IAM tells of a whole account: alias, summary, authorisation details, credential report."""

import csv
import io
import json

from support.account import Account
from support.refusals import refused, words

TRUST = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}})
READ_S3 = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"


def allow(action):
    return json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": action, "Resource": "*"}})


def test_an_account_has_one_alias_of_its_own(aws, server):
    iam, other = aws.client("iam"), Account.create(server).client("iam")
    name = f"alias-{aws.account}"
    assert iam.list_account_aliases()["AccountAliases"] == []
    iam.create_account_alias(AccountAlias=f"{name}-old")
    iam.create_account_alias(AccountAlias=name)
    assert iam.list_account_aliases()["AccountAliases"] == [name]
    assert words("EntityAlreadyExists", 409, other.create_account_alias, AccountAlias=name) == f"The account alias {name} already exists."
    other.create_account_alias(AccountAlias=f"{name}-old")
    assert words("NoSuchEntity", 404, iam.delete_account_alias, AccountAlias="no-such") == "The account alias no-such cannot be found."
    iam.delete_account_alias(AccountAlias=name)
    assert iam.list_account_aliases()["AccountAliases"] == []


def test_the_summary_counts(aws):
    iam = aws.client("iam")
    iam.create_user(UserName="ann")
    iam.create_group(GroupName="g")
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)
    iam.create_instance_profile(InstanceProfileName="p")
    arn = iam.create_policy(PolicyName="q", PolicyDocument=allow("s3:*"))["Policy"]["Arn"]
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=allow("sqs:*"))
    iam.attach_user_policy(UserName="ann", PolicyArn=READ_S3)
    summary = iam.get_account_summary()["SummaryMap"]
    counted = {name: summary[name] for name in ("Users", "Groups", "Roles", "InstanceProfiles", "Policies", "PolicyVersionsInUse")}
    assert counted == {"Users": 1, "Groups": 1, "Roles": 1, "InstanceProfiles": 1, "Policies": 1, "PolicyVersionsInUse": 3}
    quotas = {"UsersQuota": 5000, "GroupsQuota": 300, "RolesQuota": 1000, "GroupsPerUserQuota": 10, "PolicyVersionsInUseQuota": 10000,
              "GroupPolicySizeQuota": 5120, "AttachedPoliciesPerGroupQuota": 10, "AccountAccessKeysPresent": 1, "AccountMFAEnabled": 0}
    assert {name: summary[name] for name in quotas} == quotas


def test_authorisation_details_tell_all_in_pages(aws):
    iam = aws.client("iam")
    arn = iam.create_policy(PolicyName="q", PolicyDocument=allow("s3:*"))["Policy"]["Arn"]
    iam.create_user(UserName="ann", Tags=[{"Key": "k", "Value": "v"}], PermissionsBoundary=arn)
    iam.put_user_policy(UserName="ann", PolicyName="own", PolicyDocument=allow("sqs:*"))
    iam.create_group(GroupName="g")
    iam.attach_group_policy(GroupName="g", PolicyArn=READ_S3)
    iam.add_user_to_group(GroupName="g", UserName="ann")
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)
    iam.create_instance_profile(InstanceProfileName="p")
    iam.add_role_to_instance_profile(InstanceProfileName="p", RoleName="r")
    details = iam.get_account_authorization_details()
    (user,), (group,), (role,) = details["UserDetailList"], details["GroupDetailList"], details["RoleDetailList"]
    assert user["UserPolicyList"] == [{"PolicyName": "own", "PolicyDocument": json.loads(allow("sqs:*"))}]
    assert (user["GroupList"], user["Tags"]) == (["g"], [{"Key": "k", "Value": "v"}])
    assert user["PermissionsBoundary"]["PermissionsBoundaryArn"] == arn
    assert group["AttachedManagedPolicies"] == [{"PolicyName": "AmazonS3ReadOnlyAccess", "PolicyArn": READ_S3}]
    assert [profile["InstanceProfileName"] for profile in role["InstanceProfileList"]] == ["p"]
    assert [policy["Arn"] for policy in details["Policies"]] == [arn, READ_S3]
    iam.delete_user_policy(UserName="ann", PolicyName="own")
    iam.untag_user(UserName="ann", TagKeys=["k"])
    (user,) = iam.get_account_authorization_details(Filter=["User"])["UserDetailList"]
    assert user["Tags"] == [] and "UserPolicyList" not in user
    own = details["Policies"][0]
    assert own["PermissionsBoundaryUsageCount"] == 1
    assert own["PolicyVersionList"][0]["Document"] == json.loads(allow("s3:*"))
    pages = list(iam.get_paginator("get_account_authorization_details").paginate(PaginationConfig={"PageSize": 1}))
    assert len(pages) == 5
    assert [len(page["UserDetailList"] + page["GroupDetailList"] + page["RoleDetailList"] + page["Policies"]) for page in pages] == [1] * 5
    only = iam.get_account_authorization_details(Filter=["Group", "LocalManagedPolicy"])
    assert (len(only["UserDetailList"]), len(only["GroupDetailList"]), len(only["Policies"])) == (0, 1, 1)


def report_of(iam):
    answer = iam.get_credential_report()
    assert answer["ReportFormat"] == "text/csv"
    return {row["user"]: row for row in csv.DictReader(io.StringIO(answer["Content"].decode()))}


def test_the_credential_report(aws):
    iam = aws.client("iam")
    refused("ReportNotPresent", 410, iam.get_credential_report)
    iam.update_account_password_policy(MaxPasswordAge=10)
    iam.create_user(UserName="ann")
    iam.create_login_profile(UserName="ann", Password="correct-Horse1")
    iam.create_access_key(UserName="ann")
    started = iam.generate_credential_report()
    assert started["State"] == "STARTED"
    assert iam.generate_credential_report()["State"] == "COMPLETE"
    report = report_of(iam)
    assert list(report) == ["<root_account>", "ann"]
    root, ann = report["<root_account>"], report["ann"]
    assert (root["password_enabled"], root["access_key_1_active"], root["arn"]) == ("not_supported", "true", f"arn:aws:iam::{aws.account}:root")
    assert root["access_key_1_last_used_service"] == "iam"
    assert (ann["password_enabled"], ann["password_last_used"], ann["mfa_active"]) == ("true", "no_information", "false")
    assert ann["password_next_rotation"] > ann["password_last_changed"] > "2000"
    assert (ann["access_key_1_active"], ann["access_key_1_last_used_date"], ann["access_key_2_active"]) == ("true", "N/A", "false")
    assert ann["user_creation_time"].endswith("+00:00")
