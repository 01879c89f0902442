"""AWS's own algorithms through the estimators that the SageMaker Python SDK's v2 line has for them."""

import json
import pathlib
import subprocess
import sys

import pytest
from support.catboost import catboost_python


def run(server, script: str, *words: str) -> dict:
    """The last line that the script prints, which is JSON; through the proxy, as code of users is."""
    command = [sys.executable, pathlib.Path(__file__).with_name(script), *words]
    result = subprocess.run(command, env=server.proxy_environment(), capture_output=True, text=True, timeout=280, check=False)
    assert result.returncode == 0, result.stdout + result.stderr[-4000:]
    return json.loads(result.stdout.splitlines()[-1])


@pytest.mark.timeout(300)
def test_the_estimators(own_server):
    told = run(own_server(), "estimators.py")
    assert sorted(answer["closest_cluster"][0] for answer in told["kmeans"]) == [0, 1, 2]
    assert all(0 < answer["distance_to_cluster"][0] < 0.3 for answer in told["kmeans"])
    assert [len(answer["projection"]) for answer in told["pca"]] == [2, 2, 2]
    assert [answer["predicted_label"][0] for answer in told["knn"]] == [0, 1, 2]
    assert [answer["predicted_label"][0] for answer in told["linear-learner"]] == [0, 1, 2]
    assert [answer["predicted_label"][0] for answer in told["factorization-machines"]] == [0, 1, 0]
    *ordinary, odd = (answer["score"][0] for answer in told["randomcutforest"])
    assert odd > 2 * max(ordinary)


@pytest.mark.timeout(300)
def test_jumpstart_models(own_server):
    catboost_python()
    ids = [f"{algorithm}-{problem}-model" for algorithm in ("lightgbm", "catboost") for problem in ("classification", "regression")]
    told = run(own_server(), "jumpstart.py", *ids)
    for model_id, said in told["models"].items():
        assert said["image"].endswith("/pytorch-training:1.9.0-cpu-py38")
        assert said["defaults"]["early_stopping_rounds"] == ("10" if model_id.startswith("lightgbm") else "5")
        assert said["metrics"]
        if "regression" in model_id:
            assert said["answer"]["prediction"] == pytest.approx([9, 1], abs=0.5)
        else:
            assert [row[1] > 0.5 for row in said["answer"]["probabilities"]] == [True, False]
    refusals = told["refusals"]
    assert not refusals["listed"] and len(refusals["keys"]) == len(ids)
    assert [refusals[name] for name in ("put", "delete", "remove")] == ["AccessDenied"] * 3


@pytest.mark.timeout(300)
def test_jumpstart_by_its_classes(own_server):
    catboost_python()
    ids = [f"{algorithm}-classification-model" for algorithm in ("lightgbm", "catboost")]
    for said in run(own_server(), "jumpstart_classes.py", *ids).values():
        assert said["metrics"]
        assert [row[1] > 0.5 for row in said["estimator"]["probabilities"]] == [True, False]
        assert said["model"] == said["estimator"]
        assert said["untrained"] == "Failed"
