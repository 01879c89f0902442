"""LDA beside scikit-learn's and gensim's: how probable held-out documents are under the topics that each found."""

import functools

import numpy
from bench.quality.case import Case
from bench.quality.trained import Trained
from gensim.matutils import Dense2Corpus
from gensim.models import LdaModel
from sklearn.datasets import load_digits
from sklearn.decomposition import LatentDirichletAllocation


def planted(seed):
    """Documents from Blei's model: 12 topics of 600 words."""
    chance = numpy.random.default_rng(seed)
    topics = chance.dirichlet(numpy.full(600, 0.05), 12)
    mixtures = chance.dirichlet(numpy.full(12, 0.2), 1400)
    return numpy.array([chance.multinomial(90, mixture @ topics) for mixture in mixtures], dtype=float)


def digits(seed):
    """Pictures as documents: a pixel is a word, and as frequent as it is bright."""
    return numpy.random.default_rng(seed).permutation(load_digits().data)


def perplexity(topics, rows, steps=60):
    """Of a word, under the mixture of topics that makes its document most probable."""
    topics = topics / topics.sum(1, keepdims=True)
    mixtures = numpy.full((len(rows), len(topics)), 1 / len(topics))
    for _ in range(steps):
        mixtures *= (rows / (mixtures @ topics + 1e-12)) @ topics.T
        mixtures /= mixtures.sum(1, keepdims=True)
    return numpy.exp(-(rows * numpy.log(mixtures @ topics + 1e-12)).sum() / rows.sum())


def of_scikit_learn(rows, count, prior, seed):
    return LatentDirichletAllocation(count, doc_topic_prior=prior / count, max_iter=20, learning_method="batch", random_state=seed).fit(rows).components_


def of_gensim(rows, count, prior, seed):
    return LdaModel(Dense2Corpus(rows.T), num_topics=count, passes=10, alpha=[prior / count] * count, random_state=seed).get_topics()


def measure(documents, count, prior, peer, place, seed):
    """`prior` is what the documents were made with, where that is known, and 1 elsewhere, as by default."""
    rows = documents(seed)
    train, test = rows[len(rows) // 10 :], rows[: len(rows) // 10]
    model = Trained(place, "lda", train, num_topics=count, feature_dim=rows.shape[1], mini_batch_size=len(train), alpha0=prior, _seed=seed)
    return perplexity(model.arrays()[1].astype(float), test), perplexity(peer(train, count, prior, seed), test)


CASES = [
    Case("LDA", name, "perplexity of held-out documents", peer_name, functools.partial(measure, documents, count, prior, peer))
    for name, documents, count, prior in [("planted topics, 12", planted, 12, 2.4), ("digits, 10 topics", digits, 10, 1.0)]
    for peer_name, peer in [("scikit-learn", of_scikit_learn), ("gensim", of_gensim)]
]
