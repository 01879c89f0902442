"""Models and endpoint configurations: create, describe, list, delete, and what is refused."""

import pytest
from support.hosting import Hosting
from support.refusals import refused
from support.training import IMAGE


@pytest.fixture
def hosting(aws):
    return Hosting(aws)


def message(answer: dict) -> str:
    return answer["Error"]["Message"]


def test_a_model_is_described_as_it_was_given(hosting):
    arn = hosting.model("Mine", Tags=[{"Key": "team", "Value": "a"}])
    assert arn == f"arn:aws:sagemaker:us-east-1:{hosting.account.id}:model/mine"
    shown = hosting.sagemaker.describe_model(ModelName="Mine")
    assert shown["PrimaryContainer"] == {"Image": IMAGE, "Mode": "SingleModel", "ModelDataUrl": hosting.artifact}
    assert shown["ExecutionRoleArn"] == hosting.role and shown["ModelArn"] == arn
    assert shown["EnableNetworkIsolation"] is False and "Containers" not in shown and "VpcConfig" not in shown
    assert hosting.sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "team", "Value": "a"}]


def test_a_model_of_one_listed_container(hosting):
    hosting.sagemaker.create_model(ModelName="listed", ExecutionRoleArn=hosting.role,
                                   Containers=[{"Image": IMAGE, "ModelDataUrl": hosting.artifact, "Environment": {"A": "b"}}])
    shown = hosting.sagemaker.describe_model(ModelName="listed")
    assert shown["Containers"][0]["Environment"] == {"A": "b"} and "PrimaryContainer" not in shown


def test_a_used_name_and_an_absent_model(hosting):
    arn = hosting.model("taken")
    create = dict(ModelName="taken", ExecutionRoleArn=hosting.role, PrimaryContainer={"Image": IMAGE, "ModelDataUrl": hosting.artifact})
    answer = refused("ValidationException", 400, hosting.sagemaker.create_model, **create)
    assert message(answer) == f'Cannot create already existing model "{arn}".'
    assert hosting.sagemaker.describe_model(ModelName="taken")["ModelArn"] == arn
    for call in (hosting.sagemaker.describe_model, hosting.sagemaker.delete_model):
        absent = arn.replace("taken", "absent")
        assert message(refused("ValidationException", 400, call, ModelName="absent")) == f'Could not find model "{absent}".'


def test_a_model_that_is_deleted_is_gone(hosting):
    hosting.model("brief")
    hosting.sagemaker.delete_model(ModelName="brief")
    refused("ValidationException", 400, hosting.sagemaker.describe_model, ModelName="brief")
    assert hosting.sagemaker.list_models()["Models"] == []


@pytest.mark.parametrize(
    "container, code, words",
    [
        ({"Image": "111122223333.dkr.ecr.us-east-1.amazonaws.com/mine:1"}, "ValidationException", "not found"),
        ({"Image": IMAGE, "ModelDataUrl": "s3://absent-bucket/model.tar.gz"}, "ValidationException", "Could not access model data at"),
        ({}, "ValidationException", "Container image must be specified"),
        ({"Image": IMAGE, "Environment": {"SAGEMAKER_PROGRAM": "a.py"}}, "NotImplemented", "SAGEMAKER_PROGRAM"),
        ({"Image": IMAGE, "Mode": "MultiModel"}, "NotImplemented", "MultiModel"),
        ({"Image": IMAGE, "ModelPackageName": "p"}, "NotImplemented", "ModelPackageName"),
    ],
)
def test_a_container_that_cannot_serve(hosting, container, code, words):
    answer = refused(code, 501 if code == "NotImplemented" else 400, hosting.sagemaker.create_model,
                     ModelName="bad", ExecutionRoleArn=hosting.role, PrimaryContainer=container)
    assert words in message(answer)
    assert hosting.sagemaker.list_models()["Models"] == []


def test_an_artifact_that_the_role_may_not_read(hosting):
    poor = hosting.account.role(policy=None)
    answer = refused("ValidationException", 400, hosting.sagemaker.create_model, ModelName="bad", ExecutionRoleArn=poor,
                     PrimaryContainer={"Image": IMAGE, "ModelDataUrl": hosting.artifact})
    assert message(answer).startswith(f'Could not access model data at {hosting.artifact}. Please ensure that the role "{poor}"')


def test_a_role_that_may_not_be_passed(hosting):
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sagemaker:*", "Resource": "*"}]}
    user = hosting.account.user(policy)
    answer = refused("AccessDeniedException", 400, user.client("sagemaker").create_model, ModelName="m", ExecutionRoleArn=hosting.role,
                     PrimaryContainer={"Image": IMAGE, "ModelDataUrl": hosting.artifact})
    assert "iam:PassRole" in message(answer)


def test_an_unknown_role(hosting):
    answer = refused("ValidationException", 400, hosting.sagemaker.create_model, ModelName="m",
                     ExecutionRoleArn=f"arn:aws:iam::{hosting.account.id}:role/absent",
                     PrimaryContainer={"Image": IMAGE, "ModelDataUrl": hosting.artifact})
    assert message(answer).startswith("Could not assume role")


