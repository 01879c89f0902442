"""BlazingText beside fastText's own package: word vectors without subwords, and labels of sentences."""

import pathlib

import numpy as np
from bench.learners import Compared, Learner
from bench.load import Shape
from bench.result import Check, Result

TITLE = "BlazingText, 1.2 M words in skip-gram, 20,000 sentences in supervised"
LINES, WORDS, VOCABULARY, TOPICS = 60_000, 20, 20_000, 50


def texts(lines: int, seed: int) -> tuple[np.ndarray, list[str]]:
    """Sentences of words with Zipf's frequencies, two of five from the sentence's own topic."""
    chance = np.random.default_rng(seed)
    topics = chance.integers(0, TOPICS, lines)
    words = np.minimum(chance.zipf(1.2, (lines, WORDS)), VOCABULARY)
    own = chance.random((lines, WORDS)) < 0.4
    named = np.where(own, np.char.add(np.char.add("t", topics.astype(str))[:, None], np.char.add("x", (words % 40).astype(str))), np.char.add("w", words.astype(str)))
    return topics, [" ".join(line) for line in named]


def vectors(place: pathlib.Path, shape: Shape) -> Compared:
    settings = {"mode": "batch_skipgram", "vector_dim": 100, "epochs": 2, "min_count": 5, "window_size": 5, "negative_samples": 5, "learning_rate": 0.05, "evaluation": "False"}
    learner = Learner(place, "blazingtext", "Average throughput in Million words/sec", settings)
    learner.file("train", "\n".join(texts(LINES, 1)[1]).encode(), ".txt")
    return learner.compare(shape)


def labels(place: pathlib.Path, shape: Shape) -> Compared:
    settings = {"mode": "supervised", "vector_dim": 50, "epochs": 10, "min_count": 2, "learning_rate": 0.2, "word_ngrams": 2, "buckets": 200_000}
    learner = Learner(place, "blazingtext", "#validation_accuracy", settings)
    for name, lines, seed in (("train", 20_000, 2), ("validation", 4_000, 3)):
        found = zip(*texts(lines, seed), strict=True)
        learner.file(name, "".join(f"__label__{topic} {text}\n" for topic, text in found).encode(), ".txt")
    return learner.compare(shape)


def measure(place: pathlib.Path, shape: Shape) -> Result:
    folders = [place / "vectors", place / "labels"]
    for folder in folders:
        folder.mkdir()
    words, sentences = vectors(folders[0], shape), labels(folders[1], shape)
    checks = [
        Check("words a CPU second in batch_skipgram over fastText's skipgram", words.cpu[1] / words.cpu[0], 4, at_least=True),
        Check("sentences a CPU second in supervised over fastText's", sentences.cpu[1] / sentences.cpu[0], 1.5, at_least=True),
        Check("precision of supervised over fastText's", sentences.value[0] / sentences.value[1], 0.995, at_least=True),
    ]
    return Result(checks, notes=[*words.notes("fastText"), *sentences.notes("fastText")])
