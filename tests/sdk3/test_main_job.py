"""The main job through the SageMaker Python SDK's v3 line, as `./dev demo --sdk` shows it: unmodified, through the proxy."""

import subprocess
import sys

import pytest
from support import server as servers


@pytest.mark.timeout(300)
def test_the_demo_through_sdk_v3(own_server):
    server = own_server()
    demo = [sys.executable, servers.ROOT / "tools" / "demos" / "sdk3.py"]
    result = subprocess.run(demo, env=server.proxy_environment(), capture_output=True, text=True, timeout=280, check=False)
    assert result.returncode == 0, result.stdout + result.stderr[-4000:]
    assert "Completed" in result.stdout and "unseen rows are told right" in result.stdout
    print(result.stdout, file=sys.stderr)
