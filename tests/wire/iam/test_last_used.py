"""When keys and roles were last used, and for which services: recorded from real requests, at once, and kept when the server stops."""

import datetime
import json

from support.account import Account
from support.refusals import words

TRUST = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}}


def allow(*actions):
    return {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": list(actions), "Resource": "*"}}


def is_now(time: datetime.datetime) -> bool:
    return abs(datetime.datetime.now(datetime.UTC) - time) < datetime.timedelta(minutes=2)


def test_a_keys_last_use(aws):
    iam, user = aws.client("iam"), aws.user(allow("s3:ListAllMyBuckets"))
    never = iam.get_access_key_last_used(AccessKeyId=user.key)
    assert never["AccessKeyLastUsed"] == {"ServiceName": "N/A", "Region": "N/A"}
    user.client("s3", region="eu-west-1").list_buckets()
    used = iam.get_access_key_last_used(AccessKeyId=user.key)
    assert used["UserName"] == iam.list_users()["Users"][0]["UserName"]
    assert (used["AccessKeyLastUsed"]["ServiceName"], used["AccessKeyLastUsed"]["Region"]) == ("s3", "eu-west-1")
    assert is_now(used["AccessKeyLastUsed"]["LastUsedDate"])
    # Who asks for a key that is not there is told as who asks for another account's.
    assert words("AccessDenied", 403, iam.get_access_key_last_used, AccessKeyId="AKIANOSUCHKEY0000000") == (
        f"User: arn:aws:iam::{aws.account}:root is not authorized to perform iam:GetAccessKeyLastUsed on resource: "
        "access key AKIANOSUCHKEY0000000")


def test_what_is_denied_counts_as_a_use(aws):
    iam, user = aws.client("iam"), aws.user()
    words("AccessDenied", 403, user.client("iam").list_roles)
    assert iam.get_access_key_last_used(AccessKeyId=user.key)["AccessKeyLastUsed"]["ServiceName"] == "iam"


def test_a_request_that_was_forged_does_not(aws):
    iam, user = aws.client("iam"), aws.user()
    forged = Account(aws.server, aws.id, user.key, "0" * 40).client("iam")
    words("SignatureDoesNotMatch", 403, forged.list_roles)
    assert "LastUsedDate" not in iam.get_access_key_last_used(AccessKeyId=user.key)["AccessKeyLastUsed"]


def test_a_roles_last_use(aws):
    iam, user = aws.client("iam"), aws.user(allow("sts:AssumeRole"))
    arn = iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    taken = user.client("sts").assume_role(RoleArn=arn, RoleSessionName="session")["Credentials"]
    assert iam.get_role(RoleName="r")["Role"]["RoleLastUsed"] == {}
    session = Account(aws.server, aws.id, taken["AccessKeyId"], taken["SecretAccessKey"], taken["SessionToken"])
    session.client("sts", region="eu-west-1").get_caller_identity()
    used = iam.get_role(RoleName="r")["Role"]["RoleLastUsed"]
    assert used["Region"] == "eu-west-1" and is_now(used["LastUsedDate"])
    assert "RoleLastUsed" not in iam.list_roles()["Roles"][0]


def test_uses_are_kept_over_a_stop(own_server):
    server = own_server()
    account = Account.create(server)
    user = account.user(allow("s3:ListAllMyBuckets"))
    user.client("s3").list_buckets()
    server.stop()
    server.start()
    assert account.client("iam").get_access_key_last_used(AccessKeyId=user.key)["AccessKeyLastUsed"]["ServiceName"] == "s3"


def details(iam, arn, **arguments):
    job = iam.generate_service_last_accessed_details(Arn=arn, **arguments)["JobId"]
    answer = iam.get_service_last_accessed_details(JobId=job)
    assert (answer["JobStatus"], answer["IsTruncated"]) == ("COMPLETED", False)
    return job, {one["ServiceNamespace"]: one for one in answer["ServicesLastAccessed"]}


def test_services_last_accessed_by_a_user(aws):
    iam, user = aws.client("iam"), aws.user(allow("s3:List*", "sqs:*"))
    user.client("s3").list_buckets()
    arn = iam.list_users()["Users"][0]["Arn"]
    job, services = details(iam, arn, Granularity="ACTION_LEVEL")
    assert sorted(services) == ["s3", "sqs"]
    assert services["sqs"]["TotalAuthenticatedEntities"] == 0 and "LastAuthenticated" not in services["sqs"]
    assert (services["s3"]["LastAuthenticatedEntity"], services["s3"]["TotalAuthenticatedEntities"]) == (arn, 1)
    assert services["s3"]["ServiceName"] == "Amazon S3" and is_now(services["s3"]["LastAuthenticated"])
    assert [action["ActionName"] for action in services["s3"]["TrackedActionsLastAccessed"]] == ["ListBuckets"]
    (entity,) = iam.get_service_last_accessed_details_with_entities(JobId=job, ServiceNamespace="s3")["EntityDetailsList"]
    assert (entity["EntityInfo"]["Arn"], entity["EntityInfo"]["Type"]) == (arn, "USER")
    assert "TrackedActionsLastAccessed" not in details(iam, arn)[1]["s3"]
    words("NoSuchEntity", 404, iam.get_service_last_accessed_details, JobId="0" * 36)
    words("NoSuchEntity", 404, iam.generate_service_last_accessed_details, Arn=f"{arn}-none")


def test_services_last_accessed_by_a_policy_and_a_group(aws):
    iam, user = aws.client("iam"), aws.user()
    name = iam.list_users()["Users"][0]["UserName"]
    policy = iam.create_policy(PolicyName="p", PolicyDocument=json.dumps(allow("s3:*")))["Policy"]["Arn"]
    group = iam.create_group(GroupName="g")["Group"]["Arn"]
    iam.attach_group_policy(GroupName="g", PolicyArn=policy)
    iam.add_user_to_group(GroupName="g", UserName=name)
    user.client("s3").list_buckets()
    for arn in (policy, group):
        job, services = details(iam, arn)
        assert list(services) == ["s3"] and services["s3"]["TotalAuthenticatedEntities"] == 1
        (entity,) = iam.get_service_last_accessed_details_with_entities(JobId=job, ServiceNamespace="s3")["EntityDetailsList"]
        assert entity["EntityInfo"]["Name"] == name


def test_the_policies_that_grant_a_service(aws):
    iam = aws.client("iam")
    arn = iam.create_user(UserName="ann")["User"]["Arn"]
    iam.put_user_policy(UserName="ann", PolicyName="own", PolicyDocument=json.dumps(allow("s3:Get*")))
    iam.create_group(GroupName="g")
    iam.put_group_policy(GroupName="g", PolicyName="theirs", PolicyDocument=json.dumps(allow("sqs:*", "s3:*")))
    iam.attach_group_policy(GroupName="g", PolicyArn="arn:aws:iam::aws:policy/AmazonSQSFullAccess")
    iam.add_user_to_group(GroupName="g", UserName="ann")
    granting = iam.list_policies_granting_service_access(Arn=arn, ServiceNamespaces=["s3", "sqs", "iam"])["PoliciesGrantingServiceAccess"]
    found = {one["ServiceNamespace"]: one["Policies"] for one in granting}
    assert found == {
        "iam": [],
        "s3": [{"PolicyName": "own", "PolicyType": "INLINE", "EntityType": "USER", "EntityName": "ann"},
               {"PolicyName": "theirs", "PolicyType": "INLINE", "EntityType": "GROUP", "EntityName": "g"}],
        "sqs": [{"PolicyName": "theirs", "PolicyType": "INLINE", "EntityType": "GROUP", "EntityName": "g"},
                {"PolicyName": "AmazonSQSFullAccess", "PolicyType": "MANAGED", "PolicyArn": "arn:aws:iam::aws:policy/AmazonSQSFullAccess"}]}
