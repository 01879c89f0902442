"""Random Cut Forest jobs beside a plain forest written here from the published definitions, and beside scikit-learn's isolation forest."""

import json

import numpy
import pytest
from parity.work import Job, csv, served
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.ensemble import IsolationForest
from sklearn.metrics import roc_auc_score


def forest_scores(folder, rows, asked, trees=100, samples=256, seed=0, shingle=1):
    """The scores that a trained and served forest gives."""
    parameters = {"feature_dim": rows.shape[1], "num_trees": trees, "num_samples_per_tree": samples, "_seed": seed, "_shingle_size": shingle}
    job = Job(folder, parameters, version="1", algorithm="randomcutforest")
    job.channel("train", "text/csv;label_size=0", {"a.csv": csv(rows)})
    code, log = job.train()
    assert code == 0, log
    with served(job) as server:
        status, _, body = server.ask(csv(asked), "text/csv")
    assert status == 200, body
    return numpy.array([one["score"] for one in json.loads(body)["scores"]])


class PlainTree:
    """The definitions of Guha and others (2016), and of the open forest's score, as they are written."""

    def __init__(self, points, chance):
        self.mass = len(points)
        self.chance = chance
        self.root = self.grow(points)

    def grow(self, points):
        low, high = points.min(0), points.max(0)
        sides = high - low
        if sides.sum() == 0:
            return {"point": low, "mass": len(points)}
        column = self.chance.choice(len(sides), p=sides / sides.sum())
        cut = self.chance.uniform(low[column], high[column])
        left = points[:, column] <= cut
        node = {"low": low, "high": high, "column": column, "cut": cut}
        return {**node, "left": self.grow(points[left]), "right": self.grow(points[~left])}

    def scores(self, rows):
        return numpy.log2(self.mass + 1) * self.expected(self.root, rows, 0)

    def expected(self, node, rows, depth):
        if "point" in node:
            known = (rows == node["point"]).all(1)
            damped = (1 - node["mass"] / (2 * self.mass)) / (depth + numpy.log2(node["mass"] + 1)) if known.any() else 0
            return numpy.where(known, damped, 1 / (depth + 1))
        outside = (numpy.maximum(node["low"] - rows, 0) + numpy.maximum(rows - node["high"], 0)).sum(1)
        parted = outside / ((node["high"] - node["low"]).sum() + outside)
        below = numpy.empty(len(rows))
        left = rows[:, node["column"]] <= node["cut"]
        for side, here in (("left", left), ("right", ~left)):
            if here.any():
                below[here] = self.expected(node[side], rows[here], depth + 1)
        return parted / (depth + 1) + (1 - parted) * below


def plain_scores(rows, asked, trees=100, samples=256, seed=1):
    chance = numpy.random.default_rng(seed)
    forest = [PlainTree(rows[chance.permutation(len(rows))[:samples]], chance) for _ in range(trees)]
    return numpy.mean([tree.scores(asked) for tree in forest], axis=0)


def with_outliers():
    """Eight clusters in 28 dimensions, and one row in fifty that belongs to none."""
    chance = numpy.random.default_rng(3)
    centers, scales = chance.normal(size=(8, 28)) * 2, chance.uniform(0.3, 1.5, 8)
    clusters = chance.integers(0, 8, 26000)
    rows = centers[clusters] + chance.normal(size=(26000, 28)) * scales[clusters][:, None]
    outliers = chance.random(len(rows)) < 0.02
    rows[outliers] = chance.uniform(-8, 8, (outliers.sum(), 28))
    return rows.astype(numpy.float32), outliers


def correlation(one, other):
    return numpy.corrcoef(one, other)[0, 1]


def test_scores_are_those_of_the_published_forest(tmp_path):
    rows, _ = with_outliers()
    train, asked = rows[2000:], rows[:2000]
    ours = forest_scores(tmp_path, train, asked, trees=200, samples=100)
    theirs = plain_scores(train, asked, trees=200, samples=100)
    print(f"correlation {correlation(ours, theirs):.4f}, means {ours.mean():.4f} and {theirs.mean():.4f}")
    assert correlation(ours, theirs) >= 0.98
    assert ours.mean() == pytest.approx(theirs.mean(), rel=0.02)
    assert ours.std() == pytest.approx(theirs.std(), rel=0.1)


@pytest.mark.parametrize("name, load", [("digits", load_digits), ("cancer", load_breast_cancer)])
def test_scores_agree_as_those_of_two_published_forests_do(tmp_path, name, load):
    rows = load().data.astype(numpy.float32)
    ours = forest_scores(tmp_path, rows, rows, trees=50)
    one, other = (plain_scores(rows, rows, trees=50, seed=seed) for seed in range(2))
    print(f"{name}: correlation {correlation(ours, one):.4f} and {correlation(ours, other):.4f}, of the two {correlation(one, other):.4f}")
    assert (correlation(ours, one) + correlation(ours, other)) / 2 >= correlation(one, other) - 0.02
    assert ours.mean() == pytest.approx((one.mean() + other.mean()) / 2, rel=0.05)


def windows(points, size):
    return numpy.lib.stride_tricks.sliding_window_view(points, size, axis=0).transpose(0, 2, 1).reshape(len(points) - size + 1, -1)


def test_a_stream_is_scored_as_the_published_forest_scores_its_windows(tmp_path):
    """A wave whose beats are skipped now and then: each of its points is as usual, only their order is not."""
    chance = numpy.random.default_rng(7)
    stream = (numpy.sin(numpy.arange(6000)[:, None] * numpy.pi / 12 + [0, 1]) + chance.normal(0, 0.05, (6000, 2))).astype(numpy.float32)
    train, asked = stream[:4000], stream[4000:].copy()
    odd = numpy.zeros(len(asked), bool)
    for at in chance.permutation(numpy.arange(50, 1950, 50))[:20]:
        asked[at : at + 8] = asked[at]
        odd[at + 2 : at + 8] = True
    ours = forest_scores(tmp_path / "stream", train, asked, shingle=12)
    theirs = plain_scores(windows(train, 12), windows(asked, 12))
    alone = forest_scores(tmp_path / "points", train, asked)
    print(f"correlation {correlation(ours[11:], theirs):.4f}, areas {roc_auc_score(odd, ours):.4f} and, without windows, {roc_auc_score(odd, alone):.4f}")
    assert (ours[:11] == 0).all()
    assert correlation(ours[11:], theirs) >= 0.98
    assert roc_auc_score(odd, ours) >= roc_auc_score(odd[11:], theirs) - 0.01
    assert roc_auc_score(odd, ours) >= 0.9 > roc_auc_score(odd, alone)


def test_outliers_are_found_as_well_as_by_an_isolation_forest(tmp_path):
    chance = numpy.random.default_rng(5)
    rows = chance.normal(size=(8000, 10)).astype(numpy.float32)
    outliers = chance.random(len(rows)) < 0.02
    rows[outliers, :3] *= 4
    ours = roc_auc_score(outliers, forest_scores(tmp_path, rows, rows))
    theirs = [roc_auc_score(outliers, -IsolationForest(n_estimators=100, random_state=seed).fit(rows).score_samples(rows)) for seed in range(3)]
    print(f"area under the curve: ours {ours:.4f}, scikit-learn {numpy.mean(theirs):.4f} +- {numpy.std(theirs):.4f}")
    assert ours >= numpy.mean(theirs) - numpy.std(theirs)
