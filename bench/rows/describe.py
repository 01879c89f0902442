"""A read of the control plane: DescribeTrainingJob with signature and policy checked, beside nginx and moto."""

import pathlib

from bench import load, millrace
from bench.load import Shape, Target
from bench.peers import moto, nginx
from bench.result import Check, Result
from support.raw import Request, json_request
from support.training import Training, channel

TITLE = "control plane, `DescribeTrainingJob`, signature and policy checked"
CONNECTIONS = 32
JOB = "described"


def measure(place: pathlib.Path, shape: Shape) -> Result:
    with millrace.started(place / "millrace") as ours, nginx.started(place / "nginx") as ceiling, moto.started(place / "moto") as peer:
        Training(ours.root).run(JOB)
        make_job(peer)
        asked = json_request(ours.caller, "sagemaker", "DescribeTrainingJob", {"TrainingJobName": JOB})
        targets = [
            Target(millrace.NAME, ours.url, [asked], [ours.process]),
            ceiling.returns(asked.body),
            Target("moto", peer.url, [Request("POST", "/", asked.headers, asked.body)], [peer.process]),
        ]
        mine, returns, theirs = load.compare(targets, CONNECTIONS, shape)
    checks = [
        Check("CPU a call", mine.cpu_us, 30, "us"),
        Check("requests/s over nginx `return 200`", mine.per_second / returns.per_second, 0.3, at_least=True),
        Check("requests/s over moto", mine.per_second / theirs.per_second, 50, at_least=True),
    ]
    return Result(checks, [mine, returns, theirs])


def make_job(peer: moto.Moto) -> None:
    """moto keeps what it is told; it trains nothing."""
    request = {
        "TrainingJobName": JOB,
        "AlgorithmSpecification": {"TrainingImage": "image", "TrainingInputMode": "File"},
        "RoleArn": "arn:aws:iam::123456789012:role/role",
        "InputDataConfig": [channel("train", "s3://bucket/train/")],
        "OutputDataConfig": {"S3OutputPath": "s3://bucket/out"},
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
    }
    peer.client("sagemaker").create_training_job(**request)
