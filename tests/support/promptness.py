"""How long something took on a machine that others use too: what was spent in the queue for a core is not counted.

A bound on this says something of Millrace, not of who else was busy. The queue is the kernel's own measure (schedstat).
"""

import contextlib
import pathlib
import threading
import time

from support import server as servers

# A sanitizers' build does the same work with several times the instructions.
SLOWNESS = 5 if "MILLRACE_SANITIZE:STRING=\n" not in (servers.BUILD / "CMakeCache.txt").read_text() else 1
NANOSECONDS = 1e9


def queued_seconds(thread: pathlib.Path) -> float:
    try:
        return int((thread / "schedstat").read_text().split()[1]) / NANOSECONDS
    except OSError:
        return 0.0  # it has ended


class Stopwatch:
    """Runs from its making. The queues of several threads may be side by side, so only the longest counts: less is taken off than was lost."""

    def __init__(self, data: pathlib.Path):
        self.data = data
        self.mine = pathlib.Path(f"/proc/self/task/{threading.get_native_id()}")
        self.before = self._threads()
        self.begun = time.monotonic()

    def seconds(self) -> float:
        """Since the beginning, without the queues."""
        ended = time.monotonic()
        return ended - self.begun - self.queued()

    def queued(self) -> float:
        """By that thread, of the test's own and of all processes below the data folder, which queued longest."""
        return max(seconds - self.before.get(thread, 0.0) for thread, seconds in self._threads().items())

    def _threads(self) -> dict[pathlib.Path, float]:
        threads = [self.mine]
        for process, _ in servers.left_over(self.data):
            with contextlib.suppress(OSError):  # it has ended
                threads += pathlib.Path(f"/proc/{process}/task").iterdir()
        return {thread: queued_seconds(thread) for thread in threads}
