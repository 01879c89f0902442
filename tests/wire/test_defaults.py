"""Members of which Millrace has no more than the documented default: given so they are as if not given, otherwise refused by name."""

import pytest
from support import raw
from support.logs import Journal


@pytest.fixture
def journal(aws):
    return Journal(aws)


def test_the_documented_default_is_as_if_not_given(journal):
    journal.put("one", "two")
    page = journal.client.filter_log_events(logGroupName=journal.group, startFromHead=True, unmask=False)
    assert [event["message"] for event in page["events"]] == ["one", "two"]


def test_false_is_refused_where_true_is_the_default(aws, journal):
    answer = raw.send(aws, raw.json_request(aws, "logs", "FilterLogEvents", {"logGroupName": journal.group, "startFromHead": False}))
    assert answer.error() == (501, "NotImplemented")
    assert answer.message() == "FilterLogEvents: Millrace does not implement startFromHead."


@pytest.mark.parametrize(("setting", "status"), [("Enabled", 400), ("Disabled", 501)])
def test_a_default_inside_a_structure(aws, setting, status):
    # The image is refused after all that is not built.
    container = {"Image": "none", "MultiModelConfig": {"ModelCacheSetting": setting}}
    members = {"ModelName": "m", "ExecutionRoleArn": f"arn:aws:iam::{aws.id}:role/r", "PrimaryContainer": container}
    answer = raw.send(aws, raw.json_request(aws, "sagemaker", "CreateModel", members))
    assert answer.status == status
    assert ("MultiModelConfig" in answer.message()) == (status == 501)
