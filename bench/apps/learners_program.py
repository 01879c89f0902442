"""What a user would write with the peers' packages: reads the rows, trains, and prints seconds and what the model is worth.

Usage: learners_program.py ALGORITHM FOLDER [--NAME=VALUE]...; the time begins after the imports.
"""

import json
import os
import pathlib
import sys
import time

import faiss
import fasttext
import numpy
from scipy.sparse import csr_matrix
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA, LatentDirichletAllocation
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def rows(folder, name):
    return numpy.load(folder / f"{name}.npy")


def kmeans(folder, given):
    train = rows(folder, "train")
    model = KMeans(int(given["k"]), n_init=1, algorithm="elkan", random_state=0).fit(train)
    return model.inertia_ / len(train)


def pca(folder, given):
    train = rows(folder, "train")
    model = PCA(int(given["num_components"]), svd_solver="covariance_eigh").fit(train)
    test = rows(folder, "test")
    lost = ((test - model.mean_) ** 2).sum(1) - (model.transform(test) ** 2).sum(1)
    return lost.mean()


def knn(folder, given):
    if given.get("index_type", "").startswith("faiss.IVF"):
        return knn_by_lists(folder, given)
    model = KNeighborsClassifier(int(given["k"]), algorithm="brute").fit(rows(folder, "train"), rows(folder, "train_labels"))
    return (model.predict(rows(folder, "test")) == rows(folder, "test_labels")).mean()


def knn_by_lists(folder, given):
    train, labels = rows(folder, "train"), rows(folder, "train_labels")
    lists = (train.shape[1], int(given["faiss_index_ivf_nlists"]))
    coarse = faiss.IndexFlatL2(lists[0])
    index = faiss.IndexIVFFlat(coarse, *lists) if given["index_type"] == "faiss.IVFFlat" else faiss.IndexIVFPQ(coarse, *lists, int(given["faiss_index_pq_m"]), 8)
    index.train(train)
    index.add(train)
    index.nprobe = 5
    near = labels[index.search(rows(folder, "test"), int(given["k"]))[1]].astype(int)
    votes = (near[:, :, None] == numpy.arange(near.max() + 1)).sum(1)
    return (votes.argmax(1) == rows(folder, "test_labels")).mean()


class Adam:
    """Of one array; only the rows that a mini-batch touches move."""

    def __init__(self, weights, rate):
        self.weights, self.rate, self.steps = weights, rate, 0
        self.means, self.squares = numpy.zeros_like(weights), numpy.zeros_like(weights)

    def step(self, gradient, touched):
        self.steps += 1
        self.means[touched] = means = 0.9 * self.means[touched] + 0.1 * gradient
        self.squares[touched] = squares = 0.999 * self.squares[touched] + 0.001 * gradient**2
        rate = self.rate * (1 - 0.999**self.steps) ** 0.5 / (1 - 0.9**self.steps)
        self.weights[touched] -= rate * means / (numpy.sqrt(squares) + 1e-8)


def scores_of(x, bias, linear, factors):
    sums = x @ factors
    return bias + x @ linear + ((sums**2).sum(1) - (x.power(2) @ factors**2).sum(1)) / 2, sums


def factorization_machines(folder, given):
    width, batch = int(given["feature_dim"]), int(given["mini_batch_size"])
    chance = numpy.random.default_rng(0)
    start = chance.normal(0, float(given["factors_init_sigma"]), (width, int(given["num_factors"]))).astype(numpy.float32)
    bias, linear, factors = Adam(numpy.zeros(1, numpy.float32), 0.01), Adam(numpy.zeros(width, numpy.float32), 0.01), Adam(start, 0.01)

    def sparse(name):
        keys = rows(folder, f"{name}_keys")
        ends = numpy.arange(0, keys.size + 1, keys.shape[1])
        return csr_matrix((numpy.ones(keys.size, numpy.float32), keys.ravel(), ends), (len(keys), width)), rows(folder, f"{name}_labels")

    train, labels = sparse("train")
    for _ in range(int(given["epochs"])):
        for first in range(0, train.shape[0], batch):
            whole, y = train[first : first + batch], labels[first : first + batch]
            touched, places = numpy.unique(whole.indices, return_inverse=True)
            x = csr_matrix((whole.data, places, whole.indptr), (len(y), len(touched)))
            scores, sums = scores_of(x, bias.weights, linear.weights[touched], factors.weights[touched])
            slopes = (1 / (1 + numpy.exp(-scores)) - y) / len(y)
            pulls = x.T @ (slopes[:, None] * sums) - (x.T @ slopes)[:, None] * factors.weights[touched]
            bias.step(slopes.sum(keepdims=True), slice(None))
            linear.step(x.T @ slopes, touched)
            factors.step(pulls, touched)
    test, truth = sparse("test")
    scores, _ = scores_of(test, bias.weights, linear.weights, factors.weights)
    return log_loss(truth, 1 / (1 + numpy.exp(-scores)))


def blazingtext(folder, given):
    threads = int(os.environ["OMP_NUM_THREADS"])
    common = {"dim": int(given["vector_dim"]), "epoch": int(given["epochs"]), "lr": float(given["learning_rate"]), "minCount": int(given["min_count"]), "thread": threads, "verbose": 0}
    if given["mode"] != "supervised":
        fasttext.train_unsupervised(str(folder / "train.txt"), "skipgram", maxn=0, ws=int(given["window_size"]), neg=int(given["negative_samples"]), **common)
        return 0
    model = fasttext.train_supervised(str(folder / "train.txt"), wordNgrams=int(given["word_ngrams"]), bucket=int(given["buckets"]), **common)
    return model.test(str(folder / "validation.txt"))[1]


def ipinsights(folder, given):
    """Only the products of an epoch: of each mini-batch's rows with the encoder's matrix, there and back."""
    count, width, batch = (folder / "train.csv").read_bytes().count(b"\n"), int(given["vector_dim"]), 3 * int(given["mini_batch_size"])
    chance = numpy.random.default_rng(0)
    matrix, hidden = (chance.normal(size=(length, width)).astype(numpy.float32) for length in (width, batch))
    for _ in range(int(given["epochs"]) * 3 * count // batch):
        out = hidden @ matrix
        into = out @ matrix.T
        hidden.T @ into
    return 0


def lda(folder, given):
    train, test = csr_matrix(rows(folder, "train")), csr_matrix(rows(folder, "test"))
    model = LatentDirichletAllocation(int(given["num_topics"]), learning_method="online", max_iter=5, random_state=0).fit(train)
    topics = model.components_ / model.components_.sum(1, keepdims=True)
    return test.multiply(numpy.log(model.transform(test) @ topics)).sum() / test.sum()


def linear_learner(folder, given):
    model = make_pipeline(StandardScaler(copy=False), LogisticRegression()).fit(rows(folder, "train"), rows(folder, "train_labels"))
    return roc_auc_score(rows(folder, "test_labels"), model.decision_function(rows(folder, "test")))


if __name__ == "__main__":
    algorithm, folder, *words = sys.argv[1:]
    given = dict(word.removeprefix("--").split("=") for word in words)
    wall, cpu = time.monotonic(), time.process_time()
    learn = globals()[algorithm.replace("-", "_")]
    value = learn(pathlib.Path(folder), given)
    print(json.dumps({"cpu_s": time.process_time() - cpu, "wall_s": time.monotonic() - wall, "value": float(value)}))
