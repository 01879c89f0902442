"""What batch jobs do to objects: each operation, with all it can be told, as S3's own operation does it."""

import base64
import datetime
import hashlib
import json

import pytest
from support.batch import counts

DAY = datetime.timedelta(days=1)


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)


def test_tags_are_replaced_and_removed(batch):
    batch.put("a", Tagging="old=1")
    assert counts(batch.run({"S3PutObjectTagging": {"TagSet": [{"Key": "new", "Value": "2"}]}}, batch.of_keys("a"))) == (1, 1, 0)
    assert batch.s3.get_object_tagging(Bucket=batch.bucket, Key="a")["TagSet"] == [{"Key": "new", "Value": "2"}]
    assert counts(batch.run({"S3DeleteObjectTagging": {}}, batch.of_keys("a"))) == (1, 1, 0)
    assert batch.s3.get_object_tagging(Bucket=batch.bucket, Key="a")["TagSet"] == []


def test_a_version_is_meant_where_one_is_named(batch):
    batch.s3.put_bucket_versioning(Bucket=batch.bucket, VersioningConfiguration={"Status": "Enabled"})
    versions = [batch.s3.put_object(Bucket=batch.bucket, Key="a", Body=body)["VersionId"] for body in (b"1", b"2")]
    manifest = batch.list_of([(batch.bucket, "a", versions[0])], ("Bucket", "Key", "VersionId"))
    batch.run({"S3PutObjectTagging": {"TagSet": [{"Key": "k", "Value": "v"}]}}, manifest)
    tags = [batch.s3.get_object_tagging(Bucket=batch.bucket, Key="a", VersionId=version)["TagSet"] for version in versions]
    assert tags == [[{"Key": "k", "Value": "v"}], []]


def test_copies(batch):
    target = batch.account.bucket()
    batch.put("a b", "folder/ü", Metadata={"kept": "1"}, ContentType="text/plain", Tagging="t=1")
    copy = {"TargetResource": f"arn:aws:s3:::{target}"}
    assert counts(batch.run({"S3PutObjectCopy": copy}, batch.of_keys("a b", "folder/ü"))) == (2, 2, 0)
    found = batch.s3.get_object(Bucket=target, Key="folder/ü")
    assert (found["Body"].read(), found["Metadata"], found["ContentType"]) == ("body of folder/ü".encode(), {"kept": "1"}, "text/plain")
    assert batch.s3.get_object_tagging(Bucket=target, Key="a b")["TagSet"] == [{"Key": "t", "Value": "1"}]


def test_copies_with_all_that_they_can_be_told(batch):
    target = batch.account.bucket()
    batch.put("a", Metadata={"lost": "1"}, Tagging="t=1")
    expires = now() + DAY
    copy = {
        "TargetResource": f"arn:aws:s3:::{target}", "TargetKeyPrefix": "below/here", "StorageClass": "STANDARD_IA", "RedirectLocation": "/there",
        "NewObjectMetadata": {
            "CacheControl": "no-cache", "ContentDisposition": "inline", "ContentEncoding": "x", "ContentLanguage": "de", "ContentType": "text/css",
            "HttpExpiresDate": expires, "UserMetadata": {"new": "2"}, "SSEAlgorithm": "AES256",
        },
        "NewObjectTagging": [{"Key": "n:/", "Value": "a=b +c"}], "ChecksumAlgorithm": "SHA256",
        "ModifiedSinceConstraint": now() - DAY, "UnModifiedSinceConstraint": now() + DAY,
    }
    job = batch.run({"S3PutObjectCopy": copy}, batch.of_keys("a"))
    assert counts(job) == (1, 1, 0) and job["Operation"]["S3PutObjectCopy"] == copy
    head = batch.s3.head_object(Bucket=target, Key="below/here/a", ChecksumMode="ENABLED")
    wanted = {"CacheControl": "no-cache", "ContentDisposition": "inline", "ContentEncoding": "x", "ContentLanguage": "de", "ContentType": "text/css",
              "Metadata": {"new": "2"}, "ServerSideEncryption": "AES256", "StorageClass": "STANDARD_IA", "WebsiteRedirectLocation": "/there"}
    assert {name: head.get(name) for name in wanted} == wanted
    assert head["Expires"] == expires and head["ChecksumSHA256"]
    assert batch.s3.get_object_tagging(Bucket=target, Key="below/here/a")["TagSet"] == [{"Key": "n:/", "Value": "a=b +c"}]


def test_a_copy_is_a_failure_of_its_own_where_its_conditions_do_not_hold(batch):
    target = batch.account.bucket()
    batch.put("a")
    copy = {"TargetResource": f"arn:aws:s3:::{target}", "UnModifiedSinceConstraint": now() - DAY}
    job = batch.run({"S3PutObjectCopy": copy}, batch.of_keys("a"), Report=batch.report())
    assert job["Status"] == "Complete" and counts(job) == (1, 0, 1)
    _, rows = batch.read_report(job["JobId"])
    assert (rows["failed"][0]["ErrorCode"], rows["failed"][0]["HTTPStatusCode"]) == ("PreconditionFailed", "412")


def test_copies_with_an_encryption_alone_keep_their_metadata(batch):
    batch.put("a", Metadata={"kept": "1"})
    copy = {"TargetResource": f"arn:aws:s3:::{batch.bucket}", "NewObjectMetadata": {"SSEAlgorithm": "AES256"}, "NewObjectTagging": []}
    assert counts(batch.run({"S3PutObjectCopy": copy}, batch.of_keys("a"))) == (1, 1, 0)
    head = batch.s3.head_object(Bucket=batch.bucket, Key="a")
    assert (head["ServerSideEncryption"], head["Metadata"]) == ("AES256", {"kept": "1"})


