"""IP Insights beside a network of scikit-learn's on the same users and octets, each as ones in columns of their own; no open implementation is known."""

import numpy
from bench.quality.case import Case
from bench.quality.trained import Trained
from scipy import sparse
from sklearn.metrics import roc_auc_score
from sklearn.neural_network import MLPClassifier

USERS, PROVIDERS = 400, 60
PLACES = numpy.array([24, 16, 8, 0], dtype=numpy.uint32)


def events(count, chance):
    """Users and addresses, as AWS's example makes them: a provider has some blocks of addresses, a user a few providers."""
    fixed = numpy.random.default_rng(1)
    blocks = fixed.integers(0, 2**32, (PROVIDERS, 3), dtype=numpy.uint64) >> 14 << 14
    homes = fixed.integers(0, PROVIDERS, (USERS, 3))
    users = chance.integers(0, USERS, count)
    providers = homes[users, numpy.minimum(chance.geometric(0.6, count) - 1, 2)]
    return users, (blocks[providers, chance.integers(0, 3, count)] + chance.integers(0, 2**14, count).astype(numpy.uint64)).astype(numpy.uint32)


def with_made_up(users, addresses, chance):
    """The events; then for each one with any address, and one with another event's."""
    drawn = chance.integers(0, 2**32, len(users), dtype=numpy.uint64).astype(numpy.uint32)
    return numpy.tile(users, 3), numpy.concatenate([addresses, drawn, chance.permutation(addresses)])


def octets(addresses):
    return (addresses[:, None] >> PLACES & 255).astype(int)


def lines(users, addresses):
    return "".join(f"user_{user},{'.'.join(map(str, parts))}\n" for user, parts in zip(users, octets(addresses), strict=True))


def one_hot(users, addresses):
    columns = numpy.column_stack([users, USERS + octets(addresses) + 256 * numpy.arange(4)])
    rows = numpy.repeat(numpy.arange(len(users)), 5)
    return sparse.csr_matrix((numpy.ones(rows.size), (rows, columns.ravel())), (len(users), USERS + 1024))


def measure(place, seed):
    chance = numpy.random.default_rng(100 + seed)
    train, asked = events(12_000, chance), with_made_up(*events(3_000, chance), chance)
    truth = numpy.arange(len(asked[0])) < 3_000
    model = Trained(place, "ipinsights", lines(*train), num_entity_vectors=20 * USERS, vector_dim=32, epochs=8, mini_batch_size=500, learning_rate=0.01, _seed=seed)
    ours = model.numbers(lines(*asked), "dot_product")
    both = with_made_up(*train, chance)
    network = MLPClassifier((32,), learning_rate_init=0.01, batch_size=500, max_iter=30, early_stopping=True, random_state=seed)
    network.fit(one_hot(*both), numpy.arange(len(both[0])) < len(train[0]))
    return roc_auc_score(truth, ours), roc_auc_score(truth, network.predict_proba(one_hot(*asked))[:, 1])


CASES = [Case("IP Insights", "events of AWS's example, 400 users", "AUC on made-up events", "scikit-learn MLPClassifier", measure, True)]
