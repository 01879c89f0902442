"""LDA beside scikit-learn's online variational inference."""

import pathlib

import numpy as np
from bench.learners import Learner
from bench.load import Shape
from bench.result import Check, Result

TITLE = "LDA 3,000 documents of 120 words, 20 topics"
DOCUMENTS, TEST_DOCUMENTS, VOCABULARY, TOPICS, WORDS = 3_000, 300, 5_000, 20, 120


def measure(place: pathlib.Path, shape: Shape) -> Result:
    chance = np.random.default_rng(3)
    topics = chance.dirichlet(np.full(VOCABULARY, 0.02), TOPICS)
    mixtures = chance.dirichlet(np.full(TOPICS, 0.2), DOCUMENTS + TEST_DOCUMENTS)
    counts = np.array([chance.multinomial(WORDS, mixture @ topics) for mixture in mixtures], dtype=np.float32)
    settings = {"num_topics": TOPICS, "feature_dim": VOCABULARY, "mini_batch_size": DOCUMENTS, "alpha0": 4}
    learner = Learner(place, "lda", "test pwll <score>", settings)
    learner.channel("train", counts[TEST_DOCUMENTS:])
    learner.channel("test", counts[:TEST_DOCUMENTS])
    found = learner.compare(shape)
    checks = [
        Check("CPU over scikit-learn's, one thread", found.cpu[0] / found.cpu[1], 0.5),
        Check("time over scikit-learn's, two threads", found.wall[0] / found.wall[1], 0.5),
        Check("perplexity of test documents over scikit-learn's", float(np.exp(found.value[1] - found.value[0])), 1.01),
    ]
    return Result(checks, notes=found.notes("scikit-learn"))
