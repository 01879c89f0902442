"""How much memory a training by hand says that it needs, beside what it takes, and what is refused for want of it."""

import json
import os
import pathlib
import re
import struct
import subprocess
import sys

import numpy as np
import pyarrow
import pyarrow.parquet
import pytest
from bench import recordio
from support import server as servers
from support.catboost import catboost_python
from support.hostile import SANITIZED

# What a sanitizer's build takes is its own: fewer rows show it all that it looks for.
ROWS, FEATURES = 6_000 if SANITIZED else 60_000, 64
MIB = 1 << 20
FACTOR = 1.5
DIMENSIONS = ["--feature_dim", str(FEATURES)]


def lines(path: pathlib.Path, texts) -> str:
    path.write_text("".join(f"{text}\n" for text in texts))
    return str(path)


def labelled_csv(folder: pathlib.Path, rows: np.ndarray) -> str:
    return lines(folder / "rows.csv", (f"{int(row[0] > 0)}," + ",".join(f"{value:.4f}" for value in row) for row in rows.tolist()))


def colored_csv(folder: pathlib.Path, rows: np.ndarray) -> str:
    """The last two columns are categories."""
    (folder / "categorical_index.json").write_text(json.dumps({"cat_index_list": [FEATURES - 1, FEATURES]}))
    (folder / "training").mkdir()
    parts = ((int(row[0] > 0), ",".join(f"{value:.4f}" for value in row[:-2]), int(10 * row[-2]), int(9 * row[-1])) for row in rows.tolist())
    lines(folder / "training" / "data.csv", (f"{label},{numbers},{size},color{color}" for label, numbers, size, color in parts))
    return str(folder)


def classes_csv(folder: pathlib.Path, rows: np.ndarray) -> str:
    """Of forty classes, which only the labels tell."""
    return lines(folder / "rows.csv", (f"{number % 40}," + ",".join(f"{value:.4f}" for value in row[:8]) for number, row in enumerate(rows.tolist())))


def libsvm(folder: pathlib.Path, rows: np.ndarray) -> str:
    return lines(folder / "rows.libsvm", (f"{int(row[0] > 0)} " + " ".join(f"{index}:{value:.4f}" for index, value in enumerate(row)) for row in rows.tolist()))


def records(folder: pathlib.Path, rows: np.ndarray) -> str:
    return str(recordio.write(folder / "rows.pbr", rows, (rows[:, 0] > 0).astype(np.float32)))


def parquet(folder: pathlib.Path, rows: np.ndarray) -> str:
    columns = {"label": (rows[:, 0] > 0).astype(np.float32), **{f"x{number}": column for number, column in enumerate(rows.T)}}
    pyarrow.parquet.write_table(pyarrow.table(columns), folder / "rows.parquet")
    return str(folder / "rows.parquet")


def counts(folder: pathlib.Path, rows: np.ndarray) -> str:
    return str(recordio.write(folder / "counts.pbr", np.abs(rows).astype(np.int32).astype(np.float32)))


def visits(folder: pathlib.Path, rows: np.ndarray) -> str:
    return lines(folder / "visits.csv", (f"user{number % 97},10.0.{number % 251}.{number % 83}" for number in range(10 * ROWS)))


def sentences(folder: pathlib.Path, rows: np.ndarray) -> str:
    words = (np.abs(rows[:, :24]) * 1000).astype(int)
    return lines(folder / "text.txt", (f"__label__{row[0] % 2} " + " ".join(f"w{word}" for word in row) for row in words.tolist()))


