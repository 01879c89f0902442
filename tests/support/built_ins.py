"""AWS's own algorithms from data in a bucket to an answering endpoint, and the file in which they keep a model."""

import io
import math
import struct
import tarfile

from support import hosting
from support.training import Training, channel

REGISTRY = "174872318107.dkr.ecr.us-west-2.amazonaws.com"


class BuiltIns(Training):
    """Jobs of any algorithm, and endpoints on what they made."""

    def train(self, name: str, algorithm: str, parameters: dict, data: dict[str, str | bytes], content_type: str | dict[str, str] = "text/csv", **changes) -> dict:
        """The description of the ended job; `data` is what each channel holds, `content_type` that of all or of each."""
        channels = []
        for part, content in data.items():
            self.s3.put_object(Bucket=self.bucket, Key=f"{name}/{part}/a", Body=content)
            channels.append(channel(part, self.uri(f"{name}/{part}/"), ContentType=content_type if isinstance(content_type, str) else content_type[part]))
        request = {
            "AlgorithmSpecification": {"TrainingImage": image(algorithm), "TrainingInputMode": "File"},
            "HyperParameters": {key: str(value) for key, value in parameters.items()},
            "InputDataConfig": channels,
        }
        return self.run(name, **{**request, **changes})

    def model_file(self, job: dict, name: str = "model_algo-1") -> bytes:
        key = job["ModelArtifacts"]["S3ModelArtifacts"].removeprefix(f"s3://{self.bucket}/")
        body = self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        return tarfile.open(fileobj=io.BytesIO(body)).extractfile(name).read()

    def endpoint(self, job: dict) -> "Endpoint":
        container = {"Image": job["AlgorithmSpecification"]["TrainingImage"], "ModelDataUrl": job["ModelArtifacts"]["S3ModelArtifacts"]}
        return host(self, job["TrainingJobName"], container)


class Endpoint:
    def __init__(self, runtime, name: str):
        self.runtime = runtime
        self.name = name

    def ask(self, body: str | bytes, content_type: str = "text/csv", **changes) -> tuple[str, str]:
        """The answer's content type and text; raises ModelError."""
        kind, answer = self.ask_bytes(body, content_type, **changes)
        return kind, answer.decode()

    def ask_bytes(self, body: str | bytes, content_type: str = "text/csv", **changes) -> tuple[str, bytes]:
        answer = self.runtime.invoke_endpoint(EndpointName=self.name, Body=body, ContentType=content_type, **changes)
        return answer["ContentType"], answer["Body"].read()

    @property
    def refusal(self) -> type[Exception]:
        return self.runtime.exceptions.ModelError


def host(training: Training, name: str, container: dict) -> Endpoint:
    """An endpoint in service on a model of this container; all have that name."""
    sagemaker = training.sagemaker
    sagemaker.create_model(ModelName=name, ExecutionRoleArn=training.role, PrimaryContainer=container)
    sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[hosting.variant(name)])
    sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)
    sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=name)
    return Endpoint(training.account.client("sagemaker-runtime"), name)


def image(algorithm: str) -> str:
    return f"{REGISTRY}/{algorithm}:1"


def metrics(job: dict) -> dict[str, float]:
    return {metric["MetricName"]: metric["Value"] for metric in job["FinalMetricDataList"]}


def csv(rows) -> str:
    return "".join(",".join(map(str, row)) + "\n" for row in rows)


def arrays(content: bytes) -> dict[str, tuple[tuple[int, ...], tuple[float, ...]]]:
    """Name to shape and numbers, by the layout of MXNet's file; without names the keys are "0", "1", ..."""
    magic, reserved, count = struct.unpack_from("<QQQ", content)
    assert (magic, reserved) == (0x112, 0)
    at = struct.calcsize("<QQQ")
    found = []
    for _ in range(count):
        array_magic, storage, dimensions = struct.unpack_from("<IiI", content, at)
        assert (array_magic, storage) == (0xF993FAC9, 0)
        shape = struct.unpack_from(f"<{dimensions}q", content, at + 12)
        at += 12 + 8 * dimensions
        device, _, kind = struct.unpack_from("<iii", content, at)
        assert (device, kind) == (1, 0)
        numbers = struct.unpack_from(f"<{math.prod(shape)}f", content, at + 12)
        at += 12 + 4 * len(numbers)
        found.append((shape, numbers))
    (named,) = struct.unpack_from("<Q", content, at)
    at += 8
    names = []
    for _ in range(named):
        (size,) = struct.unpack_from("<Q", content, at)
        names.append(content[at + 8 : at + 8 + size].decode())
        at += 8 + size
    assert at == len(content)
    return dict(zip(names or map(str, range(count)), found, strict=True))
