"""Changes the evaluator of policies in one small wrong way after the other, and sees that a test notices: `./dev check mutants`.

The operators, each at every place of every file (tools/mutants.py):

  swap       == and !=, < and <=, > and >=, && and ||, + and -, true and false, any_of and all_of, min and max,
             starts_with and ends_with, front and back, continue and break
  negate     the condition of an `if` or `while`, what is returned, a `!` left out
  drop       a call, an assignment or a jump left out; `if (...) return` left out
  choice     `a ? b : c` as if it were always b, and always c
  number     n + 1 for n
  text       another text or character

A file is compiled once with all mutants of its functions' bodies in it, of which MILLRACE_MUTANT chooses one (mutants.schema); what
stands outside of functions, and what the compiler complains about, is compiled alone. Each is run with identity's unit tests, the
comparison with the plain specification among them. One that no compiler takes, that ends in a failure or does not end is dead. One that
survives is either named in tests/mutants/survivors.txt, as "FILE: WHAT -- REASON", because it means the same, or it fails the run. Who is
dead is kept in build/mutants/dead.txt, so that a run that was ended goes on where it was; the last line sums: `N passed, N failed`.
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
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
EVALUATOR = tuple(f"src/policy/{name}.cpp" for name in ("decision", "naming", "policy", "condition", "comparison", "pattern", "glob", "context",
                                                          "organization_keys", "parse", "dates", "resources"))
# First what takes no time and finds most, each with the seconds of the processor after which a mutant is held to run for ever.
TESTS = (("-PlainDecision.*", 10), ("PlainDecision.*", 15))
SEED = "7"
CASES = "3000"
MEMORY_BYTES = 4 << 30
SECONDS_BETWEEN_LINES = 30
NICE = ["nice", "-n", "15"]
CHOICE = """#include <cstdlib>
static const int chosen_mutant = std::getenv("MILLRACE_MUTANT") ? std::atoi(std::getenv("MILLRACE_MUTANT")) : 0;
"""


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
    """Compiles and runs the mutants of one file."""

    def __init__(self, file: str):
        self.file, self.source = file, (ROOT / file).read_text()
        self.mutants = mutants.mutants(self.source)
        self.names = [f"{file}: {name}" for name in told_apart([one.name(self.source) for one in self.mutants])]
        self.lines = {name: one.line(self.source) for name, one in zip(self.names, self.mutants)}
        self.digests = [hashlib.sha256((file + one.applied(self.source)).encode()).hexdigest()[:24] for one in self.mutants]
        self.together: set[int] = set()
        self.command = next(shlex.split(one["command"]) for one in json.loads((BUILD / "compile_commands.json").read_text())
                            if one["file"] == str(ROOT / file))
        listed = subprocess.run(["ninja", "-C", BUILD, "-t", "commands", "tests/policy_test"], capture_output=True, text=True, check=True)
        self.link = next(line for line in reversed(listed.stdout.splitlines()) if "-o tests/policy_test" in line)

    def compile_together(self) -> None:
        """One program for all mutants that the compiler takes so."""
        left_out: set[int] = set()
        while True:
            source, lines = mutants.schema(self.source, self.mutants, left_out, "chosen_mutant")
            complaints = self.built(CHOICE + source, PLACE / "together")
            if complaints is None:
                break
            named = {int(line) - CHOICE.count("\n") for line in re.findall(r"mutant\.cpp:(\d+)", complaints)}
            found = {place for place, its in lines.items() if named.intersection(its)}
            if not found:
                raise SystemExit(f"mutate: {self.file} with its mutants does not compile\n{complaints}")
            left_out |= found
        self.together = set(lines)
        if not passes(PLACE / "together/mutant_test"):
            raise SystemExit(f"mutate: the tests fail without a mutant of {self.file}")

    def survives(self, place: int, folder: pathlib.Path) -> bool:
        if place in self.together:
            return passes(PLACE / "together/mutant_test", place + 1)
        return self.built(self.mutants[place].applied(self.source), folder) is None and passes(folder / "mutant_test")

    def built(self, text: str, folder: pathlib.Path) -> str | None:
        """None, or what the compiler says against it."""
        folder.mkdir(parents=True, exist_ok=True)
        source, object_file = folder / "mutant.cpp", folder / "mutant.o"
        source.write_text(text)
        words = [str(source) if word == str(ROOT / self.file) else word for word in self.command]
        words[words.index("-o") + 1] = str(object_file)
        words = [word for word in words if not word.startswith(("-O", "-g", "-MF", "-MT", "-MD")) and word != "-Werror"]
        # What a file includes beside itself is found as from its own folder.
        words += ["-O0", "-w", f"-I{(ROOT / self.file).parent}"]
        compiled = subprocess.run([*NICE, *words], cwd=BUILD, check=False, capture_output=True, text=True)
        if compiled.returncode:
            return compiled.stderr
        # The archive's own object is not taken in, as all that it defines is there already.
        link = self.link.replace("-o tests/policy_test", f"{object_file} -o {folder / 'mutant_test'}", 1)
        subprocess.run([*NICE, "bash", "-c", link], cwd=BUILD, check=True, capture_output=True)
        return None


def told_apart(names: list[str]) -> list[str]:
    """What is there again has its number behind it."""
    return [f"{name} ({names[:at].count(name) + 1})" if name in names[:at] else name for at, name in enumerate(names)]


def passes(program: pathlib.Path, mutant: int = 0) -> bool:
    settings = {**os.environ, "MILLRACE_SEED": SEED, "MILLRACE_CASES": CASES, "MILLRACE_MUTANT": str(mutant)}
    for tests, seconds in TESTS:
        limited = [*NICE, "prlimit", f"--cpu={seconds}", f"--as={MEMORY_BYTES}", "--core=0"]
        run = subprocess.run([*limited, program, f"--gtest_filter={tests}", "--gtest_fail_fast", "--gtest_brief=1"], env=settings,
                             cwd=program.parent, capture_output=True, check=False)
        if run.returncode:
            return False
    return True


def main() -> int:
    options = read_options()
    subprocess.run(["./dev", "build", "release", "policy_test"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    PLACE.mkdir(parents=True, exist_ok=True)
    if options.again:
        (PLACE / "dead.txt").unlink(missing_ok=True)
    judges = [Judge(file) for file in options.files or EVALUATOR]
    equivalent = read_reasons(SURVIVORS)
    same, wrong = 0, 0
    for judge in judges:
        alive = survivors(judge, options.processes)
        listed = [name for name in equivalent if name.startswith(f"{judge.file}: ")]
        for name in [one for one in alive if one not in listed]:
            print(f"SURVIVED {judge.file}:{judge.lines[name]}: {name.removeprefix(judge.file + ': ')}", flush=True)
        for name in [one for one in listed if one not in alive]:
            print(f"LISTED AND DEAD {name}", flush=True)
        same += len(set(alive) & set(listed))
        wrong += len(set(alive) ^ set(listed))
    total = sum(len(judge.mutants) for judge in judges)
    print(f"mutate: {total} mutants, of which {same} mean the same", flush=True)
    print(f"{total - wrong} passed, {wrong} failed", flush=True)
    return 1 if wrong else 0


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", help="of the evaluator, those only")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 2)
    parser.add_argument("--again", action="store_true", help="also those that were dead before")
    return parser.parse_args()


def survivors(judge: Judge, processes: int) -> list[str]:
    dead, told = Dead(PLACE / "dead.txt"), time.monotonic()
    left = [place for place, digest in enumerate(judge.digests) if digest not in dead.known]
    if left:
        judge.compile_together()
    found = []

    def look(place: int) -> bool:
        alive = judge.survives(place, PLACE / threading.current_thread().name)
        if not alive:
            dead.add(judge.digests[place])
        return alive

    with concurrent.futures.ThreadPoolExecutor(processes, "alone") as pool:
        for done, (place, alive) in enumerate(zip(left, pool.map(look, left)), 1):
            if alive:
                found.append(judge.names[place])
            if time.monotonic() >= told + SECONDS_BETWEEN_LINES:
                told = time.monotonic()
                print(f"mutate: {judge.file}: {done} of {len(left)}", flush=True)
    return found


def read_reasons(path: pathlib.Path) -> dict[str, str]:
    """By name, why it is accepted."""
    lines = path.read_text().splitlines() if path.exists() else []
    return {name: reason for name, _, reason in (line.partition(REASON) for line in lines if line)}


if __name__ == "__main__":
    sys.exit(main())
