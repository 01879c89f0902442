"""Bucket policies: put, shown, refused in S3's words, and decided within an account and across."""

import json

import pytest
from support.account import Account
from support.refusals import refused


@pytest.fixture
def bucket(aws):
    name = aws.bucket()
    aws.client("s3").put_object(Bucket=name, Key="in/k", Body=b"a", Tagging="team=blue")
    aws.client("s3").put_object(Bucket=name, Key="out/k", Body=b"b")
    return name


def statement(bucket, principal, actions="s3:GetObject", path="/*", effect="Allow", **more):
    return {"Effect": effect, "Principal": principal, "Action": actions, "Resource": f"arn:aws:s3:::{bucket}{path}", **more}


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def put(aws, bucket, *statements):
    aws.client("s3").put_bucket_policy(Bucket=bucket, Policy=policy(*statements))


def read(account, bucket, key="in/k", **more):
    return account.client("s3").get_object(Bucket=bucket, Key=key, **more)["Body"].read()


def user_arn(account):
    return account.client("sts").get_caller_identity()["Arn"]


def test_put_get_and_delete(aws, bucket):
    s3 = aws.client("s3")
    refused("NoSuchBucketPolicy", 404, s3.get_bucket_policy, Bucket=bucket)
    refused("NoSuchBucketPolicy", 404, s3.get_bucket_policy_status, Bucket=bucket)
    text = policy(statement(bucket, {"AWS": aws.id}))
    answer = s3.put_bucket_policy(Bucket=bucket, Policy=text)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert s3.get_bucket_policy(Bucket=bucket)["Policy"] == text
    assert s3.get_bucket_policy_status(Bucket=bucket)["PolicyStatus"] == {"IsPublic": False}
    s3.delete_bucket_policy(Bucket=bucket)
    refused("NoSuchBucketPolicy", 404, s3.get_bucket_policy, Bucket=bucket)
    s3.delete_bucket_policy(Bucket=bucket)


def malformed(aws, bucket, text):
    answer = refused("MalformedPolicy", 400, aws.client("s3").put_bucket_policy, Bucket=bucket, Policy=text)
    return answer["Error"]["Message"]


def test_malformed(aws, bucket):
    everybody = statement(bucket, "*")
    assert malformed(aws, bucket, "text") == "Policies must be valid JSON and the first byte must be '{'"
    assert malformed(aws, bucket, "{") == "This policy contains invalid Json"
    assert malformed(aws, bucket, "{}") == "Missing required field Statement"
    assert malformed(aws, bucket, policy({**everybody, "Colour": 1})) == "Unknown field Colour"
    for name in ("Effect", "Principal", "Action", "Resource"):
        less = {key: value for key, value in everybody.items() if key != name}
        assert malformed(aws, bucket, policy(less)) == f"Missing required field {name}"
    assert malformed(aws, bucket, policy(statement("another", "*"))) == "Policy has invalid resource"
    assert malformed(aws, bucket, policy(statement(bucket, "*", "s3:Fly"))) == "Policy has invalid action"
    unfit = "Action does not apply to any resource(s) in statement"
    assert malformed(aws, bucket, policy(statement(bucket, "*", path=""))) == unfit
    assert malformed(aws, bucket, policy(statement(bucket, {"AWS": "ann"}))) == "Invalid principal in policy"
    gone = f"arn:aws:iam::{aws.id}:user/gone"
    assert malformed(aws, bucket, policy(statement(bucket, {"AWS": gone}))) == "Invalid principal in policy"
    assert malformed(aws, bucket, policy(statement(bucket, {"CanonicalUser": "f" * 64}))) == "Invalid principal in policy"
    long = policy({**everybody, "Sid": "x" * 20480})
    assert malformed(aws, bucket, long) == "Policy exceeds the maximum allowed document size"
    refused("NoSuchBucketPolicy", 404, aws.client("s3").get_bucket_policy, Bucket=bucket)
    roomy = policy(statement(bucket, {"AWS": aws.id})).replace(" ", " " * 5000)
    aws.client("s3").put_bucket_policy(Bucket=bucket, Policy=roomy)


def test_within_the_account_a_policy_is_enough(aws, bucket):
    user = aws.user()
    message = refused("AccessDenied", 403, user.client("s3").get_object, Bucket=bucket, Key="in/k")["Error"]["Message"]
    assert "because no identity-based policy allows the s3:GetObject action" in message
    put(aws, bucket, statement(bucket, {"AWS": user_arn(user)}, path="/in/*"))
    assert read(user, bucket) == b"a"
    refused("AccessDenied", 403, user.client("s3").get_object, Bucket=bucket, Key="out/k")
    put(aws, bucket, statement(bucket, {"AWS": f"arn:aws:iam::{aws.id}:root"}))
    refused("AccessDenied", 403, user.client("s3").get_object, Bucket=bucket, Key="in/k")


