"""Requests by hand for any operation of any protocol: what a client's serialiser would send, but of values that none would take.

`Raw` stands for a place's own text (or JSON value) on the wire, whatever the model says of it.
"""

import base64
import dataclasses
import email.utils
import hashlib
import json
import re
import urllib.parse
import xml.sax.saxutils

from support import raw

ANY_ACCOUNT = "000000000000"


@dataclasses.dataclass(frozen=True)
class Raw:
    wire: object


def request(account, operation, value: dict, protocol: str) -> raw.Request:
    return {"json": _json_request, "query": _form_request, "rest-json": _rest_request, "rest-xml": _rest_request}[protocol](account, operation, value)


def _json_request(account, operation, value):
    service = operation.service_model
    headers = {
        "Content-Type": f"application/x-amz-json-{service.metadata['jsonVersion']}",
        "X-Amz-Target": f"{service.metadata['targetPrefix']}.{operation.name}",
    }
    return _signed(account, service, "POST", "/", json.dumps(_plain(value)).encode(), headers)


def _form_request(account, operation, value):
    service = operation.service_model
    form = {"Action": operation.name, "Version": service.api_version}
    if operation.input_shape:
        _add_members(form, operation.input_shape, value, "")
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    return _signed(account, service, "POST", "/", urllib.parse.urlencode(form).encode(), headers)


def _rest_request(account, operation, value):
    service, shape = operation.service_model, operation.input_shape
    body = _rest_body(service, shape, value)
    target = _target(operation, shape, value)
    headers = _headers(shape, value)
    if headers.get("x-amz-account-id") == ANY_ACCOUNT:  # it must be the caller's own
        headers["x-amz-account-id"] = account.id
    if body and service.service_name == "s3":
        headers.setdefault("Content-MD5", base64.b64encode(hashlib.md5(body).digest()).decode())
    return _signed(account, service, operation.http["method"], target, body, headers)


def _signed(account, service, method, target, body, headers):
    return raw.request(account, service.signing_name, method, target, body, headers)


def _plain(value):
    """As JSON has it."""
    if isinstance(value, Raw):
        return value.wire
    if isinstance(value, dict):
        return {_text(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _text(value, shape=None, place: str = "body") -> str:
    """A scalar as text of a form, a header or an element."""
    if isinstance(value, Raw):
        return str(value.wire)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if shape is not None and shape.type_name == "timestamp":
        return email.utils.formatdate(value, usegmt=True) if place == "header" else "2023-11-14T22:13:20Z"
    return str(value)


def _wire_name(shape, name: str) -> str:
    return shape.serialization.get("name", name)


def _add(form: dict, shape, value, prefix: str) -> None:
    if isinstance(value, Raw) or not isinstance(value, (dict, list)):
        form[prefix] = _text(value, shape)
    elif isinstance(value, dict) and shape.type_name == "structure":
        _add_members(form, shape, value, prefix + ".")
    elif not value:
        form[prefix] = ""
    elif shape.type_name == "list":
        start = prefix if shape.serialization.get("flattened") else f"{prefix}.{_wire_name(shape.member, 'member')}"
        for number, element in enumerate(value, 1):
            _add(form, shape.member, element, f"{start}.{number}")
    else:
        start = prefix if shape.serialization.get("flattened") else f"{prefix}.entry"
        for number, (key, entry) in enumerate(value.items(), 1):
            form[f"{start}.{number}.{_wire_name(shape.key, 'key')}"] = _text(key)
            _add(form, shape.value, entry, f"{start}.{number}.{_wire_name(shape.value, 'value')}")


def _add_members(form: dict, shape, value: dict, prefix: str) -> None:
    for name, one in value.items():
        member = shape.members.get(name)
        if member is None:
            form[prefix + name] = _text(one)
        else:
            _add(form, member, one, prefix + _wire_name(member, name))


def _in_body(shape, name: str) -> bool:
    return name not in shape.members or "location" not in shape.members[name].serialization


def _rest_body(service, shape, value) -> bytes:
    payload = shape.serialization.get("payload")
    if payload and payload not in value:
        return b""
    if payload and isinstance(value[payload], bytes):
        return value[payload]
    inside, members = (shape.members[payload], value[payload]) if payload else (shape, {n: v for n, v in value.items() if _in_body(shape, n)})
    if not payload and not members:
        return b""
    if isinstance(members, Raw):
        return str(members.wire).encode()
    if service.protocol == "rest-json":
        return json.dumps(_plain(members)).encode()
    return _element(_wire_name(inside, payload or inside.name), inside, members).encode()


def _element(name: str, shape, value) -> str:
    if isinstance(value, dict) and shape.type_name == "structure":
        inner = "".join(_member(shape.members.get(one), one, of) for one, of in value.items())
    elif isinstance(value, list):
        inner = "".join(_element(_wire_name(shape.member, "member"), shape.member, one) for one in value)
    elif isinstance(value, dict):
        inner = "".join(f"<entry>{_element('key', shape.key, key)}{_element('value', shape.value, one)}</entry>" for key, one in value.items())
    else:
        inner = xml.sax.saxutils.escape(_text(value, shape))
    return f"<{name}>{inner}</{name}>"


def _member(shape, name: str, value) -> str:
    if shape is None:
        return f"<{name}>{_text(value)}</{name}>"
    if isinstance(value, list) and shape.serialization.get("flattened"):
        return "".join(_element(_wire_name(shape, name), shape.member, one) for one in value)
    return _element(_wire_name(shape, name), shape, value)


def _located(shape, value: dict, place: str):
    for name, one in value.items():
        member = shape.members.get(name)
        if member is not None and member.serialization.get("location") == place:
            yield member, _wire_name(member, name), one


def _target(operation, shape, value) -> str:
    labels = {name: _text(one) for _, name, one in _located(shape, value, "uri")}
    uri = re.sub(r"\{(\w+)(\+?)\}", lambda m: urllib.parse.quote(labels[m[1]], safe="/~" if m[2] else "~"), operation.http["requestUri"])
    query = []
    for member, name, one in _located(shape, value, "querystring"):
        query += [(name, _text(each, member)) for each in (one if isinstance(one, list) else [one])]
    if not query:
        return uri
    return uri + ("&" if "?" in uri else "?") + urllib.parse.urlencode(query, quote_via=urllib.parse.quote)


def _headers(shape, value) -> dict[str, str]:
    headers = {}
    for member, name, one in _located(shape, value, "header"):
        headers[name] = ",".join(_text(each) for each in one) if isinstance(one, list) else _text(one, member, "header")
    for _, prefix, one in _located(shape, value, "headers"):
        headers.update({prefix + _text(key): _text(entry) for key, entry in one.items()})
    return headers
