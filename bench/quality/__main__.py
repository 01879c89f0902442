"""`./dev bench quality [ALGORITHM...]`: each built-in algorithm beside the best open implementation, on the same splits of public data."""

import argparse
import os
import pathlib
import sys
import tempfile
import time

from bench.quality import page, table
from bench.quality.case import Case, Outcome


# Threads of the peers sleep between their parallel regions, as ours do; read when their libraries are loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")


def main() -> int:
    options = read_options()
    outcomes = []
    for case in table.cases(options.algorithms):
        began = time.monotonic()
        outcome = measured(case, options.seeds)
        print(f"{outcome}  ({time.monotonic() - began:.1f} s)", flush=True)
        outcomes.append(outcome)
    if options.write:
        page.write(outcomes, options.seeds)
    return 0


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev bench quality", description=__doc__.split(": ", 1)[1])
    parser.add_argument("algorithms", nargs="*", metavar="ALGORITHM", help=f"one of {', '.join(table.NAMES)}; all by default")
    parser.add_argument("--seeds", type=int, default=5, help="how many splits and starts (5)")
    parser.add_argument("--write", action="store_true", help="keep the figures in docs/quality.md, where others stay as they are")
    options = parser.parse_args()
    if unknown := sorted(set(options.algorithms) - set(table.NAMES)):
        parser.error(f"there is no {', '.join(unknown)}; there are {', '.join(table.NAMES)}")
    if options.write and options.seeds != parser.get_default("seeds"):
        parser.error("--write keeps runs with the usual number of seeds only")
    return options


def measured(case: Case, seeds: int) -> Outcome:
    pairs = []
    for seed in range(seeds):
        with tempfile.TemporaryDirectory(prefix="millrace-quality-") as place:
            pairs.append(case.measure(pathlib.Path(place), seed))
    return Outcome(case, [ours for ours, _ in pairs], [theirs for _, theirs in pairs])


if __name__ == "__main__":
    sys.exit(main())
