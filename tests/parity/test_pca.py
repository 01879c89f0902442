"""PCA jobs beside scikit-learn's on the same rows: the same components, in AWS's arrays."""

import numpy
import pytest
from parity.work import Job, csv
from sklearn.datasets import load_breast_cancer, load_digits, load_iris
from sklearn.decomposition import PCA
from support.built_ins import arrays


def components(folder, rows, count, **hyperparameters):
    given = {"feature_dim": rows.shape[1], "num_components": count, "mini_batch_size": 100, **hyperparameters}
    job = Job(folder, given, version="1", algorithm="pca").channel("train", "text/csv;label_size=0", {"a.csv": csv(rows)})
    code, log = job.train()
    assert code == 0, log
    found = arrays((job.root / "model" / "model_algo-1").read_bytes())
    return {part: numpy.array(numbers, numpy.float32).reshape(shape) for part, (shape, numbers) in found.items()}


SETS = [("iris", load_iris, 3), ("cancer", load_breast_cancer, 8), ("digits", load_digits, 12)]


@pytest.mark.parametrize("name, load, count", SETS)
def test_components_are_scikit_learns(tmp_path, name, load, count):
    rows = load().data
    ours, theirs = components(tmp_path, rows, count), PCA(count, svd_solver="full").fit(rows)
    assert [ours[part].shape for part in ("mean", "s", "v")] == [(1, rows.shape[1]), (count,), (rows.shape[1], count)]
    assert ours["mean"][0] == pytest.approx(theirs.mean_, rel=1e-5, abs=1e-6)
    assert ours["s"][::-1] == pytest.approx(theirs.singular_values_, rel=1e-4)
    matches = abs((theirs.components_ * ours["v"].T[::-1]).sum(1))
    assert matches == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("name, load, count", SETS)
def test_a_sketch_explains_as_much_as_scikit_learns(tmp_path, name, load, count):
    rows = load().data
    ours = components(tmp_path, rows, count, algorithm_mode="randomized")
    theirs = PCA(count, svd_solver="randomized", random_state=0).fit(rows)
    assert (ours["s"] ** 2).sum() >= 0.995 * (theirs.singular_values_**2).sum()


def test_the_mean_may_stay(tmp_path):
    rows = load_iris().data
    ours = components(tmp_path, rows, 2, subtract_mean="false")
    assert ours["mean"] == pytest.approx(0)
    assert ours["s"][::-1] == pytest.approx(numpy.linalg.svd(rows)[1][:2], rel=1e-4)
