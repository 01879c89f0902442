"""A data folder looked after: looked at from end to end, measured, copied while it is served, put back, and damage told and kept from readers."""

import hashlib
import json
import pathlib
import random
import subprocess
import urllib.request

import pytest
from botocore.config import Config
from botocore.exceptions import FlexibleChecksumError
from support import control, server as servers
from support.account import Account
from support.refusals import refused

SOON_SECONDS = 20
HEADER = 4096
SIZES = (0, 700, 16 * 1024 + 1, 300_000)


def millrace(*words) -> subprocess.CompletedProcess:
    return subprocess.run([servers.PROGRAM, *map(str, words)], capture_output=True, text=True, timeout=120, check=False)


def well(*words) -> str:
    done = millrace(*words)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def failed(*words) -> str:
    done = millrace(*words)
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout + done.stderr


class Filled:
    """A server with a bucket of objects, and what they must show."""

    def __init__(self, server: servers.Server):
        self.server, self.account = server, Account.create(server)
        self.s3, self.bucket = self.account.client("s3"), "kept-things"
        self.bodies: dict[str, bytes] = {}
        self.s3.create_bucket(Bucket=self.bucket)
        for number, size in enumerate(SIZES):
            self.put(str(number), size)

    def put(self, key: str, size: int) -> None:
        self.bodies[key] = random.randbytes(size)
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=self.bodies[key])

    def check(self, server: servers.Server) -> None:
        self.server = self.account.server = server
        self.s3 = self.account.client("s3")
        listed = {one["Key"] for one in self.s3.list_objects_v2(Bucket=self.bucket)["Contents"]}
        assert listed == self.bodies.keys()
        for key, body in self.bodies.items():
            assert self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read() == body, key

    def large_files(self) -> list[pathlib.Path]:
        files = (self.server.data / "blobs/files").glob("*/*/*")
        return sorted((path for path in files if path.stat().st_size > HEADER), key=lambda path: path.stat().st_size)


@pytest.fixture
def filled(own_server):
    return Filled(own_server())


def damage(path: pathlib.Path, offset: int) -> None:
    with open(path, "r+b") as file:
        file.seek(offset)
        byte = file.read(1)
        file.seek(offset)
        file.write(bytes([byte[0] ^ 1]))


def own(server: servers.Server, name: str) -> str:
    with urllib.request.urlopen(f"{server.url}/_millrace/{name}", timeout=10) as answer:
        return answer.read().decode()


def fingerprint(folder: pathlib.Path) -> dict[str, str]:
    """Of all files but the lock, which looking takes."""
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "lock"}


def test_a_folder_that_is_well_is_said_to_be(filled):
    assert "another server is running" in failed("fsck", "--data", filled.server.data)
    filled.server.stop()
    before = fingerprint(filled.server.data)
    told = well("fsck", "--data", filled.server.data)
    assert "4 blobs of 309.7 KiB are whole; 0 things are damaged; 0 files" in told
    assert fingerprint(filled.server.data) == before


def test_a_folder_whose_server_was_killed_is_looked_at_as_it_is(filled):
    filled.server.kill()
    before = fingerprint(filled.server.data)
    assert "4 blobs" in well("fsck", "--data", filled.server.data)
    assert fingerprint(filled.server.data) == before
    filled.check(filled.server.start())


def test_damage_is_named_by_bucket_and_key(filled):
    filled.server.stop()
    damage(filled.large_files()[-1], HEADER + 1000)
    filled.large_files()[0].unlink()
    told = failed("fsck", "--data", filled.server.data)
    assert "DAMAGED: kept-things/3: blob f-" in told and "its bytes do not match their checksum" in told
    assert "DAMAGED: kept-things/2: blob f-" in told and "its file is missing" in told


def test_a_page_of_the_database_that_is_damaged_is_named(filled):
    filled.server.stop()
    damage(filled.server.data / "millrace.db", 5 * 4096 + 100)
    assert "DAMAGED: page 6 of the database" in failed("fsck", "--data", filled.server.data)


def test_a_missing_root_key_is_told(filled):
    filled.server.stop()
    (filled.server.data / "root.key").unlink()
    assert "root.key is missing" in failed("fsck", "--data", filled.server.data)


