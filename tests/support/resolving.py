"""Names as a resolver gives them that knows what stands below an address: S3 Control's clients put the account before the endpoint's host."""

import contextlib
import re
import socket
from unittest import mock

BELOW = re.compile(r"\d+\.(127\.0\.0\.1|localhost)")


@contextlib.contextmanager
def accounts_resolve():
    """ACCOUNT.127.0.0.1 and ACCOUNT.localhost are this machine for the clients of this process."""
    known = socket.getaddrinfo

    def look_up(host, *rest, **more):
        return known("127.0.0.1" if isinstance(host, str) and BELOW.fullmatch(host) else host, *rest, **more)

    with mock.patch.object(socket, "getaddrinfo", look_up):
        yield
