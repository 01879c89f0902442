"""Clients that mean harm, or behave as if: slow, endless, many, ambiguous. Memory stays bounded, and others are served."""

import concurrent.futures
import contextlib
import datetime
import resource
import select
import time

import pytest
from support import any_request, raw
from support.account import Account
from support.hostile import answers, connect, flood, memory_mb, serves_others

HEAD = b"POST / HTTP/1.1\r\nHost: a\r\n"
# Of the query protocol, whose bodies are read before anything is known of the caller.
FORM = HEAD + b"Content-Type: application/x-www-form-urlencoded\r\n"
# A request that would be answered if the server took a body's bytes for it.
HIDDEN = b"GET /_millrace/health HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.fixture
def victim(own_server):
    """An account on a server whose memory no other test has used."""
    return Account.create(own_server())


def test_ten_thousand_idle_connections_cost_little(victim):
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    count = min(10_000, hard - 1_000)
    before = memory_mb(victim.server)
    with contextlib.ExitStack() as stack:
        for _ in range(count):
            connection = stack.enter_context(connect(victim.server))
        connection.sendall(HIDDEN)
        assert connection.recv(100).startswith(b"HTTP/1.1 200 ")
        serves_others(victim)
        assert memory_mb(victim.server) - before < 3 * count / 1000


def test_slow_clients_wait_for_themselves(victim):
    """More of each kind than there are workers (64)."""
    bucket = victim.bucket()
    victim.client("s3").put_object(Bucket=bucket, Key="large", Body=b"x" * 8_000_000)
    put = raw.wire_bytes(raw.request(victim, "s3", "PUT", f"/{bucket}/slow", b"y" * 1000))
    get = raw.wire_bytes(raw.request(victim, "s3", "GET", f"/{bucket}/large"))
    before = memory_mb(victim.server)
    with contextlib.ExitStack() as stack:
        opened = [stack.enter_context(connect(victim.server)) for _ in range(300)]
        for i, connection in enumerate(opened):
            connection.sendall((HEAD[:-5], put[:-500], get)[i % 3])
        serves_others(victim)
        victim.client("s3").put_object(Bucket=bucket, Key="quick", Body=b"z" * 100_000)
        assert memory_mb(victim.server) - before < 150
        opened[1].sendall(put[-500:])
        assert answers(opened[1], 1) == [200]


@pytest.mark.parametrize("key", [None, "AKIAIOSFODNN7EXAMPLE"])
def test_who_has_no_key_makes_the_server_read_no_models(victim, key):
    """But the few of services that somebody may call without one: all models together are more than 200 MB."""
    connection = any_request.Connection(victim.server.url)
    before = memory_mb(victim.server)
    for service in any_request.models_index():
        for protocol in any_request.protocols(service):
            made = any_request.plain_request(service, any_request.service_model(service).operation_names[0], protocol)
            sign_as(made, key)
            assert connection.send(made)[0] >= 400
    assert memory_mb(victim.server) - before < 12
    connection.close()


def sign_as(made, key: str | None) -> None:
    at = datetime.datetime.now(datetime.UTC)
    authorization = made.headers.pop("Authorization")
    if key:
        made.headers["X-Amz-Date"] = f"{at:%Y%m%dT%H%M%SZ}"
        made.headers["Authorization"] = authorization.replace("000000000000/20260101", f"{key}/{at:%Y%m%d}")


@pytest.mark.slow
def test_heads_and_bodies_that_drip_are_given_up(server):
    """The head has 20 s, whatever comes of it; a body without progress 30 s. The form is read before its sender is known."""
    with connect(server) as head, connect(server) as body, connect(server) as silent:
        for connection in (body, silent):
            connection.sendall(FORM + b"Content-Length: 1000\r\n\r\n")
        began = time.monotonic()
        while not readable(head) and time.monotonic() - began < 25:
            head.sendall(b"G")
            body.sendall(b"G")
        assert 18 < time.monotonic() - began < 24
        for connection in (body, silent):
            connection.settimeout(40)
            assert connection.recv(100).startswith(b"HTTP/1.1 408 ")
        assert time.monotonic() - began < 45


def readable(connection) -> bool:
    return bool(select.select([connection], [], [], 0.5)[0])


