"""Bad input by protocol: AWS's code and words, the member named, and nothing changed.

The requests are made by hand, as boto3 would not send them.
"""

import json

import pytest
from support import raw
from support.account import Account
from support.permissions import OWN_USERS
from support.refusals import refused


def json_answer(aws, operation: str, members, service: str = "sagemaker") -> raw.Answer:
    return raw.send(aws, raw.json_request(aws, service, operation, members))


def form_answer(aws, operation: str, members: dict, service: str = "iam") -> raw.Answer:
    return raw.send(aws, raw.form_request(aws, service, operation, members))


def nothing_changed(aws) -> None:
    assert aws.client("sagemaker").list_models()["Models"] == []
    assert aws.client("sagemaker").list_training_jobs()["TrainingJobSummaries"] == []
    assert aws.client("logs").describe_log_groups()["logGroups"] == []
    # Of the test's own making are those alone who call with just the permissions that each operation needs.
    assert [one for one in aws.client("iam").list_users()["Users"] if not one["UserName"].startswith(OWN_USERS)] == []
    assert aws.client("s3").list_buckets()["Buckets"] == []


JSON_BODIES = [b"", b"{", b"nonsense", b'{"LogGroupName": "x"', b'{"logGroupName": "a",}', b"\xff\xfe", b'{"logGroupName": "\xff"}',
               b'{"logGroupName": "a"} trailing', b"[]", b'"text"', b"3", b'{"logGroupName": 01}', b"{'logGroupName': 'a'}"]


@pytest.mark.parametrize("body", JSON_BODIES)
def test_a_body_that_is_no_json_object(aws, body):
    status, code = json_answer(aws, "CreateLogGroup", body, "logs").error()
    # An empty body is an empty request, of which a required member is missing.
    assert (status, code) == (400, "SerializationException" if body else "InvalidParameterException")
    nothing_changed(aws)


@pytest.mark.parametrize("members", [
    {"logGroupName": 3}, {"logGroupName": ["a"]}, {"logGroupName": {"a": "b"}}, {"logGroupName": True},
    {"logGroupName": "fine", "tags": "text"}, {"logGroupName": "fine", "tags": {"a": 1}}])
def test_a_member_of_a_wrong_type_in_json(aws, members):
    assert json_answer(aws, "CreateLogGroup", members, "logs").error() == (400, "SerializationException")
    nothing_changed(aws)


@pytest.mark.parametrize("members", [
    {"MaxResults": "ten"}, {"MaxResults": 1.5}, {"MaxResults": 99999999999999999999}, {"CreationTimeAfter": "yesterday"},
    {"CreationTimeAfter": {}}])
def test_a_number_or_time_of_a_wrong_type_in_json(aws, members):
    assert json_answer(aws, "ListModels", members).error() == (400, "SerializationException")


def test_json_as_deep_as_a_well(aws):
    for body in (b'{"a":' * 100_000, b"[" * 100_000, b'{"Tags":' + b"[" * 5000 + b"]" * 5000 + b"}"):
        assert json_answer(aws, "CreateModel", body).error() == (400, "SerializationException")
    nothing_changed(aws)


MODEL = {"ModelName": "m", "ExecutionRoleArn": "arn:aws:iam::123456789012:role/r"}


@pytest.mark.parametrize(("changes", "words"), [
    ({"ModelName": None}, "Value null at 'modelName' failed to satisfy constraint: Member must not be null"),
    ({"ModelName": ""}, "at 'modelName' failed to satisfy constraint"),
    ({"ModelName": "x" * 64}, "Member must have length less than or equal to 63"),
    ({"ModelName": "-x"}, "Member must satisfy regular expression pattern: "),
    ({"ExecutionRoleArn": "r"}, "at 'executionRoleArn' failed to satisfy constraint"),
    ({"Tags": [{"Key": "k"}]}, "Value null at 'tags.1.member.value' failed to satisfy constraint: Member must not be null"),
    ({"Tags": [{"Key": "k", "Value": "v"}] * 51}, "at 'tags' failed to satisfy constraint: Member must have length less than or equal to 50"),
    ({"PrimaryContainer": {"Mode": "Both"}}, "at 'primaryContainer.mode' failed to satisfy constraint: Member must satisfy enum value set: ["),
    ({"Containers": [{"ContainerHostname": "-"}]}, "at 'containers.1.member.containerHostname' failed to satisfy constraint"),
])
def test_a_broken_constraint_is_named(aws, changes, words):
    answer = json_answer(aws, "CreateModel", {**MODEL, **changes})
    assert answer.error() == (400, "ValidationException")
    assert answer.message().startswith("1 validation error detected: ") or "validation errors detected: " in answer.message()
    assert words in answer.message()
    nothing_changed(aws)


