"""An account of a test's own: clients, the command line, roles and buckets in it."""

import dataclasses
import itertools
import json
import os
import subprocess
import sys

from support import control, permissions, server as servers
from support.calls import CALLS

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


@dataclasses.dataclass
class Account:
    server: servers.Server
    id: str
    key: str
    secret: str
    token: str | None = None
    numbers: itertools.count = dataclasses.field(default_factory=itertools.count)
    # Whose users sign the calls of its boto3 clients instead of it.
    least: permissions.LeastPrivilege | None = None

    @classmethod
    def create(cls, server: servers.Server, is_root: bool = True) -> "Account":
        """A new account, as its root, or as users who have no more than each operation asks for."""
        made = control.ask(server.data, "account-create")
        root = cls(server, made["account"], made["access_key_id"], made["secret_access_key"])
        return root if is_root else dataclasses.replace(root, least=permissions.LeastPrivilege(root))

    @property
    def account(self) -> str:
        return self.id

    def client(self, service: str, region: str = servers.REGION, **changes):
        """A boto3 client that tries once."""
        import boto3  # not every environment has it
        from botocore.config import Config

        settings = {
            "endpoint_url": self.server.url,
            "region_name": region,
            "aws_access_key_id": self.key,
            "aws_secret_access_key": self.secret,
            "aws_session_token": self.token,
            "config": Config(retries={"total_max_attempts": 1}, read_timeout=60),
        }
        client = boto3.client(service, **{**settings, **changes})
        CALLS.watch(client)
        if self.least and not {"aws_access_key_id", "aws_secret_access_key"} & changes.keys():
            self.least.sign(client)
        return client

    def environment(self) -> dict[str, str]:
        settings = {
            "AWS_ENDPOINT_URL": self.server.url,
            "AWS_ACCESS_KEY_ID": self.key,
            "AWS_SECRET_ACCESS_KEY": self.secret,
            "AWS_DEFAULT_REGION": servers.REGION,
        }
        if self.token:
            settings["AWS_SESSION_TOKEN"] = self.token
        return {**os.environ, **settings}

    def cli(self, *words: str, check: bool = True, seconds: float = 100) -> str:
        """Runs the aws command line; its output. The test fails when the command does, unless `check` is false."""
        command = [sys.executable, "-m", "awscli", *words]
        result = subprocess.run(command, env=self.environment(), capture_output=True, text=True, timeout=seconds, check=False)
        if check and result.returncode:
            raise AssertionError(f"aws {' '.join(words)} ended with {result.returncode}:\n{result.stderr}")
        return result.stdout if check else result.stdout + result.stderr

    def name(self, kind: str) -> str:
        """A name that no other resource of this server has."""
        return f"{kind}-{self.id}-{next(self.numbers)}"

    def role(self, policy: dict | None = EVERYTHING, trust: dict | None = None) -> str:
        """The ARN of a new role that SageMaker may take on, allowed everything unless told otherwise."""
        iam, name = self.client("iam"), self.name("role")
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust or TRUST))["Role"]["Arn"]
        if policy:
            iam.put_role_policy(RoleName=name, PolicyName="inline", PolicyDocument=json.dumps(policy))
        return arn

    def user(self, policy: dict | None = None) -> "Account":
        """The same account as a new user, allowed what the policy says."""
        iam, name = self.client("iam"), self.name("user")
        iam.create_user(UserName=name)
        if policy:
            iam.put_user_policy(UserName=name, PolicyName="inline", PolicyDocument=json.dumps(policy))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return Account(self.server, self.id, key["AccessKeyId"], key["SecretAccessKey"], numbers=self.numbers)

    def bucket(self) -> str:
        """A new bucket's name."""
        name = self.name("bucket")
        self.client("s3").create_bucket(Bucket=name)
        return name
