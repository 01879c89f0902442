"""Our walk of the forest against the library's own predictions, for models that the Python package saved: equal bit for bit."""

import numpy
import pytest
import xgboost
from parity.work import model_server

ROWS, COLUMNS = 300, 12

CASES = {
    "squarederror": {"objective": "reg:squarederror"},
    "logistic": {"objective": "binary:logistic", "max_depth": 8},
    "reg_logistic": {"objective": "reg:logistic"},
    "logitraw": {"objective": "binary:logitraw"},
    "hinge": {"objective": "binary:hinge"},
    "softprob": {"objective": "multi:softprob", "num_class": 4},
    "softmax": {"objective": "multi:softmax", "num_class": 4},
    "poisson": {"objective": "count:poisson"},
    "gamma": {"objective": "reg:gamma"},
    "tweedie": {"objective": "reg:tweedie"},
    "pseudohuber": {"objective": "reg:pseudohubererror"},
    "squaredlog": {"objective": "reg:squaredlogerror"},
    "absolute": {"objective": "reg:absoluteerror"},
    "cox": {"objective": "survival:cox"},
    "aft": {"objective": "survival:aft"},
    "ndcg": {"objective": "rank:ndcg"},
    "pairwise": {"objective": "rank:pairwise"},
    "dart": {"objective": "binary:logistic", "booster": "dart", "rate_drop": 0.3},
    "dart_softprob": {"objective": "multi:softprob", "num_class": 3, "booster": "dart", "rate_drop": 0.3},
    "linear": {"objective": "reg:squarederror", "booster": "gblinear"},
    "linear_softprob": {"objective": "multi:softprob", "num_class": 3, "booster": "gblinear"},
    "forest": {"objective": "binary:logistic", "num_parallel_tree": 4, "subsample": 0.6},
    "exact": {"objective": "reg:squarederror", "tree_method": "exact"},
    "lossguide": {"objective": "reg:squarederror", "grow_policy": "lossguide", "max_leaves": 9, "max_depth": 0},
    "categorical": {"objective": "reg:squarederror", "max_cat_to_onehot": 3},
}


def data_of(name, parameters):
    generator = numpy.random.default_rng(len(name))
    rows = generator.normal(size=(ROWS, COLUMNS)).astype(numpy.float32)
    rows[:, 0] = generator.integers(0, 9, ROWS)
    rows[generator.random(rows.shape) < 0.15] = numpy.nan
    objective = parameters["objective"]
    labels = generator.exponential(size=ROWS) + 0.01
    if "num_class" in parameters:
        labels = generator.integers(0, parameters["num_class"], ROWS)
    elif objective.startswith(("binary:", "reg:logistic")):
        labels = generator.integers(0, 2, ROWS)
    elif objective.startswith("rank:"):
        labels = generator.integers(0, 4, ROWS)
    types = ["c"] + ["q"] * (COLUMNS - 1) if name == "categorical" else None
    data = xgboost.DMatrix(rows, labels, feature_types=types, enable_categorical=bool(types))
    if objective.startswith("rank:"):
        data.set_group([ROWS // 10] * 10)
    if objective == "survival:aft":
        data.set_float_info("label_lower_bound", labels)
        data.set_float_info("label_upper_bound", labels)
    return rows, data


@pytest.mark.parametrize("name", CASES)
def test_equals_the_library(tmp_path, name):
    parameters = {"seed": 3, "nthread": 2, "eta": 0.3, **CASES[name]}
    rows, data = data_of(name, parameters)
    booster = xgboost.train(parameters, data, 12)
    expected = booster.predict(data)
    model = tmp_path / ("model.json" if list(CASES).index(name) % 2 else "model.ubj")
    booster.save_model(model)
    with model_server(tmp_path, model) as server:
        numpy.testing.assert_array_equal(server.predict(rows), expected)
