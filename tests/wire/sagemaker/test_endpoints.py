"""Endpoints: into service, asked in every format, over several variants, updated, refused, and gone."""

import collections
import io
import json
import tarfile

import pytest
from support.hosting import VARIANT, Hosting
from support.refusals import refused
from support.training import IMAGE, PARAMETERS

HIGH, LOW = "0.9,0.9,0.1,0.1", "0.1,0.1,0.9,0.9"


@pytest.fixture
def hosting(aws):
    return Hosting(aws)


def message(answer: dict) -> str:
    return answer["Error"]["Message"]


def archive(hosting, key: str, name: str, contents: bytes) -> str:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as file:
        info = tarfile.TarInfo(name)
        info.size = len(contents)
        file.addfile(info, io.BytesIO(contents))
    hosting.training.s3.put_object(Bucket=hosting.training.bucket, Key=key, Body=packed.getvalue())
    return hosting.training.uri(key)


def test_an_endpoint_comes_into_service_and_answers(hosting):
    endpoint = hosting.endpoint("e")
    assert endpoint["EndpointArn"] == f"arn:aws:sagemaker:us-east-1:{hosting.account.id}:endpoint/e"
    variant = endpoint["ProductionVariants"][0]
    assert (variant["VariantName"], variant["CurrentWeight"], variant["CurrentInstanceCount"]) == (VARIANT, 1.0, 1)
    answer = hosting.invoke("e", HIGH)
    assert answer["InvokedProductionVariant"] == VARIANT and answer["ContentType"].startswith("text/csv")
    assert float(answer["Body"].read()) > 0.5 > hosting.score("e", body=LOW)


@pytest.mark.parametrize("kind", ["AES256", "aws:kms"])
def test_an_encrypted_model_is_served(hosting, kind):
    s3, bucket = hosting.training.s3, hosting.training.bucket
    source = hosting.artifact.removeprefix(f"s3://{bucket}/")
    s3.copy_object(Bucket=bucket, Key="sealed/model.tar.gz", CopySource=f"{bucket}/{source}", ServerSideEncryption=kind)
    hosting.artifact = hosting.training.uri("sealed/model.tar.gz")
    hosting.endpoint("e")
    assert hosting.score("e", body=HIGH) > 0.5 > hosting.score("e", body=LOW)


def test_one_row_in_every_format_gives_one_score(hosting):
    hosting.endpoint("e")
    expected = hosting.score("e", body=HIGH)
    values = [float(value) for value in HIGH.split(",")]
    libsvm = "0 " + " ".join(f"{i}:{value}" for i, value in enumerate(values))
    instances = json.dumps({"instances": [{"features": values}]})
    as_json = lambda body, kind: json.loads(hosting.invoke("e", body, ContentType=kind, Accept="application/json")["Body"].read())
    assert hosting.score("e", body=libsvm, ContentType="text/libsvm") == expected
    assert as_json(instances, "application/json")["predictions"][0]["score"] == pytest.approx(expected, abs=1e-6)
    lines = json.dumps({"features": values}) + "\n" + json.dumps({"features": values})
    answer = hosting.invoke("e", lines, ContentType="application/jsonlines", Accept="application/jsonlines")["Body"].read()
    assert [json.loads(line)["score"] for line in answer.splitlines()] == [pytest.approx(expected, abs=1e-6)] * 2
    recordio = hosting.invoke("e", HIGH, Accept="application/x-recordio-protobuf")
    assert recordio["ContentType"] == "application/x-recordio-protobuf" and recordio["Body"].read()[:4] == b"\x0a\x23\xd7\xce"


@pytest.mark.parametrize("body, kind, accept, status", [
    ("a,b,c,d", "text/csv", "text/csv", 415),
    (HIGH, "image/png", "text/csv", 415),
    (HIGH, "text/csv", "image/png", 406),
    (HIGH + ",1,2,3", "text/csv", "text/csv", 400),
])
def test_what_the_model_refuses_comes_back_with_its_status(hosting, body, kind, accept, status):
    hosting.endpoint("e")
    answer = refused("ModelError", 424, hosting.invoke, name="e", body=body, ContentType=kind, Accept=accept)
    assert answer["OriginalStatusCode"] == status
    assert answer["OriginalMessage"] and answer["OriginalMessage"] in message(answer)
    assert message(answer).startswith(f"Received client error ({status}) from primary")
    group = "/aws/sagemaker/Endpoints/e"
    assert answer["LogStreamArn"] == f"arn:aws:logs:us-east-1:{hosting.account.id}:log-group:{group}"


