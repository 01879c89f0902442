"""Multipart uploads: parts in any order become one object; what S3 refuses is refused; checksums of both types."""

import base64
import hashlib
import zlib

from support.refusals import refused

PART = 5 * 1024 * 1024
FIRST, SECOND = b"a" * PART, b"the end"


class Upload:
    def __init__(self, s3, bucket, key="big", **arguments):
        self.s3 = s3
        self.where = {"Bucket": bucket, "Key": key}
        self.begun = s3.create_multipart_upload(**self.where, **arguments)
        self.where["UploadId"] = self.begun["UploadId"]

    def part(self, number, body, **arguments):
        answer = self.s3.upload_part(**self.where, PartNumber=number, Body=body, **arguments)
        checksums = {name: value for name, value in answer.items() if name.startswith("Checksum")}
        return {"PartNumber": number, "ETag": answer["ETag"], **checksums}

    def complete(self, *parts, **arguments):
        return self.s3.complete_multipart_upload(**self.where, MultipartUpload={"Parts": list(parts)}, **arguments)

    def refused(self, code, *parts, **arguments):
        listed = {"Parts": list(parts)}
        call = self.s3.complete_multipart_upload
        return refused(code, 400, call, **self.where, MultipartUpload=listed, **arguments)


def test_parts_become_one_object(s3, bucket):
    upload = Upload(s3, bucket, ContentType="text/plain", Metadata={"m": "1"}, Tagging="t=1")
    second, first = upload.part(2, SECOND), upload.part(1, FIRST)
    listed = s3.list_parts(**upload.where)["Parts"]
    assert [(one["PartNumber"], one["Size"]) for one in listed] == [(1, PART), (2, 7)]
    done = upload.complete(first, second)
    digests = hashlib.md5(FIRST).digest() + hashlib.md5(SECOND).digest()
    assert done["ETag"] == f'"{hashlib.md5(digests).hexdigest()}-2"'
    got = s3.get_object(Bucket=bucket, Key="big")
    assert got["Body"].read() == FIRST + SECOND
    assert (got["ContentType"], got["Metadata"], got["TagCount"]) == ("text/plain", {"m": "1"}, 1)
    across = s3.get_object(Bucket=bucket, Key="big", Range=f"bytes={PART - 2}-{PART + 1}")
    assert across["Body"].read() == b"aath"
    part = s3.get_object(Bucket=bucket, Key="big", PartNumber=2)
    assert (part["Body"].read(), part["PartsCount"]) == (SECOND, 2)
    refused("InvalidPartNumber", 416, s3.get_object, Bucket=bucket, Key="big", PartNumber=3)
    refused("NoSuchUpload", 404, s3.list_parts, **upload.where)


def test_completing_again_gives_the_same_answer(s3, bucket):
    upload = Upload(s3, bucket)
    part = upload.part(1, SECOND)
    done = upload.complete(part)
    assert upload.complete(part)["ETag"] == done["ETag"]
    refused("NoSuchUpload", 404, s3.complete_multipart_upload, **upload.where, MultipartUpload={"Parts": [{**part, "ETag": "\"x\""}]})
    s3.put_object(Bucket=bucket, Key="big", Body=b"other")
    refused("NoSuchUpload", 404, s3.complete_multipart_upload, **upload.where, MultipartUpload={"Parts": [part]})


def test_what_cannot_be_completed(s3, bucket):
    upload = Upload(s3, bucket)
    first, second, third = upload.part(1, b"small"), upload.part(2, SECOND), {"PartNumber": 3, "ETag": '"x"'}
    upload.refused("InvalidPart", first, third)
    upload.refused("InvalidPart", {**first, "ETag": second["ETag"]})
    upload.refused("InvalidPartOrder", second, first)
    answer = upload.refused("EntityTooSmall", first, second)
    assert (answer["Error"]["ProposedSize"], answer["Error"]["PartNumber"]) == ("5", "1")
    upload.refused("MalformedXML")
    assert len(s3.list_parts(**upload.where)["Parts"]) == 2
    refused("InvalidArgument", 400, s3.upload_part, **upload.where, PartNumber=10_001, Body=b"")


def test_an_upload_is_aborted(s3, bucket):
    upload = Upload(s3, bucket)
    upload.part(1, SECOND)
    s3.abort_multipart_upload(**upload.where)
    refused("NoSuchUpload", 404, s3.upload_part, **upload.where, PartNumber=1, Body=b"")
    refused("NoSuchUpload", 404, s3.abort_multipart_upload, **upload.where)
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)


def test_uploads_are_listed_in_pages(s3, bucket):
    begun = [Upload(s3, bucket, key).where for key in ("a", "b/1", "b/1", "c")]
    listed = s3.list_multipart_uploads(Bucket=bucket)["Uploads"]
    assert [one["UploadId"] for one in listed] == [one["UploadId"] for one in begun]
    pages = s3.get_paginator("list_multipart_uploads").paginate(Bucket=bucket, PaginationConfig={"PageSize": 1})
    assert [one["UploadId"] for page in pages for one in page["Uploads"]] == [one["UploadId"] for one in begun]
    rolled = s3.list_multipart_uploads(Bucket=bucket, Delimiter="/")
    assert [one["Prefix"] for one in rolled["CommonPrefixes"]] == ["b/"]


