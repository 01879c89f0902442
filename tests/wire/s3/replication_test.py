"""Replication between buckets: what configurations may say, what is copied, as whom, and what is refused."""

import datetime
import json
import time

import pytest
from botocore.exceptions import ClientError
from support import control
from support.account import Account
from support.refusals import refused

TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sts:AssumeRole"}]}


def statement(*actions: str, on: str = "*", effect: str = "Allow", **more) -> dict:
    return {"Effect": effect, "Action": list(actions), "Resource": on, **more}


def policy(*statements: dict) -> dict:
    return {"Version": "2012-10-17", "Statement": list(statements)}


READS = statement("s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging", "s3:ListBucket")
WRITES = statement("s3:ReplicateObject", "s3:ReplicateDelete")


def rule(to: str, **changes) -> dict:
    """One of the second version; members that are None are left out."""
    made = {
        "ID": "r",
        "Status": "Enabled",
        "Priority": 1,
        "Filter": {},
        "DeleteMarkerReplication": {"Status": "Disabled"},
        "Destination": {"Bucket": f"arn:aws:s3:::{to}"},
        **changes,
    }
    return {name: value for name, value in made.items() if value is not None}


TIMED = {"Status": "Enabled", "Time": {"Minutes": 15}}


def measures(minutes: int | None = None) -> dict:
    return {"Status": "Enabled", **({"EventThreshold": {"Minutes": minutes}} if minutes else {})}


def keeping_versions(account: Account) -> str:
    name = account.bucket()
    account.client("s3").put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name


class Pair:
    """A bucket that is replicated to another one of the same account."""

    def __init__(self, account: Account, *, allowed: dict | None = None):
        self.account, self.s3 = account, account.client("s3")
        self.source, self.to = keeping_versions(account), keeping_versions(account)
        self.role = account.role(allowed or policy(READS, WRITES), TRUST)

    def configure(self, *rules: dict, role: str | None = None) -> "Pair":
        wanted = {"Role": role or self.role, "Rules": list(rules or [rule(self.to)])}
        self.s3.put_bucket_replication(Bucket=self.source, ReplicationConfiguration=wanted)
        return self

    def put(self, key: str = "k", body: bytes = b"body", **more) -> str:
        return self.s3.put_object(Bucket=self.source, Key=key, Body=body, **more)["VersionId"]

    def status(self, key: str = "k", **more) -> str:
        """Once it is no longer on its way."""
        return settled(self.s3, self.source, key, **more)

    def copy(self, key: str = "k", **more) -> dict:
        return self.s3.head_object(Bucket=self.to, Key=key, **more)


def settled(s3, bucket: str, key: str, **more) -> str:
    return until(lambda: (now := s3.head_object(Bucket=bucket, Key=key, **more).get("ReplicationStatus", "")) != "PENDING" and (now or "none"))


def until(found, seconds: float = 30):
    """What `found` gives, once that is something."""
    end = time.monotonic() + seconds
    while not (got := found()):
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.02)
    return got


@pytest.fixture
def pair(aws):
    return Pair(aws)


def test_a_configuration_is_kept_shown_and_deleted(s3, pair):
    refused("ReplicationConfigurationNotFoundError", 404, s3.get_bucket_replication, Bucket=pair.source)
    rules = [
        rule(pair.to, ID="by tags", Filter={"And": {"Prefix": "p", "Tags": [{"Key": "a", "Value": "b"}]}}),
        rule(pair.to, ID="markers", Priority=2, Filter={"Prefix": "q"}, DeleteMarkerReplication={"Status": "Enabled"}, Status="Disabled"),
    ]
    pair.configure(*rules)
    found = s3.get_bucket_replication(Bucket=pair.source)["ReplicationConfiguration"]
    assert found == {"Role": pair.role, "Rules": rules}
    first = {"Status": "Enabled", "Prefix": "", "Destination": {"Bucket": f"arn:aws:s3:::{pair.to}", "StorageClass": "STANDARD_IA"}}
    pair.configure(first)
    [shown] = s3.get_bucket_replication(Bucket=pair.source)["ReplicationConfiguration"]["Rules"]
    assert len(shown.pop("ID")) > 20
    assert shown == first
    s3.delete_bucket_replication(Bucket=pair.source)
    refused("ReplicationConfigurationNotFoundError", 404, s3.get_bucket_replication, Bucket=pair.source)
    s3.delete_bucket_replication(Bucket=pair.source)


