"""Training jobs against the Python package with the same parameters: the model files load there and predict the same."""

import io
import json
import re
import signal
import struct

import numpy
import pyarrow
import pyarrow.parquet
import pytest
import xgboost
from parity.work import Job, csv, model_server
from sklearn.datasets import dump_svmlight_file, load_breast_cancer

PARAMETERS = {"objective": "binary:logistic", "max_depth": 4, "eta": 0.2, "subsample": 0.8, "seed": 7}
ROUNDS = 20


@pytest.fixture(scope="module")
def cancer():
    rows, labels = load_breast_cancer(return_X_y=True)
    order = numpy.random.default_rng(1).permutation(len(labels))
    rows, labels = rows[order].astype(numpy.float32), labels[order]
    return {"train": (rows[:400], labels[:400]), "validation": (rows[400:], labels[400:])}


def parquet_bytes(rows, labels):
    columns = {"label": labels, **{f"c{i}": rows[:, i] for i in range(rows.shape[1])}}
    out = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table(columns), out)
    return out.getvalue()


def libsvm_bytes(rows, labels):
    out = io.BytesIO()
    dump_svmlight_file(rows.astype(float), labels, out, zero_based=True)
    return out.getvalue()


def field(number, content):
    length, size = b"", len(content)
    while size >= 128:
        length, size = length + bytes([size & 127 | 128]), size >> 7
    return bytes([number << 3 | 2]) + length + bytes([size]) + content


def tensor_entry(values):
    return field(1, b"values") + field(2, field(2, field(1, numpy.asarray(values, dtype="<f4").tobytes())))


def recordio_bytes(rows, labels):
    out = b""
    for row, label in zip(rows, labels, strict=True):
        record = field(1, tensor_entry(row)) + field(2, tensor_entry([label]))
        out += struct.pack("<II", 0xCED7230A, len(record)) + record + b"\0" * (-len(record) % 4)
    return out


FORMATS = {
    "text/csv": lambda rows, labels: csv(rows, labels),
    "text/libsvm": libsvm_bytes,
    "application/x-parquet": parquet_bytes,
    "application/x-recordio-protobuf": recordio_bytes,
}


@pytest.mark.parametrize("content_type", FORMATS)
def test_every_format_trains_the_same_model(tmp_path, cancer, content_type):
    job = Job(tmp_path / "job", {**PARAMETERS, "num_round": ROUNDS, "eval_metric": "auc,logloss"})
    for channel, (rows, labels) in cancer.items():
        job.channel(channel, content_type, {f"{channel}.data": FORMATS[content_type](rows, labels)})
    code, log = job.train()
    assert code == 0, log
    rows, labels = cancer["validation"]
    data = {name: xgboost.DMatrix(*pair) for name, pair in cancer.items()}
    if content_type == "text/libsvm":
        zeros = numpy.array([numpy.where(row == 0, numpy.nan, row) for row in rows])
        data = {name: xgboost.DMatrix(numpy.where(x == 0, numpy.nan, x), y) for name, (x, y) in cancer.items()}
        rows = zeros
    history = {}
    parameters = {**PARAMETERS, "eval_metric": ["auc", "logloss"], "nthread": 2}
    ours = xgboost.Booster(model_file=job.model())
    reference = xgboost.train(parameters, data["train"], ROUNDS, evals=[(data[n], n) for n in data], evals_result=history, verbose_eval=False)
    numpy.testing.assert_array_equal(ours.predict(data["validation"]), reference.predict(data["validation"]))
    assert final_metric(log, "validation-auc") == round(history["validation"]["auc"][-1], 5)
    with model_server(tmp_path / "serve", job.model()) as server:
        numpy.testing.assert_array_equal(server.predict(rows), reference.predict(data["validation"]))


def final_metric(log, name):
    return float(re.findall(rf"#011{name}:(\S+?)(?=#011|\s)", log)[-1])


