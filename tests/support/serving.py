"""An endpoint for the tests that need one which answers: trained, brought up, asked."""

from support import hosting, promptness, raw, server as servers
from support.training import PARAMETERS, Training

ROW = b"0.9,0.8,0.1,0.2"
UP_SECONDS = 60


class Serving:
    """One model of an account, and endpoints on it."""

    def __init__(self, training: Training, model: str = "model"):
        self.training = training
        self.model = model
        job = training.run(f"{model}-job", HyperParameters=PARAMETERS)
        assert job["TrainingJobStatus"] == "Completed", job
        self.sagemaker.create_model(**hosting.model(model, training.role, job["ModelArtifacts"]["S3ModelArtifacts"]))
        self.config(model)

    @property
    def sagemaker(self):
        return self.training.sagemaker

    def reconnect(self) -> None:
        """After the server has started again, on another port."""
        account = self.training.account
        self.training.sagemaker, self.training.s3 = account.client("sagemaker"), account.client("s3")

    def config(self, name: str, instances: int = 1) -> str:
        variant = hosting.variant(self.model, "all", InitialInstanceCount=instances)
        self.sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
        return name

    def create(self, name: str) -> None:
        self.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=self.model)

    def up(self, name: str) -> None:
        self.create(name)
        self.sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=name)

    def delete(self, name: str) -> None:
        self.sagemaker.delete_endpoint(EndpointName=name)
        self.sagemaker.get_waiter("endpoint_deleted").wait(EndpointName=name)

    def status(self, name: str) -> str:
        return self.sagemaker.describe_endpoint(EndpointName=name)["EndpointStatus"]

    def score(self, name: str) -> float:
        runtime = self.training.account.client("sagemaker-runtime")
        return float(runtime.invoke_endpoint(EndpointName=name, Body=ROW, ContentType="text/csv")["Body"].read())

    def answers(self, name: str) -> raw.Answer:
        """An invocation without a client, whose making takes longer than the answer."""
        asked = raw.request(self.training.account, "sagemaker", "POST", f"/endpoints/{name}/invocations", ROW, {"Content-Type": "text/csv"})
        return raw.send(self.training.account, asked)

    def restart(self, name: str) -> tuple[float, float]:
        """Starts the server that has gone; the endpoint's score, and the seconds from the server's start to its answer."""
        server = self.training.account.server
        stopwatch = promptness.Stopwatch(server.data)
        server.start()
        answer = servers.eventually(lambda: (got := self.answers(name)).status == 200 and got, UP_SECONDS, f"endpoint {name} to answer")
        seconds = stopwatch.seconds()
        self.reconnect()
        return float(answer.body), seconds

    def score_soon(self, name: str, seconds: float = UP_SECONDS) -> float:
        """The score as soon as the endpoint gives one."""
        runtime = self.training.account.client("sagemaker-runtime")

        def answered():
            try:
                return runtime.invoke_endpoint(EndpointName=name, Body=ROW, ContentType="text/csv")["Body"].read()
            except runtime.exceptions.ClientError:
                return None

        return float(servers.eventually(answered, seconds, f"endpoint {name} to answer"))


def processes(data, word: str) -> list[int]:
    """Process ids below the data folder with this subcommand: `supervise` or `serve` (a model server, never the server)."""
    own = f"--data {data}"
    return [process for process, words in servers.left_over(data) if f" {word} " in words and own not in words]


def folders(data) -> dict[str, list[str]]:
    """What lies below the folders of jobs and of endpoints."""
    return {kind: sorted(one.name for one in (data / kind).iterdir()) for kind in ("jobs", "endpoints")}
