"""Log groups and streams: made, listed by pages and in order, deleted; what their names may be; who may reach them."""

import pytest
from support.refusals import refused


def unchecked(account):
    from botocore.config import Config

    return account.client("logs", config=Config(parameter_validation=False, retries={"total_max_attempts": 1}))


def test_a_group_is_described_as_it_was_made(journal):
    (group,) = journal.client.describe_log_groups(logGroupNamePrefix=journal.group)["logGroups"]
    arn = f"arn:aws:logs:us-east-1:{journal.account.id}:log-group:{journal.group}"
    assert group["logGroupName"] == journal.group
    assert (group["logGroupArn"], group["arn"]) == (arn, arn + ":*")
    assert group["storedBytes"] == 0
    assert abs(group["creationTime"] - journal.now) < 60_000
    assert "retentionInDays" not in group


def test_stored_bytes_count_each_event_with_its_overhead(journal):
    journal.put("four", "ünf")
    (group,) = journal.client.describe_log_groups(logGroupNamePrefix=journal.group)["logGroups"]
    assert group["storedBytes"] == 4 + 26 + 4 + 26
    journal.client.delete_log_stream(**journal.place)
    (group,) = journal.client.describe_log_groups(logGroupNamePrefix=journal.group)["logGroups"]
    assert group["storedBytes"] == 0


def test_a_used_name_is_refused(journal):
    answer = refused("ResourceAlreadyExistsException", 400, journal.client.create_log_group, logGroupName=journal.group)
    assert answer["Error"]["Message"] == "The specified log group already exists"
    answer = refused("ResourceAlreadyExistsException", 400, journal.client.create_log_stream, **journal.place)
    assert answer["Error"]["Message"] == "The specified log stream already exists"


def test_what_is_missing_is_not_found(journal):
    missing_group = {**journal.place, "logGroupName": "none"}
    missing_stream = {**journal.place, "logStreamName": "none"}
    for call in (journal.client.get_log_events, journal.client.delete_log_stream):
        answer = refused("ResourceNotFoundException", 400, call, **missing_group)
        assert answer["Error"]["Message"] == "The specified log group does not exist."
        answer = refused("ResourceNotFoundException", 400, call, **missing_stream)
        assert answer["Error"]["Message"] == "The specified log stream does not exist."
    for call in (journal.client.delete_log_group, journal.client.describe_log_streams, journal.client.filter_log_events):
        refused("ResourceNotFoundException", 400, call, logGroupName="none")
    refused("ResourceNotFoundException", 400, journal.client.create_log_stream, **missing_group)


def test_a_deleted_group_takes_its_streams_and_events_along(journal):
    journal.put("gone")
    journal.client.delete_log_group(logGroupName=journal.group)
    refused("ResourceNotFoundException", 400, journal.get)
    journal.client.create_log_group(logGroupName=journal.group)
    assert journal.client.describe_log_streams(logGroupName=journal.group)["logStreams"] == []


def test_groups_come_in_pages_by_name(aws):
    client = aws.client("logs")
    names = [f"{aws.id}/{i:02d}" for i in range(7)]
    for name in reversed(names):
        client.create_log_group(logGroupName=name)
    client.create_log_group(logGroupName="other")
    first = client.describe_log_groups(logGroupNamePrefix=aws.id, limit=3)
    assert [group["logGroupName"] for group in first["logGroups"]] == names[:3]
    client.delete_log_group(logGroupName=names[2])
    pages = client.get_paginator("describe_log_groups").paginate(
        logGroupNamePrefix=aws.id, PaginationConfig={"PageSize": 3, "StartingToken": first["nextToken"]})
    assert [group["logGroupName"] for page in pages for group in page["logGroups"]] == names[3:]
    assert len(client.describe_log_groups()["logGroups"]) == 7
    refused("InvalidParameterException", 400, client.describe_log_groups, logGroupNamePrefix=aws.id, nextToken="bad")
    refused("InvalidParameterException", 400, client.describe_log_groups, nextToken=first["nextToken"])


def test_streams_are_ordered_by_name_or_by_their_last_event(journal):
    for name, before_ms in (("a-old", 5000), ("a-new", 1000), ("b", 3000)):
        journal.add_stream(name)
        journal.put("x", stream=name, before_ms=before_ms)

    def names(**changes):
        pages = journal.client.get_paginator("describe_log_streams").paginate(
            logGroupName=journal.group, PaginationConfig={"PageSize": 2}, **changes)
        return [stream["logStreamName"] for page in pages for stream in page["logStreams"]]

    assert names() == ["a-new", "a-old", "b", "main"]
    assert names(descending=True) == ["main", "b", "a-old", "a-new"]
    assert names(logStreamNamePrefix="a-") == ["a-new", "a-old"]
    assert names(orderBy="LastEventTime", descending=True) == ["a-new", "b", "a-old", "main"]
    assert names(orderBy="LastEventTime") == ["main", "a-old", "b", "a-new"]
    refused("InvalidParameterException", 400, journal.client.describe_log_streams, logGroupName=journal.group,
            orderBy="LastEventTime", logStreamNamePrefix="a")


