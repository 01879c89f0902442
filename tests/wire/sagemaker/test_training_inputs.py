"""Which objects a channel means, in which order, and what of them is a row: manifests, shuffling, sharding and RecordIO wrapping."""

import gzip
import json
import struct

import botocore.exceptions
import pytest

from support.built_ins import arrays, csv, image
from support.training import channel

CLUSTER = {"k": "1", "feature_dim": "2"}
CLASSIFIER = {"mode": "supervised", "min_count": "1", "vector_dim": "10", "epochs": "10"}


def source(training, kind: str, key: str, **changes) -> dict:
    return {"DataSource": {"S3DataSource": {"S3DataType": kind, "S3Uri": training.uri(key), **changes}}}


def run(training, name: str, algorithm: str, parameters: dict, *channels: dict) -> dict:
    return training.run(
        name,
        AlgorithmSpecification={"TrainingImage": image(algorithm), "TrainingInputMode": "Pipe"},
        HyperParameters=parameters,
        InputDataConfig=list(channels),
    )


def center(built_in, job: dict) -> list[float]:
    """Of the only cluster: the mean of the rows."""
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    ((_, values),) = arrays(built_in.model_file(job)).values()
    return [round(value, 4) for value in values]


def record(values: list[float]) -> bytes:
    """A protobuf Record with the features `values`, shorter than 128 bytes."""

    def field(number: int, content: bytes) -> bytes:
        return bytes([8 * number + 2, len(content)]) + content

    floats = field(1, struct.pack(f"<{len(values)}f", *values))
    return field(1, field(1, b"values") + field(2, field(2, floats)))


def sentences(count: int, number: bool) -> str:
    lines = []
    for at in range(count):
        group = "ab"[at % 2]
        label = at % 2 if number else [f"group {group}"]
        lines.append(json.dumps({"id": at, "label": label, "source": " ".join(f"{group}{(at * 7 + word) % 9}" for word in range(6))}))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("changes", [{}, {"RecordWrapperType": "RecordIO", "ContentType": "application/x-recordio"}, {"ShuffleConfig": {"Seed": 5}, "InputMode": "Pipe"}])
def test_sentences_and_labels_of_an_augmented_manifest(training, changes):
    training.put("lists/text.jsonl", sentences(400, number=True))
    attributes = ["source", "label"]
    data = channel("train", "", **{"ContentType": "text/plain", **source(training, "AugmentedManifestFile", "lists/text.jsonl", AttributeNames=attributes), **changes})
    job = run(training, "sentences", "blazingtext", CLASSIFIER, data)
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    shown = job["InputDataConfig"][0]
    assert shown["DataSource"]["S3DataSource"]["AttributeNames"] == attributes
    assert shown.get("ShuffleConfig") == changes.get("ShuffleConfig")
    assert {metric["MetricName"]: metric["Value"] for metric in job["FinalMetricDataList"]}["train:accuracy"] > 0.95


def test_lines_of_json_as_objects(training):
    training.put("json/a.jsonl", sentences(400, number=False))
    data = channel("train", training.uri("json/"), ContentType="application/jsonlines", InputMode="File")
    job = run(training, "lines", "blazingtext", CLASSIFIER, data)
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    assert any("Number of labels: 2" in line for line in training.log("lines"))


def test_a_wrong_line_of_an_augmented_manifest_is_named(training):
    training.put("lists/text.jsonl", '{"source": "a", "label": 1}\n{"source": "b"}\n')
    data = channel("train", "", ContentType="text/plain", **source(training, "AugmentedManifestFile", "lists/text.jsonl", AttributeNames=["label", "source"]))
    job = run(training, "wrong", "blazingtext", CLASSIFIER, data)
    assert job["FailureReason"] == "ClientError: text.jsonl: line 2: it has no attribute label, exit code: 1"


