"""Runs the tests: C++ through ctest, Python through pytest, each environment its own; `tools/test.py [NAME...]`.

The last line sums all of them: `N passed, N failed`.
"""

import argparse
import dataclasses
import json
import os
import pathlib
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools" / "setup"))

import environment  # noqa: E402  (found by the line above)

# Folders of tests/ that need an environment of their own; everything else runs in `wire`.
OWN_ENVIRONMENT = ("sdk2", "sdk3", "parity", "clients")
# What pytest returns when a run was ended before its last test, and when it found none.
INTERRUPTED = 2
NO_TESTS_COLLECTED = 5


# Of a failure's text, in the closing list: the whole stands above, where it happened.
MOST_LINES = 12


@dataclasses.dataclass
class Tally:
    passed: int = 0
    failed: int = 0
    # What failed and why, as far as a report says so.
    failures: tuple[str, ...] = ()

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.passed + other.passed, self.failed + other.failed, self.failures + other.failures)


def main() -> int:
    options = read_options()
    build, names = options.build.resolve(), options.names
    reports = build / "reports"
    reports.mkdir(parents=True, exist_ok=True)
    programs = [name for name in names if (build / "tests" / test_program(name)).exists()]
    paths = [path for name in names if name not in programs for path in [python_path(name)]]
    until = STARTED + options.minutes * 60
    tally = Tally()
    if programs or not names:
        tally += run_ctest(build, reports, programs)
    for name, selection in python_runs(paths, bool(names), options.skip):
        tally += run_pytest(name, selection + (["-m", ""] if options.slow else []), build, reports, until)
    if options.tally:
        options.tally.write_text(json.dumps([tally.passed, tally.failed]))
    for failure in tally.failures:
        print(f"FAILED {failure}")
    print(f"{tally.passed} passed, {tally.failed} failed", flush=True)
    return 1 if tally.failed or not tally.passed else 0


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="a folder of src/, or a path below tests/")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build", help="the build folder to test")
    parser.add_argument("--slow", action="store_true", help="also the tests that take minutes")
    parser.add_argument("--tally", type=pathlib.Path, help="also write [passed, failed] there")
    parser.add_argument("--skip", action="append", default=[], help="leave out an environment (sdk2, sdk3, parity, clients), or tools")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="begin no Python test after this time")
    return parser.parse_args()


def test_program(name: str) -> str:
    plain = name.removeprefix("src/").rstrip("/").replace("/", "_")
    return plain if plain.endswith("_test") else f"{plain}_test"


def python_path(name: str) -> str:
    """The pytest selection that a name means: a file or folder below tests/ or tools/, or a node id in one."""
    file, _, inside = name.partition("::")
    for candidate in (file, f"tests/{file}", f"tests/{file}.py", f"tools/{file}", f"tools/{file}_test.py"):
        if (ROOT / candidate).exists():
            return f"{candidate}::{inside}" if inside else candidate
    raise SystemExit(f"test: '{name}' is neither a folder of src/ with tests nor a path below tests/")


def python_runs(paths: list[str], chosen: bool, skipped: list[str]) -> list[tuple[str, list[str]]]:
    """(environment, selection) of each pytest run."""
    if chosen:
        runs = {}
        for path in paths:
            runs.setdefault(environment_of(path), []).append(path)
        return list(runs.items())
    tools = [] if "tools" in skipped else ["tools"]
    everything = [("wire", [*tools, "tests", *(f"--ignore=tests/{name}" for name in OWN_ENVIRONMENT)])]
    everything += [(name, [f"tests/{name}"]) for name in OWN_ENVIRONMENT if has_tests(f"tests/{name}")]
    return [run for run in everything if run[0] not in skipped]


def environment_of(path: str) -> str:
    parts = pathlib.PurePath(path.partition("::")[0]).parts
    return parts[1] if len(parts) > 1 and parts[1] in OWN_ENVIRONMENT else "wire"


def has_tests(folder: str) -> bool:
    return any((ROOT / folder).rglob("*_test.py")) or any((ROOT / folder).rglob("test_*.py"))


def run_ctest(build: pathlib.Path, reports: pathlib.Path, programs: list[str]) -> Tally:
    for old in reports.glob("*_test.xml"):
        old.unlink()
    summary = reports / "ctest.xml"
    command = ["ctest", "--test-dir", build, "--output-on-failure", "--no-tests=ignore", "--parallel", str(os.cpu_count() or 2)]
    command += ["--output-junit", summary]
    if programs:
        command += ["-R", "^(" + "|".join(test_program(name) for name in programs) + ")$"]
    # A folder, so the trailing slash: each test program writes <its name>.xml there.
    run(command, {"GTEST_OUTPUT": f"xml:{reports}/"})
    return ctest_tally(summary, reports) if summary.exists() else Tally(failed=1)


def ctest_tally(summary: pathlib.Path, reports: pathlib.Path) -> Tally:
    """Counts single tests where a program wrote its own report, else the program (it crashed or ran out of time)."""
    tally = Tally()
    for entry in ElementTree.parse(summary).getroot().iter("testcase"):
        report = reports / f"{entry.get('name')}.xml"
        passed = entry.get("status") == "run"
        counted = junit_tally(report) if report.exists() else Tally()
        if passed and not counted.passed:
            counted = Tally(passed=1)
        if not passed and not counted.failed:
            counted += Tally(failed=1, failures=(f"{entry.get('name')}: crashed, ran out of time, or a sanitizer spoke",))
        tally += counted
    return tally


def junit_tally(report: pathlib.Path) -> Tally:
    tally = Tally()
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        bad = [child for child in case if child.tag in ("failure", "error")]
        tally += Tally(failed=1, failures=(description(case, bad[0]),)) if bad else Tally(passed=1)
    return tally


def description(case: ElementTree.Element, failure: ElementTree.Element) -> str:
    lines = (failure.get("message") or failure.text or "").splitlines()
    return "\n  ".join([f"{case.get('classname')}.{case.get('name')}", *lines[:MOST_LINES]])


def run_pytest(name: str, selection: list[str], build: pathlib.Path, reports: pathlib.Path, until: float) -> Tally:
    python = environment.environment(name)
    report = reports / f"pytest-{name}.xml"
    report.unlink(missing_ok=True)
    command = [python, "-m", "pytest", f"--junitxml={report}", *selection]
    extra = {"MILLRACE_BUILD": str(build), "MILLRACE_TEST_UNTIL": str(until), "PYTHONDONTWRITEBYTECODE": "1"}
    code = run(command, extra)
    tally = junit_tally(report) if report.exists() else Tally()
    return tally + Tally(failed=unreported_failures(code, tally, ended_by_budget=time.time() > until))


def unreported_failures(code: int, tally: Tally, ended_by_budget: bool) -> int:
    """One, when pytest says that something went wrong and its report does not; to be out of time is no failure."""
    if code in (0, NO_TESTS_COLLECTED) or tally.failed:
        return 0
    return 0 if code == INTERRUPTED and ended_by_budget else 1


def run(command: list, extra: dict[str, str]) -> int:
    words = [str(word) for word in command]
    return subprocess.run(words, cwd=ROOT, env={**os.environ, **extra}, stdin=subprocess.DEVNULL, check=False).returncode


STARTED = time.time()

if __name__ == "__main__":
    sys.exit(main())
