"""AWS's own algorithms through the estimators that the SageMaker Python SDK's v2 line has for them."""

import json
import pathlib
import subprocess
import sys

import pytest


def run(server, script: str) -> dict:
    """The last line that the script prints, which is JSON; through the proxy, as code of users is."""
    command = [sys.executable, pathlib.Path(__file__).with_name(script)]
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
