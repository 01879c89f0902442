"""Log events put and read back by token, as the SageMaker SDK's log follower and others read them."""

import pytest
from support.logs import messages
from support.refusals import refused

MINUTE = 60_000
DAY = 24 * 60 * MINUTE


def test_what_was_put_is_got_with_its_times(journal):
    assert "rejectedLogEventsInfo" not in journal.put("one", "zwei äöü \u2603", "  blank  ", before_ms=10)
    page = journal.get(startFromHead=True)
    assert messages(page) == ["one", "zwei äöü \u2603", "  blank  "]
    assert [event["timestamp"] - journal.now for event in page["events"]] == [-10, -9, -8]
    assert all(event["ingestionTime"] >= journal.now for event in page["events"])


def test_a_follower_repeats_the_end_and_sees_what_comes_after(journal):
    journal.put("one", "two", before_ms=100)
    first = journal.get(startFromHead=True)
    assert messages(first) == ["one", "two"]
    end = journal.get(startFromHead=True, nextToken=first["nextForwardToken"])
    assert (messages(end), end["nextForwardToken"]) == ([], first["nextForwardToken"])
    journal.put("three", before_ms=50)
    fresh = journal.get(startFromHead=True, nextToken=end["nextForwardToken"])
    assert messages(fresh) == ["three"]
    assert fresh["nextForwardToken"] != end["nextForwardToken"]


def test_an_empty_stream_is_followed_from_its_first_event(journal):
    empty = journal.get(startFromHead=True)
    assert empty["events"] == []
    again = journal.get(startFromHead=True, nextToken=empty["nextForwardToken"])
    assert again["nextForwardToken"] == empty["nextForwardToken"]
    journal.put("first")
    assert messages(journal.get(startFromHead=True, nextToken=empty["nextForwardToken"])) == ["first"]


def test_pages_run_forward_and_backward(journal):
    words = [f"line {i}" for i in range(10)]
    journal.put(*words, before_ms=1000)
    last = journal.get(limit=3)
    assert messages(last) == words[7:]
    before = journal.get(limit=3, nextToken=last["nextBackwardToken"])
    assert messages(before) == words[4:7]
    assert messages(journal.get(limit=3, nextToken=before["nextForwardToken"])) == words[7:]
    start = journal.get(limit=20, nextToken=before["nextBackwardToken"])
    assert messages(start) == words[:4]
    done = journal.get(nextToken=start["nextBackwardToken"])
    assert (done["events"], done["nextBackwardToken"]) == ([], start["nextBackwardToken"])


def test_events_of_one_millisecond_keep_their_order(journal):
    for i in range(3):
        journal.put(f"same {i}")
    token, seen = None, []
    while len(seen) < 3:
        page = journal.get(startFromHead=True, limit=1, **({"nextToken": token} if token else {}))
        seen += messages(page)
        token = page["nextForwardToken"]
    assert seen == ["same 0", "same 1", "same 2"]


def test_a_time_window_includes_its_start_and_not_its_end(journal):
    journal.put(*"abcde", before_ms=100)
    start = journal.now - 99
    assert messages(journal.get(startFromHead=True, startTime=start, endTime=start + 2)) == ["b", "c"]
    assert messages(journal.get(startTime=start + 3)) == ["e"]


def test_a_page_has_a_megabyte_at_most(journal):
    big = "x" * 200_000
    for i in range(8):
        journal.put(f"{i}{big}", before_ms=100 - i)
    first = journal.get(startFromHead=True)
    assert [text[0] for text in messages(first)] == list("01234")
    rest = journal.get(startFromHead=True, nextToken=first["nextForwardToken"])
    assert [text[0] for text in messages(rest)] == list("567")
    assert [text[0] for text in messages(journal.get())] == list("34567")
    assert [text[0] for text in journal.filter()] == list("01234567")


def test_order_span_and_size_of_a_batch_are_checked(journal):
    def put(*events):
        return refused("InvalidParameterException", 400, journal.client.put_log_events, **journal.place, logEvents=list(events))

    assert put(journal.event("b"), journal.event("a", 1))["Error"]["Message"] == (
        "Log events in a single PutLogEvents request must be in chronological order.")
    assert put(journal.event("a", DAY + 1), journal.event("b"))["Error"]["Message"] == (
        "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.")
    assert put(*[journal.event("x" * 262_118)] * 4 + [journal.event("y")])["Error"]["Message"].startswith("Upload too large:")
    assert "at 'logEvents' failed to satisfy constraint: Member must have length" in put(
        *[journal.event("x")] * 10_001)["Error"]["Message"]
    assert journal.get()["events"] == []
    journal.client.put_log_events(**journal.place, logEvents=[journal.event("a", DAY), journal.event("b")])
    assert len(journal.get()["events"]) == 2


def test_too_old_events_are_rejected_and_the_others_taken(journal):
    old = [journal.event("older", 14 * DAY + 2 * MINUTE), journal.event("old", 14 * DAY + MINUTE)]
    answer = journal.client.put_log_events(**journal.place, logEvents=[*old, journal.event("taken", 14 * DAY - MINUTE)])
    assert answer["rejectedLogEventsInfo"] == {"tooOldLogEventEndIndex": 2}
    assert messages(journal.get()) == ["taken"]


def test_too_new_events_are_rejected_and_the_others_taken(journal):
    new = [journal.event("fine", -119 * MINUTE), journal.event("new", -122 * MINUTE)]
    assert journal.client.put_log_events(**journal.place, logEvents=new)["rejectedLogEventsInfo"] == {"tooNewLogEventStartIndex": 1}
    assert messages(journal.get()) == ["fine"]


def test_sequence_tokens_are_no_longer_looked_at(journal):
    journal.client.put_log_events(**journal.place, logEvents=[journal.event("a")], sequenceToken="anything")
    assert messages(journal.get()) == ["a"]


@pytest.mark.parametrize("place", [{"logGroupName": "none"}, {"logStreamName": "none"}])
def test_events_for_what_is_missing_are_refused(journal, place):
    refused("ResourceNotFoundException", 400, journal.client.put_log_events, **{**journal.place, **place},
            logEvents=[journal.event("x")])


def test_tokens_and_limits_are_checked(journal):
    for token in ("x", "f/x", "f/1/2/3", "g/1/2"):
        answer = refused("InvalidParameterException", 400, journal.get, nextToken=token)
        assert answer["Error"]["Message"] == "The specified nextToken is invalid."
    for limit in (0, 10_001):
        refused("InvalidParameterException", 400, unchecked(journal).get_log_events, **journal.place, limit=limit)


def unchecked(journal):
    from botocore.config import Config

    return journal.account.client("logs", config=Config(parameter_validation=False, retries={"total_max_attempts": 1}))


def test_events_outlive_the_server(own_server):
    from support.account import Account
    from support.logs import Journal

    server = own_server()
    journal = Journal(Account.create(server))
    journal.put("kept", before_ms=10)
    token = journal.get(startFromHead=True)["nextForwardToken"]
    server.kill()
    server.start()
    journal.client = journal.account.client("logs")
    assert journal.get(startFromHead=True, nextToken=token)["events"] == []
    journal.put("more")
    assert messages(journal.get(startFromHead=True, nextToken=token)) == ["more"]
