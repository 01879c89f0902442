"""`millrace load`: folders and archives become objects of a bucket, without a server, and what was interrupted is whole as far as it came."""

import io
import os
import pathlib
import subprocess
import tarfile

import pytest
from support import server as servers
from support.account import Account

SIZES = (0, 1, 700, 16 * 1024 + 1, 300_000)
MANY = 12_000


@pytest.fixture
def stopped(own_server):
    """An account with a bucket in a data folder that no server has, and the bucket."""
    server = own_server()
    account = Account.create(server)
    bucket = account.bucket()
    server.stop()
    return account, bucket


def load(server: servers.Server, source, target: str, **extra) -> subprocess.CompletedProcess:
    words = [servers.PROGRAM, "load", "--data", server.data, source, target]
    return subprocess.run([str(word) for word in words], capture_output=True, timeout=120, check=False, **extra)


def loaded(server: servers.Server, source, target: str, **extra) -> str:
    done = load(server, source, target, **extra)
    assert done.returncode == 0, done.stderr
    return done.stdout.decode()


def started_again(account: Account):
    account.server.start()
    return account.client("s3")


def keys(s3, bucket: str, **which) -> list[str]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, **which)
    return [one["Key"] for page in pages for one in page.get("Contents", [])]


def archive(bodies: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, body in bodies.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(body)
            tar.addfile(entry, io.BytesIO(body))
    return out.getvalue()


def test_a_folder_becomes_objects(stopped, tmp_path):
    account, bucket = stopped
    bodies = {f"in/{'deep/' * number}file {number}": os.urandom(size) for number, size in enumerate(SIZES)}
    for name, body in bodies.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    said = loaded(account.server, tmp_path, f"s3://{bucket}/from/here")
    assert said == f"{len(SIZES)} objects of {sum(SIZES)} bytes are in s3://{bucket}/from/here\n"
    s3 = started_again(account)
    assert set(keys(s3, bucket)) == {f"from/here/{name}" for name in bodies}
    for name, body in bodies.items():
        # boto3 compares the checksum that the server kept.
        got = s3.get_object(Bucket=bucket, Key=f"from/here/{name}", ChecksumMode="ENABLED")
        assert got["Body"].read() == body and "ChecksumCRC64NVME" in got


def test_an_archive_comes_from_a_file_or_from_standard_input(stopped, tmp_path):
    account, bucket = stopped
    long_name = "x" * 120 + "/" + "y" * 150
    packed = archive({"./a": b"1", long_name: b"2", "über": b"3"})
    (tmp_path / "some.tar").write_bytes(packed)
    loaded(account.server, tmp_path / "some.tar", f"s3://{bucket}")
    loaded(account.server, "-", f"s3://{bucket}/again/", input=packed)
    s3 = started_again(account)
    assert keys(s3, bucket) == sorted([f"{place}{name}" for place in ("", "again/") for name in ("a", long_name, "über")], key=str.encode)
    assert s3.get_object(Bucket=bucket, Key=f"again/{long_name}")["Body"].read() == b"2"


def test_what_was_interrupted_is_whole_as_far_as_it_came_and_goes_on(stopped):
    account, bucket = stopped
    packed = archive({f"{number:06d}": b"%d" % number for number in range(MANY)})
    cut = load(account.server, "-", f"s3://{bucket}", input=packed[: len(packed) * 3 // 4])
    assert cut.returncode == 1 and b"cut short" in cut.stderr
    s3 = started_again(account)
    there = keys(s3, bucket)
    assert 0 < len(there) < MANY and there == [f"{number:06d}" for number in range(len(there))]
    assert s3.get_object(Bucket=bucket, Key=there[-1])["Body"].read() == b"%d" % (len(there) - 1)
    account.server.stop()
    fsck = subprocess.run([servers.PROGRAM, "fsck", account.server.data], capture_output=True, timeout=60, check=False)
    assert fsck.returncode == 0, fsck.stdout
    loaded(account.server, "-", f"s3://{bucket}", input=packed)
    assert len(keys(started_again(account), bucket)) == MANY


def test_a_killed_load_leaves_whole_commits(stopped):
    account, bucket = stopped
    words = [servers.PROGRAM, "load", "--data", account.server.data, "-", f"s3://{bucket}"]
    with subprocess.Popen([str(word) for word in words], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        process.stdin.write(archive({f"{number:06d}": b"x" * 100 for number in range(MANY)})[:-10_000])
        process.stdin.flush()
        process.kill()
    s3 = started_again(account)
    there = keys(s3, bucket)
    assert there == [f"{number:06d}" for number in range(len(there))]


@pytest.mark.parametrize(
    ("target", "why"),
    [("s3://no-such-bucket/", b"there is no bucket no-such-bucket"), ("file", b"is no s3://bucket/prefix")],
)
def test_a_wrong_target_is_refused(stopped, tmp_path, target, why):
    done = load(stopped[0].server, tmp_path, target)
    assert done.returncode == 1 and why in done.stderr


def test_what_cannot_be_an_object_is_refused(stopped, tmp_path: pathlib.Path):
    account, bucket = stopped
    (tmp_path / "link").symlink_to("elsewhere")
    assert b"neither a file nor a folder" in load(account.server, tmp_path, f"s3://{bucket}").stderr
    too_long = archive({"/".join(["x" * 200] * 6): b""})
    assert b"cannot be a key" in load(account.server, "-", f"s3://{bucket}", input=too_long).stderr


def test_a_bucket_that_locks_its_objects_is_refused(own_server, tmp_path):
    server = own_server()
    s3 = Account.create(server).client("s3")
    s3.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
    rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}
    s3.put_object_lock_configuration(Bucket="locked", ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule})
    server.stop()
    assert b"locks its new objects" in load(server, tmp_path, "s3://locked").stderr


def test_a_folder_that_a_server_has_is_refused(own_server, tmp_path):
    server = own_server()
    done = load(server, tmp_path, "s3://bucket")
    assert done.returncode == 1 and b"another" in done.stderr, done.stderr
