"""Runs tests that others wrote against Millrace: `tools/suites.py [SUITE...]`; suites are moto's tests of a service, by its name.

Each suite runs in a network namespace of its own, where nothing but this machine's loopback can be reached. Its tests are sorted by
three files of tests/suites/:

  SUITE.null    pass against a server that refuses everything (`--control` writes it anew): they count for nothing
  SUITE.txt     must pass; the list only grows (`--keep` adds what passes)
  SUITE.others  do not hold for AWS, or await what is not built: "ID -- REASON", one by one (`--keep` takes out what awaits no longer)

The last line sums: `N passed, N failed, N skipped`.
"""

import argparse
import dataclasses
import functools
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tools" / "setup"), str(ROOT / "tests")]

import environment  # noqa: E402  (found by the line above)
import suite_doors  # noqa: E402
import third_party  # noqa: E402
from support import control, server as servers  # noqa: E402

LISTS = ROOT / "tests" / "suites"
PORT = 5000
ACCOUNT = "123456789012"
ANOTHER_ACCOUNT = "111111111111"  # which suites name, too
TEST_SECONDS = 60
REASON = " -- "
# How the reason begins of a test that will hold one day; others may pass by chance.
AWAITS = "awaits"


@dataclasses.dataclass(frozen=True)
class Suite:
    folder: str
    host: str = "127.0.0.1"
    # What runs moto in the test's own process looks at no server.
    ignored: tuple[str, ...] = ("test_server.py",)


SUITES = {
    "iam": Suite("tests/test_iam"),
    "organizations": Suite("tests/test_organizations"),
    "s3": Suite("tests/test_s3"),
    "s3control": Suite("tests/test_s3control", host="localhost"),
    "sts": Suite("tests/test_sts"),
}
Outcomes = dict[str, str]


def main() -> int:
    options = read_options()
    if not options.inside:
        third_party.fetch_missing("suites.txt")
        environment.environment("suites")
        return in_own_namespace()
    enter_namespace()
    sums = [run_suite(name, options) for name in options.suites or SUITES]
    passed, failed, skipped = (sum(column) for column in zip(*sums))
    if options.tally:
        options.tally.write_text(json.dumps([passed, failed]))
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return 1 if failed else 0


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("suites", nargs="*", choices=[*SUITES, []], help="those only (default: all)")
    parser.add_argument("-k", dest="chosen", help="only tests whose names match, as pytest's -k")
    parser.add_argument("--control", action="store_true", help="run the null control and write SUITE.null")
    parser.add_argument("--keep", action="store_true", help="add to SUITE.txt what passes")
    parser.add_argument("--tally", type=pathlib.Path, help="also write [passed, failed] there")
    parser.add_argument("--log", type=pathlib.Path, help="keep pytest's words there")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def in_own_namespace() -> int:
    """This program again, where only the loopback is."""
    unshare = ["unshare", "--net", "--mount", *([] if os.getuid() == 0 else ["--user", "--map-root-user"])]
    return subprocess.run([*unshare, sys.executable, __file__, "--inside", *sys.argv[1:]], check=False).returncode


