"""InvokeEndpoint with 1,000 CSV rows in one request, beside FastAPI with the xgboost package."""

import pathlib

from bench import data, endpoint, load, millrace
from bench.load import Shape
from bench.peers import fastapi
from bench.result import Check, Result

TITLE = "`InvokeEndpoint`, 1,000 CSV rows"
CONNECTIONS = 2
ROWS = 1000


def measure(place: pathlib.Path, shape: Shape) -> Result:
    model = data.model(place)
    body = data.csv(data.rows(ROWS, seed=8)[0]).rstrip(b"\n")
    with millrace.started(place / "millrace") as ours, fastapi.started(place / "fastapi", model) as peer:
        endpoint.serve(ours, model)
        mine, theirs = load.compare([endpoint.invoked(ours, body), peer.invoked(body)], CONNECTIONS, shape)
    checks = [
        Check("CPU a request", mine.cpu_us / 1000, 2, "ms"),
        Check("CPU of FastAPI over ours", theirs.cpu_us / mine.cpu_us, 3, at_least=True),
    ]
    return Result(checks, [mine, theirs])
