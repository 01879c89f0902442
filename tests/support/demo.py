"""A demo of the SageMaker SDK as `./dev demo --sdk` shows it: unmodified, through the proxy."""

import subprocess
import sys

from support import server as servers


def run(server: servers.Server, name: str) -> None:
    """Runs tools/demos/NAME.py in this environment; its steps and their times are printed."""
    command = [sys.executable, servers.ROOT / "tools" / "demos" / f"{name}.py"]
    result = subprocess.run(command, env=server.proxy_environment(), capture_output=True, text=True, timeout=280, check=False)
    assert result.returncode == 0, result.stdout + result.stderr[-4000:]
    assert "Completed" in result.stdout and "unseen rows are told right" in result.stdout
    print(result.stdout, file=sys.stderr)
