"""The SDK's own estimators as AWS's notebooks use them: records by `record_set`, answers as records; prints JSON."""

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
kinds = chance.integers(0, 3, 500)
rows = (CORNERS[kinds] + chance.normal(0, 0.5, (500, 3))).astype("float32")

client = boto3.client("sagemaker")
session = sagemaker.Session()
common = {
    "role": common_sdk.make_role("estimators"),
    "instance_count": 1,
    "instance_type": "ml.m5.large",
    "sagemaker_session": session,
    "output_path": f"s3://{session.default_bucket()}/out",
}


def answers(estimator, asked, labels=None, **fitting) -> list[dict]:
    """What an endpoint on the trained model says of the rows: the numbers of each answer by their names."""
    estimator.fit(estimator.record_set(rows, labels), wait=False, **fitting)
    job = estimator.latest_training_job.name
    client.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName=job)
    described = client.describe_training_job(TrainingJobName=job)
    assert described["TrainingJobStatus"] == "Completed", described["FailureReason"]
    predictor = estimator.deploy(initial_instance_count=1, instance_type="ml.m5.large", wait=False)
    client.get_waiter("endpoint_in_service").wait(EndpointName=predictor.endpoint_name)
    records = predictor.predict(numpy.asarray(asked, dtype="float32"))
    return [{name: list(value.float32_tensor.values) for name, value in record.label.items()} for record in records]


print(json.dumps({
    "kmeans": answers(sagemaker.KMeans(k=3, **common), CORNERS, mini_batch_size=100),
    "pca": answers(sagemaker.PCA(num_components=2, **common), CORNERS, mini_batch_size=100),
    "knn": answers(
        sagemaker.KNN(k=5, sample_size=500, predictor_type="classifier", **common), CORNERS, kinds.astype("float32")
    ),
    "linear-learner": answers(
        sagemaker.LinearLearner(predictor_type="multiclass_classifier", num_classes=3, epochs=5, **common),
        CORNERS,
        kinds.astype("float32"),
        mini_batch_size=50,
    ),
    "factorization-machines": answers(
        sagemaker.FactorizationMachines(predictor_type="binary_classifier", num_factors=4, epochs=20, **common),
        CORNERS,
        (kinds == 1).astype("float32"),
        mini_batch_size=50,
    ),
    "randomcutforest": answers(
        sagemaker.RandomCutForest(num_samples_per_tree=100, num_trees=50, **common), [*CORNERS, [50, 50, 50]]
    ),
}))  # fmt: skip
