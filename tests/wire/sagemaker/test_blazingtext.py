"""The built-in BlazingText from text to an answering endpoint, in each of its modes."""

import io
import json
import random
import tarfile

import pytest

from support.built_ins import host
from support.training import channel

IMAGE = "811284229777.dkr.ecr.us-east-1.amazonaws.com/blazingtext:1"
VECTORS = {"mode": "batch_skipgram", "vector_dim": "10", "min_count": "2", "sampling_threshold": "1", "epochs": "10"}


def two_groups(lines: int = 1500) -> str:
    """Words of two groups, a and b, which never stand together."""
    chance = random.Random(1)
    return "".join(" ".join(f"{'ab'[line % 2]}{chance.randrange(8)}" for _ in range(10)) + "\n" for line in range(lines))


@pytest.fixture
def blazing(training):
    training.put("text/train/a.txt", two_groups())

    def learn(name, parameters=VECTORS, channels=("train",), content_type="text/plain", **changes):
        data = [channel(part, training.uri(f"text/{part}/"), ContentType=content_type) for part in channels]
        request = {
            "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
            "HyperParameters": parameters,
            "InputDataConfig": data,
        }
        return training.run(name, **{**request, **changes})

    training.learn = learn
    return training


def artifact(training, job) -> dict[str, bytes]:
    key = job["ModelArtifacts"]["S3ModelArtifacts"].removeprefix(f"s3://{training.bucket}/")
    body = training.s3.get_object(Bucket=training.bucket, Key=key)["Body"].read()
    archive = tarfile.open(fileobj=io.BytesIO(body))
    return {member.name.removeprefix("./"): archive.extractfile(member).read() for member in archive if member.isfile()}


def endpoint(training, job):
    """A function that asks an endpoint of the job's model."""
    served = host(training, "m", {"Image": IMAGE, "ModelDataUrl": job["ModelArtifacts"]["S3ModelArtifacts"]})

    def ask(body, content_type="application/json", **changes):
        kind, answer = served.ask(body, content_type, **changes)
        assert kind == content_type
        return answer

    ask.error = served.refusal
    return ask


def similar(one, other) -> float:
    def product(a, b):
        return sum(x * y for x, y in zip(a, b, strict=True))

    return product(one, other) / (product(one, one) * product(other, other)) ** 0.5


def test_words_get_vectors(blazing):
    job = blazing.learn("vectors")
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    files = artifact(blazing, job)
    assert set(files) == {"vectors.txt", "vectors.bin", "eval.json"}
    head, *lines = files["vectors.txt"].decode().splitlines()
    assert head == "16 10"
    written = {line.split()[0]: [float(number) for number in line.split()[1:]] for line in lines}
    log = blazing.log("vectors")
    assert any("Number of words:  16" in message for message in log)
    assert any("Running single machine CPU BlazingText training using batch_skipgram mode." in message for message in log)
    assert json.loads(files["eval.json"])["EN-WS-353-ALL.txt"]["total_pairs"] == 353
    ask = endpoint(blazing, job)
    first, second, other, unknown = json.loads(ask(json.dumps({"instances": ["a0", "a1", "b0", "nowhere"]})))
    assert first["word"] == "a0"
    assert first["vector"] == pytest.approx(written["a0"], abs=1e-6)
    assert similar(first["vector"], second["vector"]) > similar(first["vector"], other["vector"]) + 0.3
    assert unknown == {"vector": [0.0] * 10, "word": "nowhere"}
    lines = ask('{"source": "a0"}\n{"source": "b0"}\n', "application/jsonlines", Accept="text/csv").splitlines()
    assert [json.loads(line) for line in lines] == [first, other]
    with pytest.raises(ask.error, match="there is no list 'instances'"):
        ask('{"words": []}')
    with pytest.raises(ask.error, match="Content-type text/csv is not supported"):
        ask("a0", "text/csv")


@pytest.mark.parametrize("mode", ["skipgram", "cbow"])
def test_parts_of_words_give_unknown_words_vectors(blazing, mode):
    parameters = {**VECTORS, "mode": mode, "subwords": "True", "buckets": "1000", "min_char": "1", "evaluation": "False"}
    job = blazing.learn("parts", parameters)
    assert set(artifact(blazing, job)) == {"vectors.txt", "vectors.bin"}
    known, unknown = json.loads(endpoint(blazing, job)(json.dumps({"instances": ["a0", "a00"]})))
    assert similar(known["vector"], unknown["vector"]) > 0


