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
def test_the_kmeans_estimator(own_server):
    told = run(own_server(), "clustering.py")
    assert sorted(told["clusters"]) == [0, 1, 2]
    assert all(0 < distance < 0.3 for distance in told["distances"])
    assert told["hyperparameters"] == {"k": "3", "feature_dim": "3", "mini_batch_size": "100", "force_dense": "True"}
