"""Every operation of every installed model reaches its own service and operation, in each protocol that the service speaks.

What no table has answers 501 by name, once its input is what the model allows; else AWS's error for that input. Where services of one signing name share an operation's target, form or path, the list below
says who has it; real hosts tell them apart.
"""

import collections
import re
import subprocess

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from support import any_request, server as servers
from support.variants import expected

NAMED = re.compile(rb"Millrace does not implement ([a-z0-9-]+):(\w+)\.")

TAGS = {"ListTagsForResource", "TagResource", "UntagResource"}
SHARED = {"every operation that both have"}

# (asked, answering): the operations that go there unless the host says otherwise. The current generation goes before the former,
# else the alphabet decides.
DECIDED = {
    ("bedrock-agent-runtime", "bedrock-agent"): TAGS,
    ("bedrock-data-automation", "bedrock"): TAGS,
    ("chime", "chime-sdk-voice"): SHARED,
    ("chime-sdk-media-pipelines", "chime-sdk-identity"): TAGS,
    ("chime-sdk-meetings", "chime-sdk-identity"): TAGS,
    ("chime-sdk-messaging", "chime-sdk-identity"): TAGS,
    ("chime-sdk-voice", "chime-sdk-identity"): TAGS,
    ("docdb", "rds"): SHARED,
    ("greengrass", "greengrassv2"): SHARED,
    ("ivs-realtime", "ivs"): TAGS,
    ("lambda-microvms", "lambda"): {"ListTags", "TagResource", "UntagResource"},
    # Both have POST /imports/: a former bot's StartImport is a current one's ListImports.
    ("lex-models", "lexv2-models"): {*TAGS, "StartImport"},
    ("neptune", "rds"): SHARED,
    ("pinpoint-sms-voice", "sms-voice"): SHARED,
    ("signer-data", "signer"): {"GetRevocationStatus"},
    ("timestream-write", "timestream-query"): {"DescribeEndpoints", *TAGS},
    ("wisdom", "qconnect"): SHARED,
}

# S3 itself answers: the former lifecycle and notification are the current ones' requests, the list of directory buckets is the list
# of buckets in another scope, and of S3 Control's calls the one that names no account means a key of the bucket v20180820.
ANSWERED_BY_S3 = {
    ("s3", "GetBucketLifecycle"), ("s3", "PutBucketLifecycle"), ("s3", "GetBucketNotification"), ("s3", "PutBucketNotification"),
    ("s3", "ListDirectoryBuckets"), ("s3control", "CreateBucket")}


@pytest.fixture(scope="module")
def built() -> dict[str, set[str]]:
    """Operations that a table has, by service."""
    page = subprocess.run([servers.PROGRAM, "coverage"], check=True, capture_output=True, text=True).stdout
    services = {}
    for section in re.split(r"^## ", page, flags=re.M)[1:]:
        services[section.split("\n", 1)[0].strip()] = set(re.findall(r"^### (\w+)$", section, re.M))
    return services


def every_operation():
    for service in any_request.models_index():
        for operation in any_request.service_model(service).operation_names:
            if (service, operation) in ANSWERED_BY_S3:
                continue
            for protocol in any_request.protocols(service):
                yield service, operation, protocol


def answering(connection, made) -> tuple[str, str] | None:
    """Who refuses to have this operation; a HEAD's answer has no words."""
    status, _, body = connection.send(made)
    if status == 501 and made.method == "HEAD":
        return "unnamed", ""
    found = NAMED.search(body)
    return (found[1].decode(), found[2].decode()) if found and status == 501 else None


def test_every_operation_of_every_service_is_recognised(own_server, built):
    connection = any_request.Connection(own_server("--auth", "off").url)
    elsewhere, unknown, count = collections.defaultdict(set), [], 0
    siblings = {(pair[0], operation): pair for pair in DECIDED for operation in decided(pair)}
    for service, operation, protocol in every_operation():
        if operation in built.get(service, ()):
            continue
        count += 1
        found = answering(connection, any_request.plain_request(service, operation, protocol))
        if found is None and (service, operation) in siblings:
            # The one that answers has another input for it, and refuses this.
            elsewhere[siblings[service, operation]].add(operation)
        elif found is None:
            unknown.append((service, operation, protocol))
        elif found not in ((service, operation), ("unnamed", "")):
            elsewhere[service, found[0]].add(operation)
    connection.close()
    assert not unknown, f"{len(unknown)} of {count}: {unknown[:10]}"
    assert dict(elsewhere) == {pair: decided(pair) for pair in DECIDED}
    assert count > 20_000


