"""Conditions on what a request asks for: instance types, networks, keys. Users' guard rails are written with them."""

import botocore.exceptions
import pytest

EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def creates_model(aws, **more) -> str:
    """The refusal of a CreateModel, as far as leave goes."""
    with pytest.raises(botocore.exceptions.ClientError) as error:
        aws.client("sagemaker").create_model(ModelName="m", ExecutionRoleArn=f"arn:aws:iam::{aws.account}:role/absent", PrimaryContainer={"Image": "image"}, **more)
    return error.value.response["Error"]["Code"]


def guarded(aws, operator: str, key: str, value: str):
    return aws.user({"Version": "2012-10-17", "Statement": [
        EVERYTHING, {"Effect": "Deny", "Action": "sagemaker:Create*", "Resource": "*", "Condition": {operator: {key: value}}}]})


def test_a_model_without_a_network_may_be_forbidden(aws):
    user = guarded(aws, "Null", "sagemaker:VpcSubnets", "true")
    assert creates_model(user) == "AccessDeniedException"
    assert creates_model(user, VpcConfig={"Subnets": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}) != "AccessDeniedException"


def test_isolation_may_be_demanded(aws):
    user = guarded(aws, "BoolIfExists", "sagemaker:NetworkIsolation", "false")
    assert creates_model(user, EnableNetworkIsolation=False) == "AccessDeniedException"
    assert creates_model(user, EnableNetworkIsolation=True) != "AccessDeniedException"


@pytest.mark.parametrize("instance, code", [("ml.p5.48xlarge", "AccessDeniedException"), ("ml.m5.large", "ValidationException")])
def test_instance_types_may_be_limited(aws, instance, code):
    user = guarded(aws, "ForAnyValue:StringLike", "sagemaker:InstanceTypes", "ml.p5.*")
    with pytest.raises(botocore.exceptions.ClientError) as error:
        user.client("sagemaker").create_endpoint_config(EndpointConfigName="c", ProductionVariants=[
            {"VariantName": "v", "ModelName": "absent", "InstanceType": instance, "InitialInstanceCount": 1}])
    assert error.value.response["Error"]["Code"] == code


def test_tags_at_creation_ask_for_the_leave_to_tag(aws):
    """The action's policies can say of which creations: sagemaker:TaggingAction."""
    creates = {"Effect": "Allow", "Action": ["sagemaker:Create*", "iam:PassRole"], "Resource": "*"}
    tags = [{"Key": "team", "Value": "a"}]
    user = aws.user({"Version": "2012-10-17", "Statement": [creates]})
    assert creates_model(user) == "ValidationException"  # no such role
    assert creates_model(user, Tags=tags) == "AccessDeniedException"
    tags_models = {"Effect": "Allow", "Action": "sagemaker:AddTags", "Resource": "*", "Condition": {"StringEquals": {"sagemaker:TaggingAction": "CreateModel"}}}
    user = aws.user({"Version": "2012-10-17", "Statement": [creates, tags_models]})
    assert creates_model(user, Tags=tags) == "ValidationException"
    with pytest.raises(botocore.exceptions.ClientError, match="not authorized to perform: sagemaker:AddTags on resource: arn:aws:sagemaker:.*:endpoint-config/c "):
        user.client("sagemaker").create_endpoint_config(EndpointConfigName="c", Tags=tags, ProductionVariants=[
            {"VariantName": "v", "ModelName": "absent", "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}])
    with pytest.raises(botocore.exceptions.ClientError, match="not authorized to perform: sagemaker:AddTags on resource: arn:aws:sagemaker:.*:endpoint/e "):
        user.client("sagemaker").create_endpoint(EndpointName="e", EndpointConfigName="c", Tags=tags)
