"""The main job through the SageMaker Python SDK, v2 line. Its `fit` sleeps 5 s and its `deploy` 30 s before they look: wait=False."""

import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import boto3  # noqa: E402
import sagemaker  # noqa: E402
from demos import common_sdk  # noqa: E402
from demos.show import Show  # noqa: E402
from sagemaker.deserializers import CSVDeserializer  # noqa: E402
from sagemaker.estimator import Estimator  # noqa: E402
from sagemaker.inputs import TrainingInput  # noqa: E402
from sagemaker.serializers import CSVSerializer  # noqa: E402


def run(show: Show) -> list[float]:
    """Trains, deploys and asks; the scores of the first rows."""
    rows = common_sdk.table()
    role = common_sdk.make_role("demo-sdk2")
    with show.step(f"Session of sagemaker {sagemaker.__version__} and its default bucket") as note:
        session = sagemaker.Session()
        note(session.default_bucket())
    with show.step("Upload the data"), tempfile.TemporaryDirectory() as folder:
        file = common_sdk.write_csv(pathlib.Path(folder), rows[:500])
        train = session.upload_data(str(file), key_prefix="sdk2/train")
    estimator = fit(show, session, role, train)
    return deploy(show, estimator, rows[500:])


def fit(show: Show, session, role: str, train: str) -> Estimator:
    with show.step("Estimator.fit, followed by boto3's waiter") as note:
        image = sagemaker.image_uris.retrieve("xgboost", session.boto_region_name, version="1.7-1")
        estimator = Estimator(image, role, instance_count=1, instance_type="ml.m5.large", sagemaker_session=session,
                              hyperparameters=common_sdk.HYPERPARAMETERS, disable_profiler=True)
        estimator.fit({"train": TrainingInput(train, content_type="text/csv")}, wait=False)
        job = estimator.latest_training_job.name
        boto3.client("sagemaker").get_waiter("training_job_completed_or_stopped").wait(TrainingJobName=job)
        note(f"{job}: {estimator.latest_training_job.describe()['TrainingJobStatus']}")
        note(f"train:auc {estimator.training_job_analytics.dataframe()['value'].iloc[-1]:.4f}")
    with show.step("Its log, as the SDK follows it"):
        session.logs_for_job(job, wait=False)
    return estimator


def deploy(show: Show, estimator: Estimator, rows: list[list[float]]) -> list[float]:
    with show.step("Estimator.deploy, followed by boto3's waiter") as note:
        predictor = estimator.deploy(initial_instance_count=1, instance_type="ml.m5.large", wait=False,
                                     serializer=CSVSerializer(), deserializer=CSVDeserializer())
        boto3.client("sagemaker").get_waiter("endpoint_in_service").wait(EndpointName=predictor.endpoint_name)
        note(predictor.endpoint_name)
    with show.step("Predictor.predict") as note:
        scores = [float(word) for line in predictor.predict([row[1:] for row in rows]) for word in line]
        right = sum((score > 0.5) == bool(row[0]) for score, row in zip(scores, rows))
        note(f"{right} of {len(rows)} unseen rows are told right")
    with show.step("Delete endpoint and model"):
        predictor.delete_model()
        predictor.delete_endpoint()
    return scores


if __name__ == "__main__":
    run(Show())
