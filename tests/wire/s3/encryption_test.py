"""Encryption of objects: what was put encrypted lies encrypted in the data folder, is read as it was put, and is
refused as S3 refuses it. The tests look at the bytes of the data folder themselves."""

import base64
import hashlib
import os
import pathlib
import urllib.request

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from support.account import Account

PLAIN = "plain words that a reader of the disk must not find"
SIZES = [len(PLAIN), 40_000, 3_000_000]
KEY = bytes(range(32))
OTHER_KEY = bytes(range(1, 33))
CUSTOMER = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": KEY}
SOURCE = {"CopySourceSSECustomerAlgorithm": "AES256", "CopySourceSSECustomerKey": KEY}
PART = 5 * 1024 * 1024


def refused(code, status, call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    answer = caught.value.response
    found = (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"])
    assert found == (code, status), answer
    return answer["Error"]


def body(size):
    return (PLAIN * (size // len(PLAIN) + 1))[:size].encode()


def lies_on_disk(data, text=PLAIN):
    """Whether a blob or the database of the folder holds the text as it is."""
    found = [path for path in pathlib.Path(data).rglob("*") if path.is_file() and text.encode() in path.read_bytes()]
    return bool(found)


@pytest.fixture
def own(own_server):
    """A server of the test's own, so that nobody else's words lie in its folder; its s3, and its data folder."""
    server = own_server()
    account = Account.create(server)
    s3 = account.client("s3")
    s3.create_bucket(Bucket="sealed")
    return s3, server.data, account


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("how", [{"ServerSideEncryption": "AES256"}, {"ServerSideEncryption": "aws:kms"}, CUSTOMER],
                         ids=["s3", "kms", "customer"])
def test_the_disk_holds_no_plaintext(own, how, size):
    s3, data, _ = own
    s3.put_object(Bucket="sealed", Key="key", Body=body(size), **how)
    reading = how if "SSECustomerKey" in how else {}
    assert s3.get_object(Bucket="sealed", Key="key", **reading)["Body"].read() == body(size)
    assert not lies_on_disk(data)
    assert not lies_on_disk(data, base64.b64encode(KEY).decode())
    s3.put_object(Bucket="sealed", Key="plain", Body=body(size))
    assert lies_on_disk(data), "else this test sees nothing"


def test_parts_and_copies_lie_encrypted_too(own):
    s3, data, _ = own
    upload = s3.create_multipart_upload(Bucket="sealed", Key="big", ServerSideEncryption="aws:kms")["UploadId"]
    parts = []
    for number, size in ((1, PART), (2, 1000)):
        answer = s3.upload_part(Bucket="sealed", Key="big", UploadId=upload, PartNumber=number, Body=body(size))
        assert answer["ServerSideEncryption"] == "aws:kms"
        assert answer["ETag"].strip('"') != hashlib.md5(body(size)).hexdigest()
        parts.append({"PartNumber": number, "ETag": answer["ETag"]})
    assert not lies_on_disk(data)
    done = s3.complete_multipart_upload(Bucket="sealed", Key="big", UploadId=upload, MultipartUpload={"Parts": parts})
    assert done["ServerSideEncryption"] == "aws:kms" and done["SSEKMSKeyId"].startswith("arn:aws:kms:")
    whole = body(PART) + body(1000)
    assert s3.get_object(Bucket="sealed", Key="big")["Body"].read() == whole
    assert s3.get_object(Bucket="sealed", Key="big", Range="bytes=5242870-5242889")["Body"].read() == whole[5242870:5242890]
    assert s3.get_object(Bucket="sealed", Key="big", PartNumber=2)["Body"].read() == body(1000)
    s3.copy_object(Bucket="sealed", Key="copy", CopySource="sealed/big", **CUSTOMER)
    assert s3.get_object(Bucket="sealed", Key="copy", **CUSTOMER)["Body"].read() == whole
    assert not lies_on_disk(data)


def test_everything_is_there_after_a_restart(own_server):
    server = own_server()
    account = Account.create(server)
    s3 = account.client("s3")
    s3.create_bucket(Bucket="sealed")
    s3.put_object(Bucket="sealed", Key="key", Body=body(100_000), ServerSideEncryption="aws:kms")
    key = s3.head_object(Bucket="sealed", Key="key")["SSEKMSKeyId"]
    server.stop()
    server.start()
    s3 = account.client("s3")
    assert s3.get_object(Bucket="sealed", Key="key")["Body"].read() == body(100_000)
    assert s3.put_object(Bucket="sealed", Key="new", ServerSideEncryption="aws:kms")["SSEKMSKeyId"] == key


@pytest.mark.parametrize("place", [0, 20, 70_000], ids=["header", "first chunk", "second chunk"])
def test_damage_is_never_given_out(own, place):
    s3, data, _ = own
    s3.put_object(Bucket="sealed", Key="key", Body=body(200_000), ServerSideEncryption="AES256")
    (blob,) = [path for path in pathlib.Path(data, "blobs", "files").rglob("*") if path.is_file()]
    with open(blob, "r+b") as file:
        file.seek(4096 + place)
        byte = file.read(1)[0]
        file.seek(4096 + place)
        file.write(bytes([byte ^ 1]))
        os.fsync(file.fileno())
    with pytest.raises(Exception):
        s3.get_object(Bucket="sealed", Key="key")["Body"].read()


def test_what_answers_say(aws, s3):
    bucket = aws.bucket()
    plain = s3.put_object(Bucket=bucket, Key="plain", Body=b"text")
    assert "ServerSideEncryption" not in plain
    ours = s3.put_object(Bucket=bucket, Key="ours", Body=b"text", ServerSideEncryption="AES256")
    assert ours["ServerSideEncryption"] == "AES256" and ours["ETag"] == plain["ETag"]
    context = base64.b64encode(b'{"team":"a"}').decode()
    kms = s3.put_object(Bucket=bucket, Key="kms", Body=b"text", ServerSideEncryption="aws:kms",
                        SSEKMSEncryptionContext=context, BucketKeyEnabled=True)
    assert kms["ServerSideEncryption"] == "aws:kms" and kms["BucketKeyEnabled"] is True
    assert kms["SSEKMSEncryptionContext"] == context
    arn = kms["SSEKMSKeyId"]
    assert arn.startswith(f"arn:aws:kms:us-east-1:{aws.id}:key/")
    assert kms["ETag"] != plain["ETag"] and len(kms["ETag"]) == 34
    for name in (arn, arn.split("/")[1], "alias/aws/s3", f"arn:aws:kms:us-east-1:{aws.id}:alias/aws/s3"):
        again = s3.put_object(Bucket=bucket, Key="kms", Body=b"text", ServerSideEncryption="aws:kms", SSEKMSKeyId=name)
        assert again["SSEKMSKeyId"] == arn and "BucketKeyEnabled" not in again
        assert again["ETag"] != kms["ETag"], "no digest of the bytes"
    for read in (s3.get_object, s3.head_object):
        shown = read(Bucket=bucket, Key="kms")
        assert shown["ServerSideEncryption"] == "aws:kms" and shown["SSEKMSKeyId"] == arn
        assert "ServerSideEncryption" not in read(Bucket=bucket, Key="plain")
    customer = s3.put_object(Bucket=bucket, Key="mine", Body=b"text", **CUSTOMER)
    digest = base64.b64encode(hashlib.md5(KEY).digest()).decode()
    assert customer["SSECustomerAlgorithm"] == "AES256" and customer["SSECustomerKeyMD5"] == digest
    assert "ServerSideEncryption" not in customer and customer["ETag"] != plain["ETag"]
    assert s3.head_object(Bucket=bucket, Key="mine", **CUSTOMER)["SSECustomerKeyMD5"] == digest
    checksum = s3.head_object(Bucket=bucket, Key="mine", ChecksumMode="ENABLED", **CUSTOMER)
    assert checksum["ChecksumCRC32"] == s3.head_object(Bucket=bucket, Key="plain", ChecksumMode="ENABLED")["ChecksumCRC32"]
    listed = {entry["Key"]: entry["Size"] for entry in s3.list_objects_v2(Bucket=bucket)["Contents"]}
    assert set(listed.values()) == {4}


def test_the_key_of_another_account_or_region_differs(aws, s3):
    home = aws.bucket()
    first = s3.put_object(Bucket=home, Key="key", ServerSideEncryption="aws:kms")["SSEKMSKeyId"]
    west = aws.client("s3", region_name="eu-west-1")
    away = aws.name("west")
    west.create_bucket(Bucket=away, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    second = west.put_object(Bucket=away, Key="key", ServerSideEncryption="aws:kms")["SSEKMSKeyId"]
    assert ":eu-west-1:" in second and first.split("/")[1] != second.split("/")[1]
    west.delete_object(Bucket=away, Key="key")
    west.delete_bucket(Bucket=away)


def test_what_is_refused_when_putting(aws, s3):
    bucket = aws.bucket()

    def put(code, status=400, **headers):
        return refused(code, status, s3.put_object, Bucket=bucket, Key="key", Body=b"text", **headers)["Message"]

    assert put("InvalidArgument", ServerSideEncryption="AES256", **CUSTOMER).startswith(
        "Server Side Encryption with Customer provided key is incompatible")
    put("InvalidArgument", ServerSideEncryption="rot13")
    assert put("InvalidArgument", ServerSideEncryption="aws:fsx") == "The encryption method specified is not supported"
    assert "requires HTTP header" in put("InvalidArgument", SSEKMSKeyId="alias/aws/s3")
    assert "requires HTTP header" in put("InvalidArgument", ServerSideEncryption="AES256", SSEKMSKeyId="alias/aws/s3")
    assert "string-string map" in put("InvalidArgument", ServerSideEncryption="aws:kms", SSEKMSEncryptionContext="{}")
    numbers = base64.b64encode(b'{"a":1}').decode()
    assert "string-string map" in put("InvalidArgument", ServerSideEncryption="aws:kms", SSEKMSEncryptionContext=numbers)
    assert "aws:kms:dsse" in put("NotImplemented", 501, ServerSideEncryption="aws:kms:dsse")
    other = f"arn:aws:kms:us-east-1:{aws.id}:key/00000000-0000-4000-8000-000000000000"
    assert other in put("NotImplemented", 501, ServerSideEncryption="aws:kms", SSEKMSKeyId=other)
    assert "Supported value: AES256" in put("InvalidEncryptionAlgorithmError", SSECustomerAlgorithm="DES",
                                            SSECustomerKey=KEY)
    assert "valid encryption algorithm" in put("InvalidArgument", SSECustomerKey=KEY)
    assert "appropriate secret key" in put("InvalidArgument", SSECustomerAlgorithm="AES256")
    assert "secret key was invalid" in put("InvalidArgument", SSECustomerAlgorithm="AES256", SSECustomerKey=b"short")
    assert "MD5 hash of the key did not match" in put(
        "InvalidArgument", SSECustomerAlgorithm="AES256", SSECustomerKey=base64.b64encode(KEY).decode(),
        SSECustomerKeyMD5=base64.b64encode(hashlib.md5(OTHER_KEY).digest()).decode())
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)


@pytest.mark.parametrize("name", ["get_object", "head_object"])
def test_reading_without_the_key_or_with_another(aws, s3, name):
    bucket = aws.bucket()
    read = getattr(s3, name)
    s3.put_object(Bucket=bucket, Key="mine", Body=b"text", **CUSTOMER)
    s3.put_object(Bucket=bucket, Key="plain", Body=b"text")
    has_words = name == "get_object"
    none = refused("InvalidRequest" if has_words else "400", 400, read, Bucket=bucket, Key="mine")
    other = refused("AccessDenied" if has_words else "403", 403, read, Bucket=bucket, Key="mine",
                    SSECustomerAlgorithm="AES256", SSECustomerKey=OTHER_KEY)
    unasked = refused("InvalidRequest" if has_words else "400", 400, read, Bucket=bucket, Key="plain", **CUSTOMER)
    if has_words:
        assert "correct parameters must be provided to retrieve the object" in none["Message"]
        assert "must provide the correct secret key" in other["Message"]
        assert unasked["Message"] == "The encryption parameters are not applicable to this object."


def test_attributes_need_the_key(aws, s3):
    bucket = aws.bucket()
    s3.put_object(Bucket=bucket, Key="mine", Body=b"text", **CUSTOMER)
    refused("InvalidRequest", 400, s3.get_object_attributes, Bucket=bucket, Key="mine", ObjectAttributes=["ObjectSize"])
    given = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": base64.b64encode(KEY).decode(),
             "SSECustomerKeyMD5": base64.b64encode(hashlib.md5(KEY).digest()).decode()}
    found = s3.get_object_attributes(Bucket=bucket, Key="mine", ObjectAttributes=["ObjectSize"], **given)
    assert found["ObjectSize"] == 4
    s3.delete_object(Bucket=bucket, Key="mine")


def test_a_presigned_url_with_the_customers_key(aws, s3):
    bucket = aws.bucket()
    signing = aws.client("s3", config=Config(signature_version="s3v4"))
    url = signing.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": "mine", **CUSTOMER})
    headers = {"x-amz-server-side-encryption-customer-algorithm": "AES256",
               "x-amz-server-side-encryption-customer-key": base64.b64encode(KEY).decode(),
               "x-amz-server-side-encryption-customer-key-MD5": base64.b64encode(hashlib.md5(KEY).digest()).decode()}
    urllib.request.urlopen(urllib.request.Request(url, b"text", headers, method="PUT")).read()
    assert s3.get_object(Bucket=bucket, Key="mine", **CUSTOMER)["Body"].read() == b"text"


def test_copies_choose_their_own_encryption(aws, s3):
    bucket = aws.bucket()
    s3.put_object(Bucket=bucket, Key="mine", Body=b"text", **CUSTOMER)
    source = f"{bucket}/mine"
    refused("InvalidRequest", 400, s3.copy_object, Bucket=bucket, Key="copy", CopySource=source)
    refused("AccessDenied", 403, s3.copy_object, Bucket=bucket, Key="copy", CopySource=source,
            CopySourceSSECustomerAlgorithm="AES256", CopySourceSSECustomerKey=OTHER_KEY)
    answer = s3.copy_object(Bucket=bucket, Key="copy", CopySource=source, **SOURCE)
    assert "SSECustomerAlgorithm" not in answer
    assert s3.get_object(Bucket=bucket, Key="copy")["Body"].read() == b"text"
    kms = s3.copy_object(Bucket=bucket, Key="copy", CopySource=source, ServerSideEncryption="aws:kms", **SOURCE)
    assert kms["ServerSideEncryption"] == "aws:kms"
    itself = s3.copy_object(Bucket=bucket, Key="copy", CopySource=f"{bucket}/copy", ServerSideEncryption="AES256")
    assert itself["ServerSideEncryption"] == "AES256"
    again = {"Bucket": bucket, "Key": "copy", "CopySource": f"{bucket}/copy"}
    refused("InvalidRequest", 400, s3.copy_object, **again)
    default = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=default)
    s3.copy_object(**again)
    assert s3.head_object(Bucket=bucket, Key="copy")["ServerSideEncryption"] == "AES256"
    assert s3.get_object(Bucket=bucket, Key="copy")["Body"].read() == b"text"


def test_an_upload_with_the_customers_key(aws, s3):
    bucket = aws.bucket()
    begun = s3.create_multipart_upload(Bucket=bucket, Key="big", **CUSTOMER)
    assert begun["SSECustomerAlgorithm"] == "AES256"
    target = {"Bucket": bucket, "Key": "big", "UploadId": begun["UploadId"]}
    first = {**target, "PartNumber": 1}
    without = refused("InvalidRequest", 400, s3.upload_part, Body=b"text", **first)
    assert "Subsequent part requests must include the appropriate encryption parameters" in without["Message"]
    other = refused("InvalidRequest", 400, s3.upload_part, Body=b"text", SSECustomerAlgorithm="AES256",
                    SSECustomerKey=OTHER_KEY, **first)
    assert other["Message"] == "The provided encryption parameters did not match the ones used originally."
    one = s3.upload_part(Body=body(PART), **first, **CUSTOMER)
    assert one["SSECustomerAlgorithm"] == "AES256"
    s3.put_object(Bucket=bucket, Key="source", Body=b"the end", **CUSTOMER)
    two = s3.upload_part_copy(**target, PartNumber=2, CopySource=f"{bucket}/source", **CUSTOMER, **SOURCE)
    assert two["SSECustomerAlgorithm"] == "AES256"
    parts = [{"PartNumber": 1, "ETag": one["ETag"]}, {"PartNumber": 2, "ETag": two["CopyPartResult"]["ETag"]}]
    assert len(s3.list_parts(**target)["Parts"]) == 2
    s3.complete_multipart_upload(**target, MultipartUpload={"Parts": parts})
    assert s3.get_object(Bucket=bucket, Key="big", **CUSTOMER)["Body"].read() == body(PART) + b"the end"
    assert s3.get_object(Bucket=bucket, Key="big", PartNumber=2, **CUSTOMER)["Body"].read() == b"the end"
    plain = s3.create_multipart_upload(Bucket=bucket, Key="plain")["UploadId"]
    refused("InvalidRequest", 400, s3.upload_part, Bucket=bucket, Key="plain", UploadId=plain, PartNumber=1, Body=b"a",
            **CUSTOMER)


def rule(**members):
    return {"Rules": [members]}


def test_a_buckets_default(aws, s3):
    bucket = aws.bucket()
    missing = "ServerSideEncryptionConfigurationNotFoundError"
    refused(missing, 404, s3.get_bucket_encryption, Bucket=bucket)
    ours = rule(ApplyServerSideEncryptionByDefault={"SSEAlgorithm": "AES256"})
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=ours)
    (found,) = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert found == {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}
    assert s3.put_object(Bucket=bucket, Key="key", Body=b"text")["ServerSideEncryption"] == "AES256"
    kms = rule(ApplyServerSideEncryptionByDefault={"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/aws/s3"},
               BucketKeyEnabled=True)
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=kms)
    put = s3.put_object(Bucket=bucket, Key="key", Body=b"text")
    assert put["ServerSideEncryption"] == "aws:kms" and put["BucketKeyEnabled"] is True
    asked = s3.put_object(Bucket=bucket, Key="key", Body=b"text", ServerSideEncryption="aws:kms", BucketKeyEnabled=False)
    assert "BucketKeyEnabled" not in asked
    assert s3.put_object(Bucket=bucket, Key="key", Body=b"x", ServerSideEncryption="AES256")["ServerSideEncryption"] == "AES256"
    copied = s3.copy_object(Bucket=bucket, Key="copy", CopySource=f"{bucket}/key")
    assert copied["ServerSideEncryption"] == "aws:kms"
    begun = s3.create_multipart_upload(Bucket=bucket, Key="big")
    assert begun["ServerSideEncryption"] == "aws:kms"
    s3.abort_multipart_upload(Bucket=bucket, Key="big", UploadId=begun["UploadId"])
    for _ in range(2):
        s3.delete_bucket_encryption(Bucket=bucket)
    refused(missing, 404, s3.get_bucket_encryption, Bucket=bucket)
    assert "ServerSideEncryption" not in s3.put_object(Bucket=bucket, Key="key", Body=b"text")


