"""Intelligent tiering: what configurations may say, and where objects lie as the days go by."""

import csv
import gzip
import io
import json

import pytest
from support import control
from support.account import Account
from support.refusals import refused

LARGE = b"b" * 131_072
BOTH = [{"Days": 90, "AccessTier": "ARCHIVE_ACCESS"}, {"Days": 180, "AccessTier": "DEEP_ARCHIVE_ACCESS"}]


def configuration(id: str = "all", **changes) -> dict:
    return {"Id": id, "Status": "Enabled", "Tierings": BOTH, **changes}


def put(s3, bucket: str, **asked) -> None:
    asked = configuration(**asked)
    s3.put_bucket_intelligent_tiering_configuration(Bucket=bucket, Id=asked["Id"], IntelligentTieringConfiguration=asked)


@pytest.fixture
def s3(aws):
    return aws.client("s3")


@pytest.fixture
def bucket(aws):
    return aws.bucket()


@pytest.fixture
def moving(own_server):
    """A server whose clock moves, and a bucket on it."""
    server = own_server("--clock", "virtual")
    account = Account.create(server)
    return account.client("s3"), account.bucket(), lambda days: control.ask(server.data, "clock-advance", seconds=int(days * 86_400))


def test_configurations_are_kept_shown_and_listed(s3, bucket):
    get, delete = s3.get_bucket_intelligent_tiering_configuration, s3.delete_bucket_intelligent_tiering_configuration
    refused("NoSuchConfiguration", 404, get, Bucket=bucket, Id="all")
    refused("NoSuchConfiguration", 404, delete, Bucket=bucket, Id="all")
    both = {"And": {"Prefix": "p", "Tags": [{"Key": "a", "Value": "b"}]}}
    for name, filter in (("a", {"Prefix": "p"}), ("b", {"Tag": {"Key": "k", "Value": "v"}}), ("c", both)):
        put(s3, bucket, id=name, Filter=filter)
        assert get(Bucket=bucket, Id=name)["IntelligentTieringConfiguration"] == configuration(name, Filter=filter)
    listed = s3.list_bucket_intelligent_tiering_configurations(Bucket=bucket)
    assert [one["Id"] for one in listed["IntelligentTieringConfigurationList"]] == ["a", "b", "c"]
    assert listed["IsTruncated"] is False
    refused("InvalidArgument", 400, s3.list_bucket_intelligent_tiering_configurations, Bucket=bucket, ContinuationToken="x")
    for name in ("a", "b", "c"):
        delete(Bucket=bucket, Id=name)
    assert "IntelligentTieringConfigurationList" not in s3.list_bucket_intelligent_tiering_configurations(Bucket=bucket)


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("MalformedXML", {"Id": "another"}),
        ("InvalidConfigId", {"Id": ""}),
        ("InvalidConfigId", {"Id": "i" * 65}),
        ("InvalidConfigId", {"Id": "a b"}),
        ("InvalidArgument", {"Tierings": [{"Days": 89, "AccessTier": "ARCHIVE_ACCESS"}]}),
        ("InvalidArgument", {"Tierings": [{"Days": 179, "AccessTier": "DEEP_ARCHIVE_ACCESS"}]}),
        ("InvalidArgument", {"Tierings": [{"Days": 731, "AccessTier": "ARCHIVE_ACCESS"}]}),
        ("InvalidArgument", {"Tierings": [BOTH[0], BOTH[0]]}),
        ("MalformedXML", {"Tierings": []}),
        ("MalformedXML", {"Tierings": [{"Days": 90, "AccessTier": "FREQUENT"}]}),
        ("MalformedXML", {"Status": "Sometimes"}),
    ],
)
def test_what_cannot_be(s3, bucket, code, changes):
    call = s3.put_bucket_intelligent_tiering_configuration
    refused(code, 400, call, Bucket=bucket, Id="all", IntelligentTieringConfiguration=configuration(**changes))


