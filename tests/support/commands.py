"""The program's own commands, run beside a server."""

import json
import subprocess

from support import server as servers


def millrace(server: servers.Server, *words: str) -> str:
    """What the command prints; the test fails when it fails."""
    result = run(server, *words)
    assert result.returncode == 0, result.stderr
    return result.stdout


def as_json(server: servers.Server, *words: str) -> dict:
    return json.loads(millrace(server, *words, "--json"))


def run(server: servers.Server, *words: str) -> subprocess.CompletedProcess:
    command = [servers.PROGRAM, *words, "--data", server.data]
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=60, check=False)