def enter_namespace() -> None:
    """S3 Control's clients put the account before the host's name."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    with tempfile.NamedTemporaryFile("w", suffix=".hosts") as hosts:
        hosts.write(f"127.0.0.1 localhost {ACCOUNT}.localhost {ANOTHER_ACCOUNT}.localhost\n")
        hosts.flush()
        subprocess.run(["mount", "--bind", hosts.name, "/etc/hosts"], check=True)


def run_suite(name: str, options: argparse.Namespace) -> tuple[int, int, int]:
    """(passed, failed, skipped) beyond what passes the null control."""
    suite = SUITES[name]
    null = LISTS / f"{name}.null"
    if options.control or not null.exists():
        with suite_doors.Door(PORT, suite_doors.refusing()):
            write_list(null, passing(run_tests(suite, options)))
    return judge(name, against_millrace(suite, options), options)


def against_millrace(suite: Suite, options: argparse.Namespace) -> Outcomes:
    with tempfile.TemporaryDirectory(prefix="suite-") as folder:
        settings = pathlib.Path(folder) / "millrace.toml"
        settings.write_text(f'account = "{ACCOUNT}"\n')
        server = servers.Server(pathlib.Path(folder) / "data", "--auth", "off", "--config", str(settings)).start()
        try:
            own_port = int(server.url.rpartition(":")[2])
            reset = functools.partial(control.ask, server.data, "account-empty", account=ACCOUNT)
            with suite_doors.Door(PORT, suite_doors.in_front_of(own_port, reset)):
                return run_tests(suite, options)
        finally:
            server.stop()


def run_tests(suite: Suite, options: argparse.Namespace) -> Outcomes:
    """What each test came to."""
    (_, version, _) = third_party.pins("suites.txt")[0]
    source = third_party.home() / f"moto-{version}"
    command = [environment.environment("suites"), "-m", "pytest", "-q", "--tb=short", "--color=no", "-p", "no:cacheprovider", "-p", "suite_outcomes"]
    command += ["--timeout", str(TEST_SECONDS), "-m", "not network and not requires_docker", suite.folder]
    command += [f"--ignore={suite.folder}/{file}" for file in suite.ignored]
    command += ["-k", options.chosen] if options.chosen else []
    with tempfile.NamedTemporaryFile("r", suffix=".outcomes") as outcomes:
        log = open(options.log, "a") if options.log else subprocess.DEVNULL
        settings = {**suite_environment(suite), "SUITE_OUTCOMES": outcomes.name}
        subprocess.run([str(word) for word in command], cwd=source, env=settings, stdout=log, stderr=log, check=False)
        lines = outcomes.read().splitlines()
    return {test: outcome for outcome, _, test in (line.partition(" ") for line in lines)}


def suite_environment(suite: Suite) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {
        **kept,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(ROOT / "tools"),
        "TEST_SERVER_MODE": "true",
        "TEST_SERVER_MODE_ENDPOINT": f"http://{suite.host}:{PORT}",
    }


def judge(name: str, outcomes: Outcomes, options: argparse.Namespace) -> tuple[int, int, int]:
    null, kept, others = (read_list(LISTS / f"{name}.{kind}") for kind in ("null", "txt", "others"))
    counted = {test: outcome for test, outcome in outcomes.items() if test not in null}
    passed = passing(counted)
    failed = {test for test, outcome in counted.items() if outcome == "failed" and test not in others}
    for test in sorted(failed):
        print(f"suites: {name}: {'MUST PASS' if test in kept else 'fails'}: {test}")
    lost = set() if options.chosen else set(kept) - set(outcomes)
    for test in sorted(lost):
        print(f"suites: {name}: MUST PASS and was not run: {test}")
    new = {test for test in passed if others.get(test, AWAITS).startswith(AWAITS)}
    if options.keep:
        write_list(LISTS / f"{name}.txt", set(kept) | new)
        write_list(LISTS / f"{name}.others", {test + REASON + reason for test, reason in others.items() if test not in new})
    elif more := len(new - set(kept)):
        print(f"suites: {name}: {more} pass that are not in {name}.txt; --keep adds them")
    skipped = len(counted) - len(passed) - len(failed)
    print(f"suites: {name}: {len(passed)} passed, {len(failed | lost)} failed, {skipped} skipped, {len(outcomes) - len(counted)} say nothing")
    return len(passed), len(failed | lost), skipped


def passing(outcomes: Outcomes) -> set[str]:
    return {test for test, outcome in outcomes.items() if outcome == "passed"}


def read_list(path: pathlib.Path) -> dict[str, str]:
    """Each test and what stands behind it."""
    lines = path.read_text().splitlines() if path.exists() else []
    return {test: reason for test, _, reason in (line.partition(REASON) for line in lines)}


def write_list(path: pathlib.Path, tests: set[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{test}\n" for test in sorted(tests)))


if __name__ == "__main__":
    sys.exit(main())
