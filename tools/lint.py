"""clang-tidy on single files, remembered: a file is looked at again when it, a header of it, or the checks changed."""

import hashlib
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools" / "setup"))

import cache  # noqa: E402  (found by the line above)

BUILD = ROOT / "build"
PROGRAM = "clang-tidy-19"
# A test may swallow what it provokes, and copies what it likes.
NOT_IN_TESTS = "-bugprone-empty-catch,-performance-unnecessary-value-param"


def compiled_files() -> list[tuple[str, frozenset[str]]]:
    """(path, the project's files that it reads) of every file of ours that the release build compiles."""
    commands = json.loads((BUILD / "compile_commands.json").read_text())
    needed = dependencies()
    files = []
    for command in commands:
        path = pathlib.Path(command["file"])
        if path.is_relative_to(ROOT):
            name = str(path.relative_to(ROOT))
            files.append((name, needed.get(name, frozenset())))
    return files


def dependencies() -> dict[str, frozenset[str]]:
    """What ninja recorded while it compiled: source -> project files read."""
    listed = subprocess.run(["ninja", "-C", BUILD, "-t", "deps"], capture_output=True, text=True, check=True)
    found = {}
    for block in listed.stdout.split("\n\n"):
        read = [resolve(line.strip()) for line in block.splitlines() if line.startswith(" ")]
        own = [name for name in read if name]
        if own:
            found[own[0]] = frozenset(own)
    return found


def resolve(name: str) -> str | None:
    """A path as ninja gives it (absolute, or from the build folder), from the root; none if it is not ours."""
    path = (BUILD / name).resolve()
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) and not path.is_relative_to(BUILD) else None


def newest_first(files: list[tuple[str, frozenset[str]]]) -> list[tuple[str, frozenset[str]]]:
    """By the last commit that touched the file, so that a bounded run looks at what changed."""
    log = subprocess.run(
        ["git", "log", "--format=", "--name-only", "-n", "400"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    order = {}
    for name in log.stdout.split():
        order.setdefault(name, len(order))
    return sorted(files, key=lambda item: order.get(item[0], len(order)))


def look(item: tuple[str, frozenset[str]]) -> str:
    """clang-tidy's complaint about a file, empty when it has none."""
    name, needed = item
    stamp = cache.cache_dir() / "lint" / key(name, needed)
    if stamp.exists():
        return ""
    # g++'s own warnings are g++'s business (some are unknown to clang); the checks are clang-tidy's.
    command = [PROGRAM, "--quiet", "-p", BUILD, "--extra-arg=-w", ROOT / name]
    if "test" in pathlib.PurePath(name).stem:
        command.append("--checks=" + NOT_IN_TESTS)
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        return result.stdout or result.stderr
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.touch()
    return ""


def key(name: str, needed: frozenset[str]) -> str:
    digest = hashlib.sha256((PROGRAM + name).encode())
    for path in sorted({name, ".clang-tidy", *needed}):
        digest.update((ROOT / path).read_bytes())
    return digest.hexdigest()


def main() -> int:
    """Looks at the files named, or at all."""
    wanted = sys.argv[1:]
    files = [item for item in compiled_files() if not wanted or any(word in item[0] for word in wanted)]
    complaints = [complaint for item in files if (complaint := look(item))]
    print("\n".join(complaints))
    print(f"lint: {len(files)} files, {len(complaints)} with findings")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
