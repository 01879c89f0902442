"""Replication of what was there before: S3ReplicateObject, and lists of what awaits it."""

import pytest
from support.account import EVERYTHING
from support.batch import TRUST, counts

BY_S3 = {**TRUST, "Statement": [{**TRUST["Statement"][0], "Principal": {"Service": "s3.amazonaws.com"}}]}
REPLICATE = {"S3ReplicateObject": {}}


@pytest.fixture
def target(batch):
    """Where the bucket is replicated to, once three versions are in it."""
    name = batch.account.bucket()
    for bucket in (batch.bucket, name):
        batch.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    batch.put("in/a", "in/b", "out/c")
    rule = {"ID": "r", "Status": "Enabled", "Priority": 1, "Filter": {"Prefix": "in/"}, "DeleteMarkerReplication": {"Status": "Disabled"},
            "Destination": {"Bucket": f"arn:aws:s3:::{name}"}}
    wanted = {"Role": batch.account.role(EVERYTHING, BY_S3), "Rules": [rule]}
    batch.s3.put_bucket_replication(Bucket=batch.bucket, ReplicationConfiguration=wanted)
    return name


def versions(batch, bucket: str, prefix: str = "") -> list[tuple[str, str]]:
    return [(one["Key"], one["VersionId"]) for one in batch.s3.list_object_versions(Bucket=bucket, Prefix=prefix).get("Versions", [])]


def test_what_was_there_before_is_replicated(batch, target):
    assert versions(batch, target) == []
    job = batch.run(REPLICATE, batch.of_keys("in/a", "in/b", "out/c", "in/absent"), Report=batch.report())
    assert job["Status"] == "Complete" and counts(job) == (4, 2, 2)
    assert versions(batch, target) == versions(batch, batch.bucket, "in/")
    assert batch.s3.head_object(Bucket=batch.bucket, Key="in/a")["ReplicationStatus"] == "COMPLETED"
    _, rows = batch.read_report(job["JobId"])
    assert {row["Key"]: row["ErrorCode"] for row in rows["failed"]} == {"out/c": "SrcObjectNotEligible", "in/absent": "NoSuchKey"}
    again = batch.run(REPLICATE, batch.of_keys("in/a"))
    assert counts(again) == (1, 1, 0) and versions(batch, target) == versions(batch, batch.bucket, "in/")


def test_the_list_of_what_awaits_replication(batch, target):
    def listed(**filter_) -> list[str]:
        generator = {"SourceBucket": f"arn:aws:s3:::{batch.bucket}", "EnableManifestOutput": False, "Filter": {"KeyNameConstraint": {"MatchAnyPrefix": ["in/", "out/"]}, **filter_}}
        job = batch.run({"S3DeleteObjectTagging": {}}, None, ManifestGenerator={"S3JobManifestGenerator": generator}, Report=batch.report())
        if job["Status"] == "Failed":
            return []
        return sorted(row["Key"] for rows in batch.read_report(job["JobId"])[1].values() for row in rows)

    assert listed(EligibleForReplication=True) == ["in/a", "in/b"]
    assert listed(ObjectReplicationStatuses=["NONE"]) == ["in/a", "in/b", "out/c"]
    batch.run(REPLICATE, batch.of_keys("in/a"))
    assert listed(ObjectReplicationStatuses=["COMPLETED"]) == ["in/a"]
    assert listed(EligibleForReplication=True, ObjectReplicationStatuses=["NONE", "FAILED"]) == ["in/b"]


def test_the_role_must_be_allowed_to_begin_it(batch, target):
    may_read = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "*"}]}
    job = batch.run(REPLICATE, batch.of_keys("in/a"), RoleArn=batch.account.role(may_read, TRUST), Report=batch.report())
    assert counts(job) == (1, 0, 1)
    _, rows = batch.read_report(job["JobId"])
    assert rows["failed"][0]["ErrorCode"] == "AccessDenied" and "s3:InitiateReplication" in rows["failed"][0]["ResultMessage"]


def test_a_bucket_that_is_not_replicated(batch):
    batch.put("a")
    job = batch.run(REPLICATE, batch.of_keys("a"), Report=batch.report())
    assert counts(job) == (1, 0, 1)
    assert batch.read_report(job["JobId"])[1]["failed"][0]["ErrorCode"] == "ReplicationConfigurationNotFoundError"


def test_why_a_copy_could_not_be_made_stands_in_the_report(batch, target):
    batch.s3.put_bucket_versioning(Bucket=target, VersioningConfiguration={"Status": "Suspended"})
    job = batch.run(REPLICATE, batch.of_keys("in/a"), Report=batch.report())
    assert counts(job) == (1, 0, 1)
    assert batch.read_report(job["JobId"])[1]["failed"][0]["ErrorCode"] == "DstBucketUnversioned"
