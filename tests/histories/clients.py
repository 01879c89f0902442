"""Clients that read, write, list and delete under a few keys at once, and what each of them was told: a history.

Times are those of the machine's monotonic clock. Every body is another one, so that its ETag tells which write it is of.
"""

import hashlib
import json
import pathlib
import random
import threading
import time

from botocore.exceptions import BotoCoreError, ClientError, FlexibleChecksumError

KEYS = ("a", "b", "c/d", "e")
SIZES = (100, 5_000, 16 * 1024 + 1, 60_000)
OUTCOMES = {404: "absent", 412: "refused", 409: "conflict"}
UNKNOWN = {"Outcome": "unknown"}


def etag(answer: dict) -> str:
    return answer["ETag"].strip('"')


class Client(threading.Thread):
    """One that asks one thing after the other, until it is told to end or its server is gone."""

    def __init__(self, number: int, s3, bucket: str, chance: random.Random, ends: threading.Event):
        super().__init__()
        self.number, self.s3, self.bucket, self.chance, self.ends = number, s3, bucket, chance, ends
        self.calls: list[dict] = []
        self.known: dict[str, str] = {}  # the ETag last seen under a key
        self.wrong: Exception | None = None

    def run(self) -> None:
        acts = {self.get: 6, self.list: 3, self.put: 3, self.put_if_absent: 2, self.put_if_match: 4, self.delete: 2, self.delete_if_match: 1}
        try:
            while not self.ends.is_set():
                (act,) = self.chance.choices([*acts], [*acts.values()])
                act(self.chance.choice(KEYS))
        except FlexibleChecksumError as error:
            self.wrong = error
        except BotoCoreError:
            return  # the server is gone
        except Exception as error:  # noqa: BLE001  (told where the threads are joined)
            self.wrong = error

    def ask(self, call: dict, act) -> None:
        """Keeps what was asked and answered. A client without an answer knows nothing; nor does one that is told of a fault inside."""
        call |= {"Client": self.number, "Began": time.monotonic_ns(), **UNKNOWN}
        self.calls.append(call)
        try:
            call |= {"Outcome": "done", **act()}
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            if status < 500:
                call["Outcome"] = OUTCOMES[status]
        finally:
            call["Ended"] = time.monotonic_ns()

    def get(self, key: str) -> None:
        def act():
            answer = self.s3.get_object(Bucket=self.bucket, Key=key)
            self.known[key] = etag(answer)
            body = answer["Body"].read()
            assert hashlib.md5(body).hexdigest() == self.known[key], "an ETag came with another's body"
            return {"Seen": self.known[key]}

        self.ask({"Op": "get", "Key": key}, act)

    def list(self, _: str) -> None:
        def act():
            page = self.s3.list_objects_v2(Bucket=self.bucket)
            assert not page["IsTruncated"]
            return {"Listed": {one["Key"]: etag(one) for one in page.get("Contents", [])}}

        self.ask({"Op": "list"}, act)

    def put(self, key: str, call: dict | None = None, **conditions: str) -> None:
        body = self.chance.randbytes(self.chance.choice(SIZES))
        value = hashlib.md5(body).hexdigest()

        def act():
            assert etag(self.s3.put_object(Bucket=self.bucket, Key=key, Body=body, **conditions)) == value
            self.known[key] = value
            return {}

        self.ask({"Op": "put", "Key": key, "Value": value, **(call or {})}, act)

    def put_if_absent(self, key: str) -> None:
        self.put(key, {"IfNone": True}, IfNoneMatch="*")

    def put_if_match(self, key: str) -> None:
        if key in self.known:
            self.put(key, {"IfMatch": self.known[key]}, IfMatch=self.known[key])

    def delete(self, key: str, call: dict | None = None, **conditions: str) -> None:
        def act():
            self.s3.delete_object(Bucket=self.bucket, Key=key, **conditions)
            return {}

        self.ask({"Op": "delete", "Key": key, **(call or {})}, act)

    def delete_if_match(self, key: str) -> None:
        if key in self.known:
            self.delete(key, {"IfMatch": self.known[key]}, IfMatch=self.known[key])


def write(calls: list[dict], path: pathlib.Path) -> None:
    path.write_text("".join(json.dumps(call) + "\n" for call in calls))


def broken(calls: list[dict], chance: random.Random) -> list[dict] | None:
    """The history with one read of what had been overwritten before it was asked for; none where nothing was read so late."""
    def ended_before(call: dict, other: dict) -> bool:
        return call["Outcome"] == "done" and call["Ended"] < other["Began"]

    writes = [call for call in calls if call["Op"] == "put"]
    stale = []
    for place, read in enumerate(calls):
        if read["Op"] != "get" or read["Outcome"] != "done":
            continue
        former = [one for one in writes if one["Key"] == read["Key"] and ended_before(one, read)]
        for old in former:
            if any(ended_before(old, new) for new in former):
                stale.append((place, old["Value"]))
    if not stale:
        return None
    place, value = chance.choice(stale)
    return [*calls[:place], {**calls[place], "Seen": value}, *calls[place + 1:]]
