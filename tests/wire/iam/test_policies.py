"""Inline and managed policies: as they were put, their versions and attachments, and AWS's words for broken ones."""

import json
import re

import botocore.exceptions
import pytest
from support.account import EVERYTHING, TRUST

READ = {"Version": "2012-10-17", "Statement": [{"Sid": "Read", "Effect": "Allow", "Action": ["s3:GetObject"],
                                                "Resource": "arn:aws:s3:::b/*"}]}


def refused(call, *args, **kwargs) -> tuple[str, str]:
    with pytest.raises(botocore.exceptions.ClientError) as error:
        call(*args, **kwargs)
    return error.value.response["Error"]["Code"], error.value.response["Error"]["Message"]


def statement(**members) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **members}]})


def test_inline_policies_come_back_as_put(aws):
    iam = aws.client("iam")
    iam.create_user(UserName="ann")
    iam.put_user_policy(UserName="ann", PolicyName="p", PolicyDocument=json.dumps(READ))
    assert iam.get_user_policy(UserName="ann", PolicyName="p")["PolicyDocument"] == READ
    assert iam.list_user_policies(UserName="ann")["PolicyNames"] == ["p"]
    iam.delete_user_policy(UserName="ann", PolicyName="p")
    assert refused(iam.get_user_policy, UserName="ann", PolicyName="p") == (
        "NoSuchEntity", "The user policy with name p cannot be found.")


def test_a_new_policys_answer_has_part_of_it(aws):
    iam = aws.client("iam")
    plain = iam.create_policy(PolicyName="p", PolicyDocument=json.dumps(READ), Description="d")["Policy"]
    assert "Description" not in plain and "Tags" not in plain
    tagged = iam.create_policy(PolicyName="q", PolicyDocument=json.dumps(READ), Tags=[{"Key": "k", "Value": "v"}])["Policy"]
    assert tagged["Tags"] == [{"Key": "k", "Value": "v"}]
    shown = iam.get_policy(PolicyArn=plain["Arn"])["Policy"]
    assert (shown["Description"], shown["Tags"]) == ("d", [])


def test_managed_policy_and_its_versions(aws):
    iam = aws.client("iam")
    made = iam.create_policy(PolicyName="p", PolicyDocument=json.dumps(READ), Description="d")["Policy"]
    arn = made["Arn"]
    assert arn == f"arn:aws:iam::{aws.account}:policy/p"
    assert re.fullmatch("ANPA[A-Z2-7]{17}", made["PolicyId"])
    assert (made["DefaultVersionId"], made["AttachmentCount"], made["IsAttachable"]) == ("v1", 0, True)
    second = iam.create_policy_version(PolicyArn=arn, PolicyDocument=statement(Action="s3:*", Resource="*"))
    assert (second["PolicyVersion"]["VersionId"], second["PolicyVersion"]["IsDefaultVersion"]) == ("v2", False)
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v2")
    assert iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"] == "v2"
    assert [version["VersionId"] for version in iam.list_policy_versions(PolicyArn=arn)["Versions"]] == ["v2", "v1"]
    assert iam.get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"]["Document"] == READ
    assert refused(iam.delete_policy, PolicyArn=arn)[0] == "DeleteConflict"
    assert refused(iam.delete_policy_version, PolicyArn=arn, VersionId="v2") == (
        "DeleteConflict", "Cannot delete the default version of a policy.")
    iam.delete_policy_version(PolicyArn=arn, VersionId="v1")
    iam.delete_policy(PolicyArn=arn)
    assert refused(iam.get_policy, PolicyArn=arn) == ("NoSuchEntity", f"Policy {arn} was not found.")


def test_attachments_are_counted_and_listed(aws):
    iam = aws.client("iam")
    iam.create_user(UserName="ann")
    arn = iam.create_policy(PolicyName="p", PolicyDocument=json.dumps(READ))["Policy"]["Arn"]
    iam.attach_user_policy(UserName="ann", PolicyArn=arn)
    iam.attach_user_policy(UserName="ann", PolicyArn=arn)
    assert iam.list_attached_user_policies(UserName="ann")["AttachedPolicies"] == [{"PolicyName": "p", "PolicyArn": arn}]
    assert iam.get_policy(PolicyArn=arn)["Policy"]["AttachmentCount"] == 1
    assert [user["UserName"] for user in iam.list_entities_for_policy(PolicyArn=arn)["PolicyUsers"]] == ["ann"]
    assert refused(iam.delete_policy, PolicyArn=arn) == (
        "DeleteConflict", "Cannot delete a policy attached to entities.")
    iam.detach_user_policy(UserName="ann", PolicyArn=arn)
    assert refused(iam.detach_user_policy, UserName="ann", PolicyArn=arn)[0] == "NoSuchEntity"
    assert refused(iam.attach_user_policy, UserName="ann", PolicyArn=arn + "x") == (
        "NoSuchEntity", f"Policy {arn}x does not exist or is not attachable.")


