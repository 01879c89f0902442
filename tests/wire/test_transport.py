"""The port itself: TLS and plain HTTP by the first byte, the proxy, host names of buckets, and HTTP/1.1's finer points."""

import contextlib
import http.client
import json
import re
import socket
import ssl
import subprocess
import sys
import time
import urllib.parse

import pytest
from support import raw


def port_of(server) -> int:
    return urllib.parse.urlsplit(server.url).port


def authority(server) -> str:
    return str(server.data / "authority" / "authority.pem")


@contextlib.contextmanager
def connected(server, host="127.0.0.1"):
    with socket.create_connection((host, port_of(server)), timeout=20) as connection:
        yield connection


def read_answer(stream) -> tuple[int, dict, bytes]:
    """One answer off a socket's file that stays open."""
    status = int(stream.readline().split()[1])
    headers = {}
    while line := stream.readline().strip():
        name, _, value = line.decode().partition(":")
        headers[name.lower()] = value.strip()
    return status, headers, stream.read(int(headers.get("content-length", 0)))


def test_tls_and_plain_on_one_port(aws, server):
    bucket = aws.bucket()
    secure = f"https://localhost:{port_of(server)}"
    aws.client("s3", endpoint_url=secure, verify=authority(server)).put_object(Bucket=bucket, Key="key", Body=b"x" * 1_000_000)
    assert len(aws.client("s3").get_object(Bucket=bucket, Key="key")["Body"].read()) == 1_000_000
    assert aws.client("sts", endpoint_url=secure, verify=authority(server)).get_caller_identity()["Account"] == aws.id


def test_a_certificate_is_of_the_servers_own_authority(server):
    trusting = ssl.create_default_context(cafile=authority(server))
    with connected(server) as plain, trusting.wrap_socket(plain, server_hostname="localhost") as secure:
        assert secure.version() == "TLSv1.3"
        assert ("DNS", "localhost") in secure.getpeercert()["subjectAltName"]
    with connected(server) as plain, pytest.raises(ssl.SSLCertVerificationError):
        ssl.create_default_context().wrap_socket(plain, server_hostname="localhost")
    old = ssl.create_default_context(cafile=authority(server))
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    with connected(server) as plain, old.wrap_socket(plain, server_hostname="s3.us-east-1.amazonaws.com") as secure:
        assert secure.version() == "TLSv1.2"


def test_through_the_proxy_no_endpoint_is_needed(aws, server):
    program = """
import boto3, json
s3 = boto3.client("s3")
s3.create_bucket(Bucket="proxied-BUCKET")
s3.put_object(Bucket="proxied-BUCKET", Key="a b", Body=b"hello")
print(json.dumps([boto3.client("sts").get_caller_identity()["Account"],
                  s3.get_object(Bucket="proxied-BUCKET", Key="a b")["Body"].read().decode(),
                  boto3.client("sagemaker").list_models()["Models"]]))
""".replace("BUCKET", aws.id)
    environment = {**server.proxy_environment(), "AWS_ACCESS_KEY_ID": aws.key, "AWS_SECRET_ACCESS_KEY": aws.secret}
    environment = {name: value for name, value in environment.items() if name != "AWS_ENDPOINT_URL"}
    result = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout) == [aws.id, "hello", []]
    assert aws.client("s3").get_object(Bucket=f"proxied-{aws.id}", Key="a b")["Body"].read() == b"hello"


@pytest.mark.parametrize(("target", "status"), [
    ("s3.us-east-1.amazonaws.com:443", 200), ("sts.amazonaws.com:443", 200), ("example.com:443", 403),
    ("amazonaws.com.example.com:443", 403), ("127.0.0.1:22", 403), ("localhost:80", 403)])
def test_the_proxy_connects_to_aws_hosts_only(server, target, status):
    with connected(server) as connection:
        connection.sendall(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())
        assert int(connection.makefile("rb").readline().split()[1]) == status


@pytest.mark.parametrize("host", ["{}.s3.us-east-1.amazonaws.com", "{}.s3.amazonaws.com", "{}.s3.localhost", "{}.localhost",
                                  "{}.s3.localhost:4566", "{}.s3.eu-west-1.amazonaws.com"])
def test_buckets_by_host_name(aws, host):
    bucket = aws.bucket()
    headers = {"Host": host.format(bucket)}
    put = raw.send(aws, raw.request(aws, "s3", "PUT", "/folder/a%20b", b"hello", headers))
    assert put.status == 200, put.body
    assert aws.client("s3").get_object(Bucket=bucket, Key="folder/a b")["Body"].read() == b"hello"
    listed = raw.send(aws, raw.request(aws, "s3", "GET", "/?list-type=2", headers=headers))
    assert (listed.element("Name"), listed.element("Key")) == (bucket, "folder/a b")


