"""Temporary credentials of users: GetSessionToken with and without a code, GetFederationToken, and what either cannot do."""

import datetime
import json

import botocore.exceptions
import pytest
from support import control
from support.account import Account
from support.federation import Device, code

EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def refused(call, *args, **kwargs) -> tuple[str, str]:
    with pytest.raises(botocore.exceptions.ClientError) as error:
        call(*args, **kwargs)
    return error.value.response["Error"]["Code"], error.value.response["Error"]["Message"]


def policy(effect, action, resource="*", **condition):
    statement = {"Effect": effect, "Action": action, "Resource": resource}
    if condition:
        statement["Condition"] = condition
    return {"Version": "2012-10-17", "Statement": [statement]}


def clients(aws, keys):
    def client(service):
        return aws.client(service, aws_access_key_id=keys["AccessKeyId"], aws_secret_access_key=keys["SecretAccessKey"],
                          aws_session_token=keys["SessionToken"])

    return client


def user_name(user) -> str:
    return user.client("sts").get_caller_identity()["Arn"].rpartition("/")[2]


def seconds_left(keys) -> float:
    return (keys["Expiration"] - datetime.datetime.now(datetime.timezone.utc)).total_seconds()


def test_a_users_session_is_the_user_but_for_iam(aws):
    user = aws.user(EVERYTHING)
    keys = user.client("sts").get_session_token()["Credentials"]
    client = clients(aws, keys)
    assert 43000 < seconds_left(keys) <= 43201
    assert client("sts").get_caller_identity()["Arn"] == user.client("sts").get_caller_identity()["Arn"]
    client("s3").list_buckets()
    assert refused(client("iam").list_users) == (
        "InvalidClientTokenId", "The security token included in the request is invalid.")
    for call in (client("sts").get_session_token, lambda: client("sts").get_federation_token(Name="carol")):
        got, message = refused(call)
        assert got == "AccessDenied" and message.endswith("with session credentials")
    role = aws.role(trust={"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": aws.account}, "Action": "sts:AssumeRole"}]})
    client("sts").assume_role(RoleArn=role, RoleSessionName="ss")


def test_a_user_without_any_policy_has_sessions(aws):
    aws.user(policy("Deny", "*")).client("sts").get_session_token()


def test_the_root_has_sessions_of_an_hour(aws):
    keys = aws.client("sts").get_session_token(DurationSeconds=7200)["Credentials"]
    assert 3500 < seconds_left(keys) <= 3601
    clients(aws, keys)("s3").list_buckets()


def test_a_code_opens_what_asks_for_it(aws):
    guarded = policy("Allow", ["iam:ListUsers", "s3:ListAllMyBuckets"], Bool={"aws:MultiFactorAuthPresent": "true"},
                     NumericLessThan={"aws:MultiFactorAuthAge": "300"})
    user = aws.user(guarded)
    device = Device(aws).enable(user_name(user))
    sts = user.client("sts")
    assert refused(user.client("s3").list_buckets)[0] == "AccessDenied"
    assert refused(clients(aws, sts.get_session_token()["Credentials"])("s3").list_buckets)[0] == "AccessDenied"
    shown = code(device.seed)
    keys = sts.get_session_token(SerialNumber=device.serial, TokenCode=shown)["Credentials"]
    clients(aws, keys)("s3").list_buckets()
    clients(aws, keys)("iam").list_users()
    assert refused(sts.get_session_token, SerialNumber=device.serial, TokenCode=shown) == (
        "AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code. ")


def test_codes_that_do_not_count(aws):
    user, other = aws.user(), aws.user()
    device = Device(aws).enable(user_name(user))
    ask = user.client("sts").get_session_token
    unknown = ("AccessDenied", "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial "
               "number is valid and associated with this user.")
    incomplete = ("AccessDenied", "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.")
    right = code(device.seed)
    wrong = f"{(int(right) + 1) % 1000000:06d}"
    assert refused(ask, SerialNumber=device.serial, TokenCode=wrong)[0] == "AccessDenied"
    assert refused(ask, SerialNumber=device.serial + "x", TokenCode=right) == unknown
    assert refused(other.client("sts").get_session_token, SerialNumber=device.serial, TokenCode=right) == unknown
    assert refused(ask, SerialNumber=device.serial) == incomplete
    assert refused(ask, TokenCode=right) == incomplete
    ask(SerialNumber=device.serial, TokenCode=right)


