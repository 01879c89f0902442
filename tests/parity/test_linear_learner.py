"""Linear Learner jobs beside scikit-learn's linear models on the same splits, with the default hyperparameters."""

import re
import signal

import numpy
import pytest
from parity.work import Job, csv
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris, load_wine, make_classification, make_regression
from sklearn.linear_model import LinearRegression, LogisticRegression, QuantileRegressor
from sklearn.metrics import accuracy_score, r2_score, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from support.built_ins import arrays
from support.records import record

SEEDS = range(3)


class Learner:
    """A job's weights, for raw rows; its log."""

    def __init__(self, folder, predictor, x, y, **hyperparameters):
        self.job = Job(folder, {"predictor_type": predictor, **hyperparameters}, version="1", algorithm="linear-learner")
        self.job.channel("train", "text/csv", {"a.csv": csv(x, y)})

    def with_channel(self, name, x, y):
        self.job.channel(name, "text/csv", {"a.csv": csv(x, y)})
        return self

    def fit(self):
        code, self.log = self.job.train()
        assert code == 0, self.log
        self.bytes = (self.job.root / "model" / "model_algo-1").read_bytes()
        found = {name: numpy.array(numbers).reshape(shape) for name, (shape, numbers) in arrays(self.bytes).items()}
        self.weights, self.biases = found["arg:fc0_weight"], found["arg:fc0_bias"]
        self.threshold = found["millrace:predictor_loss_threshold"][2]
        return self

    def scores(self, x):
        return x @ self.weights.T + self.biases

    def metric(self, name):
        return float(re.findall(rf"host=algo-1, {name} <\w+>=(\S+)", self.log)[-1])


def split(x, y, seed):
    return train_test_split(x.astype(numpy.float32), y, test_size=0.3, random_state=seed)


def peer(model, x, y):
    scaler = StandardScaler().fit(x)
    fitted = model.fit(scaler.transform(x), y)
    return lambda rows, method="predict": getattr(fitted, method)(scaler.transform(rows))


def skewed():
    return make_classification(20000, 28, n_informative=12, weights=[0.9], class_sep=0.7, random_state=5)


def compare(ours, theirs, name):
    print(f"{name}: ours {numpy.mean(ours):.5f} +- {numpy.std(ours):.5f}, scikit-learn {numpy.mean(theirs):.5f} +- {numpy.std(theirs):.5f}")
    return numpy.mean(ours) - numpy.mean(theirs)


@pytest.mark.parametrize("validated", [False, True])
@pytest.mark.parametrize("name, load", [("cancer", lambda: load_breast_cancer(return_X_y=True)), ("skewed", skewed)])
def test_two_classes_are_told_apart_as_well_as_by_logistic_regression(tmp_path, name, load, validated):
    ours, theirs = [], []
    for seed in SEEDS:
        x, test_x, y, test_y = split(*load(), seed)
        learner = Learner(tmp_path / str(seed), "binary_classifier", x, y, _seed=seed)
        if validated:
            learner.with_channel("validation", test_x, test_y)
        learner.with_channel("test", test_x, test_y).fit()
        ours.append(roc_auc_score(test_y, learner.scores(test_x)[:, 0]))
        assert learner.metric("test roc_auc_score") == pytest.approx(ours[-1], abs=1e-5)
        theirs.append(roc_auc_score(test_y, peer(LogisticRegression(max_iter=1000), x, y)(test_x, "decision_function")))
    assert compare(ours, theirs, name) >= -0.001


@pytest.mark.parametrize("name, load", [("iris", load_iris), ("wine", load_wine), ("digits", load_digits)])
def test_several_classes_are_told_apart_as_well_as_by_logistic_regression(tmp_path, name, load):
    ours, theirs = [], []
    for seed in SEEDS:
        x, test_x, y, test_y = split(*load(return_X_y=True), seed)
        learner = Learner(tmp_path / str(seed), "multiclass_classifier", x, y, num_classes=len(set(y)), _seed=seed)
        learner.with_channel("test", test_x, test_y).fit()
        ours.append(accuracy_score(test_y, learner.scores(test_x).argmax(1)))
        assert learner.metric("test multiclass_accuracy") == pytest.approx(ours[-1], abs=1e-3)
        theirs.append(accuracy_score(test_y, peer(LogisticRegression(max_iter=1000), x, y)(test_x)))
    assert compare(ours, theirs, name) >= -max(numpy.std(theirs), 0.005)


