"""IP Insights beside the matrix products that its network cannot do without, by numpy's BLAS; no open implementation is known."""

import pathlib

import numpy as np
from bench.learners import Learner
from bench.load import Shape
from bench.result import Check, Result

TITLE = "IP Insights, 100 k events of 5,000 users, vectors of 128, 2 epochs"
EVENTS, TESTS, USERS, PROVIDERS = 100_000, 5_000, 5_000, 300


def events(count: int, seed: int) -> bytes:
    """Users and addresses: a provider has some blocks of addresses, a user a few providers."""
    fixed, chance = np.random.default_rng(1), np.random.default_rng(seed)
    blocks = fixed.integers(0, 2**32, (PROVIDERS, 3), dtype=np.uint64) >> 14 << 14
    homes = fixed.integers(0, PROVIDERS, (USERS, 3))
    users = chance.integers(0, USERS, count)
    providers = homes[users, np.minimum(chance.geometric(0.6, count) - 1, 2)]
    addresses = blocks[providers, chance.integers(0, 3, count)] + chance.integers(0, 2**14, count).astype(np.uint64)
    octets = addresses[:, None] >> np.array([24, 16, 8, 0], dtype=np.uint64) & 255
    return "".join(f"user_{user},{a}.{b}.{c}.{d}\n" for user, (a, b, c, d) in zip(users, octets, strict=True)).encode()


def measure(place: pathlib.Path, shape: Shape) -> Result:
    settings = {"num_entity_vectors": 2 * USERS, "vector_dim": 128, "epochs": 2, "mini_batch_size": 1000, "learning_rate": 0.01}
    learner = Learner(place, "ipinsights", "validation discriminator_auc <score>", settings)
    learner.file("train", events(EVENTS, 2), ".csv")
    learner.file("validation", events(TESTS, 3), ".csv")
    found = learner.compare(shape)
    checks = [
        Check("CPU over the matrix products' alone, one thread", found.cpu[0] / found.cpu[1], 4),
        Check("area under the curve on made-up events", found.value[0], 0.8, at_least=True),
    ]
    return Result(checks, notes=found.notes("numpy's products"))