@pytest.mark.as_root("it is about the root")
def test_a_deny_wins_even_over_the_root(aws, bucket):
    s3 = aws.client("s3")
    put(aws, bucket, statement(bucket, "*", "s3:*", path="*", effect="Deny"))
    message = refused("AccessDenied", 403, s3.get_object, Bucket=bucket, Key="in/k")["Error"]["Message"]
    assert message.endswith("with an explicit deny in a resource-based policy")
    refused("AccessDenied", 403, s3.list_objects_v2, Bucket=bucket)
    # The owner's root is never locked out of the policy itself.
    assert "Deny" in s3.get_bucket_policy(Bucket=bucket)["Policy"]
    s3.delete_bucket_policy(Bucket=bucket)
    assert read(aws, bucket) == b"a"


def test_across_accounts_both_sides_must_allow(aws, bucket, stranger):
    poor = stranger.user()
    rich = stranger.user({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]})
    answer = refused("AccessDenied", 403, rich.client("s3").get_object, Bucket=bucket, Key="in/k")
    assert answer["Error"]["Message"] == "Access Denied"
    put(aws, bucket, statement(bucket, {"AWS": stranger.id}, ["s3:GetObject", "s3:PutObject"]))
    assert read(rich, bucket) == b"a"
    assert read(stranger, bucket) == b"a"
    refused("AccessDenied", 403, poor.client("s3").get_object, Bucket=bucket, Key="in/k")
    rich.client("s3").put_object(Bucket=bucket, Key="in/new", Body=b"new")
    assert read(aws, bucket, "in/new") == b"new"
    refused("AccessDenied", 403, rich.client("s3").delete_object, Bucket=bucket, Key="in/new")
    refused("AccessDenied", 403, rich.client("s3").list_objects_v2, Bucket=bucket)
    refused("AccessDenied", 403, rich.client("s3").get_object, Bucket=bucket, Key="gone")


def test_an_open_bucket_opens_no_other(aws, bucket, stranger):
    put(aws, bucket, statement(bucket, {"AWS": stranger.id}, "s3:*", path="*"))
    other, s3 = aws.bucket(), stranger.client("s3")
    aws.client("s3").put_object(Bucket=other, Key="k", Body=b"secret")
    refused("AccessDenied", 403, s3.copy_object, Bucket=bucket, Key="copy", CopySource=f"{other}/k")
    refused("AccessDenied", 403, s3.get_object, Bucket=other, Key="k")
    refused("AccessDenied", 403, s3.copy_object, Bucket=other, Key="copy", CopySource=f"{bucket}/in/k")


def test_everything_that_another_account_may_be_let_to_do(aws, bucket, stranger):
    put(aws, bucket, statement(bucket, {"AWS": stranger.id}, "s3:*", path="*"))
    s3, mine = stranger.client("s3"), stranger.bucket()
    assert [one["Key"] for one in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["in/k", "out/k"]
    s3.copy_object(Bucket=mine, Key="k", CopySource=f"{bucket}/in/k")
    s3.copy_object(Bucket=bucket, Key="back", CopySource=f"{mine}/k")
    assert s3.get_object_tagging(Bucket=bucket, Key="in/k")["TagSet"] == [{"Key": "team", "Value": "blue"}]
    upload = s3.create_multipart_upload(Bucket=bucket, Key="parts")["UploadId"]
    part = s3.upload_part(Bucket=bucket, Key="parts", UploadId=upload, PartNumber=1, Body=b"p")["ETag"]
    s3.complete_multipart_upload(Bucket=bucket, Key="parts", UploadId=upload,
                                 MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part}]})
    assert read(stranger, bucket, "parts") == b"p"
    assert s3.get_bucket_location(Bucket=bucket)["LocationConstraint"] is None
    refused("NoSuchKey", 404, s3.get_object, Bucket=bucket, Key="gone")
    deleted = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "back"}, {"Key": "parts"}]})
    assert len(deleted["Deleted"]) == 2
    # Policies are the owner's matter alone.
    refused("MethodNotAllowed", 405, s3.get_bucket_policy, Bucket=bucket)
    refused("MethodNotAllowed", 405, s3.delete_bucket_policy, Bucket=bucket)


def test_keys_of_many_deleted_are_decided_one_by_one(aws, bucket, stranger):
    put(aws, bucket, statement(bucket, {"AWS": stranger.id}, "s3:DeleteObject", path="/in/*"))
    answer = stranger.client("s3").delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "in/k"}, {"Key": "out/k"}]})
    assert [one["Key"] for one in answer["Deleted"]] == ["in/k"]
    assert [(one["Key"], one["Code"]) for one in answer["Errors"]] == [("out/k", "AccessDenied")]


