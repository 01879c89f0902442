"""A disk that is full at whichever write of whichever request of S3: refused as S3 refuses what fails inside it, and nothing of it has happened.

The disk is filled by the operator's socket, which fails the writes as a real one does.
"""

import dataclasses
import itertools
import json
import subprocess
import typing

import pytest
import requests
from botocore.exceptions import ClientError
from support import control, server as servers
from support.account import Account

LARGE = 100_000  # in a file of its own
SMALL = 700  # in a segment that it shares
PART = 5 * 1024 * 1024
MOST_WRITES = 60
CUSTOMER = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32}


class FullPost(Exception):
    """A form that was answered with an error."""


class Tight:
    """A server that has room for so many writes, and two buckets: one keeps versions and locks."""

    def __init__(self, server: servers.Server):
        self.server, self.account = server, Account.create(server)
        self.s3 = self.account.client("s3")
        self.plain, self.kept = self.account.name("plain"), self.account.name("kept")
        self.s3.create_bucket(Bucket=self.plain)
        self.s3.create_bucket(Bucket=self.kept, ObjectLockEnabledForBucket=True)

    def shown(self, bucket: str) -> tuple:
        """All that clients are told of a bucket's versions and uploads."""
        listed = self.s3.list_object_versions(Bucket=bucket)
        versions = [(one["Key"], one["VersionId"], one["ETag"], one["Size"], one["IsLatest"]) for one in listed.get("Versions", [])]
        markers = [(one["Key"], one["VersionId"]) for one in listed.get("DeleteMarkers", [])]
        uploads = []
        for one in self.s3.list_multipart_uploads(Bucket=bucket).get("Uploads", []):
            parts = self.s3.list_parts(Bucket=bucket, Key=one["Key"], UploadId=one["UploadId"]).get("Parts", [])
            uploads.append((one["Key"], one["UploadId"], [(part["PartNumber"], part["ETag"]) for part in parts]))
        return versions, markers, uploads

    def attempt(self, act: "Act", number: int) -> bool:
        """Whether the disk had room for all of it."""
        bucket, key = getattr(self, act.bucket), f"{act.name}-{number}"
        made = act.prepare(self.s3, bucket, key)
        look = lambda: (self.shown(bucket), act.look(self.s3, bucket, key))  # noqa: E731
        before = look()
        control.ask(self.server.data, "disk-full", after_writes=number)
        try:
            act.ask(self.s3, bucket, key, made)
        except ClientError as error:
            told = (error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"])
            assert told == ("InternalError", 500), error
            is_done = False
        except FullPost:
            is_done = False
        else:
            is_done = True
        was_full = control.ask(self.server.data, "disk-room")["was_full"]
        assert is_done or was_full
        assert (look() != before) == is_done, f"{act.name} after {number} writes"
        return not was_full


def nothing(*_):
    return None


@dataclasses.dataclass
class Act:
    name: str
    ask: typing.Callable  # (s3, bucket, key, what was prepared)
    prepare: typing.Callable = nothing
    look: typing.Callable = nothing  # at what no listing shows
    bucket: str = "plain"


def put(size=SMALL, **headers):
    return lambda s3, bucket, key, *_: s3.put_object(Bucket=bucket, Key=key, Body=b"x" * size, **headers)


def post(s3, bucket, key, _):
    form = s3.generate_presigned_post(bucket, key)
    answer = requests.post(form["url"], data=form["fields"], files={"file": b"x" * LARGE}, timeout=60)
    if answer.status_code >= 400:
        assert answer.status_code == 500 and "<Code>InternalError</Code>" in answer.text, answer.text
        raise FullPost


def copy(**headers):
    return lambda s3, bucket, key, _: s3.copy_object(Bucket=bucket, Key=key + "-copy", CopySource=f"{bucket}/{key}", **headers)


def begin(s3, bucket, key):
    return s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]


def with_parts(s3, bucket, key):
    upload = begin(s3, bucket, key)
    parts = [{"PartNumber": number, "ETag": s3.upload_part(Bucket=bucket, Key=key, UploadId=upload, PartNumber=number, Body=b"p" * size)["ETag"]}
             for number, size in ((1, PART), (2, SMALL))]
    return upload, parts


def with_source(s3, bucket, key):
    put(LARGE)(s3, bucket, key)
    return begin(s3, bucket, key)


def upload_part(s3, bucket, key, upload):
    s3.upload_part(Bucket=bucket, Key=key, UploadId=upload, PartNumber=1, Body=b"p" * LARGE)


def copy_part(s3, bucket, key, upload):
    s3.upload_part_copy(Bucket=bucket, Key=key, UploadId=upload, PartNumber=1, CopySource=f"{bucket}/{key}")


def complete(s3, bucket, key, made):
    s3.complete_multipart_upload(Bucket=bucket, Key=key, UploadId=made[0], MultipartUpload={"Parts": made[1]})


def abort(s3, bucket, key, made):
    s3.abort_multipart_upload(Bucket=bucket, Key=key, UploadId=made[0])


def delete(s3, bucket, key, _):
    s3.delete_object(Bucket=bucket, Key=key)


def delete_version(s3, bucket, key, made):
    s3.delete_object(Bucket=bucket, Key=key, VersionId=made["VersionId"])


def delete_both(s3, bucket, key, _):
    """One request of two keys: both are gone or none is; a refusal inside is told for each."""
    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key}, {"Key": key + "-2"}]})
    assert "Errors" not in answer


def put_both(s3, bucket, key):
    put()(s3, bucket, key)
    put(LARGE)(s3, bucket, key + "-2")


def tagging(s3, bucket, key):
    return s3.get_object_tagging(Bucket=bucket, Key=key)["TagSet"]