# Codes for input that the model forbids: of services that have a table their own, else those common to the protocol.
INVALID = {"json": "ValidationException", "rest-json": "ValidationException", "smithy-rpc-v2-cbor": "ValidationException",
           "query": "ValidationError", "rest-xml": "ValidationError", "ec2": "MissingParameter"}
MALFORMED = {"json": "SerializationException", "rest-json": "SerializationException", "smithy-rpc-v2-cbor": "SerializationException",
             "query": "MalformedInput", "rest-xml": "MalformedInput", "ec2": "MalformedInput"}


# Services whose words for input that is not there name no member.
NAMELESS = {"organizations", "s3"}
# 422 where a model declares it for its exception.
INVALID_STATUS = (400, 422)


def invalid_code(service: str, protocol: str) -> str:
    if service == "s3":
        return "MalformedXML"
    return expected.CODES[service].violated if service in expected.CODES else INVALID[protocol]


def has_code(answer: tuple[int, dict, bytes], code: str) -> bool:
    """In whichever form the protocol has it."""
    status, headers, body = answer
    return status in INVALID_STATUS and (code in headers.get("x-amzn-errortype", "") or code.encode() in body)


def with_a_needed_member(built):
    """(service, operation, protocol, member in its body that must be there) of what no table has and no sibling takes."""
    elsewhere = {(pair[0], operation) for pair in DECIDED for operation in decided(pair)}
    for service, operation, protocol in every_operation():
        member = any_request.needed_in_body(any_request.service_model(service).operation_model(operation))
        if member and operation not in built.get(service, ()) and (service, operation) not in elsewhere:
            yield service, operation, protocol, member


def test_every_operation_without_a_member_that_it_needs_is_refused_for_that(own_server, built):
    connection = any_request.Connection(own_server("--auth", "off").url)
    wrong, count = [], 0
    for service, operation, protocol, member in with_a_needed_member(built):
        count += 1
        shape = any_request.service_model(service).operation_model(operation).input_shape
        given = any_request.without(any_request.least(shape, service), member)
        answer = connection.send(any_request.plain_request(service, operation, protocol, given))
        if not has_code(answer, invalid_code(service, protocol)):
            wrong.append((service, operation, protocol, member, answer))
    connection.close()
    assert not wrong, f"{len(wrong)} of {count}: {wrong[:10]}"
    assert count > 8_000


def test_every_service_refuses_a_body_that_it_cannot_read(own_server, built):
    connection = any_request.Connection(own_server("--auth", "off").url)
    wrong, seen = [], set()
    for service, operation, protocol, _ in with_a_needed_member(built):
        if (service, protocol) in seen:
            continue
        seen.add((service, protocol))
        made = any_request.plain_request(service, operation, protocol)
        made.headers.pop("Content-Length", None)
        made.body = made.body + b"&X=%" if protocol in ("query", "ec2") else b"<{\xff"
        answer = connection.send(made)
        if not has_code(answer, MALFORMED[protocol] if service != "s3" else "MalformedXML"):
            wrong.append((service, operation, protocol, answer))
    connection.close()
    assert not wrong
    assert len(seen) > 400


def decided(pair: tuple[str, str]) -> set[str]:
    if DECIDED[pair] != SHARED:
        return DECIDED[pair]
    asked, there = (any_request.service_model(name) for name in pair)
    return {name for name in asked.operation_names if name in there.operation_names and same_place(asked, there, name)}


def same_place(asked, there, operation: str) -> bool:
    if asked.protocol == "query":
        return True
    first, second = (re.sub(r"{\w[^}]*}", "{}", model.operation_model(operation).http["requestUri"]) for model in (asked, there))
    return first == second


def host(service: str) -> str:
    return f"{any_request.models_index()[service]['endpointPrefix']}.us-east-1.amazonaws.com"


