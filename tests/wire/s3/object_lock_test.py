"""Locks: what retention and legal holds keep, a bucket's default of them, and who may pass them."""

import datetime

import pytest
from support.refusals import refused

SOON = datetime.datetime(2099, 1, 1, tzinfo=datetime.timezone.utc)
LATER = SOON.replace(year=2100)


@pytest.fixture
def locked(aws, s3):
    name = aws.name("locked")
    s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    return name


def put(s3, bucket: str, **changes) -> str:
    return s3.put_object(**{"Bucket": bucket, "Key": "k", "Body": b"text", **changes})["VersionId"]


def test_a_bucket_made_with_locks_keeps_versions(s3, locked):
    assert s3.get_bucket_versioning(Bucket=locked)["Status"] == "Enabled"
    assert s3.get_object_lock_configuration(Bucket=locked)["ObjectLockConfiguration"] == {"ObjectLockEnabled": "Enabled"}
    refused("InvalidBucketState", 409, s3.put_bucket_versioning, Bucket=locked, VersioningConfiguration={"Status": "Suspended"})


def test_a_bucket_without_locks_has_none(aws, s3):
    bucket = aws.bucket()
    s3.put_object(Bucket=bucket, Key="k", Body=b"")
    refused("ObjectLockConfigurationNotFoundError", 404, s3.get_object_lock_configuration, Bucket=bucket)
    refused("InvalidRequest", 400, s3.put_object, Bucket=bucket, Key="k", Body=b"", ObjectLockLegalHoldStatus="ON")
    refused("InvalidRequest", 400, s3.get_object_retention, Bucket=bucket, Key="k")
    configuration = {"ObjectLockEnabled": "Enabled"}
    refused("InvalidBucketState", 409, s3.put_object_lock_configuration, Bucket=bucket, ObjectLockConfiguration=configuration)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration=configuration)
    put(s3, bucket, ObjectLockLegalHoldStatus="OFF")


def test_a_legal_hold_keeps_a_version_until_it_is_lifted(s3, locked):
    version = put(s3, locked)
    refused("NoSuchObjectLockConfiguration", 404, s3.get_object_legal_hold, Bucket=locked, Key="k")
    s3.put_object_legal_hold(Bucket=locked, Key="k", LegalHold={"Status": "ON"})
    assert s3.get_object_legal_hold(Bucket=locked, Key="k")["LegalHold"] == {"Status": "ON"}
    assert s3.head_object(Bucket=locked, Key="k")["ObjectLockLegalHoldStatus"] == "ON"
    refused("AccessDenied", 403, s3.delete_object, Bucket=locked, Key="k", VersionId=version)
    marker = s3.delete_object(Bucket=locked, Key="k")["VersionId"]
    s3.delete_object(Bucket=locked, Key="k", VersionId=marker)
    s3.put_object_legal_hold(Bucket=locked, Key="k", LegalHold={"Status": "OFF"})
    s3.delete_object(Bucket=locked, Key="k", VersionId=version)


def test_governance_yields_to_who_may_pass_it(aws, s3, locked):
    version = put(s3, locked, ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=SOON)
    assert s3.get_object_retention(Bucket=locked, Key="k")["Retention"] == {"Mode": "GOVERNANCE", "RetainUntilDate": SOON}
    refused("AccessDenied", 403, s3.delete_object, Bucket=locked, Key="k", VersionId=version)
    shorter = {"Mode": "GOVERNANCE", "RetainUntilDate": SOON.replace(year=2098)}
    refused("AccessDenied", 403, s3.put_object_retention, Bucket=locked, Key="k", Retention=shorter)
    s3.put_object_retention(Bucket=locked, Key="k", Retention=shorter, BypassGovernanceRetention=True)
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:DeleteObjectVersion", "s3:DeleteObject"], "Resource": "*"}]}
    eraser = aws.user(policy).client("s3")
    refused("AccessDenied", 403, eraser.delete_object, Bucket=locked, Key="k", VersionId=version, BypassGovernanceRetention=True)
    delete = {"Objects": [{"Key": "k", "VersionId": version}]}
    assert eraser.delete_objects(Bucket=locked, Delete=delete, BypassGovernanceRetention=True)["Errors"][0]["Code"] == "AccessDenied"
    assert s3.delete_objects(Bucket=locked, Delete=delete)["Errors"][0]["Code"] == "AccessDenied"
    s3.delete_object(Bucket=locked, Key="k", VersionId=version, BypassGovernanceRetention=True)


