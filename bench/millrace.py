"""The server under test, with an account and a caller whose every request is checked by signature and by policy."""

import contextlib
import pathlib

from bench import processes
from support import server as servers
from support.account import EVERYTHING, Account

NAME = "Millrace"


class Millrace:
    """A running server on a folder of its own."""

    def __init__(self, server: servers.Server):
        self.server = server
        self.root = Account.create(server)
        # Root's calls pass by the policies: a user's do not.
        self.caller = self.root.user(EVERYTHING)

    @property
    def url(self) -> str:
        return self.server.url

    @property
    def process(self) -> int:
        return self.server.process.pid

    def all_processes(self) -> list[int]:
        """The server, its supervisors and model servers."""
        return sorted({self.process, *(process for process, _ in servers.left_over(self.server.data))})


@contextlib.contextmanager
def started(data: pathlib.Path, *flags: str):
    """Started on a folder, new or not; killed at the end if it does not stop by itself."""
    server = servers.Server(data, *flags)
    server.launcher = processes.ENDS_WITH_US
    server.start()
    try:
        yield Millrace(server)
    finally:
        if server.running():
            server.stop()
        servers.end_left_over(data)
