"""One comparison: an algorithm, a data set, a metric, and both figures for each seed."""

import dataclasses
import pathlib
import statistics
from collections.abc import Callable


@dataclasses.dataclass(frozen=True)
class Case:
    algorithm: str
    data: str
    metric: str
    peer: str
    # (place, seed) -> our figure and the peer's; the seed chooses the split and both starts.
    measure: Callable[[pathlib.Path, int], tuple[float, float]]
    higher_is_better: bool = False


@dataclasses.dataclass(frozen=True)
class Outcome:
    case: Case
    ours: list[float]
    theirs: list[float]

    @property
    def reached(self) -> bool:
        """Equal within one deviation of the seeds, or better; figures that agree in four digits are equal."""
        gain = statistics.mean(self.ours) - statistics.mean(self.theirs)
        if not self.case.higher_is_better:
            gain = -gain
        room = max(deviation(self.ours), deviation(self.theirs), 1e-4 * abs(statistics.mean(self.theirs)))
        return gain >= -room

    def __str__(self) -> str:
        verdict = "ok " if self.reached else "NOT"
        case = self.case
        return f"{verdict} {case.algorithm:22s} {case.data:34s} {case.metric:22s} {shown(self.ours)}  {case.peer}: {shown(self.theirs)}"


def deviation(figures: list[float]) -> float:
    return statistics.stdev(figures) if len(figures) > 1 else 0.0


def shown(figures: list[float]) -> str:
    return f"{statistics.mean(figures):.5g} ± {deviation(figures):.2g}"
