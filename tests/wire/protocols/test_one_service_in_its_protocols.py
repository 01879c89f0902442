"""A service that lists several protocols answers in the one that the request speaks: the same data, the same errors.

boto3 speaks JSON to CloudWatch; other SDKs speak CBOR, older ones forms.
"""

import datetime

import botocore.model
import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

PROTOCOLS = ("json", "smithy-rpc-v2-cbor", "query")
AT = datetime.datetime.now(datetime.UTC).replace(second=0, microsecond=0) - datetime.timedelta(hours=1)


@pytest.fixture
def client(aws, monkeypatch):
    """A client of CloudWatch that speaks only this protocol."""

    def make(protocol: str):
        monkeypatch.setattr(botocore.model, "PRIORITY_ORDERED_SUPPORTED_PROTOCOLS", (protocol,))
        made = botocore.session.Session().create_client(
            "cloudwatch", "us-east-1", endpoint_url=aws.server.url, aws_access_key_id=aws.key, aws_secret_access_key=aws.secret,
            config=Config(retries={"total_max_attempts": 1}, parameter_validation=False))
        sent = []
        made.meta.events.register("before-send.*.*", lambda request, **_: sent.append(request))
        return made, sent

    return make


def put(client, value: float) -> None:
    client.put_metric_data(Namespace="N", MetricData=[
        {"MetricName": "m", "Timestamp": AT, "Value": value, "Unit": "Count", "Dimensions": [{"Name": "d", "Value": "\u00fc"}]}])


def statistics(client) -> list[dict]:
    answer = client.get_metric_statistics(
        Namespace="N", MetricName="m", Dimensions=[{"Name": "d", "Value": "\u00fc"}], StartTime=AT, Period=60,
        EndTime=AT + datetime.timedelta(minutes=1), Statistics=["Sum", "SampleCount"])
    return answer["Datapoints"]


@pytest.mark.parametrize("writer", PROTOCOLS)
def test_what_one_protocol_put_all_read(client, writer):
    put(client(writer)[0], 1.5)
    for reader in PROTOCOLS:
        made, sent = client(reader)
        assert statistics(made) == [{"Timestamp": AT, "Sum": 1.5, "SampleCount": 1.0, "Unit": "Count"}]
        assert ("x-amz-target" in sent[0].headers, "smithy-protocol" in sent[0].headers) == (
            reader == "json", reader == "smithy-rpc-v2-cbor")


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_errors_have_the_query_protocols_codes_for_clients_that_know_them(client, protocol):
    made, _ = client(protocol)
    with pytest.raises(ClientError) as raised:
        made.get_metric_statistics(
            Namespace="N", MetricName="m", StartTime=AT, EndTime=AT, Period=60, Statistics=["Sum"])
    assert raised.value.response["Error"]["Code"] == "InvalidParameterValue"
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    with pytest.raises(ClientError) as raised:
        made.put_metric_data(Namespace="", MetricData=[])
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
