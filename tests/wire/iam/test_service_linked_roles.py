"""Service-linked roles: made for a service, changed by nobody else, deleted as a task."""

import json

from support.refusals import words

SERVICE = "sagemaker.application-autoscaling.amazonaws.com"
NAME = "AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint"
PROTECTED = f"Cannot perform the operation on the protected role '{NAME}' - this role is only modifiable by AWS"
ALLOW = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}})
TRUST = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"Service": SERVICE}, "Action": "sts:AssumeRole"}})


def test_a_role_is_made_once_and_deleted(aws):
    iam = aws.client("iam")
    made = iam.create_service_linked_role(AWSServiceName=SERVICE, Description="d")["Role"]
    assert (made["RoleName"], made["Path"]) == (NAME, f"/aws-service-role/{SERVICE}/")
    assert "Description" not in made and iam.get_role(RoleName=NAME)["Role"]["Description"] == "d"
    (statement,) = made["AssumeRolePolicyDocument"]["Statement"]
    assert statement == {"Action": ["sts:AssumeRole"], "Effect": "Allow", "Principal": {"Service": [SERVICE]}}
    (attached,) = iam.list_attached_role_policies(RoleName=NAME)["AttachedPolicies"]
    assert attached["PolicyArn"] == "arn:aws:iam::aws:policy/aws-service-role/AWSApplicationAutoscalingSageMakerEndpointPolicy"
    assert words("InvalidInput", 400, iam.create_service_linked_role, AWSServiceName=SERVICE) == (
        f"Service role name {NAME} has been taken in this account, please try a different suffix.")
    assert words("InvalidInput", 400, iam.create_service_linked_role, AWSServiceName=SERVICE, CustomSuffix="x") == (
        f"Custom suffix is not allowed for {SERVICE}")
    task = iam.delete_service_linked_role(RoleName=NAME)["DeletionTaskId"]
    assert task.startswith(f"task/aws-service-role/{SERVICE}/{NAME}/")
    assert iam.get_service_linked_role_deletion_status(DeletionTaskId=task)["Status"] == "SUCCEEDED"
    words("NoSuchEntity", 404, iam.get_role, RoleName=NAME)
    words("NoSuchEntity", 404, iam.get_service_linked_role_deletion_status, DeletionTaskId=task + "0")


def test_a_suffix_makes_another_one(aws):
    made = aws.client("iam").create_service_linked_role(AWSServiceName="autoscaling.amazonaws.com", CustomSuffix="mine")["Role"]
    assert made["RoleName"] == "AWSServiceRoleForAutoScaling_mine"


def test_nobody_else_changes_it(aws):
    iam = aws.client("iam")
    iam.create_service_linked_role(AWSServiceName=SERVICE)
    arn = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
    for call, arguments in (
            (iam.delete_role, {}), (iam.attach_role_policy, {"PolicyArn": arn}), (iam.detach_role_policy, {"PolicyArn": arn}),
            (iam.put_role_policy, {"PolicyName": "p", "PolicyDocument": ALLOW}),
            (iam.update_assume_role_policy, {"PolicyDocument": TRUST}), (iam.update_role, {"MaxSessionDuration": 7200}),
            (iam.put_role_permissions_boundary, {"PermissionsBoundary": arn})):
        assert words("UnmodifiableEntity", 400, call, RoleName=NAME, **arguments) == PROTECTED
    iam.update_role_description(RoleName=NAME, Description="new")
    assert iam.get_role(RoleName=NAME)["Role"]["Description"] == "new"


def test_a_service_that_is_not_known_is_refused_by_name(aws):
    assert "nobody.amazonaws.com" in words("NotImplemented", 501, aws.client("iam").create_service_linked_role, AWSServiceName="nobody.amazonaws.com")