def test_a_role_may_ask_for_a_code(aws):
    user = aws.user(policy("Allow", "sts:*"))
    device = Device(aws).enable(user_name(user))
    role = aws.role(trust={"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": aws.account}, "Action": "sts:AssumeRole",
         "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}]})
    ask = user.client("sts").assume_role
    assert refused(ask, RoleArn=role, RoleSessionName="ss")[0] == "AccessDenied"
    keys = ask(RoleArn=role, RoleSessionName="ss", SerialNumber=device.serial, TokenCode=code(device.seed))["Credentials"]
    clients(aws, keys)("sts").get_caller_identity()


def test_a_federated_user_may_what_both_policies_allow(aws):
    user = aws.user(policy("Allow", ["s3:ListAllMyBuckets", "sts:GetFederationToken"]))
    sts = user.client("sts")
    answer = sts.get_federation_token(Name="carol", Policy=json.dumps(policy("Allow", "s3:*")))
    arn = f"arn:aws:sts::{aws.account}:federated-user/carol"
    assert answer["FederatedUser"] == {"FederatedUserId": f"{aws.account}:carol", "Arn": arn}
    client = clients(aws, answer["Credentials"])
    assert client("sts").get_caller_identity()["Arn"] == arn
    assert client("sts").get_caller_identity()["UserId"] == f"{aws.account}:carol"
    client("s3").list_buckets()
    assert refused(client("s3").create_bucket, Bucket=aws.name("b"))[0] == "AccessDenied"
    assert refused(client("iam").list_users)[0] == "InvalidClientTokenId"
    assert refused(client("sts").get_session_token)[0] == "AccessDenied"
    assert refused(client("sts").assume_role, RoleArn=aws.role(), RoleSessionName="ss")[0] == "AccessDenied"


def test_a_federated_user_without_a_policy_may_nothing_but_what_a_bucket_gives(aws):
    user = aws.user(EVERYTHING)
    bucket = aws.bucket()
    keys = user.client("sts").get_federation_token(Name="carol")["Credentials"]
    s3 = clients(aws, keys)("s3")
    assert refused(s3.list_buckets)[0] == "AccessDenied"
    assert refused(s3.list_objects_v2, Bucket=bucket)[0] == "AccessDenied"
    statement = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:sts::{aws.account}:federated-user/carol"},
                 "Action": "s3:ListBucket", "Resource": f"arn:aws:s3:::{bucket}"}
    aws.client("s3").put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    s3.list_objects_v2(Bucket=bucket)
    other = user.client("sts").get_federation_token(Name="dave")["Credentials"]
    assert refused(clients(aws, other)("s3").list_objects_v2, Bucket=bucket)[0] == "AccessDenied"


def test_managed_policies_narrow_together(aws):
    user = aws.user(EVERYTHING)
    iam = aws.client("iam")
    arns = [iam.create_policy(PolicyName=aws.name("p"), PolicyDocument=json.dumps(policy("Allow", action)))["Policy"]["Arn"]
            for action in ("s3:ListAllMyBuckets", "sagemaker:ListModels")]
    keys = user.client("sts").get_federation_token(Name="carol", PolicyArns=[{"arn": arn} for arn in arns],
                                                   Policy=json.dumps(policy("Allow", "logs:DescribeLogGroups")))["Credentials"]
    client = clients(aws, keys)
    client("s3").list_buckets()
    client("sagemaker").list_models()
    client("logs").describe_log_groups()
    assert refused(client("sagemaker").list_training_jobs)[0] == "AccessDeniedException"
    sts = user.client("sts")
    assert refused(sts.get_federation_token, Name="carol", PolicyArns=[{"arn": arns[0] + "x"}])[0] == "MalformedPolicyDocument"
    assert refused(sts.get_federation_token, Name="carol", PolicyArns=[{"arn": arns[0]}] * 11)[0] == "PackedPolicyTooLarge"


def test_federation_needs_leave(aws):
    arn = f"arn:aws:sts::{aws.account}:federated-user/carol"
    user = aws.user(policy("Allow", "sts:GetFederationToken", arn))
    user.client("sts").get_federation_token(Name="carol")
    assert refused(user.client("sts").get_federation_token, Name="dave")[0] == "AccessDenied"
    assert refused(user.client("sts").get_federation_token, Name="carol", Tags=[{"Key": "k", "Value": "v"}])[0] == "AccessDenied"


def test_sessions_end_on_the_service_clock(own_server):
    server = own_server("--clock", "virtual")
    aws = Account.create(server)
    user = aws.user(EVERYTHING)
    client = clients(aws, user.client("sts").get_session_token(DurationSeconds=900)["Credentials"])
    client("s3").list_buckets()
    control.ask(server.data, "clock-advance", seconds=901)
    assert refused(client("sts").get_caller_identity) == (
        "ExpiredToken", "The security token included in the request is expired")


