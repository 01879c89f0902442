"""Every member of every operation that is built, each in turn wrong in every way that its model forbids: AWS's code and words, and nothing
changed; and right up to each bound: never called invalid.

What is expected is computed from botocore's model, not from the program's tables (support/variants).
"""

import http.client
import re

import pytest
from support import raw
from support.variants import expected, forms, mutations
from support.variants.built import MODELS, built

SHOWN_FAILURES = 25


@pytest.mark.parametrize(("service", "name", "protocol"), built())
def test_each_member_wrong_in_each_way(aws, service, name, protocol):
    operation = MODELS.get_service_model(service).operation_model(name)
    every = list(mutations.variants(operation, protocol))
    refused = [one for one in every if one.kind != "fine"]
    with raw.Connection(aws) as connection:
        before = contents(aws, connection)
        failures = [wrong for one in refused if (wrong := trial(aws, connection, operation, protocol, one))]
        if contents(aws, connection) != before:
            failures.insert(0, "a refused request changed something")
        failures += [wrong for one in every if one.kind == "fine" and (wrong := trial(aws, connection, operation, protocol, one))]
    assert not failures, f"{len(failures)} of {len(every)} variants:\n    " + "\n    ".join(failures[:SHOWN_FAILURES])


def trial(aws, connection, operation, protocol: str, variant) -> str | None:
    """What is wrong with the answer to a variant, if anything is."""
    try:
        answer = connection.send(forms.request(aws, operation, variant.value, protocol))
    except http.client.HTTPException:
        pytest.fail(f"no answer to {variant.name}, {variant.value!r:.500}; {aws.server.log.read_text()[-500:]}")
    wrong = expected.unlike(operation.service_model.service_name, protocol, variant, answer)
    return wrong and f"{variant.name}: {wrong}\n      answered {answer.status} {answer.body[:300]!r}"


LISTS = [
    ("iam", "query", "ListUsers", {}), ("iam", "query", "ListRoles", {}), ("iam", "query", "ListPolicies", {"Scope": "Local"}),
    ("logs", "json", "DescribeLogGroups", {}), ("cloudwatch", "json", "ListMetrics", {}), ("s3", "rest-xml", "ListBuckets", {}),
    ("s3control", "rest-xml", "ListJobs", {"AccountId": "000000000000"}),
    ("sagemaker", "json", "ListModels", {}), ("sagemaker", "json", "ListTrainingJobs", {}), ("sagemaker", "json", "ListEndpoints", {}),
    ("sagemaker", "json", "ListEndpointConfigs", {}),
]


def contents(aws, connection) -> list[bytes]:
    """What the account's lists answer, without the ids of these requests."""
    answers = []
    for service, protocol, name, value in LISTS:
        answer = connection.send(forms.request(aws, MODELS.get_service_model(service).operation_model(name), value, protocol))
        assert answer.status == 200, answer
        answers.append(re.sub(rb"<RequestId>.*?</RequestId>", b"", answer.body))
    return answers
