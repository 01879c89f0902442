"""Hosts below localhost, as clients make them of accounts and access points: not every resolver knows them."""

import socket

import pytest
from support import server as servers


@pytest.fixture
def local_hosts(monkeypatch):
    """Every name below localhost is this machine, while a test runs."""
    resolve = socket.getaddrinfo

    def resolve_local(host, *more, **named):
        name = host.decode() if isinstance(host, bytes) else host
        return resolve("127.0.0.1" if name and name.endswith(".localhost") else host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", resolve_local)


def local_client(account, service: str, region: str = servers.REGION, **changes):
    """A client of the account's that names the server by `localhost`, so that names before it make a host."""
    return account.client(service, region, endpoint_url=account.server.url.replace("127.0.0.1", "localhost"), **changes)
