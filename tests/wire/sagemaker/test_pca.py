"""The built-in PCA from data to an answering endpoint."""

import json
import random

import pytest

from support.built_ins import csv, metrics

PARAMETERS = {"feature_dim": "3", "num_components": "2", "mini_batch_size": "50"}


def project(built_in, name, **parameters):
    chance = random.Random(1)
    rows = csv((10 + chance.gauss(0, 5), chance.gauss(0, 1), chance.gauss(0, 0.01)) for _ in range(400))
    return built_in.train(name, "pca", {**PARAMETERS, **parameters}, {"train": rows, "test": rows}, "text/csv;label_size=0")


@pytest.mark.parametrize("mode", ["regular", "randomized"])
def test_components_are_found_and_their_loss_measured(built_in, mode):
    job = project(built_in, "components", algorithm_mode=mode)
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    final = metrics(job)
    assert final["test:mse"] == pytest.approx(1e-4, rel=0.3)
    assert final["train:progress"] == 100


def test_an_endpoint_projects(built_in):
    endpoint = built_in.endpoint(project(built_in, "served"))

    def ask(body="10,0,0\n20,1,0", **changes):
        return endpoint.ask(body, **changes)[1]

    first, last = json.loads(ask())["projections"]
    assert first["projection"] == pytest.approx([0, 0], abs=0.6)
    # The last component is the one along which the rows vary most.
    assert last["projection"][1] - first["projection"][1] == pytest.approx(10, rel=0.02)
    assert abs(last["projection"][0] - first["projection"][0]) == pytest.approx(1, rel=0.2)
    assert json.loads(ask(Accept="application/jsonlines").splitlines()[0]) == first
    assert ask(Accept="text/csv").splitlines()[0] == ",".join(map(str, first["projection"]))
    with pytest.raises(endpoint.refusal):
        ask("1,2")


def test_more_components_than_features_are_refused(built_in):
    job = project(built_in, "toomany", num_components="4")
    assert job["FailureReason"].startswith("ClientError: num_components must not be more than feature_dim: they are 4 and 3")