@pytest.mark.parametrize(
    ("code", "words", "change"),
    [
        ("InvalidRequest", "Priority must be specified", {"Priority": None}),
        ("InvalidRequest", "DeleteMarkerReplication must be specified", {"DeleteMarkerReplication": None}),
        ("InvalidRequest", "Priority cannot be used", {"Filter": None, "Prefix": "p", "DeleteMarkerReplication": None}),
        ("InvalidRequest", "DeleteMarkerReplication cannot be used", {"Filter": None, "Prefix": "p", "Priority": None}),
        ("MalformedXML", "", {"Prefix": "p"}),
        ("MalformedXML", "", {"Filter": {"Prefix": "p", "Tag": {"Key": "a", "Value": "b"}}}),
        ("InvalidRequest", "Tag filter", {"Filter": {"Tag": {"Key": "a", "Value": "b"}}, "DeleteMarkerReplication": {"Status": "Enabled"}}),
        ("InvalidArgument", "ID length", {"ID": "i" * 256}),
    ],
)
def test_rules_that_cannot_be(s3, pair, code, words, change):
    wanted = {"Role": pair.role, "Rules": [rule(pair.to, **change)]}
    answer = refused(code, 400, s3.put_bucket_replication, Bucket=pair.source, ReplicationConfiguration=wanted)
    assert words in answer["Error"]["Message"]


@pytest.mark.parametrize(
    ("code", "status", "words", "change"),
    [
        ("InvalidArgument", 400, "Invalid bucket ARN", {"Bucket": "no-arn"}),
        ("InvalidRequest", 400, "Destination bucket must exist", {"Bucket": "arn:aws:s3:::nobody-has-this-bucket"}),
        ("InvalidRequest", 400, "Account must be", {"AccessControlTranslation": {"Owner": "Destination"}}),
        ("InvalidArgument", 400, "account", {"Account": "12"}),
        ("InvalidRequest", 400, "SseKmsEncryptedObjects must be", {"EncryptionConfiguration": {"ReplicaKmsKeyID": "alias/aws/s3"}}),
        ("MalformedXML", 400, "", {"StorageClass": "OUTPOSTS"}),
        ("InvalidRequest", 400, "both ReplicationTime and Metrics or neither", {"ReplicationTime": {"Status": "Enabled", "Time": {"Minutes": 15}}}),
        ("InvalidArgument", 400, "Metrics cannot contain an event threshold", {"Metrics": measures(15)}),
        ("InvalidArgument", 400, "Metrics cannot contain an event threshold", {"Metrics": measures(15), "ReplicationTime": {"Status": "Disabled", "Time": {"Minutes": 15}}}),
        ("InvalidArgument", 400, "Invalid time minute value", {"Metrics": measures(15), "ReplicationTime": {"Status": "Enabled", "Time": {"Minutes": 16}}}),
        ("InvalidArgument", 400, "must contain an event threshold", {"Metrics": measures(), "ReplicationTime": TIMED}),
        ("InvalidArgument", 400, "Invalid event threshold minute value", {"Metrics": measures(16), "ReplicationTime": TIMED}),
    ],
)
def test_destinations_that_cannot_be(s3, pair, code, status, words, change):
    wanted = {"Role": pair.role, "Rules": [rule(pair.to, Destination={"Bucket": f"arn:aws:s3:::{pair.to}", **change})]}
    answer = refused(code, status, s3.put_bucket_replication, Bucket=pair.source, ReplicationConfiguration=wanted)
    assert words in answer["Error"]["Message"]


