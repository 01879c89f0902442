"""Changes the evaluator of policies in one small wrong way after the other, and sees that a test notices: `./dev check mutants`.

The operators, each at every place of every file (tools/mutants.py):

  swap       == and !=, < and <=, > and >=, && and ||, + and -, true and false, any_of and all_of, min and max,
             starts_with and ends_with, front and back, continue and break
  negate     the condition of an `if` or `while`, what is returned, a `!` left out
  drop       a call, an assignment or a jump left out; `if (...) return` left out
  choice     `a ? b : c` as if it were always b, and always c
  number     n + 1 for n
  text       another text or character

Each mutant is compiled alone, linked with identity's unit tests, the comparison with the plain specification among them, and run.
One that no compiler takes, that ends in a failure or does not end is dead. One that survives is either named in
tests/mutants/survivors.txt, as "FILE: WHAT -- REASON", because it means the same, or it fails the run. Who is dead is kept in
build/mutants/dead.txt, so that a run that was ended goes on where it was; the last line sums: `N passed, N failed`.
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import random
import shlex
import subprocess
import sys
import threading
import time

import mutants

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
PLACE = BUILD / "mutants"
SURVIVORS = ROOT / "tests" / "mutants" / "survivors.txt"
REASON = " -- "
EVALUATOR = tuple(f"src/identity/{name}.cpp" for name in ("decision", "naming", "policy", "condition", "comparison", "pattern", "context",
                                                          "organization_keys", "policy_parse"))
# What has to do with databases says nothing of the decision.
TESTS = "--gtest_filter=-Concurrency*:*Survival*:VaultTest*"
SEED = "7"
CASES = "2000"
TEST_SECONDS = 60
SECONDS_BETWEEN_LINES = 30
NICE = ["nice", "-n", "15"]


class Dead:
    """The digests of the mutants that are known to be dead."""

    def __init__(self, path: pathlib.Path):
        self.path, self.lock = path, threading.Lock()
        self.known = set(path.read_text().split()) if path.exists() else set()

    def add(self, digest: str) -> None:
        with self.lock, self.path.open("a") as file:
            self.known.add(digest)
            file.write(digest + "\n")


class Judge:
    """Compiles and runs mutants of one file."""

    def __init__(self, file: str):
        self.file, self.source = file, (ROOT / file).read_text()
        self.command = next(shlex.split(one["command"]) for one in json.loads((BUILD / "compile_commands.json").read_text())
                            if one["file"] == str(ROOT / file))
        listed = subprocess.run(["ninja", "-C", BUILD, "-t", "commands", "tests/identity_test"], capture_output=True, text=True, check=True)
        self.link = next(line for line in reversed(listed.stdout.splitlines()) if "-o tests/identity_test" in line)

    def survives(self, mutant: mutants.Mutant, folder: pathlib.Path) -> bool:
        folder.mkdir(parents=True, exist_ok=True)
        source, object_file, program = folder / "mutant.cpp", folder / "mutant.o", folder / "mutant_test"
        source.write_text(mutant.applied(self.source))
        if not self.compiled(source, object_file):
            return False
        # The archive's own object is not taken in, as all that it defines is there already.
        link = self.link.replace("-o tests/identity_test", f"{object_file} -o {program}", 1)
        subprocess.run(["bash", "-c", link], cwd=BUILD, check=True, capture_output=True)
        return self.passes(program)

    def compiled(self, source: pathlib.Path, object_file: pathlib.Path) -> bool:
        words = [str(source) if word == str(ROOT / self.file) else word for word in self.command]
        words[words.index("-o") + 1] = str(object_file)
        words = [word for word in words if not word.startswith(("-O", "-MF", "-MT", "-MD")) and word != "-Werror"]
        # What a file includes beside itself is found as from its own folder.
        words += ["-O0", "-w", f"-I{(ROOT / self.file).parent}"]
        return subprocess.run([*NICE, *words], cwd=BUILD, check=False, capture_output=True).returncode == 0

    def passes(self, program: pathlib.Path) -> bool:
        settings = {**os.environ, "MILLRACE_SEED": SEED, "MILLRACE_CASES": CASES}
        try:
            run = subprocess.run([*NICE, program, TESTS, "--gtest_fail_fast", "--gtest_brief=1"], env=settings, cwd=program.parent,
                                 capture_output=True, check=False, timeout=TEST_SECONDS)
        except subprocess.TimeoutExpired:
            return False
        return run.returncode == 0


def main() -> int:
    options = read_options()
    subprocess.run(["./dev", "build", "release", "identity_test"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    PLACE.mkdir(parents=True, exist_ok=True)
    if options.again:
        (PLACE / "dead.txt").unlink(missing_ok=True)
    judges = [Judge(file) for file in options.files or EVALUATOR if (ROOT / file).exists()]
    if not all(judge.passes(BUILD / "tests/identity_test") for judge in judges[:1]):
        print("mutate: the tests fail without a mutant", flush=True)
        return 1
    passed, survivors, left = hunt(judges, options)
    equivalent = read_survivors()
    new = [name for name in survivors if name not in equivalent]
    for name in new:
        print(f"SURVIVED {name}", flush=True)
    for name in sorted(unknown(equivalent, judges)):
        print(f"NO SUCH MUTANT {name}", flush=True)
        new.append(name)
    if left:
        print(f"mutate: {left} mutants left out: budget (the next run goes on with them)", flush=True)
    print(f"{passed} passed, {len(new)} failed", flush=True)
    return 1 if new else 0


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", help="of the evaluator, those only")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="begin no further mutant after this time")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 2)
    parser.add_argument("--sample", type=int, help="only so many of them, by chance")
    parser.add_argument("--again", action="store_true", help="also those that were dead before")
    return parser.parse_args()


def hunt(judges: list[Judge], options: argparse.Namespace) -> tuple[int, list[str], int]:
    """How many are dead or known to mean the same, the names of all that survived, how many there was no time for."""
    dead, until = Dead(PLACE / "dead.txt"), time.monotonic() + options.minutes * 60
    everything = [(judge, one) for judge in judges for one in mutants.mutants(judge.source)]
    if options.sample:
        everything = random.Random(int(SEED)).sample(everything, min(options.sample, len(everything)))
    slots = threading.local()
    counter = iter(range(options.processes))
    outcomes, told = [], time.monotonic()

    def look(item: tuple[Judge, mutants.Mutant]) -> tuple[str, str]:
        judge, one = item
        name = f"{judge.file}: {one.name(judge.source)}"
        digest = hashlib.sha256((judge.file + one.applied(judge.source)).encode()).hexdigest()[:24]
        if digest in dead.known:
            return "dead", name
        if time.monotonic() > until:
            return "left", name
        if not hasattr(slots, "folder"):
            slots.folder = PLACE / str(next(counter))
        if judge.survives(one, slots.folder):
            return "alive", name
        dead.add(digest)
        return "dead", name

    with concurrent.futures.ThreadPoolExecutor(options.processes) as pool:
        for outcome in pool.map(look, everything):
            outcomes.append(outcome)
            if outcome[0] == "alive":
                print(f"mutate: alive: {outcome[1]}", flush=True)
            if (now := time.monotonic()) >= told + SECONDS_BETWEEN_LINES:
                told = now
                print(f"mutate: {len(outcomes)} of {len(everything)}", flush=True)
    alive = [name for state, name in outcomes if state == "alive"]
    return sum(state == "dead" for state, _ in outcomes), alive, sum(state == "left" for state, _ in outcomes)


def read_survivors() -> dict[str, str]:
    lines = SURVIVORS.read_text().splitlines() if SURVIVORS.exists() else []
    return {name: reason for name, _, reason in (line.partition(REASON) for line in lines if line)}


def unknown(equivalent: dict[str, str], judges: list[Judge]) -> set[str]:
    """What is listed of the files looked at and can be made no more."""
    files = {judge.file for judge in judges}
    possible = {f"{judge.file}: {one.name(judge.source)}" for judge in judges for one in mutants.mutants(judge.source)}
    return {name for name in equivalent if name.partition(": ")[0] in files} - possible


if __name__ == "__main__":
    sys.exit(main())
