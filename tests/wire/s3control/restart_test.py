"""Batch jobs outlive the server: they go on where they were, and are forgotten after ninety days."""

import pytest
from support import control, server as servers
from support.account import Account
from support.batch import Batch, counts
from support.refusals import refused

THREADS = 8
TAGGING = {"S3PutObjectTagging": {"TagSet": [{"Key": "k", "Value": "v"}]}}


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_a_job_goes_on_where_it_was(own_server, how):
    server = own_server()
    batch = Batch(Account.create(server))
    target = batch.account.bucket()
    batch.s3.put_bucket_versioning(Bucket=target, VersioningConfiguration={"Status": "Enabled"})
    keys = [f"k{number:04}" for number in range(600)]
    batch.put(*keys)
    job = batch.create({"S3PutObjectCopy": {"TargetResource": f"arn:aws:s3:::{target}"}}, batch.of_keys(*keys), Report=batch.report())
    waiting = batch.create(TAGGING, batch.of_keys(*keys), ConfirmationRequired=True, Priority=50)
    servers.eventually(lambda: batch.job(job).get("ProgressSummary", {}).get("NumberOfTasksSucceeded", 0) > 20, 20, "tasks to be done")
    batch.wait(waiting, "Suspended")
    before = counts(batch.job(job))
    getattr(server, how)()
    server.start()
    batch = Batch(Account(server, batch.account.id, batch.account.key, batch.account.secret), **{})
    batch.__dict__.update(bucket=_bucket_of(batch, target))
    after = counts(batch.job(job))
    assert before[0] == after[0] == 600 and after[1] >= before[1]
    done = batch.wait(job)
    assert done["Status"] == "Complete" and counts(done) == (600, 600, 0)
    versions = batch.s3.get_paginator("list_object_versions").paginate(Bucket=target)
    copies = [version["Key"] for page in versions for version in page["Versions"]]
    # Of each thread one copy may have been made and not been noted when the server died.
    assert set(copies) == set(keys) and len(copies) - len(keys) <= (THREADS if how == "kill" else 0)
    _, rows = batch.read_report(job)
    assert len(rows["succeeded"]) == 600
    assert batch.job(waiting)["Status"] == "Suspended"
    batch.control.update_job_status(AccountId=batch.account.id, JobId=waiting, RequestedJobStatus="Ready")
    assert counts(batch.wait(waiting)) == (600, 600, 0)


def _bucket_of(batch, target: str) -> str:
    return next(one["Name"] for one in batch.s3.list_buckets()["Buckets"] if one["Name"] != target)


def test_jobs_are_forgotten_after_ninety_days(own_server):
    server = own_server("--clock", "virtual")
    batch = Batch(Account.create(server))
    batch.put("a")
    job = batch.create(TAGGING, batch.of_keys("a"), ClientRequestToken="t")
    batch.wait(job)
    waiting = batch.create(TAGGING, batch.of_keys("a"), ConfirmationRequired=True)
    batch.wait(waiting, "Suspended")
    control.ask(server.data, "clock-advance", seconds=89 * 86_400)
    assert batch.job(job)["Status"] == "Complete"
    control.ask(server.data, "clock-advance", seconds=86_400)
    refused("NotFoundException", 400, batch.control.describe_job, AccountId=batch.account.id, JobId=job)
    assert [one["JobId"] for one in batch.control.list_jobs(AccountId=batch.account.id)["Jobs"]] == [waiting]
    assert batch.create(TAGGING, batch.of_keys("a"), ClientRequestToken="t") != job


def test_an_emptied_account_has_no_jobs(own_server):
    server = own_server()
    batch = Batch(Account.create(server))
    batch.put("a")
    batch.create(TAGGING, batch.list_of([(batch.bucket, "a")] * 5000))
    control.ask(server.data, "account-empty", account=batch.account.id)
    other = Batch(Account.create(server))
    other.put("a")
    assert counts(other.run(TAGGING, other.of_keys("a"))) == (1, 1, 0)