def test_early_stopping_keeps_the_best_round(tmp_path, cancer):
    job = Job(tmp_path, {**PARAMETERS, "num_round": 200, "eval_metric": "auc,logloss", "early_stopping_rounds": 5})
    for channel, pair in cancer.items():
        job.channel(channel, "text/csv", {"a.csv": csv(*pair)})
    code, log = job.train()
    assert code == 0, log
    data = {name: xgboost.DMatrix(*pair) for name, pair in cancer.items()}
    stop = xgboost.callback.EarlyStopping(5, metric_name="logloss", data_name="validation", save_best=True)
    parameters = {**PARAMETERS, "eval_metric": ["auc", "logloss"], "nthread": 2}
    reference = xgboost.train(parameters, data["train"], 200, evals=[(data["validation"], "validation")], callbacks=[stop], verbose_eval=False)
    ours = xgboost.Booster(model_file=job.model())
    assert ours.num_boosted_rounds() == reference.num_boosted_rounds()
    assert ours.attr("best_iteration") == reference.attr("best_iteration")
    numpy.testing.assert_array_equal(ours.predict(data["train"]), reference.predict(data["train"]))


def test_weights_stand_in_the_second_column(tmp_path, cancer):
    rows, labels = cancer["train"]
    weights = numpy.random.default_rng(2).uniform(0.5, 2, len(labels)).astype(numpy.float32)
    job = Job(tmp_path, {**PARAMETERS, "num_round": 5, "csv_weights": 1})
    code, log = job.channel("train", "text/csv", {"a.csv": csv(numpy.column_stack([weights, rows]), labels)}).train()
    assert code == 0, log
    data = xgboost.DMatrix(rows, labels, weight=weights)
    reference = xgboost.train({**PARAMETERS, "nthread": 2}, data, 5)
    numpy.testing.assert_array_equal(xgboost.Booster(model_file=job.model()).predict(data), reference.predict(data))


def test_several_files_are_one_channel(tmp_path, cancer):
    rows, labels = cancer["train"]
    job = Job(tmp_path, {**PARAMETERS, "num_round": 3})
    files = {"part-0.csv": csv(rows[:150], labels[:150]), "part-1.csv": csv(rows[150:], labels[150:]), "_SUCCESS": b""}
    code, log = job.channel("train", "text/csv", files).train()
    assert code == 0, log
    assert "Train matrix has 400 rows and 30 columns" in log


def test_a_file_may_be_a_range_of_a_descriptor(tmp_path, cancer):
    content = csv(*cancer["train"])
    (tmp_path / "segment").write_bytes(b"not,data\n" + content + b"not data either")
    job = Job(tmp_path / "job", {**PARAMETERS, "num_round": 2}).channel("train", "text/csv", {"a.csv": b""})
    with open(tmp_path / "segment", "rb") as segment:
        place = {"descriptor": segment.fileno(), "offset": 9, "length": len(content)}
        job.work["channels"][0]["files"] = [{"name": "train/a.csv", **place}]
        code, log = job.train()
    assert code == 0, log
    assert "Train matrix has 400 rows and 30 columns" in log


def test_added_metrics_are_those_of_scikit_learn(tmp_path, cancer):
    from sklearn import metrics

    job = Job(tmp_path, {**PARAMETERS, "num_round": 4, "eval_metric": "accuracy,f1,precision,recall,balanced_accuracy"})
    for channel, pair in cancer.items():
        job.channel(channel, "text/csv", {"a.csv": csv(*pair)})
    code, log = job.train()
    assert code == 0, log
    rows, labels = cancer["validation"]
    guesses = xgboost.Booster(model_file=job.model()).predict(xgboost.DMatrix(rows), output_margin=True) > 0
    assert final_metric(log, "validation-accuracy") == round(metrics.accuracy_score(labels, guesses), 5)
    assert final_metric(log, "validation-f1") == round(metrics.f1_score(labels, guesses, average="macro"), 5)
    assert final_metric(log, "validation-precision") == round(metrics.precision_score(labels, guesses), 5)
    assert final_metric(log, "validation-recall") == round(metrics.recall_score(labels, guesses), 5)
    assert final_metric(log, "validation-balanced_accuracy") == round(metrics.balanced_accuracy_score(labels, guesses), 5)


