"""A request for any operation of any installed model, in any protocol that its service speaks, made by botocore's own serialisers."""

import dataclasses
import functools
import http.client
import json
import urllib.parse

from botocore import awsrequest, model, serialize
from support import server as servers
from support.variants import values


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


def least(shape, service: str) -> dict:
    """A valid input with the members that must be there and no others."""
    return values.build(shape, (), values.ABSENT, service)


def needed_in_body(operation) -> str | None:
    """A member that must be there, and without which the request still asks for this operation."""
    shape = operation.input_shape
    if shape is None:
        return None
    for name in shape.required_members:
        member = shape.members[name]
        # A body that is one structure's is an empty one of it.
        is_payload = name == shape.serialization.get("payload")
        if "location" not in member.serialization and not member.metadata.get("idempotencyToken") and not is_payload:
            return name
    return None


def without(value: dict, name: str) -> dict:
    return {other: one for other, one in value.items() if other != name}


@dataclasses.dataclass
class Plain:
    """An unsigned request; `headers` bear a scope, for a server that checks no signatures."""

    method: str
    target: str
    headers: dict
    body: bytes


def plain_request(service: str, operation: str, protocol: str, value: dict | None = None) -> Plain:
    """With this input, else the least that is valid."""
    shape = service_model(service).operation_model(operation)
    shape.metadata.setdefault("jsonVersion", "1.1")
    if value is None:
        value = least(shape.input_shape, service) if shape.input_shape else {}
    made = serialize.create_serializer(protocol, include_validation=False).serialize_to_request(value, shape)
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
