"""A key of one account reaches nothing of another, by whatever name."""

import pytest
from support.account import Account
from support.refusals import refused


@pytest.fixture
def stranger(server):
    return Account.create(server)


def test_objects_and_buckets(aws, stranger):
    bucket, own, other = aws.bucket(), aws.client("s3"), stranger.client("s3")
    own.put_object(Bucket=bucket, Key="k", Body=b"secret")
    place = {"Bucket": bucket, "Key": "k"}
    refused("AccessDenied", 403, other.get_object, **place)
    refused("403", 403, other.head_object, **place)
    refused("AccessDenied", 403, other.put_object, **place, Body=b"mine")
    refused("AccessDenied", 403, other.delete_object, **place)
    refused("AccessDenied", 403, other.list_objects_v2, Bucket=bucket)
    refused("AccessDenied", 403, other.delete_bucket, Bucket=bucket)
    mine = stranger.bucket()
    refused("AccessDenied", 403, other.copy_object, Bucket=mine, Key="k", CopySource=f"{bucket}/k")
    upload = own.create_multipart_upload(**place)["UploadId"]
    refused("AccessDenied", 403, other.upload_part, **place, UploadId=upload, PartNumber=1, Body=b"x")
    assert bucket not in [one["Name"] for one in other.list_buckets()["Buckets"]]
    assert own.get_object(**place)["Body"].read() == b"secret"


def test_identities(aws, stranger):
    own, other = aws.client("iam"), stranger.client("iam")
    own.create_user(UserName="ann")
    role = aws.role()
    refused("NoSuchEntity", 404, other.get_user, UserName="ann")
    refused("NoSuchEntity", 404, other.create_access_key, UserName="ann")
    refused("NoSuchEntity", 404, other.get_role, RoleName=role.rpartition("/")[2])
    assert other.list_users()["Users"] == []
    user = stranger.user({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
    refused("AccessDenied", 403, user.client("sts").assume_role, RoleArn=role, RoleSessionName="ss")


def test_logs_and_models(aws, stranger):
    aws.client("logs").create_log_group(logGroupName="group")
    aws.client("cloudwatch").put_metric_data(Namespace="n", MetricData=[{"MetricName": "m", "Value": 1.0}])
    assert stranger.client("logs").describe_log_groups()["logGroups"] == []
    refused("ResourceNotFoundException", 400, stranger.client("logs").describe_log_streams, logGroupName="group")
    assert stranger.client("cloudwatch").list_metrics()["Metrics"] == []
    image = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"
    aws.client("sagemaker").create_model(ModelName="m", ExecutionRoleArn=aws.role(), PrimaryContainer={"Image": image})
    refused("ValidationException", 400, stranger.client("sagemaker").describe_model, ModelName="m")
    refused("ValidationException", 400, stranger.client("sagemaker").delete_model, ModelName="m")
    # A role of another account cannot be passed either.
    refused("AccessDeniedException", 400, stranger.client("sagemaker").create_model, ModelName="n",
            ExecutionRoleArn=aws.role(), PrimaryContainer={"Image": image})
