"""Instance profiles: the one role that each may have, their tags, and leave to pass the role."""

import json
import re

from support.refusals import words

TRUST = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}})


def test_a_profile_holds_one_role(aws):
    iam = aws.client("iam")
    made = iam.create_instance_profile(InstanceProfileName="p", Path="/a/", Tags=[{"Key": "k", "Value": "v"}])["InstanceProfile"]
    assert made["Arn"] == f"arn:aws:iam::{aws.account}:instance-profile/a/p"
    assert re.fullmatch("AIPA[A-Z2-7]{17}", made["InstanceProfileId"])
    assert made["Roles"] == [] and made["Tags"] == [{"Key": "k", "Value": "v"}]
    assert words("EntityAlreadyExists", 409, iam.create_instance_profile, InstanceProfileName="P") == "Instance Profile P already exists."
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)["Role"]
    iam.add_role_to_instance_profile(InstanceProfileName="p", RoleName="r")
    assert iam.get_instance_profile(InstanceProfileName="p")["InstanceProfile"]["Roles"] == [role]
    assert words("LimitExceeded", 409, iam.add_role_to_instance_profile, InstanceProfileName="p", RoleName="r") == (
        "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1")
    assert [one["InstanceProfileName"] for one in iam.list_instance_profiles_for_role(RoleName="r")["InstanceProfiles"]] == ["p"]
    assert [one["InstanceProfileName"] for one in iam.list_instance_profiles(PathPrefix="/a/")["InstanceProfiles"]] == ["p"]
    held = "Cannot delete entity, must remove roles from instance profile first."
    assert words("DeleteConflict", 409, iam.delete_role, RoleName="r") == held
    assert words("DeleteConflict", 409, iam.delete_instance_profile, InstanceProfileName="p") == held
    iam.remove_role_from_instance_profile(InstanceProfileName="p", RoleName="r")
    assert words("NoSuchEntity", 404, iam.remove_role_from_instance_profile, InstanceProfileName="p", RoleName="r") == (
        "Role r in Instance Profile p cannot be found.")
    iam.delete_role(RoleName="r")
    iam.delete_instance_profile(InstanceProfileName="p")
    assert words("NoSuchEntity", 404, iam.get_instance_profile, InstanceProfileName="p") == "Instance Profile p cannot be found."


def test_tags(aws):
    iam = aws.client("iam")
    assert "Tags" not in iam.create_instance_profile(InstanceProfileName="p")["InstanceProfile"]
    assert iam.get_instance_profile(InstanceProfileName="p")["InstanceProfile"]["Tags"] == []
    iam.tag_instance_profile(InstanceProfileName="p", Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    iam.untag_instance_profile(InstanceProfileName="p", TagKeys=["a"])
    assert iam.list_instance_profile_tags(InstanceProfileName="p")["Tags"] == [{"Key": "b", "Value": "2"}]


def test_who_adds_a_role_must_be_allowed_to_pass_it(aws):
    iam = aws.client("iam")
    iam.create_instance_profile(InstanceProfileName="p")
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)
    statement = {"Effect": "Allow", "Action": "iam:AddRoleToInstanceProfile", "Resource": "*"}
    user = aws.user({"Version": "2012-10-17", "Statement": statement}).client("iam")
    assert "iam:PassRole" in words("AccessDenied", 403, user.add_role_to_instance_profile, InstanceProfileName="p", RoleName="r")
    both = {**statement, "Action": ["iam:AddRoleToInstanceProfile", "iam:PassRole"]}
    aws.user({"Version": "2012-10-17", "Statement": both}).client("iam").add_role_to_instance_profile(InstanceProfileName="p", RoleName="r")