def test_heads_that_never_end_are_refused(victim):
    before = memory_mb(victim.server)
    with contextlib.ExitStack() as stack:
        for _ in range(500):
            stack.enter_context(connect(victim.server)).sendall(HEAD + b"X: " + b"y" * 60_000)
        serves_others(victim)
        assert memory_mb(victim.server) - before < 500 * 0.08
    assert flood(victim.server, HEAD, b"X: y\r\n") == 431
    assert flood(victim.server, b"GET /", b"p" * 1000) == 431
    assert flood(victim.server, HEAD + b"X: ", b"y" * 1000) == 431


def test_bodies_that_never_end_are_refused(victim):
    bucket = victim.bucket()
    chunk = b"4000\r\n" + b"x" * 0x4000 + b"\r\n"
    unsigned = FORM + b"Transfer-Encoding: chunked\r\n\r\n"
    signed = raw.json_request(victim, "sagemaker", "ListModels", b"")
    signed.headers["Transfer-Encoding"] = "chunked"
    large = raw.request(victim, "s3", "PUT", f"/{bucket}/key", headers={"X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD"})
    before = memory_mb(victim.server)
    assert flood(victim.server, unsigned, chunk) == 413
    assert flood(victim.server, raw.wire_bytes(signed).replace(b"Content-Length: 0\r\n", b""), chunk) == 413
    head = raw.wire_bytes(large).replace(b"Content-Length: 0", b"Content-Length: 99999999999999")
    assert flood(victim.server, head, b"x" * 0x10000) == 400
    assert memory_mb(victim.server) - before < 60
    serves_others(victim)


def test_a_form_of_countless_pairs_takes_no_more_memory_than_it_has(victim):
    """Each pair costs the reader some sixty bytes: of somebody unknown a form may have 256 KiB."""
    body = b"a&" * 130_000
    before = memory_mb(victim.server)
    for _ in range(10):
        assert flood(victim.server, FORM + b"Content-Length: 260000\r\n\r\n", body) == 400
        assert flood(victim.server, FORM + b"Content-Length: 16000000\r\n\r\n", body) == 413
    assert memory_mb(victim.server) - before < 30


def test_pipelined_requests_are_answered_in_order_however_many(victim):
    bucket = victim.bucket()
    for i in range(3):
        victim.client("s3").put_object(Bucket=bucket, Key=f"k{i}", Body=b"x" * (i + 1))
    requests = [raw.wire_bytes(raw.request(victim, "s3", "GET", f"/{bucket}/k{i}")) for i in range(3)]
    before = memory_mb(victim.server)
    with connect(victim.server) as connection:
        connection.sendall(b"".join(requests) * 300)
        serves_others(victim)
        stream = connection.makefile("rb")
        lengths = [length_of_answer(stream) for _ in range(900)]
    assert lengths == [1, 2, 3] * 300
    assert memory_mb(victim.server) - before < 60


def length_of_answer(stream) -> int:
    lines = dict(line.strip().split(b": ", 1) for line in iter(stream.readline, b"\r\n") if b": " in line)
    return len(stream.read(int(lines[b"Content-Length"])))


@pytest.mark.parametrize("smuggling", [
    HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    HEAD + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    HEAD + b"Content-Length: 0\r\nContent-Length: 44\r\n\r\n",
    HEAD + b"Content-Length: 0, 44\r\n\r\n",
    HEAD + b"Content-Length: 0\r\ncontent-length: 0\r\n\r\n",
    HEAD + b"Content-Length: -1\r\n\r\n",
    HEAD + b"Content-Length: 0x2c\r\n\r\n",
    HEAD + b"Content-Length: 4_4\r\n\r\n",
    HEAD + b"Content-Length: 18446744073709551660\r\n\r\n",
    HEAD + b"Content-Length :44\r\n\r\n",
    HEAD + b"Content-Length\x0b: 44\r\n\r\n",
    HEAD + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    HEAD + b"Transfer-Encoding: identity\r\n\r\n",
    HEAD + b"Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n",
    HEAD + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    HEAD + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    HEAD + b"Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n",
    HEAD + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    HEAD + b"Transfer-Encoding: \t chunked \t\r\n\r\n0\r\n\r\n",
    HEAD + b"Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n",
    HEAD + b"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
    HEAD + b"X: a\r\n Transfer-Encoding: chunked\r\n\r\n",
    HEAD + b"X: a\rTransfer-Encoding: chunked\r\n\r\n",
    HEAD + b"X: a\nTransfer-Encoding: chunked\r\n\r\n",
    HEAD + b"X: a\x00b\r\n\r\n",
    HEAD + b"\r\x0b\nContent-Length: 44\r\n\r\n",
    b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    b"POST / HTTP/1.1\r\n Host: a\r\n\r\n",
    b"POST / HTTP/1.1\n\nHost: a\r\n\r\n",
    b"POST  / HTTP/1.1\r\nHost: a\r\n\r\n",
    b"POST /\x0b HTTP/1.1\r\nHost: a\r\n\r\n",
    b"POST / HTTP/1.1 \r\nHost: a\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\n",
])
def test_a_request_that_can_be_read_two_ways_is_not_read(server, smuggling):
    with connect(server) as connection:
        connection.sendall(smuggling + HIDDEN)
        refused = answers(connection, 2)
    assert len(refused) == 1
    assert refused[0] in (400, 501, 505)


