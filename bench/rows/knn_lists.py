"""k-NN's approximate indexes beside faiss's own, with as many lists and codes as long."""

import pathlib

import numpy as np
from bench.learners import Learner
from bench.load import Shape
from bench.result import Check, Result

TITLE = "k-NN by lists, 200 k x 32 in 447 lists, 20,000 queries in 5"
ROWS, QUERIES, FEATURES, NEIGHBORS, LISTS = 200_000, 20_000, 32, 10, 447
KINDS = {"IVFFlat": {}, "IVFPQ": {"faiss_index_pq_m": 16}}


def clustered(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows near one of 200 centers, and which: the nearer half of these speak for one of five labels."""
    centers = np.random.default_rng(0).normal(size=(200, FEATURES))
    chance = np.random.default_rng(seed)
    which = chance.integers(0, len(centers), count)
    return (centers[which] + chance.normal(size=(count, FEATURES))).astype(np.float32), (which % 5).astype(np.float32)


def measure(place: pathlib.Path, shape: Shape) -> Result:
    checks, notes = [], []
    train, test = clustered(ROWS, 1), clustered(QUERIES, 2)
    for kind, further in KINDS.items():
        folder = place / kind
        folder.mkdir()
        settings = {"k": NEIGHBORS, "sample_size": ROWS, "predictor_type": "classifier", "feature_dim": FEATURES, "index_type": f"faiss.{kind}", "faiss_index_ivf_nlists": LISTS}
        learner = Learner(folder, "knn", "test accuracy <score>", {**settings, **further})
        learner.channel("train", *train)
        learner.channel("test", *test)
        found = learner.compare(shape)
        checks += [
            Check(f"{kind}: CPU over faiss's, one thread", found.cpu[0] / found.cpu[1], 1),
            Check(f"{kind}: time over faiss's, two threads", found.wall[0] / found.wall[1], 1),
            Check(f"{kind}: accuracy over faiss's", found.value[0] / found.value[1], 0.999, at_least=True),
        ]
        notes += [f"{kind}: {note}" for note in found.notes("faiss-cpu")]
    return Result(checks, notes=notes)
