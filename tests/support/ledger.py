"""What a server acknowledged, compared with what it has after it was killed, had no disk or lost its power."""

import random

from botocore.exceptions import BotoCoreError
from support import hosting
from support.training import PARAMETERS, Training, stages

# Empty, in a shared segment, and in files of their own.
SIZES = (0, 500, 16 * 1024, 16 * 1024 + 1, 200_000)
JOBS_A_ROUND = 2
METRICS = "/aws/sagemaker/TrainingJobs"


class Ledger:
    """Asks things of the server, keeps what was acknowledged, and compares."""

    def __init__(self, training: Training, chance: random.Random):
        self.training, self.chance = training, chance
        self.objects: dict[str, tuple[bytes, str]] = {}
        self.deleted: set[str] = set()
        self.configs: dict[str, str] = {}
        self.jobs: dict[str, int] = {}
        self.weight: float | None = 1.0  # of the endpoint's variant; None where it may be one of two
        self.count = 0
        self.jobs_left = 0  # of this round

    def next_name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}-{self.count}"

    def work(self) -> None:
        """Until the server is gone. What was under way at that moment may have happened or not; a refusal is an error."""
        self.jobs_left = JOBS_A_ROUND
        actions = [self.put, self.put, self.put, self.put_again, self.delete, self.record, self.job, self.weigh]
        try:
            while True:
                self.chance.choice(actions)()
        except BotoCoreError:
            return

    def put(self, key: str | None = None) -> None:
        key = key or "kept/" + self.next_name("object")
        body, mark = self.chance.randbytes(self.chance.choice(SIZES)), str(self.chance.random())
        self.leave_open(key)
        self.training.s3.put_object(Bucket=self.training.bucket, Key=key, Body=body, Tagging=f"mark={mark}")
        self.objects[key] = body, mark

    def put_again(self) -> None:
        if self.objects:
            self.put(self.chance.choice([*self.objects]))

    def delete(self) -> None:
        if not self.objects:
            return
        key = self.chance.choice([*self.objects])
        self.leave_open(key)
        self.training.s3.delete_object(Bucket=self.training.bucket, Key=key)
        self.deleted.add(key)

    def leave_open(self, key: str) -> None:
        """Between a request and its answer both its old and its new state are right."""
        self.objects.pop(key, None)

    def record(self) -> None:
        name, mark = self.next_name("config"), str(self.chance.random())
        variant = hosting.variant("model", "all")
        tags = [{"Key": "mark", "Value": mark}]
        self.training.sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant], Tags=tags)
        self.configs[name] = mark

    def weigh(self) -> None:
        weight, self.weight = round(self.chance.uniform(0.1, 9), 3), None
        wanted = [{"VariantName": "all", "DesiredWeight": weight}]
        self.training.sagemaker.update_endpoint_weights_and_capacities(EndpointName="kept", DesiredWeightsAndCapacities=wanted)
        self.weight = weight

    def job(self) -> None:
        if self.jobs_left == 0:
            return
        self.jobs_left -= 1
        name, rounds = self.next_name("job"), self.chance.randrange(100, 1500)
        tags = [{"Key": "rounds", "Value": str(rounds)}]
        self.training.create(name, HyperParameters={**PARAMETERS, "num_round": str(rounds)}, Tags=tags)
        self.jobs[name] = rounds

    def compare(self) -> None:
        """The objects, records and tags; of the jobs, that they are known and have not failed."""
        s3, sagemaker, bucket = self.training.s3, self.training.sagemaker, self.training.bucket
        listed = {one["Key"]: one["Size"] for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="kept/")
                  for one in page.get("Contents", [])}
        for key, (body, mark) in self.objects.items():
            assert listed.get(key) == len(body), key
            assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == body, key
            assert s3.get_object_tagging(Bucket=bucket, Key=key)["TagSet"] == [{"Key": "mark", "Value": mark}], key
        assert not self.deleted & listed.keys()
        for name, mark in self.configs.items():
            arn = sagemaker.describe_endpoint_config(EndpointConfigName=name)["EndpointConfigArn"]
            assert sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "mark", "Value": mark}], name
        (variant,) = sagemaker.describe_endpoint(EndpointName="kept")["ProductionVariants"]
        assert self.weight in (None, variant["CurrentWeight"])
        known = {one["TrainingJobName"]: one["TrainingJobStatus"] for page in
                 sagemaker.get_paginator("list_training_jobs").paginate() for one in page["TrainingJobSummaries"]}
        assert all(known.get(name) in ("InProgress", "Completed") for name in self.jobs), known

    def compare_job(self, name: str, rounds: int) -> None:
        job = self.training.until_final(name)
        assert job["TrainingJobStatus"] == "Completed", job
        assert stages(job) == ["Starting", "Downloading", "Training", "Uploading", "Completed"], job
        tags = self.training.sagemaker.list_tags(ResourceArn=job["TrainingJobArn"])["Tags"]
        assert tags == [{"Key": "rounds", "Value": str(rounds)}]
        key = job["ModelArtifacts"]["S3ModelArtifacts"].removeprefix(f"s3://{self.training.bucket}/")
        assert self.training.s3.head_object(Bucket=self.training.bucket, Key=key)["ContentLength"] > 0
        lines = self.training.log(name)
        told = [line for line in lines if "#011" in line]
        assert [line.split("]")[0] for line in told] == [f"[{number}" for number in range(rounds)]
        assert len(lines) == len(set(lines))
        final = {one["MetricName"]: one["Value"] for one in job["FinalMetricDataList"]}
        assert final.keys() == {"train:auc", "validation:auc"}
        for metric, value in final.items():
            assert f"#011{metric.replace(':', '-')}:{value:.5f}" in told[-1]
            assert self.samples(name, metric, job) == rounds

    def samples(self, name: str, metric: str, job: dict) -> float:
        """How often the metric was measured, as CloudWatch knows it."""
        minute = 60
        begin, end = (job[key].timestamp() for key in ("CreationTime", "TrainingEndTime"))
        points = self.training.account.client("cloudwatch").get_metric_statistics(
            Namespace=METRICS, MetricName=metric, Dimensions=[{"Name": "TrainingJobName", "Value": name}],
            StartTime=begin - minute, EndTime=end + minute, Period=minute, Statistics=["SampleCount"])["Datapoints"]
        return sum(point["SampleCount"] for point in points)
