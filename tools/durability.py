"""Loses the power of simulated disks under whole S3 workloads, again and again: `./dev check durability [--losses N] [--minutes N]`.

Each loss is followed by a start and a look at everything that was acknowledged (`src/objects/simulation_test.cpp`). A seed that
fails is printed with the command that repeats it. The last line sums the run, for `docs/durability.md`.
"""

import argparse
import concurrent.futures
import os
import pathlib
import random
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
TEST = "build/tests/objects_test"
FILTER = "--gtest_filter=Simulation.LossesOfPower"
LOSSES = 300_000
MINUTES = 60
LOSSES_OF_A_PART = 1000
# More than a part has lives, so that no two parts share one.
SEEDS_OF_A_PART = 1000
SECONDS_BETWEEN_LINES = 10


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--losses", type=int, default=LOSSES)
    parser.add_argument("--minutes", type=float, default=MINUTES, help="begin no further part after this time")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 2)
    options = parser.parse_args()
    return 0 if run(options.losses, options.minutes, options.processes) else 1


def run(losses: int, minutes: float = MINUTES, processes: int = os.cpu_count() or 2) -> bool:
    """Whether every loss was survived."""
    if subprocess.run(["./dev", "build", "release", "objects_test"], cwd=ROOT, check=False, stdout=subprocess.DEVNULL).returncode:
        print("durability: the build failed: ./dev build shows why", flush=True)
        return False
    first = int(os.environ.get("MILLRACE_SEED", random.SystemRandom().randrange(10**9)))
    print(f"MILLRACE_SEED={first}", flush=True)
    began = time.monotonic()
    parts = [(first + number * SEEDS_OF_A_PART, min(LOSSES_OF_A_PART, losses - at))
             for number, at in enumerate(range(0, losses, LOSSES_OF_A_PART))]
    survived, failed, told = 0, 0, began
    with concurrent.futures.ThreadPoolExecutor(processes) as pool:
        for part, is_well in pool.map(lambda part: (part, attempt(*part, began + minutes * 60)), parts):
            if is_well is None:
                continue
            survived, failed = survived + is_well * part[1], failed + (not is_well)
            if (now := time.monotonic()) >= told + SECONDS_BETWEEN_LINES:
                told = now
                print(progress(survived, failed, losses, now - began, minutes * 60), flush=True)
    seconds = time.monotonic() - began
    print(f"{survived} losses of power survived in {seconds:.0f} s ({survived / seconds:.0f} a second), {failed} parts failed", flush=True)
    return not failed


def progress(survived: int, failed: int, losses: int, seconds: float, longest: float) -> str:
    """How far the run has come. A part that failed counts as done: no other takes its place."""
    rate = survived / seconds
    to_do = losses - survived - failed * LOSSES_OF_A_PART
    left = min(to_do / rate if rate else longest, max(0.0, longest - seconds))
    return f"{survived} of {losses} losses after {seconds:.0f} s, {rate:.0f} a second, {left / 60:.0f} min left, {failed} parts failed"


def attempt(seed: int, losses: int, until: float) -> bool | None:
    """None where the time was over before it began."""
    if time.monotonic() > until:
        return None
    settings = {"MILLRACE_SEED": str(seed), "MILLRACE_LOSSES": str(losses)}
    done = subprocess.run([ROOT / TEST, FILTER, "--gtest_brief=1"], env={**os.environ, **settings}, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stdout[-6000:] + done.stderr[-2000:], flush=True)
        print(f"MILLRACE_SEED={seed} MILLRACE_LOSSES={losses} {TEST} {FILTER}", flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
