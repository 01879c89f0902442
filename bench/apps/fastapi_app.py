"""An XGBoost model behind FastAPI, as users write it; run by uvicorn in the peers' environment, MODEL names the file."""

import os

import numpy as np
import xgboost
from fastapi import FastAPI, Request, Response

booster = xgboost.Booster(model_file=os.environ["MODEL"])
booster.set_param({"nthread": 1})
app = FastAPI()


def rows_of(text: bytes) -> np.ndarray:
    return np.array([[float(value) for value in line.split(b",")] for line in text.split(b"\n") if line], np.float32)


@app.get("/ping")
async def ping():
    return Response("")


@app.post("/invocations")
async def invocations(request: Request):
    scores = booster.inplace_predict(rows_of(await request.body()))
    return Response("\n".join(map(str, scores)), media_type="text/csv")
