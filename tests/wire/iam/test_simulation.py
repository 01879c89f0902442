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
    (of_role,) = iam.simulate_custom_policy(PolicyInputList=[policy], ActionNames=["iam:PassRole"],
                                            ResourceArns=[f"arn:aws:iam::{aws.account}:role/r"])["EvaluationResults"]
    assert of_role["MissingContextValues"] == []
    (one,) = of_role["ResourceSpecificResults"]
    assert one["MissingContextValues"] == ["iam:PassedToService"] and "EvalDecisionDetails" not in one
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


def statement(effect: str, action, resource="*", **more) -> dict:
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


def document(*statements) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def test_statements_are_told_with_their_positions(aws):
    """The example of the aws CLI's manual."""
    policy = ('{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":'
              '{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}}')
    (result,) = aws.client("iam").simulate_custom_policy(
        PolicyInputList=[policy], ActionNames=["dynamodb:CreateBackup"],
        ContextEntries=[{"ContextKeyName": "aws:CurrentTime", "ContextKeyValues": ["2019-04-25T11:00:00Z"], "ContextKeyType": "date"}])["EvaluationResults"]
    assert (result["EvalDecision"], result["EvalResourceName"], result["MissingContextValues"]) == ("allowed", "*", [])
    (matched,) = result["MatchedStatements"]
    assert matched["SourcePolicyId"] == "PolicyInputList.1"
    assert matched["StartPosition"] == {"Line": 1, "Column": 38}
    assert matched["EndPosition"] == {"Line": 1, "Column": 167}
    assert "ResourceSpecificResults" not in result


def test_several_resources_are_told_one_by_one(aws):
    (result,) = aws.client("iam").simulate_custom_policy(
        PolicyInputList=[document(statement("Allow", "s3:*", "arn:aws:s3:::a/*"), statement("Deny", "s3:GetObject", "arn:aws:s3:::a/secret"))],
        ActionNames=["s3:GetObject"], ResourceArns=["arn:aws:s3:::a/x", "arn:aws:s3:::a/secret", "arn:aws:s3:::b/x"])["EvaluationResults"]
    assert result["EvalDecision"] == "explicitDeny"
    assert {one["EvalResourceName"]: one["EvalResourceDecision"] for one in result["ResourceSpecificResults"]} == {
        "arn:aws:s3:::a/x": "allowed", "arn:aws:s3:::a/secret": "explicitDeny", "arn:aws:s3:::b/x": "implicitDeny"}
    assert [len(one["MatchedStatements"]) for one in result["ResourceSpecificResults"]] == [1, 1, 0]


def test_a_page_has_its_actions_alone_and_no_more_of_them_than_are_soon_told(aws):
    iam = aws.client("iam")
    asked = {"PolicyInputList": [document(statement("Allow", "s3:Get*"))], "ActionNames": [f"s3:Get{i}" for i in range(251)]}
    first = iam.simulate_custom_policy(**asked, MaxItems=200, ResourceArns=[f"arn:aws:s3:::b/{i}" for i in range(50)])
    assert [one["EvalActionName"] for one in first["EvaluationResults"]] == [f"s3:Get{i}" for i in range(200)]
    rest = iam.simulate_custom_policy(**asked, MaxItems=200, Marker=first["Marker"])
    assert [one["EvalActionName"] for one in rest["EvaluationResults"]] == [f"s3:Get{i}" for i in range(200, 251)]
    with pytest.raises(botocore.exceptions.ClientError) as refused:
        iam.simulate_custom_policy(**asked, MaxItems=200, ResourceArns=[f"arn:aws:s3:::b/{i}" for i in range(51)])
    assert refused.value.response["Error"]["Code"] == "InvalidInput"


def test_a_boundary_is_told_apart(aws):
    iam = aws.client("iam")
    (result,) = iam.simulate_custom_policy(
        PolicyInputList=[document(statement("Allow", "*"))], ActionNames=["s3:PutObject"],
        PermissionsBoundaryPolicyInputList=[document(statement("Allow", "s3:Get*"))])["EvaluationResults"]
    assert result["EvalDecision"] == "implicitDeny"
    assert result["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": False}
    with pytest.raises(botocore.exceptions.ClientError) as error:
        iam.simulate_custom_policy(PolicyInputList=[document(statement("Allow", "*"))], ActionNames=["s3:PutObject"],
                                   PermissionsBoundaryPolicyInputList=[document(statement("Allow", "*"))] * 2)
    assert error.value.response["Error"]["Code"] == "InvalidInput"


