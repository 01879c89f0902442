"""Lifecycles: what rules may say, and what they do as the days go by."""

import datetime

import pytest
from support import control
from support.account import Account
from support.refusals import refused

RULE = {"ID": "r", "Status": "Enabled", "Filter": {"Prefix": "old/"}, "Expiration": {"Days": 1}}


def rules(*changes: dict) -> dict:
    return {"Rules": [{**RULE, **change} for change in changes]}


@pytest.fixture
def moving(own_server):
    """A server whose clock moves, and a bucket on it."""
    server = own_server("--clock", "virtual")
    account = Account.create(server)
    return account.client("s3"), account.bucket(), lambda days: control.ask(server.data, "clock-advance", seconds=days * 86_400)


def test_rules_are_kept_and_shown(s3, bucket):
    refused("NoSuchLifecycleConfiguration", 404, s3.get_bucket_lifecycle_configuration, Bucket=bucket)
    date = datetime.datetime(2099, 1, 1, tzinfo=datetime.timezone.utc)
    asked = rules(
        {},
        {"ID": "date", "Filter": {"And": {"Prefix": "p", "Tags": [{"Key": "a", "Value": "b"}]}}, "Expiration": {"Date": date}},
        {"ID": "moves", "Transitions": [{"Days": 30, "StorageClass": "STANDARD_IA"}, {"Days": 60, "StorageClass": "GLACIER"}], "Expiration": {"Days": 90}},
    )
    assert s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration=asked)["TransitionDefaultMinimumObjectSize"] == "all_storage_classes_128K"
    assert s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"] == asked["Rules"]
    s3.delete_bucket_lifecycle(Bucket=bucket)
    refused("NoSuchLifecycleConfiguration", 404, s3.get_bucket_lifecycle_configuration, Bucket=bucket)


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("InvalidArgument", {"Expiration": {"Days": 0}}),
        ("InvalidArgument", {"Expiration": {"Date": datetime.datetime(2099, 1, 1, 1, tzinfo=datetime.timezone.utc)}}),
        ("MalformedXML", {"Expiration": {"Days": 1, "ExpiredObjectDeleteMarker": True}}),
        ("MalformedXML", {"Prefix": "both"}),
        ("MalformedXML", {"Filter": {"Prefix": "and", "Tag": {"Key": "a", "Value": "b"}}}),
        ("InvalidArgument", {"Transitions": [{"Days": 29, "StorageClass": "STANDARD_IA"}]}),
        ("InvalidArgument", {"Transitions": [{"Days": 1, "StorageClass": "GLACIER"}]}),
        ("InvalidRequest", {"Filter": {"Tag": {"Key": "a", "Value": "b"}}, "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}}),
        ("InvalidArgument", {"ID": "i" * 256}),
    ],
)
def test_rules_that_cannot_be(s3, bucket, code, change):
    refused(code, 400, s3.put_bucket_lifecycle_configuration, Bucket=bucket, LifecycleConfiguration=rules(change))


def test_a_rule_that_does_nothing_or_twice_the_same_name(s3, bucket):
    nothing = {"Rules": [{key: value for key, value in RULE.items() if key != "Expiration"}]}
    refused("InvalidRequest", 400, s3.put_bucket_lifecycle_configuration, Bucket=bucket, LifecycleConfiguration=nothing)
    refused("InvalidArgument", 400, s3.put_bucket_lifecycle_configuration, Bucket=bucket, LifecycleConfiguration=rules({}, {}))
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration=rules(*[{"ID": str(number)} for number in range(1000)]))
    refused("MalformedXML", 400, s3.put_bucket_lifecycle_configuration, Bucket=bucket, LifecycleConfiguration=rules(*[{"ID": str(number)} for number in range(1001)]))


def test_an_object_says_when_it_expires(s3, bucket):
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration=rules({"ID": "a rule"}))
    answer = s3.put_object(Bucket=bucket, Key="old/k", Body=b"")
    assert answer["Expiration"].startswith('expiry-date="') and 'rule-id="a%20rule"' in answer["Expiration"]
    assert s3.head_object(Bucket=bucket, Key="old/k")["Expiration"] == answer["Expiration"]
    assert "Expiration" not in s3.put_object(Bucket=bucket, Key="new/k", Body=b"")


