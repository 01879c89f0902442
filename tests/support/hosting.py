"""A trained model and what is needed to serve it, for the tests of endpoints."""

from support.training import IMAGE, Training

VARIANT = "AllTraffic"


def model(name: str, role: str, artifact: str, **changes) -> dict:
    """What CreateModel is asked for a model of a small training job."""
    return {"ModelName": name, "ExecutionRoleArn": role, "PrimaryContainer": {"Image": IMAGE, "ModelDataUrl": artifact}, **changes}


def variant(of: str, name: str = VARIANT, **changes) -> dict:
    return {"VariantName": name, "ModelName": of, "InitialInstanceCount": 1, "InstanceType": "ml.m5.large", **changes}


class Hosting:
    """An account with one trained model's artifact, and shorthands for what serves it."""

    def __init__(self, account):
        self.training = Training(account)
        self.account = account
        self.sagemaker = self.training.sagemaker
        self.runtime = account.client("sagemaker-runtime")
        self.role = self.training.role
        self.artifact = self.training.run("job")["ModelArtifacts"]["S3ModelArtifacts"]

    def model(self, name: str, **changes) -> str:
        return self.sagemaker.create_model(**model(name, self.role, self.artifact, **changes))["ModelArn"]

    variant = staticmethod(variant)

    def config(self, name: str, *variants: dict) -> str:
        return self.sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=list(variants))["EndpointConfigArn"]

    def endpoint(self, name: str, *variants: dict) -> dict:
        """An endpoint in service, its configuration under the same name; a model `m` unless variants are given."""
        if not variants:
            self.model("m")
        self.config(name, *(variants or [self.variant("m")]))
        self.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)
        return self.until(name, "InService")

    def until(self, name: str, status: str) -> dict:
        """The endpoint's description once it has the status; each look is held by the server until something changes."""
        for _ in range(400):
            endpoint = self.sagemaker.describe_endpoint(EndpointName=name)
            if endpoint["EndpointStatus"] == status:
                return endpoint
            if endpoint["EndpointStatus"] == "Failed":
                break
        raise AssertionError(f"{name} is {endpoint['EndpointStatus']}: {endpoint.get('FailureReason')}")

    def invoke(self, name: str, body: bytes | str = "0.9,0.9,0.1,0.1", **changes) -> dict:
        return self.runtime.invoke_endpoint(EndpointName=name, Body=body, **{"ContentType": "text/csv", **changes})

    def score(self, name: str, **changes) -> float:
        return float(self.invoke(name, **changes)["Body"].read())