def test_an_empty_body_has_an_empty_answer(hosting):
    hosting.endpoint("e")
    assert hosting.invoke("e", "")["Body"].read() == b""


def test_an_absent_endpoint_and_variant(hosting):
    answer = refused("ValidationError", 400, hosting.invoke, name="absent")
    assert message(answer) == f"Endpoint absent of account {hosting.account.id} not found."
    hosting.endpoint("e")
    refused("ValidationError", 400, hosting.invoke, name="e", TargetVariant="absent")
    answer = refused("ValidationException", 400, hosting.sagemaker.describe_endpoint, EndpointName="absent")
    assert message(answer) == f'Could not find endpoint "arn:aws:sagemaker:us-east-1:{hosting.account.id}:endpoint/absent".'
    refused("ValidationException", 400, hosting.sagemaker.create_endpoint, EndpointName="n", EndpointConfigName="absent")


def test_variants_get_the_shares_of_their_weights(hosting):
    hosting.model("m")
    hosting.endpoint("e", hosting.variant("m", "a", InitialVariantWeight=3.0), hosting.variant("m", "b", InitialVariantWeight=1.0))
    answers = collections.Counter(hosting.invoke("e")["InvokedProductionVariant"] for _ in range(40))
    assert answers == {"a": 30, "b": 10}
    assert hosting.invoke("e", TargetVariant="b")["InvokedProductionVariant"] == "b"
    hosting.sagemaker.update_endpoint_weights_and_capacities(
        EndpointName="e", DesiredWeightsAndCapacities=[{"VariantName": "a", "DesiredWeight": 0.0}])
    assert {hosting.invoke("e")["InvokedProductionVariant"] for _ in range(5)} == {"b"}
    assert hosting.until("e", "InService")["ProductionVariants"][0]["CurrentWeight"] == 0.0


def test_weights_of_an_absent_variant_and_capacities(hosting):
    hosting.endpoint("e")
    change = hosting.sagemaker.update_endpoint_weights_and_capacities
    refused("ValidationException", 400, change, EndpointName="e", DesiredWeightsAndCapacities=[{"VariantName": "x", "DesiredWeight": 1.0}])
    refused("NotImplemented", 501, change, EndpointName="e", DesiredWeightsAndCapacities=[{"VariantName": VARIANT, "DesiredInstanceCount": 2}])


def test_an_update_changes_over_to_the_new_model(hosting):
    hosting.endpoint("e")
    before = hosting.score("e")
    other = hosting.training.run("other", HyperParameters={**PARAMETERS, "num_round": "30", "max_depth": "5"})
    hosting.model("m2", PrimaryContainer={"Image": other["AlgorithmSpecification"]["TrainingImage"],
                                          "ModelDataUrl": other["ModelArtifacts"]["S3ModelArtifacts"]})
    hosting.config("second", hosting.variant("m2"))
    hosting.sagemaker.update_endpoint(EndpointName="e", EndpointConfigName="second")
    assert hosting.until("e", "InService")["EndpointConfigName"] == "second"
    assert hosting.score("e") != before


def test_a_failed_update_leaves_the_former_model_in_service(hosting):
    hosting.endpoint("e")
    before = hosting.score("e")
    broken = archive(hosting, "broken/model.tar.gz", "xgboost-model", b"nothing of the kind")
    hosting.model("broken", PrimaryContainer={"Image": hosting.sagemaker.describe_model(ModelName="m")["PrimaryContainer"]["Image"],
                                              "ModelDataUrl": broken})
    hosting.config("broken", hosting.variant("broken"))
    hosting.sagemaker.update_endpoint(EndpointName="e", EndpointConfigName="broken")
    endpoint = hosting.until("e", "InService")
    assert endpoint["EndpointConfigName"] == "e" and "ping health check" in endpoint["FailureReason"]
    assert hosting.score("e") == before


