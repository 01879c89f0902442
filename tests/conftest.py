"""What every Python test stands on: one server per session, clients for it, and nothing left over at the end.

MILLRACE_BUILD selects the build folder, so that the sanitizers' builds are tested by the same tests.
"""

import os
import subprocess
import sys

import pytest
from support import server as servers


def pytest_configure():
    """The tester's own AWS settings do not reach the tests."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"


@pytest.fixture(scope="session")
def scratch(tmp_path_factory):
    """The folder below which every server of this session keeps its data; what still runs there at the end is an error."""
    folder = tmp_path_factory.mktemp("millrace")
    yield folder
    remaining = servers.end_left_over(folder)
    assert not remaining, "left over at the end of the tests:\n" + "\n".join(remaining)


@pytest.fixture(scope="session")
def server(scratch):
    """The session's server; a test that restarts, kills or configures one uses `own_server`."""
    running = servers.Server(scratch / "session").start()
    yield running
    running.stop()


@pytest.fixture
def own_server(scratch, request):
    """Makes servers for one test: own_server("--auth", "off"); not started twice on a folder, stopped at its end."""
    made = []

    def make(*flags: str) -> servers.Server:
        folder = scratch / f"{request.node.name[:40].replace('/', '_')}-{len(list(scratch.iterdir()))}"
        made.append(servers.Server(folder, *flags).start())
        return made[-1]

    yield make
    for one in made:
        if one.running():
            one.stop()


@pytest.fixture
def client(server):
    """boto3 clients of the session's server: client("s3"), client("sts", region_name="eu-west-1")."""
    return client_maker(server)


def client_maker(server):
    def make(service: str, **changes):
        import boto3  # not every environment has it
        from botocore.config import Config

        key, secret = server.credentials()
        settings = {
            "endpoint_url": server.url,
            "region_name": servers.REGION,
            "aws_access_key_id": key,
            "aws_secret_access_key": secret,
            "config": Config(retries={"total_max_attempts": 1}, read_timeout=60),
        }
        return boto3.client(service, **{**settings, **changes})

    return make


@pytest.fixture
def aws(server):
    """The aws command line: aws("s3", "ls") gives its output and fails the test when the command does."""

    def run(*words: str, check: bool = True) -> str:
        command = [sys.executable, "-m", "awscli", *words]
        result = subprocess.run(command, env=server.environment(), capture_output=True, text=True, timeout=100, check=False)
        if check and result.returncode:
            raise AssertionError(f"aws {' '.join(words)} ended with {result.returncode}:\n{result.stderr}")
        return result.stdout

    return run
