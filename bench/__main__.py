"""`./dev bench [ROW...]`: measures rows of the table beside their peers and ceilings, and says which are reached."""

import argparse
import os
import pathlib
import shutil
import signal
import sys
import tempfile
import time
import traceback

from bench import page, processes, table
from bench.load import Shape
from bench.result import Result

PROGRAMS = ("wrk", "nginx", "taskset", "setpriv")
QUICK = Shape(seconds=1, rounds=1)


def main() -> int:
    # What was started and written is ended and removed, however this ends.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    options = read_options()
    names = options.rows or table.NAMES
    if missing := [name for name in PROGRAMS if processes.program(name) is None]:
        say(f"bench: missing: {', '.join(missing)}; install Debian's wrk, nginx-light and util-linux (tools/setup/packages_bench.txt)")
        return 2
    load_before, results = os.getloadavg()[1], {}
    for number, name in enumerate(names, start=1):
        say(f"[{number}/{len(names)}] {name} ...")
        began = time.monotonic()
        results[name] = measured(name, QUICK if options.quick else Shape())
        say("\n".join(table.lines(name, results[name])) + f"\n      ({time.monotonic() - began:.0f} s)")
    summary(results)
    if options.write:
        page.write(results, load_before, options.remark)
    return 0 if all(result.checks for result in results.values()) else 1  # a row not measured is a fault, one not reached is not


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__.split(": ", 1)[1])
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"one of {', '.join(table.NAMES)}; all by default")
    parser.add_argument("--quick", action="store_true", help="one short round each: for a first look, not for a verdict")
    parser.add_argument("--write", action="store_true", help="keep the figures of these rows in docs/performance.md")
    parser.add_argument("--remark", default="", help="what else the page should say of this run")
    options = parser.parse_args()
    if options.write and options.quick:
        parser.error("--write keeps no quick look")
    if unknown := sorted(set(options.rows) - set(table.NAMES)):
        parser.error(f"there is no row {', '.join(unknown)}; there are {', '.join(table.NAMES)}")
    return options


def measured(name: str, shape: Shape) -> Result:
    """A row that cannot be measured is not reached, and the others go on."""
    place = pathlib.Path(tempfile.mkdtemp(prefix="millrace-bench-"))
    try:
        return table.row(name).measure(place, shape)
    except Exception:  # whatever a peer does
        return Result(checks=[], notes=["could not be measured:", traceback.format_exc()])
    finally:
        shutil.rmtree(place, ignore_errors=True)


def summary(results: dict[str, Result]) -> None:
    say("")
    for name, result in results.items():
        verdict = "unmeasured" if not result.checks else "reached" if result.reached else "NOT reached"
        say(f"{verdict:12s} {name:18s} " + "; ".join(f"{check.what} {check.value} ({check.bound})" for check in result.checks))


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
