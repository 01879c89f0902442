"""Inventories: what configurations may say, and the lists that they deliver as the days go by."""

import base64
import csv
import datetime
import gzip
import hashlib
import io
import json
import urllib.parse

import pyarrow.orc
import pyarrow.parquet
import pytest
from support import control
from support.account import Account
from support.refusals import refused

FIELDS = [
    "Size", "LastModifiedDate", "ETag", "StorageClass", "IsMultipartUploaded", "ReplicationStatus", "EncryptionStatus",
    "ObjectLockRetainUntilDate", "ObjectLockMode", "ObjectLockLegalHoldStatus", "BucketKeyStatus", "ChecksumAlgorithm",
    "ObjectAccessControlList", "ObjectOwner", "LifecycleExpirationDate",
]  # fmt: skip
CALL = "put_bucket_inventory_configuration"
UNTIL = datetime.datetime(2099, 1, 1, tzinfo=datetime.timezone.utc)


def configuration(bucket: str, id: str = "all", destination: dict | None = None, **changes) -> dict:
    to = {"Bucket": f"arn:aws:s3:::{bucket}", "Format": "CSV", **(destination or {})}
    return {
        "Destination": {"S3BucketDestination": to},
        "IsEnabled": True,
        "Id": id,
        "IncludedObjectVersions": "Current",
        "Schedule": {"Frequency": "Daily"},
        **changes,
    }


