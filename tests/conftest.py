"""What every Python test stands on: one server per session, clients for it, and nothing left over at the end.

MILLRACE_BUILD selects the build folder, so that the sanitizers' builds are tested by the same tests.
"""

import os
import pathlib
import shutil
import tempfile
import time

import pytest
from support import control, server as servers
from support.account import Account
from support.calls import CALLS


def pytest_configure():
    """The tester's own AWS settings do not reach the tests."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"


def pytest_runtest_setup(item):
    """A bounded run (`tools/test.py --minutes`) ends with the first test that begins after its time."""
    if time.time() > float(os.environ.get("MILLRACE_TEST_UNTIL", "inf")):
        items = item.session.items
        item.session.shouldstop = f"{len(items) - items.index(item) - 1} tests left out: budget"


def pytest_terminal_summary(terminalreporter):
    """Medians of what the session's calls took and answered."""
    if CALLS.seen:
        terminalreporter.section("calls: median time and size of answer")
        terminalreporter.write_line("\n".join(CALLS.table()))


@pytest.fixture(scope="session")
def scratch(request):
    """The folder below which every server of this session keeps its data; what still runs there at the end is an error.

    Its name is short, as the path of a socket in it may have 107 characters. It stays when a test failed.
    """
    folder = pathlib.Path(tempfile.mkdtemp(prefix="millrace-"))
    servers.take_sanitizer_reports()
    yield folder
    remaining = servers.end_left_over(folder)
    if not remaining and not request.session.testsfailed:
        shutil.rmtree(folder)
    assert not remaining, "left over at the end of the tests:\n" + "\n".join(remaining)
    assert not (reports := servers.take_sanitizer_reports()), "\n".join(reports)


@pytest.fixture(scope="session")
def server(scratch):
    """The session's server; a test that restarts, kills or configures one uses `own_server`."""
    running = servers.Server(scratch / "session").start()
    yield running
    running.stop()


@pytest.fixture
def own_server(scratch):
    """Makes servers for one test: own_server("--auth", "off"); not started twice on a folder, stopped at its end.

    `launcher` are words that start the program in their own place."""
    made = []

    def make(*flags: str, launcher: list[str] = ()) -> servers.Server:
        folder = scratch / f"own-{len(list(scratch.iterdir()))}"
        made.append(servers.Server(folder, *flags))
        made[-1].launcher = list(launcher)
        return made[-1].start()

    yield make
    for one in made:
        if one.running():
            one.stop()


def acts_as_root(test) -> bool:
    """Without MILLRACE_LEAST_PRIVILEGE all do; with it those marked `as_root` and those that are about users and make their own."""
    if "MILLRACE_LEAST_PRIVILEGE" not in os.environ or test.get_closest_marker("as_root"):
        return True
    return test.path.parent.name in ("iam", "sts", "organizations")


@pytest.fixture
def aws(server, request):
    """An account of the test's own on the session's server: aws.client("s3"), aws.cli("s3", "ls"), aws.role(), aws.bucket().

    With MILLRACE_LEAST_PRIVILEGE its clients call as users who have just the permissions that AWS documents for each operation. It is emptied at the end, so that a job that a test left running does not slow the others down."""
    account = Account.create(server, is_root=acts_as_root(request.node))
    yield account
    control.ask(server.data, "account-empty", account=account.id)
