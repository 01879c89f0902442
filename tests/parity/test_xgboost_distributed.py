"""Trainings of several processes beside the Python package's on the same rows in one process: as good, and the same each time."""

import re

import numpy
import pytest
import xgboost
from parity.work import Job, csv
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits
from sklearn.metrics import log_loss, mean_squared_error, roc_auc_score
from sklearn.model_selection import train_test_split

ROUNDS = 30


def cancer():
    return "binary:logistic", {}, load_breast_cancer(return_X_y=True), roc_auc_score


def diabetes():
    return "reg:squarederror", {}, load_diabetes(return_X_y=True), lambda *pair: mean_squared_error(*pair) ** 0.5


def digits():
    return "multi:softprob", {"num_class": 10}, load_digits(return_X_y=True), log_loss


class Case:
    def __init__(self, make):
        objective, more, (rows, labels), self.measure = make()
        self.parameters = {"objective": objective, "max_depth": 4, "eta": 0.2, "seed": 7, "tree_method": "hist", **more}
        parts = train_test_split(rows.astype(numpy.float32), labels, test_size=0.3, random_state=5)
        self.rows, self.test_rows, self.labels, self.test_labels = parts

    def score(self, booster):
        return self.measure(self.test_labels, booster.predict(xgboost.DMatrix(self.test_rows)))

    def alone(self, copies=1):
        data = xgboost.DMatrix(numpy.tile(self.rows, (copies, 1)), numpy.tile(self.labels, copies))
        return xgboost.train(self.parameters, data, ROUNDS)

    def job(self, root, hosts, **parameters):
        job = Job(root, {**self.parameters, "num_round": ROUNDS, **parameters})
        job.work.update(hosts=hosts, threads=hosts)
        return job

    def sharded(self, root, hosts, **parameters):
        """Row i is host i modulo `hosts`'s."""
        job = self.job(root, hosts, **parameters)
        shards = {f"{host}.csv": csv(self.rows[host::hosts], self.labels[host::hosts]) for host in range(hosts)}
        job.channel("train", "text/csv", shards)
        for host, file in enumerate(job.work["channels"][0]["files"], 1):
            file["host"] = host
        return trained(job)

    def replicated(self, root, hosts):
        return trained(self.job(root, hosts).channel("train", "text/csv", {"all.csv": csv(self.rows, self.labels)}))


def trained(job):
    code, log = job.train()
    assert code == 0, log
    job.log = log
    job.booster = xgboost.Booster(model_file=bytearray(job.model().read_bytes()))
    return job


@pytest.mark.parametrize("make", [cancer, diabetes, digits])
def test_shards_train_the_model_of_all_rows(tmp_path, make):
    case = Case(make)
    ours, theirs = case.score(case.sharded(tmp_path, 3).booster), case.score(case.alone())
    assert ours == pytest.approx(theirs, rel=0.002), (ours, theirs)


@pytest.mark.parametrize("make", [cancer, diabetes, digits])
def test_replicas_train_the_model_of_rows_that_come_several_times(tmp_path, make):
    case = Case(make)
    ours, theirs = case.score(case.replicated(tmp_path, 2).booster), case.score(case.alone(copies=2))
    assert ours == pytest.approx(theirs, rel=0.002), (ours, theirs)


def test_metrics_are_those_of_all_rows(tmp_path):
    case = Case(diabetes)
    job = case.sharded(tmp_path, 3)
    measured = [float(found[1]) for found in re.finditer(r"^\[\d+\]#011train-rmse:(\S+)$", job.log, re.MULTILINE)]
    assert len(measured) == ROUNDS
    residuals = job.booster.predict(xgboost.DMatrix(case.rows)) - case.labels
    assert measured[-1] == pytest.approx(numpy.sqrt(numpy.mean(residuals**2)), rel=1e-4)


@pytest.mark.parametrize("parameters", [{"tree_method": "hist"}, {"tree_method": "approx"}, {"booster": "dart", "rate_drop": 0.2}])
def test_the_same_seed_gives_the_same_model(tmp_path, parameters):
    case = Case(digits)
    chance = {"subsample": 0.7, "colsample_bytree": 0.7, "num_round": 8, **parameters}
    first, second = (case.sharded(tmp_path / name, 3, **chance).model().read_bytes() for name in ("first", "second"))
    assert first == second
