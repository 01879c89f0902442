"""The benchmark's own parts that can be wrong without showing it: rows, verdicts, and the requests that wrk sends."""

import pathlib
import re
import types

import pytest
from bench import load, page, result, table
from bench.quality import page as page_of_quality, table as table_of_quality
from bench.quality.case import Case, Outcome
from support import raw

ACCOUNT = types.SimpleNamespace(server=types.SimpleNamespace(url="http://127.0.0.1:1"), key="AKIDEXAMPLE", secret="secret", token=None)
BENCH = pathlib.Path(table.__file__).parent


def test_every_row_has_its_file_and_every_file_its_row():
    assert sorted(table.NAMES) == sorted(path.stem for path in (BENCH / "rows").glob("*.py"))
    for name in table.NAMES:
        assert table.row(name).TITLE and callable(table.row(name).measure)


def test_every_comparison_has_its_file_and_every_file_its_comparison():
    files = {path.stem for path in (BENCH / "quality" / "cases").glob("*.py")} - {"__init__"}
    assert sorted(table_of_quality.NAMES) == sorted(files)


def test_what_explains_a_row_names_one():
    assert {path.stem for path in (BENCH / "why").glob("*.md")} <= set(table.NAMES)


def test_a_signed_request_reaches_wrk_whole(tmp_path):
    signed = raw.json_request(ACCOUNT, "sagemaker", "DescribeTrainingJob", {"TrainingJobName": "a"})
    script = load.script([signed], tmp_path)
    headers = dict(re.findall(r'wrk\.headers\["([^"]+)"\] = "([^"]+)"', script))
    assert "Credential=AKIDEXAMPLE/" in headers["Authorization"] and "Signature=" in headers["Authorization"]
    assert headers["X-Amz-Target"] == "SageMaker.DescribeTrainingJob"
    assert (tmp_path / "body").read_bytes() == signed.body


def test_many_requests_go_as_they_are(tmp_path):
    requests = [raw.request(ACCOUNT, "s3", "PUT", f"/bucket/{name}", b"two\nlines") for name in "ab"]
    load.script(requests, tmp_path)
    with open(tmp_path / "requests", "rb") as file:
        for request in requests:
            assert file.read(int(file.readline())) == raw.wire_bytes(request)
        assert not file.read()


def test_any_bytes_are_a_literal_of_lua():
    assert load.lua_string(b'a"\\\n\xff') == '"a\\034\\092\\010\\255"'


def test_a_goal_is_a_bound_on_one_side():
    assert result.Check("CPU", 30, 30).reached and not result.Check("CPU", 30.1, 30).reached
    assert result.Check("ratio", 0.3, 0.3, at_least=True).reached and not result.Check("ratio", 0.29, 0.3, at_least=True).reached
    assert not result.Result([result.Check("a", 1, 2), result.Check("b", 3, 2)]).reached


def test_the_median_of_rounds_is_no_rounds_luck():
    rounds = [result.Figure("s", per_second, 1, 2, cpu_us, 0.5) for per_second, cpu_us in ((10, 7), (1000, 5), (12, 6))]
    middle = result.median_of("s", rounds)
    assert (middle.per_second, middle.cpu_us, middle.cpu_s) == (12, 6, 1.5)


def test_the_page_says_what_is_reached_and_why_the_rest_is_not():
    reached = result.Result([result.Check("CPU", 1, 2, "ms")])
    figure = result.Figure("server", 1000, 10, 20, 2210, 0.5)
    missed = result.Result([result.Check("CPU", 2.21, 2.2, "ms")], [figure], ["a note"])
    text = page.text({"get_small": reached, "put": missed, "create": result.Result([])}, 0.0)
    assert "| `GetObject` 4 KiB, signature and policy checked: CPU | 1.00 ms | <= 2 ms | yes |" in text
    assert "| `PutObject` 1 MiB: CPU | 2.21 ms | <= 2.2 ms | **no** |" in text
    assert "| could not be measured | | **no** |" in text
    assert "| server | 1,000 | 10 | 20 | 2,210.0 | 0.50 |" in text and "\na note\n" in text
    assert (page.WHY / "put.md").read_text() in text
    assert "shared" not in text and "shared: 7 other" in page.text({}, 7.2)


def test_rows_that_are_measured_apart_leave_the_others_on_the_page():
    slow, fast = result.Result([result.Check("CPU", 3, 2, "ms")]), result.Result([result.Check("CPU", 1, 2, "ms")], notes=["faster"])
    before = page.text({"create": fast, "get_small": slow, "put": slow}, 0.0)
    assert page.with_rows(before, {}, 0.0) == before
    after = page.with_rows(before, {"put": fast, "decision": fast}, 0.0)
    assert [line.rpartition(" | ")[0] for line in after.splitlines() if line.startswith("| ")][1:] == [
        f"| {table.row(name).TITLE}: CPU | {value} ms | <= 2 ms" for name, value in (("create", "1.00"), ("decision", "1.00"), ("get_small", "3.00"), ("put", "1.00"))
    ]
    assert after.count("\n## ") == 4 and after.count("Measured apart") == 2 and after.count("\nfaster\n") == 3
    assert page.with_rows(after, {"put": slow}, 0.0).count("Measured apart") == 2


@pytest.mark.parametrize(
    ("ours", "theirs", "higher_is_better", "reached"),
    [
        ([0.90, 0.92], [0.91, 0.93], True, True),  # within one deviation
        ([0.80, 0.82], [0.91, 0.93], True, False),
        ([0.80, 0.82], [0.91, 0.93], False, True),
        ([1.0001], [1.00005], False, True),  # equal in four digits
        ([1.1], [1.0], False, False),
    ],
)
def test_quality_is_equal_within_a_deviation_or_better(ours, theirs, higher_is_better, reached):
    case = Case("An algorithm", "data", "a metric", "a peer", lambda place, seed: (0, 0), higher_is_better)
    outcome = Outcome(case, ours, theirs)
    assert outcome.reached == reached
    assert page_of_quality.line(outcome).endswith("| yes |\n" if reached else "| **no** |\n")
