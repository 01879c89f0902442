"""The main job with boto3 in one warm process: from a CSV file to an answering endpoint, and the proof that its answers are right."""

import io
import json
import tarfile
import time

import boto3
import numpy
import xgboost
from demos import data

IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"
HYPERPARAMETERS = {
    "objective": "binary:logistic",
    "eval_metric": "auc,logloss",
    "num_round": "60",
    "max_depth": "4",
    "eta": "0.2",
    "seed": "1",
}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
NAME = "breast-cancer"
TOLERANCE = 1e-6
GOAL_SECONDS = 2.0


class MainJob:
    def __init__(self, show, environment: dict[str, str]):
        session = boto3.Session(
            aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
            region_name=environment["AWS_DEFAULT_REGION"],
        )
        self.show = show
        clients = {name: session.client(name, endpoint_url=environment["AWS_ENDPOINT_URL"]) for name in
                   ("iam", "s3", "sagemaker", "sagemaker-runtime", "logs", "sts")}
        self.iam, self.s3, self.sagemaker = clients["iam"], clients["s3"], clients["sagemaker"]
        self.runtime, self.logs, self.sts = clients["sagemaker-runtime"], clients["logs"], clients["sts"]
        self.bucket = "demo-" + self.sts.get_caller_identity()["Account"]

    def run(self) -> float:
        """Seconds from upload to first prediction."""
        self.prepare()
        self.show.title("From a CSV file to an answering endpoint, with boto3:")
        begun = time.perf_counter()
        self.upload()
        self.train()
        self.deploy()
        self.predict_first()
        seconds = time.perf_counter() - begun
        self.show.title(f"Upload to first prediction: {seconds:.2f} s (goal: under {GOAL_SECONDS:.0f} s)\n\nWhat came of it:")
        self.read_logs()
        self.compare()
        return seconds

    def prepare(self) -> None:
        """What exists before the data do: a role for SageMaker, a bucket, and the table in memory."""
        self.training, self.validation, self.unseen = data.split(data.rows())
        self.role = self.iam.create_role(RoleName="demo", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
        for policy in ("AmazonSageMakerFullAccess", "AmazonS3FullAccess"):
            self.iam.attach_role_policy(RoleName="demo", PolicyArn=f"arn:aws:iam::aws:policy/{policy}")
        self.s3.create_bucket(Bucket=self.bucket)

    def upload(self) -> None:
        with self.show.step(f"Upload {len(self.training)} + {len(self.validation)} rows to s3://{self.bucket}"):
            self.s3.put_object(Bucket=self.bucket, Key="train/train.csv", Body=data.as_csv(self.training))
            self.s3.put_object(Bucket=self.bucket, Key="validation/validation.csv", Body=data.as_csv(self.validation))

    def train(self) -> None:
        with self.show.step("CreateTrainingJob with AWS's XGBoost image, and its waiter") as note:
            self.sagemaker.create_training_job(
                TrainingJobName=NAME,
                RoleArn=self.role,
                AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"},
                HyperParameters=HYPERPARAMETERS,
                InputDataConfig=[self.channel("train"), self.channel("validation")],
                OutputDataConfig={"S3OutputPath": f"s3://{self.bucket}/output"},
                ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
                StoppingCondition={"MaxRuntimeInSeconds": 600},
            )
            self.sagemaker.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName=NAME)
            self.job = self.sagemaker.describe_training_job(TrainingJobName=NAME)
            if self.job["TrainingJobStatus"] != "Completed":
                raise RuntimeError(f"the training job ended {self.job['TrainingJobStatus']}: {self.job.get('FailureReason')}")
            states = " > ".join(one["Status"] for one in self.job["SecondaryStatusTransitions"])
            metrics = ", ".join(f"{one['MetricName']} {one['Value']:.4f}" for one in self.job["FinalMetricDataList"])
            note(f"states:  {states}")
            note(f"metrics: {metrics}")

    def channel(self, name: str) -> dict:
        source = {"S3DataType": "S3Prefix", "S3Uri": f"s3://{self.bucket}/{name}/", "S3DataDistributionType": "FullyReplicated"}
        return {"ChannelName": name, "ContentType": "text/csv", "DataSource": {"S3DataSource": source}}

    def deploy(self) -> None:
        with self.show.step("Model, endpoint configuration, endpoint, and its waiter"):
            self.sagemaker.create_model(
                ModelName=NAME,
                ExecutionRoleArn=self.role,
                PrimaryContainer={"Image": IMAGE, "ModelDataUrl": self.job["ModelArtifacts"]["S3ModelArtifacts"]},
            )
            variant = {"VariantName": "AllTraffic", "ModelName": NAME, "InitialInstanceCount": 1, "InstanceType": "ml.m5.large"}
            self.sagemaker.create_endpoint_config(EndpointConfigName=NAME, ProductionVariants=[variant])
            self.sagemaker.create_endpoint(EndpointName=NAME, EndpointConfigName=NAME)
            self.sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=NAME)

    def invoke(self, body: bytes, content_type: str, accept: str = "text/csv") -> bytes:
        answer = self.runtime.invoke_endpoint(EndpointName=NAME, Body=body, ContentType=content_type, Accept=accept)
        return answer["Body"].read()

    def predict_first(self) -> None:
        row = self.unseen[0]
        with self.show.step("InvokeEndpoint with the first unseen row") as note:
            score = float(self.invoke(data.as_csv([row[1:]]), "text/csv"))
            note(f"benign with probability {score:.4f}; it is {'benign' if row[0] else 'malignant'}")

    def read_logs(self) -> None:
        with self.show.step("The job's log from CloudWatch") as note:
            group = "/aws/sagemaker/TrainingJobs"
            stream = self.logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=NAME)["logStreams"][0]["logStreamName"]
            events = self.logs.get_log_events(logGroupName=group, logStreamName=stream, startFromHead=True)["events"]
            for event in events[-2:]:
                note(event["message"][:100])

    def compare(self) -> None:
        with self.show.step(f"{len(self.unseen)} rows as CSV, libsvm and JSON beside the xgboost package on the same model.tar.gz") as note:
            expected = self.booster().predict(xgboost.DMatrix(numpy.array(data.features(self.unseen), dtype=numpy.float32)))
            for name, answer in self.answers().items():
                difference = float(numpy.abs(numpy.array(answer) - expected).max())
                note(f"{name:7} largest difference {difference:.1e}")
                if len(answer) != len(expected) or not difference <= TOLERANCE:
                    raise RuntimeError(f"the endpoint's answers to {name} differ from the xgboost package's by {difference}")
            right = sum((score > 0.5) == bool(row[0]) for score, row in zip(expected, self.unseen))
            note(f"{right} of {len(self.unseen)} unseen rows are told right")

    def answers(self) -> dict[str, list[float]]:
        rows = data.features(self.unseen)
        as_json = json.dumps({"instances": [{"features": row} for row in rows]}).encode()
        scores = json.loads(self.invoke(as_json, "application/json", "application/json"))["predictions"]
        return {
            "CSV": numbers(self.invoke(data.as_csv(rows), "text/csv")),
            "libsvm": numbers(self.invoke(data.as_libsvm(rows), "text/libsvm")),
            "JSON": [one["score"] for one in scores],
        }

    def booster(self) -> xgboost.Booster:
        location = self.job["ModelArtifacts"]["S3ModelArtifacts"].removeprefix(f"s3://{self.bucket}/")
        packed = self.s3.get_object(Bucket=self.bucket, Key=location)["Body"].read()
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            model = archive.extractfile("xgboost-model").read()
        return xgboost.Booster(model_file=bytearray(model))


def numbers(text: bytes) -> list[float]:
    return [float(word) for word in text.decode().replace(",", "\n").split()]