@pytest.mark.parametrize("last, allowed", [("s3:*", True), ("sqs:*", False)])
def test_each_level_of_an_organization_must_allow(aws, last, allowed):
    levels = [{"ServiceControlPolicyInputList": [document(statement("Allow", "*"))]},
              {"ServiceControlPolicyInputList": [document(statement("Allow", last))]}]
    (result,) = aws.client("iam").simulate_custom_policy(
        PolicyInputList=[document(statement("Allow", "*"))], ActionNames=["s3:GetObject"],
        OrderedOrganizationPolicyInputList=levels)["EvaluationResults"]
    assert result["OrganizationsDecisionDetail"] == {"AllowedByOrganizations": allowed}
    assert result["EvalDecision"] == ("allowed" if allowed else "implicitDeny")


def test_a_resource_of_another_account_has_two_sides(aws):
    iam = aws.client("iam")
    caller = f"arn:aws:iam::{aws.account}:user/ann"
    policy = json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": caller}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}]})
    ask = {"PolicyInputList": [document(statement("Allow", "s3:*"))], "ResourceArns": ["arn:aws:s3:::b/k"], "ResourcePolicy": policy,
           "ResourceOwner": "arn:aws:iam::999999999999:root"}
    results = iam.simulate_custom_policy(ActionNames=["s3:GetObject", "s3:PutObject"], CallerArn=caller, **ask)["EvaluationResults"]
    assert [one["EvalDecision"] for one in results] == ["allowed", "implicitDeny"]
    assert sorted(results[1]["EvalDecisionDetails"].values()) == ["allowed", "implicitDeny"]
    with pytest.raises(botocore.exceptions.ClientError) as error:
        iam.simulate_custom_policy(ActionNames=["s3:GetObject"], **ask)
    assert error.value.response["Error"]["Code"] == "InvalidInput"


def test_the_keys_that_policies_name_are_listed(aws):
    """The example of the aws CLI's manual, and the same among a user's policies."""
    policy = {"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Action": "dynamodb:*", "Resource": "arn:aws:dynamodb:us-west-2:123456789012:table/${aws:username}",
        "Condition": {"DateGreaterThan": {"aws:CurrentTime": "2015-08-16T12:00:00Z"}}}}
    iam = aws.client("iam")
    keys = ["aws:username", "aws:CurrentTime"]
    assert iam.get_context_keys_for_custom_policy(PolicyInputList=[json.dumps(policy)])["ContextKeyNames"] == keys
    assert iam.get_context_keys_for_principal_policy(PolicySourceArn=aws.role(policy))["ContextKeyNames"] == keys


def test_a_group_has_what_it_gives_its_members(aws):
    iam = aws.client("iam")
    group = iam.create_group(GroupName="readers")["Group"]["Arn"]
    own = document(statement("Allow", "s3:GetObject"), statement("Allow", "s3:PutObject", "arn:aws:s3:::home/${aws:username}/*"))
    iam.put_group_policy(GroupName="readers", PolicyName="own", PolicyDocument=own)
    iam.attach_group_policy(GroupName="readers", PolicyArn="arn:aws:iam::aws:policy/IAMReadOnlyAccess")
    answer = iam.simulate_principal_policy(PolicySourceArn=group, ActionNames=["s3:GetObject", "iam:ListUsers", "s3:PutObject"],
                                           ResourceArns=["arn:aws:s3:::home/ann/key"])
    assert decisions(answer) == {"s3:GetObject": "allowed", "iam:ListUsers": "allowed", "s3:PutObject": "implicitDeny"}
    assert answer["EvaluationResults"][0]["MatchedStatements"][0]["SourcePolicyId"] == "own"
    assert iam.get_context_keys_for_principal_policy(PolicySourceArn=group)["ContextKeyNames"] == ["aws:username"]
    given = iam.simulate_principal_policy(
        PolicySourceArn=group, ActionNames=["s3:PutObject"], ResourceArns=["arn:aws:s3:::home/ann/key"],
        ContextEntries=[{"ContextKeyName": "aws:username", "ContextKeyValues": ["ann"], "ContextKeyType": "string"}])
    assert decisions(given) == {"s3:PutObject": "allowed"}
    with pytest.raises(botocore.exceptions.ClientError) as error:
        iam.simulate_principal_policy(PolicySourceArn=group + "x", ActionNames=["s3:GetObject"])
    assert error.value.response["Error"]["Code"] == "NoSuchEntity"
