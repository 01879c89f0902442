"""Runs `millrace-work` in folders of a test's own: a training job, or a model server on a Unix socket."""

import contextlib
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import time

import numpy

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = pathlib.Path(os.environ.get("MILLRACE_BUILD", ROOT / "build")) / "millrace-work"
ENVIRONMENT = {**os.environ, "OMP_WAIT_POLICY": "passive"}


class Job:
    """A training job: `channel` adds data, `train` runs it."""

    def __init__(self, root, hyperparameters, version="3.0-5", algorithm="xgboost"):
        self.root = root
        self.work = {"algorithm": algorithm, "version": version, "threads": 2, "channels": []}
        config = root / "input" / "config"
        config.mkdir(parents=True)
        texts = {name: str(value) for name, value in hyperparameters.items()}
        (config / "hyperparameters.json").write_text(json.dumps(texts), encoding="utf-8")

    def channel(self, name, content_type, files):
        """`files`: names to bytes."""
        entries = []
        for file, content in files.items():
            path = self.root / "data" / name / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            entries.append({"name": f"{name}/{file}", "path": str(path)})
        self.work["channels"].append({"name": name, "content_type": content_type, "compression": "None", "files": entries})
        return self

    def start(self):
        (self.root / "input" / "config" / "work.json").write_text(json.dumps(self.work), encoding="utf-8")
        command = [PROGRAM, "train", "--root", self.root]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        return subprocess.Popen(command, **pipes, pass_fds=self.descriptors(), env=ENVIRONMENT)

    def descriptors(self):
        entries = [entry for channel in self.work["channels"] for entry in channel["files"]]
        return [entry["descriptor"] for entry in entries if "descriptor" in entry]

    def train(self):
        """The exit code and the log."""
        with self.start() as process:
            log = process.communicate(timeout=60)[0]
        return process.returncode, log

    def failure(self):
        return (self.root / "output" / "failure").read_text(encoding="utf-8")

    def model(self):
        return self.root / "model" / "xgboost-model"


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=30)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.connect(str(self.path))


class ModelServer:
    def __init__(self, connection):
        self.connection = connection

    def ask(self, body, content_type, accept="application/json"):
        """Status, content type and body of the answer."""
        self.connection.request("POST", "/invocations", body, {"Content-Type": content_type, "Accept": accept})
        answer = self.connection.getresponse()
        return answer.status, answer.headers.get("Content-Type"), answer.read()

    def predict(self, rows):
        """Predictions as the answers' numbers in single precision."""
        status, _, body = self.ask(csv(rows), "text/csv")
        assert status == 200, body
        return numpy.array([one["score"] for one in json.loads(body)["predictions"]], dtype=numpy.float32)


@contextlib.contextmanager
def model_server(root, model, threads=1):
    """Serves the file `model` from the folder `root`."""
    (root / "model").mkdir(parents=True, exist_ok=True)
    (root / "input" / "config").mkdir(parents=True, exist_ok=True)
    target = root / "model" / "xgboost-model"
    if pathlib.Path(model) != target:
        target.write_bytes(pathlib.Path(model).read_bytes())
    with serve(root, {"algorithm": "xgboost", "version": "3.0-5", "threads": threads}) as server:
        yield server


def served(job):
    """Serves the model that a job left behind."""
    return serve(job.root, {**job.work, "channels": [], "threads": 1})


@contextlib.contextmanager
def serve(root, work):
    (root / "input" / "config" / "work.json").write_text(json.dumps(work), encoding="utf-8")
    path = root / "s"
    command = [PROGRAM, "serve", "--root", root, "--socket", path]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=ENVIRONMENT)
    try:
        yield ModelServer(connect(path, process))
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


def connect(path, process):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        connection = UnixConnection(path)
        with contextlib.suppress(FileNotFoundError, ConnectionRefusedError):
            connection.connect()
            return connection
        assert process.poll() is None, "the model server ended"
        time.sleep(0.005)
    raise AssertionError("the model server did not answer")


def csv(rows, labels=None):
    """CSV without loss; a missing value is an empty field."""
    lines = []
    for index, row in enumerate(rows):
        fields = ["" if numpy.isnan(value) else repr(float(value)) for value in row]
        lines.append(",".join(([repr(float(labels[index]))] if labels is not None else []) + fields))
    return ("\n".join(lines) + "\n").encode()
