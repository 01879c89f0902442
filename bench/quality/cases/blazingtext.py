"""BlazingText beside fastText and gensim: labels of texts, and whether words of a topic are near each other."""

import functools
import pathlib

import fasttext
import numpy
from bench.quality.case import Case
from bench.quality.trained import Trained
from gensim.models import Word2Vec

DIM, EPOCHS = 16, 15
LINE_END = "</s>"  # fastText's word
RATE = 0.05
# Steps that are taken together do not correct each other and act like larger ones, so that one rate is not the same to both sides: here
# each has the one of 0.0125, 0.025 and 0.05 that it does best with, which is the same for all.
BATCH_RATE = 0.025


def reviews(lines, seed):
    """Labels and texts; a fifth of the words tells the topic, and a tenth of the labels is wrong."""
    chance = numpy.random.default_rng(seed)
    topics = chance.integers(0, 6, lines)
    texts = []
    for topic in topics:
        words = [f"w{word}" for word in chance.zipf(1.5, 16) % 2000] + [f"t{topic}x{word}" for word in chance.integers(0, 40, 4)]
        texts.append(" ".join(chance.permutation(words)))
    return numpy.where(chance.random(lines) < 0.1, chance.integers(0, 6, lines), topics), texts


def labelled(labels, texts):
    return "".join(f"__label__{label} {text}\n" for label, text in zip(labels, texts, strict=True))


def accuracy(model, labels, texts) -> float:
    """Of a file that fastText's own package reads: ours is one."""
    return float(numpy.mean([model.f.predict(text, 1, 0, "strict")[0][1] == f"__label__{label}" for label, text in zip(labels, texts, strict=True)]))


def classified(place: pathlib.Path, seed: int) -> tuple[float, float]:
    train, test = labelled(*reviews(3000, seed)), reviews(1000, 1000 + seed)
    settings = {"mode": "supervised", "vector_dim": 20, "buckets": 20000, "learning_rate": 0.5, "epochs": 10, "min_count": 2, "word_ngrams": 2}
    ours = Trained(place, "blazingtext", train, threads=1, _seed=seed, **settings)
    theirs = fasttext.train_supervised(str(place / "train.txt"), dim=20, bucket=20000, lr=0.5, epoch=10, minCount=2, wordNgrams=2, thread=1, verbose=0)
    return accuracy(fasttext.load_model(str(ours.folder / "model.bin")), *test), accuracy(theirs, *test)


def topical(lines, seed):
    """Lines that each speak of one of ten topics, most of their words of any; a topic's words share no letters' pattern."""
    chance = numpy.random.default_rng(seed)
    words = chance.permutation(600).reshape(10, 60)
    texts = []
    for _ in range(lines):
        own = chance.choice(words[chance.integers(10)], 5)
        texts.append([f"v{word}" for word in chance.permutation(numpy.concatenate([own, chance.integers(0, 600, 7)]))])
    return texts, {f"v{word}": topic for topic, group in enumerate(words) for word in group}


def lines_of(texts) -> str:
    return "".join(" ".join(text) + "\n" for text in texts)


def same_topic(names, vectors, topics) -> float:
    """How many of each word's ten nearest by cosine are of its topic."""
    directions = vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True)
    nearest = numpy.argsort(-directions @ directions.T, axis=1)[:, 1:11]
    return float(numpy.mean([[topics[names[other]] == topics[name] for other in nearest[place]] for place, name in enumerate(names)]))


def rate_of(mode) -> float:
    return BATCH_RATE if mode == "batch_skipgram" else RATE


def of_gensim(place, texts, mode, seed):
    model = Word2Vec(texts, vector_size=DIM, sg=int(mode != "cbow"), negative=5, window=5, min_count=1, sample=0, epochs=EPOCHS, alpha=rate_of(mode), workers=1, seed=seed)
    return model.wv.index_to_key, model.wv.vectors


def of_fasttext(place, texts, mode, seed):
    kind = "cbow" if mode == "cbow" else "skipgram"
    model = fasttext.train_unsupervised(str(place / "train.txt"), kind, dim=DIM, neg=5, ws=5, minCount=1, t=1, epoch=EPOCHS, lr=rate_of(mode), maxn=0, thread=1, verbose=0)
    names = [name for name in model.get_words() if name != LINE_END]
    return names, numpy.array([model.get_word_vector(name) for name in names])


def near(mode, peer, place, seed):
    texts, topics = topical(2500, seed)
    # fastText takes the end of a line for a word of it; so that both learn from the same words, ours is given one.
    end = [LINE_END] if peer is of_fasttext else []
    settings = {"vector_dim": DIM, "negative_samples": 5, "window_size": 5, "min_count": 1, "sampling_threshold": 1, "epochs": EPOCHS, "learning_rate": rate_of(mode), "evaluation": "False"}
    model = Trained(place, "blazingtext", lines_of([text + end for text in texts]), mode=mode, threads=1, _seed=seed, **settings)
    _, *lines = (model.folder / "vectors.txt").read_text(encoding="utf-8").splitlines()
    named = [words for words in map(str.split, lines) if words[0] != LINE_END]
    ours = same_topic([name for name, *_ in named], numpy.array([numbers for _, *numbers in named], dtype=float), topics)
    (place / "train.txt").write_text(lines_of(texts), encoding="utf-8")
    return ours, same_topic(*peer(place, texts, mode, seed), topics)


CASES = [
    Case("BlazingText, supervised", "texts of 6 topics, 10 % of labels wrong", "accuracy", "fastText", classified, True),
    *(
        Case(f"BlazingText, {mode}", "lines of 10 topics, 600 words", "nearest words of the topic", name, functools.partial(near, mode, peer), True)
        for mode in ("skipgram", "cbow", "batch_skipgram")
        for name, peer in (("fastText", of_fasttext), ("gensim", of_gensim))
    ),
]
