"""Which lines of src/aws, src/store, src/policy and src/identity the unit and wire tests run; `tools/line_coverage.py [--part] [--no-tests]`.

Builds those folders with --coverage, runs the tests on that build, and prints for each file what was not run. The goal is 95 %
of each folder's lines. `--part` runs of the wire tests only those that stand on these folders most, as a bounded check does;
`--no-tests` reads what earlier runs counted.
"""

import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build-coverage"
FOLDERS = ("aws", "store", "policy", "identity")
GOAL_PERCENT = 95.0
# 2026-11-21, on two busy cores: 2.5 minutes beside ten for all, and 95.9, 98.3 and 97.3 %.
PART_OF_WIRE = ("wire/iam", "wire/sts", "wire/s3", "wire/logs", "wire/cloudwatch", "wire/protocols/test_one_service_in_its_protocols.py",
                "wire/test_bad_input", "wire/test_signatures", "wire/held_test")
SHOWN_RANGES = 12

# file below src/ -> line -> how often it was run
Counts = dict[str, dict[int, int]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--no-tests", action="store_true", help="only read what was counted")
    parser.add_argument("--part", action="store_true", help="a part of the wire tests, in a fraction of the time")
    options = parser.parse_args()
    if not options.no_tests:
        subprocess.run(["./dev", "build", "coverage"], cwd=ROOT, check=True)
        run_tests(None, PART_OF_WIRE if options.part else ("wire",))
    return 0 if report(count()) else 1


def run_tests(seconds: float | None, wire: tuple[str, ...]) -> bool:
    """Whether there was time for all; their results are another run's business. Counts of earlier runs go."""
    for old in BUILD.rglob("*.gcda"):
        old.unlink()
    limit = [] if seconds is None else ["--minutes", str(seconds / 60)]
    until = float("inf") if seconds is None else time.monotonic() + seconds
    subprocess.run([sys.executable, "tools/test.py", "--build", BUILD, *limit, *FOLDERS, *wire], cwd=ROOT, check=False)
    return time.monotonic() < until


def count() -> Counts:
    counts: Counts = collections.defaultdict(dict)
    for folder in FOLDERS:
        for counted in sorted((BUILD / "src" / folder).rglob("*.gcno")):
            if not counted.name.endswith("_test.cpp.gcno"):
                add(counts, lines_of(counted))
    return counts


def lines_of(counted: pathlib.Path) -> dict:
    """As gcov sees it; a file that no test linked has only its .gcno, and no line of it was run."""
    printed = subprocess.run(["gcov", "--json-format", "--stdout", counted], cwd=counted.parent, capture_output=True, text=True, check=False)
    if printed.returncode:
        raise SystemExit(f"coverage: {counted.relative_to(BUILD)} and its counts are of different builds: run the tests again\n{printed.stderr}")
    return json.loads(printed.stdout)


def add(counts: Counts, seen: dict) -> None:
    for file in seen["files"]:
        path = pathlib.Path(os.path.normpath(pathlib.Path(seen["current_working_directory"]) / file["file"]))
        if not path.is_absolute() or not path.exists():
            path = ROOT / file["file"]
        if not any(path.is_relative_to(ROOT / "src" / folder) for folder in FOLDERS):
            continue
        lines = counts[str(path.relative_to(ROOT / "src"))]
        for line in file["lines"]:
            lines[line["line_number"]] = max(lines.get(line["line_number"], 0), line["count"])


def report(counts: Counts) -> bool:
    """Whether every folder reaches the goal."""
    for name, lines in sorted(counts.items()):
        missed = sorted(line for line, times in lines.items() if not times)
        if missed:
            print(f"{name}: {len(missed)} of {len(lines)} lines not run: {ranges(missed)}")
    percents = {folder: percent(counts, folder) for folder in FOLDERS}
    for folder, reached in percents.items():
        print(f"coverage: {reached:.1f} % of the lines of src/{folder}", flush=True)
    return all(reached >= GOAL_PERCENT for reached in percents.values())


def percent(counts: Counts, folder: str) -> float:
    lines = [times for name, file in counts.items() if name.startswith(f"{folder}/") for times in file.values()]
    return 100 * sum(1 for times in lines if times) / len(lines) if lines else 0.0


def ranges(numbers: list[int]) -> str:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    shown = ", ".join(f"{first}-{last}" if first < last else f"{first}" for first, last in runs[:SHOWN_RANGES])
    return shown + (f" and {len(runs) - SHOWN_RANGES} more" if len(runs) > SHOWN_RANGES else "")


if __name__ == "__main__":
    sys.exit(main())