def test_all_broken_constraints_are_named_at_once(aws):
    answer = json_answer(aws, "CreateModel", {"ModelName": "-", "ExecutionRoleArn": "r", "Tags": [{"Key": "", "Value": "v"}]})
    message = answer.message()
    count = int(message.split()[0])
    assert count >= 3
    assert message.count("failed to satisfy constraint") == count
    for member in ("modelName", "executionRoleArn", "tags.1.member.key"):
        assert f"at '{member}'" in message


def test_many_broken_constraints_make_no_endless_answer(aws):
    members = {**MODEL, "Tags": [{"Key": "k" * 200} for _ in range(5000)]}
    answer = json_answer(aws, "CreateModel", members)
    assert answer.error() == (400, "ValidationException")
    assert len(answer.body) < 3_000_000
    nothing_changed(aws)


@pytest.mark.parametrize(("members", "name"), [
    ({**MODEL, "Colour": "blue"}, "Colour"), ({**MODEL, "PrimaryContainer": {"Imag": "x"}}, "PrimaryContainer.Imag"),
    ({**MODEL, "modelName": "m"}, "modelName")])
def test_an_unknown_member_is_refused_by_name(aws, members, name):
    answer = json_answer(aws, "CreateModel", members)
    assert answer.error() == (501, "NotImplemented")
    assert answer.message() == f"CreateModel: the service's model has no such member: {name}."
    nothing_changed(aws)


def test_settings_may_have_unknown_members_ignored(own_server, tmp_path):
    settings = tmp_path / "millrace.toml"
    settings.write_text('unknown_members = "ignore"\n')
    account = Account.create(own_server("--config", str(settings)))
    assert json_answer(account, "CreateLogGroup", {"logGroupName": "group", "colour": "blue"}, "logs").status == 200
    assert form_answer(account, "CreateUser", {"UserName": "ann", "Colour": "blue"}).status == 200
    assert account.client("iam").list_users()["Users"][0]["UserName"] == "ann"


def test_a_member_that_is_not_built_is_refused_by_name(aws):
    answer = json_answer(aws, "CreateLogGroup", {"logGroupName": "group", "kmsKeyId": "arn:aws:kms:us-east-1:1:key/k"}, "logs")
    assert answer.error() == (501, "NotImplemented")
    assert answer.message() == "CreateLogGroup: Millrace does not implement kmsKeyId."
    nothing_changed(aws)


@pytest.mark.parametrize("service", ["sagemaker", "logs", "cloudwatch"])
def test_an_unknown_operation_in_json(aws, service):
    status, code = json_answer(aws, "Nonsense", {}, service).error()
    assert (status, code) == (400, "UnknownOperationException")
    request = raw.json_request(aws, service, "X", {}, headers={"X-Amz-Target": "nonsense"})
    assert raw.send(aws, request).error() == (400, "UnknownOperationException")


def test_an_unknown_operation_or_version_by_query(aws):
    answer = form_answer(aws, "Nonsense", {})
    assert answer.error() == (400, "InvalidAction")
    assert answer.message() == "Could not find operation Nonsense for version 2010-05-08"
    assert form_answer(aws, "ListUsers", {"Version": "1999-01-01"}).error() == (400, "InvalidAction")
    no_action = raw.request(aws, "iam", "POST", "/", b"Version=2010-05-08", {"Content-Type": "application/x-www-form-urlencoded"})
    assert raw.send(aws, no_action).error() == (400, "MissingAction")


def test_an_operation_that_is_not_built_is_refused_by_name(aws):
    notebook = {"NotebookInstanceName": "n", "InstanceType": "ml.t3.medium", "RoleArn": "arn:aws:iam::000000000000:role/r"}
    nothing = b"<NotificationConfiguration/>"
    for answer, name in ((json_answer(aws, "CreateNotebookInstance", notebook), "sagemaker:CreateNotebookInstance"),
                         (form_answer(aws, "CreateServiceSpecificCredential", {"UserName": "u", "ServiceName": "s"}),
                          "iam:CreateServiceSpecificCredential"),
                         (raw.send(aws, raw.request(aws, "s3", "PUT", f"/{aws.bucket()}?notification", nothing)),
                          "s3:PutBucketNotificationConfiguration")):
        assert answer.error() == (501, "NotImplemented")
        assert name in answer.message()


