"""LDA jobs beside scikit-learn's on the same documents: held-out documents are as probable, and planted topics are found."""

import struct

import numpy
from parity.work import Job, csv
from sklearn.decomposition import LatentDirichletAllocation

SEEDS = range(3)


def planted(documents, words, topics, seed):
    chance = numpy.random.default_rng(seed)
    beta = chance.dirichlet(numpy.full(words, 0.05), topics)
    theta = chance.dirichlet(numpy.full(topics, 0.2), documents)
    return numpy.array([chance.multinomial(80, mixture @ beta) for mixture in theta], dtype=float), beta


def learn(folder, rows, topics, **hyperparameters):
    """alpha and beta, the two arrays of `model_algo-1`."""
    parameters = {"num_topics": topics, "feature_dim": rows.shape[1], "mini_batch_size": len(rows), **hyperparameters}
    job = Job(folder, parameters, version="1", algorithm="lda")
    job.work["threads"] = 1
    job.channel("train", "text/csv;label_size=0", {"a.csv": csv(rows)})
    code, log = job.train()
    assert code == 0, log
    content, at, arrays = (job.root / "model" / "model_algo-1").read_bytes(), 24, []
    for _ in range(2):
        (dimensions,) = struct.unpack_from("<I", content, at + 8)
        shape = struct.unpack_from(f"<{dimensions}q", content, at + 12)
        at += 12 + 8 * dimensions + 12
        arrays.append(numpy.frombuffer(content, numpy.float32, numpy.prod(shape), at).reshape(shape))
        at += arrays[-1].nbytes
    return arrays


def pwll(beta, rows, steps=50):
    """The mean logarithm of a word's probability under the mixture that makes each document most probable."""
    mixtures = numpy.full((len(rows), len(beta)), 1 / len(beta))
    for _ in range(steps):
        mixtures *= (rows / (mixtures @ beta + 1e-12)) @ beta.T
        mixtures /= mixtures.sum(1, keepdims=True)
    return (rows * numpy.log(mixtures @ beta + 1e-12)).sum() / rows.sum()


def test_held_out_documents_are_as_probable_as_with_scikit_learns_topics(tmp_path):
    ours, theirs = [], []
    for seed in SEEDS:
        rows, _ = planted(1200, 400, 8, seed)
        train, test = rows[:1000], rows[1000:]
        ours.append(pwll(learn(tmp_path / str(seed), train, 8, alpha0=1.6)[1].astype(float), test))
        model = LatentDirichletAllocation(8, max_iter=30, learning_method="batch", random_state=seed).fit(train)
        theirs.append(pwll(model.components_ / model.components_.sum(1, keepdims=True), test))
    print(f"ours {numpy.mean(ours):.4f} +- {numpy.std(ours):.2g}, scikit-learn {numpy.mean(theirs):.4f} +- {numpy.std(theirs):.2g}")
    assert numpy.mean(ours) >= numpy.mean(theirs) - 0.01


def test_planted_topics_are_found(tmp_path):
    rows, beta = planted(3000, 100, 5, 7)
    found = learn(tmp_path / "job", rows, 5, alpha0=1.0)[1].astype(float)
    distances = numpy.abs(beta[:, None] - found[None]).sum(2) / 2
    assert sorted(distances.argmin(1)) == list(range(5))
    assert distances.min(1).max() < 0.15


def test_the_tensor_alone_finds_them_too(tmp_path):
    rows, beta = planted(3000, 100, 5, 7)
    found = learn(tmp_path / "job", rows, 5, alpha0=1.0, _refine_max_iter=0)[1].astype(float)
    distances = numpy.abs(beta[:, None] - found[None]).sum(2) / 2
    assert sorted(distances.argmin(1)) == list(range(5))


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    rows, _ = planted(200, 50, 4, 1)
    one, other = (learn(tmp_path / name, rows, 4, _seed=4)[1] for name in ("one", "other"))
    assert one.tobytes() == other.tobytes()
