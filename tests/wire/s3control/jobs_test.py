"""Batch jobs: what may be asked for, how they are shown, listed, confirmed, cancelled, put in order and tagged."""

import itertools

import pytest
from support import server as servers
from support.batch import counts
from support.refusals import refused

TAGGING = {"S3PutObjectTagging": {"TagSet": [{"Key": "done", "Value": "yes"}]}}
ABSENT = "00000000-0000-4000-8000-000000000000"


def many(batch, count: int) -> dict:
    """A manifest whose one object is listed so many times."""
    batch.put("a")
    return batch.list_of([(batch.bucket, "a")] * count, key=f"{count}.csv")


def copying(batch) -> dict:
    """An operation that takes longer than others: each copy is a commit of its own, and another is made of it."""
    return {"S3PutObjectCopy": {"TargetResource": f"arn:aws:s3:::{batch.bucket}", "TargetKeyPrefix": "copy"}}


def test_a_job_is_done_and_shown(batch):
    batch.put("a", "b c", "ü+1")
    manifest = batch.of_keys("a", "b c", "ü+1")
    job = batch.run(TAGGING, manifest, Description="tags", Tags=[{"Key": "t", "Value": "1"}])
    assert job["Status"] == "Complete" and counts(job) == (3, 3, 0)
    for key in ("a", "b c", "ü+1"):
        assert batch.s3.get_object_tagging(Bucket=batch.bucket, Key=key)["TagSet"] == TAGGING["S3PutObjectTagging"]["TagSet"]
    assert job["JobArn"] == f"arn:aws:s3:us-east-1:{batch.account.id}:job/{job['JobId']}"
    assert (job["Description"], job["Priority"], job["RoleArn"]) == ("tags", 10, batch.role)
    assert (job["Manifest"], job["Operation"], job["ConfirmationRequired"]) == (manifest, TAGGING, False)
    assert job["CreationTime"] <= job["TerminationDate"] and "FailureReasons" not in job
    assert job["ProgressSummary"]["Timers"]["ElapsedTimeInActiveSeconds"] >= 0


def test_a_job_waits_for_its_confirmation(batch):
    batch.put("a")
    job = batch.create(TAGGING, batch.of_keys("a"), ConfirmationRequired=None)
    shown = batch.wait(job, "Suspended")
    assert counts(shown) == (1, 0, 0) and shown["SuspendedCause"] == "AWAITING_CONFIRMATION" and shown["SuspendedDate"]
    assert batch.s3.get_object_tagging(Bucket=batch.bucket, Key="a")["TagSet"] == []
    answer = batch.control.update_job_status(AccountId=batch.account.id, JobId=job, RequestedJobStatus="Ready", StatusUpdateReason="looked at")
    assert (answer["Status"], answer["StatusUpdateReason"]) == ("Ready", "looked at")
    done = batch.wait(job)
    assert (done["Status"], done["StatusUpdateReason"]) == ("Complete", "looked at")
    for wanted in ("Ready", "Cancelled"):
        refused("JobStatusException", 400, batch.control.update_job_status, AccountId=batch.account.id, JobId=job, RequestedJobStatus=wanted)
    refused("BadRequestException", 400, batch.control.update_job_priority, AccountId=batch.account.id, JobId=job, Priority=1)


def test_a_job_is_cancelled_where_it_is(batch):
    job = batch.create(copying(batch), many(batch, 20_000), Report=batch.report())
    batch.wait(job, "Active")
    servers.eventually(lambda: counts(batch.job(job))[1] > 0, 20, "a task to be done")
    batch.control.update_job_status(AccountId=batch.account.id, JobId=job, RequestedJobStatus="Cancelled", StatusUpdateReason="enough")
    done = batch.wait(job, "Cancelled")
    total, succeeded, failed = counts(done)
    assert total == 20_000 and 0 < succeeded < total and failed == 0
    assert done["StatusUpdateReason"] == "enough"
    _, rows = batch.read_report(job)
    assert len(rows["succeeded"]) == succeeded


