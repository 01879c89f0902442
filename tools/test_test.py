"""How tools/test.py reads names and counts results; a crash or a time-out must count as a failure."""

import pathlib

import pytest
import test as runner

PASSED = "<testsuites><testsuite><testcase name='a'/><testcase name='b'/></testsuite></testsuites>"
ONE_FAILED = "<testsuites><testsuite><testcase name='a'/><testcase name='b'><failure/></testcase></testsuite></testsuites>"


def tally(folder: pathlib.Path, status: str, report: str | None) -> tuple[int, int]:
    (folder / "ctest.xml").write_text(f"<testsuite><testcase name='base_test' status='{status}'/></testsuite>")
    if report:
        (folder / "base_test.xml").write_text(report)
    counted = runner.ctest_tally(folder / "ctest.xml", folder)
    return counted.passed, counted.failed


@pytest.mark.parametrize(
    ("status", "report", "counted"),
    [
        ("run", PASSED, (2, 0)),
        ("fail", ONE_FAILED, (1, 1)),
        ("fail", None, (0, 1)),
        # The tests passed, then the program crashed at its end, or a sanitizer spoke.
        ("fail", PASSED, (2, 1)),
        ("run", None, (1, 0)),
    ],
)
def test_counting(tmp_path, status, report, counted):
    assert tally(tmp_path, status, report) == counted


def test_failures_are_named(tmp_path):
    (tmp_path / "ctest.xml").write_text("<testsuite><testcase name='base_test' status='fail'/></testsuite>")
    failing = "<testsuite><testcase classname='Base' name='IsEqual'><failure message='a.cpp:1&#10;1 is not 2'/></testcase></testsuite>"
    (tmp_path / "base_test.xml").write_text(failing)
    assert runner.ctest_tally(tmp_path / "ctest.xml", tmp_path).failures == ("Base.IsEqual\n  a.cpp:1\n  1 is not 2",)


@pytest.mark.parametrize(
    ("code", "failed", "ended_by_budget", "unreported"),
    [
        (0, 0, False, 0),
        (runner.NO_TESTS_COLLECTED, 0, False, 0),
        (1, 2, False, 0),
        # The report of a broken session names no test.
        (1, 0, False, 1),
        (3, 0, True, 1),
        (runner.INTERRUPTED, 0, False, 1),
        (runner.INTERRUPTED, 0, True, 0),
    ],
)
def test_what_pytest_does_not_report(code, failed, ended_by_budget, unreported):
    assert runner.unreported_failures(code, runner.Tally(failed=failed), ended_by_budget) == unreported


def test_names():
    assert runner.test_program("service/s3") == "service_s3_test"
    assert runner.test_program("src/base/") == "base_test"
    assert runner.python_path("support") == "tests/support"
    assert runner.python_path("tidy") == "tools/tidy_test.py"
    assert runner.python_path("conftest.py::test_a") == "tests/conftest.py::test_a"
    with pytest.raises(SystemExit, match="'nowhere'"):
        runner.python_path("nowhere")


def test_environments():
    assert runner.environment_of("tests/sdk3/fit_test.py::test_a") == "sdk3"
    assert runner.environment_of("tests/wire/sts") == "wire"
    assert runner.python_runs(["tests/sdk2", "tests/wire"], True, []) == [("sdk2", ["tests/sdk2"]), ("wire", ["tests/wire"])]