def test_compliance_yields_to_nobody(s3, locked):
    version = put(s3, locked, ObjectLockMode="COMPLIANCE", ObjectLockRetainUntilDate=SOON)
    for retention in ({"Mode": "GOVERNANCE", "RetainUntilDate": LATER}, {"Mode": "COMPLIANCE", "RetainUntilDate": SOON.replace(year=2098)}):
        refused("AccessDenied", 403, s3.put_object_retention, Bucket=locked, Key="k", Retention=retention, BypassGovernanceRetention=True)
    s3.put_object_retention(Bucket=locked, Key="k", Retention={"Mode": "COMPLIANCE", "RetainUntilDate": LATER})
    refused("AccessDenied", 403, s3.delete_object, Bucket=locked, Key="k", VersionId=version, BypassGovernanceRetention=True)


def test_a_buckets_default_locks_what_is_put(s3, locked):
    rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 2}}
    s3.put_object_lock_configuration(Bucket=locked, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule})
    assert s3.get_object_lock_configuration(Bucket=locked)["ObjectLockConfiguration"]["Rule"] == rule
    put(s3, locked)
    head = s3.head_object(Bucket=locked, Key="k")
    days = (head["ObjectLockRetainUntilDate"] - head["LastModified"]).total_seconds() / 86_400
    assert head["ObjectLockMode"] == "GOVERNANCE" and abs(days - 2) < 0.01
    s3.copy_object(Bucket=locked, Key="copy", CopySource={"Bucket": locked, "Key": "k"})
    assert s3.head_object(Bucket=locked, Key="copy")["ObjectLockMode"] == "GOVERNANCE"
    for wrong in ({"Mode": "GOVERNANCE"}, {"Mode": "GOVERNANCE", "Days": 1, "Years": 1}):
        configuration = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": wrong}}
        refused("MalformedXML", 400, s3.put_object_lock_configuration, Bucket=locked, ObjectLockConfiguration=configuration)
    for period in ({"Days": 0}, {"Days": 36_501}, {"Years": 101}):
        configuration = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", **period}}}
        refused("InvalidArgument", 400, s3.put_object_lock_configuration, Bucket=locked, ObjectLockConfiguration=configuration)


def test_half_a_lock_and_a_past_one_are_refused(s3, locked):
    past = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
    for lock in ({"ObjectLockMode": "GOVERNANCE"}, {"ObjectLockRetainUntilDate": SOON}, {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": past}):
        refused("InvalidArgument", 400, s3.put_object, Bucket=locked, Key="k", Body=b"", **lock)
    put(s3, locked)
    refused("InvalidArgument", 400, s3.put_object_retention, Bucket=locked, Key="k", Retention={"Mode": "GOVERNANCE", "RetainUntilDate": past})
    refused("MalformedXML", 400, s3.put_object_retention, Bucket=locked, Key="k", Retention={"Mode": "GOVERNANCE"})


def test_a_lock_without_a_word_is_refused(s3, locked):
    put(s3, locked)
    for call, more in ((s3.put_object_lock_configuration, {}), (s3.put_object_retention, {"Key": "k"}), (s3.put_object_legal_hold, {"Key": "k"})):
        answer = refused("MissingRequestBodyError", 400, call, Bucket=locked, **more)
        assert answer["Error"]["Message"] == "Request Body is empty"


@pytest.mark.parametrize("period", [{"Days": 36_500}, {"Years": 100}])
def test_the_longest_default(s3, locked, period):
    rule = {"DefaultRetention": {"Mode": "GOVERNANCE", **period}}
    s3.put_object_lock_configuration(Bucket=locked, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule})
    put(s3, locked)
    assert s3.head_object(Bucket=locked, Key="k")["ObjectLockRetainUntilDate"].year > 2100


def test_policies_bound_the_locks_that_are_set(aws, s3, locked):
    put(s3, locked)
    now = datetime.datetime.now(datetime.timezone.utc)
    days = {"NumericGreaterThan": {"s3:object-lock-remaining-retention-days": "10"}}
    held = {"StringEquals": {"s3:object-lock-legal-hold": "ON"}}
    denied = [{"Effect": "Deny", "Action": "s3:PutObjectRetention", "Resource": "*", "Condition": days},
              {"Effect": "Deny", "Action": "s3:PutObjectLegalHold", "Resource": "*", "Condition": held}]
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}, *denied]}
    bounded = aws.user(policy).client("s3")
    for after in (20, 5):
        until = now + datetime.timedelta(days=after)
        put_lock = {"Bucket": locked, "Key": "k", "Retention": {"Mode": "GOVERNANCE", "RetainUntilDate": until}}
        new = {"Bucket": locked, "Key": "new", "Body": b"", "ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": until}
        if after == 20:
            refused("AccessDenied", 403, bounded.put_object_retention, **put_lock)
            refused("AccessDenied", 403, bounded.put_object, **new)
        else:
            bounded.put_object_retention(**put_lock)
            bounded.put_object(**new)
    refused("AccessDenied", 403, bounded.put_object_legal_hold, Bucket=locked, Key="k", LegalHold={"Status": "ON"})
    bounded.put_object_legal_hold(Bucket=locked, Key="k", LegalHold={"Status": "OFF"})
