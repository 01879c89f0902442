"""k-NN jobs beside scikit-learn's brute force on the same rows, and beside faiss's own approximate indexes; files go both ways."""

import json
import re
import struct

import faiss
import numpy
import pytest
from parity.work import Job, csv, served
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris, load_wine
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

SETS = [("iris", load_iris), ("cancer", load_breast_cancer), ("digits", load_digits), ("wine", load_wine)]


def split(load, seed=0):
    data = load()
    rows = data.data.astype(numpy.float32)
    return train_test_split(rows, data.target.astype(numpy.float32), test_size=0.3, random_state=seed)


def train(folder, data, k, predictor="classifier", **hyperparameters):
    """The job, and what it says of the test rows."""
    rows, test, labels, truth = data
    given = {"k": k, "feature_dim": rows.shape[1], "predictor_type": predictor, "sample_size": len(rows), **hyperparameters}
    job = Job(folder, given, version="1", algorithm="knn")
    for name, part, targets in (("train", rows, labels), ("test", test, truth)):
        job.channel(name, "text/csv;label_size=1", {"a.csv": csv(part, targets)})
    code, log = job.train()
    assert code == 0, log
    return job, float(re.search(r"#quality_metric: host=algo-1, test \w+ <\w+>=(\S+)", log).group(1))


@pytest.mark.parametrize("name, load", SETS)
@pytest.mark.parametrize("k", [1, 5])
def test_a_classifier_is_as_good_as_scikit_learns(tmp_path, name, load, k):
    data = rows, test, labels, truth = split(load)
    ours = train(tmp_path, data, k)[1]
    theirs = KNeighborsClassifier(k, algorithm="brute").fit(rows, labels).score(test, truth)
    print(f"{name}, k {k}: ours {ours:.4f}, scikit-learn {theirs:.4f}")
    # Equally distant rows may be chosen otherwise.
    assert ours == pytest.approx(theirs, abs=1.01 / len(test))


@pytest.mark.parametrize("k", [3, 20])
def test_a_regressor_is_as_good_as_scikit_learns(tmp_path, k):
    data = rows, test, labels, truth = split(load_diabetes)
    ours = train(tmp_path, data, k, "regressor")[1]
    predicted = KNeighborsRegressor(k, algorithm="brute").fit(rows, labels).predict(test)
    assert ours == pytest.approx(((predicted - truth) ** 2).mean(), rel=1e-4)


@pytest.mark.parametrize("kind", ["sign", "fjlt"])
def test_a_reduction_to_half_the_dimensions_costs_little(tmp_path, kind):
    data = rows, test, labels, truth = split(load_digits)
    scores = [train(tmp_path / str(seed), data, 5, dimension_reduction_type=kind, dimension_reduction_target=32, _seed=seed)[1] for seed in range(5)]
    whole = KNeighborsClassifier(5).fit(rows, labels).score(test, truth)
    print(f"{kind}: {numpy.mean(scores):.4f} +- {numpy.std(scores):.4f}, whole {whole:.4f}")
    assert numpy.mean(scores) > whole - 0.03


def test_cosine_rows_are_of_length_1(tmp_path):
    data = rows, test, labels, truth = split(load_wine)
    job, ours = train(tmp_path, data, 5, index_metric="COSINE")
    theirs = KNeighborsClassifier(5, algorithm="brute", metric="cosine").fit(rows, labels).score(test, truth)
    assert ours == pytest.approx(theirs, abs=1.01 / len(test))
    assert json.loads((job.root / "model" / "model_algo-1.json").read_text())["normalize"] is True
    content = (job.root / "model" / "model_algo-1").read_bytes()
    kind, columns, count = struct.unpack_from("<4siq", content)
    assert (kind, columns, count) == (b"IxFI", rows.shape[1], len(rows))
    points = numpy.frombuffer(content, numpy.float32, columns * count, len(content) - 4 * columns * count).reshape(count, columns)
    assert numpy.linalg.norm(points, axis=1) == pytest.approx(1, rel=1e-6)


def test_the_same_seed_gives_the_same_sample(tmp_path):
    data = split(load_digits)
    one, other, third = (train(tmp_path / name, data, 3, sample_size=200, _seed=seed)[0] for name, seed in (("one", 4), ("other", 4), ("third", 5)))
    content = [(job.root / "model" / "model_algo-1").read_bytes() for job in (one, other, third)]
    assert content[0] == content[1] != content[2]


