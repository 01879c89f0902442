"""Who may have jobs made, and as whom they act: trust, permissions of each task, of manifest and report."""

import pytest
from support.account import EVERYTHING
from support.batch import TRUST, Batch, counts
from support.refusals import refused

TAGGING = {"S3PutObjectTagging": {"TagSet": [{"Key": "k", "Value": "v"}]}}


def allow(*statements: tuple) -> dict:
    return {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": action, "Resource": resource, **({"Condition": condition[0]} if condition else {})}
        for action, resource, *condition in statements]}


def as_user(batch, policy: dict) -> Batch:
    """The same account's jobs as a user sees them."""
    other = Batch(batch.account.user(policy))
    other.__dict__.update(bucket=batch.bucket, role=batch.role, s3=batch.s3)
    return other


def test_a_role_that_the_service_may_not_take_on(batch):
    batch.put("a")
    trust = {**TRUST, "Statement": [{**TRUST["Statement"][0], "Principal": {"Service": "lambda.amazonaws.com"}}]}
    for role in (batch.account.role(EVERYTHING, trust), f"arn:aws:iam::{batch.account.id}:role/none"):
        job = batch.run(TAGGING, batch.of_keys("a"), RoleArn=role)
        assert job["Status"] == "Failed" and role in job["FailureReasons"][0]["FailureReason"]


def test_a_role_that_only_this_account_is_served_with(batch):
    """The confused deputy's conditions."""
    batch.put("a")
    for account, ended in ((batch.account.id, "Complete"), ("111122223333", "Failed")):
        trust = {**TRUST, "Statement": [{**TRUST["Statement"][0], "Condition": {"StringEquals": {"aws:SourceAccount": account}}}]}
        assert batch.run(TAGGING, batch.of_keys("a"), RoleArn=batch.account.role(EVERYTHING, trust))["Status"] == ended


def test_each_task_is_decided(batch):
    batch.put("open/a", "shut/a")
    objects = f"arn:aws:s3:::{batch.bucket}"
    policy = allow(("s3:GetObject", f"{objects}/manifest.csv"), ("s3:PutObjectTagging", f"{objects}/open/*"), ("s3:PutObject", f"{objects}/reports/*"))
    role = batch.account.role(policy, TRUST)
    job = batch.run(TAGGING, batch.of_keys("open/a", "shut/a", "open/absent"), RoleArn=role, Report=batch.report())
    assert job["Status"] == "Complete" and counts(job) == (3, 1, 2)
    _, rows = batch.read_report(job["JobId"])
    assert [row["Key"] for row in rows["succeeded"]] == ["open/a"]
    assert {row["Key"]: (row["ErrorCode"], row["HTTPStatusCode"]) for row in rows["failed"]}["shut/a"] == ("AccessDenied", "403")
    assert "s3:PutObjectTagging" in next(row["ResultMessage"] for row in rows["failed"] if row["Key"] == "shut/a")


def test_a_role_that_may_not_read_the_manifest(batch):
    role = batch.account.role(allow(("s3:PutObjectTagging", "*")), TRUST)
    job = batch.run(TAGGING, batch.of_keys("a"), RoleArn=role)
    assert job["Status"] == "Failed" and job["FailureReasons"][0]["FailureCode"] == "ManifestNotReadable"


def test_a_role_that_may_not_write_the_report(batch):
    batch.put("a")
    role = batch.account.role(allow((["s3:GetObject", "s3:PutObjectTagging"], "*")), TRUST)
    job = batch.run(TAGGING, batch.of_keys("a"), RoleArn=role, Report=batch.report())
    assert job["Status"] == "Failed" and counts(job) == (1, 1, 0)
    assert "report bucket" in job["FailureReasons"][0]["FailureReason"]


