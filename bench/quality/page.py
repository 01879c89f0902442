"""docs/quality.md."""

import pathlib

from bench.quality import table
from bench.quality.case import Case, Outcome, shown

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "quality.md"
HEAD = """# Quality

Written by `./dev bench quality --write` and not by hand: each built-in algorithm beside an open implementation, on the same splits of
public data, mean and standard deviation over {seeds} seeds, which choose the split and both starts. "Yes" is equal within the larger of
the two deviations (or in four digits), or better. [bench/quality/cases/](../bench/quality/cases) has each comparison.

| algorithm | data | metric | Millrace | peer | | equal or better |
|---|---|---|---|---|---|---|
"""


def write(outcomes: list[Outcome], seeds: int) -> None:
    """What was not measured stays as it is."""
    before = PAGE.read_text(encoding="utf-8").splitlines(keepends=True) if PAGE.exists() else []
    known = [*map(line, outcomes), *before]
    shown_lines = [next((text for text in known if is_of(case, text)), "") for case in table.cases([])]
    PAGE.write_text(HEAD.format(seeds=seeds) + "".join(shown_lines), encoding="utf-8")


def is_of(case: Case, line: str) -> bool:
    """Whether a line of the page is this case's: data and peer, with figures between them."""
    return line.startswith(f"| {case.algorithm} | {case.data} | {case.metric} (") and f" | {case.peer} | " in line


def line(outcome: Outcome) -> str:
    case = outcome.case
    better = "more is better" if case.higher_is_better else "less is better"
    metric = f"{case.metric} ({better})"
    verdict = "yes" if outcome.reached else "**no**"
    return f"| {case.algorithm} | {case.data} | {metric} | {shown(outcome.ours)} | {case.peer} | {shown(outcome.theirs)} | {verdict} |\n"
