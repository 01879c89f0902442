"""Trains a CatBoost model on tables that Millrace has read: its child in a training, told by one argument.

The argument is JSON: {"kind": "CatBoostClassifier", "parameters": {...}, "training": TABLE, "validation": TABLE,
"model": PATH, "stop": PATH, "failure": DESCRIPTOR}. A TABLE is {"descriptor": 5, "rows": 100, "columns": 4}, a file
that holds 32-bit floats: one column of features after another, then the labels. When a file appears at "stop", the
training ends with the best model so far. Ends with 3 when the data or the parameters are wrong, with why in "failure".
"""

import json
import os
import sys

import catboost
import numpy

WRONG_INPUT = 3


class Stop:
    """Asks after each tree whether to go on."""

    def __init__(self, path):
        self.path = path

    def after_iteration(self, _):
        return not os.path.exists(self.path)


def pool(table, classifies):
    rows, columns = table["rows"], table["columns"]
    numbers = numpy.memmap(f"/proc/self/fd/{table['descriptor']}", dtype="<f4", mode="r")
    features = numpy.reshape(numbers[: rows * columns], (rows, columns), order="F")
    labels = numbers[rows * columns :]
    return catboost.Pool(features, labels.astype(numpy.int64) if classifies else labels)


def train(task):
    classifies = task["kind"] == "CatBoostClassifier"
    model = getattr(catboost, task["kind"])(**task["parameters"])
    validation = pool(task["validation"], classifies)
    callbacks = [Stop(task["stop"])]
    model.fit(pool(task["training"], classifies), eval_set=validation, use_best_model=True, callbacks=callbacks)
    metric = task["parameters"]["eval_metric"]
    score = model.get_best_score()["validation"].get(metric)
    if score is not None:
        print(f"best {metric} = {score:.10g}", flush=True)
    model.save_model(task["model"], format="cbm")


def main():
    task = json.loads(sys.argv[1])
    try:
        train(task)
    except catboost.CatBoostError as error:
        os.write(task["failure"], str(error).encode())
        sys.exit(WRONG_INPUT)


if __name__ == "__main__":
    main()
