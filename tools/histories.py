"""Checks that what concurrent clients of S3 are told is linearizable: `./dev check histories [--histories N]`.

Builds the checker of tests/histories with Go, which is installed where it is not there, and runs it on recorded histories.
The last line sums: `N passed, N failed`.
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools" / "setup"))

import cache  # noqa: E402  (found by the line above)
import environment  # noqa: E402

SOURCE = ROOT / "tests" / "histories"
KEPT = ROOT / "build" / "histories"
HISTORIES = 12


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--histories", type=int, default=HISTORIES, help="how many are recorded")
    passed, failed = run(parser.parse_args().histories)
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


def run(count: int = HISTORIES) -> tuple[int, int]:
    """(passed, failed): the checker's own tests as one, each history, and each again with one answer altered."""
    if subprocess.run(["./dev", "build", "release", "millrace", "millrace-work"], cwd=ROOT, check=False, stdout=subprocess.DEVNULL).returncode:
        print("histories: the build failed: ./dev build shows why", flush=True)
        return 0, 1
    go = find_go()
    checker = KEPT / "checker"
    own_tests = call_go(go, "test", "./...") and call_go(go, "build", "-o", str(checker), ".")
    if not own_tests:
        return 0, 1
    done = subprocess.run([environment.environment("wire"), SOURCE / "run.py", checker, KEPT, str(count)],
                          stdout=subprocess.PIPE, text=True, check=False)
    print(done.stdout, end="", flush=True)
    words = (done.stdout.splitlines() or [""])[-1].split()
    passed, failed = (int(words[0]), int(words[2])) if len(words) == 4 else (0, 1)
    return passed + 1, failed


def find_go() -> str:
    """Debian's, where none is there: nothing else here is written in Go, so that ./dev setup does without."""
    if not shutil.which("go") and not os.environ.get("MILLRACE_SKIP_PACKAGES"):
        subprocess.run([ROOT / "tools/setup/packages", "packages_histories.txt"], check=True)
    if not (found := shutil.which("go")):
        raise SystemExit("histories: Go is needed (Debian's package golang-go)")
    return found


def call_go(go: str, *words: str) -> bool:
    """The module comes checked by its hash in go.sum, and stays outside the checkout."""
    home = cache.cache_dir() / "go"
    places = {"GOMODCACHE": str(home / "modules"), "GOCACHE": str(home / "built"), "GOTOOLCHAIN": "local"}
    settings = {**places, "GOFLAGS": "-mod=readonly -modcacherw -buildvcs=false", "GO111MODULE": "on", "CGO_ENABLED": "0"}
    done = subprocess.run([go, *words], cwd=SOURCE, env={**os.environ, **settings}, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stdout[-4000:] + done.stderr[-4000:], flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
