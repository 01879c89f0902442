"""Objects from boto3: what was put is what is got, whole, in ranges and under conditions, and errors are S3's own."""

import base64
import hashlib
import io
import urllib.request

import pytest
from botocore.config import Config
from support import raw
from support.account import Account
from support.refusals import refused


@pytest.mark.parametrize("size", [0, 1, 16 * 1024, 16 * 1024 + 1, 1_000_003])
def test_what_was_put_is_got(s3, bucket, size):
    body = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    put = s3.put_object(Bucket=bucket, Key="a key/ü+ %", Body=body)
    got = s3.get_object(Bucket=bucket, Key="a key/ü+ %")
    assert got["Body"].read() == body
    assert put["ETag"] == got["ETag"] == f'"{hashlib.md5(body).hexdigest()}"'
    assert got["ContentLength"] == size
    assert got["ContentType"] == "binary/octet-stream"
    assert put["ChecksumType"] == "FULL_OBJECT"


def test_a_stream_of_unknown_kind_goes_up_in_chunks(s3, bucket):
    body = b"0123456789" * 30_000
    s3.put_object(Bucket=bucket, Key="k", Body=io.BytesIO(body))
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == body


def test_headers_and_metadata_come_back(s3, bucket):
    sent = {
        "ContentType": "text/csv",
        "CacheControl": "max-age=60",
        "ContentDisposition": 'attachment; filename="x"',
        "ContentEncoding": "gzip",
        "ContentLanguage": "de",
        "Metadata": {"colour": "blue", "two": "words here"},
    }
    s3.put_object(Bucket=bucket, Key="k", Body=b"a", **sent)
    for answer in (s3.get_object(Bucket=bucket, Key="k"), s3.head_object(Bucket=bucket, Key="k")):
        assert {name: answer[name] for name in sent} == sent


def test_answers_headers_can_be_overridden(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"a", ContentType="text/plain")
    got = s3.get_object(Bucket=bucket, Key="k", ResponseContentType="text/csv", ResponseCacheControl="no-store")
    assert (got["ContentType"], got["CacheControl"]) == ("text/csv", "no-store")


@pytest.mark.parametrize(
    ("asked", "bytes_got", "content_range"),
    [
        ("bytes=0-0", b"0", "bytes 0-0/10"),
        ("bytes=3-5", b"345", "bytes 3-5/10"),
        ("bytes=8-", b"89", "bytes 8-9/10"),
        ("bytes=-3", b"789", "bytes 7-9/10"),
        ("bytes=5-500", b"56789", "bytes 5-9/10"),
    ],
)
def test_a_range_is_answered_by_206(s3, bucket, asked, bytes_got, content_range):
    s3.put_object(Bucket=bucket, Key="k", Body=b"0123456789")
    got = s3.get_object(Bucket=bucket, Key="k", Range=asked)
    assert got["ResponseMetadata"]["HTTPStatusCode"] == 206
    assert got["Body"].read() == bytes_got
    assert got["ContentRange"] == content_range
    head = s3.head_object(Bucket=bucket, Key="k", Range=asked)
    assert head["ContentLength"] == len(bytes_got)


def test_a_range_beyond_the_end_is_416(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"0123456789")
    answer = refused("InvalidRange", 416, s3.get_object, Bucket=bucket, Key="k", Range="bytes=10-")
    assert answer["Error"]["ActualObjectSize"] == "10"