def test_models_are_listed_by_pages_order_and_name(hosting):
    for name in ("one", "two", "three", "other"):
        hosting.model(name)
    names = lambda **arguments: [one["ModelName"] for one in hosting.sagemaker.list_models(**arguments)["Models"]]
    assert names(SortBy="Name", SortOrder="Ascending") == ["one", "other", "three", "two"]
    assert names() == ["other", "three", "two", "one"]
    assert names(NameContains="T") == ["other", "three", "two"]
    pages = hosting.sagemaker.get_paginator("list_models").paginate(PaginationConfig={"PageSize": 3})
    assert [[one["ModelName"] for one in page["Models"]] for page in pages] == [["other", "three", "two"], ["one"]]
    refused("ValidationException", 400, hosting.sagemaker.list_models, NextToken="nonsense")


def test_an_endpoint_configuration_is_described_as_it_was_given(hosting):
    hosting.model("m")
    arn = hosting.config("c", hosting.variant("m", InitialVariantWeight=2.5))
    shown = hosting.sagemaker.describe_endpoint_config(EndpointConfigName="c")
    assert shown["EndpointConfigArn"] == arn
    assert shown["ProductionVariants"] == [hosting.variant("m", InitialVariantWeight=2.5)]
    assert [one["EndpointConfigName"] for one in hosting.sagemaker.list_endpoint_configs()["EndpointConfigs"]] == ["c"]
    hosting.sagemaker.delete_endpoint_config(EndpointConfigName="c")
    answer = refused("ValidationException", 400, hosting.sagemaker.describe_endpoint_config, EndpointConfigName="c")
    assert message(answer) == f'Could not find endpoint configuration "{arn}".'


@pytest.mark.parametrize(
    "changes, code, words",
    [
        ({"ModelName": "absent"}, "ValidationException", "Could not find model"),
        ({"InitialInstanceCount": 17}, "ResourceLimitExceeded", "17 Instances"),
        ({"InstanceType": "ml.none.large"}, "ValidationException", "instanceType"),
        ({"ServerlessConfig": {"MemorySizeInMB": 1024, "MaxConcurrency": 1}}, "NotImplemented", "ServerlessConfig"),
        ({"RoutingConfig": {"RoutingStrategy": "RANDOM"}}, "NotImplemented", "RoutingConfig"),
    ],
)
def test_a_variant_that_cannot_be(hosting, changes, code, words):
    hosting.model("m")
    answer = refused(code, 501 if code == "NotImplemented" else 400, hosting.sagemaker.create_endpoint_config,
                     EndpointConfigName="c", ProductionVariants=[hosting.variant("m", **changes)])
    assert words in message(answer)
    assert hosting.sagemaker.list_endpoint_configs()["EndpointConfigs"] == []


def test_variants_of_one_name(hosting):
    hosting.model("m")
    refused("ValidationException", 400, hosting.sagemaker.create_endpoint_config, EndpointConfigName="c",
            ProductionVariants=[hosting.variant("m"), hosting.variant("m")])


def test_data_capture_is_refused_by_name(hosting):
    hosting.model("m")
    capture = {"EnableCapture": True, "InitialSamplingPercentage": 100, "DestinationS3Uri": "s3://b/p", "CaptureOptions": [{"CaptureMode": "Input"}]}
    answer = refused("NotImplemented", 501, hosting.sagemaker.create_endpoint_config, EndpointConfigName="c",
                     ProductionVariants=[hosting.variant("m")], DataCaptureConfig=capture)
    assert "DataCaptureConfig" in message(answer)


def test_users_need_leave_on_the_very_model(hosting):
    hosting.model("mine")
    policy = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "sagemaker:DescribeModel", "Resource": "arn:aws:sagemaker:*:*:model/mine"}]}
    sagemaker = hosting.account.user(policy).client("sagemaker")
    assert sagemaker.describe_model(ModelName="mine")["ModelName"] == "mine"
    refused("AccessDeniedException", 400, sagemaker.describe_model, ModelName="other")
    refused("AccessDeniedException", 400, sagemaker.list_models)


def test_a_policy_can_ask_for_a_tag(hosting):
    policy = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["sagemaker:CreateModel", "sagemaker:AddTags", "iam:PassRole"], "Resource": "*"},
        {"Effect": "Deny", "Action": "sagemaker:CreateModel", "Resource": "*", "Condition": {"StringNotEquals": {"aws:RequestTag/team": "a"}}}]}
    sagemaker = hosting.account.user(policy).client("sagemaker")
    create = dict(ExecutionRoleArn=hosting.role, PrimaryContainer={"Image": IMAGE, "ModelDataUrl": hosting.artifact})
    refused("AccessDeniedException", 400, sagemaker.create_model, ModelName="untagged", **create)
    refused("AccessDeniedException", 400, sagemaker.create_model, ModelName="other", Tags=[{"Key": "team", "Value": "b"}], **create)
    sagemaker.create_model(ModelName="tagged", Tags=[{"Key": "team", "Value": "a"}], **create)
    assert [one["ModelName"] for one in hosting.sagemaker.list_models()["Models"]] == ["tagged"]