def test_sessions_and_devices_outlive_the_server(own_server):
    server = own_server()
    aws = Account.create(server)
    user = aws.user(policy("Allow", "s3:ListAllMyBuckets", Bool={"aws:MultiFactorAuthPresent": "true"}))
    device = Device(aws).enable(user_name(user))
    shown = code(device.seed)
    keys = user.client("sts").get_session_token(SerialNumber=device.serial, TokenCode=shown)["Credentials"]
    server.kill()
    server.start()
    clients(aws, keys)("s3").list_buckets()
    assert refused(user.client("sts").get_session_token, SerialNumber=device.serial, TokenCode=shown)[0] == "AccessDenied"


def made_again(aws, name):
    """The user goes, and another one of its name may everything."""
    iam = aws.client("iam")
    for key in iam.list_access_keys(UserName=name)["AccessKeyMetadata"]:
        iam.delete_access_key(UserName=name, AccessKeyId=key["AccessKeyId"])
    for policy_name in iam.list_user_policies(UserName=name)["PolicyNames"]:
        iam.delete_user_policy(UserName=name, PolicyName=policy_name)
    iam.delete_user(UserName=name)
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="all", PolicyDocument=json.dumps(EVERYTHING))


def test_a_user_made_again_does_not_inherit_sessions(aws):
    user = aws.user(EVERYTHING)
    sts = user.client("sts")
    own = clients(aws, sts.get_session_token()["Credentials"])
    federated = clients(aws, sts.get_federation_token(Name="carol", Policy=json.dumps(EVERYTHING))["Credentials"])
    for client in (own, federated):
        client("s3").list_buckets()
    made_again(aws, user_name(user))
    for client in (own, federated):
        assert refused(client("sts").get_caller_identity) == (
            "InvalidClientTokenId", "The security token included in the request is invalid.")
        assert refused(client("s3").list_buckets)[0] == "InvalidAccessKeyId"


def test_sessions_stay_a_renamed_users(aws):
    user = aws.user(EVERYTHING)
    sts = user.client("sts")
    own = clients(aws, sts.get_session_token()["Credentials"])
    federated = clients(aws, sts.get_federation_token(Name="carol", Policy=json.dumps(EVERYTHING))["Credentials"])
    old, new = user_name(user), aws.name("renamed")
    device = Device(aws).enable(old)
    iam = aws.client("iam")
    iam.create_login_profile(UserName=old, Password="Right-Horse-1")
    iam.update_user(UserName=old, NewUserName=new)
    iam.create_user(UserName=old)
    for client in (own, federated):
        client("s3").list_buckets()
    assert own("sts").get_caller_identity()["Arn"].endswith(f":user/{new}")
    keys = user.client("sts").get_session_token(SerialNumber=device.serial, TokenCode=code(device.seed))["Credentials"]
    clients(aws, keys)("iam").get_user()
    assert iam.get_login_profile(UserName=new)["LoginProfile"]["UserName"] == new
    assert [one["UserName"] for one in iam.list_access_keys(UserName=new)["AccessKeyMetadata"]] == [new]
    assert iam.list_access_keys(UserName=old)["AccessKeyMetadata"] == []
    assert iam.list_mfa_devices(UserName=old)["MFADevices"] == []


def test_a_role_made_again_does_not_honour_sessions(aws):
    trust = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": aws.account}, "Action": "sts:AssumeRole"}]}
    role = aws.role(policy=EVERYTHING, trust=trust)
    user = aws.user(policy("Allow", "sts:*"))
    take = user.client("sts").assume_role
    before = clients(aws, take(RoleArn=role, RoleSessionName="ss")["Credentials"])
    before("s3").list_buckets()
    iam, name = aws.client("iam"), role.rpartition("/")[2]
    for policy_name in iam.list_role_policies(RoleName=name)["PolicyNames"]:
        iam.delete_role_policy(RoleName=name, PolicyName=policy_name)
    iam.delete_role(RoleName=name)
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
    iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=json.dumps(EVERYTHING))
    assert refused(before("s3").list_buckets)[0] == "InvalidAccessKeyId"
    assert refused(before("sts").get_caller_identity)[0] == "InvalidClientTokenId"
    clients(aws, take(RoleArn=role, RoleSessionName="ss")["Credentials"])("s3").list_buckets()
