"""A server whose clock moves, with a bucket that is logged or measured: what its requests leave, as records and numbers."""

import dataclasses
import datetime
import json
import re

from support import control
from support.account import Account

FIELDS = (
    "owner bucket time remote requester id operation key line status error sent size total turn referer agent version host_id "
    "signature cipher auth host tls point acl"
).split()
FIELD = re.compile(r'\[[^\]]*\]|"[^"]*"|\S+')


def parse(line: str) -> dict[str, str]:
    values = FIELD.findall(line)
    assert len(values) == len(FIELDS), line
    return dict(zip(FIELDS, values, strict=True))


def delivery_policy(target: str, source: str = "*", account: str = "*") -> str:
    """Lets the logs of a source into a target."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{target}/*",
        "Condition": {"ArnLike": {"aws:SourceArn": f"arn:aws:s3:::{source}"}, "StringLike": {"aws:SourceAccount": account}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@dataclasses.dataclass
class Watched:
    account: Account
    bucket: str
    target: str

    @classmethod
    def create(cls, server) -> "Watched":
        account = Account.create(server)
        watched = cls(account, account.bucket(), account.bucket())
        watched.s3.put_bucket_policy(Bucket=watched.target, Policy=delivery_policy(watched.target, watched.bucket, account.id))
        return watched

    @property
    def s3(self):
        return self.account.client("s3")

    def log(self, prefix: str = "log/", **changes) -> None:
        enabled = {"TargetBucket": self.target, "TargetPrefix": prefix, **changes}
        self.s3.put_bucket_logging(Bucket=self.bucket, BucketLoggingStatus={"LoggingEnabled": enabled})

    def wait(self, seconds: int = 1) -> None:
        """Moves the clock: what was gathered is delivered and published."""
        control.ask(self.account.server.data, "clock-advance", seconds=seconds)

    def keys(self) -> list[str]:
        return [one["Key"] for one in self.s3.list_objects_v2(Bucket=self.target).get("Contents", [])]

    def records(self) -> list[dict[str, str]]:
        lines = []
        for key in self.keys():
            lines += self.s3.get_object(Bucket=self.target, Key=key)["Body"].read().decode().splitlines()
        return [parse(line) for line in lines]

    def record(self, operation: str, **having: str) -> dict[str, str]:
        """The one record of the operation."""
        found = [one for one in self.records() if one["operation"] == operation and having.items() <= one.items()]
        assert len(found) == 1, (operation, having, [one["operation"] for one in self.records()])
        return found[0]

    def statistic(self, metric: str, statistic: str = "Sum", period: int = 60, **dimensions: str) -> list[float]:
        """Of all the periods that have data, the oldest first."""
        named = [{"Name": name, "Value": value} for name, value in {"BucketName": self.bucket, **dimensions}.items()]
        now = datetime.datetime.now(datetime.UTC)
        answer = self.account.client("cloudwatch").get_metric_statistics(
            Namespace="AWS/S3",
            MetricName=metric,
            Dimensions=named,
            StartTime=(now - datetime.timedelta(seconds=10 * period)).replace(second=0, microsecond=0),
            EndTime=now + datetime.timedelta(seconds=100 * period),
            Period=period,
            Statistics=[statistic],
        )
        return [one[statistic] for one in sorted(answer["Datapoints"], key=lambda one: one["Timestamp"])]
