"""Records histories of a server's clients and has each checked: `run.py CHECKER FOLDER COUNT`, in the wire tests' environment.

Every second history goes on over kills of the server (`kill -9`); the bucket of every third keeps versions. A history that is not
linearizable stays in the folder. MILLRACE_SEED repeats the choices of a run, though not the instants at which threads take turns.
The last line sums: `N passed, N failed`.
"""

import os
import pathlib
import random
import subprocess
import sys
import tempfile
import threading
import time

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[1]), str(pathlib.Path(__file__).resolve().parent)]

import clients  # noqa: E402  (found by the line above)
from support import control, server as servers  # noqa: E402
from support.account import Account  # noqa: E402

CLIENTS = 5
LIVES = 4  # of a server that is killed
SECONDS = 1.5  # of a life
SLOWEST_SYNC_MS = 4


class Recording:
    """What the clients of one server were told, over all its lives."""

    def __init__(self, server: servers.Server, chance: random.Random, keeps_versions: bool):
        self.server, self.chance = server, chance
        self.account = Account.create(server)
        self.bucket, self.calls = "history", []
        s3 = self.account.client("s3")
        s3.create_bucket(Bucket=self.bucket)
        if keeps_versions:
            s3.put_bucket_versioning(Bucket=self.bucket, VersioningConfiguration={"Status": "Enabled"})

    def live(self, is_killed: bool) -> None:
        """Slow syncs leave writes under way for long, so that many are so at once."""
        control.ask(self.server.data, "delay-syncs", milliseconds=self.chance.randrange(SLOWEST_SYNC_MS + 1))
        ends = threading.Event()
        ours = [clients.Client(number, self.account.client("s3"), self.bucket, random.Random(self.chance.random()), ends)
                for number in range(CLIENTS)]
        for client in ours:
            client.start()
        time.sleep(self.chance.uniform(0.2, 1) * SECONDS)
        if is_killed:
            self.server.kill()
            self.server.start()
        ends.set()
        for client in ours:
            client.join()
            self.calls += client.calls
            if client.wrong:
                raise client.wrong


def record(folder: pathlib.Path, number: int, chance: random.Random) -> list[dict]:
    server = servers.Server(folder / f"data-{number}").start()
    try:
        recording = Recording(server, chance, keeps_versions=number % 3 == 2)
        is_killed = is_with_kills(number)
        for _ in range(LIVES if is_killed else 1):
            recording.live(is_killed)
        if is_killed:
            recording.live(False)  # what the last kill left is looked at
        return recording.calls
    finally:
        server.stop()


def is_with_kills(number: int) -> bool:
    return number % 2 == 1


def is_linearizable(checker: str, calls: list[dict], path: pathlib.Path, whole: bool) -> bool:
    clients.write(calls, path)
    done = subprocess.run([checker, *(["-whole"] if whole else []), path], capture_output=True, text=True, check=False)
    print(done.stdout.strip().replace(str(path.parent) + "/", ""), flush=True)
    return done.returncode == 0


def main() -> int:
    checker, kept, count = sys.argv[1], pathlib.Path(sys.argv[2]), int(sys.argv[3])
    kept.mkdir(parents=True, exist_ok=True)
    first = int(os.environ.get("MILLRACE_SEED", random.SystemRandom().randrange(10**9)))
    print(f"MILLRACE_SEED={first}")
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="histories-") as folder:
        for number in range(count):
            chance = random.Random(first + number)
            calls = record(pathlib.Path(folder), number, chance)
            whole = not is_with_kills(number)
            is_right = is_linearizable(checker, calls, kept / f"history-{number}.jsonl", whole)
            worse = clients.broken(calls, chance)
            is_refused = worse is not None and not is_linearizable(checker, worse, kept / f"broken-{number}.jsonl", whole)
            if is_right:
                (kept / f"history-{number}.jsonl").unlink()
            if is_refused:
                (kept / f"broken-{number}.jsonl").unlink()
            passed, failed = passed + is_right + is_refused, failed + (not is_right) + (not is_refused)
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