CASES = [
    ("kmeans", records, ["--k", "10", *DIMENSIONS]),
    ("pca", records, ["--num_components", "5", "--mini_batch_size", "500", *DIMENSIONS]),
    ("linear-learner", records, ["--predictor_type", "binary_classifier", "--epochs", "1"]),
    ("linear-learner", labelled_csv, ["--predictor_type", "binary_classifier", "--epochs", "1"]),
    ("knn", records, ["--k", "3", "--sample_size", str(ROWS), "--predictor_type", "classifier", *DIMENSIONS]),
    ("lda", counts, ["--num_topics", "3", "--mini_batch_size", "500", *DIMENSIONS]),
    ("factorization-machines", records, ["--num_factors", "4", "--epochs", "1", "--predictor_type", "binary_classifier", *DIMENSIONS]),
    ("randomcutforest", records, DIMENSIONS),
    ("ipinsights", visits, ["--num_entity_vectors", "1000", "--vector_dim", "8", "--epochs", "1"]),
    ("blazingtext", sentences, ["--mode", "skipgram", "--vector_dim", "50", "--epochs", "1"]),
    ("xgboost", labelled_csv, ["--objective", "binary:logistic", "--num_round", "2"]),
    ("xgboost", parquet, ["--objective", "binary:logistic", "--num_round", "2"]),
    ("lightgbm", labelled_csv, ["--num_boost_round", "2"]),
    ("catboost", labelled_csv, ["--iterations", "2"]),
    ("catboost", colored_csv, ["--iterations", "2"]),
    ("catboost", classes_csv, ["--iterations", "2"]),
    ("xgboost", libsvm, ["--objective", "binary:logistic", "--num_round", "2"]),
]


@pytest.fixture(autouse=True, scope="session")
def environment():
    catboost_python()


# A process begins with the peak of the one that starts it, so this one is small.
STARTER = "import resource, subprocess, sys; code = subprocess.call(sys.argv[1:]); print('peak', resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(code)"


def train(folder: pathlib.Path, *words: str) -> tuple[int, str, float]:
    """(exit code, what was printed, peak of resident memory in MiB)."""
    # BlazingText's threads race by method: each race would cost the thread sanitizer a report.
    threads = "1" if SANITIZED and "blazingtext" in words else "2"
    command = [sys.executable, "-S", "-c", STARTER, servers.PROGRAM, "train", *words, "--threads", threads, "--model", folder / "model"]
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=100, check=False)
    return done.returncode, done.stdout, int(re.findall(r"^peak (\d+)$", done.stdout, re.MULTILINE)[-1]) * 1024 / MIB


@pytest.mark.parametrize("algorithm, write, parameters", CASES, ids=lambda part: getattr(part, "__name__", part if isinstance(part, str) else ""))
def test_what_is_said_is_what_is_taken(tmp_path, algorithm, write, parameters):
    rows = np.random.default_rng(1).standard_normal((ROWS, FEATURES), dtype=np.float32)
    code, printed, peak = train(tmp_path, algorithm, "--train", write(tmp_path, rows), *parameters)
    assert code == 0, printed
    # The last one: some say more when they have read the labels.
    said, available = map(int, re.findall(r"Estimated memory needed for training: (\d+) MiB of (\d+) MiB", printed)[-1])
    assert SANITIZED or said / FACTOR < peak < said * FACTOR, f"{said} MiB were said, {peak:.0f} MiB taken"
    # A control group may leave less than the machine has.
    assert said <= available <= -(-os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // MIB)


def test_the_linear_ones_take_little_more_than_their_rows(tmp_path):
    rows = np.random.default_rng(1).standard_normal((4 * ROWS, FEATURES), dtype=np.float32)
    code, printed, peak = train(tmp_path, "linear-learner", "--train", records(tmp_path, rows), "--predictor_type", "binary_classifier", "--epochs", "1")
    assert code == 0, printed
    assert SANITIZED or peak < 1.5 * rows.nbytes / MIB


def test_what_cannot_fit_is_refused(tmp_path):
    """Sparse rows, each of sixteen million columns, which K-Means makes dense."""
    floats, keys, shape = b"\x0a\x04" + struct.pack("<f", 1), b"\x12\x01\x05", b"\x1a\x04\x80\x80\x80\x08"
    content = floats + keys + shape
    for tag in (0x12, 0x12):
        content = bytes([tag, len(content)]) + content
    content = b"\x0a\x06values" + content
    content = bytes([0x0A, len(content)]) + content
    frame = recordio.MAGIC + struct.pack("<I", len(content)) + content + bytes(-len(content) % 4)
    (tmp_path / "wide.pbr").write_bytes(frame * 100_000)
    code, printed, peak = train(tmp_path, "kmeans", "--train", str(tmp_path / "wide.pbr"), "--k", "2", "--feature_dim", str(1 << 24))
    assert code == 1
    assert re.search(r"ClientError: The training needs an estimated 6\d{6} MiB of memory, but there are only \d+ MiB: train on fewer rows or features", printed)
    assert SANITIZED or peak < 50