def test_several_ranges_are_answered_by_the_whole(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"0123456789")
    got = s3.get_object(Bucket=bucket, Key="k", Range="bytes=0-1,4-5")
    assert got["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert got["Body"].read() == b"0123456789"


def test_conditions_of_a_read(s3, bucket):
    etag = s3.put_object(Bucket=bucket, Key="k", Body=b"a")["ETag"]
    modified = s3.head_object(Bucket=bucket, Key="k")["LastModified"]
    assert s3.get_object(Bucket=bucket, Key="k", IfMatch=etag)["Body"].read() == b"a"
    answer = refused("PreconditionFailed", 412, s3.get_object, Bucket=bucket, Key="k", IfMatch='"other"')
    assert answer["Error"]["Condition"] == "If-Match"
    refused("304", 304, s3.get_object, Bucket=bucket, Key="k", IfNoneMatch=etag)
    refused("304", 304, s3.head_object, Bucket=bucket, Key="k", IfModifiedSince=modified)
    refused("412", 412, s3.head_object, Bucket=bucket, Key="k", IfUnmodifiedSince="2001-01-01T00:00:00Z")


def test_conditions_of_a_write(s3, bucket):
    refused("NoSuchKey", 404, s3.put_object, Bucket=bucket, Key="k", Body=b"1", IfMatch='"x"')
    etag = s3.put_object(Bucket=bucket, Key="k", Body=b"1", IfNoneMatch="*")["ETag"]
    refused("PreconditionFailed", 412, s3.put_object, Bucket=bucket, Key="k", Body=b"2", IfNoneMatch="*")
    refused("PreconditionFailed", 412, s3.put_object, Bucket=bucket, Key="k", Body=b"2", IfMatch='"x"')
    refused("PreconditionFailed", 412, s3.delete_object, Bucket=bucket, Key="k", IfMatch='"x"')
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"1"
    s3.put_object(Bucket=bucket, Key="k", Body=b"2", IfMatch=etag)
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"2"


def test_missing_keys_and_buckets(s3, bucket, aws):
    answer = refused("NoSuchKey", 404, s3.get_object, Bucket=bucket, Key="gone")
    assert answer["Error"]["Key"] == "gone"
    refused("404", 404, s3.head_object, Bucket=bucket, Key="gone")
    other = aws.name("no-such")
    answer = refused("NoSuchBucket", 404, s3.get_object, Bucket=other, Key="k")
    assert answer["Error"]["BucketName"] == other
    refused("NoSuchBucket", 404, s3.put_object, Bucket=other, Key="k", Body=b"")
    s3.delete_object(Bucket=bucket, Key="gone")


def test_a_long_key_is_refused(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k" * 1024, Body=b"")
    refused("KeyTooLongError", 400, s3.put_object, Bucket=bucket, Key="k" * 1025, Body=b"")


def test_much_metadata_is_refused(s3, bucket):
    refused("MetadataTooLarge", 400, s3.put_object, Bucket=bucket, Key="k", Body=b"", Metadata={"m": "x" * 2048})


def test_what_has_no_effect_here_is_refused_by_name(s3, bucket):
    for arguments in (
        {"ServerSideEncryption": "aws:kms:dsse"},
    ):
        answer = refused("NotImplemented", 501, s3.put_object, Bucket=bucket, Key="k", Body=b"", **arguments)
        assert next(iter(arguments)) in answer["Error"]["Message"]
    refused("AccessControlListNotSupported", 400, s3.put_object, Bucket=bucket, Key="k", Body=b"", ACL="public-read")
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_one_version_is_named_null(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"a")
    assert s3.get_object(Bucket=bucket, Key="k", VersionId="null")["Body"].read() == b"a"
    refused("InvalidArgument", 400, s3.get_object, Bucket=bucket, Key="k", VersionId="abc")
    versions = s3.list_object_versions(Bucket=bucket)["Versions"]
    assert [(one["Key"], one["VersionId"], one["IsLatest"]) for one in versions] == [("k", "null", True)]


def test_content_md5_is_verified(s3, bucket):
    good = base64.b64encode(hashlib.md5(b"a").digest()).decode()
    s3.put_object(Bucket=bucket, Key="k", Body=b"a", ContentMD5=good)
    refused("BadDigest", 400, s3.put_object, Bucket=bucket, Key="k", Body=b"b", ContentMD5=good)
    refused("InvalidDigest", 400, s3.put_object, Bucket=bucket, Key="k", Body=b"b", ContentMD5="abc")
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"a"


def test_many_are_deleted_at_once(s3, bucket):
    for key in ("a", "b", "c"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"")
    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "a"}, {"Key": "gone"}]})
    assert [one["Key"] for one in answer["Deleted"]] == ["a", "gone"]
    assert "Errors" not in answer
    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "b"}], "Quiet": True})
    assert "Deleted" not in answer
    assert [one["Key"] for one in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["c"]
    refused("MalformedXML", 400, s3.delete_objects, Bucket=bucket, Delete={"Objects": [{"Key": "k"}] * 1001})


def test_the_list_of_what_to_delete_is_vouched_for(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"")

    def bare(request, **_):
        for name in [name for name in request.headers if name.lower().startswith("x-amz-checksum-")]:
            del request.headers[name]

    def wrong(request, **_):
        request.headers["Content-MD5"] = base64.b64encode(hashlib.md5(b"other").digest()).decode()

    for spoil, code in ((bare, "InvalidRequest"), (wrong, "BadDigest")):
        s3.meta.events.register_first("before-sign.s3.DeleteObjects", spoil)
        refused(code, 400, s3.delete_objects, Bucket=bucket, Delete={"Objects": [{"Key": "k"}]})
        s3.meta.events.unregister("before-sign.s3.DeleteObjects", spoil)
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 1


def test_copies(s3, bucket, aws):
    s3.put_object(Bucket=bucket, Key="from", Body=b"bytes", ContentType="text/plain", Metadata={"m": "1"}, Tagging="t=1")
    source = {"Bucket": bucket, "Key": "from"}
    result = s3.copy_object(Bucket=bucket, Key="to", CopySource=source)["CopyObjectResult"]
    head = s3.head_object(Bucket=bucket, Key="to")
    assert (head["ETag"], head["ContentType"], head["Metadata"]) == (result["ETag"], "text/plain", {"m": "1"})
    assert s3.get_object_tagging(Bucket=bucket, Key="to")["TagSet"] == [{"Key": "t", "Value": "1"}]
    replaced = {"MetadataDirective": "REPLACE", "Metadata": {"n": "2"}, "TaggingDirective": "REPLACE"}
    s3.copy_object(Bucket=bucket, Key="from", CopySource=source, **replaced)
    assert s3.head_object(Bucket=bucket, Key="from")["Metadata"] == {"n": "2"}
    refused("InvalidRequest", 400, s3.copy_object, Bucket=bucket, Key="from", CopySource=source)
    refused("PreconditionFailed", 412, s3.copy_object, Bucket=bucket, Key="x", CopySource=source, CopySourceIfMatch="no")
    refused("NoSuchKey", 404, s3.copy_object, Bucket=bucket, Key="x", CopySource={"Bucket": bucket, "Key": "gone"})
    gone = {"Bucket": aws.name("gone"), "Key": "k"}
    refused("NoSuchBucket", 404, s3.copy_object, Bucket=bucket, Key="x", CopySource=gone)


def test_object_tags_and_their_limits(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"", Tagging="a=1&b=%20two")
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == [
        {"Key": "a", "Value": "1"},
        {"Key": "b", "Value": " two"},
    ]
    assert s3.get_object(Bucket=bucket, Key="k")["TagCount"] == 2

    def tag(*pairs):
        return {"TagSet": [{"Key": key, "Value": value} for key, value in pairs]}

    put = s3.put_object_tagging
    put(Bucket=bucket, Key="k", Tagging=tag(("c", "3")))
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == [{"Key": "c", "Value": "3"}]
    refused("BadRequest", 400, put, Bucket=bucket, Key="k", Tagging=tag(*((str(n), "v") for n in range(11))))
    refused("InvalidTag", 400, put, Bucket=bucket, Key="k", Tagging=tag(("k" * 129, "v")))
    refused("InvalidTag", 400, put, Bucket=bucket, Key="k", Tagging=tag(("k", "v" * 257)))
    refused("InvalidTag", 400, put, Bucket=bucket, Key="k", Tagging=tag(("k", "1"), ("k", "2")))
    refused("NoSuchKey", 404, put, Bucket=bucket, Key="gone", Tagging=tag(("k", "v")))
    s3.delete_object_tagging(Bucket=bucket, Key="k")
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == []


def test_a_presigned_url_serves_a_plain_client(s3, bucket):
    url = s3.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": "k"})
    # urllib would add a type of its own, which is part of what boto3 signs here.
    put = urllib.request.Request(url, data=b"by hand", headers={"Content-Type": ""}, method="PUT")
    with urllib.request.urlopen(put) as answer:
        assert answer.status == 200
    url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "k"})
    with urllib.request.urlopen(url) as answer:
        assert answer.read() == b"by hand"