def test_a_presigned_url_of_another_account(aws, bucket, stranger):
    import requests

    url = stranger.client("s3").generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "in/k"})
    assert requests.get(url, timeout=30).status_code == 403
    put(aws, bucket, statement(bucket, {"AWS": stranger.id}))
    assert requests.get(url, timeout=30).content == b"a"


def test_conditions(aws, bucket):
    user = aws.user()
    named = {"AWS": user_arn(user)}
    for condition, allowed in [
        ({"StringEquals": {"s3:ExistingObjectTag/team": "blue"}}, True),
        ({"StringEquals": {"s3:ExistingObjectTag/team": "red"}}, False),
        ({"StringEquals": {"s3:authType": "REST-HEADER"}}, True),
        ({"StringEquals": {"s3:signatureversion": "AWS4-HMAC-SHA256"}}, True),
        ({"StringEquals": {"s3:signatureversion": "AWS"}}, False),
        ({"NumericLessThan": {"s3:signatureAge": "600000"}}, True),
        ({"Bool": {"aws:SecureTransport": "true"}}, False),
        ({"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}, True),
        ({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, False),
        ({"StringEquals": {"aws:SourceVpce": "vpce-1"}}, False),  # no request comes out of a VPC
        ({"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}, True),
        ({"StringEquals": {"aws:ResourceAccount": aws.id}}, True),
    ]:
        put(aws, bucket, statement(bucket, named, Condition=condition))
        if allowed:
            assert read(user, bucket) == b"a", condition
        else:
            refused("AccessDenied", 403, user.client("s3").get_object, Bucket=bucket, Key="in/k")


def test_tags_of_what_is_put_are_conditions(aws, bucket):
    user = aws.user()
    put(aws, bucket, statement(bucket, {"AWS": user_arn(user)}, ["s3:PutObject", "s3:PutObjectTagging"],
                               Condition={"StringEquals": {"s3:RequestObjectTag/team": "blue"}}))
    user.client("s3").put_object(Bucket=bucket, Key="new", Body=b"", Tagging="team=blue")
    refused("AccessDenied", 403, user.client("s3").put_object, Bucket=bucket, Key="new", Body=b"", Tagging="team=red")
    refused("AccessDenied", 403, user.client("s3").put_object, Bucket=bucket, Key="new", Body=b"")


def test_a_key_that_requests_should_have_and_lack_is_refused_by_name(aws, bucket):
    text = policy(statement(bucket, {"AWS": aws.id}, Condition={"StringEquals": {"s3:x-amz-bucket-namespace": "x"}}))
    answer = refused("NotImplemented", 501, aws.client("s3").put_bucket_policy, Bucket=bucket, Policy=text)
    assert "s3:x-amz-bucket-namespace" in answer["Error"]["Message"]


def test_sessions_are_named_by_role_or_by_themselves(aws, bucket):
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": aws.id}, "Action": "sts:AssumeRole"}]}
    role = aws.role(None, trust)
    user = aws.user({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}]})
    keys = user.client("sts").assume_role(RoleArn=role, RoleSessionName="me")["Credentials"]
    session = Account(aws.server, aws.id, keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
    refused("AccessDenied", 403, session.client("s3").get_object, Bucket=bucket, Key="in/k")
    put(aws, bucket, statement(bucket, {"AWS": role}))
    assert read(session, bucket) == b"a"
    put(aws, bucket, statement(bucket, {"AWS": user_arn(session)}))
    assert read(session, bucket) == b"a"


def test_a_policy_goes_with_its_bucket(aws, bucket):
    s3 = aws.client("s3")
    put(aws, bucket, statement(bucket, "*", "s3:GetObject", effect="Deny", path="/in/*"))
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "in/k"}, {"Key": "out/k"}]})
    s3.delete_bucket(Bucket=bucket)
    s3.create_bucket(Bucket=bucket)
    refused("NoSuchBucketPolicy", 404, s3.get_bucket_policy, Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="in/k", Body=b"again")
    assert read(aws, bucket) == b"again"


def made_again(aws, name):
    iam = aws.client("iam")
    for key in iam.list_access_keys(UserName=name)["AccessKeyMetadata"]:
        iam.delete_access_key(UserName=name, AccessKeyId=key["AccessKeyId"])
    iam.delete_user(UserName=name)
    iam.create_user(UserName=name)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return Account(aws.server, aws.id, key["AccessKeyId"], key["SecretAccessKey"])


