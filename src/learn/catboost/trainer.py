"""Trains a CatBoost model on tables that Millrace has read: its child in a training, told by one argument.

The argument is JSON: {"kind": "CatBoostClassifier", "parameters": {...}, "training": TABLE, "validation": TABLE,
"categorical": [...], "texts": DESCRIPTOR, "model": PATH, "stop": PATH, "failure": DESCRIPTOR}. A TABLE is
{"descriptor": 5, "rows": 100, "columns": 4}, a file that holds 32-bit floats: one column of features after another, then
the labels. In the columns of "categorical" they are 32-bit hashes of texts, which "texts" has as JSON. When a file
appears at "stop", the training ends with the best model so far. Ends with 3 when the data or the parameters are wrong,
with why in "failure".
"""

import json
import os
import sys

import catboost
import numpy
import pandas

WRONG_INPUT = 3


class Stop:
    """Asks after each tree whether to go on."""

    def __init__(self, path):
        self.path = path

    def after_iteration(self, _):
        return not os.path.exists(self.path)


class Categories:
    """Turns columns of hashes into what CatBoost takes."""

    def __init__(self, task):
        self.columns = task["categorical"]
        if self.columns:
            with open(f"/proc/self/fd/{task['texts']}", encoding="utf-8") as file:
                known = json.load(file)
            self.hashes = numpy.array(known["hashes"], dtype="<u4")
            self.texts = numpy.array(known["texts"], dtype=object)

    def column(self, hashes):
        used, codes = numpy.unique(hashes, return_inverse=True)
        return pandas.Categorical.from_codes(codes, categories=self.texts[numpy.searchsorted(self.hashes, used)])

    def frame(self, features, names):
        columns = {name: features[:, number] for number, name in enumerate(names)}
        for number in self.columns:
            columns[names[number]] = self.column(features[:, number].view("<u4"))
        return pandas.DataFrame(columns, copy=False)


def pool(table, classifies, categories):
    rows, columns = table["rows"], table["columns"]
    numbers = numpy.memmap(f"/proc/self/fd/{table['descriptor']}", dtype="<f4", mode="r")
    features = numpy.reshape(numbers[: rows * columns], (rows, columns), order="F")
    labels = numbers[rows * columns :]
    labels = labels.astype(numpy.int64) if classifies else labels
    names = [f"feature_{number}" for number in range(columns)]
    if not categories.columns:
        return catboost.Pool(features, labels, feature_names=names)
    return catboost.Pool(categories.frame(features, names), labels, cat_features=categories.columns)


def train(task):
    classifies = task["kind"] == "CatBoostClassifier"
    model = getattr(catboost, task["kind"])(**task["parameters"])
    categories = Categories(task)
    validation = pool(task["validation"], classifies, categories)
    training = pool(task["training"], classifies, categories)
    model.fit(training, eval_set=validation, use_best_model=True, callbacks=[Stop(task["stop"])])
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
