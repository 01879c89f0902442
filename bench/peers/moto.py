"""moto's server: what users without a cloud test SageMaker calls against today. It keeps everything in memory and checks nothing."""

import contextlib
import pathlib

from bench import processes
from environment import environment

KEYS = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}


class Moto:
    def __init__(self, url: str, process: int):
        self.url = url
        self.process = process

    def client(self, service: str):
        import boto3

        return boto3.client(service, endpoint_url=self.url, **KEYS)


@contextlib.contextmanager
def started(folder: pathlib.Path):
    folder.mkdir(parents=True)
    port = processes.free_port()
    url = f"http://127.0.0.1:{port}"
    program = environment("peers").parent / "moto_server"
    with processes.running([program, "-H", "127.0.0.1", "-p", port], folder / "moto.log", f"{url}/moto-api/data.json") as process:
        yield Moto(url, process.pid)