def test_a_buckets_default_is_checked(aws, s3):
    bucket = aws.bucket()

    def put(code, configuration, status=400):
        return refused(code, status, s3.put_bucket_encryption, Bucket=bucket,
                       ServerSideEncryptionConfiguration=configuration)["Message"]

    put("MalformedXML", {"Rules": []})
    ours = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    put("MalformedXML", {"Rules": [ours, ours]})
    put("MalformedXML", rule(ApplyServerSideEncryptionByDefault={"SSEAlgorithm": "rot13"}))
    put("MalformedXML", rule(BlockedEncryptionTypes={"EncryptionType": ["AES256"]}))
    words = put("InvalidArgument", rule(ApplyServerSideEncryptionByDefault={"SSEAlgorithm": "AES256", "KMSMasterKeyID": "a"}))
    assert words.startswith("a KMSMasterKeyID is not applicable")
    put("NotImplemented", rule(ApplyServerSideEncryptionByDefault={"SSEAlgorithm": "aws:kms:dsse"}), 501)
    put("NotImplemented", rule(ApplyServerSideEncryptionByDefault={"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/mine"}), 501)
    for call in (s3.get_bucket_encryption, s3.delete_bucket_encryption):
        refused("NoSuchBucket", 404, call, Bucket=aws.name("none"))


