"""Loses the power of simulated disks under whole S3 workloads, again and again: `./dev check durability [--losses N] [--minutes N]`.

Each loss is followed by a start and a look at everything that was acknowledged (`src/objects/simulation_test.cpp`). A seed that
fails is printed with the command that repeats it. The last line sums the run, for `docs/durability.md`.
"""

import sys

import drawn

LOSSES = 300_000
# The seeds of two parts lie further apart than a part has lives, so that no two share one.
SURVIVED = drawn.Drawn(program="objects_test", filter="Simulation.LossesOfPower", counted="losses", of_a_part=1000, seeds_of_a_part=1000)


def main() -> int:
    options = drawn.read_options(__doc__, SURVIVED.counted, LOSSES)
    return 0 if run(options.count, options.minutes, options.processes) else 1


def run(losses: int, minutes: float = drawn.MINUTES, processes: int = drawn.PROCESSES) -> bool:
    """Whether every loss was survived."""
    if not drawn.build(SURVIVED):
        return False
    teller = drawn.Teller()
    survived, failed = 0, 0
    for part in drawn.parts(SURVIVED, losses, minutes, processes):
        survived, failed = survived + part.passed * part.count, failed + (not part.passed)
        teller.tell(lambda: progress(survived, failed, losses, teller.seconds(), minutes * 60))
    seconds = teller.seconds()
    print(f"{survived} losses of power survived in {seconds:.0f} s ({survived / seconds:.0f} a second), {failed} parts failed", flush=True)
    return not failed


def progress(survived: int, failed: int, losses: int, seconds: float, longest: float) -> str:
    """How far the run has come. A part that failed counts as done: no other takes its place."""
    rate = survived / seconds
    to_do = losses - survived - failed * SURVIVED.of_a_part
    left = min(to_do / rate if rate else longest, max(0.0, longest - seconds))
    return f"{survived} of {losses} losses after {seconds:.0f} s, {rate:.0f} a second, {left / 60:.0f} min left, {failed} parts failed"


if __name__ == "__main__":
    sys.exit(main())