@pytest.mark.parametrize("name", ["AmazonSageMakerFullAccess", "AmazonS3FullAccess", "AdministratorAccess",
                                  "CloudWatchLogsFullAccess", "IAMReadOnlyAccess", "PowerUserAccess"])
def test_aws_policies_exist_in_every_account(aws, name):
    iam, arn = aws.client("iam"), f"arn:aws:iam::aws:policy/{name}"
    policy = iam.get_policy(PolicyArn=arn)["Policy"]
    document = iam.get_policy_version(PolicyArn=arn, VersionId=policy["DefaultVersionId"])["PolicyVersion"]["Document"]
    assert document["Version"] == "2012-10-17"
    pages = iam.get_paginator("list_policies").paginate(Scope="AWS")
    assert name in [one["PolicyName"] for page in pages for one in page["Policies"]]
    assert name not in [one["PolicyName"] for one in iam.list_policies(Scope="Local")["Policies"]]


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("nonsense", "Syntax errors in policy."),
        (statement(Resource="*"), "Policy statement must contain actions."),
        (statement(Action="s3:*"), "Policy statement must contain resources."),
        (statement(Action="GetObject", Resource="*"),
         "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."),
        (statement(Action="s3:*", Resource="b"), 'Resource b must be in ARN format or "*".'),
        (statement(Action="s3:*", Resource="*", Principal="*"), "Policy document should not specify a principal."),
        (json.dumps({"Version": "2008-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}),
         "Policy document must be version 2012-10-17 or greater."),
    ],
)
def test_broken_policies_are_refused_in_aws_words(aws, document, message):
    iam = aws.client("iam")
    assert refused(iam.create_policy, PolicyName="p", PolicyDocument=document) == ("MalformedPolicyDocument", message)
    assert iam.list_policies(Scope="Local")["Policies"] == []


def test_a_condition_key_that_requests_should_have_and_lack_is_refused_by_name(aws):
    document = statement(Action="s3:*", Resource="*", Condition={"StringEquals": {"s3:x-amz-bucket-namespace": "x"}})
    code, message = refused(aws.client("iam").create_policy, PolicyName="p", PolicyDocument=document)
    assert code == "NotImplemented"
    assert "s3:x-amz-bucket-namespace" in message


def test_a_condition_key_of_what_is_not_here_is_kept_and_absent(aws):
    user = aws.user({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"StringEqualsIfExists": {"ec2:Region": "eu-west-1"}}},
        {"Effect": "Deny", "Action": "s3:CreateBucket", "Resource": "*",
         "Condition": {"StringEquals": {"aws:Ec2InstanceSourceVpc": "vpc-1"}}},
        {"Effect": "Deny", "Action": "s3:DeleteBucket", "Resource": "*",
         "Condition": {"StringNotEquals": {"aws:Ec2InstanceSourceVpc": "vpc-1"}}}]})
    bucket = f"b-{aws.account}"
    user.client("s3").create_bucket(Bucket=bucket)
    code, _ = refused(user.client("s3").delete_bucket, Bucket=bucket)
    assert code == "AccessDenied"


def test_inline_policies_have_a_size(aws):
    iam = aws.client("iam")
    iam.create_user(UserName="ann")
    document = statement(Action="s3:*", Resource=[f"arn:aws:s3:::bucket-number-{number}" for number in range(100)])
    assert refused(iam.put_user_policy, UserName="ann", PolicyName="p", PolicyDocument=document) == (
        "LimitExceeded", "Maximum policy size of 2048 bytes exceeded for user ann")


