"""LightGBM and CatBoost as AWS's notebooks use them: everything is asked from the SDK by the model's id; prints JSON."""

import contextlib
import csv
import io
import json
import pathlib
import random
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent / "tools"))

import boto3  # noqa: E402
import sagemaker  # noqa: E402
from botocore.exceptions import WaiterError  # noqa: E402
from demos import common_sdk  # noqa: E402
from sagemaker import hyperparameters, image_uris, model_uris, script_uris  # noqa: E402
from sagemaker.estimator import Estimator  # noqa: E402
from sagemaker.serializers import CSVSerializer  # noqa: E402

INSTANCE = "ml.m5.xlarge"
client = boto3.client("sagemaker")
s3 = boto3.client("s3")
# It asks for encryption by KMS when it uploads the model with its script.
session = sagemaker.Session()
bucket = session.default_bucket()
role = common_sdk.make_role("jumpstart")
ROUNDS = {"lightgbm": "num_boost_round", "catboost": "iterations"}


def rows(regression: bool) -> str:
    chance = random.Random(1)
    text = io.StringIO()
    for _ in range(400):
        features = [chance.random() for _ in range(3)]
        label = features[0] * 10 if regression else int(features[0] > 0.5)
        csv.writer(text).writerow([label, *features])
    return text.getvalue()


def run(model_id: str) -> dict:
    """The job, and what an endpoint on its model says of two rows."""
    version, algorithm = "*", model_id.split("-")[0]
    training = {"model_id": model_id, "model_version": version}
    chosen = hyperparameters.retrieve_default(**training)
    defaults = dict(chosen)
    chosen[ROUNDS[algorithm]] = "30"
    chosen["learning_rate"] = "0.2"
    image = image_uris.retrieve(region=None, framework=None, image_scope="training", instance_type=INSTANCE, **training)
    prefix = f"data/{model_id}"
    s3.put_object(Bucket=bucket, Key=f"{prefix}/train/data.csv", Body=rows("regression" in model_id))
    estimator = Estimator(
        role=role,
        image_uri=image,
        source_dir=script_uris.retrieve(script_scope="training", **training),
        model_uri=model_uris.retrieve(model_scope="training", **training),
        entry_point="transfer_learning.py",
        instance_count=1,
        instance_type=INSTANCE,
        hyperparameters=chosen,
        output_path=f"s3://{bucket}/out",
        sagemaker_session=session,
    )
    estimator.fit({"training": f"s3://{bucket}/{prefix}/"}, wait=False)
    job = estimator.latest_training_job.name
    with contextlib.suppress(WaiterError):
        client.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName=job)
    described = client.describe_training_job(TrainingJobName=job)
    assert described["TrainingJobStatus"] == "Completed", described["FailureReason"]
    predictor = estimator.deploy(
        initial_instance_count=1,
        instance_type=INSTANCE,
        entry_point="inference.py",
        image_uri=image_uris.retrieve(region=None, framework=None, image_scope="inference", instance_type=INSTANCE, **training),
        source_dir=script_uris.retrieve(script_scope="inference", **training),
        wait=False,
    )
    client.get_waiter("endpoint_in_service").wait(EndpointName=predictor.endpoint_name)
    predictor.serializer = CSVSerializer()
    return {
        "image": image,
        "defaults": defaults,
        "metrics": [metric["MetricName"] for metric in described["FinalMetricDataList"]],
        "answer": json.loads(predictor.predict([[0.9, 0.5, 0.5], [0.1, 0.5, 0.5]])),
    }


def refusals() -> dict:
    """What becomes of writing into AWS's bucket, and of a script of one's own."""
    cache = f"jumpstart-cache-prod-{session.boto_region_name}"
    told = {"listed": cache in [one["Name"] for one in s3.list_buckets()["Buckets"]]}
    for name, call in {
        "put": lambda: s3.put_object(Bucket=cache, Key="mine", Body=b""),
        "delete": lambda: s3.delete_object(Bucket=cache, Key="models_manifest.json"),
        "remove": lambda: s3.delete_bucket(Bucket=cache),
    }.items():
        try:
            call()
        except s3.exceptions.ClientError as error:
            told[name] = error.response["Error"]["Code"]
    told["keys"] = [one["Key"] for one in s3.list_objects_v2(Bucket=cache, Prefix="community_models/")["Contents"]]
    return told


print(json.dumps({"models": {model_id: run(model_id) for model_id in sys.argv[1:]}, "refusals": refusals()}))
