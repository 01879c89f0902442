"""Formats the C++ files with clang-format-19; `--check` only says which are not formatted."""

import argparse
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FORMATTER = "clang-format-19"


def sources() -> list[str]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "src/*.[ch]pp", "tests/*.[ch]pp"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in listed.stdout.splitlines() if (ROOT / name).exists()]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    files = sources()
    if not files:
        return 0
    if options.check:
        return report([name for name in files if not formatted(name)])
    return subprocess.run([FORMATTER, "-i", *files], cwd=ROOT, check=False).returncode


def formatted(name: str) -> bool:
    command = [FORMATTER, "--dry-run", "-Werror", name]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0


def report(wrong: list[str]) -> int:
    for name in wrong:
        print(f"{name} is not formatted", file=sys.stderr)
    if wrong:
        print("format: ./dev format puts it right", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