def test_a_suspended_job_is_cancelled(batch):
    batch.put("a")
    job = batch.create(TAGGING, batch.of_keys("a"), ConfirmationRequired=True, Report=batch.report())
    batch.wait(job, "Suspended")
    batch.control.update_job_status(AccountId=batch.account.id, JobId=job, RequestedJobStatus="Cancelled")
    batch.wait(job, "Cancelled")
    listed = batch.s3.list_objects_v2(Bucket=batch.bucket, Prefix="reports/")
    assert listed["KeyCount"] == 0, "no task ran: there is nothing to report"


def test_the_higher_priority_goes_first(batch):
    low = batch.create(copying(batch), many(batch, 20_000), Priority=1)
    batch.wait(low, "Active")
    high = batch.create(copying(batch), many(batch, 2_000), Priority=5)
    batch.wait(low, "Paused")
    assert batch.wait(high)["Status"] == "Complete"
    batch.wait(low, "Active")
    middle = batch.create(copying(batch), many(batch, 300), Priority=0)
    batch.wait(middle, "Ready")
    assert batch.control.update_job_priority(AccountId=batch.account.id, JobId=middle, Priority=9)["Priority"] == 9
    assert batch.wait(middle)["Priority"] == 9
    assert batch.job(low)["Status"] in ("Active", "Paused")
    batch.control.update_job_status(AccountId=batch.account.id, JobId=low, RequestedJobStatus="Cancelled")
    batch.wait(low, "Cancelled")


def test_a_token_stands_for_one_job(batch):
    batch.put("a")
    manifest = batch.of_keys("a")
    jobs = {batch.create(TAGGING, manifest, ClientRequestToken="once") for _ in range(2)}
    assert len(jobs) == 1
    refused("IdempotencyException", 400, batch.control.create_job, **batch.ask(TAGGING, manifest, ClientRequestToken="once", Priority=11))


def test_jobs_are_listed_by_status_and_page_by_page(batch):
    batch.put("a")
    manifest = batch.of_keys("a")
    waiting = [batch.create(TAGGING, manifest, ConfirmationRequired=True, Description=f"d{n}") for n in range(5)]
    done = batch.run(TAGGING, manifest)
    for job in waiting:
        batch.wait(job, "Suspended")
    account = {"AccountId": batch.account.id}
    assert [job["JobId"] for job in batch.control.list_jobs(**account)["Jobs"]] == [done["JobId"], *reversed(waiting)]
    pages = [batch.control.list_jobs(**account, JobStatuses=["Suspended"], MaxResults=2)]
    while token := pages[-1].get("NextToken"):
        pages.append(batch.control.list_jobs(**account, JobStatuses=["Suspended"], MaxResults=2, NextToken=token))
    assert [len(page["Jobs"]) for page in pages] == [2, 2, 1]
    listed = list(itertools.chain.from_iterable(page["Jobs"] for page in pages))
    assert [job["JobId"] for job in listed] == list(reversed(waiting))
    assert (listed[0]["Description"], listed[0]["Operation"], listed[0]["Status"]) == ("d4", "S3PutObjectTagging", "Suspended")
    assert batch.control.list_jobs(**account, JobStatuses=["Failed"])["Jobs"] == []
    token = pages[0]["NextToken"]
    refused("InvalidNextTokenException", 400, batch.control.list_jobs, **account, NextToken=token)
    refused("InvalidNextTokenException", 400, batch.control.list_jobs, **account, NextToken="nonsense")


