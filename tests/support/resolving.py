"""Names below this machine's own, as a resolver gives them that knows them: clients put accounts and access points before the endpoint's host."""

import contextlib
import re
import socket
from unittest import mock

from support import server as servers

BELOW = re.compile(r"\d+\.127\.0\.0\.1|.+\.localhost")


@contextlib.contextmanager
def local_names():
    """NAME.localhost and ACCOUNT.127.0.0.1 are this machine for the clients of this process."""
    known = socket.getaddrinfo

    def look_up(host, *rest, **more):
        name = host.decode() if isinstance(host, bytes) else host
        return known("127.0.0.1" if name and BELOW.fullmatch(name) else host, *rest, **more)

    with mock.patch.object(socket, "getaddrinfo", look_up):
        yield


def local_client(account, service: str, region: str = servers.REGION, **changes):
    """A client of the account's that names the server by `localhost`, so that names before it make a host."""
    return account.client(service, region, endpoint_url=account.server.url.replace("127.0.0.1", "localhost"), **changes)
