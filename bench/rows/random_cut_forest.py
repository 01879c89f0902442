"""Random Cut Forest beside AWS's own in Java, where its library lies in the local Maven repository."""

import os
import pathlib
import resource
import shutil
import statistics
import subprocess

import numpy as np
from bench import data, recordio
from bench.load import Shape
from bench.result import Check, Result
from support import server as servers

TITLE = "Random Cut Forest, 100 trees of 256 rows, 28 features, 30,000 scores"
TREES, SAMPLES, SCORED = 100, 256, 30_000
LIBRARY = "software/amazon/randomcutforest/randomcutforest-core"
PROGRAM = pathlib.Path(__file__).parents[1] / "apps" / "RandomCutForestProgram.java"


def library() -> pathlib.Path | None:
    """The newest of the library's archives that the machine has."""
    home = pathlib.Path(os.environ.get("MAVEN_REPOSITORY", pathlib.Path.home() / ".m2" / "repository"))
    found = sorted((home / LIBRARY).glob("*/randomcutforest-core-*.jar"))
    return found[-1] if found and shutil.which("java") else None


def cpu_of(*words) -> tuple[float, str]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def ours(place: pathlib.Path, number: int) -> tuple[float, float, np.ndarray]:
    """CPU seconds to train and to answer, files read and written, and the scores."""
    model = place / f"model-{number}"
    settings = [f"--feature_dim={data.FEATURES}", f"--num_trees={TREES}", f"--num_samples_per_tree={SAMPLES}", "--threads=1"]
    train, _ = cpu_of(servers.PROGRAM, "train", "randomcutforest", "--train", place / "train.pbr", "--model", model, *settings)
    score, answer = cpu_of(servers.PROGRAM, "predict", "randomcutforest", "--model", model, place / "test.pbr", "--accept", "application/jsonlines")
    return train, score, np.array([float(line.partition(":")[2].rstrip("} ")) for line in answer.splitlines()])


def theirs(place: pathlib.Path, archive: pathlib.Path) -> tuple[float, float, np.ndarray]:
    _, said = cpu_of("java", "-XX:+UseSerialGC", "-cp", archive, PROGRAM, place, TREES, SAMPLES, data.FEATURES)
    update, score = map(float, said.split())
    return update, score, np.stack([np.fromfile(place / f"scores-{seed}.raw", np.float64) for seed in (0, 1)])


def measure(place: pathlib.Path, shape: Shape) -> Result:
    archive = library()
    if archive is None:
        return Result([], notes=["not measured: Java or AWS's randomcutforest-core is not on this machine (MAVEN_REPOSITORY names a repository)"])
    features = data.rows(TREES * SAMPLES + SCORED)[0]
    # A tenth of what is scored lies farther out: among ordinary rows alone scores differ by the forests' chance.
    stretched = np.random.default_rng(1)
    features[: SCORED // 10] *= stretched.uniform(1, 4, (SCORED // 10, 1)).astype(np.float32)
    for name, part in (("train", features[SCORED:]), ("test", features[:SCORED])):
        recordio.write(place / f"{name}.pbr", part)
        (place / f"{name}.raw").write_bytes(part.tobytes())
    rounds = [(ours(place, number), theirs(place, archive)) for number in range(shape.rounds)]
    train, score, update, peers_score = (statistics.median(run[side][at] for run in rounds) for side in (0, 1) for at in (0, 1))
    agreement = np.corrcoef([rounds[0][0][2], *rounds[0][1][2]])
    checks = [
        Check("rows a CPU second to train over AWS's updates", update / train, 2, at_least=True),
        Check("scores a CPU second over AWS's", peers_score / score, 2, at_least=True),
        Check("correlation of the scores with AWS's", agreement[0, 1], 0.98, at_least=True),
    ]
    note = f"ours: {train:.2f} and {score:.2f} CPU s, programs and files included; {archive.stem}: {update:.2f} and {peers_score:.2f}, its loops alone, compiled;"
    note += f" scores of two of its own forests with other seeds correlate by {agreement[1, 2]:.3f}"
    return Result(checks, notes=[note])
