"""k-NN's approximate indexes beside faiss's own with as many lists and codes as long: how many of the exact neighbors are found."""

import functools

import faiss
import numpy
from bench.quality.case import Case
from bench.quality.trained import Trained
from sklearn.datasets import load_digits, make_blobs

NEIGHBORS, PROBES = 10, 4


def digits(seed):
    return numpy.random.default_rng(seed).permutation(load_digits().data)


def blobs(seed):
    return make_blobs(10_000, 24, centers=60, cluster_std=4, random_state=seed)[0]


def recall(found, exact) -> float:
    return float(numpy.mean([len(set(one) & set(other)) for one, other in zip(found, exact, strict=True)])) / NEIGHBORS


def index_of(kind, columns, lists, codes):
    coarse = faiss.IndexFlatL2(columns)
    return faiss.IndexIVFFlat(coarse, columns, lists) if kind == "IVFFlat" else faiss.IndexIVFPQ(coarse, columns, lists, codes, 8)


def measure(load, kind, lists, codes, place, seed):
    faiss.omp_set_num_threads(1)
    rows = load(seed).astype(numpy.float32)
    train, test = rows[200:], rows[:200]
    exact = faiss.IndexFlatL2(rows.shape[1])
    exact.add(train)
    truth = exact.search(test, NEIGHBORS)[1]
    peer = index_of(kind, rows.shape[1], lists, codes)
    peer.cp.seed = seed + 1
    peer.train(train)
    peer.add(train)
    peer.nprobe = PROBES
    settings = {"k": NEIGHBORS, "sample_size": len(train), "feature_dim": rows.shape[1], "predictor_type": "regressor", "index_type": f"faiss.{kind}"}
    further = {"faiss_index_ivf_nlists": lists, "_faiss_index_nprobe": PROBES, "_seed": seed, **({"faiss_index_pq_m": codes} if kind == "IVFPQ" else {})}
    # A row's label is its number, so that answers name the neighbors.
    model = Trained(place, "knn", train, numpy.arange(len(train)), **settings, **further)
    ours = [answer["labels"] for answer in model.ask(test, "application/json; verbose=true")]
    return recall(numpy.array(ours, dtype=int), truth), recall(peer.search(test, NEIGHBORS)[1], truth)


CASES = [
    Case(f"k-NN, {kind}", name, "part of the 10 nearest found", "faiss", functools.partial(measure, load, kind, lists, codes), True)
    for kind in ("IVFFlat", "IVFPQ")
    for name, load, lists, codes in [("digits", digits, 40, 16), ("make_blobs 10,000 x 24, 60 centers", blobs, 100, 12)]
]
