"""A decision about a user with twenty policies, and the check of a signature with it; both among 100,000 users and roles."""

import json
import pathlib
import subprocess

from bench.load import Shape
from bench.result import Check, Result
from support import server as servers

TITLE = "decision by twenty policies; signature and decision"
PROGRAM = servers.ROOT / "build" / "millrace-decision-speed"
CROWD = 100_000


def measure(place: pathlib.Path, shape: Shape) -> Result:
    runs = [json.loads(subprocess.run([PROGRAM, str(CROWD)], capture_output=True, text=True, check=True).stdout) for _ in range(shape.rounds)]
    least = {name: min(run[name] for run in runs) for name in runs[0]}
    checks = [
        Check("CPU a decision", least["decision_us"], 10, "us"),
        Check("CPU of signature and decision", least["both_us"], 15, "us"),
        Check(f"the same among {CROWD:,} users and roles", least["crowded_us"], 15, "us"),
    ]
    return Result(checks, notes=[f"a user of each of {CROWD // 2_000} accounts in turn: {least['in_turn_us']:.1f} us of CPU, with twenty policies each to fetch from memory",
                                  f"the first request of an account of 2,000 users and roles, which reads it: {least['first_touch_us'] / 1000:.1f} ms of CPU"])
