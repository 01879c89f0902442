"""A small training job for the tests of SageMaker: its data, its request, and waiting for its end."""

import random

IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"
PARAMETERS = {"objective": "binary:logistic", "num_round": "5", "max_depth": "3", "eval_metric": "auc"}
# Long by work, with few lines.
LONG = {**PARAMETERS, "num_round": "100000000", "num_parallel_tree": "300"}
# Long by rounds of one tiny tree: thousands of lines a second, each with a metric.
CHATTY = {**PARAMETERS, "num_round": "100000000", "max_depth": "1", "eval_metric": "error"}
FINAL = ("Completed", "Failed", "Stopped")


def rows(count: int, seed: int) -> str:
    """The label first; the first two features decide it."""
    chance = random.Random(seed)
    lines = []
    for _ in range(count):
        features = [chance.random() for _ in range(4)]
        label = int(features[0] + features[1] + 0.1 * chance.random() > 1)
        lines.append(",".join(str(value) for value in (label, *features)))
    return "\n".join(lines) + "\n"


def channel(name: str, uri: str, **changes) -> dict:
    source = {"S3DataType": "S3Prefix", "S3Uri": uri, "S3DataDistributionType": "FullyReplicated"}
    return {"ChannelName": name, "DataSource": {"S3DataSource": source}, "ContentType": "text/csv", **changes}


class Training:
    """An account with data in a bucket and a role, and requests for jobs on them."""

    def __init__(self, account):
        self.account = account
        self.bucket = account.bucket()
        self.s3 = account.client("s3")
        self.sagemaker = account.client("sagemaker")
        self.role = account.role()
        self.put("data/train/train.csv", rows(400, 1))
        self.put("data/validation/validation.csv", rows(100, 2))

    def put(self, key: str, text: str) -> None:
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=text.encode())

    def uri(self, key: str) -> str:
        return f"s3://{self.bucket}/{key}"

    def request(self, name: str, **changes) -> dict:
        channels = [channel(part, self.uri(f"data/{part}/")) for part in ("train", "validation")]
        return {
            "TrainingJobName": name,
            "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
            "RoleArn": self.role,
            "HyperParameters": PARAMETERS,
            "InputDataConfig": channels,
            "OutputDataConfig": {"S3OutputPath": self.uri("out")},
            "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
            "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
            **changes,
        }

    def create(self, name: str, **changes) -> str:
        return self.sagemaker.create_training_job(**self.request(name, **changes))["TrainingJobArn"]

    def describe(self, name: str) -> dict:
        return self.sagemaker.describe_training_job(TrainingJobName=name)

    def until(self, name: str, holds, client=None) -> dict:
        """The job's description as soon as `holds` is true of it; each look is held by the server until something changes."""
        client = client or self.sagemaker
        for _ in range(400):
            job = client.describe_training_job(TrainingJobName=name)
            if holds(job):
                return job
        raise AssertionError(f"{name} is still {job['SecondaryStatus']}")

    def until_final(self, name: str, client=None) -> dict:
        return self.until(name, lambda job: job["TrainingJobStatus"] in FINAL, client)

    def run(self, name: str, **changes) -> dict:
        self.create(name, **changes)
        return self.until_final(name)

    def log(self, name: str) -> list[str]:
        logs = self.account.client("logs")
        group = "/aws/sagemaker/TrainingJobs"
        (stream,) = logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=f"{name}/")["logStreams"]
        assert stream["logStreamName"].startswith(f"{name}/algo-1-")
        page = logs.get_log_events(logGroupName=group, logStreamName=stream["logStreamName"], startFromHead=True)
        return [event["message"] for event in page["events"]]


def stages(job: dict) -> list[str]:
    return [stage["Status"] for stage in job["SecondaryStatusTransitions"]]