def test_files_that_nothing_names_are_removed_on_demand_and_nothing_else(filled):
    filled.server.stop()
    stray = filled.large_files()[0].with_name("0" * 32)
    stray.write_bytes(b"x" * 100)
    told = failed("fsck", "--data", filled.server.data)
    assert f"no row names it: {stray}" in told and "--repair" in told and stray.exists()
    assert "1 files of 100 B that no row named were removed" in well("fsck", "--data", filled.server.data, "--repair")
    assert not stray.exists()
    filled.check(filled.server.start())


def test_nothing_is_looked_for_where_no_folder_is(tmp_path):
    for words in (["fsck"], ["du"], ["backup", tmp_path / "copy"]):
        assert "there is no data folder" in failed(*words, "--data", tmp_path / "absent")
    assert not (tmp_path / "absent").exists()


def test_what_buckets_and_accounts_hold_is_shown_with_and_without_a_server(filled):
    upload = filled.s3.create_multipart_upload(Bucket=filled.bucket, Key="parts")["UploadId"]
    filled.s3.upload_part(Bucket=filled.bucket, Key="parts", UploadId=upload, PartNumber=1, Body=b"x" * 2048)
    served = well("du", "--data", filled.server.data)
    lines = [line.split() for line in served.splitlines()]
    assert ["309.7", "KiB", "4", filled.account.id, "s3", "kept-things"] in lines
    assert ["2.0", "KiB", "1", filled.account.id, "s3", "kept-things", "(parts", "of", "uploads)"] in lines
    filled.server.stop()
    assert well("du", "--data", filled.server.data) == served


def test_a_damaged_object_is_refused_told_and_kept_aside(filled):
    path = filled.large_files()[-1]
    damage(path, HEADER + 5)
    with pytest.raises(FlexibleChecksumError):  # the first read shows it to whoever compares
        filled.s3.get_object(Bucket=filled.bucket, Key="3")["Body"].read()
    status = lambda: json.loads(well("status", "--data", filled.server.data))["care"]  # noqa: E731
    servers.eventually(lambda: status()["damaged"], SOON_SECONDS, "the damage to be found")
    (found,) = status()["damaged"]
    assert found["blob"] == f"f-{path.name}" and found["what"].startswith("kept-things/3: ")
    refused("InternalError", 500, filled.s3.get_object, Bucket=filled.bucket, Key="3")
    refused("InternalError", 500, filled.s3.copy_object, Bucket=filled.bucket, Key="other", CopySource=f"{filled.bucket}/3")
    aside = filled.server.data / "blobs/quarantine" / f"f-{path.name}"
    assert aside.stat().st_size == HEADER + 300_000 and not path.exists()
    servers.eventually(lambda: "kept-things/3" in filled.server.log.read_text(), SOON_SECONDS, "the log to tell it")
    filled.put("3", 300_000)
    filled.check(filled.server)
    filled.server.stop()
    well("fsck", "--data", filled.server.data)
    assert aside.exists()


@pytest.mark.parametrize("read", [{}, {"Range": "bytes=0-99"}], ids=["whole", "part"])
def test_damage_that_a_plain_read_passed_is_counted_and_refused_from_then_on(filled, read):
    """A client that compares nothing gets the bytes once: the look at them comes after the first read, from the file to the socket."""
    plain = filled.account.client("s3", config=Config(response_checksum_validation="when_required", retries={"total_max_attempts": 1}))
    server = filled.server
    assert own(server, "health") == '{"status":"ok","damaged":0}' and "millrace_damaged_blobs 0" in own(server, "metrics")
    damage(filled.large_files()[-1], HEADER + 200_000)
    got = plain.get_object(Bucket=filled.bucket, Key="3", **read)["Body"].read()
    expected = filled.bodies["3"][:len(got)]
    assert (got != expected) == (not read)  # the damaged byte lies behind the part
    servers.eventually(lambda: own(server, "health") == '{"status":"damaged","damaged":1}', SOON_SECONDS, "the damage to be counted")
    assert "millrace_damaged_blobs 1" in own(server, "metrics")
    for size in ({}, {"Range": "bytes=0-99"}):
        refused("InternalError", 500, plain.get_object, Bucket=filled.bucket, Key="3", **size)
    server.stop()
    server.start()
    assert "millrace_damaged_blobs 1" in own(server, "metrics")
    again = filled.account.client("s3")
    again.delete_object(Bucket=filled.bucket, Key="3")
    assert own(server, "health") == '{"status":"ok","damaged":0}'