def test_a_service_host_without_a_bucket_is_path_style(aws):
    bucket = aws.bucket()
    for host in ("s3.us-east-1.amazonaws.com", "s3.amazonaws.com", "s3.localhost", "localhost", "127.0.0.1"):
        answer = raw.send(aws, raw.request(aws, "s3", "GET", f"/{bucket}?location", headers={"Host": host}))
        assert answer.status == 200, host


def test_the_body_is_asked_for_before_it_comes(aws, server):
    bucket = aws.bucket()
    sent = raw.request(aws, "s3", "PUT", f"/{bucket}/key", b"hello", {"Expect": "100-continue"})
    with connected(server) as connection:
        stream = connection.makefile("rb")
        connection.sendall(raw.wire_bytes(sent)[: -len(sent.body)])
        assert stream.readline() == b"HTTP/1.1 100 Continue\r\n"
        assert stream.readline() == b"\r\n"
        connection.sendall(sent.body)
        assert read_answer(stream)[0] == 200


def test_a_body_that_is_refused_is_not_asked_for(aws, server):
    for target, status in (("/no-such-bucket-here/key", 404), (f"/{aws.bucket()}/key", 403)):
        sent = raw.request(aws, "s3", "PUT", target, b"x" * 100_000, {"Expect": "100-continue"})
        if status == 403:
            sent.headers["Authorization"] = sent.headers["Authorization"][:-1] + "g"
        with connected(server) as connection:
            connection.sendall(raw.wire_bytes(sent)[: -len(sent.body)])
            assert read_answer(connection.makefile("rb"))[0] == status


