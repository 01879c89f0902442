"""Where a job's objects come from: lists in CSV, inventories, and lists that the job makes itself."""

import datetime
import gzip
import hashlib
import json

import pytest
from support.batch import counts

UNTAGGING = {"S3DeleteObjectTagging": {}}


def done(batch, job: dict) -> list[str]:
    """The keys that a job's report names."""
    _, rows = batch.read_report(job["JobId"])
    return sorted(row["Key"] for rows in rows.values() for row in rows)


def raw_list(batch, text: bytes, fields=("Bucket", "Key")) -> dict:
    etag = batch.s3.put_object(Bucket=batch.bucket, Key="m", Body=text)["ETag"]
    return {"Spec": {"Format": "S3BatchOperations_CSV_20180820", "Fields": list(fields)},
            "Location": {"ObjectArn": f"arn:aws:s3:::{batch.bucket}/m", "ETag": etag}}


def test_columns_may_be_ignored_and_quoted(batch):
    batch.put("a,b", "c", 'd"e')
    text = f'x,{batch.bucket},"a,b"\r\n\r\n"y ""z""",{batch.bucket},c\n,"{batch.bucket}","d%22e"'
    job = batch.run(UNTAGGING, raw_list(batch, text.encode(), ("Ignore", "Bucket", "Key")), Report=batch.report())
    assert job["Status"] == "Complete" and counts(job) == (3, 3, 0)
    assert done(batch, job) == ["a%2Cb", "c", "d%22e"]


def failure(batch, manifest, **changes) -> str:
    job = batch.run(UNTAGGING, manifest, **changes)
    assert job["Status"] == "Failed" and len(job["FailureReasons"]) == 1
    assert "ProgressSummary" not in job
    return job["FailureReasons"][0]["FailureCode"]


@pytest.mark.parametrize("text", [b"", b"bucket,a,extra\n", b"bucket,%zz\n", b"bucket,\n", b'bucket,"a\n', b"bucket," + b"a" * 70_000])
def test_lists_that_are_none(batch, text):
    assert failure(batch, raw_list(batch, text)) == "InvalidManifestContent"


def test_the_manifest_is_the_one_that_was_meant(batch):
    manifest = batch.of_keys("a")
    batch.of_keys("another")
    assert failure(batch, manifest) == "ManifestETagMismatch"
    manifest["Location"]["ObjectArn"] += ".gone"
    assert failure(batch, manifest) == "ManifestNotReadable"


def test_a_version_of_the_manifest(batch):
    batch.s3.put_bucket_versioning(Bucket=batch.bucket, VersioningConfiguration={"Status": "Enabled"})
    batch.put("a")
    manifest = batch.of_keys("a")
    version = batch.s3.head_object(Bucket=batch.bucket, Key="manifest.csv")["VersionId"]
    batch.of_keys("another")
    manifest["Location"]["ObjectVersionId"] = version
    job = batch.run(UNTAGGING, manifest)
    assert job["Status"] == "Complete" and counts(job) == (1, 1, 0)


def inventory(batch, rows: list[str], schema="Bucket, Key, VersionId, Size", **changes) -> dict:
    """An inventory in CSV as S3 delivers it, by hand."""
    packed = gzip.compress("".join(rows).encode())
    batch.s3.put_object(Bucket=batch.bucket, Key="inventory/data/1.csv.gz", Body=packed)
    manifest = {
        "sourceBucket": batch.bucket, "destinationBucket": f"arn:aws:s3:::{batch.bucket}", "version": "2016-11-30", "creationTimestamp": "1514944800000",
        "fileFormat": "CSV", "fileSchema": schema,
        "files": [{"key": "inventory/data/1.csv.gz", "size": len(packed), "MD5checksum": hashlib.md5(packed).hexdigest()}], **changes,
    }
    etag = batch.s3.put_object(Bucket=batch.bucket, Key="inventory/manifest.json", Body=json.dumps(manifest).encode())["ETag"]
    return {"Spec": {"Format": "S3InventoryReport_CSV_20161130"},
            "Location": {"ObjectArn": f"arn:aws:s3:::{batch.bucket}/inventory/manifest.json", "ETag": etag}}