def test_similarity_is_a_metric(blazing):
    words = "tiger cat love sex book paper computer keyboard plane car media radio doctor nurse stock market smart student".split()
    chance = random.Random(2)
    blazing.put("text/train/a.txt", "".join(" ".join(chance.choice(words) for _ in range(10)) + "\n" for _ in range(300)))
    job = blazing.learn("similarity")
    (metric,) = job["FinalMetricDataList"]
    assert metric["MetricName"] == "train:mean_rho" and -1 <= metric["Value"] <= 1
    assert json.loads(artifact(blazing, job)["eval.json"])["mean_rho"] == pytest.approx(metric["Value"], abs=1e-5)


def moods(lines: int, seed: int) -> str:
    """Order decides: `not good` is bad."""
    chance = random.Random(seed)
    text = []
    for _ in range(lines):
        good, turned = chance.random() < 0.5, chance.random() < 0.5
        words = f"w{chance.randrange(20)} {'not' if turned else 'very'} {'good' if good else 'awful'}"
        text.append(f"__label__{'good' if good != turned else 'bad'} {words}\n")
    return "".join(text)


SUPERVISED = {"mode": "supervised", "vector_dim": "10", "buckets": "1000", "learning_rate": "0.5", "epochs": "20"}


def test_texts_get_labels(blazing):
    blazing.put("text/train/a.txt", moods(2000, 1))
    blazing.put("text/validation/a.txt", moods(500, 2))
    stopping = {"early_stopping": "True", "patience": "2", "min_epochs": "2"}
    job = blazing.learn("labels", {**SUPERVISED, **stopping}, channels=("train", "validation"))
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    assert set(artifact(blazing, job)) == {"model.bin"}
    final = {metric["MetricName"]: metric["Value"] for metric in job["FinalMetricDataList"]}
    assert final == {"train:accuracy": 1, "validation:accuracy": 1}
    assert any("Number of validation examples: 500" in message for message in blazing.log("labels"))
    ask = endpoint(blazing, job)
    first, second = json.loads(ask(json.dumps({"instances": ["w1 not good", "w2 very good"]})))
    assert first["label"] == ["__label__bad"] and second["label"] == ["__label__good"]
    assert 0.9 < first["prob"][0] <= 1
    (both,) = json.loads(ask(json.dumps({"instances": ["w1 not good"], "configuration": {"k": 2}})))
    assert both["label"] == ["__label__bad", "__label__good"]
    assert sum(both["prob"]) == pytest.approx(1, abs=1e-5)
    lines = ask('{"source": "w1 not good"}\n{"source": "w1 not good", "k": 2}', "application/jsonlines").splitlines()
    assert [json.loads(line) for line in lines] == [first, both]
    with pytest.raises(ask.error, match="'k' must be a whole number, 1 or more"):
        ask('{"instances": ["a"], "configuration": {"k": 0}}')


@pytest.mark.parametrize(
    "parameters, changes, reason",
    [
        ({}, {}, "'mode' is a required property"),
        ({"mode": "word2vec"}, {}, "it must be one of ['batch_skipgram', 'skipgram', 'cbow', 'supervised']"),
        ({**VECTORS, "subwords": "True"}, {}, "subwords are learned in the modes skipgram and cbow only"),
        ({**VECTORS, "word_ngrams": "2"}, {}, "word_ngrams has no effect in mode batch_skipgram"),
        ({**VECTORS, "min_count": "1000000"}, {}, "No word of the training data occurs min_count = 1000000 times"),
        (SUPERVISED, {}, "The training data has no labels: no word begins with __label__"),
        ({**SUPERVISED, "window_size": "5"}, {}, "window_size has no effect in mode supervised"),
        ({**SUPERVISED, "early_stopping": "True"}, {}, "early_stopping needs a validation channel"),
        (VECTORS, {"channels": ("train", "validation")}, "Extraneous channel found: validation"),
        (VECTORS, {"content_type": "application/x-recordio"}, "which is not supported: BlazingText reads text/plain"),
    ],
)
def test_what_cannot_be_trained_on_is_the_failure_reason(blazing, parameters, changes, reason):
    blazing.put("text/validation/a.txt", "a0 a1\n")
    job = blazing.learn("refused", parameters, **changes)
    assert job["TrainingJobStatus"] == "Failed"
    assert reason in job["FailureReason"]
    assert job["FailureReason"].startswith("ClientError: ")


def test_a_text_without_words_is_refused(blazing):
    blazing.put("text/train/a.txt", " \n\n")
    assert "Channel train has no words in its 3 bytes" in blazing.learn("empty")["FailureReason"]