def test_an_operation_that_is_not_built_looks_at_its_input_first(aws):
    notebook = json_answer(aws, "CreateNotebookInstance", {"NotebookInstanceName": "n"})
    assert notebook.error() == (400, "ValidationException")
    assert "'instanceType' failed to satisfy constraint: Member must not be null" in notebook.message()
    assert json_answer(aws, "CreateNotebookInstance", {"NotebookInstanceName": 1}).error() == (400, "SerializationException")
    unknown = json_answer(aws, "ListApps", {"Colour": "blue"})
    assert unknown.error() == (501, "NotImplemented")
    assert unknown.message() == "ListApps: the service's model has no such member: Colour."
    assert form_answer(aws, "CreateServiceSpecificCredential", {"UserName": "a b", "ServiceName": "s"}).error() == (400, "ValidationError")
    bucket = aws.bucket()
    half = b"<NotificationConfiguration><QueueConfiguration/></NotificationConfiguration>"
    assert raw.send(aws, raw.request(aws, "s3", "PUT", f"/{bucket}?notification", half)).error() == (400, "MalformedXML")
    assert raw.send(aws, raw.request(aws, "s3", "PUT", f"/{bucket}?notification")).error() == (400, "MissingRequestBodyError")


def test_who_has_no_key_learns_nothing_of_what_is_not_built(aws):
    unsigned = raw.json_request(aws, "sagemaker", "CreateNotebookInstance", {})
    del unsigned.headers["Authorization"]
    assert raw.send(aws, unsigned).error() == (400, "MissingAuthenticationTokenException")
    changed = raw.json_request(aws, "sagemaker", "CreateNotebookInstance", {})
    changed.body = b'{"NotebookInstanceName": 1}'
    assert raw.send(aws, changed).error() == (400, "InvalidSignatureException")


def test_a_service_that_is_not_built_is_refused_by_name(aws):
    from botocore.exceptions import ClientError

    with pytest.raises(ClientError) as raised:
        aws.client("sqs").list_queues()
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert "sqs" in raised.value.response["Error"]["Message"]
    refused("NotImplemented", 501, aws.client("dynamodb").list_tables)
    refused("NotImplemented", 501, aws.client("lambda").list_functions)
    answer = raw.send(aws, raw.request(aws, "nonsense", "GET", "/"))
    assert answer.status == 501
    assert b"nonsense" in answer.body


@pytest.mark.parametrize("form", [b"Action=CreateUser&Version=2010-05-08&UserName=%zz", b"Action=CreateUser&Version=2010-05-08&UserName=%"])
def test_a_form_that_is_none(aws, form):
    sent = raw.request(aws, "iam", "POST", "/", form, {"Content-Type": "application/x-www-form-urlencoded"})
    assert raw.send(aws, sent).error() == (400, "MalformedInput")
    nothing_changed(aws)


@pytest.mark.parametrize(("operation", "members", "code", "words"), [
    ("CreateUser", {}, "ValidationError", "Value null at 'userName' failed to satisfy constraint: Member must not be null"),
    ("CreateUser", {"UserName": "a b"}, "ValidationError", "The specified value for userName is invalid."),
    ("CreateUser", {"UserName": "x" * 65}, "ValidationError", "Member must have length less than or equal to 64"),
    ("CreateRole", {"RoleName": "r", "AssumeRolePolicyDocument": "{", "MaxSessionDuration": "1"}, "ValidationError",
     "at 'maxSessionDuration' failed to satisfy constraint: Member must have value greater than or equal to 3600"),
    ("CreateRole", {"RoleName": "r", "AssumeRolePolicyDocument": "{", "MaxSessionDuration": "many"}, "MalformedInput", ""),
    ("CreateRole", {"RoleName": "r", "AssumeRolePolicyDocument": "{"}, "MalformedPolicyDocument", ""),
    ("CreateUser", {"UserName": "u", "Tags.member.1.Key": "k"}, "ValidationError", "at 'tags.1.member.value'"),
    ("UpdateAccessKey", {"AccessKeyId": "A" * 20, "Status": "Asleep"}, "ValidationError", "Member must satisfy enum value set: ["),
])
def test_bad_members_by_query(aws, operation, members, code, words):
    answer = form_answer(aws, operation, members)
    assert answer.error() == (400, code)
    assert words in answer.message()
    nothing_changed(aws)


@pytest.mark.parametrize(("extra", "name"), [({"Colour": "blue"}, "Colour"), ({"Tags.member.1.Hue": "x"}, "Hue"), ({"UserName.x": "y"}, "UserName.x")])
def test_unknown_members_by_query_are_refused_by_name(aws, extra, name):
    answer = form_answer(aws, "CreateUser", {"UserName": "u", **extra})
    assert answer.error() == (501, "NotImplemented")
    assert name in answer.message()
    nothing_changed(aws)


def test_a_form_nested_too_deep(aws):
    assert form_answer(aws, "CreateUser", {"UserName": "u", ".".join("a" * 5000): "x"}).error() == (400, "MalformedInput")
    nothing_changed(aws)


def s3(aws, method: str, target: str, body: bytes = b"", **headers) -> raw.Answer:
    return raw.send(aws, raw.request(aws, "s3", method, target, body, {name.replace("_", "-"): value for name, value in headers.items()}))


