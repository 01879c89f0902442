"""docs/performance.md: what the last whole run measured, and why what is not reached is not."""

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
    PAGE.write_text(text(results, load_before, remark))


def text(results: dict[str, Result], load_before: float, remark: str = "") -> str:
    lines = [HEAD.format(machine=machine(), shared=shared(load_before), remark=f" {remark}" if remark else "")]
    for name, result in results.items():
        lines += [row(table.row(name).TITLE, check) for check in result.checks]
        lines += [] if result.checks else [f"| {table.row(name).TITLE} | could not be measured | | **no** |\n"]
    for name, result in results.items():
        lines.append(f"\n## {table.row(name).TITLE}\n")
        lines += details(name, result)
    return "".join(lines)


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
