"""The training jobs of the benchmark: rows in a bucket, and requests that train on them."""

import time

from bench import data, millrace
from support.training import Training

FINAL = ("Completed", "Failed", "Stopped")


class Jobs(Training):
    """Training jobs of the same request on one CSV file."""

    def __init__(self, ours: millrace.Millrace, rows: int, rounds: int, **parameters):
        super().__init__(ours.root)
        features, labels = data.rows(rows)
        self.table = data.large_csv(features, labels)
        self.put("rows/train.csv", self.table.decode())
        self.parameters = {name: str(value) for name, value in {**data.PARAMETERS, "num_round": rounds, **parameters}.items()}

    def begin(self, name: str) -> None:
        (channel, _) = self.request(name)["InputDataConfig"]
        channel["DataSource"]["S3DataSource"]["S3Uri"] = self.uri("rows/")
        self.create(name, HyperParameters=self.parameters, InputDataConfig=[channel])

    def wait(self, name: str) -> None:
        """As users wait: boto3's waiter, which the server answers when the job has ended, so that nobody asks meanwhile."""
        waiter = self.sagemaker.get_waiter("training_job_completed_or_stopped")
        waiter.wait(TrainingJobName=name, WaiterConfig={"Delay": 1})

    def finish(self, name: str) -> tuple[dict, float]:
        """(its description, the wall time when it was seen to have ended). A look is held until something changes."""
        while (job := self.describe(name))["TrainingJobStatus"] not in FINAL:
            pass
        seen = time.time()
        if job["TrainingJobStatus"] != "Completed":
            raise RuntimeError(f"{name}: {job.get('FailureReason')}")
        return job, seen