@pytest.mark.parametrize("service, operation", [
    (service, sorted(decided((service, other)))[0]) for service, other in DECIDED if host(service) != host(other)] + [
    ("s3control", "CreateBucket")])
def test_the_host_tells_services_of_one_signing_name_apart(own_server, service, operation):
    made = any_request.plain_request(service, operation, any_request.protocols(service)[0])
    made.headers["Host"] = host(service)
    connection = any_request.Connection(own_server("--auth", "off").url)
    assert answering(connection, made) == (service, operation)
    connection.close()


def simplest_operation(client, built: set[str]) -> str:
    """One that no table has, asks for little, and is neither a tag of anything, which siblings have too, nor of S3's other scopes."""
    model = client.meta.service_model
    free = [model.operation_model(name) for name in model.operation_names if name not in built]
    free = [one for one in free if not one.deprecated] or free
    return min(free, key=lambda one: ("Director" in one.name, bool(TAGS & {one.name}), len(one.input_shape.required_members) if one.input_shape else 0)).name


# Operations of each service that its client is tried with.
SAMPLE = 3
# Their clients want a token, build a host of their own, or need an ARN; the sweep above has their operations.
NOT_BY_CLIENT = {"account-access-runtime", "cloudfront-keyvaluestore", "codecatalyst", "s3control", "signin"}


def answering_service(service: str, operation: str) -> str:
    return next((other for asked, other in DECIDED if asked == service and operation in decided((asked, other))), service)


PLAIN = Config(retries={"total_max_attempts": 1}, inject_host_prefix=False, parameter_validation=False)


# Its client looks into the members before it sends them.
LOOKS_ITSELF = {"dynamodb"}


@pytest.mark.as_root("what is not built asks for nothing")
@pytest.mark.parametrize("service", sorted(set(any_request.models_index()) - NOT_BY_CLIENT))
def test_a_client_of_every_service_is_told_what_is_not_built_and_what_is_missing(aws, built, service):
    client = aws.client(service, config=PLAIN)
    says_that_it_is_not_built(client, built.get(service, set()))
    if service not in LOOKS_ITSELF:
        says_what_is_missing(client, built.get(service, set()))


def says_that_it_is_not_built(client, built: set[str]) -> None:
    service, name = client.meta.service_model.service_name, simplest_operation(client, built)
    shape = client.meta.service_model.operation_model(name).input_shape
    answer = refusal(client, name, any_request.least(shape, service) if shape else {})
    assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) in (("NotImplemented", 501), ("501", 501))
    if answer["Error"]["Code"] == "NotImplemented":
        assert answer["Error"]["Message"] == f"Millrace does not implement {answering_service(service, name)}:{name}."


def says_what_is_missing(client, built: set[str]) -> None:
    model = client.meta.service_model
    service = model.service_name
    elsewhere = {operation for pair in DECIDED if pair[0] == service for operation in decided(pair)}
    left = [name for name in model.operation_names if name not in built | elsewhere]
    needing = [(name, member) for name in left if (member := any_request.needed_in_body(model.operation_model(name)))]
    for name, member in needing[:SAMPLE]:
        shape = model.operation_model(name).input_shape
        answer = refusal(client, name, any_request.without(any_request.least(shape, service), member))
        assert answer["Error"]["Code"] == invalid_code(service, model.resolved_protocol)
        assert answer["ResponseMetadata"]["HTTPStatusCode"] in INVALID_STATUS
        wire_name = shape.members[member].serialization.get("name", member)
        assert service in NAMELESS or {member.lower(), wire_name.lower()} & set(re.findall(r"\w+", answer["Error"]["Message"].lower()))


def refusal(client, operation: str, value: dict) -> dict:
    with pytest.raises(ClientError) as raised:
        client._make_api_call(operation, value)
    return raised.value.response


@pytest.mark.parametrize("service, operation", [("codecatalyst", "ListSpaces"), ("account-access-runtime", "ListApplications")])
def test_a_token_instead_of_a_signature_names_the_service_too(server, service, operation):
    model = any_request.service_model(service)
    made = any_request.plain_request(service, operation if operation in model.operation_names else model.operation_names[0], "rest-json")
    made.headers["Authorization"] = "Bearer token"
    connection = any_request.Connection(server.url)
    assert answering(connection, made)[0] == service
    connection.close()