def test_a_bucket_that_blocks_customers_keys(aws, s3):
    bucket = aws.bucket()
    s3.put_object(Bucket=bucket, Key="old", Body=b"text", **CUSTOMER)
    blocking = rule(BlockedEncryptionTypes={"EncryptionType": ["SSE-C"]})
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=blocking)
    (found,) = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert found["BlockedEncryptionTypes"] == {"EncryptionType": ["SSE-C"]}
    words = refused("AccessDenied", 403, s3.put_object, Bucket=bucket, Key="new", Body=b"text", **CUSTOMER)["Message"]
    assert "has blocked upload requests that specify Server Side Encryption with Customer provided keys" in words
    refused("AccessDenied", 403, s3.create_multipart_upload, Bucket=bucket, Key="new", **CUSTOMER)
    refused("AccessDenied", 403, s3.copy_object, Bucket=bucket, Key="new", CopySource=f"{bucket}/old", **CUSTOMER, **SOURCE)
    assert s3.get_object(Bucket=bucket, Key="old", **CUSTOMER)["Body"].read() == b"text"
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=rule(
        BlockedEncryptionTypes={"EncryptionType": ["NONE"]}))
    s3.put_object(Bucket=bucket, Key="new", Body=b"text", **CUSTOMER)


def test_policies_see_the_encryption_that_is_asked_for(aws):
    bucket = aws.bucket()
    allow = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    unsealed = {"Effect": "Deny", "Action": "s3:PutObject", "Resource": "*",
                "Condition": {"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}}}
    user = aws.user({"Version": "2012-10-17", "Statement": [allow, unsealed]}).client("s3")
    refused("AccessDenied", 403, user.put_object, Bucket=bucket, Key="key", Body=b"text")
    refused("AccessDenied", 403, user.put_object, Bucket=bucket, Key="key", Body=b"text", ServerSideEncryption="AES256")
    user.put_object(Bucket=bucket, Key="key", Body=b"text", ServerSideEncryption="aws:kms")
    customer = {"Effect": "Deny", "Action": "s3:PutObject", "Resource": "*",
                "Condition": {"Null": {"s3:x-amz-server-side-encryption-customer-algorithm": "false"}}}
    other = aws.user({"Version": "2012-10-17", "Statement": [allow, customer]}).client("s3")
    refused("AccessDenied", 403, other.put_object, Bucket=bucket, Key="key", Body=b"text", **CUSTOMER)
    other.put_object(Bucket=bucket, Key="key", Body=b"text")


def test_who_may_configure(aws, s3):
    bucket = aws.bucket()
    reader = aws.user({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:GetEncryptionConfiguration", "Resource": "*"}]}).client("s3")
    ours = rule(ApplyServerSideEncryptionByDefault={"SSEAlgorithm": "AES256"})
    refused("AccessDenied", 403, reader.put_bucket_encryption, Bucket=bucket, ServerSideEncryptionConfiguration=ours)
    refused("AccessDenied", 403, reader.delete_bucket_encryption, Bucket=bucket)
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=ours)
    assert reader.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]


def test_a_server_that_encrypts_by_default(own_server, tmp_path):
    config = tmp_path / "millrace.toml"
    config.write_text('default_encryption = "AES256"\n')
    server = own_server("--config", str(config))
    s3 = Account.create(server).client("s3")
    s3.create_bucket(Bucket="sealed")
    (found,) = s3.get_bucket_encryption(Bucket="sealed")["ServerSideEncryptionConfiguration"]["Rules"]
    assert found == {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}
    assert s3.put_object(Bucket="sealed", Key="key", Body=body(100_000))["ServerSideEncryption"] == "AES256"
    assert s3.get_object(Bucket="sealed", Key="key")["Body"].read() == body(100_000)
    assert not lies_on_disk(server.data)
