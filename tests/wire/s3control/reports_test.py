"""Completion reports: where they lie, what stands in them, and jobs that fail too often."""

import hashlib
import json

from support.batch import counts

UNTAGGING = {"S3DeleteObjectTagging": {}}


def body(batch, key: str) -> bytes:
    return batch.s3.get_object(Bucket=batch.bucket, Key=key)["Body"].read()


def test_a_report_of_all_tasks(batch):
    batch.put("a b,c")
    job = batch.run(UNTAGGING, batch.of_keys("a b,c", "absent"), Report=batch.report())
    folder = f"reports/job-{job['JobId']}"
    text = body(batch, f"{folder}/manifest.json")
    assert body(batch, f"{folder}/manifest.json.md5").decode() == hashlib.md5(text).hexdigest()
    manifest = json.loads(text)
    assert (manifest["Format"], manifest["ReportSchema"]) == (
        "Report_CSV_20180820", "Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage")
    assert manifest["ReportCreationDate"].endswith("Z")
    assert [result["TaskExecutionStatus"] for result in manifest["Results"]] == ["succeeded", "failed"]
    for result in manifest["Results"]:
        assert result["Bucket"] == batch.bucket and result["Key"].startswith(f"{folder}/results/") and result["Key"].endswith(".csv")
        assert result["MD5Checksum"] == hashlib.md5(body(batch, result["Key"])).hexdigest()
    assert body(batch, manifest["Results"][0]["Key"]).decode() == f"{batch.bucket},a%20b%2Cc,,succeeded,200,,Successful\n"
    failed = body(batch, manifest["Results"][1]["Key"]).decode()
    assert failed == f"{batch.bucket},absent,,failed,404,NoSuchKey,The specified key does not exist.\n"


def test_a_report_without_prefix_and_without_failures(batch):
    batch.put("a")
    report = {name: value for name, value in batch.report("FailedTasksOnly").items() if name != "Prefix"}
    job = batch.run(UNTAGGING, batch.of_keys("a"), Report=report)
    manifest, rows = batch.read_report(job["JobId"], prefix="")
    assert manifest["Results"] == [] and rows == {}


def test_a_report_for_an_owner_who_is_another(batch):
    batch.put("a")
    job = batch.run(UNTAGGING, batch.of_keys("a"), Report=batch.report(ExpectedBucketOwner="111122223333"))
    assert job["Status"] == "Failed" and counts(job) == (1, 1, 0)


def test_a_job_of_which_more_than_half_fails_is_given_up(batch):
    batch.put("a")
    manifest = batch.list_of([(batch.bucket, "a"), *([(batch.bucket, "absent")] * 1500)])
    job = batch.run(UNTAGGING, manifest, Report=batch.report("FailedTasksOnly"))
    total, succeeded, failed = counts(job)
    assert job["Status"] == "Failed" and (total, succeeded) == (1501, 1) and 999 <= failed < 1500
    assert "50 percent" in job["FailureReasons"][0]["FailureReason"]
    _, rows = batch.read_report(job["JobId"])
    assert len(rows["failed"]) == failed


def test_a_small_job_may_fail_altogether(batch):
    job = batch.run(UNTAGGING, batch.of_keys("absent"))
    assert job["Status"] == "Complete" and counts(job) == (1, 0, 1)
