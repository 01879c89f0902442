"""The command line's high-level commands on a folder of ten thousand files."""

import pytest

FILES = 10_000


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_ten_thousand_files_go_there_and_back(aws, tmp_path):
    bucket, source, target = aws.bucket(), tmp_path / "source", tmp_path / "target"
    for number in range(FILES):
        folder = source / f"{number % 100:02}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number}.txt").write_text(f"file {number}")
    aws.cli("s3", "sync", "--only-show-errors", str(source), f"s3://{bucket}/all", seconds=500)
    assert len(aws.cli("s3", "ls", "--recursive", f"s3://{bucket}").splitlines()) == FILES
    assert aws.cli("s3", "sync", str(source), f"s3://{bucket}/all", seconds=500) == ""
    aws.cli("s3", "sync", "--only-show-errors", f"s3://{bucket}/all", str(target), seconds=500)
    assert sorted(path.relative_to(target) for path in target.rglob("*.txt")) == sorted(path.relative_to(source) for path in source.rglob("*.txt"))
    assert (target / "34" / "1234.txt").read_text() == "file 1234"
    aws.cli("s3", "rm", "--recursive", "--only-show-errors", f"s3://{bucket}/all", seconds=500)
    assert aws.client("s3").list_objects_v2(Bucket=bucket)["KeyCount"] == 0
