"""BlazingText jobs beside scikit-learn's models of the same texts, and their files read by the format that fastText publishes."""

import json
import struct

import numpy
import pytest
from parity.work import Job, served
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

SEEDS = range(3)
SUPERVISED = {"mode": "supervised", "vector_dim": 20, "buckets": 20000, "learning_rate": 0.5, "epochs": 10, "min_count": 2}


def reviews(lines, seed):
    """Labels and texts; a fifth of the words tells the topic, and a tenth of the labels is wrong."""
    chance = numpy.random.default_rng(seed)
    topics = chance.integers(0, 6, lines)
    texts = []
    for topic in topics:
        words = [f"w{word}" for word in chance.zipf(1.5, 16) % 2000]
        words += [f"t{topic}x{word}" for word in chance.integers(0, 40, 4)]
        texts.append(" ".join(chance.permutation(words)))
    wrong = chance.random(lines) < 0.1
    return numpy.where(wrong, chance.integers(0, 6, lines), topics), texts


def labelled(labels, texts):
    return "".join(f"__label__{label} {text}\n" for label, text in zip(labels, texts, strict=True)).encode()


def learn(folder, parameters, **channels):
    job = Job(folder, parameters, version="1", algorithm="blazingtext")
    job.work["threads"] = 1
    for name, content in channels.items():
        job.channel(name, "text/plain", {"a.txt": content})
    code, log = job.train()
    assert code == 0, log
    return job, log


def test_texts_are_classified_as_well_as_by_scikit_learn(tmp_path):
    ours, theirs = [], []
    for seed in SEEDS:
        train, test = reviews(3000, seed), reviews(1000, 100 + seed)
        _, log = learn(tmp_path / str(seed), {**SUPERVISED, "_seed": seed}, train=labelled(*train), validation=labelled(*test))
        ours.append(float(log.split("#validation_accuracy: ")[1].split()[0]))
        words = CountVectorizer(ngram_range=(1, 2), token_pattern=r"\S+", binary=True)
        model = LogisticRegression(max_iter=1000).fit(words.fit_transform(train[1]), train[0])
        theirs.append(model.score(words.transform(test[1]), test[0]))
    print(f"ours {numpy.mean(ours):.4f} +- {numpy.std(ours):.2g}, scikit-learn {numpy.mean(theirs):.4f} +- {numpy.std(theirs):.2g}")
    assert numpy.mean(ours) >= numpy.mean(theirs) - max(numpy.std(theirs), 0.005)


class FastText:
    """A model's file, read by the layout that fastText's program has."""

    def __init__(self, content):
        self.content, self.at = content, 0
        magic, version, self.dim, *_ = self.take("<14id")
        assert (magic, version) == (793712314, 12)
        self.word_ngrams, self.buckets = struct.unpack_from("<i", content, 28)[0], struct.unpack_from("<i", content, 40)[0]
        entries, words, _, self.tokens, pruned = self.take("<3iqq")
        assert pruned == -1
        names = [self.entry() for _ in range(entries)]
        self.words = {name: place for place, name in enumerate(names[:words])}
        self.labels = names[words:]
        self.inputs, self.outputs = self.matrix(), self.matrix()
        assert self.at == len(content)

    def take(self, layout):
        values = struct.unpack_from(layout, self.content, self.at)
        self.at += struct.calcsize(layout)
        return values

    def entry(self):
        end = self.content.index(b"\0", self.at)
        name, self.at = self.content[self.at : end].decode(), end + 1
        self.take("<qb")
        return name

    def matrix(self):
        quantised, rows, columns = self.take("<?qq")
        assert not quantised
        numbers = numpy.frombuffer(self.content, numpy.float32, rows * columns, self.at)
        self.at += rows * columns * 4
        return numbers.reshape(rows, columns)

    def probabilities(self, text):
        words = [*text.split(), "</s>"]
        rows = [self.words[word] for word in words if word in self.words]
        hashes = [signed(fnv(word)) for word in words]
        for one, other in zip(hashes, hashes[1:], strict=False):
            rows.append(len(self.words) + (one * 116049371 + other) % 2**64 % self.buckets)
        scores = self.outputs @ self.inputs[rows].mean(0)
        powers = numpy.exp(scores - scores.max())
        return dict(zip(self.labels, powers / powers.sum(), strict=True))


