"""Compares the decision with its plain specification on policies and requests by chance: `./dev check decisions [--cases N] [--minutes N]`.

`src/policy/plain_decision_test.cpp` draws them. A disagreement is printed at its smallest, with the seed that repeats it. The last
line sums the run, for `docs/decision.md`.
"""

import collections
import re
import sys

import drawn

CASES = 1_000_000
COMPARED = drawn.Drawn(program="policy_test", filter="PlainDecision.*", counted="cases", of_a_part=20_000)
COUNTS = re.compile(r"(\d+) allowed, (\d+) denied implicitly, (\d+) explicitly")


def main() -> int:
    options = drawn.read_options(__doc__, COMPARED.counted, CASES)
    return 0 if run(options.count, options.minutes, options.processes) else 1


def run(cases: int, minutes: float = drawn.MINUTES, processes: int = drawn.PROCESSES) -> bool:
    """Whether both came to the same in every case."""
    if not drawn.build(COMPARED):
        return False
    teller = drawn.Teller()
    sums: collections.Counter = collections.Counter()
    for part in drawn.parts(COMPARED, cases, minutes, processes):
        sums.update(counts(part))
        teller.tell(lambda: f"{compared(sums)} of {cases} cases after {teller.seconds():.0f} s, {sums['disagreements']} parts disagree")
    print(f"{compared(sums)} cases in {teller.seconds():.0f} s: {sums['allowed']} allowed, {sums['implicit']} denied implicitly, "
          f"{sums['explicit']} explicitly; {sums['disagreements']} parts disagree", flush=True)
    return not sums["disagreements"]


def compared(sums: collections.Counter) -> int:
    return sums["allowed"] + sums["implicit"] + sums["explicit"]


def counts(part: drawn.Part) -> dict[str, int]:
    found = COUNTS.search(part.said)
    numbers = [int(one) for one in found.groups()] if found else [0, 0, 0]
    return dict(zip(("allowed", "implicit", "explicit"), numbers, strict=True)) | {"disagreements": int(not part.passed)}


if __name__ == "__main__":
    sys.exit(main())