def test_a_stream_tells_when_its_events_were(journal):
    journal.put("one", "two", before_ms=1000)
    (stream,) = journal.client.describe_log_streams(logGroupName=journal.group)["logStreams"]
    assert (stream["firstEventTimestamp"], stream["lastEventTimestamp"]) == (journal.now - 1000, journal.now - 999)
    assert stream["lastIngestionTime"] >= journal.now
    assert stream["arn"].endswith(f":log-group:{journal.group}:log-stream:main")
    by_arn = journal.client.describe_log_streams(
        logGroupIdentifier=f"arn:aws:logs:us-east-1:{journal.account.id}:log-group:{journal.group}")
    assert by_arn["logStreams"] == [stream]
    refused("InvalidParameterException", 400, journal.client.describe_log_streams)
    refused("InvalidParameterException", 400, journal.client.describe_log_streams, logGroupName=journal.group,
            logGroupIdentifier=journal.group)


@pytest.mark.parametrize("name", ["", "with blank", "star*", "x" * 513, "ünicode"])
def test_bad_group_names_are_refused(aws, name):
    client = unchecked(aws)
    answer = refused("InvalidParameterException", 400, client.create_log_group, logGroupName=name)
    assert "at 'logGroupName' failed to satisfy constraint: Member must" in answer["Error"]["Message"]
    assert client.describe_log_groups()["logGroups"] == []


@pytest.mark.parametrize("name", ["", "colon:", "star*", "x" * 513])
def test_bad_stream_names_are_refused(journal, name):
    client = unchecked(journal.account)
    answer = refused("InvalidParameterException", 400, client.create_log_stream, logGroupName=journal.group, logStreamName=name)
    assert "at 'logStreamName' failed to satisfy constraint: Member must" in answer["Error"]["Message"]
    assert len(client.describe_log_streams(logGroupName=journal.group)["logStreams"]) == 1


def test_missing_names_and_limits_out_of_range_are_named(journal):
    client = unchecked(journal.account)
    answer = refused("InvalidParameterException", 400, client.create_log_group)
    assert answer["Error"]["Message"] == (
        "1 validation error detected: Value null at 'logGroupName' failed to satisfy constraint: Member must not be null")
    for call, limit in ((client.describe_log_groups, 51), (client.describe_log_groups, 0)):
        answer = refused("InvalidParameterException", 400, call, limit=limit)
        assert f"Value '{limit}' at 'limit' failed to satisfy constraint" in answer["Error"]["Message"]


def test_what_is_not_built_is_refused_by_name(journal):
    answer = refused("NotImplemented", 501, journal.client.put_retention_policy, logGroupName=journal.group, retentionInDays=7)
    assert "PutRetentionPolicy" in answer["Error"]["Message"]
    answer = refused("NotImplemented", 501, journal.client.create_log_group, logGroupName="kms", kmsKeyId="arn:aws:kms:x:y:key/z")
    assert "kmsKeyId" in answer["Error"]["Message"]
    assert len(journal.client.describe_log_groups()["logGroups"]) == 1


def test_access_is_by_the_groups_arn(journal):
    other = journal.account.name("other")
    journal.client.create_log_group(logGroupName=other)
    arn = f"arn:aws:logs:us-east-1:{journal.account.id}:log-group:{journal.group}:*"
    user = journal.account.user({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["logs:PutLogEvents", "logs:GetLogEvents", "logs:CreateLogStream"], "Resource": arn}]})
    client = user.client("logs")
    client.put_log_events(**journal.place, logEvents=[journal.event("mine")])
    assert len(client.get_log_events(**journal.place)["events"]) == 1
    answer = refused("AccessDeniedException", 400, client.create_log_stream, logGroupName=other, logStreamName="s")
    assert "is not authorized to perform: logs:CreateLogStream on resource: arn:aws:logs:us-east-1:" in answer["Error"]["Message"]
    assert other in answer["Error"]["Message"]
    refused("AccessDeniedException", 400, client.delete_log_group, logGroupName=journal.group)
    refused("AccessDeniedException", 400, client.filter_log_events, logGroupName=journal.group)
    assert journal.client.describe_log_streams(logGroupName=other)["logStreams"] == []


def test_accounts_and_regions_do_not_see_each_other(journal, server):
    from support.account import Account

    assert journal.account.client("logs", region="eu-west-1").describe_log_groups()["logGroups"] == []
    assert Account.create(server).client("logs").describe_log_groups()["logGroups"] == []
