"""Batch jobs of S3 Control: manifests, jobs and their reports, for tests."""

import csv
import dataclasses
import functools
import io
import json
import urllib.parse

from support import server as servers
from support.account import EVERYTHING, Account

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "batchoperations.s3.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
OVER = ("Complete", "Failed", "Cancelled")
COLUMNS = ("Bucket", "Key", "VersionId", "TaskStatus", "HTTPStatusCode", "ErrorCode", "ResultMessage")
SECONDS = 30


@dataclasses.dataclass
class Batch:
    account: Account

    @functools.cached_property
    def control(self):
        return self.account.client("s3control")

    @functools.cached_property
    def s3(self):
        return self.account.client("s3")

    @functools.cached_property
    def bucket(self) -> str:
        return self.account.bucket()

    @functools.cached_property
    def role(self) -> str:
        return self.account.role(EVERYTHING, TRUST)

    def put(self, *keys: str, bucket: str | None = None, **more) -> None:
        for key in keys:
            self.s3.put_object(Bucket=bucket or self.bucket, Key=key, Body=b"body of " + key.encode(), **more)

    def list_of(self, rows: list[tuple], fields=("Bucket", "Key"), key: str = "manifest.csv") -> dict:
        """A manifest in CSV, put into the bucket."""
        lines = "".join(",".join([row[0], urllib.parse.quote(row[1]), *row[2:]]) + "\n" for row in rows)
        etag = self.s3.put_object(Bucket=self.bucket, Key=key, Body=lines.encode())["ETag"]
        return {
            "Spec": {"Format": "S3BatchOperations_CSV_20180820", "Fields": list(fields)},
            "Location": {"ObjectArn": f"arn:aws:s3:::{self.bucket}/{key}", "ETag": etag},
        }

    def of_keys(self, *keys: str) -> dict:
        return self.list_of([(self.bucket, key) for key in keys])

    def report(self, scope: str = "AllTasks", **more) -> dict:
        return {"Bucket": f"arn:aws:s3:::{self.bucket}", "Prefix": "reports", "Format": "Report_CSV_20180820", "Enabled": True, "ReportScope": scope, **more}

    def ask(self, operation: dict, manifest: dict | None, **changes) -> dict:
        """The members of a CreateJob."""
        asked = {
            "AccountId": self.account.id, "ConfirmationRequired": False, "Operation": operation, "Report": {"Enabled": False},
            "Priority": 10, "RoleArn": self.role, **({"Manifest": manifest} if manifest else {}), **changes,
        }
        return {name: value for name, value in asked.items() if value is not None}

    def create(self, operation: dict, manifest: dict | None, **changes) -> str:
        return self.control.create_job(**self.ask(operation, manifest, **changes))["JobId"]

    def job(self, job: str) -> dict:
        return self.control.describe_job(AccountId=self.account.id, JobId=job)["Job"]

    def wait(self, job: str, *statuses: str) -> dict:
        """The job once it has one of the statuses (any final one, if none is named)."""
        wanted = statuses or OVER
        reached = lambda: (job_now := self.job(job))["Status"] in (*wanted, *OVER) and job_now
        found = servers.eventually(reached, SECONDS, f"the job to be {wanted}")
        assert found["Status"] in wanted, found
        return found

    def run(self, operation: dict, manifest: dict | None, **changes) -> dict:
        return self.wait(self.create(operation, manifest, **changes))

    def read_report(self, job: str, prefix: str = "reports/") -> tuple[dict, dict[str, list[dict]]]:
        """The report's manifest, and its rows by the status of their tasks."""
        get = lambda key: self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()  # noqa: E731
        manifest = json.loads(get(f"{prefix}job-{job}/manifest.json"))
        rows = {}
        for result in manifest["Results"]:
            text = get(result["Key"]).decode()
            rows[result["TaskExecutionStatus"]] = [dict(zip(COLUMNS, row, strict=True)) for row in csv.reader(io.StringIO(text))]
        return manifest, rows


def counts(job: dict) -> tuple[int, int, int]:
    progress = job["ProgressSummary"]
    return progress["TotalNumberOfTasks"], progress["NumberOfTasksSucceeded"], progress["NumberOfTasksFailed"]