def test_what_cannot_be_configured_and_why(s3, aws, pair):
    def put(code, status, words, *rules, bucket=pair.source, role=pair.role):
        answer = refused(code, status, s3.put_bucket_replication, Bucket=bucket, ReplicationConfiguration={"Role": role, "Rules": list(rules)})
        assert words in answer["Error"]["Message"]

    plain = aws.bucket()
    put("InvalidRequest", 400, "Versioning must be 'Enabled' on the bucket to apply a replication configuration", rule(pair.to), bucket=plain)
    put("InvalidRequest", 400, "Destination bucket must have versioning enabled.", rule(plain))
    put("InvalidRequest", 400, "different", rule(pair.source))
    put("InvalidArgument", 400, "Invalid Role", rule(pair.to), role="a-role")
    put("InvalidRequest", 400, "Found duplicate priority 1.", rule(pair.to, ID="a"), rule(pair.to, ID="b"))
    put("InvalidRequest", 400, "Priority must be between 0 and 2147483647.", rule(pair.to, Priority=-1))
    put("InvalidArgument", 400, "ID must be unique", rule(pair.to), rule(pair.to, Priority=2))
    first = {"Status": "Enabled", "Destination": {"Bucket": f"arn:aws:s3:::{pair.to}"}}
    put("InvalidRequest", 400, "overlapping prefixes 'a' and 'ab'", {**first, "Prefix": "ab"}, {**first, "Prefix": "a"})
    other = {"Destination": {"Bucket": f"arn:aws:s3:::{keeping_versions(aws)}"}}
    put("InvalidRequest", 400, "cannot exceed 1", {**first, "Prefix": "a"}, {**first, **other, "Prefix": "b"})
    put("NotImplemented", 501, "ExistingObjectReplication", rule(pair.to, ExistingObjectReplication={"Status": "Enabled"}))
    sealed = {"SourceSelectionCriteria": {"SseKmsEncryptedObjects": {"Status": "Enabled"}}}
    put("InvalidRequest", 400, "ReplicaKmsKeyID must be", rule(pair.to, **sealed))
    key = {"Bucket": f"arn:aws:s3:::{pair.to}", "EncryptionConfiguration": {"ReplicaKmsKeyID": "arn:aws:kms:us-east-1:1:key/x"}}
    put("NotImplemented", 501, "key/x", rule(pair.to, **sealed, Destination=key))
    pair.configure()
    suspended = {"Status": "Suspended"}
    answer = refused("InvalidBucketState", 409, s3.put_bucket_versioning, Bucket=pair.source, VersioningConfiguration=suspended)
    assert "replication configuration" in answer["Error"]["Message"]


def test_a_thousand_rules(s3, pair):
    many = [rule(pair.to, ID=str(number), Priority=number, Filter={"Prefix": f"{number}/"}) for number in range(1001)]
    pair.configure(*many[:1000])
    refused("MalformedXML", 400, s3.put_bucket_replication, Bucket=pair.source, ReplicationConfiguration={"Role": pair.role, "Rules": many})
    pair.put("999/k")
    assert pair.status("999/k") == "COMPLETED"


def test_who_may_configure(aws, pair):
    wanted = {"Role": pair.role, "Rules": [rule(pair.to)]}
    source = f"arn:aws:s3:::{pair.source}"
    without_role = aws.user(policy(statement("s3:*"))).client("s3")
    answer = refused("AccessDenied", 403, without_role.put_bucket_replication, Bucket=pair.source, ReplicationConfiguration=wanted)
    assert "iam:PassRole" in answer["Error"]["Message"]
    passing = statement("iam:PassRole", on=pair.role, Condition={"StringEquals": {"iam:PassedToService": "s3.amazonaws.com"}})
    owner = aws.user(policy(statement("s3:PutReplicationConfiguration", on=source), passing)).client("s3")
    owner.put_bucket_replication(Bucket=pair.source, ReplicationConfiguration=wanted)
    refused("AccessDenied", 403, owner.get_bucket_replication, Bucket=pair.source)
    reader = aws.user(policy(statement("s3:GetReplicationConfiguration", on=source))).client("s3")
    reader.get_bucket_replication(Bucket=pair.source)
    refused("AccessDenied", 403, reader.delete_bucket_replication, Bucket=pair.source)
    owner.delete_bucket_replication(Bucket=pair.source)


