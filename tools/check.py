"""What a reviewer need not look for: format, losses of power, decisions beside their specification, histories of concurrent clients, the tests under the sanitizers, the wire tests with least privileges, suites of others, fuzzing, clang-tidy, coverage.

`--minutes N` begins nothing new after N minutes and says what was left out ("left out: budget"), which is no failure;
the sanitizers then keep clang-tidy its share of them, and clang-tidy begins with the newest changes.
The last line sums what was looked at: `N passed, N failed`.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import branch_coverage
import decisions
import durability
import fuzz
import histories
import line_coverage
import lint
import privileges

ROOT = pathlib.Path(__file__).resolve().parent.parent
JOBS = os.cpu_count() or 2
# What the sanitizers may have of a bounded run; they find more than clang-tidy, which has what they leave.
SANITIZER_SHARE = 0.8
# What the suites of others take: they are run whole or not at all.
SUITES_SECONDS = 540
# What the wire tests with least privileges may have of a bounded run: a part of them, by chance.
PRIVILEGES_SHARE = 0.06
# For each fuzz target: where there is time, and in a bounded run, which is a smoke test.
FUZZ_SECONDS = 60
FUZZ_SMOKE_SECONDS = 5
# What fuzzing may have of what is left of a bounded run; clang-tidy has the rest.
FUZZ_SHARE = 0.6
# Simulated, in a run of everything.
LOSSES_OF_POWER = 2000
# Compared with the plain specification, in a run of everything.
DECISIONS = 10_000
# What timeout(1) returns when it had to end the command.
OUT_OF_TIME = 124


class Deadline:
    def __init__(self, minutes: float | None):
        self.end = None if minutes is None else time.monotonic() + minutes * 60

    def left_seconds(self) -> float | None:
        return None if self.end is None else max(0.0, self.end - time.monotonic())

    def passed(self) -> bool:
        return self.left_seconds() == 0.0


def main() -> int:
    options = read_options()
    whole = Deadline(options.minutes)
    results = [check_format(), check_decisions(), check_durability(), check_histories()]
    if not options.no_asan:
        results.append(check_sanitizers(Deadline(None if options.minutes is None else options.minutes * SANITIZER_SHARE)))
    if not options.no_privileges:
        results.append(check_privileges(whole, options.minutes))
    if not options.no_suites:
        results.append(check_suites(whole))
    if not options.no_fuzz:
        results.append(check_fuzz(whole))
    if not options.no_lint:
        results.append(check_lint(whole))
    if not options.no_coverage:
        results.append(check_coverage(whole))
    if not options.no_tsan:
        results.append(check_threads(whole))
    passed, failed = (sum(column) for column in zip(*results))
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, help="begin nothing new after this time")
    parser.add_argument("--no-lint", action="store_true", help="leave clang-tidy out")
    parser.add_argument("--no-privileges", action="store_true", help="leave the wire tests with least privileges out")
    parser.add_argument("--no-suites", action="store_true", help="leave the suites that others wrote out")
    parser.add_argument("--no-fuzz", action="store_true", help="leave the fuzz targets out")
    parser.add_argument("--no-coverage", action="store_true", help="leave the counted lines out")
    parser.add_argument("--no-tsan", action="store_true", help="leave the thread sanitizer out")
    parser.add_argument("--no-asan", action="store_true", help="leave the address and undefined sanitizers out")
    return parser.parse_args()


def say(message: str) -> None:
    print(f"check: {message}", flush=True)


def check_format() -> tuple[int, int]:
    say("format")
    ok = subprocess.run([sys.executable, ROOT / "tools/format.py", "--check"], check=False).returncode == 0
    return (1, 0) if ok else (0, 1)


def check_durability() -> tuple[int, int]:
    """So many losses of power as a minute or two has room for; `./dev check durability` is the long run."""
    say(f"{LOSSES_OF_POWER} losses of power")
    return (1, 0) if durability.run(LOSSES_OF_POWER) else (0, 1)


def check_decisions() -> tuple[int, int]:
    """`./dev check decisions` is the long run, a million; `./dev check mutants` shows what these tests notice."""
    say(f"{DECISIONS} decisions beside their plain specification")
    return (1, 0) if decisions.run(DECISIONS) else (0, 1)


def check_histories() -> tuple[int, int]:
    say("histories of concurrent clients")
    return histories.run()


def check_sanitizers(deadline: Deadline) -> tuple[int, int]:
    """The unit and wire tests on the build with the address and undefined-behaviour sanitizers."""
    return build_in_time("asan", "the address and undefined-behaviour sanitizers", deadline) or run_tests("build/asan", deadline.left_seconds())


def check_threads(deadline: Deadline) -> tuple[int, int]:
    """The same tests, kills among them, on the build with the thread sanitizer."""
    return build_in_time("tsan", "the thread sanitizer", deadline) or run_tests("build/tsan", deadline.left_seconds())


def check_coverage(deadline: Deadline) -> tuple[int, int]:
    """Whether the tests run nearly every line of the folders that all others stand on; the tests' own results are counted elsewhere."""
    refused = build_in_time("coverage", "counted lines", deadline)
    if refused:
        return refused
    wire = ("wire",) if deadline.left_seconds() is None else line_coverage.PART_OF_WIRE
    if not line_coverage.run_tests(deadline.left_seconds(), wire):
        say("coverage left out: budget (not every test was run)")
        return 0, 0
    lines = (1, 0) if line_coverage.report(line_coverage.count()) else (0, 1)
    say("branches of the evaluator")
    branch_coverage.count()
    return tuple(sum(column) for column in zip(lines, branch_coverage.report()))


