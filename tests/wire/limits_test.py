"""Limits of docs/limits.md that show over the wire: at the bound all is well, one over it is refused in AWS's words."""

import datetime
import json
import socket

import pytest
from support import control, raw
from support.hostile import answers, connect
from support.refusals import refused

MIB = 1024 * 1024
NOW = datetime.datetime.now(datetime.UTC)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def policy(size: int) -> str:
    """An identity policy of so many characters."""
    document = {"Version": "2012-10-17", "Statement": [{"Sid": "", "Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}
    document["Statement"][0]["Sid"] = "s" * (size - len(json.dumps(document, separators=(",", ":"))))
    return json.dumps(document, separators=(",", ":"))


def trust(size: int) -> str:
    document = json.loads(policy(200))
    document["Statement"][0] = {"Sid": "", "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "sagemaker.amazonaws.com"}}
    document["Statement"][0]["Sid"] = "s" * (size - len(json.dumps(document, separators=(",", ":"))))
    return json.dumps(document, separators=(",", ":"))


# --- Bodies

def test_a_control_body(aws):
    def answer(size):
        return raw.send(aws, raw.json_request(aws, "logs", "CreateLogGroup", b"x" * size))

    assert answer(16 * MIB).error() == (400, "SerializationException")
    assert answer(16 * MIB + 1).error() == (413, "RequestEntityTooLargeException")


def test_an_inference_body(aws):
    def answer(size):
        return raw.send(aws, raw.request(aws, "sagemaker", "POST", "/endpoints/none/invocations", b"x" * size))

    assert answer(25 * MIB).error() == (400, "ValidationError")
    assert answer(25 * MIB + 1).error() == (413, "RequestEntityTooLargeException")


def test_a_body_of_somebody_unknown(aws):
    def answer(size):
        body = b"Action=GetCallerIdentity&Version=2011-06-15&X=".ljust(size, b"x")
        return raw.send(aws, raw.Request("POST", "/", {"Host": "localhost", **FORM}, body))

    assert answer(256 * 1024).error() == (403, "MissingAuthenticationToken")
    assert answer(256 * 1024 + 1).status == 413


def test_the_depth_of_a_form(aws):
    def answer(depth):
        return raw.send(aws, raw.form_request(aws, "iam", "CreateUser", {"UserName": "u", ".".join("a" * depth): "x"}))

    assert answer(32).status == 501
    assert answer(33).error() == (400, "MalformedInput")


def test_the_operators_socket(server):
    control.ask(server.data, "status", x="x" * 60_000)
    with pytest.raises((RuntimeError, OSError, ValueError, KeyError)):
        control.ask(server.data, "status", x="x" * 70_000)


def test_what_one_object_or_part_may_have(aws, server):
    """At the limit the body is asked for; over it, it is refused unseen."""
    bucket = aws.bucket()
    for size, first in ((5 << 30, b"HTTP/1.1 100 "), ((5 << 30) + 1, b"HTTP/1.1 400 ")):
        sent = raw.request(aws, "s3", "PUT", f"/{bucket}/k", headers={"X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD"})
        sent.headers.update({"Content-Length": str(size), "Expect": "100-continue"})
        with connect(server) as connection:
            connection.sendall(raw.wire_bytes(sent))
            assert connection.recv(4096).startswith(first)


# --- S3

def test_the_metadata_of_an_object(aws):
    s3, bucket = aws.client("s3"), aws.bucket()
    s3.put_object(Bucket=bucket, Key="k", Metadata={"m": "x" * 2047})
    refused("MetadataTooLarge", 400, s3.put_object, Bucket=bucket, Key="k", Metadata={"m": "x" * 2048})


def test_the_tags_of_objects_and_buckets(aws):
    s3, bucket = aws.client("s3"), aws.bucket()
    s3.put_object(Bucket=bucket, Key="k")

    def tags(count, key="k", value="v"):
        return {"TagSet": [{"Key": f"{key}{n}", "Value": value} for n in range(count)]}

    s3.put_object_tagging(Bucket=bucket, Key="k", Tagging=tags(10, "k" * 127, "v" * 256))
    refused("BadRequest", 400, s3.put_object_tagging, Bucket=bucket, Key="k", Tagging=tags(11))
    refused("InvalidTag", 400, s3.put_object_tagging, Bucket=bucket, Key="k", Tagging=tags(1, "k" * 128))
    refused("InvalidTag", 400, s3.put_object_tagging, Bucket=bucket, Key="k", Tagging=tags(1, value="v" * 257))
    s3.put_bucket_tagging(Bucket=bucket, Tagging=tags(50))
    refused("BadRequest", 400, s3.put_bucket_tagging, Bucket=bucket, Tagging=tags(51))


def test_the_names_of_buckets(aws):
    name = f"{aws.id}-".ljust(63, "x")
    aws.client("s3").create_bucket(Bucket=name)
    assert raw.send(aws, raw.request(aws, "s3", "PUT", f"/{name}x")).error() == (400, "InvalidBucketName")
    assert raw.send(aws, raw.request(aws, "s3", "PUT", "/ab")).error() == (400, "InvalidBucketName")


def test_the_keys_of_one_delete(aws):
    s3, bucket = aws.client("s3"), aws.bucket()

    def delete(count):
        return {"Bucket": bucket, "Delete": {"Objects": [{"Key": f"k{n}"} for n in range(count)]}}

    assert len(s3.delete_objects(**delete(1000))["Deleted"]) == 1000
    refused("MalformedXML", 400, s3.delete_objects, **delete(1001))


def test_the_numbers_of_parts(aws):
    s3, bucket = aws.client("s3"), aws.bucket()
    upload = {"Bucket": bucket, "Key": "k", "UploadId": s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]}
    s3.upload_part(**upload, PartNumber=10_000, Body=b"x")
    refused("InvalidArgument", 400, s3.upload_part, **upload, PartNumber=10_001, Body=b"x")


def test_the_pages_of_lists(aws):
    s3, bucket = aws.client("s3"), aws.bucket()
    assert s3.list_objects_v2(Bucket=bucket, MaxKeys=1001)["MaxKeys"] == 1000
    assert s3.list_objects_v2(Bucket=bucket, MaxKeys=999)["MaxKeys"] == 999
    assert raw.send(aws, raw.request(aws, "s3", "GET", "/?max-buckets=10000")).status == 200
    assert raw.send(aws, raw.request(aws, "s3", "GET", "/?max-buckets=10001")).error() == (400, "InvalidArgument")


# --- IAM and STS

def test_the_sizes_of_policies(aws):
    iam = aws.client("iam")
    iam.create_policy(PolicyName="p", PolicyDocument=policy(6144))
    refused("LimitExceeded", 409, iam.create_policy, PolicyName="q", PolicyDocument=policy(6145))
    iam.create_user(UserName="ann")
    iam.put_user_policy(UserName="ann", PolicyName="a", PolicyDocument=policy(1048))
    iam.put_user_policy(UserName="ann", PolicyName="b", PolicyDocument=policy(1000))
    refused("LimitExceeded", 409, iam.put_user_policy, UserName="ann", PolicyName="b", PolicyDocument=policy(1001))
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust(2048))
    refused("LimitExceeded", 409, iam.create_role, RoleName="s", AssumeRolePolicyDocument=trust(2049))
    iam.put_role_policy(RoleName="r", PolicyName="a", PolicyDocument=policy(10_240))
    refused("LimitExceeded", 409, iam.put_role_policy, RoleName="r", PolicyName="a", PolicyDocument=policy(10_241))


def test_what_hangs_on_an_entity(aws):
    iam = aws.client("iam")
    iam.create_user(UserName="ann", Tags=[{"Key": f"k{n}", "Value": "v"} for n in range(50)])
    refused("LimitExceeded", 409, iam.tag_user, UserName="ann", Tags=[{"Key": "k50", "Value": "v"}])
    arns = [iam.create_policy(PolicyName=f"p{n}", PolicyDocument=policy(200))["Policy"]["Arn"] for n in range(11)]
    for arn in arns[:10]:
        iam.attach_user_policy(UserName="ann", PolicyArn=arn)
    refused("LimitExceeded", 409, iam.attach_user_policy, UserName="ann", PolicyArn=arns[10])
    for _ in range(4):
        iam.create_policy_version(PolicyArn=arns[0], PolicyDocument=policy(200))
    refused("LimitExceeded", 409, iam.create_policy_version, PolicyArn=arns[0], PolicyDocument=policy(200))


# --- SageMaker

def test_the_tags_of_a_resource(aws):
    sagemaker, role = aws.client("sagemaker"), aws.role()
    tags = [{"Key": f"k{n}", "Value": "v"} for n in range(51)]
    image = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"

    def create(name, count):
        return {"ModelName": name, "ExecutionRoleArn": role, "PrimaryContainer": {"Image": image}, "Tags": tags[:count]}

    sagemaker.create_model(**create("full", 50))
    refused("ValidationException", 400, sagemaker.create_model, **create("over", 51))


# --- Logs and metrics

def test_the_events_of_one_call(aws):
    logs = aws.client("logs")
    logs.create_log_group(logGroupName="g")
    logs.create_log_stream(logGroupName="g", logStreamName="s")

    def put(count, size):
        event = {"timestamp": int(NOW.timestamp() * 1000), "message": "x" * size}
        return {"logGroupName": "g", "logStreamName": "s", "logEvents": [event] * count}

    logs.put_log_events(**put(10_000, 1))
    refused("InvalidParameterException", 400, logs.put_log_events, **put(10_001, 1))
    logs.put_log_events(**put(4, 262_144 - 26))
    refused("InvalidParameterException", 400, logs.put_log_events, **put(5, 209_716 - 26))


def test_the_data_of_one_call(aws):
    cloudwatch = aws.client("cloudwatch")

    def put(count, values=1):
        return {"Namespace": "n", "MetricData": [{"MetricName": "m", "Values": [float(n) for n in range(values)]}] * count}

    cloudwatch.put_metric_data(**put(1000))
    refused("InvalidParameterValue", 400, cloudwatch.put_metric_data, **put(1001))
    cloudwatch.put_metric_data(**put(1, 150))
    refused("InvalidParameterValue", 400, cloudwatch.put_metric_data, **put(1, 151))


def test_the_points_of_one_answer(aws):
    cloudwatch = aws.client("cloudwatch")

    def read(points):
        span = datetime.timedelta(minutes=points)
        return {"Namespace": "n", "MetricName": "m", "StartTime": NOW - span, "EndTime": NOW, "Period": 60, "Statistics": ["Sum"]}

    cloudwatch.get_metric_statistics(**read(1440))
    refused("InvalidParameterCombination", 400, cloudwatch.get_metric_statistics, **read(1441))
    queries = [{"Id": f"q{n}", "MetricStat": {"Metric": {"Namespace": "n", "MetricName": "m"}, "Period": 60, "Stat": "Sum"}} for n in range(501)]
    window = {"StartTime": NOW - datetime.timedelta(hours=1), "EndTime": NOW}
    cloudwatch.get_metric_data(MetricDataQueries=queries[:500], MaxDatapoints=100_800, **window)
    refused("ValidationError", 400, cloudwatch.get_metric_data, MetricDataQueries=queries, **window)
    refused("ValidationError", 400, cloudwatch.get_metric_data, MetricDataQueries=queries[:1], MaxDatapoints=100_801, **window)
