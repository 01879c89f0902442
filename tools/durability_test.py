"""What `./dev check durability` says while it runs."""

import drawn
import durability


def test_a_line_tells_losses_rate_and_time_left():
    line = durability.progress(survived=60_000, failed=0, losses=300_000, seconds=300, longest=3600)
    assert line == "60000 of 300000 losses after 300 s, 200 a second, 20 min left, 0 parts failed"


def test_no_more_time_is_left_than_the_run_may_take():
    line = durability.progress(survived=1_000, failed=0, losses=300_000, seconds=3000, longest=3600)
    assert "10 min left" in line


def test_parts_that_failed_are_not_waited_for():
    line = durability.progress(survived=8_000, failed=1, losses=10_000, seconds=60, longest=3600)
    assert "133 a second, 0 min left, 1 parts failed" in line


def test_nothing_survived_leaves_the_whole_time():
    assert "60 min left" in durability.progress(survived=0, failed=1, losses=300_000, seconds=0.5, longest=3600)


def test_a_run_tells_how_far_it_is(monkeypatch, capsys):
    monkeypatch.setattr(drawn, "SECONDS_BETWEEN_LINES", 0)
    monkeypatch.setattr(drawn, "build", lambda _: True)
    monkeypatch.setattr(drawn, "run_part", lambda _, seed, count, until: drawn.Part(seed, count, True, ""))
    assert durability.run(2_500, processes=2)
    told = [line.split()[0] for line in capsys.readouterr().out.splitlines() if "losses after" in line]
    assert told == ["1000", "2000", "2500"]
