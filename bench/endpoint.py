"""The served model of the inference rows: put in S3, brought up as an endpoint, and asked by a signed request."""

import pathlib

from bench import data, millrace
from bench.load import Target
from support import server as servers
from support.raw import request

ENDPOINT = "scorer"
UP_SECONDS = 60


def serve(ours: millrace.Millrace, model: pathlib.Path) -> None:
    """One instance of one variant, in service when this returns."""
    bucket = ours.root.bucket()
    ours.root.client("s3").put_object(Bucket=bucket, Key="model.tar.gz", Body=data.archive(model))
    sagemaker = ours.root.client("sagemaker")
    container = {"Image": data.IMAGE, "ModelDataUrl": f"s3://{bucket}/model.tar.gz"}
    sagemaker.create_model(ModelName=ENDPOINT, ExecutionRoleArn=ours.root.role(), PrimaryContainer=container)
    variant = {"VariantName": "all", "ModelName": ENDPOINT, "InitialInstanceCount": 1, "InstanceType": "ml.m5.large"}
    sagemaker.create_endpoint_config(EndpointConfigName=ENDPOINT, ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName=ENDPOINT, EndpointConfigName=ENDPOINT)
    servers.eventually(lambda: in_service(sagemaker), UP_SECONDS, "the endpoint to be in service")


def in_service(sagemaker) -> bool:
    endpoint = sagemaker.describe_endpoint(EndpointName=ENDPOINT)
    if endpoint["EndpointStatus"] == "Failed":
        raise RuntimeError(endpoint.get("FailureReason"))
    return endpoint["EndpointStatus"] == "InService"


def invoked(ours: millrace.Millrace, body: bytes) -> Target:
    """CPU time is that of the server and its model server together."""
    asked = request(ours.caller, "sagemaker", "POST", f"/endpoints/{ENDPOINT}/invocations", body, {"Content-Type": "text/csv"})
    return Target(millrace.NAME, ours.url, [asked], ours.all_processes())
