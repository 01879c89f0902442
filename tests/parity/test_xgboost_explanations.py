"""Our explanations beside the library's: Shapley values against pred_contribs, importance against get_score."""

import os

import numpy
import pytest
import xgboost
from parity.explanations import contributions, hand
from parity.test_xgboost_prediction import CASES, data_of

# Differences that its single precision leaves in pred_contribs itself.
TOLERANCE = 1e-5


@pytest.mark.parametrize("name", CASES)
def test_contributions_are_those_of_the_library(tmp_path, name):
    parameters = {"seed": 3, "nthread": 1, "eta": 0.3, **CASES[name]}
    rows, data = data_of(name, parameters)
    booster = xgboost.train(parameters, data, 12)
    os.mkdir(tmp_path / "model")
    booster.save_model(tmp_path / "model" / "model.ubj")
    expected = booster.predict(data, pred_contribs=True, strict_shape=True)
    found = contributions("xgboost", tmp_path, rows).reshape(expected.shape)
    scale = max(1.0, float(numpy.abs(expected).max()))
    assert float(numpy.abs(found - expected).max()) < TOLERANCE * scale


def test_importance_is_that_of_the_library(tmp_path):
    rows, data = data_of("squarederror", CASES["squarederror"])
    booster = xgboost.train({"seed": 3, "nthread": 1}, data, 12)
    os.mkdir(tmp_path / "model")
    booster.save_model(tmp_path / "model" / "model.json")
    names, *lines = hand("xgboost", "--model", tmp_path / "model", "--importance").splitlines()
    found = {line.split(",")[0]: line.split(",") for line in lines}
    for place, kind in enumerate(names.split(",")[1:], start=1):
        expected = booster.get_score(importance_type=kind)
        assert {f"f{column}" for column in found} == set(expected)
        for column, values in found.items():
            assert float(values[place]) == pytest.approx(expected[f"f{column}"], rel=1e-5), (kind, column)
