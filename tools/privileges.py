"""The wire tests, their clients users who have just the permissions that AWS documents for each operation: `./dev check privileges [--minutes N] [NAME...]`.

Without names it is all files whose clients can be such users (tests/conftest.py says which cannot), with `--minutes` as many of them as
begin in that time, in an order by chance: the seed is printed, or given as MILLRACE_SEED.
"""

import argparse
import os
import pathlib
import random
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
# Their tests are about users and make their own.
ABOUT_USERS = ("iam", "sts", "organizations")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="paths below tests/; all that there are otherwise")
    parser.add_argument("--minutes", type=float, help="begin no further test after this time")
    options = parser.parse_args()
    return subprocess.run(command(options.names, options.minutes), cwd=ROOT, env=environment(), check=False).returncode


def environment() -> dict[str, str]:
    return {**os.environ, "MILLRACE_LEAST_PRIVILEGE": "1"}


def command(names: list[str], minutes: float | None) -> list[str]:
    chosen = names or files()
    words = [sys.executable, str(ROOT / "tools/test.py"), *chosen]
    if minutes is None:
        return words
    seed = int(os.environ.get("MILLRACE_SEED", random.SystemRandom().randrange(10**9)))
    print(f"MILLRACE_SEED={seed}", flush=True)
    random.Random(seed).shuffle(chosen)
    return [*words[:2], *chosen, "--minutes", str(minutes)]


def files() -> list[str]:
    """Those with a test whose clients are not the root's anyway."""
    wire = ROOT / "tests/wire"
    found = sorted({*wire.rglob("test_*.py"), *wire.rglob("*_test.py")})
    return [str(file.relative_to(ROOT / "tests")) for file in found if file.parent.name not in ABOUT_USERS and "aws" in file.read_text()]


if __name__ == "__main__":
    sys.exit(main())
