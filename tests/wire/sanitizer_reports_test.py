"""What the tests take for a sanitizer's report: they fail when a process of theirs left one."""

from support.server import take_sanitizer_reports

LEAK = "==7==ERROR: LeakSanitizer: detected memory leaks\n"
ENDED = "==6290==Unable to get registers from thread 6288.\n"


def test_each_process_that_a_sanitizer_found_something_in_is_reported_once(tmp_path):
    (tmp_path / "sanitizer-report.7").write_text(LEAK)
    (tmp_path / "sanitizer-report.8").write_text(LEAK * 2000)
    assert take_sanitizer_reports(tmp_path) == [LEAK, (LEAK * 2000)[:8000]]
    assert take_sanitizer_reports(tmp_path) == []


def test_a_thread_that_ended_while_leaks_were_sought_is_no_finding(tmp_path):
    (tmp_path / "sanitizer-report.7").write_text("")
    (tmp_path / "sanitizer-report.6290").write_text(ENDED)
    assert take_sanitizer_reports(tmp_path) == []
    (tmp_path / "sanitizer-report.6291").write_text(ENDED + LEAK)
    assert take_sanitizer_reports(tmp_path) == [LEAK]