def test_a_presigned_url_carries_headers_itself(aws, s3, bucket):
    client = aws.client("s3", config=Config(signature_version="s3"))
    url = client.generate_presigned_url("put_object", {"Bucket": bucket, "Key": "k", "Metadata": {"venue": "123"}})
    assert "x-amz-meta-venue=123" in url
    target = url.removeprefix(aws.server.url)
    answer = raw.send(aws, raw.Request("PUT", target, {"Host": aws.server.url.removeprefix("http://")}, b"x"))
    assert answer.status == 200
    assert s3.get_object(Bucket=bucket, Key="k")["Metadata"] == {"venue": "123"}


def test_an_older_presigned_url_is_for_its_operation_alone(aws, s3):
    """Its signature leaves names in the query string out: none may be added that make another operation of it."""
    bucket = aws.name("bucket")
    s3.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=True)
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    client = aws.client("s3", config=Config(signature_version="s3"))
    url = client.generate_presigned_url("put_object", {"Bucket": bucket, "Key": "k"})
    target = url.removeprefix(aws.server.url).replace("?", "?legal-hold&")
    hold = b"<LegalHold><Status>ON</Status></LegalHold>"
    answer = raw.send(aws, raw.Request("PUT", target, {"Host": aws.server.url.removeprefix("http://")}, hold))
    assert answer.error() == (403, "SignatureDoesNotMatch")
    listed = client.generate_presigned_url("list_objects_v2", {"Bucket": bucket})
    with urllib.request.urlopen(listed) as listing:
        assert b"<Key>k</Key>" in listing.read()