def test_jobs_have_tags(batch):
    batch.put("a")
    job = batch.create(TAGGING, batch.of_keys("a"), Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": ""}])
    of = {"AccountId": batch.account.id, "JobId": job}
    assert batch.control.get_job_tagging(**of)["Tags"] == [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": ""}]
    batch.control.put_job_tagging(**of, Tags=[{"Key": "b", "Value": "2"}, {"Key": "c", "Value": "3"}])
    assert batch.control.get_job_tagging(**of)["Tags"] == [{"Key": "b", "Value": "2"}, {"Key": "c", "Value": "3"}]
    refused("TooManyTagsException", 400, batch.control.put_job_tagging, **of, Tags=[{"Key": str(n), "Value": ""} for n in range(51)])
    refused("InvalidTag", 400, batch.control.put_job_tagging, **of, Tags=[{"Key": "k", "Value": "1"}, {"Key": "k", "Value": "2"}])
    refused("InvalidTag", 400, batch.control.put_job_tagging, **of, Tags=[{"Key": "aws:k", "Value": "1"}])
    batch.control.delete_job_tagging(**of)
    assert batch.control.get_job_tagging(**of)["Tags"] == []


def test_a_job_that_is_not_there(batch, stranger):
    of = {"AccountId": batch.account.id, "JobId": ABSENT}
    for call, more in [("describe_job", {}), ("get_job_tagging", {}), ("delete_job_tagging", {}), ("put_job_tagging", {"Tags": []}),
                       ("update_job_priority", {"Priority": 1}), ("update_job_status", {"RequestedJobStatus": "Ready"})]:
        refused("NotFoundException", 400, getattr(batch.control, call), **of, **more)
    batch.put("a")
    job = batch.create(TAGGING, batch.of_keys("a"))
    refused("NotFoundException", 400, stranger.client("s3control").describe_job, AccountId=stranger.id, JobId=job)
    elsewhere = batch.account.client("s3control", region="eu-west-1")
    refused("NotFoundException", 400, elsewhere.describe_job, AccountId=batch.account.id, JobId=job)


@pytest.mark.parametrize(
    "change",
    [
        {"Operation": {**TAGGING, "S3DeleteObjectTagging": {}}},
        {"Operation": {"S3PutObjectCopy": {}}},
        {"Operation": {"S3PutObjectAcl": {"AccessControlPolicy": {}}}},
        {"Operation": {"S3InitiateRestoreObject": {"GlacierJobTier": "BULK"}}},
        {"Report": {"Enabled": True}},
        {"Report": {"Enabled": True, "Bucket": "arn:aws:s3:::b/k", "Format": "Report_CSV_20180820", "ReportScope": "AllTasks"}},
        {"Manifest": None},
        {"Manifest": {"Spec": {"Format": "S3BatchOperations_CSV_20180820"}, "Location": {"ObjectArn": "arn:aws:s3:::b/k", "ETag": "e"}}},
        {"Manifest": {"Spec": {"Format": "S3BatchOperations_CSV_20180820", "Fields": ["Key"]}, "Location": {"ObjectArn": "arn:aws:s3:::b/k", "ETag": "e"}}},
        {"Manifest": {"Spec": {"Format": "S3InventoryReport_CSV_20161130", "Fields": ["Key"]}, "Location": {"ObjectArn": "arn:aws:s3:::b/k", "ETag": "e"}}},
        {"Manifest": {"Spec": {"Format": "S3InventoryReport_CSV_20161130"}, "Location": {"ObjectArn": "arn:aws:s3:::bucket", "ETag": "e"}}},
        {"ManifestGenerator": {"S3JobManifestGenerator": {"SourceBucket": "arn:aws:s3:::b", "EnableManifestOutput": False}}},
    ],
)
def test_what_a_job_cannot_be(batch, change):
    refused("InvalidRequest", 400, batch.control.create_job, **{**batch.ask(TAGGING, batch.of_keys("a"), **change)})
    assert batch.control.list_jobs(AccountId=batch.account.id)["Jobs"] == []


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"Operation": {"LambdaInvoke": {}}}, "LambdaInvoke"),
        ({"Operation": {"LambdaInvoke": {"FunctionArn": "f"}}}, "Operation.LambdaInvoke"),
        ({"Operation": {"S3ComputeObjectChecksum": {"ChecksumType": "COMPOSITE"}}}, "ChecksumType COMPOSITE"),
        ({"Operation": {"S3PutObjectCopy": {"TargetResource": "arn:aws:s3:::b", "SSEAwsKmsKeyId": "k"}}}, "S3PutObjectCopy.SSEAwsKmsKeyId"),
        ({"Operation": {"S3PutObjectCopy": {"TargetResource": "arn:aws:s3:us-east-1:1:accesspoint/x"}}}, "TargetResource"),
        ({"Manifest": None, "ManifestGenerator": {"S3JobManifestGenerator": {
            "SourceBucket": "arn:aws:s3:::b", "EnableManifestOutput": True}}}, "EnableManifestOutput"),
    ],
)
def test_what_is_not_built_is_refused_by_name(batch, change, named):
    answer = refused("NotImplemented", 501, batch.control.create_job, **batch.ask(TAGGING, batch.of_keys("a"), **change))
    assert named in answer["Error"]["Message"]