def test_a_version_is_copied_with_all_that_is_said_of_it(s3, pair):
    s3.put_object(Bucket=pair.source, Key="before", Body=b"")
    pair.configure()
    body = bytes(range(256)) * 1000
    version = pair.put(body=body, ContentType="text/plain", Metadata={"a": "b"}, Tagging="t=u", StorageClass="STANDARD_IA", ChecksumAlgorithm="SHA256")
    assert pair.status() == "COMPLETED"
    was, copy = (s3.get_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED") for bucket in (pair.source, pair.to))
    assert copy["ReplicationStatus"] == "REPLICA"
    assert copy["Body"].read() == body
    for member in ("VersionId", "ETag", "LastModified", "ContentType", "Metadata", "StorageClass", "ChecksumSHA256", "TagCount"):
        assert copy[member] == was[member], member
    assert copy["VersionId"] == version
    assert s3.get_object_tagging(Bucket=pair.to, Key="k")["TagSet"] == [{"Key": "t", "Value": "u"}]
    assert "ReplicationStatus" not in s3.head_object(Bucket=pair.source, Key="before")
    assert [one["Key"] for one in s3.list_objects_v2(Bucket=pair.to)["Contents"]] == ["k"]


def test_an_upload_keeps_its_parts(s3, pair):
    pair.configure()
    part = b"p" * (5 << 20)
    upload = s3.create_multipart_upload(Bucket=pair.source, Key="k", ChecksumAlgorithm="CRC32")["UploadId"]
    parts = []
    for number, body in enumerate((part, b"end"), 1):
        answer = s3.upload_part(Bucket=pair.source, Key="k", UploadId=upload, PartNumber=number, Body=body, ChecksumAlgorithm="CRC32")
        parts.append({"PartNumber": number, "ETag": answer["ETag"], "ChecksumCRC32": answer["ChecksumCRC32"]})
    etag = s3.complete_multipart_upload(Bucket=pair.source, Key="k", UploadId=upload, MultipartUpload={"Parts": parts})["ETag"]
    assert pair.status() == "COMPLETED"
    assert pair.copy()["ETag"] == etag and etag.endswith('-2"')
    second = s3.get_object(Bucket=pair.to, Key="k", PartNumber=2)
    assert second["Body"].read() == b"end" and second["PartsCount"] == 2
    asked = {"Key": "k", "ObjectAttributes": ["ObjectParts"]}
    assert s3.get_object_attributes(Bucket=pair.to, **asked)["ObjectParts"] == s3.get_object_attributes(Bucket=pair.source, **asked)["ObjectParts"]


def test_filters_and_classes(s3, aws, pair):
    other = keeping_versions(aws)
    pair.configure(
        rule(pair.to, Filter={"Prefix": "logs/"}, Destination={"Bucket": f"arn:aws:s3:::{pair.to}", "StorageClass": "GLACIER"}),
        rule(other, ID="tagged", Priority=2, Filter={"Tag": {"Key": "keep", "Value": "yes"}}),
    )
    pair.put("logs/a", Tagging="keep=yes")
    pair.put("logs/b")
    pair.put("c")
    pair.put("logs/frozen", StorageClass="DEEP_ARCHIVE")
    assert [pair.status(key) for key in ("logs/a", "logs/b")] == ["COMPLETED"] * 2
    assert [pair.status(key) for key in ("c", "logs/frozen")] == ["none"] * 2
    assert {one["Key"]: one["StorageClass"] for one in s3.list_objects_v2(Bucket=pair.to)["Contents"]} == {"logs/a": "GLACIER", "logs/b": "GLACIER"}
    assert [one["Key"] for one in s3.list_objects_v2(Bucket=other)["Contents"]] == ["logs/a"]


def test_deletes(s3, pair):
    pair.configure(rule(pair.to, Filter={"Prefix": "m/"}, DeleteMarkerReplication={"Status": "Enabled"}), rule(pair.to, ID="s", Priority=2, Filter={"Prefix": "n/"}))
    kept = {key: pair.put(key) for key in ("m/k", "n/k")}
    marker = s3.delete_object(Bucket=pair.source, Key="m/k")["VersionId"]
    s3.delete_object(Bucket=pair.source, Key="n/k")
    s3.delete_object(Bucket=pair.source, Key="m/k", VersionId=kept["m/k"])
    pair.put("n/last")
    assert pair.status("n/last") == "COMPLETED"
    there = s3.list_object_versions(Bucket=pair.to)
    assert [(one["Key"], one["VersionId"], one["IsLatest"]) for one in there["DeleteMarkers"]] == [("m/k", marker, True)]
    assert {one["Key"]: one["VersionId"] for one in there["Versions"]}.keys() >= {"n/k", "n/last"}
    assert s3.head_object(Bucket=pair.to, Key="n/k")["VersionId"] == kept["n/k"]


def test_changes_follow(s3, pair):
    pair.configure()
    version = pair.put()
    assert pair.status() == "COMPLETED"
    s3.put_object_tagging(Bucket=pair.source, Key="k", Tagging={"TagSet": [{"Key": "new", "Value": "1"}]})
    assert pair.status() == "COMPLETED"
    assert s3.get_object_tagging(Bucket=pair.to, Key="k", VersionId=version)["TagSet"] == [{"Key": "new", "Value": "1"}]
    s3.delete_object_tagging(Bucket=pair.source, Key="k")
    assert pair.status() == "COMPLETED"
    assert s3.get_object_tagging(Bucket=pair.to, Key="k")["TagSet"] == []
    # A copy that was erased does not come back by a change.
    s3.delete_object(Bucket=pair.to, Key="k", VersionId=version)
    s3.put_object_tagging(Bucket=pair.source, Key="k", Tagging={"TagSet": [{"Key": "new", "Value": "2"}]})
    assert pair.status() == "FAILED"


def test_changes_of_replicas_go_back_where_asked_for(s3, pair):
    both = {"SourceSelectionCriteria": {"ReplicaModifications": {"Status": "Enabled"}}}
    pair.configure(rule(pair.to, **both))
    s3.put_bucket_replication(Bucket=pair.to, ReplicationConfiguration={"Role": pair.role, "Rules": [rule(pair.source, **both)]})
    pair.put()
    assert pair.status() == "COMPLETED"
    s3.put_object_tagging(Bucket=pair.to, Key="k", Tagging={"TagSet": [{"Key": "from", "Value": "there"}]})
    assert settled(s3, pair.to, "k") == "REPLICA"
    assert s3.get_object_tagging(Bucket=pair.source, Key="k")["TagSet"] == [{"Key": "from", "Value": "there"}]
    assert pair.status() == "COMPLETED"
    # And what is put there comes here, once.
    s3.put_object(Bucket=pair.to, Key="l", Body=b"l")
    assert settled(s3, pair.to, "l") == "COMPLETED"
    assert s3.head_object(Bucket=pair.source, Key="l")["ReplicationStatus"] == "REPLICA"


def test_encrypted_versions(s3, pair):
    key = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32}
    criteria = {"SourceSelectionCriteria": {"SseKmsEncryptedObjects": {"Status": "Enabled"}}}
    pair.configure()
    pair.put("kms", ServerSideEncryption="aws:kms")
    assert pair.status("kms") == "none"
    destination = {"Bucket": f"arn:aws:s3:::{pair.to}", "EncryptionConfiguration": {"ReplicaKmsKeyID": "alias/aws/s3"}}
    pair.configure(rule(pair.to, **criteria, Destination=destination))
    pair.put("kms", b"by kms", ServerSideEncryption="aws:kms")
    pair.put("aes", b"by s3", ServerSideEncryption="AES256")
    pair.put("own", b"by customer", **key)
    assert [pair.status(*one) for one in (["kms"], ["aes"])] == ["COMPLETED"] * 2
    assert pair.status("own", **key) == "COMPLETED"
    assert pair.copy("kms")["ServerSideEncryption"] == "aws:kms"
    assert pair.copy("aes")["ServerSideEncryption"] == "AES256"
    refused("400", 400, s3.head_object, Bucket=pair.to, Key="own")
    for name, body, more in (("kms", b"by kms", {}), ("aes", b"by s3", {}), ("own", b"by customer", key)):
        assert s3.get_object(Bucket=pair.to, Key=name, **more)["Body"].read() == body