def test_a_connection_is_kept_and_may_be_closed(aws, server):
    connection = http.client.HTTPConnection("127.0.0.1", port_of(server), timeout=20)
    connection.connect()
    own = connection.sock
    for _ in range(3):
        sent = raw.form_request(aws, "sts", "GetCallerIdentity")
        connection.request(sent.method, sent.target, sent.body, sent.headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200
        assert connection.sock is own
    connection.request(sent.method, sent.target, sent.body, {**sent.headers, "Connection": "close"})
    answer = connection.getresponse()
    answer.read()
    assert answer.getheader("Connection") == "close"
    assert own.fileno() == -1 or own.recv(1) == b""
    connection.close()


def test_pipelined_requests_are_answered_in_order(aws, server):
    bucket = aws.bucket()
    for i in range(5):
        aws.client("s3").put_object(Bucket=bucket, Key=f"k{i}", Body=f"body {i}".encode())
    sent = b"".join(raw.wire_bytes(raw.request(aws, "s3", "GET", f"/{bucket}/k{i}")) for i in range(5))
    with connected(server) as connection:
        connection.sendall(sent)
        stream = connection.makefile("rb")
        assert [read_answer(stream)[2] for _ in range(5)] == [f"body {i}".encode() for i in range(5)]


def test_a_request_may_come_byte_by_byte(aws, server):
    sent = raw.wire_bytes(raw.form_request(aws, "sts", "GetCallerIdentity"))
    with connected(server) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for i in range(len(sent)):
            connection.sendall(sent[i : i + 1])
        assert read_answer(connection.makefile("rb"))[0] == 200


def test_head_has_the_length_and_no_body(aws, server):
    bucket = aws.bucket()
    aws.client("s3").put_object(Bucket=bucket, Key="key", Body=b"hello")
    with connected(server) as connection:
        connection.sendall(raw.wire_bytes(raw.request(aws, "s3", "HEAD", f"/{bucket}/key")))
        connection.sendall(raw.wire_bytes(raw.request(aws, "s3", "HEAD", f"/{bucket}/none")))
        connection.sendall(raw.wire_bytes(raw.request(aws, "s3", "GET", f"/{bucket}/key")))
        stream = connection.makefile("rb")

        def head():
            status = int(stream.readline().split()[1])
            lines = dict(re.findall(rb"([\w-]+): ([^\r]*)", b"".join(iter(stream.readline, b"\r\n"))))
            return status, int(lines.get(b"Content-Length", b"0"))

        assert head() == (200, 5)
        assert head()[0] == 404
        assert read_answer(stream)[2] == b"hello"


@pytest.mark.parametrize("service", ["s3", "sts", "sagemaker", "logs", "cloudwatch"])
def test_every_answer_has_a_request_id(aws, service):
    requests = {
        "s3": [raw.request(aws, "s3", "GET", "/"), raw.request(aws, "s3", "GET", "/no-such-bucket-here")],
        "sts": [raw.form_request(aws, "sts", "GetCallerIdentity"), raw.form_request(aws, "sts", "Nonsense")],
        "sagemaker": [raw.json_request(aws, "sagemaker", "ListModels", {}), raw.json_request(aws, "sagemaker", "Nonsense", {})],
        "logs": [raw.json_request(aws, "logs", "DescribeLogGroups", {}), raw.json_request(aws, "logs", "Nonsense", {})],
        "cloudwatch": [raw.form_request(aws, "cloudwatch", "ListMetrics"), raw.json_request(aws, "cloudwatch", "Nonsense", {})],
    }[service]
    ids = set()
    for sent, fine in zip(requests, (True, False), strict=True):
        answer = raw.send(aws, sent)
        assert (answer.status == 200) == fine
        name = "x-amz-request-id" if service == "s3" else "x-amzn-requestid"
        ids.add(answer.headers[name])
        assert "date" in answer.headers
        if service == "s3":
            assert answer.headers["x-amz-id-2"]
        if answer.body.startswith(b"<") and (not fine or service != "s3"):
            assert answer.element("RequestId") == answer.headers[name]
    assert len(ids) == 2
    assert all(ids)


def test_only_s3_names_requests_in_a_way_of_its_own(aws):
    invoked = raw.send(aws, raw.request(aws, "sagemaker", "POST", "/endpoints/no-such-endpoint/invocations", b"1"))
    assert re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", invoked.headers["x-amzn-requestid"])
    assert "x-amz-id-2" not in invoked.headers
    listed = raw.send(aws, raw.request(aws, "s3", "GET", "/"))
    assert re.fullmatch("[0-9A-Z]{16}", listed.headers["x-amz-request-id"])


def test_the_other_loopback_address_answers_too(aws, server):
    with connected(server, "::1") as connection:
        connection.sendall(raw.wire_bytes(raw.form_request(aws, "sts", "GetCallerIdentity", headers={"Host": f"[::1]:{port_of(server)}"})))
        assert read_answer(connection.makefile("rb"))[0] == 200


def ask(server, method: str, target: str) -> tuple[int, dict, bytes]:
    with connected(server) as connection:
        connection.sendall(f"{method} {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        return read_answer(connection.makefile("rb"))


def test_own_paths(server):
    status, headers, body = ask(server, "GET", "/_millrace/health")
    assert (status, headers["content-type"]) == (200, "application/json")
    assert json.loads(body) == {"status": "ok", "damaged": 0}
    assert ask(server, "POST", "/_millrace/health")[0] == 405
    assert ask(server, "GET", "/_millrace/other")[0] == 404


def test_counts_in_the_form_of_prometheus(server):
    def counts():
        status, headers, body = ask(server, "GET", "/_millrace/metrics")
        assert (status, headers["content-type"]) == (200, "text/plain; version=0.0.4")
        lines = body.decode().splitlines()
        kinds = {line.split()[2]: line.split()[3] for line in lines if line.startswith("# TYPE ")}
        values = {line.split()[0]: int(line.split()[1]) for line in lines if not line.startswith("#")}
        assert kinds.keys() == values.keys() and set(kinds.values()) == {"counter", "gauge"}
        return values

    before = counts()
    assert before["millrace_damaged_blobs"] == 0 and before["millrace_connections"] > 0
    assert counts()["millrace_requests_total"] > before["millrace_requests_total"]
    assert ask(server, "DELETE", "/_millrace/metrics")[0] == 405


@pytest.mark.parametrize("bytes_", [
    b"nonsense\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", b"GET / HTTP/9.9\r\nHost: a\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"y" * 200_000 + b"\r\n\r\n"])
def test_what_is_no_http_is_refused_and_closed(server, bytes_):
    with connected(server) as connection:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(bytes_)
            status = connection.makefile("rb").readline().split()
            assert not status or 400 <= int(status[1]) < 600
    assert server.healthy()


def test_a_client_that_says_nothing_holds_nobody_up(aws, server):
    with contextlib.ExitStack() as stack:
        for _ in range(50):
            stack.enter_context(connected(server)).sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n")
        began = time.monotonic()
        assert aws.client("sts").get_caller_identity()["Account"] == aws.id
        assert time.monotonic() - began < 5
