"""Formats the C++ files with clang-format-19; `--check` only says which are not formatted."""

import argparse
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FORMATTER = "clang-format-19"


def sources() -> list[str]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "src/*.[ch]pp", "tests/*.[ch]pp", "bench/*.[ch]pp"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in listed.stdout.splitlines() if (ROOT / name).exists()]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    files = sources()
    if not files:
        return 0
    mode = ["--dry-run", "-Werror"] if options.check else ["-i"]
    code = subprocess.run([FORMATTER, *mode, *files], cwd=ROOT, check=False).returncode
    if code:
        print("format: ./dev format puts it right", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
