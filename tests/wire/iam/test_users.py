"""Users and access keys: what AWS's answers hold, that a key works at once and no longer when it is inactive, and conflicts."""

import json
import re

import botocore.exceptions
import pytest


def refused(call, *args, **kwargs) -> tuple[str, str, int]:
    with pytest.raises(botocore.exceptions.ClientError) as error:
        call(*args, **kwargs)
    answer = error.value.response
    return answer["Error"]["Code"], answer["Error"]["Message"], answer["ResponseMetadata"]["HTTPStatusCode"]


def allow(action, resource="*"):
    return json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": action, "Resource": resource}})


def test_user_is_made_shown_listed_and_deleted(aws):
    iam = aws.client("iam")
    made = iam.create_user(UserName="ann", Path="/team/", Tags=[{"Key": "a", "Value": "b"}])["User"]
    assert made["Arn"] == f"arn:aws:iam::{aws.account}:user/team/ann"
    assert re.fullmatch("AIDA[A-Z2-7]{17}", made["UserId"])
    shown = iam.get_user(UserName="ann")["User"]
    assert shown == made
    assert shown["Tags"] == [{"Key": "a", "Value": "b"}]
    assert "Tags" not in iam.list_users()["Users"][0]
    assert [user["UserName"] for user in iam.list_users(PathPrefix="/team/")["Users"]] == ["ann"]
    assert iam.list_users(PathPrefix="/other/")["Users"] == []
    iam.delete_user(UserName="ann")
    assert refused(iam.get_user, UserName="ann") == ("NoSuchEntity", "The user with name ann cannot be found.", 404)


def test_names_are_taken_once(aws):
    iam = aws.client("iam")
    iam.create_user(UserName="ann")
    assert refused(iam.create_user, UserName="ann") == ("EntityAlreadyExists", "User with name ann already exists.", 409)


def test_a_key_works_until_it_is_inactive(aws):
    user = aws.user({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "iam:ListUsers", "Resource": "*"}})
    iam, name = aws.client("iam"), aws.client("iam").list_users()["Users"][0]["UserName"]
    assert user.client("sts").get_caller_identity()["Arn"] == f"arn:aws:iam::{aws.account}:user/{name}"
    assert user.client("iam").list_users()["Users"][0]["UserName"] == name
    (key,) = iam.list_access_keys(UserName=name)["AccessKeyMetadata"]
    assert (key["AccessKeyId"], key["Status"]) == (user.key, "Active")
    iam.update_access_key(UserName=name, AccessKeyId=user.key, Status="Inactive")
    assert refused(user.client("sts").get_caller_identity)[2] == 403
    iam.delete_access_key(UserName=name, AccessKeyId=user.key)
    assert refused(iam.delete_access_key, UserName=name, AccessKeyId=user.key) == (
        "NoSuchEntity", f"The Access Key with id {user.key} cannot be found.", 404)


def test_a_user_has_two_keys(aws):
    iam = aws.client("iam")
    iam.create_user(UserName="ann")
    for _ in range(2):
        iam.create_access_key(UserName="ann")
    assert refused(iam.create_access_key, UserName="ann") == (
        "LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: 2", 409)


