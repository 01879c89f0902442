"""The guide's blocks run as they stand, in order, in one shell, on a machine where `millrace` and `aws` are on the path."""

import os
import re
import subprocess
import sys

import pytest
from support import server as servers

GUIDE = servers.ROOT / "docs" / "guide.md"


@pytest.mark.timeout(300)
def test_every_block_of_the_guide_works(scratch):
    blocks = re.findall(r"```sh\n(.*?)```", GUIDE.read_text(), re.S)
    assert len(blocks) >= 6
    folder = scratch / "guide"
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "aws").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m awscli "$@"\n')
    (folder / "bin" / "aws").chmod(0o755)
    environment = {**os.environ, "PATH": f"{folder / 'bin'}:{servers.BUILD.resolve()}:{os.environ['PATH']}"}
    result = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "trap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n" + "\n".join(blocks)],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=280, check=False,
    )
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]
    scores = [float(score) for score in (folder / "scores.csv").read_text().replace(",", "\n").split()]
    assert scores[0] > 0.9 and scores[1] < 0.1
    assert '"Completed"' in result.stdout and "train-auc" in result.stdout
