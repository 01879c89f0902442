"""Makes the Python environment of a lock file when it is not there: `environment.py wire` prints its Python.

An environment lies in the cache and is named by its lock file's hash, so every checkout with the same lock shares it.
"""

import pathlib
import shutil
import sys

import cache

LOCKS = cache.ROOT / "tests" / "environments"


def environment(name: str) -> pathlib.Path:
    """The Python of the environment."""
    lock = LOCKS / name / "requirements.txt"
    if not lock.exists():
        known = ", ".join(sorted(folder.name for folder in LOCKS.iterdir() if folder.is_dir()))
        raise SystemExit(f"setup: there is no environment '{name}' (there are: {known})")
    home = cache.cache_dir() / "environments" / f"{name}-{cache.digest(lock)}"
    if not (home / "complete").exists():
        tools = cache.tools_python()
        with cache.locked(f"environment-{name}"):
            if not (home / "complete").exists():
                make(tools, name, lock, home)
    return home / "bin" / "python"


def make(tools: pathlib.Path, name: str, lock: pathlib.Path, home: pathlib.Path) -> None:
    cache.say(f"making the Python environment '{name}'")
    shutil.rmtree(home, ignore_errors=True)
    uv = [tools.parent / "uv", "--quiet", "--cache-dir", cache.cache_dir() / "uv", "--no-config"]
    what = f"making the environment '{name}'"
    python = home / "bin" / "python"
    cache.run([*uv, "venv", "--python", cache.system_python(), home], what)
    install = ["pip", "install", "--python", python, "--require-hashes", "--link-mode", "hardlink", "-r", lock]
    cache.run([*uv, *install], what)
    (home / "complete").touch()


def main() -> None:
    if len(sys.argv) != 2:
        raise SystemExit("usage: environment.py NAME")
    print(environment(sys.argv[1]))


if __name__ == "__main__":
    main()
