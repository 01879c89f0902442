"""Rows to learn from and a model that learned them: 28 features with the skews of Higgs data, made from a seed."""

import functools
import io
import pathlib
import tarfile

import numpy as np

FEATURES = 28
ROUNDS = 100
DEPTH = 6
IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"
PARAMETERS = {"objective": "binary:logistic", "tree_method": "hist", "max_depth": DEPTH, "eta": 0.1}


def rows(count: int, seed: int = 7) -> tuple[np.ndarray, np.ndarray]:
    """(features, labels); about eight of ten labels can be told from the features."""
    chance = np.random.default_rng(seed)
    features = chance.standard_normal((count, FEATURES), dtype=np.float32)
    features[:, 7:14] = np.exp(features[:, 7:14] / 2)
    features[:, 20] = np.abs(features[:, 20])
    features[:, 21] = np.round(features[:, 21])
    signal = features[:, 0] * features[:, 1] + np.sin(2 * features[:, 2]) * features[:, 7] + 0.5 * (features[:, 3] ** 2 - 1)
    signal += 0.6 * (features[:, 9] > 1.2) * features[:, 5] + 0.4 * features[:, 20] + 0.3 * features[:, 21]
    return features, (signal + chance.logistic(size=count) > 0.3).astype(np.float32)


def large_csv(features: np.ndarray, labels: np.ndarray) -> bytes:
    """As `csv`, with the digits that tell the numbers apart, and many times as fast."""
    import pyarrow
    import pyarrow.csv

    columns = [labels, *features.T]
    out = io.BytesIO()
    table = pyarrow.table({str(number): column for number, column in enumerate(columns)})
    pyarrow.csv.write_csv(table, out, pyarrow.csv.WriteOptions(include_header=False))
    return out.getvalue()


def csv(features: np.ndarray, labels: np.ndarray | None = None) -> bytes:
    """Six digits a number; the label first where there is one, and no header."""
    table = features if labels is None else np.column_stack([labels, features])
    text = io.BytesIO()
    np.savetxt(text, table, fmt="%.6g", delimiter=",")
    return text.getvalue()


def model(folder: pathlib.Path) -> pathlib.Path:
    """An XGBoost model of 100 trees of depth 6, as a JSON file."""
    file = folder / "model.json"
    file.write_bytes(model_bytes())
    return file


@functools.cache
def model_bytes() -> bytes:
    """One thread: two that wait for each other on shared cores take many times as long."""
    import xgboost

    features, labels = rows(30_000)
    booster = xgboost.train({**PARAMETERS, "nthread": 1}, xgboost.QuantileDMatrix(features, labels, nthread=1), ROUNDS)
    return bytes(booster.save_raw("json"))


def archive(model_file: pathlib.Path) -> bytes:
    """model.tar.gz, as a training job leaves it."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        tar.add(model_file, "xgboost-model")
    return out.getvalue()
