"""Data folders that former versions wrote are read whole by this one, and go on working: tests/golden/data_folders has one of each."""

import dataclasses
import datetime
import hashlib

import pytest
from support import former_folder, server as servers
from support.account import Account
from support.refusals import refused

NAMES = sorted(path.name.removesuffix(".tar.xz") for path in former_folder.GOLDEN.glob("*.tar.xz"))


@dataclasses.dataclass
class Former:
    account: Account
    known: dict

    def places(self, kind: str):
        return [(*place.split("/", 1), expected) for place, expected in self.known[kind].items()]


@pytest.fixture(params=NAMES)
def former(request, scratch):
    data = scratch / f"former-{request.param}-{len(list(scratch.iterdir()))}"
    known = former_folder.unpack(request.param, data)
    server = servers.Server(data).start()
    yield Former(Account(server, known["account"], known["key"], known["secret"]), known)
    if server.running():
        server.stop()


def check_object(s3, bucket: str, key: str, expected: dict) -> None:
    got = s3.get_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED")
    assert hashlib.sha256(got["Body"].read()).hexdigest() == expected["sha256"], key
    assert (got["ContentLength"], got["ETag"], got["ContentType"]) == (expected["size"], expected["etag"], expected["type"])
    assert got["Metadata"] == expected["metadata"]
    assert got["LastModified"] == datetime.datetime.fromisoformat(expected["modified"])
    assert {name: value for name, value in got.items() if name.startswith("Checksum")} == expected["checksums"]
    tags = s3.get_object_tagging(Bucket=bucket, Key=key)["TagSet"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == expected["tags"]


def check_all(former: Former) -> None:
    s3 = former.account.client("s3")
    for bucket, tags in former.known["buckets"].items():
        assert {tag["Key"]: tag["Value"] for tag in s3.get_bucket_tagging(Bucket=bucket)["TagSet"]} == tags
        listed = {one["Key"] for one in s3.list_objects_v2(Bucket=bucket).get("Contents", [])}
        assert listed == {key for name, key, _ in former.places("objects") if name == bucket}
    for bucket, key, expected in former.places("objects"):
        check_object(s3, bucket, key, expected)


def check_versions(former: Former) -> None:
    """The oldest folders have none."""
    s3 = former.account.client("s3")
    for bucket, expected in former.known.get("versions", {}).items():
        assert former_folder.shown_versions(s3, bucket) == expected
        assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Suspended"


def test_all_that_was_stored_is_shown(former):
    check_all(former)
    check_versions(former)
    former.account.server.stop()
    former.account.server.start()
    check_all(former)
    check_versions(former)


def test_an_upload_that_was_under_way_is_completed(former):
    s3 = former.account.client("s3")
    for bucket, key, expected in former.places("uploads"):
        parts = s3.list_parts(Bucket=bucket, Key=key, UploadId=expected["id"])["Parts"]
        assert [{name: part[name] for name in ("PartNumber", "ETag", "ChecksumCRC32")} for part in parts] == expected["parts"]
        s3.complete_multipart_upload(Bucket=bucket, Key=key, UploadId=expected["id"], MultipartUpload={"Parts": expected["parts"]})
        assert hashlib.sha256(s3.get_object(Bucket=bucket, Key=key)["Body"].read()).hexdigest() == expected["sha256"]
        assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)


def test_objects_are_overwritten_and_erased(former):
    s3 = former.account.client("s3")
    for bucket, key, _ in former.places("objects"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"new" * 10_000)
        assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == b"new" * 10_000
    for bucket, key, expected in former.places("uploads"):
        s3.abort_multipart_upload(Bucket=bucket, Key=key, UploadId=expected["id"])
    for bucket, key, _ in former.places("objects"):
        s3.delete_object(Bucket=bucket, Key=key)
    for bucket in former.known["buckets"]:
        s3.delete_bucket(Bucket=bucket)
    assert {one["Name"] for one in s3.list_buckets()["Buckets"]} == former.known.get("versions", {}).keys()


def test_identities_sign_and_are_judged_as_before(former):
    reader = former.known["reader"]
    bucket, key, expected = former.places("objects")[0]
    account = dataclasses.replace(former.account, key=reader["key"], secret=reader["secret"])
    check_object(account.client("s3"), bucket, key, expected)
    refused("AccessDenied", 403, account.client("s3").put_object, Bucket=bucket, Key=key, Body=b"")
    assert account.client("sts").get_caller_identity()["Arn"].endswith("user/reader")
    (policy,) = former.account.client("iam").list_role_policies(RoleName="former")["PolicyNames"]
    assert policy == "reads"


def test_lines_of_logs_are_there(former):
    events = former.account.client("logs").get_log_events(logGroupName="former", logStreamName="stream", startFromHead=True)["events"]
    assert [event["message"] for event in events] == ["a line of long ago"]