def test_who_may(aws, s3, bucket):
    put(s3, bucket)

    def user(action):
        allow = {"Effect": "Allow", "Action": f"s3:{action}IntelligentTieringConfiguration", "Resource": f"arn:aws:s3:::{bucket}"}
        return aws.user({"Version": "2012-10-17", "Statement": [allow]}).client("s3")

    reader, writer, named = user("Get"), user("Put"), {"Bucket": bucket, "Id": "all"}
    reader.get_bucket_intelligent_tiering_configuration(**named)
    reader.list_bucket_intelligent_tiering_configurations(Bucket=bucket)
    refused("AccessDenied", 403, reader.delete_bucket_intelligent_tiering_configuration, **named)
    refused("AccessDenied", 403, writer.get_bucket_intelligent_tiering_configuration, **named)
    put(writer, bucket)
    writer.delete_bucket_intelligent_tiering_configuration(**named)


def test_what_nobody_reads_is_archived_and_restored(moving):
    s3, bucket, wait = moving
    put(s3, bucket, Filter={"Prefix": "logs/"})
    for key, body in (("logs/k", LARGE), ("else", LARGE), ("logs/small", LARGE[1:])):
        s3.put_object(Bucket=bucket, Key=key, Body=body, StorageClass="INTELLIGENT_TIERING")
    refused("ObjectAlreadyInActiveTierError", 403, s3.restore_object, Bucket=bucket, Key="logs/k", RestoreRequest={})
    wait(91)
    assert s3.head_object(Bucket=bucket, Key="logs/k")["ArchiveStatus"] == "ARCHIVE_ACCESS"
    for key in ("else", "logs/small"):
        assert "ArchiveStatus" not in s3.head_object(Bucket=bucket, Key=key)
        assert s3.get_object(Bucket=bucket, Key=key)["StorageClass"] == "INTELLIGENT_TIERING"
    error = refused("InvalidObjectState", 403, s3.get_object, Bucket=bucket, Key="logs/k")["Error"]
    assert (error["StorageClass"], error["AccessTier"]) == ("INTELLIGENT_TIERING", "ARCHIVE_ACCESS")
    refused("InvalidObjectState", 403, s3.copy_object, Bucket=bucket, Key="copy", CopySource=f"{bucket}/logs/k")
    refused("InvalidRequest", 400, s3.restore_object, Bucket=bucket, Key="logs/k", RestoreRequest={"Days": 1})
    asked = {"GlacierJobParameters": {"Tier": "Expedited"}}
    answer = s3.restore_object(Bucket=bucket, Key="logs/k", RestoreRequest=asked)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert "ArchiveStatus" not in s3.head_object(Bucket=bucket, Key="logs/k")
    wait(30)
    assert s3.get_object(Bucket=bucket, Key="logs/k")["Body"].read() == LARGE
    wait(181)
    assert s3.head_object(Bucket=bucket, Key="logs/k")["ArchiveStatus"] == "DEEP_ARCHIVE_ACCESS"
    refused("InvalidArgument", 400, s3.restore_object, Bucket=bucket, Key="logs/k", RestoreRequest=asked)
    s3.restore_object(Bucket=bucket, Key="logs/k", RestoreRequest={})
    assert s3.get_object(Bucket=bucket, Key="logs/k", Range="bytes=0-1")["Body"].read() == b"bb"


def test_reading_keeps_an_object_from_the_archive_and_looking_does_not(moving):
    s3, bucket, wait = moving
    put(s3, bucket)
    put(s3, bucket, id="off", Status="Disabled", Tierings=BOTH[1:])
    for key in ("read", "copied", "looked"):
        s3.put_object(Bucket=bucket, Key=key, Body=LARGE, StorageClass="INTELLIGENT_TIERING")
    wait(60)
    s3.get_object(Bucket=bucket, Key="read")["Body"].read()
    s3.copy_object(Bucket=bucket, Key="copy", CopySource=f"{bucket}/copied")
    s3.head_object(Bucket=bucket, Key="looked")
    s3.list_objects_v2(Bucket=bucket)
    wait(31)
    archived = {key for key in ("read", "copied", "looked") if "ArchiveStatus" in s3.head_object(Bucket=bucket, Key=key)}
    assert archived == {"looked"}


