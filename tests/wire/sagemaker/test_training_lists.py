"""ListTrainingJobs: every filter, order and page; and the tags of a job."""

import pytest
from botocore.exceptions import ClientError
from support.training import LONG


@pytest.fixture
def jobs(training):
    """alpha and beta completed, gamma failed; created in this order."""
    training.run("alpha")
    training.run("beta")
    training.run("gamma", HyperParameters={"objective": "no:such", "num_round": "1"})
    return training


def names(training, **arguments) -> list[str]:
    answer = training.sagemaker.list_training_jobs(**arguments)
    return [summary["TrainingJobName"] for summary in answer["TrainingJobSummaries"]]


def test_orders(jobs):
    assert names(jobs) == ["gamma", "beta", "alpha"]
    assert names(jobs, SortOrder="Ascending") == ["alpha", "beta", "gamma"]
    assert names(jobs, SortBy="Name", SortOrder="Ascending") == ["alpha", "beta", "gamma"]
    assert names(jobs, SortBy="Name") == ["gamma", "beta", "alpha"]
    assert names(jobs, SortBy="Status", SortOrder="Ascending") == ["alpha", "beta", "gamma"]


def test_filters(jobs):
    assert names(jobs, StatusEquals="Failed") == ["gamma"]
    assert names(jobs, NameContains="et") == ["beta"]
    beta = jobs.describe("beta")
    assert names(jobs, CreationTimeAfter=beta["CreationTime"]) == ["gamma"]
    assert names(jobs, CreationTimeBefore=beta["CreationTime"]) == ["alpha"]
    assert names(jobs, LastModifiedTimeAfter=beta["LastModifiedTime"]) == ["gamma"]
    assert names(jobs, LastModifiedTimeBefore=beta["LastModifiedTime"]) == ["alpha"]
    assert names(jobs, WarmPoolStatusEquals="Available") == []


def test_summaries(jobs):
    summary = jobs.sagemaker.list_training_jobs(NameContains="alpha")["TrainingJobSummaries"][0]
    job = jobs.describe("alpha")
    for member in ("TrainingJobArn", "CreationTime", "LastModifiedTime", "TrainingEndTime", "TrainingJobStatus", "SecondaryStatus"):
        assert summary[member] == job[member]


@pytest.mark.parametrize("order", ["Ascending", "Descending"])
def test_pages(jobs, order):
    pages = jobs.sagemaker.get_paginator("list_training_jobs").paginate(
        SortBy="Name", SortOrder=order, PaginationConfig={"PageSize": 1}
    )
    found = [summary["TrainingJobName"] for page in pages for summary in page["TrainingJobSummaries"]]
    assert found == sorted(found, reverse=order == "Descending") and len(found) == 3


def test_a_token_of_another_list(jobs):
    token = jobs.sagemaker.list_training_jobs(MaxResults=1)["NextToken"]
    with pytest.raises(ClientError, match="ValidationException"):
        jobs.sagemaker.list_training_jobs(MaxResults=1, SortBy="Name", NextToken=token)


def test_a_running_job_is_in_progress(training):
    training.create("running", HyperParameters=LONG)
    assert names(training, StatusEquals="InProgress") == ["running"]
    training.sagemaker.stop_training_job(TrainingJobName="running")
    training.until_final("running")


def tags(training, arn: str) -> dict[str, str]:
    pages = training.sagemaker.get_paginator("list_tags").paginate(ResourceArn=arn)
    return {tag["Key"]: tag["Value"] for page in pages for tag in page["Tags"]}


def test_tags_come_and_go(training):
    arn = training.create("tagged", Tags=[{"Key": "team", "Value": "blue"}])
    assert tags(training, arn) == {"team": "blue"}
    added = training.sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "team", "Value": "red"}, {"Key": "cost", "Value": "1"}])
    assert {tag["Key"]: tag["Value"] for tag in added["Tags"]} == {"team": "red", "cost": "1"}
    training.sagemaker.delete_tags(ResourceArn=arn, TagKeys=["team"])
    assert tags(training, arn) == {"cost": "1"}
    training.until_final("tagged")


def test_tags_are_limited(training):
    arn = training.create("many", Tags=[{"Key": f"k{n}", "Value": "v"} for n in range(50)])
    assert len(tags(training, arn)) == 50
    with pytest.raises(ClientError, match="ValidationException"):
        training.sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "one-more", "Value": "v"}])
    with pytest.raises(ClientError, match="reserved"):
        training.sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "aws:mine", "Value": "v"}])
    training.until_final("many")


def test_tags_of_nothing(training):
    arn = f"arn:aws:sagemaker:us-east-1:{training.account.id}:training-job/none"
    with pytest.raises(ClientError, match="not found"):
        training.sagemaker.list_tags(ResourceArn=arn)
