"""What a row comes to: figures of each server, and checks of figures against goals."""

import dataclasses
import statistics


@dataclasses.dataclass(frozen=True)
class Figure:
    """One server under one load; the median of its rounds."""

    server: str
    per_second: float
    median_us: float
    p99_us: float
    cpu_us: float  # the server's user and system time per request
    cpu_s: float  # over the measured time, all rounds

    def __str__(self) -> str:
        return (
            f"{self.server:28s} {self.per_second:>10,.0f}/s  p50 {self.median_us:>9,.0f} us  p99 {self.p99_us:>9,.0f} us"
            f"  CPU {self.cpu_us:>9,.1f} us a request, {self.cpu_s:.2f} s"
        )


def median_of(server: str, rounds: list[Figure]) -> Figure:
    def middle(name: str) -> float:
        return statistics.median(getattr(one, name) for one in rounds)

    names = ("per_second", "median_us", "p99_us", "cpu_us")
    return Figure(server, *(middle(name) for name in names), cpu_s=sum(one.cpu_s for one in rounds))


@dataclasses.dataclass(frozen=True)
class Check:
    """A measured number and the bound it must keep."""

    what: str
    measured: float
    goal: float
    unit: str = ""
    at_least: bool = False

    @property
    def reached(self) -> bool:
        return self.measured >= self.goal if self.at_least else self.measured <= self.goal

    @property
    def bound(self) -> str:
        return f"{'>=' if self.at_least else '<='} {self.goal:g}{self._unit()}"

    @property
    def value(self) -> str:
        return f"{shown(self.measured)}{self._unit()}"

    def _unit(self) -> str:
        return f" {self.unit}" if self.unit else ""


def shown(number: float) -> str:
    """Three digits that matter, and no exponent."""
    if abs(number) >= 100:
        return f"{number:,.0f}"
    return f"{number:.2f}" if abs(number) < 10 else f"{number:.1f}"


@dataclasses.dataclass
class Result:
    checks: list[Check]
    figures: list[Figure] = dataclasses.field(default_factory=list)
    notes: list[str] = dataclasses.field(default_factory=list)

    @property
    def reached(self) -> bool:
        return bool(self.checks) and all(check.reached for check in self.checks)