def head(s3, bucket, key):
    told = s3.head_object(Bucket=bucket, Key=key)
    return {name: told.get(name) for name in ("ObjectLockMode", "ObjectLockRetainUntilDate", "ObjectLockLegalHoldStatus", "Restore")}


OBJECTS = [
    Act("put-small", put()),
    Act("put-large", put(LARGE)),
    Act("put-over", put(LARGE), prepare=put()),
    Act("put-version", put(LARGE), prepare=put(), bucket="kept"),
    Act("put-sealed", put(LARGE, ServerSideEncryption="AES256")),
    Act("put-kms", put(SMALL, ServerSideEncryption="aws:kms")),
    Act("put-customer", put(LARGE, **CUSTOMER)),
    Act("post", post),
    Act("copy", copy(), prepare=put(LARGE)),
    Act("copy-sealed", copy(ServerSideEncryption="aws:kms"), prepare=put(LARGE)),
    Act("delete", delete, prepare=put(LARGE)),
    Act("hide", delete, prepare=put(), bucket="kept"),
    Act("delete-version", delete_version, prepare=put(LARGE), bucket="kept"),
    Act("delete-both", delete_both, prepare=put_both),
    Act("tag", lambda s3, bucket, key, _: s3.put_object_tagging(Bucket=bucket, Key=key, Tagging={"TagSet": [{"Key": "a", "Value": "b"}]}),
        prepare=put(), look=tagging),
    Act("untag", lambda s3, bucket, key, _: s3.delete_object_tagging(Bucket=bucket, Key=key), prepare=put(Tagging="a=b"), look=tagging),
    Act("hold", lambda s3, bucket, key, _: s3.put_object_legal_hold(Bucket=bucket, Key=key, LegalHold={"Status": "ON"}),
        prepare=put(), look=head, bucket="kept"),
    Act("retain", lambda s3, bucket, key, _: s3.put_object_retention(
        Bucket=bucket, Key=key, Retention={"Mode": "GOVERNANCE", "RetainUntilDate": "2999-01-01T00:00:00Z"}), prepare=put(), look=head, bucket="kept"),
    Act("restore", lambda s3, bucket, key, _: s3.restore_object(Bucket=bucket, Key=key, RestoreRequest={"Days": 1}),
        prepare=put(StorageClass="GLACIER"), look=head),
]
UPLOADS = [
    Act("begin", lambda s3, bucket, key, _: begin(s3, bucket, key)),
    Act("part", upload_part, prepare=begin),
    Act("copy-part", copy_part, prepare=with_source),
    Act("complete", complete, prepare=with_parts),
    Act("complete-version", complete, prepare=with_parts, bucket="kept"),
    Act("abort", abort, prepare=with_parts),
]


def answer_of(call, **arguments):
    """What a setting's Get says, or that there is none."""
    try:
        return json.dumps({**call(**arguments), "ResponseMetadata": None}, default=str, sort_keys=True)
    except ClientError as error:
        return error.response["Error"]["Code"]


def setting(name: str, **arguments) -> Act:
    """Of a bucket of its own each time."""
    return Act(name.replace("_", "-"),
               lambda s3, bucket, key, _: getattr(s3, f"put_{name}")(Bucket=key, **arguments),
               prepare=lambda s3, bucket, key: s3.create_bucket(Bucket=key),
               look=lambda s3, bucket, key: answer_of(getattr(s3, f"get_{name}"), Bucket=key))


ALLOW = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}]}
EXPIRE = {"Rules": [{"ID": "r", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}}]}


def policy_of(s3, bucket, key, _):
    document = json.dumps({**ALLOW, "Statement": [{**ALLOW["Statement"][0], "Resource": f"arn:aws:s3:::{key}/*"}]})
    s3.put_bucket_policy(Bucket=key, Policy=document)


def own_bucket(s3, bucket, key):
    s3.create_bucket(Bucket=key)


def buckets(s3, *_):
    return [one["Name"] for one in s3.list_buckets()["Buckets"]]


BUCKETS = [
    Act("create-bucket", lambda s3, bucket, key, _: s3.create_bucket(Bucket=key), look=buckets),
    Act("delete-bucket", lambda s3, bucket, key, _: s3.delete_bucket(Bucket=key), prepare=own_bucket, look=buckets),
    Act("policy", policy_of, prepare=own_bucket, look=lambda s3, bucket, key: answer_of(s3.get_bucket_policy, Bucket=key)),
    setting("bucket_versioning", VersioningConfiguration={"Status": "Enabled"}),
    setting("bucket_tagging", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]}),
    setting("bucket_cors", CORSConfiguration={"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]}),
    setting("bucket_lifecycle_configuration", LifecycleConfiguration=EXPIRE),
    setting("bucket_encryption", ServerSideEncryptionConfiguration={
        "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]}),
    setting("bucket_website", WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}}),
    setting("bucket_ownership_controls", OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]}),
    setting("public_access_block", PublicAccessBlockConfiguration={"BlockPublicAcls": False}),
    setting("bucket_request_payment", RequestPaymentConfiguration={"Payer": "Requester"}),
]


@pytest.mark.parametrize("acts", [OBJECTS, UPLOADS, BUCKETS], ids=["objects", "uploads", "buckets"])
def test_what_finds_no_room_has_not_happened(own_server, acts):
    tight = Tight(own_server())
    for act in acts:
        writes = next(number for number in itertools.count() if tight.attempt(act, number))
        assert 0 < writes < MOST_WRITES, act.name
    tight.server.stop()
    told = subprocess.run([servers.PROGRAM, "fsck", "--data", tight.server.data], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout
