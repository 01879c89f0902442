"""Compares the decision with its plain specification on policies and requests by chance: `./dev check decisions [--cases N] [--minutes N]`.

`src/identity/plain_decision_test.cpp` draws them. A disagreement is printed at its smallest, with the seed that repeats it. The last
line sums the run, for `docs/decision.md`.
"""

import argparse
import collections
import concurrent.futures
import os
import pathlib
import random
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
TEST = "build/tests/identity_test"
FILTER = "--gtest_filter=PlainDecision.*"
CASES = 1_000_000
MINUTES = 60
CASES_OF_A_PART = 20_000
SECONDS_BETWEEN_LINES = 10
COUNTS = re.compile(r"(\d+) allowed, (\d+) denied implicitly, (\d+) explicitly")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--minutes", type=float, default=MINUTES, help="begin no further part after this time")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 2)
    options = parser.parse_args()
    return 0 if run(options.cases, options.minutes, options.processes) else 1


def run(cases: int, minutes: float = MINUTES, processes: int = os.cpu_count() or 2) -> bool:
    """Whether both came to the same in every case."""
    if subprocess.run(["./dev", "build", "release", "identity_test"], cwd=ROOT, check=False, stdout=subprocess.DEVNULL).returncode:
        print("decisions: the build failed: ./dev build shows why", flush=True)
        return False
    first = int(os.environ.get("MILLRACE_SEED", random.SystemRandom().randrange(10**9)))
    print(f"MILLRACE_SEED={first}", flush=True)
    began = told = time.monotonic()
    parts = [(first + at, min(CASES_OF_A_PART, cases - at)) for at in range(0, cases, CASES_OF_A_PART)]
    sums: collections.Counter = collections.Counter()
    with concurrent.futures.ThreadPoolExecutor(processes) as pool:
        for found in pool.map(lambda part: compare(*part, began + minutes * 60), parts):
            sums.update(found)
            if (now := time.monotonic()) >= told + SECONDS_BETWEEN_LINES:
                told = now
                print(f"{compared(sums)} of {cases} cases after {now - began:.0f} s, {sums['disagreements']} parts disagree", flush=True)
    print(f"{compared(sums)} cases in {time.monotonic() - began:.0f} s: {sums['allowed']} allowed, {sums['implicit']} denied implicitly, "
          f"{sums['explicit']} explicitly; {sums['disagreements']} parts disagree", flush=True)
    return not sums["disagreements"]


def compared(sums: collections.Counter) -> int:
    return sums["allowed"] + sums["implicit"] + sums["explicit"]


def compare(seed: int, cases: int, until: float) -> dict[str, int]:
    """What a part came to; nothing where the time was over before it began."""
    if time.monotonic() > until:
        return {}
    settings = {"MILLRACE_SEED": str(seed), "MILLRACE_CASES": str(cases)}
    done = subprocess.run([ROOT / TEST, FILTER, "--gtest_brief=1"], env={**os.environ, **settings}, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stdout[-6000:] + done.stderr[-2000:], flush=True)
    counts = [int(one) for one in COUNTS.search(done.stdout).groups()] if COUNTS.search(done.stdout) else [0, 0, 0]
    return dict(zip(("allowed", "implicit", "explicit"), counts, strict=True)) | {"disagreements": int(done.returncode != 0)}


if __name__ == "__main__":
    sys.exit(main())
