"""InvokeEndpoint with one CSV row: latency at one connection, requests a second at eight, beside nginx, FastAPI and MLServer."""

import dataclasses
import pathlib

from bench import data, endpoint, load, millrace
from bench.load import Shape
from bench.peers import fastapi, mlserver, nginx
from bench.result import Check, Figure, Result

TITLE = "`InvokeEndpoint`, one CSV row of 28, XGBoost 100 trees of depth 6, signature and policy checked"
CONNECTIONS = 8


def measure(place: pathlib.Path, shape: Shape) -> Result:
    model = data.model(place)
    with (
        millrace.started(place / "millrace") as ours,
        nginx.started(place / "nginx") as ceiling,
        fastapi.started(place / "fastapi", model) as fast,
        mlserver.started(place / "mlserver", model) as slow,
    ):
        endpoint.serve(ours, model)
        features = data.rows(1, seed=8)[0]
        row = data.csv(features).strip()
        mine, returns = endpoint.invoked(ours, row), ceiling.returns(row)
        one = load.compare([mine, returns], 1, shape, core=load.cores()[0])
        peers = [fast.invoked(row), slow.invoked([round(float(value), 6) for value in features[0]])]
        eight = load.compare([mine, returns, *peers], CONNECTIONS, shape)
    return Result(checks(one, eight), named(one, "c1, one core") + named(eight, f"c{CONNECTIONS}"))


def checks(one: list[Figure], eight: list[Figure]) -> list[Check]:
    mine, returns, fast, slow = (figure.per_second for figure in eight)
    return [
        Check("median at one connection over nginx `return 200`", one[0].median_us / one[1].median_us, 4),
        Check("requests/s at 8 over nginx `return 200`", mine / returns, 0.4, at_least=True),
        Check("requests/s at 8 over FastAPI + xgboost", mine / fast, 10, at_least=True),
        Check("requests/s at 8 over MLServer", mine / slow, 25, at_least=True),
    ]


def named(figures: list[Figure], load_name: str) -> list[Figure]:
    return [dataclasses.replace(figure, server=f"{figure.server}, {load_name}") for figure in figures]
