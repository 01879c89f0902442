"""The SDK's own KMeans estimator as AWS's notebooks use it: records by `record_set`, answers as records."""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent / "tools"))

import boto3  # noqa: E402
import numpy  # noqa: E402
import sagemaker  # noqa: E402
from demos import common_sdk  # noqa: E402

CORNERS = numpy.array([[0, 0, 0], [10, 0, 5], [0, 10, -5]], dtype="float32")
chance = numpy.random.default_rng(1)
rows = (CORNERS[chance.integers(0, 3, 500)] + chance.normal(0, 0.5, (500, 3))).astype("float32")

session = sagemaker.Session()
kmeans = sagemaker.KMeans(
    role=common_sdk.make_role("clustering"),
    instance_count=1,
    instance_type="ml.m5.large",
    k=3,
    sagemaker_session=session,
    output_path=f"s3://{session.default_bucket()}/out",
)
client = boto3.client("sagemaker")
kmeans.fit(kmeans.record_set(rows), wait=False, mini_batch_size=100)
job = kmeans.latest_training_job.name
client.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName=job)
described = client.describe_training_job(TrainingJobName=job)
assert described["TrainingJobStatus"] == "Completed", described["FailureReason"]

predictor = kmeans.deploy(initial_instance_count=1, instance_type="ml.m5.large", wait=False)
client.get_waiter("endpoint_in_service").wait(EndpointName=predictor.endpoint_name)
answers = predictor.predict(CORNERS)
clusters = [answer.label["closest_cluster"].float32_tensor.values[0] for answer in answers]
distances = [answer.label["distance_to_cluster"].float32_tensor.values[0] for answer in answers]
print(json.dumps({"clusters": clusters, "distances": distances, "hyperparameters": described["HyperParameters"]}))
