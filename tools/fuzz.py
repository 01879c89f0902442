"""Builds and runs the fuzz targets of tests/fuzz, one after another: `tools/fuzz.py [--seconds N] [TARGET...]`.

Each starts from its corpus in the repository and prints what it did. An input that breaks something is kept in
build/fuzz/found; it becomes a unit test. `--keep` puts into the repository's corpus what reached more code, as little as
will do. The last line sums: `N passed, N failed`.
"""

import argparse
import dataclasses
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "fuzz"
FOUND = BUILD / "found"
CORPUS = ROOT / "tests" / "fuzz" / "corpus"
# What other tests have that makes good beginnings.
SEEDS = {
    "xgboost_binary": "tests/golden/xgboost/*.bin",
    "xgboost_json": "tests/golden/xgboost/*.ubj",
}
# Of a target's corpus in the repository: small inputs are mutated fastest.
KEPT_BYTES = 12 * 1024
KEPT_INPUTS = 40
KEPT_INPUT_BYTES = 2048
# What timeout(1) returns when it had to end the command.
OUT_OF_TIME = 124
MACHINE_NAME = "[0-9a-f]{12}"
LIMITS = ["-rss_limit_mb=2048", "-timeout=20", "-max_len=16384"]


@dataclasses.dataclass
class Outcome:
    target: str
    ok: bool
    executions: int
    edges: int
    seconds: int

    def __str__(self) -> str:
        verdict = "" if self.ok else f"  FAILED, the input is in {FOUND.relative_to(ROOT)}"
        return f"fuzz: {self.target:16} {self.executions:>12,} executions in {self.seconds} s, {self.edges:>6,} edges{verdict}"


def main() -> int:
    options = read_options()
    passed, failed = run(options.targets or targets(), options.seconds, options.keep)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


def run(wanted: list[str], seconds: int, keep: bool = False, build_seconds: float | None = None) -> tuple[int, int]:
    """(passed, failed) of targets run one after another; a build that fails is one failure, one that takes too long is none."""
    built = build(wanted, build_seconds)
    if built == OUT_OF_TIME:
        print("fuzz: left out: budget (the next build goes on where this one stopped)")
        return 0, 0
    if built:
        print("fuzz: the build failed (above)")
        return 0, 1
    outcomes = []
    for target in wanted:
        outcomes.append(fuzz(target, seconds, keep))
        print(outcomes[-1], flush=True)
    passed = sum(outcome.ok for outcome in outcomes)
    return passed, len(outcomes) - passed


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("targets", nargs="*", help="those only (default: all)")
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--keep", action="store_true", help="take what reached more code into tests/fuzz/corpus")
    return parser.parse_args()


def targets() -> list[str]:
    declared = (ROOT / "tests/fuzz/CMakeLists.txt").read_text()
    return re.findall(r"^millrace_fuzz\((\w+) ", declared, re.MULTILINE)


def build(wanted: list[str], seconds: float | None) -> int:
    # timeout(1) ends the compilers too, not only the shell.
    bounded = [] if seconds is None else ["timeout", str(int(seconds) + 1)]
    command = [*bounded, "./dev", "build", "fuzz", *(f"fuzz_{target}" for target in wanted)]
    return subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.DEVNULL).returncode


def corpora(target: str) -> list[pathlib.Path]:
    """The folders that a run begins with, made of links where the seeds are somebody else's files."""
    folders = [CORPUS / target] if (CORPUS / target).is_dir() else []
    if target in SEEDS:
        linked = BUILD / "seeds" / target
        linked.mkdir(parents=True, exist_ok=True)
        for path in ROOT.glob(SEEDS[target]):
            (linked / path.name).unlink(missing_ok=True)
            (linked / path.name).symlink_to(path)
        folders.append(linked)
    return folders


def fuzz(target: str, seconds: int, keep: bool) -> Outcome:
    """The scratch corpus stays in the build folder, so that a later run goes on where this one stopped."""
    scratch = BUILD / "corpus" / target
    scratch.mkdir(parents=True, exist_ok=True)
    FOUND.mkdir(parents=True, exist_ok=True)
    command = [BUILD / f"fuzz_{target}", *LIMITS, f"-max_total_time={seconds}", "-print_final_stats=1"]
    command += [f"-artifact_prefix={FOUND}/{target}-", scratch, *corpora(target)]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        print("\n".join(done.stderr.splitlines()[-60:]), file=sys.stderr)
    elif keep:
        keep_few(target, scratch)
    return Outcome(target, done.returncode == 0, *figures(done.stderr), seconds)


def figures(log: str) -> tuple[int, int]:
    """(executions, edges covered) as libFuzzer's log has them."""
    executions = re.findall(r"^stat::number_of_executed_units:\s+(\d+)", log, re.MULTILINE) or re.findall(r"^#(\d+)\s", log, re.MULTILINE)
    edges = re.findall(r"\bcov: (\d+)", log)
    return int(executions[-1]) if executions else 0, int(edges[-1]) if edges else 0


def keep_few(target: str, scratch: pathlib.Path) -> None:
    """Of the fewest inputs that reach as much as all do a choice of all sizes, beside those that were written by hand."""
    with tempfile.TemporaryDirectory() as folder:
        merge = [BUILD / f"fuzz_{target}", *LIMITS, f"-max_len={KEPT_INPUT_BYTES}", "-set_cover_merge=1", folder, scratch]
        subprocess.run([*merge, *corpora(target)], capture_output=True, check=True)
        inputs = sorted((path.stat().st_size, path.name, path.read_bytes()) for path in pathlib.Path(folder).iterdir())
    kept = CORPUS / target
    kept.mkdir(parents=True, exist_ok=True)
    for old in kept.iterdir():
        if re.fullmatch(MACHINE_NAME, old.name):
            old.unlink()
    written_by_hand = {path.read_bytes() for path in kept.iterdir()}
    total = sum(map(len, written_by_hand))
    for size, name, contents in inputs[:: max(1, len(inputs) // KEPT_INPUTS)]:
        total += size
        if total > KEPT_BYTES or len(list(kept.iterdir())) >= KEPT_INPUTS:
            break
        if contents not in written_by_hand:
            (kept / name[:12]).write_bytes(contents)


if __name__ == "__main__":
    sys.exit(main())