def test_locks_go_along(s3, aws):
    names = [aws.name("locked") for _ in range(2)]
    for name in names:
        s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    lacking = statement("s3:GetObjectRetention", "s3:GetObjectLegalHold")
    role = aws.role(policy(READS, WRITES, lacking), TRUST)
    s3.put_bucket_replication(Bucket=names[0], ReplicationConfiguration={"Role": role, "Rules": [rule(names[1])]})
    s3.put_object(Bucket=names[0], Key="k", Body=b"", ObjectLockLegalHoldStatus="ON")
    assert settled(s3, names[0], "k") == "COMPLETED"
    assert s3.get_object_legal_hold(Bucket=names[1], Key="k")["LegalHold"]["Status"] == "ON"
    s3.put_object_legal_hold(Bucket=names[0], Key="k", LegalHold={"Status": "OFF"})
    assert settled(s3, names[0], "k") == "COMPLETED"
    assert s3.get_object_legal_hold(Bucket=names[1], Key="k")["LegalHold"]["Status"] == "OFF"
    unlocked = keeping_versions(aws)
    s3.put_bucket_replication(Bucket=names[0], ReplicationConfiguration={"Role": role, "Rules": [rule(unlocked)]})
    s3.put_object(Bucket=names[0], Key="l", Body=b"", ContentMD5="1B2M2Y8AsgTpgAmY7PhCfg==")
    assert settled(s3, names[0], "l") == "FAILED"