def test_a_bucket_of_another_account_lets_the_role_in(batch, stranger):
    import json

    theirs = stranger.bucket()
    s3 = stranger.client("s3")
    s3.put_object(Bucket=theirs, Key="a", Body=b"1")
    manifest = batch.list_of([(theirs, "a")])
    assert counts(batch.run(TAGGING, manifest)) == (1, 0, 1)
    statement = {"Effect": "Allow", "Principal": {"AWS": batch.role}, "Action": "s3:PutObjectTagging", "Resource": f"arn:aws:s3:::{theirs}/*"}
    s3.put_bucket_policy(Bucket=theirs, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    assert counts(batch.run(TAGGING, manifest)) == (1, 1, 0)


def test_making_a_job_asks_for_the_job_its_role_and_its_tags(batch):
    batch.put("a")
    manifest = batch.of_keys("a")
    wanted = batch.ask(TAGGING, manifest)
    create, hand_on = ("s3:CreateJob", "*"), ("iam:PassRole", batch.role)
    refused("AccessDenied", 403, as_user(batch, allow(hand_on)).control.create_job, **wanted)
    refused("AccessDenied", 403, as_user(batch, allow(create)).control.create_job, **wanted)
    to_lambda = (*hand_on, {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}})
    refused("AccessDenied", 403, as_user(batch, allow(create, to_lambda)).control.create_job, **wanted)
    user = as_user(batch, allow(create, hand_on))
    assert user.control.create_job(**wanted)["JobId"]
    tagged = {**wanted, "Tags": [{"Key": "department", "Value": "finance"}]}
    refused("AccessDenied", 403, user.control.create_job, **tagged)
    of_finance = {"StringEquals": {"aws:RequestTag/department": "finance"}}
    finance = as_user(batch, allow((*create, of_finance), hand_on, ("s3:PutJobTagging", "*", of_finance)))
    refused("AccessDenied", 403, finance.control.create_job, **wanted)
    assert finance.control.create_job(**tagged)["JobId"]


@pytest.mark.parametrize(
    "condition",
    [{"NumericLessThan": {"s3:RequestJobPriority": "5"}}, {"StringEquals": {"s3:RequestJobOperation": "S3DeleteObjectTagging"}}],
)
def test_conditions_on_what_a_job_asks_for(batch, condition):
    batch.put("a")
    user = as_user(batch, allow(("s3:CreateJob", "*", condition), ("iam:PassRole", "*")))
    refused("AccessDenied", 403, user.control.create_job, **batch.ask(TAGGING, batch.of_keys("a"), Priority=9))
    assert user.control.create_job(**batch.ask({"S3DeleteObjectTagging": {}}, batch.of_keys("a"), Priority=1))["JobId"]


def test_conditions_on_the_job_as_it_is(batch):
    batch.put("a")
    job = batch.create(TAGGING, batch.of_keys("a"), ConfirmationRequired=True, Tags=[{"Key": "team", "Value": "blue"}])
    batch.wait(job, "Suspended")
    arn = batch.job(job)["JobArn"]
    of = {"AccountId": batch.account.id, "JobId": job}
    blue = as_user(batch, allow((["s3:DescribeJob", "s3:UpdateJobPriority"], arn, {"StringEquals": {"aws:ResourceTag/team": "blue"}})))
    assert blue.control.describe_job(**of)["Job"]["JobId"] == job
    assert blue.control.update_job_priority(**of, Priority=3)["Priority"] == 3
    refused("AccessDenied", 403, blue.control.update_job_status, **of, RequestedJobStatus="Ready")
    red = as_user(batch, allow(("s3:*", "*", {"StringEquals": {"aws:ResourceTag/team": "red"}})))
    refused("AccessDenied", 403, red.control.describe_job, **of)
    low = as_user(batch, allow(("s3:UpdateJobPriority", arn, {"NumericEquals": {"s3:ExistingJobPriority": "3", "s3:RequestJobPriority": "4"}})))
    refused("AccessDenied", 403, low.control.update_job_priority, **of, Priority=5)
    low.control.update_job_priority(**of, Priority=4)
    confirming = as_user(batch, allow(("s3:UpdateJobStatus", arn, {"StringEquals": {"s3:JobSuspendedCause": "AWAITING_CONFIRMATION"}})))
    assert confirming.control.update_job_status(**of, RequestedJobStatus="Ready")["Status"] == "Ready"