def test_inventories(batch):
    batch.put("a b", "c")
    rows = [f'"{batch.bucket}","a+b","","9"\n', f'"{batch.bucket}","c","null","9"\n']
    job = batch.run(UNTAGGING, inventory(batch, rows), Report=batch.report())
    assert job["Status"] == "Complete" and counts(job) == (2, 2, 0)
    assert done(batch, job) == ["a%20b", "c"]


def test_inventories_that_are_none(batch):
    row = [f'"{batch.bucket}","a"\n']
    assert failure(batch, inventory(batch, row, "Bucket, Key", fileFormat="ORC")) == "InvalidManifestContent"
    assert failure(batch, inventory(batch, row, "Bucket, Size")) == "InvalidManifestContent"
    wrong = [{"key": "inventory/data/1.csv.gz", "MD5checksum": "0" * 32}]
    assert failure(batch, inventory(batch, row, "Bucket, Key", files=wrong)) == "InvalidManifestContent"
    assert failure(batch, inventory(batch, row, "Bucket, Key", files=[{"key": "gone"}])) == "ManifestNotReadable"
    manifest = inventory(batch, row)
    for text in (b"{", b"[]", b'{"fileFormat": "CSV"}', b'{"fileFormat": 3}'):
        etag = batch.s3.put_object(Bucket=batch.bucket, Key="inventory/manifest.json", Body=text)["ETag"]
        manifest["Location"]["ETag"] = etag
        assert failure(batch, manifest) == "InvalidManifestContent"


def generated(batch, source: str, **changed) -> dict:
    generator = {"SourceBucket": f"arn:aws:s3:::{source}", "EnableManifestOutput": False, "Filter": changed}
    job = batch.run(UNTAGGING, None, ManifestGenerator={"S3JobManifestGenerator": generator}, Report=batch.report())
    if job["Status"] == "Complete":
        assert job["ManifestGenerator"]["S3JobManifestGenerator"]["SourceBucket"] == f"arn:aws:s3:::{source}"
    return job


def test_lists_that_the_job_makes(batch):
    source = batch.account.bucket()
    batch.put("a/1.csv", "a/22.txt", "b/1.csv", bucket=source)
    batch.s3.put_object(Bucket=source, Key="large", Body=b"x" * 1000, StorageClass="GLACIER")
    batch.s3.put_object(Bucket=source, Key="sealed", Body=b"x", ServerSideEncryption="AES256")
    everything = ["a/1.csv", "a/22.txt", "b/1.csv", "large", "sealed"]
    later = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
    for filter_, keys in [
        ({}, everything),
        ({"KeyNameConstraint": {"MatchAnyPrefix": ["a/", "l"]}}, ["a/1.csv", "a/22.txt", "large"]),
        ({"KeyNameConstraint": {"MatchAnySuffix": [".csv"], "MatchAnyPrefix": ["b"]}}, ["b/1.csv"]),
        ({"KeyNameConstraint": {"MatchAnySubstring": ["22", "arg"]}}, ["a/22.txt", "large"]),
        ({"ObjectSizeGreaterThanBytes": 100}, ["large"]),
        ({"ObjectSizeLessThanBytes": 2}, ["sealed"]),
        ({"MatchAnyStorageClass": ["GLACIER", "DEEP_ARCHIVE"]}, ["large"]),
        ({"MatchAnyObjectEncryption": [{"SSES3": {}}]}, ["sealed"]),
        ({"CreatedBefore": later}, everything),
    ]:
        job = generated(batch, source, **filter_)
        assert job["Status"] == "Complete", job
        assert done(batch, job) == keys, filter_
    nothing = generated(batch, source, CreatedAfter=later)
    assert nothing["Status"] == "Failed"


def test_the_newest_versions_are_listed(batch):
    source = batch.account.bucket()
    batch.s3.put_bucket_versioning(Bucket=source, VersioningConfiguration={"Status": "Enabled"})
    batch.put("a", "a", "gone", bucket=source)
    batch.s3.delete_object(Bucket=source, Key="gone")
    job = generated(batch, source)
    _, rows = batch.read_report(job["JobId"])
    newest = batch.s3.head_object(Bucket=source, Key="a")["VersionId"]
    assert [(row["Key"], row["VersionId"]) for row in rows["succeeded"]] == [("a", newest)]
