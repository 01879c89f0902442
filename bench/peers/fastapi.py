"""FastAPI with the xgboost package: one uvicorn process, one OpenMP thread."""

import contextlib
import pathlib

from bench import processes
from bench.load import Target
from environment import environment
from support.raw import Request


# Apart, as the app imports the package `fastapi`, which is not the file of that name here.
APPS = pathlib.Path(__file__).parent.parent / "apps"


class FastApi:
    def __init__(self, url: str, process: int):
        self.url = url
        self.process = process

    def invoked(self, body: bytes) -> Target:
        request = Request("POST", "/invocations", {"Content-Type": "text/csv"}, body)
        return Target("FastAPI + xgboost", self.url, [request], processes.family(self.process))


@contextlib.contextmanager
def started(folder: pathlib.Path, model: pathlib.Path):
    folder.mkdir(parents=True)
    port = processes.free_port()
    url = f"http://127.0.0.1:{port}"
    app = ["--app-dir", APPS, "fastapi_app:app"]
    command = [environment("peers"), "-m", "uvicorn", *app, "--port", port, "--log-level", "warning", "--no-access-log"]
    surroundings = {"MODEL": str(model), "OMP_NUM_THREADS": "1", "PYTHONPATH": ""}
    with processes.running(command, folder / "fastapi.log", f"{url}/ping", surroundings) as process:
        yield FastApi(url, process.pid)
