"""Connections by hand for clients that misbehave, and what the server may not lose by them."""

import contextlib
import re
import select
import socket
import time
import urllib.parse

from support import server as servers

# The sanitizers keep what was freed, and see each byte several times.
SANITIZED = servers.BUILD.name in ("asan", "tsan")
# Generous for a machine that others use too; a server that is held up answers after its timeouts of 20 s and more.
SERVED_SECONDS = 10


def connect(server) -> socket.socket:
    return socket.create_connection(("127.0.0.1", urllib.parse.urlsplit(server.url).port), timeout=30)


def memory_mb(server) -> float:
    """What the server has resident; nothing under a sanitizer, where it says nothing about the program."""
    status = open(f"/proc/{server.process.pid}/status", encoding="ascii").read()
    return 0.0 if SANITIZED else int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) / 1024


def serves_others(account) -> None:
    began = time.monotonic()
    assert account.client("sts").get_caller_identity()["Account"] == account.id
    account.client("s3").list_buckets()
    assert time.monotonic() - began < SERVED_SECONDS


def answers(connection, most: int) -> list[int]:
    """The statuses of what comes until the server closes, `most` have come, or nothing comes for a second."""
    seen = b""
    statuses = []
    while len(statuses) < most and select.select([connection], [], [], 1)[0]:
        with contextlib.suppress(ConnectionResetError):
            if piece := connection.recv(65536):
                seen += piece
                statuses = [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", seen)]
                continue
        break
    return statuses


def flood(server, head: bytes, more: bytes) -> int | None:
    """Sends `more` again and again behind `head`, for at most 1 GiB or a minute; the status that ends it, if any."""
    with connect(server) as connection:
        connection.setblocking(False)
        sent, left, deadline = 0, head, time.monotonic() + 60
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            while sent < 1 << 30 and time.monotonic() < deadline:
                readable, writable, _ = select.select([connection], [connection], [], 60)
                if readable:
                    break
                if writable:
                    count = connection.send(left)
                    sent, left = sent + count, left[count:] or more
        connection.setblocking(True)
        return (answers(connection, 1) or [None])[0]