LISTS, NEAREST = 20, 10


def clustered(count, seed):
    chance = numpy.random.default_rng(seed)
    centers = numpy.random.default_rng(0).normal(size=(40, 16)) * 2
    return (centers[chance.integers(0, 40, count)] + chance.normal(size=(count, 16))).astype(numpy.float32)


def approximate(folder, index_type, rows, **hyperparameters):
    """The job; a row's label is its number, so that answers name the neighbors."""
    given = {"faiss_index_ivf_nlists": LISTS, "index_type": index_type, "_faiss_index_nprobe": 3, **hyperparameters}
    numbers = numpy.arange(len(rows), dtype=numpy.float32)
    return train(folder, (rows, rows[:1], numbers, numbers[:1]), NEAREST, **given)[0]


def neighbors(job, queries):
    with served(job) as server:
        status, _, body = server.ask(csv(queries), "text/csv", "application/json; verbose=true")
    assert status == 200, body
    return numpy.array([answer["labels"] for answer in json.loads(body)["predictions"]], dtype=int)


def recall(found, exact):
    return numpy.mean([len(set(one) & set(other)) for one, other in zip(found, exact, strict=True)]) / NEAREST


@pytest.mark.parametrize("index_type, parameters", [("faiss.IVFFlat", {}), ("faiss.IVFFlat", {"index_metric": "COSINE"}), ("faiss.IVFPQ", {"faiss_index_pq_m": 8})])
def test_approximate_indexes_find_what_faiss_finds(tmp_path, index_type, parameters):
    rows, queries = clustered(6000, 1), clustered(300, 2)
    job = approximate(tmp_path, index_type, rows, **parameters)
    stored = faiss.read_index(str(job.root / "model" / "model_algo-1"))
    assert (stored.ntotal, stored.nlist, stored.nprobe) == (len(rows), LISTS, 3)
    cosine = "index_metric" in parameters
    if cosine:
        rows, queries = (part / numpy.linalg.norm(part, axis=1, keepdims=True) for part in (rows, queries))
    metric = faiss.METRIC_INNER_PRODUCT if cosine else faiss.METRIC_L2
    exact = (faiss.IndexFlatIP if cosine else faiss.IndexFlatL2)(16)
    exact.add(rows)
    peer = faiss.index_factory(16, f"IVF{LISTS}," + ("PQ8np" if "PQ" in index_type else "Flat"), metric)
    peer.train(rows)
    peer.add(rows)
    peer.nprobe = 3
    truth = exact.search(queries, NEAREST)[1]
    ours = neighbors(job, queries)
    scores = [recall(found, truth) for found in (ours, stored.search(queries, NEAREST)[1], peer.search(queries, NEAREST)[1])]
    print(f"{index_type} {parameters}: recall ours {scores[0]:.4f}, faiss on our file {scores[1]:.4f}, faiss {scores[2]:.4f}")
    # faiss sums in another order: where two are equally near, or almost, it may take the other.
    assert recall(ours, stored.search(queries, NEAREST)[1]) > 0.995
    assert scores[0] > scores[2] - 0.02


@pytest.mark.parametrize("kind", ["Flat", "PQ4np"])
def test_an_index_that_faiss_wrote_is_served(tmp_path, kind):
    rows, queries = clustered(3000, 3), clustered(50, 4)
    job = approximate(tmp_path, "faiss.IVFFlat", rows)
    peer = faiss.index_factory(16, f"IVF{LISTS},{kind}")
    peer.train(rows)
    peer.add(rows)
    peer.nprobe = 4
    faiss.write_index(peer, str(job.root / "model" / "model_algo-1"))
    assert recall(neighbors(job, queries), peer.search(queries, NEAREST)[1]) > 0.995


def test_the_same_seed_gives_the_same_lists(tmp_path):
    rows = clustered(2000, 5)
    one, other = (approximate(tmp_path / name, "faiss.IVFPQ", rows, faiss_index_pq_m=4, _seed=4) for name in ("one", "other"))
    assert (one.root / "model" / "model_algo-1").read_bytes() == (other.root / "model" / "model_algo-1").read_bytes()
