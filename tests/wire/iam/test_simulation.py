"""The policy simulator, which the SageMaker SDK asks before it uses a role."""

import json

import botocore.exceptions
import pytest

# The actions of the SDK's check of a training role.
ACTIONS = ["sagemaker:CreateTrainingJob", "sagemaker:DescribeTrainingJob", "s3:GetObject", "s3:PutObject", "s3:ListBucket",
           "logs:CreateLogGroup", "logs:PutLogEvents", "cloudwatch:PutMetricData", "ecr:GetAuthorizationToken",
           "ecr:BatchGetImage", "iam:PassRole"]


def decisions(answer) -> dict[str, str]:
    return {result["EvalActionName"]: result["EvalDecision"] for result in answer["EvaluationResults"]}


def test_a_role_allowed_everything_is_allowed_each_action(aws):
    answer = aws.client("iam").simulate_principal_policy(PolicySourceArn=aws.role(), ActionNames=ACTIONS)
    assert decisions(answer) == dict.fromkeys(ACTIONS, "allowed")
    assert answer["EvaluationResults"][0]["MatchedStatements"][0]["SourcePolicyId"] == "inline"


def test_denials_are_told_apart(aws):
    role = aws.role({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::b/*"},
        {"Effect": "Deny", "Action": "s3:DeleteObject", "Resource": "*"}]})
    answer = aws.client("iam").simulate_principal_policy(
        PolicySourceArn=role, ActionNames=["s3:GetObject", "s3:DeleteObject", "sqs:SendMessage"],
        ResourceArns=["arn:aws:s3:::b/k"])
    assert decisions(answer) == {"s3:GetObject": "allowed", "s3:DeleteObject": "explicitDeny",
                                 "sqs:SendMessage": "implicitDeny"}
    assert {result["EvalResourceName"] for result in answer["EvaluationResults"]} == {"arn:aws:s3:::b/k"}


def test_missing_context_is_named_and_given_context_decides(aws):
    policy = json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*",
         "Condition": {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}}]})
    iam = aws.client("iam")
    (bare,) = iam.simulate_custom_policy(PolicyInputList=[policy], ActionNames=["iam:PassRole"])["EvaluationResults"]
    assert (bare["EvalDecision"], bare["MissingContextValues"]) == ("implicitDeny", ["iam:PassedToService"])
    (given,) = iam.simulate_custom_policy(
        PolicyInputList=[policy], ActionNames=["iam:PassRole"],
        ContextEntries=[{"ContextKeyName": "iam:PassedToService", "ContextKeyValues": ["sagemaker.amazonaws.com"],
                         "ContextKeyType": "string"}])["EvaluationResults"]
    assert given["EvalDecision"] == "allowed"
    assert given["MatchedStatements"][0]["SourcePolicyId"] == "PolicyInputList.1"


def test_results_come_in_pages(aws):
    pages = aws.client("iam").get_paginator("simulate_principal_policy").paginate(
        PolicySourceArn=aws.role(), ActionNames=ACTIONS, PaginationConfig={"PageSize": 4})
    results = [result["EvalActionName"] for page in pages for result in page["EvaluationResults"]]
    assert results == ACTIONS


def test_an_absent_role_is_told(aws):
    with pytest.raises(botocore.exceptions.ClientError) as error:
        aws.client("iam").simulate_principal_policy(
            PolicySourceArn=f"arn:aws:iam::{aws.account}:role/none", ActionNames=["s3:GetObject"])
    assert error.value.response["Error"]["Code"] == "NoSuchEntity"