def test_readings_outlive_the_server(own_server):
    server = own_server("--clock", "virtual")
    account = Account.create(server)
    s3, bucket = account.client("s3"), account.bucket()
    put(s3, bucket)
    for key in ("read", "not"):
        s3.put_object(Bucket=bucket, Key=key, Body=LARGE, StorageClass="INTELLIGENT_TIERING")
    control.ask(server.data, "clock-advance", seconds=60 * 86_400)
    s3.get_object(Bucket=bucket, Key="read")["Body"].read()
    server.stop()
    server.start()
    control.ask(server.data, "clock-advance", seconds=31 * 86_400)
    s3 = account.client("s3")
    assert s3.head_object(Bucket=bucket, Key="not")["ArchiveStatus"] == "ARCHIVE_ACCESS"
    assert "ArchiveStatus" not in s3.head_object(Bucket=bucket, Key="read")


def test_inventories_tell_the_tier(moving):
    s3, bucket, wait = moving
    allow = {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [allow]}))
    inventory = {
        "Destination": {"S3BucketDestination": {"Bucket": f"arn:aws:s3:::{bucket}", "Format": "CSV", "Prefix": "lists"}},
        "IsEnabled": True,
        "Id": "all",
        "IncludedObjectVersions": "Current",
        "Schedule": {"Frequency": "Daily"},
        "OptionalFields": ["IntelligentTieringAccessTier"],
        "Filter": {"Prefix": "k"},
    }
    s3.put_bucket_inventory_configuration(Bucket=bucket, Id="all", InventoryConfiguration=inventory)
    put(s3, bucket, Tierings=[{"Days": 100, "AccessTier": "ARCHIVE_ACCESS"}, BOTH[1]])
    s3.put_object(Bucket=bucket, Key="k", Body=LARGE, StorageClass="INTELLIGENT_TIERING")
    s3.put_object(Bucket=bucket, Key="k-standard", Body=LARGE)
    told = []
    for days in (1, 30, 60, 10, 80):
        wait(days)
        manifests = sorted(one["Key"] for one in s3.list_objects_v2(Bucket=bucket, Prefix="lists/")["Contents"] if one["Key"].endswith("manifest.json"))
        manifest = json.loads(s3.get_object(Bucket=bucket, Key=manifests[-1])["Body"].read())
        text = gzip.decompress(s3.get_object(Bucket=bucket, Key=manifest["files"][0]["key"])["Body"].read()).decode()
        told.append([row[2] for row in csv.reader(io.StringIO(text))])
    assert told == [[tier, ""] for tier in ("FREQUENT", "INFREQUENT", "ARCHIVE_INSTANT_ACCESS", "ARCHIVE", "DEEP_ARCHIVE")]


def test_what_a_lifecycle_moves_into_the_class_begins_at_its_top(moving):
    s3, bucket, wait = moving
    rule = {"ID": "r", "Status": "Enabled", "Filter": {}, "Transitions": [{"Days": 60, "StorageClass": "INTELLIGENT_TIERING"}]}
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [rule]})
    put(s3, bucket)
    s3.put_object(Bucket=bucket, Key="k", Body=LARGE)
    wait(61)
    assert s3.head_object(Bucket=bucket, Key="k")["StorageClass"] == "INTELLIGENT_TIERING"
    wait(60)
    assert "ArchiveStatus" not in s3.head_object(Bucket=bucket, Key="k")
    wait(31)
    assert s3.head_object(Bucket=bucket, Key="k")["ArchiveStatus"] == "ARCHIVE_ACCESS"