def test_what_expires_is_gone_when_its_day_comes(moving):
    s3, bucket, wait = moving
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration=rules({}))
    for key in ("old/1", "old/2", "new"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"text")
    wait(2)
    assert [one["Key"] for one in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["new"]


def test_objects_move_to_an_archive_and_are_restored(moving):
    s3, bucket, wait = moving
    rule = {"Filter": {}, "Transitions": [{"Days": 5, "StorageClass": "GLACIER"}], "Expiration": {"Days": 900}}
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration=rules(rule))
    s3.put_object(Bucket=bucket, Key="k", Body=b"b" * 200_000)
    wait(7)
    assert s3.head_object(Bucket=bucket, Key="k")["StorageClass"] == "GLACIER"
    assert refused("InvalidObjectState", 403, s3.get_object, Bucket=bucket, Key="k")["Error"]["StorageClass"] == "GLACIER"
    asked = {"Days": 2, "GlacierJobParameters": {"Tier": "Expedited"}}
    assert s3.restore_object(Bucket=bucket, Key="k", RestoreRequest=asked)["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert s3.head_object(Bucket=bucket, Key="k")["Restore"].startswith('ongoing-request="false", expiry-date="')
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"b" * 200_000
    assert s3.restore_object(Bucket=bucket, Key="k", RestoreRequest=asked)["ResponseMetadata"]["HTTPStatusCode"] == 200
    wait(4)
    refused("InvalidObjectState", 403, s3.get_object, Bucket=bucket, Key="k")
    assert "Restore" not in s3.head_object(Bucket=bucket, Key="k")


def test_storage_classes(s3, bucket):
    for stored in ("STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "REDUCED_REDUNDANCY", "GLACIER_IR"):
        s3.put_object(Bucket=bucket, Key="k", Body=b"text", StorageClass=stored)
        assert s3.get_object(Bucket=bucket, Key="k")["StorageClass"] == stored
        assert s3.list_objects_v2(Bucket=bucket)["Contents"][0]["StorageClass"] == stored
    s3.put_object(Bucket=bucket, Key="a", Body=b"text", StorageClass="DEEP_ARCHIVE")
    refused("InvalidObjectState", 403, s3.copy_object, Bucket=bucket, Key="b", CopySource=f"{bucket}/a")
    refused("InvalidArgument", 400, s3.restore_object, Bucket=bucket, Key="a", RestoreRequest={"Days": 1, "GlacierJobParameters": {"Tier": "Expedited"}})
    refused("InvalidObjectState", 403, s3.restore_object, Bucket=bucket, Key="k", RestoreRequest={"Days": 1})
    refused("InvalidStorageClass", 400, s3.put_object, Bucket=bucket, Key="k", Body=b"", StorageClass="OUTPOSTS")
    s3.copy_object(Bucket=bucket, Key="k", CopySource=f"{bucket}/k", StorageClass="STANDARD_IA")
    upload = s3.create_multipart_upload(Bucket=bucket, Key="m", StorageClass="STANDARD_IA")["UploadId"]
    assert s3.list_parts(Bucket=bucket, Key="m", UploadId=upload)["StorageClass"] == "STANDARD_IA"


def test_an_upload_says_when_it_is_aborted(moving):
    s3, bucket, wait = moving
    rule = {"ID": "tidy", "Status": "Enabled", "Filter": {}, "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}}
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [rule]})
    answer = s3.create_multipart_upload(Bucket=bucket, Key="k")
    assert answer["AbortRuleId"] == "tidy" and answer["AbortDate"] > datetime.datetime.now(datetime.timezone.utc)
    wait(3)
    refused("NoSuchUpload", 404, s3.list_parts, Bucket=bucket, Key="k", UploadId=answer["UploadId"])
