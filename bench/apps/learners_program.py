"""What a user would write with scikit-learn: reads the rows, trains, and prints seconds and what the model is worth.

Usage: learners_program.py ALGORITHM FOLDER [--NAME=VALUE]...; the time begins after the imports.
"""

import json
import pathlib
import sys
import time

import numpy
from scipy.sparse import csr_matrix
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA, LatentDirichletAllocation
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
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
    model = KNeighborsClassifier(int(given["k"]), algorithm="brute").fit(rows(folder, "train"), rows(folder, "train_labels"))
    return (model.predict(rows(folder, "test")) == rows(folder, "test_labels")).mean()


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
    value = {"linear-learner": linear_learner, "kmeans": kmeans, "pca": pca, "knn": knn, "lda": lda}[algorithm](pathlib.Path(folder), given)
    print(json.dumps({"cpu_s": time.process_time() - cpu, "wall_s": time.monotonic() - wall, "value": float(value)}))