@pytest.mark.parametrize("chunks", [
    b"0x5\r\nhello\r\n0\r\n\r\n", b"+5\r\nhello\r\n0\r\n\r\n", b"5 \rhello\r\n0\r\n\r\n", b"5\nhello\r\n0\r\n\r\n",
    b"5\r\nhello0\r\n\r\n", b"5\r\nhello\n0\r\n\r\n", b"\r\n5\r\nhello\r\n0\r\n\r\n", b"fffffffffffffffff\r\nhello\r\n",
    b"5;a=\"\\\"\"\r\nhello\r\n0\r\n\r\n", b"5;a\nb\r\nhello\r\n0\r\n\r\n", b"5;\x00\r\nhello\r\n0\r\n\r\n", b"0\r\nX: a\n\r\n\r\n", b"0\r\n X: a\r\n\r\n",
    b"0\r\nContent-Length: 44\r\n\r\n", b"0\r\nTransfer-Encoding: chunked\r\n\r\n",
])
def test_chunks_that_can_be_read_two_ways_end_the_connection(server, chunks):
    with connect(server) as connection:
        connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + HIDDEN)
        assert 200 not in answers(connection, 2)


@pytest.mark.parametrize("body", [
    b"Content-Length: 44\r\n\r\n" + HIDDEN[:44].ljust(44),
    b"Transfer-Encoding: chunked\r\n\r\n2c\r\n" + HIDDEN[:44].ljust(44) + b"\r\n0\r\n\r\n",
    b"Transfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n",
    b"Transfer-Encoding: chunked\r\n\r\n0;ext=\"ab\"\r\nX: y\r\n\r\n",
    b"Transfer-Encoding: chunked\r\n\r\n00000000000000000000\r\n\r\n",
])
def test_a_body_is_a_body_and_what_follows_a_request(server, body):
    """One answer to the request, one to what stands behind it, none to what its body holds."""
    with connect(server) as connection:
        connection.sendall(FORM + body + HIDDEN)
        statuses = answers(connection, 3)
    assert len(statuses) == 2
    assert statuses[1] == 200


def test_a_thousand_slow_uploads_hold_neither_memory_nor_workers(victim):
    """Bodies that were begun and go on when they like: more than there are workers that may wait for such."""
    bucket = victim.bucket()
    put = raw.wire_bytes(raw.request(victim, "s3", "PUT", f"/{bucket}/slow", b"y" * 300_000))
    before = memory_mb(victim.server)
    with contextlib.ExitStack() as stack:
        opened = [stack.enter_context(connect(victim.server)) for _ in range(1000)]
        for connection in opened:
            connection.sendall(put[:-100_000])
        serves_others(victim)
        victim.client("s3").put_object(Bucket=bucket, Key="quick", Body=b"z" * 100_000)
        # Of each no more than one step (256 KiB) and its thread.
        assert memory_mb(victim.server) - before < 1000 * 0.5
        opened[0].sendall(put[-100_000:])
        assert answers(opened[0], 1) == [200]


def test_many_large_uploads_take_no_more_memory_than_their_steps(victim):
    bucket = victim.bucket()
    body = b"p" * (24 << 20)
    upload = victim.client("s3").create_multipart_upload(Bucket=bucket, Key="big")["UploadId"]
    before, peaks = memory_mb(victim.server), []

    def put(number: int) -> int:
        target = f"/{bucket}/big?partNumber={number}&uploadId={upload}"
        digest = {"X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD"}
        status = raw.send(victim, raw.request(victim, "s3", "PUT", target, body, digest)).status
        peaks.append(memory_mb(victim.server))
        return status

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        assert set(pool.map(put, range(1, 33))) == {200}
    assert max(peaks) - before < 64
