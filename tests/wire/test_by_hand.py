"""`millrace train` and `millrace predict`: a model from files, without a server."""

import json
import os
import pty
import random
import signal
import subprocess
import time

import pytest
from support import server as servers
from support.built_ins import arrays, csv

CORNERS = [(0.0, 0.0, 0.0), (10.0, 0.0, 5.0), (0.0, 10.0, -5.0)]
LONG = ["--objective", "binary:logistic", "--num-round", "10000000"]


@pytest.fixture
def folder(tmp_path):
    chance = random.Random(1)
    points = [[chance.gauss(place, 0.5) for place in chance.choice(CORNERS)] for _ in range(300)]
    (tmp_path / "points.csv").write_text(csv(points))
    labelled = [[int(sum(row) > 1), *row] for row in ([chance.random(), chance.random()] for _ in range(300))]
    (tmp_path / "labelled.csv").write_text(csv(labelled))
    return tmp_path


def command(*words: str) -> list:
    return [servers.PROGRAM, *words]


def run(folder, *words: str) -> subprocess.CompletedProcess:
    return subprocess.run(command(*words), cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def test_a_model_is_trained_and_answers(folder):
    trained = run(folder, "train", "kmeans", "--train", "points.csv", "--k", "3", "--model", "out/")
    assert trained.returncode == 0, trained.stderr
    assert "#quality_metric: host=algo-1, train msd <loss>=" in trained.stdout
    assert trained.stderr.startswith("millrace: trained in ") and "\x1b" not in trained.stderr
    (((clusters, features), _),) = arrays((folder / "out" / "model_algo-1").read_bytes()).values()
    assert (clusters, features) == (3, 3)
    predicted = run(folder, "predict", "kmeans", "--model", "out", "points.csv")
    assert len(json.loads(predicted.stdout)["predictions"]) == 300
    written = run(folder, "predict", "kmeans", "--model", "out", "points.csv", "--accept", "text/csv", "--output", "answer.csv")
    assert (written.returncode, written.stdout) == (0, "")
    assert len((folder / "answer.csv").read_text().splitlines()) == 300


def test_a_folder_of_files_is_a_channel(folder):
    parts = folder / "parts"
    parts.mkdir()
    for name in ("a.csv", "b.csv"):
        (parts / name).write_text((folder / "labelled.csv").read_text())
    trained = run(folder, "train", "xgboost", "--train", "parts", "--num-round", "2", "--model", "out")
    assert "Train matrix has 600 rows and 2 columns" in trained.stdout


def test_the_same_seed_gives_the_same_bytes(folder):
    for name in ("one", "other"):
        run(folder, "train", "kmeans", "--train", "points.csv", "--k", "3", "--_seed", "5", "--model", name)
    one, other = ((folder / name / "model_algo-1").read_bytes() for name in ("one", "other"))
    assert one == other


@pytest.mark.parametrize("words, code, complaint", [
    (["train", "nothing"], 2, "there is no algorithm 'nothing'"),
    (["train", "kmeans", "--train", "points.csv"], 2, "--model, the folder for the model, is missing"),
    (["train", "kmeans", "--train", "points.csv", "--model", "."], 2, "is there and not empty"),
    (["train", "kmeans", "--train", "points.csv", "--k", "a", "--model", "out"], 1, "ClientError: 'a' is not valid"),
    (["train", "kmeans", "--train", "points.csv", "--k", "301", "--model", "out"], 1, "has only 300 rows"),
    (["train", "kmeans", "--test", "points.csv", "--k", "3", "--model", "out"], 1, "Missing required channel: train"),
    (["predict", "kmeans", "--model", ".", "points.csv"], 1, "model_algo-1"),
    (["predict", "kmeans", "points.csv"], 2, "--model, the model's folder, is missing"),
    (["train"], 2, ""),
])  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_left(folder, words, code, complaint):
    before = sorted(folder.iterdir())
    result = run(folder, *words)
    assert result.returncode == code
    assert complaint in result.stderr
    assert sorted(folder.iterdir()) == before


def test_an_interrupted_training_keeps_the_best_so_far(folder):
    words = command("train", "xgboost", "--train", "labelled.csv", *LONG, "--model", "out")
    with subprocess.Popen(words, cwd=folder, stdout=subprocess.PIPE, text=True) as training:
        while not training.stdout.readline().startswith("[3]"):
            pass
        training.send_signal(signal.SIGINT)
        training.stdout.read()
        assert training.wait(30) == 0
    features = "\n".join(line.partition(",")[2] for line in (folder / "labelled.csv").read_text().splitlines())
    (folder / "features.csv").write_text(features)
    assert len(run(folder, "predict", "xgboost", "--model", "out", "features.csv").stdout.splitlines()) == 300


def test_a_terminal_shows_a_bar(folder):
    ours, theirs = pty.openpty()
    words = command("train", "xgboost", "--train", "labelled.csv", "--num-round", "20", "--model", "out")
    subprocess.run(words, cwd=folder, stdout=subprocess.DEVNULL, stderr=theirs, timeout=60, check=True)
    os.close(theirs)
    shown, deadline = b"", time.monotonic() + 10
    while b"trained in" not in shown and time.monotonic() < deadline:
        shown += os.read(ours, 65536)
    os.close(ours)
    assert b"[####################                    ]  50 %" in shown
    assert b"] 100 %" in shown


@pytest.mark.parametrize(
    "algorithm, text, reason",
    [
        ("kmeans", "", "There are no rows in rows.csv"),
        ("kmeans", "\n\n", "There are no rows in rows.csv"),
        ("knn", "1;2;3\n", "rows.csv: the first row has one column, which is the label, and no feature: commas part columns"),
    ],
)
def test_rows_without_columns_to_count(folder, algorithm, text, reason):
    (folder / "rows.csv").write_text(text)
    told = run(folder, "train", algorithm, "--train", "rows.csv", "--k", "3", "--model", "out")
    assert (told.returncode, told.stderr) == (1, f"millrace: ClientError: {reason}\n")
    assert not list(folder.glob("out*"))
