"""A small data folder of everything that a version stores: made with that version's program, read with all later ones."""

import hashlib
import io
import itertools
import json
import os
import pathlib
import tarfile
import time

from support import server as servers
from support.account import Account

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "golden" / "data_folders"
PART = 5 * 1024 * 1024
# Beside what lasts, a folder has what is made at each start.
MADE_AT_START = {"lock", "control.sock", "address.json", "authority", "jobs", "endpoints"}
TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}
READ_ONLY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:Get*", "s3:List*"], "Resource": "*"}]}


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def body_of(number: int, size: int) -> bytes:
    """Of few different bytes, so that it packs well."""
    return (f"{number} of the things that were kept. ".encode() * (size // 10 + 1))[:size]


def shown_versions(s3, bucket: str) -> list:
    """Every version and marker: key, id, whether it is the newest, and the digest of its body."""
    page = s3.list_object_versions(Bucket=bucket)
    markers = [[one["Key"], one["VersionId"], one["IsLatest"], None] for one in page.get("DeleteMarkers", [])]
    for one in page["Versions"]:
        body = s3.get_object(Bucket=bucket, Key=one["Key"], VersionId=one["VersionId"])["Body"].read()
        markers.append([one["Key"], one["VersionId"], one["IsLatest"], digest(body)])
    return sorted(markers, key=str)


class Maker:
    """Fills a server and notes what it must show for ever."""

    def __init__(self, account: Account):
        self.account, self.s3, self.iam = account, account.client("s3"), account.client("iam")
        self.known = {"account": account.id, "key": account.key, "secret": account.secret, "buckets": {}, "objects": {}, "uploads": {}}

    def make(self) -> dict:
        for bucket in ("former-things", "former-things-empty"):
            self.bucket(bucket)
        self.objects("former-things")
        self.multipart("former-things", "assembled", complete=True)
        self.multipart("former-things", "under/way", complete=False)
        self.versions("former-versions")
        self.identities()
        self.telemetry()
        return self.known

    def bucket(self, name: str) -> None:
        tags = {"made": "long ago", "for": name}
        self.s3.create_bucket(Bucket=name)
        self.s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": [{"Key": key, "Value": value} for key, value in tags.items()]})
        self.known["buckets"][name] = tags

    def objects(self, bucket: str) -> None:
        kinds = itertools.cycle(("CRC32", "SHA256", "SHA1"))
        for number, size in enumerate((0, 1, 700, 16 * 1024, 16 * 1024 + 1, 200_000)):
            key, body = f"folder/{number} ü+%", body_of(number, size)
            tags, kind = {"number": str(number)}, next(kinds)
            self.s3.put_object(Bucket=bucket, Key=key, Body=b"what was here before")
            self.s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType="text/x-former", CacheControl="no-cache",
                               Metadata={"number": str(number)}, Tagging=f"number={number}", ChecksumAlgorithm=kind)
            self.note(bucket, key, body, tags)
        self.s3.put_object(Bucket=bucket, Key="gone", Body=b"erased")
        self.s3.delete_object(Bucket=bucket, Key="gone")

    def note(self, bucket: str, key: str, body: bytes, tags: dict) -> None:
        head = self.s3.head_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED")
        checksums = {name: value for name, value in head.items() if name.startswith("Checksum")}
        self.known["objects"][f"{bucket}/{key}"] = {
            "sha256": digest(body), "size": len(body), "etag": head["ETag"], "type": head["ContentType"], "metadata": head["Metadata"],
            "modified": head["LastModified"].isoformat(), "tags": tags, "checksums": checksums}

    def multipart(self, bucket: str, key: str, complete: bool) -> None:
        begun = self.s3.create_multipart_upload(Bucket=bucket, Key=key, Metadata={"by": "parts"}, Tagging="by=parts", ChecksumAlgorithm="CRC32")
        upload, parts, bodies = begun["UploadId"], [], [body_of(1, PART), body_of(2, 1000)]
        for number, body in enumerate(bodies, 1):
            done = self.s3.upload_part(Bucket=bucket, Key=key, UploadId=upload, PartNumber=number, Body=body, ChecksumAlgorithm="CRC32")
            parts.append({"PartNumber": number, "ETag": done["ETag"], "ChecksumCRC32": done["ChecksumCRC32"]})
        if complete:
            self.s3.complete_multipart_upload(Bucket=bucket, Key=key, UploadId=upload, MultipartUpload={"Parts": parts})
            self.note(bucket, key, b"".join(bodies), {"by": "parts"})
        else:
            self.known["uploads"][f"{bucket}/{key}"] = {"id": upload, "parts": parts, "sha256": digest(b"".join(bodies))}

    def versions(self, bucket: str) -> None:
        """Of before there were any, with names, behind a marker, and after they were suspended."""
        self.s3.create_bucket(Bucket=bucket)
        self.s3.put_object(Bucket=bucket, Key="of all kinds", Body=body_of(0, 300))
        self.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        for number, size in enumerate((100, 20_000), 1):
            self.s3.put_object(Bucket=bucket, Key="of all kinds", Body=body_of(number, size))
        self.s3.delete_object(Bucket=bucket, Key="of all kinds")
        self.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
        self.s3.put_object(Bucket=bucket, Key="suspended", Body=body_of(3, 300))
        self.known["versions"] = {bucket: shown_versions(self.s3, bucket)}

    def identities(self) -> None:
        self.iam.create_user(UserName="reader")
        self.iam.put_user_policy(UserName="reader", PolicyName="reads", PolicyDocument=json.dumps(READ_ONLY))
        key = self.iam.create_access_key(UserName="reader")["AccessKey"]
        self.iam.create_role(RoleName="former", AssumeRolePolicyDocument=json.dumps(TRUST), Tags=[{"Key": "made", "Value": "long ago"}])
        self.iam.put_role_policy(RoleName="former", PolicyName="reads", PolicyDocument=json.dumps(READ_ONLY))
        self.known["reader"] = {"key": key["AccessKeyId"], "secret": key["SecretAccessKey"]}

    def telemetry(self) -> None:
        logs, now = self.account.client("logs"), int(time.time() * 1000)
        logs.create_log_group(logGroupName="former")
        logs.create_log_stream(logGroupName="former", logStreamName="stream")
        logs.put_log_events(logGroupName="former", logStreamName="stream", logEvents=[{"timestamp": now, "message": "a line of long ago"}])


def pack(folder: pathlib.Path, to: pathlib.Path) -> None:
    """Without owners and times, so that the same folder gives the same file."""
    def plain(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
        member.uid = member.gid = member.mtime = 0
        member.uname = member.gname = ""
        return None if member.name.split("/")[0] in MADE_AT_START else member

    with tarfile.open(to, "w:xz") as archive:
        for name in sorted(os.listdir(folder)):
            if name not in MADE_AT_START:
                archive.add(folder / name, arcname=name, filter=plain)


def unpack(name: str, to: pathlib.Path) -> dict:
    """Returns what the folder must show."""
    to.mkdir()
    with tarfile.open(fileobj=io.BytesIO((GOLDEN / f"{name}.tar.xz").read_bytes())) as archive:
        archive.extractall(to)
    return json.loads((GOLDEN / f"{name}.json").read_text())


def make(name: str, scratch: pathlib.Path) -> None:
    server = servers.Server(scratch / "data").start()
    try:
        known = Maker(Account.create(server)).make()
    finally:
        server.stop()
    pack(server.data, GOLDEN / f"{name}.tar.xz")
    (GOLDEN / f"{name}.json").write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n")