@pytest.mark.parametrize(
    "contents, words",
    [(None, "Failed to extract model data archive"), (b"nothing of the kind", "did not pass the ping health check")],
)
def test_a_model_that_cannot_be_loaded_fails_its_endpoint(hosting, contents, words):
    if contents is None:
        hosting.training.put("bad/model.tar.gz", "this is no archive")
        url = hosting.training.uri("bad/model.tar.gz")
    else:
        url = archive(hosting, "bad/model.tar.gz", "xgboost-model", contents)
    hosting.model("good")
    image = hosting.sagemaker.describe_model(ModelName="good")["PrimaryContainer"]["Image"]
    hosting.model("bad", PrimaryContainer={"Image": image, "ModelDataUrl": url})
    hosting.config("e", hosting.variant("bad"))
    hosting.sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="e")
    with pytest.raises(AssertionError, match=words):
        hosting.until("e", "InService")
    hosting.sagemaker.delete_endpoint(EndpointName="e")


def test_a_used_name_and_lists(hosting):
    arn = hosting.endpoint("e")["EndpointArn"]
    answer = refused("ValidationException", 400, hosting.sagemaker.create_endpoint, EndpointName="e", EndpointConfigName="e")
    assert message(answer) == f'Cannot create already existing endpoint "{arn}".'
    assert [one["EndpointName"] for one in hosting.sagemaker.list_endpoints(StatusEquals="InService")["Endpoints"]] == ["e"]
    assert hosting.sagemaker.list_endpoints(StatusEquals="Failed")["Endpoints"] == []


def test_a_deleted_endpoint_answers_no_more(hosting):
    hosting.endpoint("e")
    hosting.sagemaker.delete_endpoint(EndpointName="e")
    hosting.sagemaker.get_waiter("endpoint_deleted").wait(EndpointName="e")
    refused("ValidationError", 400, hosting.invoke, name="e")
    assert hosting.sagemaker.list_endpoints()["Endpoints"] == []


def test_two_instances_share_the_work(hosting):
    hosting.model("m")
    hosting.endpoint("e", hosting.variant("m", InitialInstanceCount=2))
    assert len({hosting.score("e") for _ in range(4)}) == 1
    assert hosting.until("e", "InService")["ProductionVariants"][0]["CurrentInstanceCount"] == 2


def test_a_variant_says_how_long_its_server_may_take_to_start(hosting):
    hosting.model("m")
    hosting.endpoint("e", hosting.variant("m", ContainerStartupHealthCheckTimeoutInSeconds=60))
    config = hosting.sagemaker.describe_endpoint_config(EndpointConfigName="e")
    assert config["ProductionVariants"][0]["ContainerStartupHealthCheckTimeoutInSeconds"] == 60


def test_the_model_server_keeps_a_log(hosting):
    hosting.endpoint("e")
    hosting.score("e")
    logs = hosting.account.client("logs")
    streams = logs.describe_log_streams(logGroupName="/aws/sagemaker/Endpoints/e")["logStreams"]
    assert streams[0]["logStreamName"].startswith(f"{VARIANT}/i-")


def test_users_need_leave_on_the_very_endpoint(hosting):
    hosting.endpoint("e")
    policy = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "sagemaker:InvokeEndpoint", "Resource": "arn:aws:sagemaker:*:*:endpoint/other"}]}
    runtime = hosting.account.user(policy).client("sagemaker-runtime")
    answer = refused("AccessDeniedException", 403, runtime.invoke_endpoint, EndpointName="e", Body=HIGH, ContentType="text/csv")
    assert "sagemaker:InvokeEndpoint" in message(answer) and "endpoint/e" in message(answer)


def test_a_body_over_the_limit(hosting):
    hosting.endpoint("e")
    with pytest.raises(hosting.runtime.exceptions.ClientError):
        hosting.invoke("e", b"1," * (13 * 1024 * 1024))


def test_the_model_answers_what_its_environment_selects(hosting):
    container = {"Image": IMAGE, "ModelDataUrl": hosting.artifact, "Environment": {"SAGEMAKER_INFERENCE_OUTPUT": "predicted_label, probabilities"}}
    hosting.model("selected", PrimaryContainer=container)
    hosting.endpoint("e", hosting.variant("selected"))
    (high, low) = json.loads(hosting.invoke("e", f"{HIGH}\n{LOW}", Accept="application/json")["Body"].read())["predictions"]
    assert (high["predicted_label"], low["predicted_label"]) == (1, 0)
    assert high["probabilities"][1] > 0.5 and sum(high["probabilities"]) == 1
    label, first = hosting.invoke("e", HIGH)["Body"].read().decode().split(",", 1)
    assert label == "1" and json.loads(json.loads(first)) == high["probabilities"]