FAILURES = {
    "letters": (
        {},
        {"a.csv": b"1,2\n0,two\n"},
        "ClientError: Failed to load csv data with exception:\ntrain/a.csv, line 2: column 2: 'two' is not a number",
    ),
    "ragged": (
        {},
        {"a.csv": b"1,2,3\n0,2\n"},
        "ClientError: Failed to load csv data with exception:\ntrain/a.csv, line 2: expected 3 columns, found 2",
    ),
    "empty": ({}, {"a.csv": b""}, "ClientError: No data in training channel path /opt/ml/input/data/train"),
    "labels": (
        {"objective": "binary:logistic"},
        {"a.csv": b"7,2\n0,2\n"},
        "label must be in [0,1] for logistic regression",
    ),
    "range": ({"eta": "2"}, {"a.csv": b"1,2\n"}, "ClientError: Hyperparameter eta: 2.0 is not in [0, 1]"),
    "hidden": ({}, {".a.csv": b"1,2\n"}, "ClientError: Hidden file found in the data path! Remove that before training."),
}


@pytest.mark.parametrize("name", FAILURES)
def test_failures_say_why(tmp_path, name):
    hyperparameters, files, reason = FAILURES[name]
    job = Job(tmp_path, {"num_round": 2, **hyperparameters}).channel("train", "text/csv", files)
    code, _ = job.train()
    assert code == 1
    assert reason in job.failure()
    assert not job.model().exists()


def test_a_stopped_job_keeps_its_model(tmp_path, cancer):
    job = Job(tmp_path, {**PARAMETERS, "num_round": 1_000_000}).channel("train", "text/csv", {"a.csv": csv(*cancer["train"])})
    with job.start() as process:
        for line in process.stdout:
            if line.startswith("[3]"):
                break
        process.send_signal(signal.SIGTERM)
        log = process.stdout.read()
        assert process.wait(20) == 0
    assert "the model so far is kept" in log
    assert xgboost.Booster(model_file=job.model()).num_boosted_rounds() >= 4


def test_a_damaged_model_is_not_served(tmp_path):
    (tmp_path / "bad").write_bytes(b"\x80\x04 a pickle")
    with pytest.raises(AssertionError), model_server(tmp_path, tmp_path / "bad"):
        pass


def test_the_formats_of_a_request(tmp_path, cancer):
    rows, labels = cancer["train"]
    booster = xgboost.train(PARAMETERS, xgboost.DMatrix(rows, labels), 5)
    booster.save_model(tmp_path / "m.ubj")
    expected = booster.predict(xgboost.DMatrix(rows[:3]))
    instances = [{"features": [float(value) for value in row]} for row in rows[:3]]
    bodies = {
        "text/csv": csv(rows[:3]),
        "application/json": json.dumps({"instances": instances}),
        "application/jsonlines": "\n".join(json.dumps(one) for one in instances),
        "application/x-recordio-protobuf": recordio_bytes(rows[:3], labels[:3]),
    }
    with model_server(tmp_path, tmp_path / "m.ubj") as server:
        for content_type, body in bodies.items():
            status, answered, answer = server.ask(body, content_type, "text/csv")
            assert (status, answered) == (200, "text/csv")
            assert answer.decode() == "".join(f"{number}\n" for number in expected.tolist())
        assert server.ask(csv(rows[:1]), "text/csv", "application/jsonlines")[2] == f'{{"score": {float(expected[0])}}}\n'.encode()
        assert server.ask(b"1,2", "image/png")[0] == 415
        assert server.ask(b"a,b", "text/csv")[0] == 415
        assert server.ask(b",".join([b"1"] * 31), "text/csv")[0] == 400
        assert server.ask(b"1,2", "text/csv", "image/png")[0] == 406
        assert server.ask(b"", "text/csv")[0] == 204
