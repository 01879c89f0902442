"""Keys of any characters: kept as they are, apart from each other, in every operation that names or shows them."""

import random

import pytest
from support import raw
from support.refusals import refused

STRANGE = [
    "..", "../..", "a/../b", "./a", "a/.", "/", "//", "/a", "a//b", "a/", ".", "../../etc/passwd", "C:\\x", "%2e%2e/", "%00", "a%2Fb", "a+b", "a b", " ", "a\tb",
    "a\nb", "a\r\nb", "\x00", "a\x00b", "\x01\x02\x1f\x7f", "?versions", "#a", "&amp;", "<x>", "]]>", "'\"", "a;b=c", "naïve", "nai\u0308ve", "\u200b", "\u202e", "\ufeff",
    "\u0800", "\uffff", "\U00010000", "\U0001f4a9", "\U000fffff", "\U0010ffff", "k" * 1024, "\U0001f4a9" * 256,
]


@pytest.fixture
def full(s3, bucket):
    for key in STRANGE:
        s3.put_object(Bucket=bucket, Key=key, Body=key.encode(), Metadata={"size": str(len(key))})
    return bucket


def listed(s3, bucket, **more) -> list[str]:
    return [one["Key"] for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, **more) for one in page.get("Contents", [])]


def test_they_are_kept_apart_and_as_they_are(s3, full):
    for key in STRANGE:
        assert s3.get_object(Bucket=full, Key=key)["Body"].read() == key.encode(), repr(key)
    assert listed(s3, full) == sorted(STRANGE, key=str.encode)
    assert listed(s3, full, PaginationConfig={"PageSize": 3}) == sorted(STRANGE, key=str.encode)


def test_they_are_copied_tagged_and_deleted(s3, full):
    for key in STRANGE:
        s3.copy_object(Bucket=full, Key=key[:1000].encode()[:1000].decode(errors="ignore") + "-copy", CopySource={"Bucket": full, "Key": key})
        s3.put_object_tagging(Bucket=full, Key=key, Tagging={"TagSet": [{"Key": "k", "Value": "v"}]})
    # XML has no way to say some of them.
    sayable = [key for key in STRANGE if key.isprintable()]
    gone = s3.delete_objects(Bucket=full, Delete={"Objects": [{"Key": key} for key in sayable]})["Deleted"]
    assert {one["Key"] for one in gone} == set(sayable)
    for key in set(STRANGE) - set(sayable):
        s3.delete_object(Bucket=full, Key=key)
    assert not set(listed(s3, full)) & set(STRANGE)


def test_uploads_of_them_are_listed_and_completed(s3, bucket):
    sayable = [key for key in STRANGE if key.isprintable()]  # the answer's XML has no way to say the others
    begun = {key: s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"] for key in sayable}
    shown = {one["Key"]: one["UploadId"] for page in s3.get_paginator("list_multipart_uploads").paginate(Bucket=bucket) for one in page.get("Uploads", [])}
    assert shown == begun
    for key, upload in begun.items():
        part = s3.upload_part(Bucket=bucket, Key=key, UploadId=upload, PartNumber=1, Body=b"x")["ETag"]
        s3.complete_multipart_upload(Bucket=bucket, Key=key, UploadId=upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part}]})
    assert set(listed(s3, bucket)) == set(sayable)


def test_versions_of_them_are_listed(s3, full):
    s3.put_bucket_versioning(Bucket=full, VersioningConfiguration={"Status": "Enabled"})
    for key in STRANGE:
        s3.delete_object(Bucket=full, Key=key)
    pages = list(s3.get_paginator("list_object_versions").paginate(Bucket=full, PaginationConfig={"PageSize": 5}))
    assert {one["Key"] for page in pages for one in page.get("DeleteMarkers", [])} == set(STRANGE)
    assert {one["Key"] for page in pages for one in page.get("Versions", [])} == set(STRANGE)


def test_random_keys_and_prefixes(s3, bucket):
    draw = random.Random(7)
    keys = {"".join(chr(draw.choice([47, 46, 97, 255, 0x3042, 0x1F600])) for _ in range(draw.randint(1, 6))) for _ in range(120)}
    for key in keys:
        s3.put_object(Bucket=bucket, Key=key, Body=b"")
    for prefix in ("", "/", "a", "./", "あ", "😀/"):
        assert listed(s3, bucket, Prefix=prefix) == sorted((key for key in keys if key.startswith(prefix)), key=str.encode)
        found = s3.list_objects_v2(Bucket=bucket, Prefix=prefix, Delimiter="/")
        rest = {key: key[len(prefix):] for key in keys if key.startswith(prefix)}
        assert {one["Prefix"] for one in found.get("CommonPrefixes", [])} == {prefix + part.partition("/")[0] + "/" for part in rest.values() if "/" in part}
        assert {one["Key"] for one in found.get("Contents", [])} == {key for key, part in rest.items() if "/" not in part}


def test_what_is_no_key_is_refused(aws, s3, bucket):
    refused("KeyTooLongError", 400, s3.put_object, Bucket=bucket, Key="k" * 1025, Body=b"")
    for path in ("%FF", "%C0%80", "%ED%A0%80", "%F4%90%80%80", "%E2%82"):
        assert raw.send(aws, raw.request(aws, "s3", "PUT", f"/{bucket}/{path}", b"x")).error() == (400, "InvalidURI"), path
    assert listed(s3, bucket) == []
