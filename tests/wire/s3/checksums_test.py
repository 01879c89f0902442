"""Checksums of objects put whole: each algorithm that S3 knows, given, verified, shown and defaulted."""

import base64
import hashlib
import zlib

import pytest
from botocore.exceptions import ClientError

BODY = b"123456789"

# The published check values of "123456789" where Python's library has no such function.
KNOWN = {
    "CRC32": zlib.crc32(BODY).to_bytes(4, "big"),
    "CRC32C": bytes.fromhex("e3069283"),
    "CRC64NVME": bytes.fromhex("ae8b14860a799888"),
    "SHA1": hashlib.sha1(BODY).digest(),
    "SHA256": hashlib.sha256(BODY).digest(),
    "SHA512": hashlib.sha512(BODY).digest(),
    "MD5": hashlib.md5(BODY).digest(),
}


@pytest.mark.parametrize("name", KNOWN)
def test_a_checksum_is_verified_and_kept(s3, bucket, name):
    member, value = f"Checksum{name}", base64.b64encode(KNOWN[name]).decode()
    put = s3.put_object(Bucket=bucket, Key="k", Body=BODY, **{member: value})
    assert put[member] == value
    head = s3.head_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
    assert (head[member], head["ChecksumType"]) == (value, "FULL_OBJECT")
    assert member not in s3.head_object(Bucket=bucket, Key="k")
    with pytest.raises(ClientError) as raised:
        s3.put_object(Bucket=bucket, Key="k", Body=b"other", **{member: value})
    assert raised.value.response["Error"]["Code"] == "BadDigest"
    listed = s3.list_objects_v2(Bucket=bucket)["Contents"][0]
    assert listed["ChecksumAlgorithm"] == [name]


@pytest.mark.parametrize("name", ["XXHASH64", "XXHASH3", "XXHASH128"])
def test_the_newer_kinds_are_verified_too(s3, bucket, name):
    size = 16 if name == "XXHASH128" else 8
    with pytest.raises(ClientError) as raised:
        s3.put_object(Bucket=bucket, Key="k", Body=BODY, **{f"Checksum{name}": base64.b64encode(bytes(size)).decode()})
    assert raised.value.response["Error"]["Code"] == "BadDigest"


def test_the_default_is_crc64nvme(aws, bucket):
    from botocore.config import Config

    quiet = aws.client("s3", config=Config(request_checksum_calculation="when_required"))
    put = quiet.put_object(Bucket=bucket, Key="k", Body=BODY)
    assert put["ChecksumCRC64NVME"] == base64.b64encode(KNOWN["CRC64NVME"]).decode()


def test_a_malformed_value_is_refused(s3, bucket):
    with pytest.raises(ClientError) as raised:
        s3.put_object(Bucket=bucket, Key="k", Body=BODY, ChecksumCRC32="abc")
    assert raised.value.response["Error"]["Code"] == "InvalidRequest"


def test_two_checksums_are_refused(s3, bucket):
    two = {f"Checksum{name}": base64.b64encode(KNOWN[name]).decode() for name in ("CRC32", "SHA256")}
    with pytest.raises(ClientError) as raised:
        s3.put_object(Bucket=bucket, Key="k", Body=BODY, **two)
    assert raised.value.response["Error"]["Code"] == "InvalidRequest"
