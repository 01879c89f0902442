"""The aws command line: copies up, down and between, recursively; listing and removing."""


def test_files_go_up_and_down(aws, tmp_path):
    bucket = aws.bucket()
    folder = tmp_path / "folder"
    (folder / "sub").mkdir(parents=True)
    for name, body in {"a.txt": b"a", "sub/b c.txt": b"b" * 100_000}.items():
        (folder / name).write_bytes(body)
    aws.cli("s3", "cp", "--recursive", str(folder), f"s3://{bucket}/up/")
    listed = aws.cli("s3", "ls", "--recursive", f"s3://{bucket}/")
    assert "up/a.txt" in listed and "up/sub/b c.txt" in listed
    assert "PRE up/" in aws.cli("s3", "ls", f"s3://{bucket}/")
    aws.cli("s3", "sync", f"s3://{bucket}/up", str(tmp_path / "down"))
    assert (tmp_path / "down/sub/b c.txt").read_bytes() == b"b" * 100_000
    aws.cli("s3", "cp", f"s3://{bucket}/up/a.txt", f"s3://{bucket}/copy.txt")
    aws.cli("s3", "rm", "--recursive", f"s3://{bucket}/up/")
    assert aws.cli("s3", "ls", "--recursive", f"s3://{bucket}/").split()[-1] == "copy.txt"
    aws.cli("s3", "rb", "--force", f"s3://{bucket}")
    assert aws.client("s3").list_buckets()["Buckets"] == []


def test_a_large_file_goes_up_in_parts(aws, tmp_path):
    bucket = aws.bucket()
    body = bytes(range(256)) * (20 * 4096)
    (tmp_path / "up").write_bytes(body)
    aws.cli("s3", "cp", str(tmp_path / "up"), f"s3://{bucket}/k")
    assert aws.client("s3").head_object(Bucket=bucket, Key="k")["ETag"].endswith('-3"')
    aws.cli("s3", "cp", f"s3://{bucket}/k", str(tmp_path / "down"))
    assert (tmp_path / "down").read_bytes() == body
