"""MLServer with its XGBoost runtime, in its own process and with one OpenMP thread, where it is at its fastest."""

import contextlib
import json
import pathlib

from bench import processes
from bench.load import Target
from environment import environment
from support.raw import Request


class MlServer:
    def __init__(self, url: str, process: int):
        self.url = url
        self.process = process

    def invoked(self, row: list[float]) -> Target:
        tensor = {"name": "x", "shape": [1, len(row)], "datatype": "FP32", "data": row}
        body = json.dumps({"inputs": [tensor]}).encode()
        request = Request("POST", "/v2/models/model/infer", {"Content-Type": "application/json"}, body)
        return Target("MLServer", self.url, [request], processes.family(self.process))


@contextlib.contextmanager
def started(folder: pathlib.Path, model: pathlib.Path):
    folder.mkdir(parents=True)
    port = processes.free_port()
    settings = {
        "host": "127.0.0.1", "http_port": port, "grpc_port": processes.free_port(), "metrics_port": processes.free_port(),
        "parallel_workers": 0, "debug": False,
    }
    (folder / "settings.json").write_text(json.dumps(settings))
    described = {"name": "model", "implementation": "mlserver_xgboost.XGBoostModel", "parameters": {"uri": str(model)}}
    (folder / "model-settings.json").write_text(json.dumps(described))
    url = f"http://127.0.0.1:{port}"
    command = [environment("mlserver").parent / "mlserver", "start", folder]
    surroundings = {"OMP_NUM_THREADS": "1", "PYTHONPATH": ""}
    with processes.running(command, folder / "mlserver.log", f"{url}/v2/models/model/ready", surroundings) as process:
        yield MlServer(url, process.pid)
