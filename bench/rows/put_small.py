"""PutObject of 4 KiB, durable when acknowledged: on a disk made slow, and as it is beside s3s-fs, which syncs nothing."""

import os
import pathlib

from bench import load, millrace, objects
from bench.load import Shape, Target
from bench.peers import s3s_fs
from bench.result import Check, Result
from support import control

TITLE = "`PutObject` 4 KiB, durable, 32 connections"
CONNECTIONS = 32
SIZE = 4096
KEYS = 512
DELAY_MS = 4


def measure(place: pathlib.Path, shape: Shape) -> Result:
    content = os.urandom(SIZE)
    with millrace.started(place / "millrace") as ours, s3s_fs.started(place / "s3s") as peer:

        def puts(name: str, server, bucket: str) -> Target:
            asked = [objects.put(server.caller, f"/{bucket}/{number}", content) for number in range(KEYS)]
            return Target(name, server.url, asked, [server.process])

        bucket = ours.root.bucket()
        control.ask(ours.server.data, "delay-syncs", milliseconds=DELAY_MS)
        (slow,) = load.compare([puts(f"{millrace.NAME}, {DELAY_MS} ms more a sync", ours, bucket)], CONNECTIONS, shape)
        control.ask(ours.server.data, "delay-syncs", milliseconds=0)
        targets = [puts(f"{millrace.NAME}, no delay", ours, bucket), puts(f"{s3s_fs.NAME}, unsynced", peer, s3s_fs.BUCKET)]
        mine, theirs = load.compare(targets, CONNECTIONS, shape)
    checks = [
        Check(f"puts/s with {DELAY_MS} ms a sync", slow.per_second, 3000, at_least=True),
        Check("CPU of s3s-fs over ours", theirs.cpu_us / mine.cpu_us, 4, at_least=True),
    ]
    note = f"s3s-fs acknowledges what it has not synced (strace shows no fsync), so only CPU time compares; {KEYS} keys in turn, payloads signed"
    return Result(checks, [slow, mine, theirs], [note])
