"""K-Means jobs beside scikit-learn's on the same rows: the clusters are as tight, on data that has clusters and on data that has none."""

import numpy
import pytest
from parity.work import Job, csv
from sklearn.cluster import KMeans
from sklearn.datasets import load_breast_cancer, load_digits, load_iris
from support.built_ins import arrays

SEEDS = range(5)


def centers(job):
    """The one array of `model_algo-1`."""
    ((shape, numbers),) = arrays((job.root / "model" / "model_algo-1").read_bytes()).values()
    return numpy.array(numbers, numpy.float32).reshape(shape)


def cluster(folder, rows, k, **hyperparameters):
    job = Job(folder, {"k": k, "feature_dim": rows.shape[1], **hyperparameters}, version="1", algorithm="kmeans")
    job.channel("train", "text/csv;label_size=0", {"a.csv": csv(rows)})
    code, log = job.train()
    assert code == 0, log
    return centers(job)


def loss(rows, places):
    return ((rows[:, None] - places[None]) ** 2).sum(2).min(1).mean()


def uniform():
    return numpy.random.default_rng(3).random((2000, 5))


@pytest.mark.parametrize("name, make, k", [("iris", lambda: load_iris().data, 3), ("digits", lambda: load_digits().data, 10), ("cancer", lambda: load_breast_cancer().data, 8), ("uniform", uniform, 12)])
def test_clusters_are_as_tight_as_scikit_learns(tmp_path, name, make, k):
    rows = make().astype(numpy.float32)
    ours = [loss(rows, cluster(tmp_path / str(seed), rows, k, _seed=seed)) for seed in SEEDS]
    theirs = [loss(rows, KMeans(k, n_init=1, random_state=seed).fit(rows).cluster_centers_) for seed in SEEDS]
    print(f"{name}: ours {numpy.mean(ours):.5g} +- {numpy.std(ours):.2g}, scikit-learn {numpy.mean(theirs):.5g} +- {numpy.std(theirs):.2g}")
    assert numpy.mean(ours) <= numpy.mean(theirs) + max(numpy.std(theirs), 1e-3 * numpy.mean(theirs))


def test_data_far_from_zero_is_clustered_as_well(tmp_path):
    rows = load_iris().data
    near = loss(rows, cluster(tmp_path / "near", rows, 3).astype(float))
    far = loss(rows + 1000, cluster(tmp_path / "far", rows + 1000, 3).astype(float))
    assert far == pytest.approx(near, rel=1e-3)


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    rows = load_digits().data
    one, other = (cluster(tmp_path / name, rows, 10, _seed=4) for name in ("one", "other"))
    assert one.tobytes() == other.tobytes()
    assert one.tobytes() != cluster(tmp_path / "third", rows, 10, _seed=5).tobytes()
