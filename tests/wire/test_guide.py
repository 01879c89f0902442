"""The manual's blocks run as they stand, in order, in one shell, on a machine where `millrace` and `aws` are on the path."""

import os
import re
import subprocess
import sys

import pytest
from support import server as servers

PAGES = servers.ROOT / "docs"


def run_blocks(folder, page: str) -> subprocess.CompletedProcess:
    blocks = re.findall(r"```sh\n(.*?)```", (PAGES / page).read_text(), re.S)
    assert len(blocks) >= 3
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "aws").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m awscli "$@"\n')
    (folder / "bin" / "aws").chmod(0o755)
    environment = {**os.environ, "PATH": f"{folder / 'bin'}:{servers.BUILD.resolve()}:{os.environ['PATH']}"}
    result = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "trap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n" + "\n".join(blocks)],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=280, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]
    return result


@pytest.mark.timeout(300)
def test_every_block_of_the_guide_works(scratch):
    folder = scratch / "guide"
    result = run_blocks(folder, "guide.md")
    scores = [float(score) for score in (folder / "scores.csv").read_text().replace(",", "\n").split()]
    assert scores[0] > 0.9 and scores[1] < 0.1
    assert '"Completed"' in result.stdout and "train-auc" in result.stdout


@pytest.mark.timeout(300)
def test_every_block_of_storage_works(scratch):
    lines = run_blocks(scratch / "storage", "storage.md").stdout.splitlines()
    assert "first" in lines and "nothing left" in lines
    assert "it stays" in lines and any("tidy" in line for line in lines)
    assert "COMPLETED" in lines and "twice" in lines
    assert "FAILED" in lines and '"failureReason":"DstPutObjectNotPermitted"' in lines
    assert "public policies are blocked" in lines and "Read me" in lines
    assert "no longer public" in lines and "not by this name" in lines
    assert "mine" in lines and "not without the key" in lines and any("aws:kms" in line for line in lines)
    assert any("REST.PUT.OBJECT seen.txt" in line for line in lines) and any("NumberOfObjects" in line for line in lines)


@pytest.mark.timeout(300)
def test_every_block_of_batch_jobs_works(scratch):
    result = run_blocks(scratch / "batch", "batch.md")
    lines = result.stdout.splitlines()
    assert "Complete" in lines and "summer" in lines
    assert "photos,one.jpg,,succeeded,200,,Successful" in lines
    assert "photos,lost.jpg,,failed,403,AccessDenied,Access Denied" in lines


@pytest.mark.timeout(300)
def test_every_block_of_organisations_works(scratch):
    lines = run_blocks(scratch / "organizations", "organizations.md").stdout.splitlines()
    assert "SUCCEEDED" in lines and "dev" in lines
    assert any("explicit deny in a service control policy" in line for line in lines)
    assert "not from here" in lines


@pytest.mark.timeout(300)
def test_every_block_of_training_by_hand_works(scratch):
    result = run_blocks(scratch / "by_hand", "by_hand.md")
    lines = result.stdout.splitlines()
    answers = [line for line in lines if line[:1].isdigit() and len(line.split(",")) == 2]
    assert any(line.startswith("kmeans") for line in lines) and len(answers) == 3
    assert [sum(line.startswith(f"[{number}]") for line in lines) for number in (19, 20, 39)] == [1, 1, 1]
    assert "column,weight,gain,cover,total_gain,total_cover" in lines
    assert any(re.fullmatch(r'{"probabilities": \[(\[[^]]*\](, )?){3}\]}', line) for line in lines)


@pytest.mark.timeout(300)
def test_every_block_of_queries_works(scratch):
    result = run_blocks(scratch / "select", "select.md")
    lines = result.stdout.splitlines()
    assert "Ann,Berlin" in lines and "Cy,Rome" in lines and '{"items":2,"total":6.50}' in lines
