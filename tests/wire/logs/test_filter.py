"""FilterLogEvents: patterns, streams, pages; and how the command line reads logs."""

import pytest
from support.refusals import refused

LINES = ("ERROR disk full", "WARN disk slow", "ERROR exiting now", "INFO all well", "error lower case")


@pytest.fixture
def lines(journal):
    journal.put(*LINES, before_ms=1000)
    return journal


@pytest.mark.parametrize(("pattern", "found"), [
    ("", LINES),
    ("ERROR", (LINES[0], LINES[2])),
    ("ERROR disk", LINES[:1]),
    ('"disk full"', LINES[:1]),
    ('"full disk"', ()),
    ("ERROR -exiting", LINES[:1]),
    ('disk -"disk full"', LINES[1:2]),
    ("?WARN ?INFO", (LINES[1], LINES[3])),
    ("nothing", ()),
])
def test_patterns_of_terms(lines, pattern, found):
    assert lines.filter(pattern) == list(found)


@pytest.mark.parametrize("pattern", ['{ $.level = "ERROR" }', "[level, rest]", "%ERR%"])
def test_other_patterns_are_refused_by_name(lines, pattern):
    answer = refused("NotImplemented", 501, lines.client.filter_log_events, logGroupName=lines.group, filterPattern=pattern)
    assert "filterPattern" in answer["Error"]["Message"]


def test_an_open_quotation_is_a_bad_pattern(lines):
    refused("InvalidParameterException", 400, lines.client.filter_log_events, logGroupName=lines.group, filterPattern='"open')


def test_streams_are_chosen_by_name_or_prefix_and_interleaved(journal):
    for name, before_ms in (("job/a", 30), ("job/b", 20), ("other", 10)):
        journal.add_stream(name)
        journal.put(f"{name} first", stream=name, before_ms=before_ms)
        journal.put(f"{name} second", stream=name, before_ms=before_ms - 15)
    assert journal.filter(logStreamNamePrefix="job/") == ["job/a first", "job/b first", "job/a second", "job/b second"]
    assert journal.filter(logStreamNames=["other"]) == ["other first", "other second"]
    assert len(journal.filter(interleaved=True)) == 6
    refused("InvalidParameterException", 400, journal.client.filter_log_events, logGroupName=journal.group,
            logStreamNames=["other"], logStreamNamePrefix="job")
    refused("ResourceNotFoundException", 400, journal.client.filter_log_events, logGroupName=journal.group, logStreamNames=["none"])


def test_pages_hold_the_limit_and_lead_on(lines):
    first = lines.client.filter_log_events(logGroupName=lines.group, limit=1, filterPattern="ERROR")
    assert [event["message"] for event in first["events"]] == [LINES[0]]
    second = lines.client.filter_log_events(logGroupName=lines.group, filterPattern="ERROR", nextToken=first["nextToken"])
    assert [event["message"] for event in second["events"]] == [LINES[2]]
    assert "nextToken" not in second
    assert lines.filter("ERROR", PaginationConfig={"PageSize": 1}) == [LINES[0], LINES[2]]
    assert len({event["eventId"] for event in lines.client.filter_log_events(logGroupName=lines.group)["events"]}) == 5
    refused("InvalidParameterException", 400, lines.client.filter_log_events, logGroupName=lines.group, nextToken="bad")


def test_a_time_window_is_searched(lines):
    start = lines.now - 999
    assert lines.filter(startTime=start, endTime=start + 2) == list(LINES[1:3])


def test_the_command_line_gets_and_filters(lines):
    """Version 1 of the command line, which has no `logs tail`."""
    where = ("--log-group-name", lines.group)
    read = lines.account.cli("logs", "get-log-events", *where, "--log-stream-name", lines.stream, "--start-from-head",
                             "--query", "events[].message", "--output", "text")
    assert read.strip().split("\t") == list(LINES)
    found = lines.account.cli("logs", "filter-log-events", *where, "--filter-pattern", "disk",
                              "--query", "events[].message", "--output", "text")
    assert found.strip().split("\t") == list(LINES[:2])
    assert "ResourceNotFoundException" in lines.account.cli("logs", "filter-log-events", "--log-group-name", "none", check=False)


def test_a_tail_follows_by_the_time_of_the_last_event(lines):
    """As version 2's `logs tail --follow` asks: interleaved, from the last event's time on, known events left out by their id."""
    seen, start, found = set(), lines.now - 60_000, []
    for message in ("one more", "and one"):
        lines.put(message, before_ms=-len(found))
        page = lines.client.filter_log_events(logGroupName=lines.group, startTime=start, interleaved=True)
        fresh = [event for event in page["events"] if event["eventId"] not in seen]
        seen |= {event["eventId"] for event in fresh}
        start = fresh[-1]["timestamp"]
        found += [event["message"] for event in fresh]
    assert found == [*LINES, "one more", "and one"]