@pytest.mark.parametrize("body", [b"<", b"nonsense", b"<Delete><Object></Delete>", b"<Other/>", b"<Delete/>",
                                  b"<Delete><Object><Key>k</Key></Object></Delete><x/>", b"<!DOCTYPE a [<!ENTITY b 'c'>]><Delete/>",
                                  b"<Delete>" + b"<a>" * 100_000])
def test_a_body_that_is_not_the_xml_asked_for(aws, body):
    import base64
    import hashlib

    bucket = aws.bucket()
    aws.client("s3").put_object(Bucket=bucket, Key="k", Body=b"x")
    answer = s3(aws, "POST", f"/{bucket}?delete", body, Content_MD5=base64.b64encode(hashlib.md5(body).digest()).decode())
    assert answer.error() == (400, "MalformedXML")
    assert aws.client("s3").list_objects_v2(Bucket=bucket)["KeyCount"] == 1


@pytest.mark.parametrize(("target", "code"), [
    ("?list-type=2&max-keys=many", "InvalidArgument"), ("?list-type=2&max-keys=-1", "InvalidArgument"),
    ("?list-type=2&encoding-type=rot13", "InvalidArgument"), ("?list-type=2&continuation-token=%21", "InvalidArgument"),
    ("?uploads&max-uploads=x", "InvalidArgument")])
def test_a_bad_argument_of_a_list(aws, target, code):
    assert s3(aws, "GET", f"/{aws.bucket()}{target}").error() == (400, code)


@pytest.mark.parametrize(("headers", "code", "status"), [
    ({"x_amz_storage_class": "ATTIC"}, "InvalidStorageClass", 400), ({"Content_MD5": "nonsense"}, "InvalidDigest", 400),
    ({"Content_MD5": "XrY7u+Ae7tCTyyK7j1rNww=="}, "BadDigest", 400), ({"x_amz_checksum_crc32": "AAAAAA=="}, "BadDigest", 400),
    ({"x_amz_acl": "everyone"}, "InvalidArgument", 400), ({"x_amz_tagging": "%zz"}, "InvalidArgument", 400)])
def test_a_bad_header_keeps_an_object_out(aws, headers, code, status):
    bucket = aws.bucket()
    assert s3(aws, "PUT", f"/{bucket}/key", b"hello", **headers).error() == (status, code)
    assert aws.client("s3").list_objects_v2(Bucket=bucket)["KeyCount"] == 0


@pytest.mark.parametrize("name", ["ab", "UPPER", "under_score", "a..b", "192.168.0.1", "-x-y", "x" * 64, "xn--a", "a-s3alias"])
def test_a_bad_bucket_name(aws, name):
    assert s3(aws, "PUT", f"/{name}").error() == (400, "InvalidBucketName")
    nothing_changed(aws)


def test_keys_and_metadata_have_limits(aws):
    bucket = aws.bucket()
    assert s3(aws, "PUT", f"/{bucket}/{'k' * 1025}", b"x").error() == (400, "KeyTooLongError")
    assert s3(aws, "PUT", f"/{bucket}/k", b"x", x_amz_meta_big="v" * 2049).error() == (400, "MetadataTooLarge")
    assert aws.client("s3").list_objects_v2(Bucket=bucket)["KeyCount"] == 0
    assert s3(aws, "PUT", f"/{bucket}/{'k' * 1024}", b"x").status == 200


def test_a_control_body_larger_than_the_limit(aws):
    body = json.dumps({"logGroupName": "x" * 17_000_000}).encode()
    assert json_answer(aws, "CreateLogGroup", body, "logs").error() == (413, "RequestEntityTooLargeException")
    nothing_changed(aws)


def test_a_path_that_the_signed_service_does_not_have(aws):
    assert raw.send(aws, raw.request(aws, "sts", "GET", "/nonsense")).error() == (404, "UnknownOperationException")
    assert raw.send(aws, raw.request(aws, "logs", "GET", "/nonsense")).error() == (400, "UnknownOperationException")
    assert s3(aws, "PATCH", "/nonsense").error() == (405, "MethodNotAllowed")


@pytest.mark.parametrize(("target", "body", "status", "code"), [
    ("/endpoints/none/invocations", b"1,2", 400, "ValidationError"),
    ("/endpoints/-/invocations", b"1,2", 400, "ValidationError"),
    ("/nonsense", b"", 404, "UnknownOperationException"),
    ("/endpoints/none/async-invocations", b"", 501, "NotImplemented"),
])
def test_rest_json(aws, target, body, status, code):
    sent = raw.request(aws, "sagemaker", "POST", target, body, {"Content-Type": "text/csv", "X-Amzn-SageMaker-InputLocation": "s3://b/k"})
    answer = raw.send(aws, sent)
    assert answer.error() == (status, code), answer.body
    assert answer.headers["content-type"] == "application/json"
