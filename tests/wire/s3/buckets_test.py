"""Buckets: their names, owners and regions, and what is said of a bucket that was never configured."""

from support import raw
from support.account import Account
from support.refusals import refused


def test_a_bucket_is_made_listed_and_deleted(s3, aws):
    name = aws.name("bucket")
    assert s3.create_bucket(Bucket=name)["Location"] == f"/{name}"
    assert s3.head_bucket(Bucket=name)["BucketRegion"] == "us-east-1"
    assert [one["Name"] for one in s3.list_buckets()["Buckets"]] == [name]
    s3.put_object(Bucket=name, Key="k", Body=b"")
    refused("BucketNotEmpty", 409, s3.delete_bucket, Bucket=name)
    s3.delete_object(Bucket=name, Key="k")
    s3.delete_bucket(Bucket=name)
    refused("404", 404, s3.head_bucket, Bucket=name)


def test_names_are_of_one_namespace(s3, aws, server):
    name = aws.bucket()
    s3.create_bucket(Bucket=name)  # one's own, again, is no error in the first region
    other = Account.create(server)
    refused("BucketAlreadyExists", 409, other.client("s3").create_bucket, Bucket=name)
    refused("403", 403, other.client("s3").head_bucket, Bucket=name)
    refused("AccessDenied", 403, other.client("s3").list_objects_v2, Bucket=name)


def test_bad_names_are_refused(aws):
    from botocore import handlers

    s3 = aws.client("s3")
    s3.meta.events.unregister("before-parameter-build.s3", handlers.validate_bucket_name)
    for name in ("ab", "Upper", "under_score", "192.168.5.4", "a..b", "-abc", "xn--abc"):
        refused("InvalidBucketName", 400, s3.create_bucket, Bucket=name)


def test_locations(aws):
    first, second = aws.client("s3"), aws.client("s3", region="eu-central-1")
    here = {"CreateBucketConfiguration": {"LocationConstraint": "eu-central-1"}}
    far, near = aws.name("far"), aws.name("near")
    refused("IllegalLocationConstraintException", 400, second.create_bucket, Bucket=far)
    there = {"CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}}
    refused("IllegalLocationConstraintException", 400, second.create_bucket, Bucket=far, **there)
    second.create_bucket(Bucket=far, **here)
    first.create_bucket(Bucket=near, **there)
    refused("BucketAlreadyOwnedByYou", 409, second.create_bucket, Bucket=far, **here)
    assert first.get_bucket_location(Bucket=far)["LocationConstraint"] == "eu-central-1"
    assert aws.client("s3").get_bucket_location(Bucket=aws.bucket())["LocationConstraint"] is None


def test_boto3_follows_a_bucket_to_its_region(aws):
    far = aws.name("far")
    here = {"CreateBucketConfiguration": {"LocationConstraint": "eu-central-1"}}
    aws.client("s3", region="eu-central-1").create_bucket(Bucket=far, **here)
    s3 = aws.client("s3")
    s3.put_object(Bucket=far, Key="k", Body=b"far")
    assert s3.get_object(Bucket=far, Key="k")["Body"].read() == b"far"
    assert s3.head_object(Bucket=far, Key="k")["ContentLength"] == 3


def test_buckets_are_listed_in_pages(s3, aws):
    names = sorted(aws.bucket() for _ in range(5))
    pages = list(s3.get_paginator("list_buckets").paginate(PaginationConfig={"PageSize": 2}))
    assert [one["Name"] for page in pages for one in page["Buckets"]] == names
    assert len(pages) == 3
    assert pages[0]["Buckets"][0]["BucketRegion"] == "us-east-1"
    assert [one["Name"] for one in s3.list_buckets(Prefix=names[1])["Buckets"]] == [names[1]]
    assert s3.list_buckets(BucketRegion="eu-west-1")["Buckets"] == []


def test_the_owner_that_is_expected(s3, aws):
    name = aws.bucket()
    s3.head_bucket(Bucket=name, ExpectedBucketOwner=aws.account)
    refused("403", 403, s3.head_bucket, Bucket=name, ExpectedBucketOwner="999999999999")
    refused("AccessDenied", 403, s3.put_object, Bucket=name, Key="k", Body=b"", ExpectedBucketOwner="999999999999")


def test_bucket_tags(s3, aws):
    name = aws.bucket()
    refused("NoSuchTagSet", 404, s3.get_bucket_tagging, Bucket=name)
    tags = [{"Key": "team", "Value": "blue"}]
    s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": tags})
    assert s3.get_bucket_tagging(Bucket=name)["TagSet"] == tags
    s3.delete_bucket_tagging(Bucket=name)
    refused("NoSuchTagSet", 404, s3.get_bucket_tagging, Bucket=name)


def test_a_bucket_that_was_never_configured(s3, aws):
    name = aws.bucket()
    assert "Status" not in s3.get_bucket_versioning(Bucket=name)
    assert "LoggingEnabled" not in s3.get_bucket_logging(Bucket=name)
    assert s3.get_bucket_request_payment(Bucket=name)["Payer"] == "BucketOwner"
    assert all(s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"].values())
    rules = s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"]["Rules"]
    assert rules == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    grants = s3.get_bucket_acl(Bucket=name)["Grants"]
    assert [(one["Permission"], one["Grantee"]["Type"]) for one in grants] == [("FULL_CONTROL", "CanonicalUser")]
    for call, code in (
        (s3.get_bucket_policy, "NoSuchBucketPolicy"),
        (s3.get_bucket_policy_status, "NoSuchBucketPolicy"),
        (s3.get_bucket_cors, "NoSuchCORSConfiguration"),
        (s3.get_bucket_lifecycle_configuration, "NoSuchLifecycleConfiguration"),
        (s3.get_bucket_website, "NoSuchWebsiteConfiguration"),
        (s3.get_bucket_encryption, "ServerSideEncryptionConfigurationNotFoundError"),
        (s3.get_bucket_replication, "ReplicationConfigurationNotFoundError"),
        (s3.get_object_lock_configuration, "ObjectLockConfigurationNotFoundError"),
    ):
        refused(code, 404, call, Bucket=name)


def test_a_place_that_is_none_is_refused_by_the_endpoint(aws):
    for region, place, code in [
        ("us-west-2", "us-gov-east-9", "IllegalLocationConstraintException"),
        ("us-west-2", "us-east-1", "IllegalLocationConstraintException"),
        ("us-east-1", "us-gov-east-9", "InvalidLocationConstraint"),
    ]:
        s3 = aws.client("s3", region=region)
        refused(code, 400, s3.create_bucket, Bucket=aws.name("place"), CreateBucketConfiguration={"LocationConstraint": place})


def test_a_region_that_is_none_is_answered_with_the_one_to_sign_for(aws):
    """SDKs sign anew for the region that they are told, and s3cmd does."""
    name = aws.name("place")
    aws.client("s3", region="US").create_bucket(Bucket=name)
    assert aws.client("s3").head_bucket(Bucket=name)["BucketRegion"] == "us-east-1"
    answer = raw.send(aws, raw.request(aws, "s3", "PUT", f"/{aws.name('place')}", region="US"))
    assert (answer.error(), answer.element("Region")) == ((400, "AuthorizationHeaderMalformed"), "us-east-1")