def test_a_refusal_names_the_managed_policy_that_denies(aws):
    iam = aws.client("iam")
    user = aws.user({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
    arn = iam.create_policy(PolicyName="denies", PolicyDocument=statement(Effect="Deny", Action="iam:List*", Resource="*"))["Policy"]["Arn"]
    name = user.client("sts").get_caller_identity()["Arn"].rsplit("/", 1)[1]
    iam.attach_user_policy(UserName=name, PolicyArn=arn)
    code, message = refused(user.client("iam").list_roles)
    assert code == "AccessDenied"
    assert message.endswith(f"with an explicit deny in an identity-based policy: {arn}")


@pytest.mark.parametrize("kind", ["User", "Role"])
def test_what_a_holder_is_bounded_by_decides_about_its_policies(aws, kind):
    """AWS's example of delegation: policies may be given to those alone who are bounded."""
    iam = aws.client("iam")
    boundary = iam.create_policy(PolicyName=aws.name("b"), PolicyDocument=json.dumps(EVERYTHING))["Policy"]["Arn"]
    verbs = [f"iam:{verb}{kind}Policy" for verb in ("Attach", "Detach", "Put", "Delete")] + ["iam:UpdateAssumeRolePolicy"]
    delegate = aws.user({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": verbs, "Resource": "*", "Condition": {"StringEquals": {"iam:PermissionsBoundary": boundary}}}]}).client("iam")
    for name, given in (("bounded", {"PermissionsBoundary": boundary}), ("free", {})):
        if kind == "User":
            iam.create_user(UserName=name, **given)
        else:
            iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST), **given)

    def attempts(name):
        holder, lower = {f"{kind}Name": name}, kind.lower()
        yield getattr(delegate, f"attach_{lower}_policy"), {**holder, "PolicyArn": boundary}
        yield getattr(delegate, f"detach_{lower}_policy"), {**holder, "PolicyArn": boundary}
        yield getattr(delegate, f"put_{lower}_policy"), {**holder, "PolicyName": "p", "PolicyDocument": json.dumps(EVERYTHING)}
        yield getattr(delegate, f"delete_{lower}_policy"), {**holder, "PolicyName": "p"}
        if kind == "Role":
            yield delegate.update_assume_role_policy, {**holder, "PolicyDocument": json.dumps(TRUST)}

    for call, ask in attempts("bounded"):
        call(**ask)
    for call, ask in attempts("free"):
        assert refused(call, **ask)[0] == "AccessDenied"


def test_policies_outside_the_account_are_not_changed(aws):
    iam, arn = aws.client("iam"), "arn:aws:iam::aws:policy/AdministratorAccess"
    assert refused(iam.delete_policy, PolicyArn=arn) == ("AccessDenied", "Cannot delete policies outside your own account.")
    assert refused(iam.delete_policy_version, PolicyArn=arn, VersionId="v1") == (
        "AccessDenied", "Cannot delete policy versions for policies outside your own account.")
    assert refused(iam.set_default_policy_version, PolicyArn=arn, VersionId="v1") == (
        "AccessDenied", "Cannot update policies outside your own account.")


def test_what_is_no_policys_arn_is_told(aws):
    iam, other = aws.client("iam"), f"arn:aws:iam::{aws.account}:not_a_policy/p"
    absent = f"arn:aws:iam::{aws.account}:policy/absent"
    iam.create_user(UserName="ann")
    assert refused(iam.attach_user_policy, UserName="ann", PolicyArn="long-enough-but-no-arn") == (
        "ValidationError", "ARN long-enough-but-no-arn is not valid.")
    for call in (iam.put_user_permissions_boundary, iam.create_user):
        name = {"UserName": "ann" if call == iam.put_user_permissions_boundary else "bob"}
        assert refused(call, **name, PermissionsBoundary=other) == ("InvalidInput", f"ARN {other} is not valid.")
        assert refused(call, **name, PermissionsBoundary=absent) == (
            "NoSuchEntity", f"Scope ARN: {absent} does not exist or is not attachable.")
    assert refused(iam.get_policy_version, PolicyArn=absent, VersionId="v1") == (
        "NoSuchEntity", f"Policy {absent} version v1 does not exist or is not attachable.")


def test_policies_of_services_own_roles_are_for_these(aws):
    iam = aws.client("iam")
    iam.create_user(UserName="ann")
    arn = "arn:aws:iam::aws:policy/aws-service-role/AWSApplicationAutoscalingSageMakerEndpointPolicy"
    assert refused(iam.attach_user_policy, UserName="ann", PolicyArn=arn)[0] == "PolicyNotAttachable"


def test_an_accounts_own_policies_are_listed_first(aws):
    iam = aws.client("iam")
    for name in ("z", "a"):
        iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(READ))
    listed = [one["PolicyName"] for one in iam.list_policies(MaxItems=3)["Policies"]]
    assert listed == ["a", "z", "AdministratorAccess"]  # the first that AWS made


def test_holders_are_of_their_own_kinds(aws):
    iam = aws.client("iam")
    iam.create_user(UserName="ann")
    arn = iam.create_policy(PolicyName="p", PolicyDocument=json.dumps(READ))["Policy"]["Arn"]
    iam.attach_user_policy(UserName="ann", PolicyArn=arn)
    assert len(iam.list_entities_for_policy(PolicyArn=arn, EntityFilter="User")["PolicyUsers"]) == 1
    assert iam.list_entities_for_policy(PolicyArn=arn, EntityFilter="LocalManagedPolicy")["PolicyUsers"] == []


def test_names_of_tags_differ_by_case_but_for_users_and_roles(aws):
    iam, tags = aws.client("iam"), [{"Key": "a", "Value": "1"}, {"Key": "A", "Value": "2"}]
    arn = iam.create_policy(PolicyName="p", PolicyDocument=json.dumps(READ), Tags=tags)["Policy"]["Arn"]
    iam.tag_policy(PolicyArn=arn, Tags=[{"Key": "a", "Value": "3"}])
    assert {one["Key"]: one["Value"] for one in iam.list_policy_tags(PolicyArn=arn)["Tags"]} == {"a": "3", "A": "2"}
    assert refused(iam.tag_policy, PolicyArn=arn, Tags=[tags[0], tags[0]]) == ("InvalidInput", "Duplicate tag keys found.")
    assert refused(iam.create_user, UserName="ann", Tags=[{"Key": "aws:a", "Value": "1"}])[0] == "InvalidInput"
    assert refused(iam.create_user, UserName="ann", Tags=tags) == (
        "InvalidInput", "Duplicate tag keys found. Please note that Tag keys are case insensitive.")