@pytest.mark.parametrize("lacks", ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:ReplicateObject"])
def test_the_roles_permissions_decide(aws, lacks):
    pair = Pair(aws, allowed=policy(READS, WRITES, statement(lacks, effect="Deny"))).configure()
    pair.put()
    assert pair.status() == "FAILED"
    assert "Contents" not in pair.s3.list_objects_v2(Bucket=pair.to)


def test_a_role_that_s3_may_not_take_on(aws, pair):
    pair.configure(role=aws.role())
    pair.put()
    assert pair.status() == "FAILED"
    pair.configure(role=f"arn:aws:iam::{aws.id}:role/nobody")
    pair.put("l")
    assert pair.status("l") == "FAILED"


def test_a_destination_of_another_account(aws, stranger):
    pair = Pair(aws, allowed=policy(READS, WRITES, statement("s3:ObjectOwnerOverrideToBucketOwner")))
    theirs, pair.to = stranger.client("s3"), keeping_versions(stranger)
    pair.configure()
    pair.put("refused")
    assert pair.status("refused") == "FAILED"

    def let_in(*actions):
        opened = statement(*actions, on=f"arn:aws:s3:::{pair.to}/*", Principal={"AWS": pair.role})
        theirs.put_bucket_policy(Bucket=pair.to, Policy=json.dumps(policy(opened)))

    let_in("s3:ReplicateObject")
    pair.put("enforced")
    assert pair.status("enforced") == "COMPLETED"
    assert theirs.get_object(Bucket=pair.to, Key="enforced")["Body"].read() == b"body"
    # Where objects belong to their writers, they go on to, unless the rule gives them away.
    theirs.put_bucket_ownership_controls(Bucket=pair.to, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]})
    pair.put("ours")
    assert pair.status("ours") == "COMPLETED"
    refused("AccessDenied", 403, theirs.get_object, Bucket=pair.to, Key="ours")
    given = {"Bucket": f"arn:aws:s3:::{pair.to}", "Account": stranger.id, "AccessControlTranslation": {"Owner": "Destination"}}
    pair.configure(rule(pair.to, Destination=given))
    pair.put("not given")
    assert pair.status("not given") == "FAILED"
    let_in("s3:ReplicateObject", "s3:ObjectOwnerOverrideToBucketOwner")
    pair.put("given")
    assert pair.status("given") == "COMPLETED"
    assert theirs.get_object(Bucket=pair.to, Key="given")["Body"].read() == b"body"
    pair.configure(rule(pair.to, Destination={**given, "Account": aws.id}))
    pair.put("to another")
    assert pair.status("to another") == "FAILED"