def test_objects_that_an_augmented_manifest_refers_to(built_in):
    built_in.put("rows/one.csv", csv([(1, 10)]))
    built_in.put("rows/two.csv", csv([(2, 20), (6, 60)]))
    built_in.put("rows/unnamed.csv", csv([(1000, 1000)]))
    lines = [{"rows-ref": built_in.uri(f"rows/{name}.csv"), "more": [1]} for name in ("one", "two")]
    built_in.put("lists/rows.jsonl", "\n".join(json.dumps(line) for line in lines))
    data = channel("train", "", **{**source(built_in, "AugmentedManifestFile", "lists/rows.jsonl", AttributeNames=["rows-ref"]), "ContentType": "text/csv;label_size=0"})
    assert center(built_in, run(built_in, "referred", "kmeans", CLUSTER, data)) == [3, 30]
    built_in.put("lists/rows.jsonl", '{"rows": "s3://a/b"}')
    reason = run(built_in, "unreferred", "kmeans", CLUSTER, data)["FailureReason"]
    assert reason == f"ClientError: Data download failed:Failed to parse manifest file {built_in.uri('lists/rows.jsonl')} (line 1: it has no attribute rows-ref)"


def test_an_object_each_record(built_in):
    for at in range(3):
        built_in.s3.put_object(Bucket=built_in.bucket, Key=f"records/{at}", Body=record([at, 10 * at]))
    data = channel("train", built_in.uri("records/"), RecordWrapperType="RecordIO", ContentType="application/x-recordio-protobuf")
    assert center(built_in, run(built_in, "wrapped", "kmeans", CLUSTER, data)) == [1, 10]
    built_in.put("records/2", "1,2")
    assert "ValueError: 2: a protobuf message is cut off" in run(built_in, "no-record", "kmeans", CLUSTER, data)["FailureReason"]


def test_a_shuffle_depends_on_its_seed(built_in):
    for at in range(8):
        built_in.put(f"many/{at}", f"1,x{at}\n")

    def first(name: str, **changes) -> str:
        data = channel("train", built_in.uri("many/"), **{"ContentType": "text/csv;label_size=0", **changes})
        return run(built_in, name, "kmeans", CLUSTER, data)["FailureReason"].partition("'x")[2][0]

    assert first("in-order") == "0"
    shuffled = [first(f"seed-{seed}", ShuffleConfig={"Seed": seed}) for seed in (1, 2, 3, 4)]
    assert len(set(shuffled)) > 1
    assert shuffled[0] == first("again", ShuffleConfig={"Seed": 1})


def test_one_instance_has_every_shard(built_in):
    for at in range(3):
        built_in.put(f"shards/{at}", csv([(at, 2 * at)]))
    where = source(built_in, "S3Prefix", "shards/", S3DataDistributionType="ShardedByS3Key")
    data = channel("train", "", **{**where, "ContentType": "text/csv;label_size=0", "InputMode": "FastFile"})
    job = run(built_in, "sharded", "kmeans", CLUSTER, data)
    assert center(built_in, job) == [1, 2]
    assert job["InputDataConfig"][0]["DataSource"]["S3DataSource"]["S3DataDistributionType"] == "ShardedByS3Key"


def gzip_channel(training, content_type: str, *objects: bytes) -> dict:
    for at, content in enumerate(objects):
        training.s3.put_object(Bucket=training.bucket, Key=f"packed/{at}.gz", Body=content)
    return channel("train", training.uri("packed/"), ContentType=content_type, CompressionType="Gzip", InputMode="Pipe")


def framed(content: bytes) -> bytes:
    return struct.pack("<II", 0xCED7230A, len(content)) + content + bytes(-len(content) % 4)