def test_conditions_of_completing(s3, bucket):
    upload = Upload(s3, bucket)
    part = upload.part(1, SECOND)
    s3.put_object(Bucket=bucket, Key="big", Body=b"there")
    call = s3.complete_multipart_upload
    parts = {"MultipartUpload": {"Parts": [part]}}
    refused("PreconditionFailed", 412, call, **upload.where, **parts, IfNoneMatch="*")
    upload.complete(part)
    assert s3.get_object(Bucket=bucket, Key="big")["Body"].read() == SECOND


def test_parts_are_copied_in_ranges(s3, bucket):
    s3.put_object(Bucket=bucket, Key="from", Body=FIRST + SECOND)
    upload = Upload(s3, bucket)
    parts = []
    for number, asked in ((1, f"bytes=0-{PART - 1}"), (2, f"bytes={PART}-{PART + 6}")):
        source = {"CopySource": {"Bucket": bucket, "Key": "from"}, "CopySourceRange": asked}
        copied = s3.upload_part_copy(**upload.where, PartNumber=number, **source)["CopyPartResult"]
        parts.append({"PartNumber": number, "ETag": copied["ETag"]})
    for asked in ("bytes=5-", f"bytes=0-{PART + 7}"):
        source = {"CopySource": {"Bucket": bucket, "Key": "from"}, "CopySourceRange": asked}
        refused("InvalidArgument", 400, s3.upload_part_copy, **upload.where, PartNumber=1, **source)
    upload.complete(*parts)
    assert s3.get_object(Bucket=bucket, Key="big")["Body"].read() == FIRST + SECOND


def crc32(body):
    return base64.b64encode(zlib.crc32(body).to_bytes(4, "big")).decode()


def test_a_full_object_checksum(s3, bucket):
    upload = Upload(s3, bucket, ChecksumAlgorithm="CRC32", ChecksumType="FULL_OBJECT")
    parts = upload.part(1, FIRST), upload.part(2, SECOND)
    upload.refused("BadDigest", *parts, ChecksumCRC32=crc32(b"other"), ChecksumType="FULL_OBJECT")
    done = upload.complete(*parts, ChecksumCRC32=crc32(FIRST + SECOND), ChecksumType="FULL_OBJECT")
    assert (done["ChecksumCRC32"], done["ChecksumType"]) == (crc32(FIRST + SECOND), "FULL_OBJECT")


def test_a_composite_checksum(s3, bucket):
    upload = Upload(s3, bucket, ChecksumAlgorithm="SHA256")
    assert upload.begun["ChecksumType"] == "COMPOSITE"
    parts = [upload.part(1, FIRST, ChecksumAlgorithm="SHA256"), upload.part(2, SECOND, ChecksumAlgorithm="SHA256")]
    bare = [{"PartNumber": part["PartNumber"], "ETag": part["ETag"]} for part in parts]
    upload.refused("InvalidRequest", *bare)
    done = upload.complete(*parts)
    digests = hashlib.sha256(FIRST).digest() + hashlib.sha256(SECOND).digest()
    assert done["ChecksumSHA256"] == base64.b64encode(hashlib.sha256(digests).digest()).decode() + "-2"
    asked = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"]
    found = s3.get_object_attributes(Bucket=bucket, Key="big", ObjectAttributes=asked)
    assert found["Checksum"] == {"ChecksumSHA256": done["ChecksumSHA256"].removesuffix("-2"), "ChecksumType": "COMPOSITE"}
    assert found["ObjectSize"] == PART + 7
    assert [part["Size"] for part in found["ObjectParts"]["Parts"]] == [PART, 7]
    assert found["ObjectParts"]["TotalPartsCount"] == 2


def test_a_part_of_another_algorithm_is_refused(s3, bucket):
    upload = Upload(s3, bucket, ChecksumAlgorithm="SHA256")
    call = s3.upload_part
    refused("InvalidRequest", 400, call, **upload.where, PartNumber=1, Body=b"a", ChecksumAlgorithm="SHA1")
    create = s3.create_multipart_upload
    where = {"Bucket": bucket, "Key": "k"}
    refused("InvalidRequest", 400, create, **where, ChecksumAlgorithm="SHA1", ChecksumType="FULL_OBJECT")
    refused("InvalidRequest", 400, create, **where, ChecksumAlgorithm="CRC64NVME", ChecksumType="COMPOSITE")
    refused("InvalidRequest", 400, create, **where, ChecksumType="COMPOSITE")


def test_the_transfer_manager_goes_up_and_down(s3, bucket, tmp_path):
    body = bytes(range(256)) * (20 * 4096)
    up, down = tmp_path / "up", tmp_path / "down"
    up.write_bytes(body)
    s3.upload_file(str(up), bucket, "k")
    s3.download_file(bucket, "k", str(down))
    assert down.read_bytes() == body
    assert s3.head_object(Bucket=bucket, Key="k")["ETag"].endswith('-3"')
