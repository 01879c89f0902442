"""Requests by hand: signed as botocore signs them, changed as a test likes, sent as they are."""

import contextlib
import dataclasses
import datetime
import hashlib
import http.client
import json
import urllib.parse
import xml.etree.ElementTree as ElementTree
from unittest import mock

from botocore import auth, awsrequest, credentials
from support import server as servers

JSON_SERVICES = {"sagemaker": ("SageMaker.", "1.1"), "logs": ("Logs_20140328.", "1.1"), "cloudwatch": ("GraniteServiceVersion20100801.", "1.0"),
                 "organizations": ("AWSOrganizationsV20161128.", "1.1")}
SIGNING_NAMES = {"cloudwatch": "monitoring"}
VERSIONS = {"sts": "2011-06-15", "iam": "2010-05-08", "cloudwatch": "2010-08-01"}


@dataclasses.dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> dict:
        return json.loads(self.body)

    def element(self, name: str) -> str | None:
        """The text of the first XML element of this name, whatever its namespace."""
        return ElementTree.fromstring(self.body).findtext(f".//{{*}}{name}")

    def error(self) -> tuple[int, str]:
        """(status, error code), in whichever form the protocol has it."""
        if self.body.startswith(b"<"):
            return self.status, self.element("Code")
        name = self.headers.get("x-amzn-errortype") or self.json()["__type"]
        return self.status, name.rpartition("#")[2].partition(":")[0]

    def message(self) -> str:
        if self.body.startswith(b"<"):
            return self.element("Message")
        body = self.json()
        return body.get("message") or body.get("Message")


@dataclasses.dataclass
class Request:
    """What goes over the wire; a test may change any part after signing."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


def request(account, service: str, method: str = "GET", target: str = "/", body: bytes = b"", headers: dict | None = None,
            region: str = servers.REGION, at: datetime.datetime | None = None, presign_s: int | None = None) -> Request:
    """A signed request; `at` is when it says it was signed, `presign_s` puts the signature into the query string."""
    host = account.server.url.removeprefix("http://")
    sent = {"Host": host, **(headers or {})}
    plain = awsrequest.AWSRequest(method, f"http://{sent['Host']}{target}", sent, body)
    digest = plain.headers.get("X-Amz-Content-SHA256") or hashlib.sha256(body).hexdigest()
    keys = credentials.Credentials(account.key, account.secret, account.token)
    signer = _signer(keys, service, region, presign_s)
    if service == "s3" and presign_s is None:
        signer.payload = lambda _: digest
    with _signed_at(at):
        signer.add_auth(plain)
    url = urllib.parse.urlsplit(plain.url)
    return Request(method, url.path + ("?" + url.query if url.query else ""), dict(plain.headers.items()), body)


def _signer(keys, service, region, presign_s):
    name = SIGNING_NAMES.get(service, service)
    if presign_s is not None:
        kind = auth.S3SigV4QueryAuth if service == "s3" else auth.SigV4QueryAuth
        return kind(keys, name, region, expires=presign_s)
    return (auth.S3SigV4Auth if service == "s3" else auth.SigV4Auth)(keys, name, region)


def _signed_at(moment: datetime.datetime | None):
    if moment is None:
        return contextlib.nullcontext()
    return mock.patch.object(auth, "get_current_datetime", lambda *_, **__: moment)


def json_request(account, service: str, operation: str, members, **changes) -> Request:
    """AWS JSON: `members` is a dict, or the body's very bytes."""
    prefix, version = JSON_SERVICES[service]
    body = members if isinstance(members, bytes) else json.dumps(members).encode()
    headers = {"Content-Type": f"application/x-amz-json-{version}", "X-Amz-Target": prefix + operation}
    return request(account, service, "POST", "/", body, {**headers, **changes.pop("headers", {})}, **changes)


def form_request(account, service: str, operation: str, members: dict | None = None, **changes) -> Request:
    """The query protocol, as older clients speak it."""
    form = {"Action": operation, "Version": VERSIONS[service], **(members or {})}
    body = urllib.parse.urlencode(form).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    return request(account, service, "POST", "/", body, {**headers, **changes.pop("headers", {})}, **changes)


class Connection:
    """A connection that is kept for many requests."""

    def __init__(self, account):
        self.connection = http.client.HTTPConnection(account.server.url.removeprefix("http://"), timeout=60)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def send(self, what: Request) -> Answer:
        self.connection.putrequest(what.method, what.target, skip_host=True, skip_accept_encoding=True)
        headers = {"Content-Length": str(len(what.body)), **what.headers} if what.body or what.method in ("PUT", "POST") else what.headers
        for name, value in headers.items():
            self.connection.putheader(name, value)
        # As urllib3 does: who refuses a body may answer before it is through.
        with contextlib.suppress(BrokenPipeError):
            self.connection.endheaders(what.body)
        reply = self.connection.getresponse()
        return Answer(reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read())


def send(account, what: Request) -> Answer:
    with Connection(account) as connection:
        return connection.send(what)


def wire_bytes(what: Request) -> bytes:
    """The request as it goes over a socket."""
    headers = dict(what.headers)
    if what.body or what.method in ("PUT", "POST"):
        headers.setdefault("Content-Length", str(len(what.body)))
    lines = [f"{what.method} {what.target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode() + what.body
