"""The libraries' own predictions: makes a model of 100 trees of depth 6 with each, and times it on one thread; arguments: training rows, labels
and rows to predict as .npy, rounds, folder for the models.

Prints as JSON what a row costs, in microseconds: among all others, and in a call of its own, in which Python has its part.
"""

import json
import pathlib
import sys
import time

import lightgbm
import numpy as np
import xgboost

features, labels, rows = map(np.load, sys.argv[1:4])
rounds, folder = int(sys.argv[4]), pathlib.Path(sys.argv[5])
ALONE = 500
LIGHTGBM = {"objective": "binary", "num_leaves": 64, "max_depth": 6, "min_data_in_leaf": 3, "num_threads": 1, "verbosity": -1}
XGBOOST = {"objective": "binary:logistic", "tree_method": "hist", "max_depth": 6, "eta": 0.1, "nthread": 1}


def microseconds(predict, calls) -> float:
    """A row, in the quickest of a few passes."""
    passes = []
    for _ in range(5):
        began = time.process_time()
        for call in calls:
            predict(call)
        passes.append(time.process_time() - began)
    return min(passes) / sum(len(call) for call in calls) * 1e6


def costs(predict) -> dict:
    return {"batch_row_us": microseconds(predict, [rows]), "row_us": microseconds(predict, [rows[at : at + 1] for at in range(ALONE)])}


forest = lightgbm.train(LIGHTGBM, lightgbm.Dataset(features, labels), rounds)
for name in ("lightgbm", "xgboost"):
    (folder / name).mkdir()
forest.save_model(folder / "lightgbm" / "model.txt")
other = xgboost.train(XGBOOST, xgboost.DMatrix(features, labels, nthread=1), rounds)
other.save_model(folder / "xgboost" / "xgboost-model.json")
print(json.dumps({"lightgbm": costs(lambda call: forest.predict(call, num_threads=1)), "xgboost": costs(other.inplace_predict)}))
