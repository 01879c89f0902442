"""The Python environment in which CatBoost trains: made by the program's own command, outside the checkout, once."""

import functools
import pathlib
import subprocess

from support import server as servers


@functools.cache
def catboost_python() -> pathlib.Path:
    """The environment's Python; made where it is not there."""
    made = subprocess.run([servers.PROGRAM, "environment", "create", "catboost"], capture_output=True, text=True, timeout=900, check=False)
    assert made.returncode == 0, made.stderr
    return pathlib.Path(made.stdout.strip()) / "bin" / "python"
