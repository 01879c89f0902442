"""docs/quality.md."""

import pathlib

from bench.quality.case import Outcome, shown

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "quality.md"
HEAD = """# Quality

Written by `./dev bench quality --write` and not by hand: each built-in algorithm beside an open implementation, on the same splits of
public data, mean and standard deviation over {seeds} seeds, which choose the split and both starts. "Yes" is equal within the larger of
the two deviations (or in four digits), or better. [bench/quality/cases/](../bench/quality/cases) has each comparison.

| algorithm | data | metric | Millrace | peer | | equal or better |
|---|---|---|---|---|---|---|
"""


def write(outcomes: list[Outcome], seeds: int) -> None:
    PAGE.write_text(HEAD.format(seeds=seeds) + "".join(map(line, outcomes)))


def line(outcome: Outcome) -> str:
    case = outcome.case
    better = "more is better" if case.higher_is_better else "less is better"
    metric = f"{case.metric} ({better})"
    verdict = "yes" if outcome.reached else "**no**"
    return f"| {case.algorithm} | {case.data} | {metric} | {shown(outcome.ours)} | {case.peer} | {shown(outcome.theirs)} | {verdict} |\n"
