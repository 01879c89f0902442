"""Signatures that must not pass, and what each service family answers: S3 in XML, STS by query, SageMaker in JSON."""

import base64
import dataclasses
import datetime
import hashlib
import hmac
import zlib

import pytest
from botocore import auth, credentials
from support import raw

BODY = b"0123456789" * 20_000


def now() -> datetime.datetime:
    """Asked for when it is needed: a whole session takes longer than a signature is good for."""
    return datetime.datetime.now(datetime.timezone.utc)


def make(kind: str, account, **changes) -> raw.Request:
    if kind == "s3":
        return raw.request(account, "s3", "GET", "/", **changes)
    if kind == "sts":
        return raw.form_request(account, "sts", "GetCallerIdentity", **changes)
    return raw.json_request(account, "sagemaker", "ListModels", {"MaxResults": 5}, **changes)


def changed(account, **fields):
    return dataclasses.replace(account, **fields)


def flipped(text: str) -> str:
    return text[:-1] + ("0" if text[-1] != "0" else "1")


def answered(aws, kind, sent=None, **changes):
    return raw.send(aws, sent or make(kind, aws, **changes)).error()


@pytest.mark.parametrize("kind", ["s3", "sts", "sagemaker"])
def test_a_right_signature_passes(aws, kind):
    assert raw.send(aws, make(kind, aws)).status == 200


MISMATCH = {"s3": (403, "SignatureDoesNotMatch"), "sts": (403, "SignatureDoesNotMatch"), "sagemaker": (400, "InvalidSignatureException")}
UNKNOWN = {"s3": (403, "InvalidAccessKeyId"), "sts": (403, "InvalidClientTokenId"), "sagemaker": (400, "UnrecognizedClientException")}
MISSING = {"s3": (403, "AccessDenied"), "sts": (403, "MissingAuthenticationToken"), "sagemaker": (400, "MissingAuthenticationTokenException")}
INCOMPLETE = {"s3": (400, "AuthorizationHeaderMalformed"), "sts": (400, "IncompleteSignature"), "sagemaker": (400, "IncompleteSignatureException")}
SKEWED = {"s3": (403, "RequestTimeTooSkewed"), "sts": (403, "SignatureDoesNotMatch"), "sagemaker": (400, "InvalidSignatureException")}
BAD_TOKEN = {"s3": (400, "InvalidToken"), "sts": (403, "InvalidClientTokenId"), "sagemaker": (400, "UnrecognizedClientException")}
KINDS = pytest.mark.parametrize("kind", ["s3", "sts", "sagemaker"])


@KINDS
def test_a_wrong_secret(aws, kind):
    assert answered(aws, kind, make(kind, changed(aws, secret="wrong"))) == MISMATCH[kind]


@KINDS
def test_an_unknown_key(aws, kind):
    assert answered(aws, kind, make(kind, changed(aws, key="AKIAIOSFODNN7EXAMPLE"))) == UNKNOWN[kind]


@KINDS
def test_no_signature(aws, kind):
    sent = make(kind, aws)
    del sent.headers["Authorization"]
    assert answered(aws, kind, sent) == MISSING[kind]


@KINDS
def test_parts_of_the_header_missing(aws, kind):
    for part in ("Credential=", "SignedHeaders=", "Signature="):
        sent = make(kind, aws)
        sent.headers["Authorization"] = sent.headers["Authorization"].replace(part, "Other=", 1)
        assert answered(aws, kind, sent) == INCOMPLETE[kind], part


@KINDS
@pytest.mark.parametrize("minutes", [-16, 16])
def test_a_date_too_far_off(aws, kind, minutes):
    assert answered(aws, kind, at=now() + datetime.timedelta(minutes=minutes)) == SKEWED[kind]


@KINDS
def test_a_date_a_little_off_passes(aws, kind):
    assert raw.send(aws, make(kind, aws, at=now() - datetime.timedelta(minutes=13))).status == 200


@KINDS
def test_one_character_of_the_signature_changed(aws, kind):
    sent = make(kind, aws)
    sent.headers["Authorization"] = flipped(sent.headers["Authorization"])
    assert answered(aws, kind, sent) == MISMATCH[kind]


@KINDS
def test_a_changed_query_string(aws, kind):
    sent = make(kind, aws)
    sent.target += "?x=1"
    assert answered(aws, kind, sent) == MISMATCH[kind]


@KINDS
def test_a_changed_signed_header(aws, kind):
    sent = make(kind, aws, headers={"X-Amz-Meta-Color": "blue"})
    sent.headers["X-Amz-Meta-Color"] = "red"
    assert answered(aws, kind, sent) == MISMATCH[kind]


@KINDS
def test_an_added_unsigned_amz_header(aws, kind):
    sent = make(kind, aws)
    sent.headers["X-Amz-Added"] = "1"
    status, code = answered(aws, kind, sent)
    assert (status, code) == MISMATCH[kind]


