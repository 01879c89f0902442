"""Writes the models of this folder and what they predict; run it with xgboost 1.7.6, numpy 1.26 and Python 3.11.

Each case is CASE.predictions.csv, what xgboost itself predicts for rows.csv, and the same model as CASE.bin (the binary format
that later releases dropped), CASE.json and CASE.ubj where the format can hold it.
"""

import pathlib

import numpy
import xgboost

HERE = pathlib.Path(__file__).resolve().parent
ROWS, COLUMNS = 40, 5

TREES = {"max_depth": 3, "eta": 0.4, "base_score": 0.3}
CASES = {
    "squarederror": {"objective": "reg:squarederror"},
    "logistic": {"objective": "binary:logistic"},
    "logitraw": {"objective": "binary:logitraw"},
    "hinge": {"objective": "binary:hinge"},
    "softprob": {"objective": "multi:softprob", "num_class": 3},
    "softmax": {"objective": "multi:softmax", "num_class": 3},
    "poisson": {"objective": "count:poisson"},
    "gamma": {"objective": "reg:gamma"},
    "tweedie": {"objective": "reg:tweedie", "tweedie_variance_power": 1.3},
    "pseudohuber": {"objective": "reg:pseudohubererror"},
    "cox": {"objective": "survival:cox"},
    "aft": {"objective": "survival:aft"},
    "pairwise": {"objective": "rank:pairwise"},
    "pruned": {"objective": "reg:squarederror", "gamma": 0.5, "tree_method": "exact", "grow_policy": "depthwise"},
    "lossguide": {"objective": "reg:squarederror", "tree_method": "hist", "grow_policy": "lossguide", "max_leaves": 6},
    "parallel": {"objective": "binary:logistic", "num_parallel_tree": 2, "subsample": 0.7},
    "dart": {"objective": "binary:logistic", "booster": "dart", "rate_drop": 0.5},
    "linear": {"objective": "reg:squarederror", "booster": "gblinear"},
    "linear_softprob": {"objective": "multi:softprob", "num_class": 3, "booster": "gblinear"},
    "categorical": {"objective": "reg:squarederror", "tree_method": "hist", "max_cat_to_onehot": 1},
}


def rows(generator):
    values = generator.normal(size=(ROWS, COLUMNS)).astype(numpy.float32).round(3)
    values[:, 4] = generator.integers(0, 6, ROWS)
    values[generator.random((ROWS, COLUMNS)) < 0.1] = numpy.nan
    return values


def labels(parameters, generator):
    objective = parameters["objective"]
    if objective.startswith("multi:"):
        return generator.integers(0, parameters["num_class"], ROWS)
    if objective.startswith("binary:"):
        return generator.integers(0, 2, ROWS)
    if objective.startswith("rank:"):
        return generator.integers(0, 4, ROWS)
    return generator.exponential(size=ROWS).astype(numpy.float32).round(3) + 0.1


def data_of(name, parameters, values, generator):
    types = ["q"] * 4 + ["c"] if name == "categorical" else None
    data = xgboost.DMatrix(values, labels(parameters, generator), feature_types=types, enable_categorical=bool(types))
    if parameters["objective"].startswith("rank:"):
        data.set_group([ROWS // 4] * 4)
    if parameters["objective"] == "survival:aft":
        data.set_float_info("label_lower_bound", data.get_label())
        data.set_float_info("label_upper_bound", data.get_label())
    return data


def write(name, parameters, values, generator):
    data = data_of(name, parameters, values, generator)
    booster = xgboost.train({**TREES, **parameters, "seed": 1, "nthread": 1}, data, 4)
    for suffix in ("json", "ubj") if name == "categorical" else ("bin", "json", "ubj"):
        path = HERE / f"{name}.{suffix}"
        booster.save_model(path.with_suffix(".model") if suffix == "bin" else path)
        if suffix == "bin":
            path.with_suffix(".model").rename(path)
    predicted = booster.predict(data).reshape(ROWS, -1)
    lines = [",".join(str(number) for number in row.tolist()) for row in predicted]
    (HERE / f"{name}.predictions.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main():
    generator = numpy.random.default_rng(17)
    values = rows(generator)
    lines = [",".join("" if numpy.isnan(number) else str(number) for number in row.tolist()) for row in values]
    (HERE / "rows.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for name, parameters in CASES.items():
        write(name, parameters, values, generator)


if __name__ == "__main__":
    main()
