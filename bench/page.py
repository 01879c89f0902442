"""docs/performance.md: what the last whole run measured, or one of some rows since, and why what is not reached is not."""

import datetime
import os
import pathlib
import platform
import subprocess

from bench import table
from bench.result import Result
from support import server as servers

PAGE = servers.ROOT / "docs" / "performance.md"
WHY = pathlib.Path(__file__).parent / "why"
HEAD = """# Performance

Written by `./dev bench --write` and not by hand; [bench/](../bench/README.md) says how it measures. Ratios are between servers that
took turns in one run; figures of different runs say little about each other.

Measured on {machine}.{shared}{remark}

| path | measured | must reach | |
|---|---|---|---|
"""
# Above this, others wanted the cores too while the rows were measured.
IDLE_LOAD = 0.5


def write(results: dict[str, Result], load_before: float, remark: str) -> None:
    """Rows that were not measured now keep what the page says of them."""
    is_whole = set(results) == set(table.NAMES)
    PAGE.write_text(text(results, load_before, remark) if is_whole else with_rows(PAGE.read_text(), results, load_before, remark))


def text(results: dict[str, Result], load_before: float, remark: str = "") -> str:
    head = HEAD.format(machine=machine(), shared=shared(load_before), remark=f" {remark}" if remark else "")
    return joined(head, {table.row(name).TITLE: part(name, result) for name, result in results.items()})


def with_rows(page: str, results: dict[str, Result], load_before: float, remark: str = "") -> str:
    """The page with these rows' figures anew; each says when it was measured apart from the others."""
    table_text, *sections = page.split("\n## ")
    head, ruler, checks = table_text.partition("|---|---|---|---|\n")
    parts = {}
    for section in sections:
        title = section.partition("\n")[0]
        parts[title] = "".join(line for line in checks.splitlines(True) if line.startswith((f"| {title}: ", f"| {title} | "))), f"\n## {section}"
    apart = f"\nMeasured apart, {datetime.date.today().isoformat()}.{shared(load_before)}{f' {remark}' if remark else ''}\n"
    parts |= {table.row(name).TITLE: part(name, result, apart) for name, result in results.items()}
    in_order = [table.row(name).TITLE for name in table.NAMES]
    return joined(head + ruler, {title: parts[title] for title in in_order if title in parts})


def joined(head: str, parts: dict[str, tuple[str, str]]) -> str:
    return head + "".join(checks for checks, _ in parts.values()) + "".join(section.rstrip("\n") + "\n" for _, section in parts.values())


def part(name: str, result: Result, apart: str = "") -> tuple[str, str]:
    """The lines of the table and the section of one row."""
    title = table.row(name).TITLE
    checks = [row(title, check) for check in result.checks] or [f"| {title} | could not be measured | | **no** |\n"]
    return "".join(checks), "".join([f"\n## {title}\n", apart, *details(name, result)])


def row(title: str, check) -> str:
    return f"| {title}: {check.what} | {check.value} | {check.bound} | {'yes' if check.reached else '**no**'} |\n"


def details(name: str, result: Result) -> list[str]:
    lines = []
    if result.figures:
        lines.append("\n| server | requests/s | median us | p99 us | CPU us a request | CPU s |\n|---|---|---|---|---|---|\n")
        for one in result.figures:
            speeds = f"{one.per_second:,.0f} | {one.median_us:,.0f} | {one.p99_us:,.0f}"
            lines.append(f"| {one.server} | {speeds} | {one.cpu_us:,.1f} | {one.cpu_s:.2f} |\n")
    lines += [f"\n{note}\n" for note in result.notes]
    why = WHY / f"{name}.md"
    if not result.reached and why.exists():
        lines.append("\n" + why.read_text())
    return lines


def machine() -> str:
    cores, memory_gib = os.cpu_count(), os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{cores} cores ({processor()}), {memory_gib:.0f} GiB, Linux {platform.release()}, the data on {file_system()}"


def processor() -> str:
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def file_system() -> str:
    command = ["df", "--output=fstype", os.environ.get("TMPDIR", "/tmp")]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()[-1]


def shared(load_before: float) -> str:
    if load_before <= IDLE_LOAD:
        return ""
    return (
        f" The machine was shared: {load_before:.0f} other processes wanted its cores when the run began. CPU times are then longer too"
        " (cores share caches and execution units), and what waits for a core or the disk waits for others."
    )
