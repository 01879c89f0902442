"""Groups: what they are, who is in them, that their policies decide for their members, and what keeps them."""

import json
import re

from support.refusals import refused, words

READ_S3 = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"


def allow(action):
    return json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": action, "Resource": "*"}})


def test_a_group_is_made_shown_listed_renamed_and_deleted(aws):
    iam = aws.client("iam")
    made = iam.create_group(GroupName="Team", Path="/a/")["Group"]
    assert made["Arn"] == f"arn:aws:iam::{aws.account}:group/a/Team"
    assert re.fullmatch("AGPA[A-Z2-7]{17}", made["GroupId"])
    assert iam.get_group(GroupName="Team")["Group"] == made
    assert iam.list_groups(PathPrefix="/a/")["Groups"] == [made]
    assert iam.list_groups(PathPrefix="/b/")["Groups"] == []
    assert words("EntityAlreadyExists", 409, iam.create_group, GroupName="TEAM") == "Group with name TEAM already exists."
    iam.update_group(GroupName="Team", NewGroupName="crew", NewPath="/b/")
    assert iam.get_group(GroupName="crew")["Group"] == {**made, "GroupName": "crew", "Path": "/b/", "Arn": f"arn:aws:iam::{aws.account}:group/b/crew"}
    assert words("NoSuchEntity", 404, iam.get_group, GroupName="Team") == "The group with name Team cannot be found."
    iam.delete_group(GroupName="crew")
    assert iam.list_groups()["Groups"] == []


def test_members_come_go_and_survive_renaming(aws):
    iam = aws.client("iam")
    for user in ("ann", "bob", "eve"):
        iam.create_user(UserName=user)
    iam.create_group(GroupName="g")
    for user in ("eve", "ann", "bob", "ann"):
        iam.add_user_to_group(GroupName="g", UserName=user)
    assert [user["UserName"] for user in iam.get_group(GroupName="g")["Users"]] == ["ann", "bob", "eve"]
    first = iam.get_group(GroupName="g", MaxItems=2)
    assert first["IsTruncated"]
    assert [user["UserName"] for user in iam.get_group(GroupName="g", Marker=first["Marker"])["Users"]] == ["eve"]
    iam.update_group(GroupName="g", NewGroupName="h")
    iam.update_user(UserName="ann", NewUserName="amy")
    assert [user["UserName"] for user in iam.get_group(GroupName="h")["Users"]] == ["amy", "bob", "eve"]
    assert [group["GroupName"] for group in iam.list_groups_for_user(UserName="amy")["Groups"]] == ["h"]
    for _ in range(2):  # who is not in it has left it
        iam.remove_user_from_group(GroupName="h", UserName="amy")
    assert iam.list_groups_for_user(UserName="amy")["Groups"] == []
    assert words("NoSuchEntity", 404, iam.add_user_to_group, GroupName="h", UserName="none") == "The user with name none cannot be found."


def test_a_groups_policies_decide_for_its_members(aws):
    iam, user = aws.client("iam"), aws.user()
    name = iam.list_users()["Users"][0]["UserName"]
    iam.create_group(GroupName="g")
    iam.put_group_policy(GroupName="g", PolicyName="p", PolicyDocument=allow("iam:ListUsers"))
    refused("AccessDenied", 403, user.client("iam").list_users)
    iam.add_user_to_group(GroupName="g", UserName=name)
    user.client("iam").list_users()
    refused("AccessDenied", 403, user.client("s3").list_buckets)
    iam.attach_group_policy(GroupName="g", PolicyArn=READ_S3)
    user.client("s3").list_buckets()
    assert iam.get_group_policy(GroupName="g", PolicyName="p")["PolicyDocument"] == json.loads(allow("iam:ListUsers"))
    assert iam.list_group_policies(GroupName="g")["PolicyNames"] == ["p"]
    assert iam.list_attached_group_policies(GroupName="g")["AttachedPolicies"] == [{"PolicyName": "AmazonS3ReadOnlyAccess", "PolicyArn": READ_S3}]
    holders = iam.list_entities_for_policy(PolicyArn=READ_S3)
    assert [group["GroupName"] for group in holders["PolicyGroups"]] == ["g"] and holders["PolicyUsers"] == []
    assert iam.list_entities_for_policy(PolicyArn=READ_S3, EntityFilter="User")["PolicyGroups"] == []
    assert iam.get_policy(PolicyArn=READ_S3)["Policy"]["AttachmentCount"] == 1
    iam.detach_group_policy(GroupName="g", PolicyArn=READ_S3)
    iam.delete_group_policy(GroupName="g", PolicyName="p")
    refused("AccessDenied", 403, user.client("iam").list_users)


def test_what_hangs_on_a_group_keeps_it(aws):
    iam = aws.client("iam")
    iam.create_group(GroupName="g")
    iam.create_user(UserName="ann")
    iam.add_user_to_group(GroupName="g", UserName="ann")
    in_group = "Cannot delete entity, must remove users from group first."
    assert words("DeleteConflict", 409, iam.delete_group, GroupName="g") == in_group
    assert words("DeleteConflict", 409, iam.delete_user, UserName="ann") == in_group
    iam.remove_user_from_group(GroupName="g", UserName="ann")
    iam.put_group_policy(GroupName="g", PolicyName="p", PolicyDocument=allow("s3:*"))
    assert words("DeleteConflict", 409, iam.delete_group, GroupName="g") == "Cannot delete entity, must delete policies first."
    iam.delete_group_policy(GroupName="g", PolicyName="p")
    iam.attach_group_policy(GroupName="g", PolicyArn=READ_S3)
    assert words("DeleteConflict", 409, iam.delete_group, GroupName="g") == "Cannot delete entity, must detach all policies first."


def test_quotas(aws):
    iam = aws.client("iam")
    iam.create_user(UserName="ann")
    for number in range(11):
        iam.create_group(GroupName=f"g{number}")
    for number in range(10):
        iam.add_user_to_group(GroupName=f"g{number}", UserName="ann")
    full = "Cannot exceed quota for GroupsPerUser: 10"
    assert words("LimitExceeded", 409, iam.add_user_to_group, GroupName="g10", UserName="ann") == full
    large = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::" + "a" * 5100}})
    too_large = "Maximum policy size of 5120 bytes exceeded for group g0"
    assert words("LimitExceeded", 409, iam.put_group_policy, GroupName="g0", PolicyName="p", PolicyDocument=large) == too_large