def test_a_copy_of_a_damaged_object_is_never_made(filled):
    damage(filled.large_files()[-1], HEADER + 5)
    refused("InternalError", 500, filled.s3.copy_object, Bucket=filled.bucket, Key="other", CopySource=f"{filled.bucket}/3")
    refused("NoSuchKey", 404, filled.s3.get_object, Bucket=filled.bucket, Key="other")


def test_a_copy_made_while_serving_is_put_back_whole(filled, tmp_path):
    copy, key = tmp_path / "copy", tmp_path / "root.key"
    assert "root.key elsewhere" in well("backup", copy, "--data", filled.server.data)
    filled.put("1", 900)
    filled.put("3", 250_000)
    filled.put("new", 20_000)
    told = well("backup", copy, "--data", filled.server.data)
    assert "5 blobs" in told and "3 of them copied now" in told
    key.write_bytes((filled.server.data / "root.key").read_bytes())
    filled.server.stop()
    assert not (copy / "root.key").exists() and not (copy / "credentials").exists()
    assert "5 blobs" in well("fsck", "--data", copy)

    back = tmp_path / "back"
    assert "has no root key" in failed("restore", copy, "--data", back)
    assert "is not the key of this copy" in failed("restore", copy, "--data", back, "--key", copy / "backup.json")
    assert not back.exists()
    assert "0 things are damaged" in well("restore", copy, "--data", back, "--key", key)
    server = servers.Server(back).start()
    try:
        filled.check(server)
    finally:
        server.stop()


def test_a_copy_with_its_key_needs_no_other(filled, tmp_path):
    filled.server.stop()
    copy, back = tmp_path / "copy", tmp_path / "back"
    well("backup", copy, "--with-key", "--data", filled.server.data)
    well("restore", copy, "--data", back)
    server = servers.Server(back).start()
    try:
        filled.check(server)
    finally:
        server.stop()


def test_copies_go_to_no_place_that_holds_something_else(filled, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full/file").write_text("mine")
    assert "is not empty and no copy" in failed("backup", tmp_path / "full", "--data", filled.server.data)
    assert "cannot lie in" in failed("backup", filled.server.data / "copy", "--data", filled.server.data)
    well("backup", tmp_path / "copy", "--data", filled.server.data)
    assert "is not empty" in failed("restore", tmp_path / "copy", "--data", tmp_path / "full")
    assert "there is no whole copy" in failed("restore", tmp_path / "full", "--data", tmp_path / "back")


def test_a_folder_is_copied_whole_while_it_is_written_to(filled, tmp_path):
    copy = tmp_path / "copy"
    backup = subprocess.Popen([servers.PROGRAM, "backup", copy, "--with-key", "--data", filled.server.data], stdout=subprocess.DEVNULL)
    try:
        for number in range(200):
            filled.put(str(number % 10), 20_000 + number)
    finally:
        assert backup.wait(60) == 0
    assert "0 things are damaged" in well("fsck", "--data", copy)
    well("backup", copy, "--with-key", "--data", filled.server.data)
    well("restore", copy, "--data", tmp_path / "back")
    server = servers.Server(tmp_path / "back").start()
    try:
        filled.check(server)
    finally:
        server.stop()


def test_a_full_disk_while_copying_is_told_and_harms_nothing(filled, tmp_path):
    control.ask(filled.server.data, "disk-full", after_writes=3)
    failed("backup", tmp_path / "copy", "--data", filled.server.data)
    control.ask(filled.server.data, "disk-room")
    well("backup", tmp_path / "copy", "--data", filled.server.data)
    assert "4 blobs" in well("fsck", "--data", tmp_path / "copy")
    filled.check(filled.server)
