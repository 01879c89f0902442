"""Clients of S3 that others wrote, as people use them: pyarrow's and s3fs's file systems, s3cmd, rclone, boto3's transfer manager."""

import filecmp
import os
import pathlib
import subprocess
import sys
import time

import pyarrow
import pyarrow.dataset
import pyarrow.fs
import pyarrow.parquet
import pytest
import s3fs
from boto3.s3.transfer import TransferConfig
from support import server as servers

MIB = 1024 * 1024
PART = 5 * MIB


def noise(size: int) -> bytes:
    """Bytes of which no two parts are alike."""
    return b"".join(number.to_bytes(8, "big") for number in range(size // 8)) + bytes(size % 8)


@pytest.fixture
def arrow(aws):
    host = aws.server.url.removeprefix("http://")
    return pyarrow.fs.S3FileSystem(
        access_key=aws.key, secret_key=aws.secret, region=servers.REGION, scheme="http", endpoint_override=host,
        allow_bucket_creation=True, allow_bucket_deletion=True,
    )


@pytest.fixture
def files(aws):
    system = s3fs.S3FileSystem(
        key=aws.key, secret=aws.secret, client_kwargs={"endpoint_url": aws.server.url, "region_name": servers.REGION},
        skip_instance_cache=True, use_listings_cache=False,
    )
    return system


def test_pyarrow_keeps_files_and_folders(aws, arrow):
    bucket = aws.bucket()
    data = noise(12 * MIB)
    with arrow.open_output_stream(f"{bucket}/folder/large") as out:
        out.write(data)
    with arrow.open_input_file(f"{bucket}/folder/large") as file:
        assert file.size() == len(data)
        assert file.read_at(100, 6 * MIB) == data[6 * MIB : 6 * MIB + 100]
        assert file.read() == data
    arrow.copy_file(f"{bucket}/folder/large", f"{bucket}/folder/copy")
    arrow.move(f"{bucket}/folder/copy", f"{bucket}/moved")
    arrow.create_dir(f"{bucket}/empty")
    found = {info.path.partition("/")[2]: info.type for info in arrow.get_file_info(pyarrow.fs.FileSelector(bucket, recursive=True))}
    folder, file = pyarrow.fs.FileType.Directory, pyarrow.fs.FileType.File
    assert found == {"empty": folder, "folder": folder, "folder/large": file, "moved": file}
    assert arrow.get_file_info(f"{bucket}/none").type == pyarrow.fs.FileType.NotFound
    arrow.delete_dir_contents(bucket)
    arrow.delete_dir(bucket)
    assert arrow.get_file_info(bucket).type == pyarrow.fs.FileType.NotFound


def test_pyarrow_keeps_a_data_set(aws, arrow):
    bucket = aws.bucket()
    table = pyarrow.table({"part": [number % 3 for number in range(999)], "value": list(range(999))})
    pyarrow.dataset.write_dataset(table, f"{bucket}/data", filesystem=arrow, format="parquet", partitioning=["part"])
    back = pyarrow.dataset.dataset(f"{bucket}/data", filesystem=arrow, partitioning=["part"]).to_table(filter=pyarrow.dataset.field("part") == 1)
    assert sorted(back["value"].to_pylist()) == list(range(1, 999, 3))


def test_s3fs_keeps_files_and_folders(aws, files, tmp_path):
    bucket = aws.bucket()
    data = noise(12 * MIB)
    with files.open(f"{bucket}/a/large", "wb", block_size=PART) as out:
        out.write(data)
    assert files.cat(f"{bucket}/a/large", start=6 * MIB, end=6 * MIB + 100) == data[6 * MIB : 6 * MIB + 100]
    files.pipe({f"{bucket}/a/{number}": str(number).encode() for number in range(25)})
    assert len(files.ls(f"{bucket}/a")) == 26
    assert files.info(f"{bucket}/a/large")["size"] == len(data)
    files.copy(f"{bucket}/a", f"{bucket}/b", recursive=True)
    files.get(f"{bucket}/b", str(tmp_path / "b"), recursive=True)
    assert (tmp_path / "b" / "large").read_bytes() == data
    assert files.glob(f"{bucket}/b/1?") == [f"{bucket}/b/{number}" for number in range(10, 20)]
    files.setxattr(f"{bucket}/a/1", note="one")
    assert files.metadata(f"{bucket}/a/1") == {"note": "one"}
    files.rm(bucket, recursive=True)
    assert not files.exists(bucket)


def s3cmd(aws, *words) -> str:
    host = aws.server.url.removeprefix("http://")
    program = pathlib.Path(sys.executable).parent / "s3cmd"
    settings = ["--no-ssl", f"--host={host}", f"--host-bucket={host}", f"--access_key={aws.key}", f"--secret_key={aws.secret}"]
    command = [sys.executable, program, "--config=/dev/null", *settings, *words]
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=100, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_s3cmd_moves_files(aws, tmp_path):
    bucket = aws.name("cmd")
    source, target = tmp_path / "source", tmp_path / "target"
    (source / "folder").mkdir(parents=True)
    (source / "large").write_bytes(noise(17 * MIB))
    for number in range(20):
        (source / "folder" / f"a file {number}").write_text(str(number))
    s3cmd(aws, "mb", f"s3://{bucket}")
    s3cmd(aws, "sync", "--multipart-chunk-size-mb=5", f"{source}/", f"s3://{bucket}/")
    assert len(s3cmd(aws, "ls", "--recursive", f"s3://{bucket}").splitlines()) == 21
    s3cmd(aws, "sync", f"s3://{bucket}/", f"{target}/")
    assert not filecmp.dircmp(source, target).diff_files
    assert (target / "large").read_bytes() == (source / "large").read_bytes()
    s3cmd(aws, "cp", f"s3://{bucket}/large", f"s3://{bucket}/copy")
    s3cmd(aws, "mv", f"s3://{bucket}/copy", f"s3://{bucket}/moved")
    assert str(17 * MIB) in s3cmd(aws, "info", f"s3://{bucket}/moved")
    s3cmd(aws, "rb", "--recursive", "--force", f"s3://{bucket}")
    assert bucket not in s3cmd(aws, "ls")


def rclone(aws, *words) -> str:
    """Set by environment variables alone, as rclone allows."""
    remote = {"type": "s3", "provider": "AWS", "access_key_id": aws.key, "secret_access_key": aws.secret, "region": servers.REGION,
              "endpoint": aws.server.url, "force_path_style": "true", "use_unsigned_payload": "true", "chunk_size": "5Mi", "upload_cutoff": "6Mi"}
    environment = {f"RCLONE_CONFIG_MILL_{name.upper()}": value for name, value in remote.items()}
    command = [pathlib.Path(sys.executable).parent / "rclone", "--config=", "--retries=1", *words]
    result = subprocess.run(
        [str(word) for word in command], env={"PATH": os.environ["PATH"], **environment}, capture_output=True, text=True, timeout=100, check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.fixture
def tree(tmp_path):
    """A folder with a large file, many small ones, an empty one, and names that need escaping."""
    source = tmp_path / "source"
    (source / "folder" / "b+c").mkdir(parents=True)
    (source / "large").write_bytes(noise(17 * MIB + 3))
    (source / "empty").touch()
    for name in ("ein Blatt", "100%", "a+b", "[x]", "naïve", "q?", "#1", "~", "'"):
        (source / "folder" / "b+c" / name).write_text(name)
    for number in range(200):
        (source / "folder" / str(number)).write_text(str(number))
    return source


def test_rclone_mirrors_a_folder(aws, tree, tmp_path):
    remote = f"mill:{aws.name('clone')}"
    rclone(aws, "mkdir", remote)
    rclone(aws, "sync", tree, remote)
    rclone(aws, "check", "--download", tree, remote)
    (tree / "folder" / "7").unlink()
    (tree / "folder" / "8").write_text("changed")
    rclone(aws, "sync", tree, remote)
    rclone(aws, "check", tree, remote)
    rclone(aws, "copyto", f"{remote}/large", f"{remote}/copy of large")
    assert rclone(aws, "cat", "--offset=2", "--count=4", f"{remote}/folder/8") == "ange"
    rclone(aws, "sync", remote, tmp_path / "target")
    (tree / "copy of large").write_bytes((tree / "large").read_bytes())
    rclone(aws, "check", tree, tmp_path / "target")
    rclone(aws, "purge", remote)
    assert remote.removeprefix("mill:") not in rclone(aws, "lsd", "mill:")


def test_rclone_finds_former_versions(aws, tmp_path):
    bucket = aws.bucket()
    aws.client("s3").put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    note = tmp_path / "note.txt"
    for text in ("first", "second"):
        note.write_text(text)
        rclone(aws, "copyto", "--ignore-times", note, f"mill:{bucket}/note.txt")
        time.sleep(1.1)  # rclone tells versions apart by their time, and S3 keeps whole seconds
    rclone(aws, "deletefile", f"mill:{bucket}/note.txt")
    assert rclone(aws, "lsf", f"mill:{bucket}") == ""
    former = rclone(aws, "lsf", "--s3-versions", f"mill:{bucket}").splitlines()
    assert {rclone(aws, "cat", "--s3-versions", f"mill:{bucket}/{name}") for name in former} == {"first", "second"}
    rclone(aws, "backend", "cleanup-hidden", f"mill:{bucket}")
    assert rclone(aws, "lsf", "--s3-versions", f"mill:{bucket}") == ""


def test_the_transfer_manager_moves_large_files(aws, tmp_path):
    s3, bucket = aws.client("s3"), aws.bucket()
    settings = TransferConfig(multipart_threshold=PART, multipart_chunksize=PART, max_concurrency=8)
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(noise(33 * MIB + 7))
    seen = []
    s3.upload_file(str(source), bucket, "large", Config=settings, ExtraArgs={"Metadata": {"a": "b"}}, Callback=seen.append)
    assert sum(seen) == os.path.getsize(source)
    s3.copy({"Bucket": bucket, "Key": "large"}, bucket, "copy", Config=settings)
    head = s3.head_object(Bucket=bucket, Key="copy")
    assert (head["ContentLength"], head["ETag"].endswith('-7"')) == (os.path.getsize(source), True)
    s3.download_file(bucket, "copy", str(target), Config=settings)
    assert filecmp.cmp(source, target, shallow=False)