def test_a_server_that_is_killed_goes_on_where_it_was(own_server):
    server = own_server()
    pair = Pair(Account.create(server)).configure()
    versions = {key: pair.put(key, key.encode() * 10_000) for key in map(str, range(20))}
    # Slow syncs keep some of these on their way.
    control.ask(server.data, "delay-syncs", milliseconds=20)
    versions |= {key: pair.put(key, key.encode()) for key in map(str, range(20, 40))}
    server.kill()
    server.start()
    pair.s3 = pair.account.client("s3")
    assert {pair.status(key) for key in versions} == {"COMPLETED"}
    there = pair.s3.list_object_versions(Bucket=pair.to)["Versions"]
    assert {one["Key"]: one["VersionId"] for one in there} == versions and len(there) == len(versions)


def test_a_full_disk_is_waited_for(own_server):
    server = own_server()
    pair = Pair(Account.create(server)).configure()
    pair.put("first")
    assert pair.status("first") == "COMPLETED"
    control.ask(server.data, "delay-syncs", milliseconds=100)
    pair.put("k", b"b" * 100_000)
    control.ask(server.data, "disk-full", after_writes=0)
    control.ask(server.data, "delay-syncs", milliseconds=0)
    with pytest.raises(ClientError):
        pair.put("refused")
    control.ask(server.data, "disk-room")
    assert pair.status() == "COMPLETED"
    assert pair.copy()["ReplicationStatus"] == "REPLICA"


def test_what_is_measured_and_why_a_copy_failed(own_server):
    """S3's metrics by rule, and the reason of a failure as S3's event message in a log group."""
    server = own_server("--clock", "virtual")
    account = Account.create(server)
    pair = Pair(account)
    destination = {"Bucket": f"arn:aws:s3:::{pair.to}", "Metrics": measures(15), "ReplicationTime": TIMED}
    pair.configure(rule(pair.to, Destination=destination))
    assert pair.s3.get_bucket_replication(Bucket=pair.source)["ReplicationConfiguration"]["Rules"][0]["Destination"] == destination
    version = pair.put("well", b"b" * 1000)
    assert pair.status("well") == "COMPLETED"
    pair.s3.put_bucket_versioning(Bucket=pair.to, VersioningConfiguration={"Status": "Suspended"})
    version = pair.put("refused")
    assert pair.status("refused") == "FAILED"
    control.ask(server.data, "clock-advance", seconds=60)

    cloudwatch, logs = account.client("cloudwatch"), account.client("logs")
    ways = [{"Name": "DestinationBucket", "Value": pair.to}, {"Name": "RuleId", "Value": "r"}, {"Name": "SourceBucket", "Value": pair.source}]

    def statistic(metric: str, name: str) -> list[float]:
        end = datetime.datetime.now(datetime.timezone.utc)
        found = cloudwatch.get_metric_statistics(Namespace="AWS/S3", MetricName=metric, Dimensions=ways, Period=3600, Statistics=[name],
                                                 StartTime=end - datetime.timedelta(hours=2), EndTime=end + datetime.timedelta(hours=2))
        return [point[name] for point in found["Datapoints"]]

    assert sum(statistic("OperationsFailedReplication", "Sum")) == 1 and sum(statistic("OperationsFailedReplication", "SampleCount")) == 2
    assert min(statistic("OperationsPendingReplication", "Minimum")) == min(statistic("BytesPendingReplication", "Minimum")) == 0
    assert 0 <= max(statistic("ReplicationLatency", "Maximum")) < 60
    (event,) = logs.filter_log_events(logGroupName="/aws/s3/replication", logStreamNames=[pair.source])["events"]
    (record,) = json.loads(event["message"])["Records"]
    assert record["eventName"] == "Replication:OperationFailedReplication" and record["eventSource"] == "aws:s3"
    assert (record["s3"]["bucket"]["name"], record["s3"]["object"]["key"], record["s3"]["object"]["versionId"]) == (pair.source, "refused", version)
    told = record["replicationEventData"]
    assert (told["failureReason"], told["replicationRuleId"], told["destinationBucket"]) == ("DstBucketUnversioned", "r", destination["Bucket"])