def noisy():
    return make_regression(20000, 20, n_informative=15, noise=30, bias=100, random_state=5)


@pytest.mark.parametrize("name, load", [("diabetes", lambda: load_diabetes(return_X_y=True)), ("noisy", noisy)])
def test_numbers_are_predicted_as_well_as_by_least_squares(tmp_path, name, load):
    ours, theirs = [], []
    for seed in SEEDS:
        x, test_x, y, test_y = split(*load(), seed)
        learner = Learner(tmp_path / str(seed), "regressor", x, y, _seed=seed).with_channel("test", test_x, test_y).fit()
        predicted = learner.scores(test_x)[:, 0]
        ours.append(r2_score(test_y, predicted))
        assert learner.metric("test mse") == pytest.approx(((predicted - test_y) ** 2).mean(), rel=1e-3)
        theirs.append(r2_score(test_y, peer(LinearRegression(), x, y)(test_x)))
    assert compare(ours, theirs, name) >= -max(0.1 * numpy.std(theirs), 0.001)


@pytest.mark.parametrize("quantile", [0.1, 0.5, 0.9])
def test_a_quantile_is_found(tmp_path, quantile):
    x, test_x, y, test_y = split(*noisy(), 0)
    learner = Learner(tmp_path, "regressor", x, y, loss="quantile_loss", quantile=quantile).fit()
    below = (test_y < learner.scores(test_x)[:, 0]).mean()
    assert below == pytest.approx(quantile, abs=0.03)
    sample = slice(0, 2000)
    theirs = peer(QuantileRegressor(quantile=quantile, alpha=0), x[sample], y[sample])(test_x)
    assert pinball(test_y, learner.scores(test_x)[:, 0], quantile) <= 1.02 * pinball(test_y, theirs, quantile)


def pinball(labels, predicted, quantile):
    error = labels - predicted
    return numpy.maximum(quantile * error, (quantile - 1) * error).mean()


def sparse(x, y):
    return b"".join(record(row[row != 0].tolist(), numpy.flatnonzero(row).tolist(), len(row), float(label)) for row, label in zip(x, y, strict=True))


def test_sparse_records_teach_what_dense_rows_do(tmp_path):
    x, test_x, y, test_y = split(*load_digits(return_X_y=True), 0)
    given = {"num_classes": 10, "_seed": 3}
    dense = Learner(tmp_path / "dense", "multiclass_classifier", x, y, **given).fit()
    learner = Learner(tmp_path / "sparse", "multiclass_classifier", x, y, **given)
    learner.job.work["channels"].clear()
    learner.job.channel("train", "application/x-recordio-protobuf", {"a": sparse(x, y)})
    learner.fit()
    assert (learner.scores(test_x).argmax(1) == dense.scores(test_x).argmax(1)).mean() > 0.99


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    x, y = load_breast_cancer(return_X_y=True)
    one, other, third = (Learner(tmp_path / str(number), "binary_classifier", x, y, _seed=seed, _refine_max_iter=1).fit().bytes for number, seed in enumerate([1, 1, 2]))
    assert one == other
    assert one != third


def test_a_stopped_job_keeps_the_best_model_so_far(tmp_path):
    x, y = skewed()
    learner = Learner(tmp_path, "binary_classifier", x, y, epochs=1_000_000, early_stopping_patience=1_000_000)
    with learner.job.start() as process:
        for line in process.stdout:
            if "epoch=3, train" in line:
                break
        process.send_signal(signal.SIGTERM)
        log = process.stdout.read()
        assert process.wait(20) == 0
    assert "the best model so far is kept" in log
    found = arrays((tmp_path / "model" / "model_algo-1").read_bytes())
    assert roc_auc_score(y, x @ numpy.array(found["arg:fc0_weight"][1])) > 0.75
