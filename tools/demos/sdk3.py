"""The main job through the SageMaker Python SDK, v3 line: ModelTrainer, then its typed resources for the endpoint."""

import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from demos import common_sdk  # noqa: E402
from demos.show import Show  # noqa: E402
from sagemaker.core import image_uris  # noqa: E402
from sagemaker.core.helper.session_helper import Session  # noqa: E402
from sagemaker.core.resources import Endpoint, EndpointConfig, Model  # noqa: E402
from sagemaker.core.shapes import ContainerDefinition, ProductionVariant  # noqa: E402
from sagemaker.core.training.configs import Compute, InputData, OutputDataConfig  # noqa: E402
from sagemaker.train.model_trainer import ModelTrainer  # noqa: E402


def run(show: Show) -> list[float]:
    """Trains, deploys and asks; the scores of the first rows."""
    rows = common_sdk.table()
    role = common_sdk.make_role("demo-sdk3")
    with show.step("Session and its default bucket") as note:
        session = Session()
        note(session.default_bucket())
    with show.step("Upload the data"), tempfile.TemporaryDirectory() as folder:
        file = common_sdk.write_csv(pathlib.Path(folder), rows[:500])
        train = session.upload_data(str(file), key_prefix="sdk3/train")
    image = image_uris.retrieve("xgboost", session.boto_region_name, version="3.0-5")
    job = fit(show, session, role, image, train)
    return deploy(show, role, image, job.model_artifacts.s3_model_artifacts, rows[500:])


def fit(show: Show, session: Session, role: str, image: str, train: str):
    with show.step("ModelTrainer.train, waiting with logs") as note:
        trainer = ModelTrainer(
            training_image=image,
            role=role,
            base_job_name=common_sdk.NAME,
            compute=Compute(instance_type="ml.m5.large", instance_count=1),
            output_data_config=OutputDataConfig(s3_output_path=f"s3://{session.default_bucket()}/sdk3/output"),
            hyperparameters=common_sdk.HYPERPARAMETERS,
            sagemaker_session=session,
        )
        trainer.train(input_data_config=[InputData(channel_name="train", data_source=train, content_type="text/csv")])
        job = trainer._latest_training_job
        job.refresh()
        note(f"{job.training_job_name}: {job.training_job_status}")
    return job


def deploy(show: Show, role: str, image: str, artifact: str, rows: list[list[float]]) -> list[float]:
    name = common_sdk.NAME + "-v3"
    with show.step("Model.create, EndpointConfig.create, Endpoint.create and wait") as note:
        Model.create(model_name=name, execution_role_arn=role,
                     primary_container=ContainerDefinition(image=image, model_data_url=artifact))
        variant = ProductionVariant(variant_name="AllTraffic", model_name=name, initial_instance_count=1,
                                    instance_type="ml.m5.large")
        EndpointConfig.create(endpoint_config_name=name, production_variants=[variant])
        endpoint = Endpoint.create(endpoint_name=name, endpoint_config_name=name)
        endpoint.wait_for_status("InService")
        note(f"{name}: {endpoint.endpoint_status}")
    with show.step("Endpoint.invoke") as note:
        body = "\n".join(",".join(str(value) for value in row[1:]) for row in rows)
        answer = endpoint.invoke(body=body, content_type="text/csv", accept="text/csv")
        scores = [float(word) for word in answer.body.read().decode().replace(",", "\n").split()]
        right = sum((score > 0.5) == bool(row[0]) for score, row in zip(scores, rows))
        note(f"{right} of {len(rows)} unseen rows are told right")
    with show.step("Delete the endpoint"):
        endpoint.delete()
    return scores


if __name__ == "__main__":
    run(Show())
