"""Which branches of the evaluator of policies identity's unit tests take: `tools/branch_coverage.py [--no-tests]`.

Runs the unit tests, the comparison with the plain specification among them, on the build of `tools/line_coverage.py`, and prints by gcovr each
branch that was not taken; branches that only exceptions take, and those that no path reaches, do not count. What stands in
tests/mutants/branches.txt with a reason ("FILE: LINE'S TEXT -- REASON") is accepted; the last line sums: `N passed, N failed`.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from mutate import EVALUATOR, SEED, read_reasons

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build-coverage"
ACCEPTED = ROOT / "tests" / "mutants" / "branches.txt"
CASES = "20000"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--no-tests", action="store_true", help="only read what was counted")
    options = parser.parse_args()
    if not options.no_tests:
        subprocess.run(["./dev", "build", "coverage", "policy_test"], cwd=ROOT, check=True)
        count()
    passed, failed = report()
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


def report() -> tuple[int, int]:
    """How many branches were taken or need not be, and how many were not, which are printed."""
    taken, missed = 0, []
    accepted = read_reasons(ACCEPTED)
    for file, line, text, branches in counted():
        untaken = [one for one in branches if not one["count"]]
        taken += len(branches) - len(untaken)
        if untaken and f"{file}: {text}" in accepted:
            taken += len(untaken)
        elif untaken:
            missed += untaken
            print(f"{file}:{line}: {len(untaken)} of {len(branches)} branches not taken: {text}")
    print(f"branches: {taken} of {taken + len(missed)} of the evaluator taken, or listed as what no test can take", flush=True)
    return taken, len(missed)


def count() -> None:
    """Runs the unit tests; counts of earlier runs go."""
    for old in BUILD.rglob("*.gcda"):
        old.unlink()
    settings = {**os.environ, "MILLRACE_SEED": SEED, "MILLRACE_CASES": CASES}
    subprocess.run([BUILD / "tests/policy_test", "--gtest_brief=1"], env=settings, check=True)


def counted():
    """(file, line, its text, branches) of each line of the evaluator that has branches."""
    with tempfile.NamedTemporaryFile(suffix=".json") as found:
        command = ["gcovr", "--root", ROOT, "--json", found.name, "--exclude-throw-branches", "--exclude-unreachable-branches"]
        command += [word for file in EVALUATOR for word in ("--filter", str(ROOT / file))]
        subprocess.run([*map(str, command), str(BUILD / "src/policy")], check=True, cwd=BUILD)
        report = json.loads(pathlib.Path(found.name).read_text())
    for file in report["files"]:
        lines = (ROOT / file["file"]).read_text().splitlines()
        for line in file["lines"]:
            branches = [one for one in line["branches"] if not one.get("throw")]
            if branches and not line.get("gcovr/noncode"):
                yield file["file"], line["line_number"], lines[line["line_number"] - 1].strip(), branches


if __name__ == "__main__":
    sys.exit(main())