def build_in_time(preset: str, what: str, deadline: Deadline) -> tuple[int, int] | None:
    """None once it is built, else what that comes to."""
    if deadline.passed():
        say(f"{what}: left out: budget")
        return 0, 0
    say(f"building with {what}")
    command = ["./dev", "build", preset]
    if (left := deadline.left_seconds()) is not None:
        # timeout(1) ends the compilers too, not only the shell.
        command = ["timeout", str(int(left) + 1), *command]
    built = subprocess.run(command, cwd=ROOT, check=False)
    if built.returncode == OUT_OF_TIME:
        say(f"{what}: left out: budget (the next build goes on where this one stopped)")
        return 0, 0
    if built.returncode:
        say(f"the build with {what} failed (above)")
        return 0, 1
    return None


def run_tests(build: str, left_seconds: float | None) -> tuple[int, int]:
    """The SDKs' tests have the same server under them as the wire tests, and take longest; those of tools have none."""
    command = [sys.executable, ROOT / "tools/test.py", "--build", build]
    command += ["--slow"] if left_seconds is None else ["--minutes", str(left_seconds / 60)]
    for left_out in ("sdk2", "sdk3", "parity", "tools"):
        command += ["--skip", left_out]
    return run_tallied(command)


def run_tallied(command: list, environment: dict[str, str] | None = None) -> tuple[int, int]:
    """(passed, failed) as the command leaves them; one failure where it leaves none."""
    with tempfile.NamedTemporaryFile(suffix=".json") as tally:
        subprocess.run([*command, "--tally", tally.name], cwd=ROOT, env=environment, check=False)
        text = pathlib.Path(tally.name).read_text()
    return tuple(json.loads(text)) if text else (0, 1)


def check_privileges(deadline: Deadline, minutes: float | None) -> tuple[int, int]:
    """The wire tests on the release build once more, as users who may do what AWS documents for each operation and no more."""
    say("the wire tests with least privileges")
    refused = build_in_time("release", "what the tests with least privileges run on", deadline)
    return refused or run_tallied(privileges.command([], minutes and minutes * PRIVILEGES_SHARE), privileges.environment())


def check_suites(deadline: Deadline) -> tuple[int, int]:
    """Tests that others wrote, on the release build."""
    left = deadline.left_seconds()
    if left is not None and left < SUITES_SECONDS:
        say("suites of others left out: budget")
        return 0, 0
    return build_in_time("release", "what the suites of others run on", deadline) or run_tallied([sys.executable, ROOT / "tools/suites.py"])


def check_fuzz(deadline: Deadline) -> tuple[int, int]:
    """The fuzz targets from their kept corpora."""
    wanted = fuzz.targets()
    left = deadline.left_seconds()
    say("fuzz targets")
    if left is None:
        return fuzz.run(wanted, FUZZ_SECONDS)
    build_seconds = left * FUZZ_SHARE - len(wanted) * FUZZ_SMOKE_SECONDS
    if build_seconds < 0:
        say("fuzz targets left out: budget")
        return 0, 0
    return fuzz.run(wanted, FUZZ_SMOKE_SECONDS, build_seconds=build_seconds)


def check_lint(deadline: Deadline) -> tuple[int, int]:
    say("clang-tidy")
    if subprocess.run(["./dev", "build"], cwd=ROOT, check=False, stdout=subprocess.DEVNULL).returncode:
        say("the release build failed: ./dev build shows why")
        return 0, 1
    files = lint.newest_first(lint.compiled_files())
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        looks = pool.map(lambda item: None if deadline.passed() else lint.look(item), files)
        for (name, _), complaint in zip(files, looks):
            if complaint is None:
                continue
            passed, failed = passed + (not complaint), failed + bool(complaint)
            if complaint:
                print(complaint, flush=True)
                say(f"{name} has findings (above)")
    left = len(files) - passed - failed
    say(f"clang-tidy looked at {passed + failed} files" + (f"; {left} left out: budget" if left else ""))
    return passed, failed


if __name__ == "__main__":
    sys.exit(main())
