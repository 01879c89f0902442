"""IP Insights jobs beside the same network written here in numpy, and beside a network of scikit-learn's, on users who are at home in a few networks."""

import re

import numpy
import pytest
from parity.work import Job
from scipy import sparse
from sklearn.metrics import roc_auc_score
from sklearn.neural_network import MLPClassifier

USERS, PROVIDERS = 400, 60
OCTETS = numpy.array([24, 16, 8, 0], dtype=numpy.uint32)
LAST_AREA = re.compile(r"validation discriminator_auc <score>=(\S+)")


def events(count, seed):
    """Users and addresses, as AWS's own example makes them: a provider has some blocks of addresses, a user a few providers."""
    fixed, chance = numpy.random.default_rng(1), numpy.random.default_rng(seed)
    blocks = fixed.integers(0, 2**32, (PROVIDERS, 3), dtype=numpy.uint64) >> 14 << 14
    homes = fixed.integers(0, PROVIDERS, (USERS, 3))
    users = chance.integers(0, USERS, count)
    providers = homes[users, numpy.minimum(chance.geometric(0.6, count) - 1, 2)]
    addresses = blocks[providers, chance.integers(0, 3, count)] + chance.integers(0, 2**14, count).astype(numpy.uint64)
    return users, addresses.astype(numpy.uint32)


def octets(addresses):
    return (addresses[:, None] >> OCTETS & 255).astype(int)


def csv(users, addresses):
    return "".join(f"user_{user},{'.'.join(map(str, parts))}\n" for user, parts in zip(users, octets(addresses), strict=True)).encode()


def made_up(users, addresses, chance):
    """For each event one with any address, and one with another event's."""
    drawn = chance.integers(0, 2**32, len(users), dtype=numpy.uint64).astype(numpy.uint32)
    return numpy.tile(users, 2), numpy.concatenate([drawn, chance.permutation(addresses)])


def area(score, users, addresses):
    other_users, other_addresses = made_up(users, addresses, numpy.random.default_rng(9))
    scores = numpy.concatenate([score(users, addresses), score(other_users, other_addresses)])
    return roc_auc_score(numpy.arange(len(scores)) < len(users), scores)


class PlainNetwork:
    """The score v . (relu(sum of octet vectors) W + b), and Adam on the log loss."""

    def __init__(self, dimensions, chance):
        self.chance = chance
        self.weights = [
            chance.normal(0, 0.1 / dimensions**0.5, (USERS, dimensions)),
            chance.normal(0, 0.5, (1024, dimensions)),
            chance.normal(0, (2 / dimensions) ** 0.5, (dimensions, dimensions)),
            numpy.zeros(dimensions),
        ]
        self.means, self.squares = ([numpy.zeros_like(weight) for weight in self.weights] for _ in range(2))
        self.steps = 0

    def forward(self, users, addresses):
        entities, table, matrix, bias = self.weights
        hidden = numpy.maximum(table[octets(addresses) + 256 * numpy.arange(4)].sum(1), 0)
        return hidden, hidden @ matrix + bias, entities[users]

    def score(self, users, addresses):
        _, out, entity = self.forward(users, addresses)
        return (out * entity).sum(1)

    def gradients(self, users, addresses, labels, count):
        hidden, out, entity = self.forward(users, addresses)
        slopes = ((1 / (1 + numpy.exp(-(out * entity).sum(1))) - labels) / count)[:, None]
        into = (slopes * entity @ self.weights[2].T) * (hidden > 0)
        changes = [numpy.zeros_like(weight) for weight in self.weights]
        numpy.add.at(changes[0], users, slopes * out)
        for place in range(4):
            numpy.add.at(changes[1], octets(addresses)[:, place] + 256 * place, into)
        changes[2], changes[3] = hidden.T @ (slopes * entity), (slopes * entity).sum(0)
        return changes

    def step(self, changes, rate):
        self.steps += 1
        rate *= (1 - 0.999**self.steps) ** 0.5 / (1 - 0.9**self.steps)
        for weight, mean, square, change in zip(self.weights, self.means, self.squares, changes, strict=True):
            mean += 0.1 * (change - mean)
            square += 0.001 * (change**2 - square)
            weight -= rate * mean / (square**0.5 + 1e-8)

    def fit(self, users, addresses, epochs, batch, rate):
        for _ in range(epochs):
            order = self.chance.permutation(len(users))
            for first in range(0, len(order), batch):
                own_users, own = users[order[first : first + batch]], addresses[order[first : first + batch]]
                other_users, other = made_up(own_users, own, self.chance)
                labels = numpy.arange(3 * len(own)) < len(own)
                self.step(self.gradients(numpy.concatenate([own_users, other_users]), numpy.concatenate([own, other]), labels, len(own)), rate)


def job_area(folder, train, test, **changes):
    """The last area under the curve that the job reports."""
    parameters = {"num_entity_vectors": 20 * USERS, "vector_dim": 32, "epochs": 8, "mini_batch_size": 500, "learning_rate": 0.01, **changes}
    job = Job(folder, parameters, version="1", algorithm="ipinsights")
    job.channel("train", "text/csv", {"a.csv": csv(*train)}).channel("validation", "text/csv", {"a.csv": csv(*test)})
    code, log = job.train()
    assert code == 0, log
    return float(LAST_AREA.findall(log)[-1]), (job.root / "model" / "model_algo-1").read_bytes()


def test_made_up_events_are_told_as_by_the_plain_network(tmp_path):
    train, test = events(12000, 2), events(3000, 3)
    ours = [job_area(tmp_path / str(seed), train, test, _seed=seed)[0] for seed in range(3)]
    network = PlainNetwork(32, numpy.random.default_rng(0))
    network.fit(*train, epochs=8, batch=500, rate=0.01)
    theirs = area(network.score, *test)
    print(f"area under the curve: ours {numpy.mean(ours):.4f} +- {numpy.std(ours):.4f}, numpy {theirs:.4f}")
    assert numpy.mean(ours) >= theirs - 0.005


def one_hot(users, addresses):
    columns = numpy.column_stack([users, USERS + octets(addresses) + 256 * numpy.arange(4)])
    rows = numpy.repeat(numpy.arange(len(users)), 5)
    return sparse.csr_matrix((numpy.ones(rows.size), (rows, columns.ravel())), (len(users), USERS + 1024))


def test_made_up_events_are_told_as_by_scikit_learns_network(tmp_path):
    train, test = events(12000, 2), events(3000, 3)
    ours = job_area(tmp_path, train, test)[0]
    other_users, other = made_up(*train, numpy.random.default_rng(5))
    rows = one_hot(numpy.concatenate([train[0], other_users]), numpy.concatenate([train[1], other]))
    network = MLPClassifier((32,), learning_rate_init=0.01, batch_size=500, max_iter=8, n_iter_no_change=100, random_state=1)
    with pytest.warns(UserWarning):  # that more epochs would have been possible
        network.fit(rows, numpy.arange(rows.shape[0]) < len(train[0]))
    theirs = area(lambda users, addresses: network.predict_proba(one_hot(users, addresses))[:, 1], *test)
    print(f"area under the curve: ours {ours:.4f}, scikit-learn {theirs:.4f}")
    assert ours >= theirs - 0.005


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    train, test = events(3000, 2), events(500, 3)
    one, other = (job_area(tmp_path / name, train, test, epochs=2, _seed=4)[1] for name in ("one", "other"))
    assert one == other
    assert one != job_area(tmp_path / "third", train, test, epochs=2, _seed=5)[1]