def test_what_hangs_on_a_user_keeps_it(aws):
    iam = aws.client("iam")
    iam.create_user(UserName="ann")
    iam.put_user_policy(UserName="ann", PolicyName="p", PolicyDocument=allow("s3:*"))
    assert refused(iam.delete_user, UserName="ann") == (
        "DeleteConflict", "Cannot delete entity, must delete policies first.", 409)
    iam.delete_user_policy(UserName="ann", PolicyName="p")
    iam.attach_user_policy(UserName="ann", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    assert refused(iam.delete_user, UserName="ann")[1] == "Cannot delete entity, must detach all policies first."
    iam.detach_user_policy(UserName="ann", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    iam.create_access_key(UserName="ann")
    assert refused(iam.delete_user, UserName="ann")[1] == "Cannot delete entity, must delete access keys first."


def test_a_renamed_user_keeps_its_key(aws):
    iam, user = aws.client("iam"), aws.user()
    name = iam.list_users()["Users"][0]["UserName"]
    iam.update_user(UserName=name, NewUserName="eve", NewPath="/x/")
    assert user.client("sts").get_caller_identity()["Arn"] == f"arn:aws:iam::{aws.account}:user/x/eve"


def test_root_and_user_see_themselves(aws):
    root = aws.client("iam").get_user()["User"]
    assert root["Arn"] == f"arn:aws:iam::{aws.account}:root"
    user = aws.user({"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Action": "iam:GetUser", "Resource": "arn:aws:iam::*:user/${aws:username}"}})
    assert user.client("iam").get_user()["User"]["Arn"] == user.client("sts").get_caller_identity()["Arn"]
    code, message, status = refused(user.client("iam").get_user, UserName="other")
    arn = user.client("sts").get_caller_identity()["Arn"]
    assert (code, status) == ("AccessDenied", 403)
    assert message == (f"User: {arn} is not authorized to perform: iam:GetUser on resource: "
                       "user other because no identity-based policy allows the iam:GetUser action")


def test_denials_name_what_is_there_by_its_kind(aws):
    """As AWS's do: what is made, tagged or passed is named by its ARN, what is there by kind and name, what is listed by its path."""
    iam, arn = aws.user().client("iam"), f"arn:aws:iam::{aws.account}:"

    def named(call, **arguments) -> str:
        return refused(call, **arguments)[1].partition(" on resource: ")[2].partition(" because ")[0]

    policy = f"{arn}policy/a/p"
    assert named(iam.create_role, RoleName="r", AssumeRolePolicyDocument="{}") == f"{arn}role/r"
    assert named(iam.get_role, RoleName="r") == named(iam.list_attached_role_policies, RoleName="r") == "role r"
    assert named(iam.tag_role, RoleName="r", Tags=[{"Key": "k", "Value": "v"}]) == f"{arn}role/r"
    assert named(iam.get_group, GroupName="g") == "group g"
    assert named(iam.get_instance_profile, InstanceProfileName="p") == "instance profile p"
    assert named(iam.create_policy, PolicyName="p", PolicyDocument="{}") == "policy p"
    assert named(iam.get_policy, PolicyArn=policy) == f"policy {policy}"
    assert named(iam.list_policies) == "policy path /"
    assert named(iam.list_users) == f"{arn}user/" and named(iam.list_roles, PathPrefix="/a/") == f"{arn}role/a/"
    assert named(iam.list_virtual_mfa_devices) == f"{arn}mfa/"
    assert named(iam.get_account_summary) == "*"


def test_a_list_is_decided_by_the_path_that_is_listed(aws):
    users = {"Effect": "Allow", "Action": "iam:ListUsers", "Resource": f"arn:aws:iam::{aws.account}:user/dev/*"}
    iam = aws.user({"Version": "2012-10-17", "Statement": users}).client("iam")
    assert iam.list_users(PathPrefix="/dev/")["Users"] == []
    assert refused(iam.list_users)[0] == "AccessDenied"


def test_times_are_told_in_whole_seconds(aws):
    """As by AWS: tools print them as they come."""
    iam, sts = aws.client("iam"), aws.client("sts")
    iam.create_user(UserName="ann")
    times = [iam.get_user(UserName="ann")["User"]["CreateDate"], sts.get_session_token()["Credentials"]["Expiration"],
             iam.create_access_key(UserName="ann")["AccessKey"]["CreateDate"]]
    assert {one.microsecond for one in times} == {0}


def test_lists_come_in_pages(aws):
    iam = aws.client("iam")
    for number in range(5):
        iam.create_user(UserName=f"user{number}")
    first = iam.list_users(MaxItems=2)
    assert first["IsTruncated"] and [user["UserName"] for user in first["Users"]] == ["user0", "user1"]
    pages = iam.get_paginator("list_users").paginate(PaginationConfig={"PageSize": 2})
    assert [len(page["Users"]) for page in pages] == [2, 2, 1]
    assert refused(iam.list_users, Marker="bad")[0] == "ValidationError"


def test_bad_names_are_refused(aws):
    code, message, status = refused(aws.client("iam").create_user, UserName="a b")
    assert (code, status) == ("ValidationError", 400)
    assert message == "The specified value for userName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-"


def test_bad_paths_are_refused(aws):
    iam = aws.client("iam")
    begin, end = "The specified value for path is invalid. It must begin and end with / and", "contain only alphanumeric characters and/or / characters."
    assert refused(iam.create_user, UserName="ann", Path="team")[:2] == ("ValidationError", f"{begin} {end}")
    assert refused(iam.list_users, PathPrefix="team")[:2] == (
        "ValidationError", f"The specified value for pathPrefix is invalid. It must begin with the / character and {end}")
    # Of several things that are wrong, those that all services have are told first.
    both = refused(iam.create_user, UserName="a b", Path="x" * 600)[1]
    assert both.startswith("3 validation errors detected: ")


def test_what_is_not_built_is_refused_by_name(aws):
    code, message, status = refused(aws.client("iam").list_service_specific_credentials)
    assert (code, status) == ("NotImplemented", 501)
    assert "ListServiceSpecificCredentials" in message
