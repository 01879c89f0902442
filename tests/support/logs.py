"""A log group with one stream for the tests of CloudWatch Logs."""

import time


class Journal:
    def __init__(self, account):
        self.account = account
        self.client = account.client("logs")
        self.group = account.name("group")
        self.stream = "main"
        self.now = int(time.time() * 1000)
        self.client.create_log_group(logGroupName=self.group)
        self.add_stream(self.stream)

    @property
    def place(self) -> dict:
        return {"logGroupName": self.group, "logStreamName": self.stream}

    def add_stream(self, name: str) -> None:
        self.client.create_log_stream(logGroupName=self.group, logStreamName=name)

    def event(self, message: str, before_ms: int = 0) -> dict:
        return {"timestamp": self.now - before_ms, "message": message}

    def put(self, *messages: str, stream: str | None = None, before_ms: int = 0) -> dict:
        """Writes one event per millisecond, the first `before_ms` before now."""
        events = [{"timestamp": self.now - before_ms + i, "message": message} for i, message in enumerate(messages)]
        return self.client.put_log_events(logGroupName=self.group, logStreamName=stream or self.stream, logEvents=events)

    def get(self, **changes) -> dict:
        return self.client.get_log_events(**{**self.place, **changes})

    def filter(self, pattern: str = "", **changes) -> list[str]:
        pages = self.client.get_paginator("filter_log_events").paginate(logGroupName=self.group, filterPattern=pattern, **changes)
        return [event["message"] for page in pages for event in page["events"]]


def messages(page: dict) -> list[str]:
    return [event["message"] for event in page["events"]]