def test_what_gzip_packed_is_streamed_unpacked(built_in):
    text = [csv([(1, 10)]), csv([(2, 20), (6, 60)])]
    data = gzip_channel(built_in, "text/csv;label_size=0", *(gzip.compress(part.encode()) for part in text))
    job = run(built_in, "packed", "kmeans", CLUSTER, data)
    assert center(built_in, job) == [3, 30]
    assert job["InputDataConfig"][0]["CompressionType"] == "Gzip"
    rows = gzip.compress(framed(record([1, 10]))) + gzip.compress(framed(record([5, 50])))
    data = gzip_channel(built_in, "application/x-recordio-protobuf", rows, gzip.compress(framed(record([3, 30]))))
    assert center(built_in, run(built_in, "packed-records", "kmeans", CLUSTER, data)) == [3, 30]


def test_xgboost_reads_what_gzip_packed(training):
    rows = gzip.compress(csv((at % 2, at % 2, 3) for at in range(40)).encode())
    job = training.run("packed-rows", HyperParameters={"num_round": "2"}, InputDataConfig=[gzip_channel(training, "text/csv", rows)])
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")


@pytest.mark.parametrize("content, fault", [(gzip.compress(b"1,2\n" * 99)[:-3], "is cut short"), (b"1,2\n", "is not in gzip format")])
def test_a_file_that_gzip_did_not_pack_is_named(built_in, content, fault):
    data = gzip_channel(built_in, "text/csv;label_size=0", gzip.compress(csv([(1, 10)]).encode()), content)
    job = run(built_in, "unsound", "kmeans", CLUSTER, data)
    assert job["FailureReason"] == f"ClientError: 1.gz: the gzip file {fault}, exit code: 1"


AUGMENTED = {"S3DataType": "AugmentedManifestFile", "AttributeNames": ["source", "label"]}


@pytest.mark.parametrize(
    "algorithm, where, changes, code, message",
    [
        ("blazingtext", AUGMENTED, {"InputMode": "File"}, "ValidationException", "AugmentedManifestFile can only be used if the Channel's input mode is Pipe."),
        ("blazingtext", {**AUGMENTED, "AttributeNames": []}, {}, "ValidationException", "AttributeNames must be specified"),
        ("blazingtext", {**AUGMENTED, "S3DataType": "S3Prefix"}, {}, "ValidationException", "AttributeNames can only be used"),
        ("blazingtext", {**AUGMENTED, "AttributeNames": ["source"]}, {}, "NotImplemented", "AttributeNames [source] for blazingtext"),
        ("blazingtext", {"AttributeNames": []}, {"RecordWrapperType": "RecordIO"}, "NotImplemented", "RecordWrapperType RecordIO for blazingtext"),
        ("kmeans", AUGMENTED, {"ContentType": "text/csv"}, "NotImplemented", "AttributeNames [source, label] for kmeans"),
        ("kmeans", {}, {"ContentType": "text/csv", "RecordWrapperType": "RecordIO"}, "NotImplemented", "RecordWrapperType RecordIO for kmeans with ContentType text/csv"),
        ("kmeans", {}, {"InputMode": "File", "RecordWrapperType": "RecordIO"}, "ValidationException", "RecordWrapperType RecordIO can only be used"),
        ("kmeans", {}, {"InputMode": "File", "CompressionType": "Gzip"}, "ValidationException", "Invalid compression type for channel train: File mode only supports NONE, got Gzip instead"),
        ("kmeans", {}, {"InputMode": "FastFile", "CompressionType": "Gzip"}, "ValidationException", "Invalid compression type for channel train: FastFile mode only supports NONE, got Gzip instead"),
        ("blazingtext", AUGMENTED, {"CompressionType": "Gzip"}, "NotImplemented", "CompressionType Gzip with S3DataType AugmentedManifestFile"),
    ],
)
def test_what_does_not_go_together_is_refused(training, algorithm, where, changes, code, message):
    data = channel("train", "", **{"ContentType": "text/plain", **source(training, "S3Prefix", "data/"), **changes})
    data["DataSource"]["S3DataSource"].update(where)
    with pytest.raises(botocore.exceptions.ClientError) as refused:
        run(training, "refused", algorithm, CLASSIFIER, data)
    assert refused.value.response["Error"]["Code"] == code
    assert message in refused.value.response["Error"]["Message"]