def test_a_user_is_kept_by_its_id(aws, bucket):
    s3, iam, user = aws.client("s3"), aws.client("iam"), aws.user()
    arn, identifier = user_arn(user), user.client("sts").get_caller_identity()["UserId"]
    named = policy(statement(bucket, {"AWS": [arn, aws.id]}))
    s3.put_bucket_policy(Bucket=bucket, Policy=named)
    assert s3.get_bucket_policy(Bucket=bucket)["Policy"] == named
    assert read(user, bucket) == b"a"
    name = arn.rpartition("/")[2]
    iam.update_user(UserName=name, NewUserName=name + "-new", NewPath="/team/")
    assert read(user, bucket) == b"a"
    renamed = arn.replace(f"user/{name}", f"user/team/{name}-new")
    assert s3.get_bucket_policy(Bucket=bucket)["Policy"] == named.replace(arn, renamed)
    refused("MalformedPolicy", 400, s3.put_bucket_policy, Bucket=bucket, Policy=named)
    again = made_again(aws, name + "-new")
    refused("AccessDenied", 403, again.client("s3").get_object, Bucket=bucket, Key="in/k")
    orphan = named.replace(arn, identifier)
    assert s3.get_bucket_policy(Bucket=bucket)["Policy"] == orphan
    assert s3.get_bucket_policy_status(Bucket=bucket)["PolicyStatus"] == {"IsPublic": False}
    assert malformed(aws, bucket, orphan) == "Invalid principal in policy"
    put(aws, bucket, statement(bucket, {"AWS": again.client("sts").get_caller_identity()["UserId"]}))
    assert read(again, bucket) == b"a"
    assert user_arn(again) in s3.get_bucket_policy(Bucket=bucket)["Policy"]


def test_a_denial_of_a_user_made_again_is_of_the_former(aws, bucket):
    user = aws.user()
    both = [statement(bucket, {"AWS": aws.id}), statement(bucket, {"AWS": user_arn(user)}, effect="Deny")]
    put(aws, bucket, *both)
    refused("AccessDenied", 403, user.client("s3").get_object, Bucket=bucket, Key="in/k")
    again = made_again(aws, user_arn(user).rpartition("/")[2])
    name = user_arn(again).rpartition("/")[2]
    aws.client("iam").put_user_policy(UserName=name, PolicyName="p", PolicyDocument=policy(
        {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}))
    assert read(again, bucket) == b"a"


def test_a_user_of_another_account_is_kept_by_its_id_too(aws, bucket):
    other = Account.create(aws.server)
    user = other.user({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]})
    arn = user_arn(user)
    put(aws, bucket, statement(bucket, {"AWS": arn}))
    assert read(user, bucket) == b"a"
    iam, name = other.client("iam"), arn.rpartition("/")[2]
    iam.update_user(UserName=name, NewUserName="renamed")
    assert read(user, bucket) == b"a"
    assert f'"arn:aws:iam::{other.id}:user/renamed"' in aws.client("s3").get_bucket_policy(Bucket=bucket)["Policy"]


def test_conditional_writes_are_enforced_but_for_an_uploads_parts(aws, bucket):
    user = aws.user()
    put(aws, bucket, statement(bucket, {"AWS": user_arn(user)}, "s3:PutObject", Condition={"Null": {"s3:if-none-match": "false"}}),
        statement(bucket, {"AWS": user_arn(user)}, "s3:PutObject", Condition={"Bool": {"s3:ObjectCreationOperation": "false"}}))
    s3 = user.client("s3")
    refused("AccessDenied", 403, s3.put_object, Bucket=bucket, Key="new", Body=b"a")
    s3.put_object(Bucket=bucket, Key="new", Body=b"a", IfNoneMatch="*")
    upload = {"Bucket": bucket, "Key": "large", "UploadId": s3.create_multipart_upload(Bucket=bucket, Key="large")["UploadId"]}
    parts = {"Parts": [{"PartNumber": 1, "ETag": s3.upload_part(**upload, PartNumber=1, Body=b"a")["ETag"]}]}
    refused("AccessDenied", 403, s3.complete_multipart_upload, **upload, MultipartUpload=parts)
    s3.complete_multipart_upload(**upload, MultipartUpload=parts, IfNoneMatch="*")


def test_where_a_bucket_may_be(aws):
    user = aws.user({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:CreateBucket", "Resource": "*", "Condition": {"StringEquals": {"s3:locationconstraint": "eu-west-1"}}}]})
    s3 = user.client("s3")
    refused("AccessDenied", 403, s3.create_bucket, Bucket=aws.name("b"))
    refused("AccessDenied", 403, s3.create_bucket, Bucket=aws.name("b"), CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
    s3.create_bucket(Bucket=aws.name("b"), CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
