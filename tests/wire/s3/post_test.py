"""Uploads by POST: boto3's generate_presigned_post, and forms made by hand for all that it does not make."""

import base64
import datetime
import hashlib
import hmac
import json

import pytest
from botocore.config import Config
from support import raw

BOUNDARY = "a-boundary-of-ours"


def form_body(fields: list, file: bytes | None, name: str = "photo.png") -> bytes:
    parts = []
    for field, value in fields:
        parts.append(f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode())
    if file is not None:
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: image/png\r\n\r\n'
        parts.append(head.encode() + file + b"\r\n")
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def send_form(aws, bucket: str, fields, file: bytes | None = b"bytes", name: str = "photo.png", headers: dict | None = None) -> raw.Answer:
    pairs = list(fields.items()) if isinstance(fields, dict) else fields
    head = {
        "Host": aws.server.url.removeprefix("http://"),
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        **(headers or {}),
    }
    return raw.send(aws, raw.Request("POST", f"/{bucket}", head, form_body(pairs, file, name)))


def presigned(aws, bucket: str, key: str, **words) -> dict:
    s3 = aws.client("s3", config=Config(signature_version="s3v4"))
    return s3.generate_presigned_post(bucket, key, **words)["fields"]


def signed(aws, conditions: list, **changes) -> dict:
    """The fields of version 4 over a policy of one's own."""
    now = datetime.datetime.now(datetime.UTC)
    scope = f"{now:%Y%m%d}/us-east-1/s3/aws4_request"
    proof = {"x-amz-algorithm": "AWS4-HMAC-SHA256", "x-amz-credential": f"{aws.key}/{scope}", "x-amz-date": f"{now:%Y%m%dT%H%M%SZ}"}
    expires = changes.pop("expires", now + datetime.timedelta(minutes=5))
    document = {"expiration": f"{expires:%Y-%m-%dT%H:%M:%S.000Z}", "conditions": [*conditions, *({name: value} for name, value in proof.items())]}
    policy = changes.pop("policy", None) or base64.b64encode(json.dumps(document).encode()).decode()
    key = f"AWS4{aws.secret}".encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, policy.encode(), hashlib.sha256).hexdigest()
    return {**proof, "policy": policy, "x-amz-signature": signature, **changes}


@pytest.mark.parametrize("version", ["s3v4", "s3"])
def test_what_boto3_signs_is_stored(aws, version):
    bucket = aws.bucket()
    s3 = aws.client("s3", config=Config(signature_version=version))
    fields = {"Content-Type": "image/png", "x-amz-meta-from": "a form", "Cache-Control": "no-cache"}
    conditions = [*({name: value} for name, value in fields.items()), ["content-length-range", 1, 100]]
    post = s3.generate_presigned_post(bucket, "photos/${filename}", Fields=fields, Conditions=conditions)
    answer = send_form(aws, bucket, post["fields"], b"the photo")
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["location"].endswith(f"/{bucket}/photos%2Fphoto.png")
    stored = aws.client("s3").get_object(Bucket=bucket, Key="photos/photo.png")
    assert stored["Body"].read() == b"the photo"
    assert (stored["ContentType"], stored["CacheControl"], stored["Metadata"]) == ("image/png", "no-cache", {"from": "a form"})
    assert answer.headers["etag"] == stored["ETag"]


def test_the_form_chooses_its_answer(aws):
    bucket = aws.bucket()
    for status, expected in [("200", 200), ("201", 201), ("204", 204), ("404", 204), ("", 204)]:
        fields = signed(aws, [{"key": "k"}, {"success_action_status": status}], key="k", success_action_status=status)
        answer = send_form(aws, bucket, fields)
        assert answer.status == expected
        assert (answer.body != b"") == (expected == 201)
    answer = send_form(aws, bucket, signed(aws, [{"key": "a b"}, {"success_action_status": "201"}], key="a b", success_action_status="201"))
    assert answer.headers["content-type"] == "application/xml"
    assert (answer.element("Bucket"), answer.element("Key")) == (bucket, "a b")
    assert answer.element("ETag") == answer.headers["etag"]
    assert answer.element("Location") == answer.headers["location"]


def test_the_form_leads_on_to_a_page(aws):
    bucket = aws.bucket()
    for field in ("success_action_redirect", "redirect"):
        for url, begin in [("http://site.org/done", "http://site.org/done?"), ("https://site.org/?a=1", "https://site.org/?a=1&")]:
            answer = send_form(aws, bucket, signed(aws, [{"key": "k"}, {field: url}], **{"key": "k", field: url}))
            etag = answer.headers["etag"].strip('"')
            assert answer.status == 303
            assert answer.headers["location"] == f"{begin}bucket={bucket}&key=k&etag=%22{etag}%22"
    answer = send_form(aws, bucket, signed(aws, [{"key": "k"}, {"redirect": "javascript:1"}], key="k", redirect="javascript:1"))
    assert answer.status == 204


def test_a_large_file_passes_through(aws):
    bucket = aws.bucket()
    data = bytes(range(256)) * 20_000
    answer = send_form(aws, bucket, signed(aws, [{"key": "large"}, ["content-length-range", 0, len(data)]], key="large"), data)
    assert answer.status == 204
    assert aws.client("s3").get_object(Bucket=bucket, Key="large")["Body"].read() == data


