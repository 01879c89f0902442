"""What an account blocks of public access to all its buckets, beside what each of them blocks."""

import json

import pytest
import requests
from support.account import Account
from support.refusals import refused
from support.resolving import local_client

ALL = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


@pytest.fixture
def control(aws):
    return local_client(aws, "s3control")


@pytest.fixture
def bucket(aws):
    """A bucket that blocks nothing itself and holds an object."""
    s3, name = aws.client("s3"), aws.bucket()
    s3.delete_public_access_block(Bucket=name)
    s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]})
    s3.put_object(Bucket=name, Key="k", Body=b"a")
    return name


def block(control, aws, **on):
    control.put_public_access_block(AccountId=aws.id, PublicAccessBlockConfiguration=on)


def public_policy(bucket):
    return json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}]})


def seen(aws, bucket):
    return requests.get(f"{aws.server.url}/{bucket}/k", timeout=30).status_code


def test_it_is_set_shown_and_deleted(aws, control):
    missing = refused("NoSuchPublicAccessBlockConfiguration", 404, control.get_public_access_block, AccountId=aws.id)
    assert missing["Error"]["AccountId"] == aws.id
    block(control, aws, IgnorePublicAcls=True, RestrictPublicBuckets=False)
    shown = control.get_public_access_block(AccountId=aws.id)["PublicAccessBlockConfiguration"]
    assert shown == {**dict.fromkeys(ALL, False), "IgnorePublicAcls": True}
    control.delete_public_access_block(AccountId=aws.id)
    refused("NoSuchPublicAccessBlockConfiguration", 404, control.get_public_access_block, AccountId=aws.id)
    control.delete_public_access_block(AccountId=aws.id)
    empty = refused("InvalidRequest", 400, control.put_public_access_block, AccountId=aws.id, PublicAccessBlockConfiguration={})
    assert empty["Error"]["Message"] == "Must specify at least one configuration."


def test_each_account_has_its_own(aws, control, server):
    other = Account.create(server)
    block(control, aws, BlockPublicAcls=True)
    refused("NoSuchPublicAccessBlockConfiguration", 404, local_client(other, "s3control").get_public_access_block, AccountId=other.id)
    for call in (control.get_public_access_block, control.delete_public_access_block):
        refused("AccessDenied", 403, call, AccountId=other.id)
    refused("AccessDenied", 403, control.put_public_access_block, AccountId=other.id, PublicAccessBlockConfiguration={"BlockPublicAcls": True})


def test_permissions(aws, control):
    reader = aws.user({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:GetAccountPublicAccessBlock", "Resource": "*"}]})
    block(control, aws, BlockPublicAcls=True)
    theirs = local_client(reader, "s3control")
    assert theirs.get_public_access_block(AccountId=aws.id)["PublicAccessBlockConfiguration"]["BlockPublicAcls"]
    refused("AccessDenied", 403, theirs.delete_public_access_block, AccountId=aws.id)
    refused("AccessDenied", 403, theirs.put_public_access_block, AccountId=aws.id, PublicAccessBlockConfiguration={"BlockPublicAcls": True})


def test_public_policies(aws, control, bucket):
    s3 = aws.client("s3")
    block(control, aws, BlockPublicPolicy=True)
    message = refused("AccessDenied", 403, s3.put_bucket_policy, Bucket=bucket, Policy=public_policy(bucket))["Error"]["Message"]
    assert message.endswith("because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.")
    control.delete_public_access_block(AccountId=aws.id)
    s3.put_bucket_policy(Bucket=bucket, Policy=public_policy(bucket))
    assert seen(aws, bucket) == 200
    block(control, aws, RestrictPublicBuckets=True)
    assert seen(aws, bucket) == 403
    control.delete_public_access_block(AccountId=aws.id)
    assert seen(aws, bucket) == 200


def test_public_lists_of_grants(aws, control, bucket):
    s3 = aws.client("s3")
    s3.put_object_acl(Bucket=bucket, Key="k", ACL="public-read")
    assert seen(aws, bucket) == 200
    block(control, aws, IgnorePublicAcls=True)
    assert seen(aws, bucket) == 403
    assert len(s3.get_object_acl(Bucket=bucket, Key="k")["Grants"]) == 1
    block(control, aws, BlockPublicAcls=True)
    assert seen(aws, bucket) == 200
    refused("AccessDenied", 403, s3.put_object_acl, Bucket=bucket, Key="k", ACL="public-read")
    refused("AccessDenied", 403, s3.put_object, Bucket=bucket, Key="new", Body=b"", ACL="public-read")
    refused("AccessDenied", 403, s3.put_bucket_acl, Bucket=bucket, ACL="public-read")
    s3.put_object(Bucket=bucket, Key="new", Body=b"", ACL="private")


def test_a_bucket_shows_its_own(aws, control, bucket):
    s3 = aws.client("s3")
    block(control, aws, **dict.fromkeys(ALL, True))
    refused("NoSuchPublicAccessBlockConfiguration", 404, s3.get_public_access_block, Bucket=bucket)
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration={"IgnorePublicAcls": True})
    shown = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert [name for name in ALL if shown[name]] == ["IgnorePublicAcls"]


def test_it_survives(own_server):
    server = own_server()
    account = Account.create(server)
    block(local_client(account, "s3control"), account, BlockPublicPolicy=True)
    bucket = account.bucket()
    account.client("s3").delete_public_access_block(Bucket=bucket)
    server.stop()
    server.start()
    shown = local_client(account, "s3control").get_public_access_block(AccountId=account.id)["PublicAccessBlockConfiguration"]
    assert [name for name in ALL if shown[name]] == ["BlockPublicPolicy"]
    refused("AccessDenied", 403, account.client("s3").put_bucket_policy, Bucket=bucket, Policy=public_policy(bucket))