def fnv(word):
    value = 2166136261
    for byte in word.encode():
        value = (value ^ (byte if byte < 128 else byte + 0xFFFFFF00)) * 16777619 % 2**32
    return value


def signed(value):
    return value - 2**32 if value >= 2**31 else value


def test_a_classifiers_file_says_what_the_model_server_says(tmp_path):
    job, _ = learn(tmp_path / "job", SUPERVISED, train=labelled(*reviews(500, 1)))
    model = FastText((job.root / "model" / "model.bin").read_bytes())
    texts = [*reviews(20, 2)[1], "schön t1x1 t1x2", "nothing known"]
    with served(job) as server:
        request = {"instances": texts, "configuration": {"k": 6}}
        status, _, body = server.ask(json.dumps(request), "application/json")
    assert status == 200, body
    for text, answer in zip(texts, json.loads(body), strict=True):
        expected = model.probabilities(text)
        assert answer["prob"] == pytest.approx([expected[label] for label in answer["label"]], abs=1e-5)
        assert sorted(answer["prob"], reverse=True) == answer["prob"]


def topical(lines, seed):
    """Lines that each speak of one of ten topics; a topic's words share no letters' pattern."""
    chance = numpy.random.default_rng(seed)
    words = chance.permutation(200).reshape(10, 20)
    texts = [" ".join(f"v{word}" for word in chance.choice(words[chance.integers(10)], 12)) for _ in range(lines)]
    return texts, {f"v{word}": topic for topic, group in enumerate(words) for word in group}


def same_topic(names, vectors, topics):
    """How many of each word's five nearest by cosine are of its topic."""
    directions = vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True)
    nearest = numpy.argsort(-directions @ directions.T, axis=1)[:, 1:6]
    return numpy.mean([[topics[names[other]] == topics[name] for other in nearest[place]] for place, name in enumerate(names)])


def read_vectors(job):
    head, *lines = (job.root / "model" / "vectors.txt").read_text(encoding="utf-8").splitlines()
    names = [line.split()[0] for line in lines]
    vectors = numpy.array([line.split()[1:] for line in lines], dtype=float)
    assert head == f"{len(names)} {vectors.shape[1]}"
    return names, vectors


@pytest.mark.parametrize("mode", ["skipgram", "cbow", "batch_skipgram"])
def test_words_of_a_topic_are_near_as_with_decomposed_counts(tmp_path, mode):
    texts, topics = topical(1500, 3)
    parameters = {"mode": mode, "vector_dim": 16, "sampling_threshold": 1, "epochs": 10, "evaluation": "False"}
    names, vectors = read_vectors(learn(tmp_path / "job", parameters, train="\n".join(texts).encode())[0])
    counts = CountVectorizer(token_pattern=r"\S+").fit(texts)
    together = counts.transform(texts).T @ counts.transform(texts)
    theirs = TruncatedSVD(16, random_state=0).fit_transform(numpy.log1p(together.toarray()))
    peer = same_topic(list(counts.get_feature_names_out()), theirs, topics)
    ours = same_topic(names, vectors, topics)
    print(f"{mode}: ours {ours:.3f}, decomposed counts {peer:.3f}")
    assert ours >= peer - 0.02


def test_vectors_bin_holds_the_vectors_of_vectors_txt(tmp_path):
    job, _ = learn(tmp_path / "job", {"mode": "cbow", "vector_dim": 5}, train="\n".join(topical(200, 4)[0]).encode())
    names, vectors = read_vectors(job)
    model = FastText((job.root / "model" / "vectors.bin").read_bytes())
    assert list(model.words) == names
    assert model.inputs == pytest.approx(vectors, abs=1e-6)