@KINDS
def test_a_scope_of_another_region_or_day(aws, kind):
    day = now().strftime("%Y%m%d")
    for old, new in ((f"{day}/us-east-1", f"{day}/eu-west-1"), (f"/{day}/", "/20200101/")):
        sent = make(kind, aws)
        sent.headers["Authorization"] = sent.headers["Authorization"].replace(old, new)
        status, code = answered(aws, kind, sent)
        assert code in (MISMATCH[kind][1], SKEWED[kind][1], INCOMPLETE[kind][1])
        assert status in (400, 403)


@KINDS
def test_a_scope_of_another_service(aws, kind):
    sent = make(kind, aws)
    name = f"/{kind}/aws4_request"
    sent.headers["Authorization"] = sent.headers["Authorization"].replace(name, "/sqs/aws4_request")
    status, code = answered(aws, kind, sent)
    assert status in (400, 403, 404)
    assert code


@KINDS
def test_a_scope_without_its_end(aws, kind):
    sent = make(kind, aws)
    sent.headers["Authorization"] = sent.headers["Authorization"].replace("aws4_request", "aws5_request")
    status, code = answered(aws, kind, sent)
    assert (status, code) == {**INCOMPLETE, "sts": (403, "SignatureDoesNotMatch"), "sagemaker": (400, "InvalidSignatureException")}[kind]


@pytest.mark.parametrize("kind", ["sts", "sagemaker"])
def test_a_changed_body(aws, kind):
    sent = make(kind, aws)
    sent.body = sent.body[:-1] + b" "
    assert answered(aws, kind, sent) == MISMATCH[kind]


def test_a_changed_body_of_an_object(aws):
    bucket = aws.bucket()
    sent = raw.request(aws, "s3", "PUT", f"/{bucket}/key", b"hello")
    sent.body = b"jello"
    assert raw.send(aws, sent).error() == (400, "XAmzContentSHA256Mismatch")
    sent = raw.request(aws, "s3", "PUT", f"/{bucket}/key", b"hello")
    sent.target = f"/{bucket}/other"
    assert raw.send(aws, sent).error() == MISMATCH["s3"]
    assert aws.client("s3").list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_a_digest_that_is_none(aws):
    sent = raw.request(aws, "s3", "GET", "/", headers={"X-Amz-Content-SHA256": "nonsense"})
    status, code = raw.send(aws, sent).error()
    assert status == 400
    assert code in ("InvalidArgument", "XAmzContentSHA256Mismatch")


@pytest.fixture
def session(aws):
    """The account as a session of a role."""
    role = aws.role(trust={"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": aws.id}, "Action": "sts:AssumeRole"}]})
    user = aws.user({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}]})
    keys = user.client("sts").assume_role(RoleArn=role, RoleSessionName="session")["Credentials"]
    return changed(aws, key=keys["AccessKeyId"], secret=keys["SecretAccessKey"], token=keys["SessionToken"])


@KINDS
def test_session_tokens(session, kind):
    assert raw.send(session, make(kind, session)).status == 200
    for token in (None, flipped(session.token), "nonsense"):
        assert answered(session, kind, make(kind, changed(session, token=token))) == BAD_TOKEN[kind], token


def test_a_token_with_lasting_keys(aws):
    assert answered(aws, "s3", make("s3", changed(aws, token="nonsense"))) == BAD_TOKEN["s3"]


def presigned(aws, bucket, **changes) -> raw.Request:
    return raw.request(aws, "s3", "GET", f"/{bucket}/key", **{"presign_s": 60, **changes})


def test_presigned_urls(aws, session):
    bucket = aws.bucket()
    aws.client("s3").put_object(Bucket=bucket, Key="key", Body=b"hello")
    answer = raw.send(aws, presigned(aws, bucket))
    assert (answer.status, answer.body) == (200, b"hello")
    assert raw.send(session, presigned(session, bucket)).body == b"hello"
    expired = raw.send(aws, presigned(aws, bucket, at=now() - datetime.timedelta(seconds=70)))
    assert (expired.error(), expired.message()) == ((403, "AccessDenied"), "Request has expired")
    assert raw.send(aws, presigned(aws, bucket, presign_s=3600, at=now() - datetime.timedelta(minutes=50))).status == 200
    too_long = raw.send(aws, presigned(aws, bucket, presign_s=604_801)).error()
    assert too_long == (400, "AuthorizationQueryParametersError")
    future = raw.send(aws, presigned(aws, bucket, at=now() + datetime.timedelta(minutes=20)))
    assert future.status == 403


@pytest.mark.parametrize(("old", "new"), [
    ("/key", "/other"), ("X-Amz-Expires=60", "X-Amz-Expires=6000"), ("X-Amz-SignedHeaders=host", "X-Amz-SignedHeaders=host&x=1")])
def test_a_tampered_presigned_url(aws, old, new):
    bucket = aws.bucket()
    sent = presigned(aws, bucket)
    assert old in sent.target
    sent.target = sent.target.replace(old, new)
    assert raw.send(aws, sent).error() == MISMATCH["s3"]


