"""Values through our serialiser and botocore's parser, and through botocore's serialiser and our parser, by the model driver."""

import base64
import datetime
import json
import subprocess
import urllib.parse

import botocore.parsers
import botocore.serialize
from support import server as servers
from support.random_values import EPOCH

DRIVER = servers.BUILD / "tests" / "model_driver"
PROTOCOLS = ("ec2", "json", "query", "rest-json", "rest-xml", "smithy-rpc-v2-cbor")


def answers(cases: list[dict]) -> list[dict]:
    """The driver's answers to cases, in their order; fewer, with its last words, when one ended it."""
    lines = b"".join(json.dumps(case).encode() + b"\n" for case in cases)
    ended = subprocess.run([DRIVER, servers.BUILD / "models"], input=lines, capture_output=True, check=False)
    found = [json.loads(line) for line in ended.stdout.splitlines()]
    if ended.returncode:
        found.append({"error": f"the driver ended with {ended.returncode}: {ended.stderr.decode()[-500:]}"})
    return found


class AnswerTrip:
    """A value written as an answer by us and read by botocore."""

    def __init__(self, operation, protocol: str, value: dict):
        self.operation, self.protocol, self.value = operation, protocol, value
        own = {**value, **{name: json.dumps(value[name]) for name in json_members(operation.output_shape).intersection(value)}}
        self.case = {**_named(operation, protocol), "value": tagged(own)}

    def wrong(self, written: dict) -> str | None:
        """What the answer lost or changed."""
        if "error" in written:
            return written["error"]
        shape = self.operation.output_shape
        reply = {"status_code": written["status"], "headers": Headers(written["headers"]), "body": base64.b64decode(written["body"])}
        parsed = botocore.parsers.create_parser(self.protocol).parse(reply, shape)
        parsed.pop("ResponseMetadata", None)
        payload = shape.serialization.get("payload")
        if isinstance(self.value.get(payload), bytes) and isinstance(parsed.get(payload), str):
            parsed[payload] = parsed[payload].encode()
        without_open_headers(shape, self.value, parsed)
        return difference(tagged(self.value), tagged(parsed))


class RequestTrip:
    """A value written as a request by botocore and read by us."""

    def __init__(self, operation, protocol: str, value: dict):
        self.operation, self.value = operation, value
        sent = botocore.serialize.create_serializer(protocol, include_validation=False).serialize_to_request(value, operation)
        path, _, query = sent["url_path"].partition("?")
        query = "&".join(one for one in (query, _encoded(sent["query_string"])) if one)
        self.body = _bytes(sent["body"])
        headers = {name: str(one) for name, one in sent["headers"].items()}
        self.case = {**_named(operation, protocol), "method": sent["method"], "path": path, "query": query, "headers": headers,
                     "body": base64.b64encode(self.body).decode()}

    def wrong(self, read: dict) -> str | None:
        """What the parsed request lost or changed."""
        if "error" in read or read["unknown"]:
            what = read.get("error") or f"unknown members {read['unknown']}"
            return f"{what}; of {self.case['method']} {self.case['path']}?{self.case['query']} {self.case['headers']} {self.body[:300]!r}"
        found, shape = read["value"], self.operation.input_shape
        for name in json_members(shape).intersection(found):
            found[name] = json.loads(found[name])
        payload = shape.serialization.get("payload")
        if isinstance(self.value.get(payload), bytes):
            found[payload] = tagged(self.body)  # stays on the call
        without_named_parameters(self.operation, found)
        return difference(tagged(self.value), found)


def _named(operation, protocol: str) -> dict:
    return {"service": operation.service_model.service_name, "operation": operation.name, "protocol": protocol}


def _encoded(pairs) -> str:
    return pairs if isinstance(pairs, str) else urllib.parse.urlencode(pairs, doseq=True, quote_via=urllib.parse.quote)


def _bytes(body) -> bytes:
    text = urllib.parse.urlencode(body, doseq=True) if isinstance(body, dict) else body
    return text.encode() if isinstance(text, str) else bytes(text)


def json_members(shape) -> set[str]:
    """Members that travel in a header as JSON, which botocore reads and we leave as text."""
    return {name for name, one in shape.members.items() if one.serialization.get("jsonvalue") and one.serialization.get("location") == "header"}


def without_named_parameters(operation, found: dict) -> None:
    """A map of query parameters takes the named ones too, as Smithy says of servers."""
    members = operation.input_shape.members
    in_query = {name: one for name, one in members.items() if one.serialization.get("location") == "querystring"}
    literals = dict(urllib.parse.parse_qsl(operation.http["requestUri"].partition("?")[2], keep_blank_values=True))
    named = {one.serialization.get("name") for one in in_query.values()} | set(literals)
    for name, one in in_query.items():
        if one.type_name == "map" and name in found:
            found[name] = {key: entry for key, entry in found[name].items() if key not in named}


def without_open_headers(shape, value: dict, parsed: dict) -> None:
    """A map of headers without a prefix takes those of the transport too."""
    for name, one in shape.members.items():
        if one.serialization.get("location") == "headers" and not one.serialization.get("name") and name in parsed:
            parsed[name] = {key: entry for key, entry in parsed[name].items() if key in value.get(name, {})}


class Headers(dict):
    """Headers as urllib3 has them: names in any case."""

    def __init__(self, headers):
        super().__init__({name.lower(): value for name, value in headers.items()})

    def get(self, name, otherwise=None):
        return super().get(name.lower(), otherwise)

    def __getitem__(self, name):
        return super().__getitem__(name.lower())

    def __contains__(self, name):
        return super().__contains__(name.lower())


def tagged(value):
    """As the driver takes and gives values."""
    if isinstance(value, dict):
        return {str(name): tagged(one) for name, one in value.items()}
    if isinstance(value, list):
        return [tagged(one) for one in value]
    if isinstance(value, (bytes, bytearray)):
        return {"$blob": base64.b64encode(value).decode()}
    if isinstance(value, datetime.datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=datetime.timezone.utc)
        return {"$time": round((moment - EPOCH).total_seconds() * 1000)}
    return value


def difference(expected, found, path: str = "") -> str | None:
    """Where two tagged values differ first, in words."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for name in expected.keys() | found.keys():
            if name not in found or name not in expected:
                return f"{path}.{name} is {'lost' if name not in found else 'added'}: {(expected | found)[name]!r:.200}"
            if wrong := difference(expected[name], found[name], f"{path}.{name}"):
                return wrong
        return None
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        return next((wrong for i, pair in enumerate(zip(expected, found)) if (wrong := difference(*pair, f"{path}[{i}]"))), None)
    same = expected == found and isinstance(expected, bool) == isinstance(found, bool)
    return None if same else f"{path}: {expected!r:.200} came back as {found!r:.600}"