def test_where_a_copy_leads_is_its_own(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", WebsiteRedirectLocation="/one", CacheControl="no-cache")
    source = {"Bucket": bucket, "Key": "k"}
    s3.copy_object(Bucket=bucket, Key="plain", CopySource=source)
    copy = s3.head_object(Bucket=bucket, Key="plain")
    assert (copy.get("WebsiteRedirectLocation"), copy["CacheControl"]) == (None, "no-cache")
    s3.copy_object(Bucket=bucket, Key="k", CopySource=source, WebsiteRedirectLocation="/two")
    assert s3.head_object(Bucket=bucket, Key="k")["WebsiteRedirectLocation"] == "/two"
    refused("InvalidRedirectLocation", 400, s3.put_object, Bucket=bucket, Key="k", Body=b"", WebsiteRedirectLocation="ftp://x")


def test_a_tag_with_a_quote_missing_is_understood(s3, bucket):
    etag = s3.put_object(Bucket=bucket, Key="k", Body=b"x")["ETag"]
    for form in (etag[1:], etag[:-1], etag.strip('"')):
        assert s3.put_object(Bucket=bucket, Key="k", Body=b"x", IfMatch=form)["ETag"] == etag


def test_who_signs_nothing_may_not_name_headers(own_server):
    server = own_server("--auth", "off")
    account = Account(server, "000000000000", *server.credentials())
    account.client("s3").put_object(Bucket=(bucket := account.bucket()), Key="k", Body=b"x")
    host = {"Host": server.url.removeprefix("http://")}
    assert raw.send(account, raw.Request("GET", f"/{bucket}/k", host, b"")).status == 200
    answer = raw.send(account, raw.Request("GET", f"/{bucket}/k?response-content-type=text/html", host, b""))
    assert answer.error() == (400, "InvalidRequest")