def test_tags_come_as_a_document(aws):
    bucket, s3 = aws.bucket(), aws.client("s3")
    tagging = "<Tagging><TagSet><Tag><Key>kind</Key><Value>a &#98;/c</Value></Tag></TagSet></Tagging>"
    answer = send_form(aws, bucket, signed(aws, [{"key": "k"}, ["starts-with", "$tagging", ""]], key="k", tagging=tagging))
    assert answer.status == 204
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == [{"Key": "kind", "Value": "a b/c"}]
    answer = send_form(aws, bucket, signed(aws, [{"key": "k"}, ["starts-with", "$tagging", ""]], key="k", tagging="<x/>"))
    assert answer.error() == (400, "MalformedXML")


def test_the_policy_binds_the_form(aws):
    bucket = aws.bucket()
    start = "Invalid according to Policy: "

    def refusal(conditions: list, file: bytes = b"bytes", **fields):
        answer = send_form(aws, bucket, signed(aws, conditions, **fields), file)
        return *answer.error(), answer.message()

    assert refusal([["starts-with", "$key", "user/"]], key="other") == (
        403, "AccessDenied", start + 'Policy Condition failed: ["starts-with", "$key", "user/"]'
    )
    assert refusal([{"key": "k"}, {"bucket": "another"}], key="k") == (
        403, "AccessDenied", start + 'Policy Condition failed: ["eq", "$bucket", "another"]'
    )
    assert refusal([{"key": "k"}], key="k", **{"x-amz-meta-note": "1"}) == (
        403, "AccessDenied", start + "Extra input fields: x-amz-meta-note"
    )
    past = datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=5)
    assert refusal([{"key": "k"}], key="k", expires=past) == (403, "AccessDenied", start + "Policy expired.")
    length = ["content-length-range", 2, 4]
    assert refusal([{"key": "k"}, length], key="k")[:2] == (400, "EntityTooLarge")
    assert refusal([{"key": "k"}, length], b"1", key="k")[:2] == (400, "EntityTooSmall")
    for policy in ("bm8ganNvbg==", "?", base64.b64encode(b"{}").decode()):
        assert refusal([], key="k", policy=policy)[:2] == (400, "InvalidPolicyDocument")
    assert aws.client("s3").list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_the_signature_must_be_the_policys(aws):
    bucket = aws.bucket()
    good = signed(aws, [{"key": "k"}], key="k")

    def code(**changes):
        fields = {name: value for name, value in {**good, **changes}.items() if value is not None}
        return send_form(aws, bucket, fields).error()

    assert code(**{"x-amz-signature": "0" * 64}) == (403, "SignatureDoesNotMatch")
    scope = good["x-amz-credential"].partition("/")[2]
    assert code(**{"x-amz-credential": f"AKIAUNKNOWN/{scope}"}) == (403, "InvalidAccessKeyId")
    assert code(**{"x-amz-credential": "nonsense"}) == (400, "AuthorizationQueryParametersError")
    assert code(**{"x-amz-algorithm": "AWS4-HMAC-SHA1"}) == (400, "InvalidArgument")
    for name in ("x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature", "policy", "key"):
        assert code(**{name: None}) == (400, "InvalidArgument"), name


def test_a_form_that_nobody_signed_is_nobodys(aws):
    bucket = aws.bucket()
    assert send_form(aws, bucket, {"key": "k"}).error() == (403, "AccessDenied")
    assert send_form(aws, "no-such-bucket-of-anyone", {"key": "k"}).status in (403, 404)


def test_the_signers_permissions_decide(aws):
    bucket = aws.bucket()
    user = aws.user({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{bucket}/mine/*"}]})
    assert send_form(aws, bucket, presigned(user, bucket, "mine/1")).status == 204
    assert send_form(aws, bucket, presigned(user, bucket, "others/1")).error() == (403, "AccessDenied")


def test_a_broken_form_is_refused(aws):
    bucket = aws.bucket()
    host = aws.server.url.removeprefix("http://")
    fields = signed(aws, [{"key": "k"}], key="k")

    def sent(body: bytes, content_type: str = f"multipart/form-data; boundary={BOUNDARY}", path: str = f"/{bucket}"):
        return raw.send(aws, raw.Request("POST", path, {"Host": host, "Content-Type": content_type}, body)).error()

    whole = form_body(list(fields.items()), b"bytes")
    assert sent(whole, "multipart/form-data") == (400, "MalformedPOSTRequest")
    assert sent(whole, "multipart/form-data; boundary=another") == (400, "MalformedPOSTRequest")
    assert sent(whole[:-30]) == (400, "MalformedPOSTRequest")
    assert sent(b"") == (400, "MalformedPOSTRequest")
    assert sent(whole, path=f"/{bucket}/key") == (405, "MethodNotAllowed")
    assert send_form(aws, bucket, fields, None).error() == (400, "InvalidArgument")
    assert send_form(aws, bucket, {**fields, "x-ignore-much": "x" * 21_000}).error() == (400, "MaxPostPreDataLengthExceededError")
    line = signed(aws, [{"key": "k"}, ["starts-with", "$x-amz-meta-a", ""]], **{"key": "k", "x-amz-meta-a": "1\r\nX-Evil: 1"})
    assert send_form(aws, bucket, line).error() == (400, "MalformedPOSTRequest")
    assert aws.client("s3").list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_what_put_object_refuses_a_form_refuses(aws):
    bucket = aws.bucket()
    conditions = [{"key": "k"}, {"x-amz-storage-class": "NONE"}]
    answer = send_form(aws, bucket, signed(aws, conditions, **{"key": "k", "x-amz-storage-class": "NONE"}))
    assert answer.error() == (400, "InvalidStorageClass")
    conditions = [{"key": "k"}, {"x-amz-checksum-crc32": "AAAAAA=="}]
    answer = send_form(aws, bucket, signed(aws, conditions, **{"key": "k", "x-amz-checksum-crc32": "AAAAAA=="}))
    assert answer.error() == (400, "BadDigest")