@pytest.fixture
def listed(batch):
    """The bucket, where lists say who may."""
    batch.s3.put_bucket_ownership_controls(Bucket=batch.bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]})
    batch.s3.delete_public_access_block(Bucket=batch.bucket)
    return batch


def test_lists(listed, stranger):
    batch = listed
    batch.put("a")
    owner = batch.s3.list_buckets()["Owner"]["ID"]
    other = stranger.client("s3").list_buckets()["Owner"]["ID"]
    read = {"Grantee": {"TypeIdentifier": "id", "Identifier": other}, "Permission": "READ"}
    policy = {"AccessControlList": {"Owner": {"ID": owner}, "Grants": [read]}}
    assert counts(batch.run({"S3PutObjectAcl": {"AccessControlPolicy": policy}}, batch.of_keys("a"))) == (1, 1, 0)
    grants = batch.s3.get_object_acl(Bucket=batch.bucket, Key="a")["Grants"]
    assert [(grant["Grantee"]["ID"], grant["Permission"]) for grant in grants] == [(other, "READ")]
    canned = {"AccessControlPolicy": {"CannedAccessControlList": "private"}}
    assert counts(batch.run({"S3PutObjectAcl": canned}, batch.of_keys("a"))) == (1, 1, 0)
    assert [grant["Permission"] for grant in batch.s3.get_object_acl(Bucket=batch.bucket, Key="a")["Grants"]] == ["FULL_CONTROL"]
    copy = {"TargetResource": f"arn:aws:s3:::{batch.bucket}", "TargetKeyPrefix": "copy", "AccessControlGrants": [read]}
    assert counts(batch.run({"S3PutObjectCopy": copy}, batch.of_keys("a"))) == (1, 1, 0)
    grants = batch.s3.get_object_acl(Bucket=batch.bucket, Key="copy/a")["Grants"]
    assert (other, "READ") in [(grant["Grantee"].get("ID"), grant["Permission"]) for grant in grants]


def test_archived_objects_are_restored(batch):
    batch.put("a", StorageClass="GLACIER")
    batch.put("b")
    job = batch.run({"S3InitiateRestoreObject": {"ExpirationInDays": 2, "GlacierJobTier": "BULK"}}, batch.of_keys("a", "b"), Report=batch.report("FailedTasksOnly"))
    assert job["Status"] == "Complete" and counts(job) == (2, 1, 1)
    assert 'ongoing-request="false"' in batch.s3.head_object(Bucket=batch.bucket, Key="a")["Restore"]
    manifest, rows = batch.read_report(job["JobId"])
    assert list(rows) == ["failed"] and len(manifest["Results"]) == 1
    assert (rows["failed"][0]["Key"], rows["failed"][0]["ErrorCode"], rows["failed"][0]["HTTPStatusCode"]) == ("b", "InvalidObjectState", "403")


def test_checksums_are_computed_of_what_is_stored(batch):
    batch.put("a")
    batch.put("sealed", ServerSideEncryption="AES256")
    for algorithm, digest in (("SHA256", hashlib.sha256), ("MD5", hashlib.md5)):
        compute = {"S3ComputeObjectChecksum": {"ChecksumAlgorithm": algorithm, "ChecksumType": "FULL_OBJECT"}}
        job = batch.run(compute, batch.of_keys("a", "sealed", "absent"), Report=batch.report())
        assert job["Status"] == "Complete" and counts(job) == (3, 2, 1)
        _, rows = batch.read_report(job["JobId"])
        for row in rows["succeeded"]:
            found, wanted = json.loads(row["ResultMessage"]), digest(b"body of " + row["Key"].encode())
            assert found["checksum_hex"] == wanted.hexdigest() and found["checksum_base64"] == base64.b64encode(wanted.digest()).decode()
            assert (found["checksumAlgorithm"], found["checksumType"]) == (algorithm, "FULL_OBJECT")
            assert found["etag"] == batch.s3.head_object(Bucket=batch.bucket, Key=row["Key"])["ETag"].strip('"')
        assert (rows["failed"][0]["Key"], rows["failed"][0]["HTTPStatusCode"]) == ("absent", "404")


def test_locks(batch):
    locked = batch.account.name("locked")
    batch.s3.create_bucket(Bucket=locked, ObjectLockEnabledForBucket=True)
    batch.put("a", bucket=locked)
    manifest = batch.list_of([(locked, "a")])
    hold = lambda status: {"S3PutObjectLegalHold": {"LegalHold": {"Status": status}}}  # noqa: E731
    for status in ("ON", "OFF"):
        assert counts(batch.run(hold(status), manifest)) == (1, 1, 0)
        assert batch.s3.get_object_legal_hold(Bucket=locked, Key="a")["LegalHold"]["Status"] == status
    until = now() + 2 * DAY
    keep = lambda **more: {"S3PutObjectRetention": {"Retention": {"Mode": "GOVERNANCE", "RetainUntilDate": until}, **more}}  # noqa: E731
    assert counts(batch.run(keep(), manifest)) == (1, 1, 0)
    assert batch.s3.get_object_retention(Bucket=locked, Key="a")["Retention"] == {"Mode": "GOVERNANCE", "RetainUntilDate": until}
    until = now() + DAY
    assert counts(batch.run(keep(), manifest)) == (1, 0, 1)
    assert counts(batch.run(keep(BypassGovernanceRetention=True), manifest)) == (1, 1, 0)
    assert batch.s3.get_object_retention(Bucket=locked, Key="a")["Retention"]["RetainUntilDate"] == until