def let_in(s3, bucket: str, source: str, account: str, **conditions) -> None:
    """As AWS's guide writes the policy of a destination."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
        "Condition": {
            "ArnLike": {"aws:SourceArn": f"arn:aws:s3:::{source}"},
            "StringEquals": {"aws:SourceAccount": account, "s3:x-amz-acl": "bucket-owner-full-control", **conditions},
        },
    }
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))


@pytest.fixture
def s3(aws):
    return aws.client("s3")


@pytest.fixture
def bucket(aws):
    return aws.bucket()


class World:
    """A server whose clock moves, a bucket, and one that takes its inventories."""

    def __init__(self, server):
        self.server = server
        self.account = Account.create(server)
        self.s3 = self.account.client("s3")
        self.source, self.to = self.account.bucket(), self.account.bucket()
        let_in(self.s3, self.to, self.source, self.account.id)

    def put(self, **changes) -> None:
        asked = configuration(self.to, **changes)
        self.s3.put_bucket_inventory_configuration(Bucket=self.source, Id=asked["Id"], InventoryConfiguration=asked)

    def wait(self, days: float) -> datetime.datetime:
        now = control.ask(self.server.data, "clock-advance", seconds=int(days * 86_400))["now"]
        return datetime.datetime.fromisoformat(now.replace("Z", "+00:00"))

    def keys(self, ending: str = "") -> list[str]:
        return [one["Key"] for one in self.s3.list_objects_v2(Bucket=self.to).get("Contents", []) if one["Key"].endswith(ending)]

    def read(self, key: str) -> bytes:
        return self.s3.get_object(Bucket=self.to, Key=key)["Body"].read()

    def manifest(self) -> dict:
        return json.loads(self.read(self.keys("manifest.json")[-1]))

    def rows(self) -> list[dict]:
        """The CSV list that was delivered last."""
        manifest = self.manifest()
        names = manifest["fileSchema"].split(", ")
        texts = [gzip.decompress(self.read(file["key"])).decode() for file in manifest["files"]]
        return [dict(zip(names, row, strict=True)) for text in texts for row in csv.reader(io.StringIO(text))]


@pytest.fixture
def world(own_server):
    return World(own_server("--clock", "virtual"))


def test_configurations_are_kept_shown_and_listed(s3, bucket):
    refused("NoSuchConfiguration", 404, s3.get_bucket_inventory_configuration, Bucket=bucket, Id="all")
    refused("NoSuchConfiguration", 404, s3.delete_bucket_inventory_configuration, Bucket=bucket, Id="all")
    assert s3.list_bucket_inventory_configurations(Bucket=bucket)["IsTruncated"] is False
    destination = {"AccountId": "111122223333", "Prefix": "lists", "Format": "Parquet", "Encryption": {"SSES3": {}}}
    asked = configuration(bucket, destination=destination, Filter={"Prefix": "a/"}, OptionalFields=FIELDS)
    s3.put_bucket_inventory_configuration(Bucket=bucket, Id="all", InventoryConfiguration=asked)
    assert s3.get_bucket_inventory_configuration(Bucket=bucket, Id="all")["InventoryConfiguration"] == asked
    other = configuration(bucket, "other", Schedule={"Frequency": "Weekly"}, IsEnabled=False)
    s3.put_bucket_inventory_configuration(Bucket=bucket, Id="other", InventoryConfiguration=other)
    assert s3.list_bucket_inventory_configurations(Bucket=bucket)["InventoryConfigurationList"] == [asked, other]
    s3.delete_bucket_inventory_configuration(Bucket=bucket, Id="all")
    assert s3.list_bucket_inventory_configurations(Bucket=bucket)["InventoryConfigurationList"] == [other]


def test_lists_come_a_hundred_at_a_time(s3, bucket):
    names = [f"id-{number:03}" for number in range(101)]
    for name in names:
        s3.put_bucket_inventory_configuration(Bucket=bucket, Id=name, InventoryConfiguration=configuration(bucket, name))
    first = s3.list_bucket_inventory_configurations(Bucket=bucket)
    assert first["IsTruncated"] and [one["Id"] for one in first["InventoryConfigurationList"]] == names[:100]
    token = first["NextContinuationToken"]
    rest = s3.list_bucket_inventory_configurations(Bucket=bucket, ContinuationToken=token)
    assert [one["Id"] for one in rest["InventoryConfigurationList"]] == names[100:]
    assert (rest["IsTruncated"], rest["ContinuationToken"]) == (False, token)
    refused("InvalidArgument", 400, s3.list_bucket_inventory_configurations, Bucket=bucket, ContinuationToken="made-up")


@pytest.mark.parametrize(
    ("code", "status", "changes"),
    [
        ("IdMismatch", 400, {"Id": "another"}),
        ("InvalidS3DestinationBucket", 400, {"destination": {"Bucket": "no-arn"}}),
        ("InvalidS3DestinationBucket", 400, {"destination": {"Bucket": "arn:aws:s3:::bucket/key"}}),
        ("MalformedXML", 400, {"destination": {"Format": "JSON"}}),
        ("MalformedXML", 400, {"destination": {"Encryption": {}}}),
        ("MalformedXML", 400, {"OptionalFields": ["Colour"]}),
        ("MalformedXML", 400, {"Schedule": {"Frequency": "Hourly"}}),
        ("MalformedXML", 400, {"IncludedObjectVersions": "Some"}),
        ("NotImplemented", 501, {"destination": {"Encryption": {"SSEKMS": {"KeyId": "arn:aws:kms:us-east-1:1:key/k"}}}}),
        ("NotImplemented", 501, {"OptionalFields": ["ObjectLockEventHoldStatus"]}),
    ],
)
def test_what_cannot_be(s3, bucket, code, status, changes):
    refused(code, status, getattr(s3, CALL), Bucket=bucket, Id="all", InventoryConfiguration=configuration(bucket, **changes))


def test_ids_and_buckets_that_cannot_be(s3, bucket):
    for name in ("a b", "x" * 65, "ä"):
        refused("MalformedXML", 400, getattr(s3, CALL), Bucket=bucket, Id=name, InventoryConfiguration=configuration(bucket, name))
    refused("InvalidConfigurationId", 400, getattr(s3, CALL), Bucket=bucket, Id="", InventoryConfiguration=configuration(bucket, "a"))
    refused("NoSuchBucket", 404, getattr(s3, CALL), Bucket=bucket + "-none", Id="a", InventoryConfiguration=configuration(bucket, "a"))


def test_who_may(aws, s3, bucket):
    asked = {"Bucket": bucket, "Id": "all", "InventoryConfiguration": configuration(bucket, OptionalFields=["Size", "ETag"])}
    s3.put_bucket_inventory_configuration(**asked)

    def user(action, **condition):
        allow = {"Effect": "Allow", "Action": f"s3:{action}InventoryConfiguration", "Resource": "*", **condition}
        return aws.user({"Version": "2012-10-17", "Statement": [allow]}).client("s3")

    reader = user("Get")
    assert reader.get_bucket_inventory_configuration(Bucket=bucket, Id="all")["InventoryConfiguration"] == asked["InventoryConfiguration"]
    assert len(reader.list_bucket_inventory_configurations(Bucket=bucket)["InventoryConfigurationList"]) == 1
    refused("AccessDenied", 403, reader.put_bucket_inventory_configuration, **asked)
    refused("AccessDenied", 403, reader.delete_bucket_inventory_configuration, Bucket=bucket, Id="all")
    writer = user("Put")
    writer.put_bucket_inventory_configuration(**asked)
    refused("AccessDenied", 403, writer.get_bucket_inventory_configuration, Bucket=bucket, Id="all")
    writer.delete_bucket_inventory_configuration(Bucket=bucket, Id="all")
    narrow = user("Put", Condition={"ForAllValues:StringEquals": {"s3:InventoryAccessibleOptionalFields": ["Size"]}})
    refused("AccessDenied", 403, narrow.put_bucket_inventory_configuration, **asked)
    narrow.put_bucket_inventory_configuration(**{**asked, "InventoryConfiguration": configuration(bucket, OptionalFields=["Size"])})


def test_a_list_is_delivered_each_day(world):
    for number in range(3):
        world.s3.put_object(Bucket=world.source, Key=f"a b/{number} ü,\"", Body=b"x" * number)
    world.s3.put_object(Bucket=world.source, Key="other", Body=b"")
    world.put(destination={"Prefix": "lists/"}, Filter={"Prefix": "a b/"}, OptionalFields=["Size", "ETag", "LastModifiedDate"])
    assert world.keys() == []
    started = world.wait(1)
    place = f"lists/{world.source}/all/"
    stamp = started.strftime("%Y-%m-%dT%H-%MZ")
    data, link = world.keys(".csv.gz")[0], f"{place}hive/dt={started.strftime('%Y-%m-%d-%H-%M')}/symlink.txt"
    assert data.startswith(place + "data/")
    assert world.keys() == sorted([data, link, f"{place}{stamp}/manifest.json", f"{place}{stamp}/manifest.checksum"])
    assert world.read(link).decode() == f"s3://{world.to}/{data}\n"
    text = world.read(f"{place}{stamp}/manifest.json")
    assert world.read(f"{place}{stamp}/manifest.checksum").decode() == hashlib.md5(text).hexdigest()
    manifest = world.manifest()
    assert abs(int(manifest["creationTimestamp"]) / 1000 - started.timestamp()) < 60
    assert manifest["files"] == [{"key": data, "size": len(world.read(data)), "MD5checksum": hashlib.md5(world.read(data)).hexdigest()}]
    assert {name: manifest[name] for name in ("sourceBucket", "destinationBucket", "version", "fileFormat", "fileSchema")} == {
        "sourceBucket": world.source,
        "destinationBucket": f"arn:aws:s3:::{world.to}",
        "version": "2016-11-30",
        "fileFormat": "CSV",
        "fileSchema": "Bucket, Key, Size, LastModifiedDate, ETag",
    }
    there = {one["Key"]: one for one in world.s3.list_objects_v2(Bucket=world.source, Prefix="a b/")["Contents"]}
    assert [urllib.parse.unquote(row["Key"]) for row in world.rows()] == list(there)
    for row in world.rows():
        one = there[urllib.parse.unquote(row["Key"])]
        modified = one["LastModified"].strftime("%Y-%m-%dT%H:%M:%S.000Z")
        assert row == {"Bucket": world.source, "Key": row["Key"], "Size": str(one["Size"]), "LastModifiedDate": modified, "ETag": one["ETag"].strip('"')}
    world.wait(0.01)
    assert len(world.keys("manifest.json")) == 1
    world.s3.put_object(Bucket=world.source, Key="a b/new", Body=b"")
    world.wait(1)
    assert len(world.keys("manifest.json")) == 2
    assert [row["Key"] for row in world.rows()][-1] == "a%20b/new"


def test_a_weekly_list_comes_at_first_and_on_sundays(world):
    world.put(Schedule={"Frequency": "Weekly"})
    now = world.wait(1)
    assert len(world.keys("manifest.json")) == 1
    to_saturday = (5 - now.weekday()) % 7
    if to_saturday:
        world.wait(to_saturday)
    assert len(world.keys("manifest.json")) == (2 if now.weekday() == 6 and to_saturday == 0 else 1)
    world.wait(1)
    assert len(world.keys("manifest.json")) == 2
    world.wait(3)
    assert len(world.keys("manifest.json")) == 2


def test_every_version_has_its_line(world):
    world.s3.put_bucket_versioning(Bucket=world.source, VersioningConfiguration={"Status": "Enabled"})
    first = world.s3.put_object(Bucket=world.source, Key="k", Body=b"first")["VersionId"]
    world.s3.put_object(Bucket=world.source, Key="k", Body=b"second")
    world.s3.delete_object(Bucket=world.source, Key="k")
    world.s3.put_object(Bucket=world.source, Key="l", Body=b"l")
    world.put(IncludedObjectVersions="All", OptionalFields=["Size", "StorageClass"])
    world.wait(1)
    rows = world.rows()
    assert [(row["Key"], row["IsLatest"], row["IsDeleteMarker"], row["Size"], row["StorageClass"]) for row in rows] == [
        ("k", "true", "true", "", ""),
        ("k", "false", "false", "6", "STANDARD"),
        ("k", "false", "false", "5", "STANDARD"),
        ("l", "true", "false", "1", "STANDARD"),
    ]
    assert rows[2]["VersionId"] == first
    world.put(id="now", IncludedObjectVersions="Current")
    world.s3.delete_bucket_inventory_configuration(Bucket=world.source, Id="all")
    world.wait(1)
    assert [list(row.values()) for row in world.rows()] == [[world.source, "l"]]


def put_what_every_field_tells_of(s3, source: str) -> None:
    """`k`, of which there is much to tell, and `m`, of which there is little."""
    rule = {"ID": "r", "Status": "Enabled", "Filter": {"Prefix": "k"}, "Expiration": {"Days": 900}}
    s3.put_bucket_lifecycle_configuration(Bucket=source, LifecycleConfiguration={"Rules": [rule]})
    s3.put_object(
        Bucket=source, Key="k", Body=b"text", StorageClass="STANDARD_IA", ServerSideEncryption="AES256", ChecksumAlgorithm="SHA256",
        ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=UNTIL, ObjectLockLegalHoldStatus="ON", ACL="authenticated-read",
    )  # fmt: skip
    upload = s3.create_multipart_upload(Bucket=source, Key="m")["UploadId"]
    part = s3.upload_part(Bucket=source, Key="m", UploadId=upload, PartNumber=1, Body=b"part")["ETag"]
    s3.complete_multipart_upload(Bucket=source, Key="m", UploadId=upload, MultipartUpload={"Parts": [{"ETag": part, "PartNumber": 1}]})


def listed(world, form: str) -> list[dict]:
    """The rows of the list that was delivered, whose columns are those that the manifest tells."""
    if form == "CSV":
        return world.rows()
    manifest = world.manifest()
    file = io.BytesIO(world.read(manifest["files"][0]["key"]))
    table = pyarrow.parquet.read_table(file) if form == "Parquet" else pyarrow.orc.read_table(file)
    schema = manifest["fileSchema"]
    begin = {
        "Parquet": "message s3.inventory { required binary bucket (UTF8); required binary key (UTF8); optional binary version_id (UTF8); ",
        "ORC": "struct<bucket:string,key:string,version_id:string,is_latest:boolean,is_delete_marker:boolean,size:bigint,",
    }
    assert schema.startswith(begin[form])
    assert all(f"{name}:" in schema or f" {name} " in schema or f" {name};" in schema for name in table.column_names)
    return table.to_pylist()


@pytest.mark.parametrize("form", ["CSV", "Parquet", "ORC"])
def test_every_field_is_told(world, form):
    s3, source = world.s3, world.account.name("locked")
    s3.create_bucket(Bucket=source, ObjectLockEnabledForBucket=True, ObjectOwnership="BucketOwnerPreferred")
    s3.delete_public_access_block(Bucket=source)
    world.source = source
    let_in(s3, world.to, source, world.account.id)
    put_what_every_field_tells_of(s3, source)
    world.put(IncludedObjectVersions="All", OptionalFields=FIELDS, destination={"Format": form})
    world.wait(1)
    heads = [s3.head_object(Bucket=source, Key=key, ChecksumMode="ENABLED") for key in ("k", "m")]
    owner = s3.get_bucket_acl(Bucket=source)["Owner"]["ID"]
    expiry = datetime.datetime.strptime(heads[0]["Expiration"].split('"')[1], "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=datetime.timezone.utc)

    def as_told(value):
        """As this form has it."""
        if isinstance(value, datetime.datetime):
            return {"CSV": value.strftime("%Y-%m-%dT%H:%M:%S.000Z"), "Parquet": value, "ORC": value.replace(tzinfo=None)}[form]
        if form != "CSV":
            return value
        return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)

    wanted = [
        (source, source),
        ("k", "m"),
        [head["VersionId"] for head in heads],
        (True, True),  # the newest
        (False, False),  # a delete marker
        (4, 4),
        [head["LastModified"] for head in heads],
        [head["ETag"].strip('"') for head in heads],
        ("STANDARD_IA", "STANDARD"),
        (False, True),  # of several parts
        (None, None),  # replication
        ("SSE-S3", "NOT-SSE"),
        (UNTIL, None),
        ("GOVERNANCE", None),
        ("On", "Off"),
        ("DISABLED", "DISABLED"),  # the bucket key
        [next((name[8:] for name in head if name.startswith("Checksum") and name != "ChecksumType"), None) for head in heads],
        (owner, owner),
        (expiry, None),
    ]
    rows = [list(row.values()) for row in listed(world, form)]
    grants = [json.loads(base64.b64decode(row.pop(17))) for row in rows]
    assert rows == [[as_told(column[at]) for column in wanted] for at in range(2)]
    full = {"canonicalId": owner, "type": "CanonicalUser", "permission": "FULL_CONTROL"}
    everybody = {"uri": "http://acs.amazonaws.com/groups/global/AuthenticatedUsers", "type": "Group", "permission": "READ"}
    assert grants == [{"version": "2022-11-10", "status": "AVAILABLE", "grants": some} for some in ([full, everybody], [full])]


def test_an_empty_bucket_has_a_manifest_without_files(world):
    world.put(destination={"Format": "Parquet"})
    world.wait(1)
    assert world.manifest()["files"] == [] and world.read(world.keys("symlink.txt")[0]) == b""


def test_what_is_delivered_is_encrypted_where_that_was_asked_for(world):
    world.s3.put_object(Bucket=world.source, Key="k", Body=b"")
    let_in(world.s3, world.to, world.source, world.account.id, **{"s3:x-amz-server-side-encryption": "AES256"})
    world.put(destination={"Encryption": {"SSES3": {}}})
    world.wait(1)
    assert len(world.keys()) == 4
    for key in world.keys():
        assert world.s3.head_object(Bucket=world.to, Key=key)["ServerSideEncryption"] == "AES256"
    assert [row["Key"] for row in world.rows()] == ["k"]


def test_nothing_comes_where_nobody_let_s3_in(world):
    world.s3.put_object(Bucket=world.source, Key="k", Body=b"")
    world.put()
    world.put(id="off", IsEnabled=False)
    for source, account in ((world.source, "111122223333"), ("another", world.account.id)):
        let_in(world.s3, world.to, source, account)
        world.wait(1)
        assert world.keys() == []
    world.s3.delete_bucket_policy(Bucket=world.to)
    world.wait(1)
    assert world.keys() == []
    let_in(world.s3, world.to, world.source, world.account.id)
    world.wait(1)
    assert len(world.keys("manifest.json")) == 1


def test_another_accounts_bucket_takes_it_where_it_is_who_was_meant(world):
    other = Account.create(world.server)
    to = other.bucket()
    let_in(other.client("s3"), to, world.source, world.account.id)
    world.s3.put_object(Bucket=world.source, Key="k", Body=b"")
    asked = {"Bucket": f"arn:aws:s3:::{to}", "AccountId": world.account.id}
    world.put(destination=asked)
    world.wait(1)
    assert other.client("s3").list_objects_v2(Bucket=to)["KeyCount"] == 0
    world.put(destination={**asked, "AccountId": other.id})
    world.wait(1)
    s3 = other.client("s3")
    keys = [one["Key"] for one in s3.list_objects_v2(Bucket=to)["Contents"]]
    assert len(keys) == 4 and all(s3.get_object(Bucket=to, Key=key)["Body"].read() for key in keys)
