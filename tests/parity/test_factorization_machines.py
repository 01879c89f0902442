"""Factorization Machines jobs beside a plain implementation in numpy: the same weights from the same start, and as good as the data's noise allows.

The data is generated as Rendle's model has it (2010): two categories a row, each with a weight and factors drawn from normal distributions, and noise."""

import numpy
import pytest
from parity.work import Job
from sklearn.linear_model import Ridge
from support.built_ins import arrays
from support.records import record

USERS, ITEMS, FACTORS = 60, 40, 3
WIDTH = USERS + ITEMS
NOISE = 0.3


def planted(count, seed):
    """Rows of two ones (as the columns' numbers), and what the planted machine says of them."""
    machine = numpy.random.default_rng(11)
    weights, factors = machine.normal(0, 0.5, WIDTH), machine.normal(0, 1, (WIDTH, FACTORS))
    chance = numpy.random.default_rng(seed)
    keys = numpy.stack([chance.integers(0, USERS, count), USERS + chance.integers(0, ITEMS, count)], axis=1)
    scores = 1 + weights[keys].sum(1) + (factors[keys[:, 0]] * factors[keys[:, 1]]).sum(1)
    return keys, scores, chance


def dense(keys):
    rows = numpy.zeros((len(keys), WIDTH))
    numpy.put_along_axis(rows, keys, 1, axis=1)
    return rows


def train(folder, keys, labels, test=None, **hyperparameters):
    """Arrays by name, and the log."""
    job = Job(folder, {"feature_dim": WIDTH, **hyperparameters}, version="1", algorithm="factorization-machines")
    for name, (rows, targets) in {"train": (keys, labels), **({"test": test} if test else {})}.items():
        content = b"".join(record([1, 1], row.tolist(), WIDTH, float(target)) for row, target in zip(rows, targets, strict=True))
        job.channel(name, "application/x-recordio-protobuf", {"a": content})
    code, log = job.train()
    assert code == 0, log
    found = arrays((job.root / "model" / "model_algo-1").read_bytes())
    return {name: numpy.array(numbers, numpy.float32).reshape(shape) for name, (shape, numbers) in found.items()}, log


class Adam:
    """Of one array; only the rows that `touched` names move."""

    def __init__(self, weights, rate, decay):
        self.weights, self.rate, self.decay = weights.astype(float), rate, decay
        self.means, self.squares, self.steps = numpy.zeros_like(self.weights), numpy.zeros_like(self.weights), 0

    def step(self, gradient, touched):
        self.steps += 1
        gradient = gradient[touched] + self.decay * self.weights[touched]
        self.means[touched] = 0.9 * self.means[touched] + 0.1 * gradient
        self.squares[touched] = 0.999 * self.squares[touched] + 0.001 * gradient**2
        rate = self.rate * numpy.sqrt(1 - 0.999**self.steps) / (1 - 0.9**self.steps)
        self.weights[touched] -= rate * self.means[touched] / (numpy.sqrt(self.squares[touched]) + 1e-8)


def plain(start, rows, labels, predictor, epochs, batch, rates):
    """The weights after so many epochs, in 64-bit numbers, by matrices."""
    bias, linear, factors = (Adam(start[name], *rates[name]) for name in ("w0_weight", "w1_weight", "v"))
    for _ in range(epochs):
        for at in range(0, len(rows), batch):
            x, y = rows[at : at + batch], labels[at : at + batch]
            sums = x @ factors.weights
            score = bias.weights[0, 0] + x @ linear.weights[:, 0] + ((sums**2 - x**2 @ factors.weights**2) / 2).sum(1)
            slope = ((1 / (1 + numpy.exp(-score)) if predictor == "binary_classifier" else score) - y) / len(x)
            touched = (x != 0).any(0)
            by_factor = x.T @ (slope[:, None] * sums) - (x**2).T @ slope[:, None] * factors.weights
            bias.step(slope.sum(keepdims=True)[None], numpy.array([True]))
            linear.step((x.T @ slope)[:, None], touched)
            factors.step(by_factor, touched)
    return {"w0_weight": bias.weights, "w1_weight": linear.weights, "v": factors.weights}


@pytest.mark.parametrize("predictor", ["regressor", "binary_classifier"])
def test_weights_are_those_of_a_plain_implementation(tmp_path, predictor):
    keys, scores, chance = planted(700, 1)
    labels = scores + chance.normal(0, NOISE, 700) if predictor == "regressor" else (scores > 1).astype(float)
    given = {"predictor_type": predictor, "num_factors": 5, "mini_batch_size": 200, "epochs": 4, "factors_init_sigma": 0.1}
    rates = {"w0_weight": (0.1, 0.01), "w1_weight": (0.01, 0.001), "v": (0.02, 0.0001)}
    start, _ = train(tmp_path / "start", keys, labels, **{**given, "epochs": 1}, bias_lr=0, linear_lr=0, factors_lr=0)
    spelled = {f"{term}_{kind}": value for term, name in (("bias", "w0_weight"), ("linear", "w1_weight"), ("factors", "v")) for kind, value in zip(("lr", "wd"), rates[name], strict=True)}
    ours, _ = train(tmp_path / "job", keys, labels, **given, **spelled)
    theirs = plain(start, dense(keys), labels.astype(numpy.float32), predictor, 4, 200, rates)
    for name, expected in theirs.items():
        assert ours[name] == pytest.approx(expected, abs=2e-4), name
        assert abs(ours[name] - start[name]).max() > 0.01


def test_a_regressor_comes_close_to_the_noise(tmp_path):
    (keys, scores, chance), (others, truth, other) = planted(12000, 1), planted(2000, 2)
    labels, test = scores + chance.normal(0, NOISE, len(scores)), truth + other.normal(0, NOISE, len(truth))
    given = {"predictor_type": "regressor", "num_factors": FACTORS, "epochs": 60, "mini_batch_size": 200, "factors_init_sigma": 0.1}
    errors = []
    for seed in range(3):
        _, log = train(tmp_path / str(seed), keys, labels, (others, test), **given, bias_lr=0.01, linear_lr=0.01, factors_lr=0.01, _seed=seed)
        errors.append(float(log.split("test rmse <loss>=")[1].split()[0]))
    linear = Ridge().fit(dense(keys), labels).predict(dense(others))
    print(f"rmse {numpy.mean(errors):.4f} +- {numpy.std(errors):.4f}, noise {NOISE}, linear {numpy.sqrt(((linear - test) ** 2).mean()):.4f}")
    assert max(errors) < 1.1 * NOISE < numpy.sqrt(((linear - test) ** 2).mean())


def test_a_classifier_comes_close_to_the_truth(tmp_path):
    (keys, scores, _), (others, truth, _) = planted(12000, 1), planted(2000, 2)
    given = {"predictor_type": "binary_classifier", "num_factors": FACTORS, "epochs": 60, "mini_batch_size": 200, "factors_init_sigma": 0.1}
    _, log = train(tmp_path, keys, scores > 0, (others, truth > 0), **given, bias_lr=0.01, linear_lr=0.01, factors_lr=0.01)
    assert float(log.split("test binary_classification_accuracy <score>=")[1].split()[0]) > 0.97


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    keys, scores, _ = planted(500, 3)
    one, other, third = (train(tmp_path / name, keys, scores, num_factors=7, predictor_type="regressor", _seed=seed)[0] for name, seed in (("one", 4), ("other", 4), ("third", 5)))
    assert one["v"].tobytes() == other["v"].tobytes() != third["v"].tobytes()
