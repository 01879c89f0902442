"""Where fetched things live: one folder outside every checkout, shared by all of them."""

import contextlib
import fcntl
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys

SETUP = pathlib.Path(__file__).resolve().parent
ROOT = SETUP.parent.parent


def cache_dir() -> pathlib.Path:
    """MILLRACE_CACHE, or the user's cache folder."""
    if chosen := os.environ.get("MILLRACE_CACHE"):
        return pathlib.Path(chosen).absolute()
    base = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(base).absolute() / "millrace"


def say(message: str) -> None:
    print(f"setup: {message}", file=sys.stderr, flush=True)


def digest(path: pathlib.Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


@contextlib.contextmanager
def locked(name: str):
    """Held while one process fills a folder, so that two checkouts never fill it at once."""
    cache_dir().mkdir(parents=True, exist_ok=True)
    with open(cache_dir() / f".{name}.lock", "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def system_python() -> str:
    """Debian's Python where there is one: the lock files are resolved for 3.11."""
    for candidate in ("/usr/bin/python3.11", "/usr/bin/python3", shutil.which("python3.11")):
        if candidate and pathlib.Path(candidate).exists() and is_311(candidate):
            return candidate
    raise SystemExit("setup: Python 3.11 is needed (Debian 12's python3); none was found")


def is_311(python: str) -> bool:
    probe = "import sys; raise SystemExit(sys.version_info[:2] != (3, 11))"
    return subprocess.run([python, "-c", probe], check=False).returncode == 0


def plain_environment() -> dict:
    """No settings of an enclosing Python, and no local stores of packages."""
    dropped = ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "PIP_FIND_LINKS", "UV_FIND_LINKS")
    return {name: value for name, value in os.environ.items() if name not in dropped}


def run(command: list, what: str, **extra) -> None:
    """Runs quietly; shows the command's own words when it fails."""
    result = subprocess.run(
        [str(part) for part in command],
        env={**plain_environment(), **extra},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        say(result.stdout[-4000:])
        raise SystemExit(f"setup: {what} failed (above); is the network there? then run it again")


def tools_python() -> pathlib.Path:
    """The Python of the small environment that holds uv and pip, made when it is not there."""
    lock = SETUP / "tools.txt"
    home = cache_dir() / "tools" / digest(lock)
    python = home / "bin" / "python"
    if (home / "complete").exists() and python.exists():
        return python
    with locked("tools"):
        if not (home / "complete").exists() or not python.exists():
            make_tools(home, lock)
    return python


def make_tools(home: pathlib.Path, lock: pathlib.Path) -> None:
    say("installing uv")
    shutil.rmtree(home, ignore_errors=True)
    run([system_python(), "-m", "venv", home], "python3 -m venv (package python3-venv)")
    command = [home / "bin" / "python", "-m", "pip", "install", "-q", "--require-hashes", "-r", lock]
    run(command, "installing uv")
    (home / "complete").touch()
