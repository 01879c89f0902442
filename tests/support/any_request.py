"""A request for any operation of any installed model, in any protocol that its service speaks, made by botocore's own serialisers."""

import dataclasses
import functools
import http.client
import json
import urllib.parse

from botocore import awsrequest, model, serialize
from support import server as servers

SMALLEST = {"boolean": True, "blob": b"aaaa", "timestamp": "2026-01-01T00:00:00Z", "float": 1.5, "double": 1.5}


@functools.cache
def models_index() -> dict:
    return json.loads((servers.BUILD / "models/index.json").read_text())


@functools.cache
def service_model(name: str) -> model.ServiceModel:
    return model.ServiceModel(json.loads((servers.BUILD / f"models/{name}.json").read_text()), name)


def protocols(name: str) -> list[str]:
    head = models_index()[name]
    return head.get("protocols") or [head["protocol"]]


def signing_name(name: str) -> str:
    head = models_index()[name]
    return head.get("signingName") or head["endpointPrefix"]


def least(shape, depth: int = 0):
    """A value with the members that must be there and no others."""
    if shape.type_name == "structure":
        return {name: least(member, depth + 1) for name, member in shape.members.items() if name in shape.required_members and depth < 6}
    if shape.type_name == "list":
        return [least(shape.member, depth + 1)] * min(shape.metadata.get("min", 0), 3)
    if shape.type_name == "map":
        return {}
    if shape.type_name in ("integer", "long"):
        return max(int(shape.metadata.get("min", 1)), 1)
    if shape.type_name in ("string", "character"):
        return shape.enum[0] if shape.enum else "a" * max(min(shape.metadata.get("min", 3), 100), 1)
    return SMALLEST[shape.type_name]


@dataclasses.dataclass
class Plain:
    """An unsigned request; `headers` bear a scope, for a server that checks no signatures."""

    method: str
    target: str
    headers: dict
    body: bytes


def plain_request(service: str, operation: str, protocol: str) -> Plain:
    shape = service_model(service).operation_model(operation)
    shape.metadata.setdefault("jsonVersion", "1.1")
    made = serialize.create_serializer(protocol, include_validation=False).serialize_to_request(
        least(shape.input_shape) if shape.input_shape else {}, shape)
    made["context"] = {}
    awsrequest.prepare_request_dict(made, endpoint_url="http://127.0.0.1")
    sent = awsrequest.create_request_object(made).prepare()
    url = urllib.parse.urlsplit(sent.url)
    headers = {name: _text(value) for name, value in sent.headers.items()}
    headers["X-Amz-Date"] = "20260101T000000Z"
    signed = ";".join(sorted({"host", *(name.lower() for name in headers if name.lower().startswith("x-amz-"))}))
    headers["Authorization"] = (f"AWS4-HMAC-SHA256 Credential=000000000000/20260101/us-east-1/{signing_name(service)}/aws4_request, "
                                f"SignedHeaders={signed}, Signature=none")
    body = sent.body or b""
    return Plain(sent.method, url.path + ("?" + url.query if url.query else ""), headers,
                 body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else body.read())


def _text(value) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


class Connection:
    """One connection for many requests, renewed where the server closes it."""

    def __init__(self, url: str):
        self.connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=30)

    def send(self, what: Plain) -> tuple[int, dict, bytes]:
        self.connection.request(what.method, what.target, what.body or None, {"Content-Length": str(len(what.body)), **what.headers})
        reply = self.connection.getresponse()
        return reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read()

    def close(self):
        self.connection.close()
