"""LightGBM and CatBoost by the SDK's own JumpStart classes, with nothing said but the model's id; prints JSON."""

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
from sagemaker.jumpstart.estimator import JumpStartEstimator  # noqa: E402
from sagemaker.jumpstart.model import JumpStartModel  # noqa: E402

client = boto3.client("sagemaker")
s3 = boto3.client("s3")
session = sagemaker.Session()
role = common_sdk.make_role("jumpstart-classes")
URI = f"s3://{session.default_bucket()}/data/"
ASKED = [[0.9, 0.5, 0.5], [0.1, 0.5, 0.5]]


def upload() -> None:
    chance = random.Random(1)
    text = io.StringIO()
    for _ in range(400):
        features = [chance.random() for _ in range(3)]
        csv.writer(text).writerow([int(features[0] > 0.5), *features])
    s3.put_object(Bucket=session.default_bucket(), Key="data/train/data.csv", Body=text.getvalue())


def ended(predictor) -> str:
    with contextlib.suppress(WaiterError):
        client.get_waiter("endpoint_in_service").wait(EndpointName=predictor.endpoint_name)
    return client.describe_endpoint(EndpointName=predictor.endpoint_name)["EndpointStatus"]


def answer(predictor) -> dict:
    assert ended(predictor) == "InService"
    return predictor.predict(ASKED)


def run(model_id: str) -> dict:
    """The job, and what endpoints say: on its model, on that model by its archive, on one that has learnt nothing."""
    estimator = JumpStartEstimator(model_id=model_id, role=role, sagemaker_session=session)
    estimator.fit({"training": URI}, wait=False)
    job = estimator.latest_training_job.name
    client.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName=job)
    model = JumpStartModel(model_id=model_id, role=role, sagemaker_session=session, model_data=estimator.model_data)
    untrained = JumpStartModel(model_id=model_id, role=role, sagemaker_session=session)
    described = client.describe_training_job(TrainingJobName=job)
    return {
        "metrics": [metric["MetricName"] for metric in described["FinalMetricDataList"]],
        "estimator": answer(estimator.deploy(wait=False)),
        "model": answer(model.deploy(wait=False)),
        "untrained": ended(untrained.deploy(wait=False)),
    }


upload()
print(json.dumps({model_id: run(model_id) for model_id in sys.argv[1:]}))