def test_a_presigned_url_by_another_method_or_without_a_part(aws):
    bucket = aws.bucket()
    sent = presigned(aws, bucket)
    sent.method = "DELETE"
    assert raw.send(aws, sent).error() == MISMATCH["s3"]
    sent = presigned(aws, bucket)
    sent.target = sent.target.replace("X-Amz-Expires=60&", "")
    assert raw.send(aws, sent).error() == (400, "AuthorizationQueryParametersError")


class Chunks:
    """An aws-chunked upload, each chunk signed by the one before it."""

    def __init__(self, account, target: str, body: bytes, size: int = 65_536):
        pieces = [body[i : i + size] for i in range(0, len(body), size)] + [b""]
        length = sum(len(f"{len(piece):x};chunk-signature={64 * 'x'}\r\n") + len(piece) + 2 for piece in pieces)
        headers = {"X-Amz-Content-SHA256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "Content-Encoding": "aws-chunked",
                   "X-Amz-Decoded-Content-Length": str(len(body)), "Content-Length": str(length)}
        self.request = raw.request(account, "s3", "PUT", target, headers=headers)
        self.signer = auth.SigV4Auth(credentials.Credentials(account.key, account.secret), "s3", "us-east-1")
        self.previous = self.request.headers["Authorization"].rpartition("Signature=")[2]
        self.request.body = b"".join(self.chunk(piece, account.secret) for piece in pieces)

    def chunk(self, piece: bytes, secret: str) -> bytes:
        date = self.request.headers["X-Amz-Date"]
        scope = f"{date[:8]}/us-east-1/s3/aws4_request"
        text = "\n".join(["AWS4-HMAC-SHA256-PAYLOAD", date, scope, self.previous, hashlib.sha256(b"").hexdigest(),
                          hashlib.sha256(piece).hexdigest()])
        key = ("AWS4" + secret).encode()
        for word in (date[:8], "us-east-1", "s3", "aws4_request"):
            key = hmac.digest(key, word.encode(), "sha256")
        self.previous = hmac.digest(key, text.encode(), "sha256").hex()
        return f"{len(piece):x};chunk-signature={self.previous}\r\n".encode() + piece + b"\r\n"


def test_signed_chunks(aws):
    bucket = aws.bucket()
    s3 = aws.client("s3")
    assert raw.send(aws, Chunks(aws, f"/{bucket}/key", BODY).request).status == 200
    head = s3.get_object(Bucket=bucket, Key="key")
    assert head["Body"].read() == BODY
    assert "aws-chunked" not in head.get("ContentEncoding", "")


@pytest.mark.parametrize("place", [100, 70_000, -100])
def test_one_byte_of_a_signed_chunk_changed(aws, place):
    bucket = aws.bucket()
    sent = Chunks(aws, f"/{bucket}/key", BODY).request
    body = bytearray(sent.body)
    body[place] ^= 1
    sent.body = bytes(body)
    status, code = raw.send(aws, sent).error()
    assert (status, code) in (MISMATCH["s3"], (400, "IncompleteBody"))
    assert aws.client("s3").list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def trailed(aws, bucket, checksum: str) -> raw.Request:
    body = f"{len(BODY):x}\r\n".encode() + BODY + f"\r\n0\r\nx-amz-checksum-crc32:{checksum}\r\n\r\n".encode()
    headers = {"X-Amz-Content-SHA256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "Content-Encoding": "aws-chunked",
               "X-Amz-Decoded-Content-Length": str(len(BODY)), "X-Amz-Trailer": "x-amz-checksum-crc32"}
    sent = raw.request(aws, "s3", "PUT", f"/{bucket}/key", headers=headers)
    sent.body = body
    return sent


def test_unsigned_chunks_with_a_checksum_behind(aws):
    bucket = aws.bucket()
    right = base64.b64encode(zlib.crc32(BODY).to_bytes(4, "big")).decode()
    wrong = base64.b64encode((zlib.crc32(BODY) ^ 1).to_bytes(4, "big")).decode()
    assert raw.send(aws, trailed(aws, bucket, wrong)).error() == (400, "BadDigest")
    assert aws.client("s3").list_objects_v2(Bucket=bucket)["KeyCount"] == 0
    answer = raw.send(aws, trailed(aws, bucket, right))
    assert (answer.status, answer.headers["x-amz-checksum-crc32"]) == (200, right)
    short = trailed(aws, bucket, right)
    short.body = short.body[:-300] + short.body[-60:]
    assert raw.send(aws, short).status == 400
    assert aws.client("s3").get_object(Bucket=bucket, Key="key")["Body"].read() == BODY


def test_a_key_that_was_switched_off(aws):
    user = aws.user({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
    assert raw.send(user, make("sts", user)).status == 200
    name = user.client("sts").get_caller_identity()["Arn"].rpartition("/")[2]
    aws.client("iam").update_access_key(UserName=name, AccessKeyId=user.key, Status="Inactive")
    for kind in ("s3", "sts", "sagemaker"):
        assert answered(user, kind) == UNKNOWN[kind]
