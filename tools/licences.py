"""What is linked or shipped, under which licence: checks tools/licences.json against the machine, writes docs/licences.md.

The list is held complete from both ends: every library package and pin of tools/setup stands in it, and so does every
shared library that the built programs load. A licence is believed only if the package's own file says it.
"""

import argparse
import dataclasses
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools" / "setup"))

import cache  # noqa: E402  (found by the line above)
import third_party  # noqa: E402

PAGE = ROOT / "docs" / "licences.md"
PROGRAMS = ("millrace", "millrace-work", "libmillrace-parquet.so", "libmillrace-duckdb.so", "libmillrace-saml.so")
PERMISSIVE = ("Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "bzip2-1.0.6", "MIT", "Zlib", "public domain", "MPL-2.0")
COPYLEFT = re.compile(r"\bA?GPL")
EXCEPTION = "WITH GCC-exception-3.1"
OPENING = """# Licences

What Millrace links, ships or reads at build time. Written by `tools/licences.py --write`, checked by the tests: linked or shipped is
what is permissive, MPL-2.0, LGPL by dynamic linking, or carries the GCC exception. GPL and AGPL programs are never linked or shipped.

| dependency | use | licence | from |
|---|---|---|---|
"""


@dataclasses.dataclass(frozen=True)
class Dependency:
    name: str
    from_: str  # a Debian package, or a package of tools/setup/third_party.txt
    use: str  # linked, headers (compiled in), data (shipped), tests (neither linked nor shipped)
    licence: str
    says: str  # what the licence's text must match
    evidence: str = ""  # where in an unpacked package; Debian's have a place of their own
    runtime: tuple = ()  # the Debian packages of its shared libraries
    dynamic: bool = False


def read_table() -> list[Dependency]:
    rows = json.loads((ROOT / "tools/licences.json").read_text())
    return [Dependency(from_=row.pop("from"), **{**row, "runtime": tuple(row.get("runtime", ()))}) for row in rows]


def problems(table: list[Dependency], build: pathlib.Path) -> list[str]:
    found = [why for dependency in table if (why := refusal(dependency))]
    found += [why for dependency in table if (why := unproven(dependency))]
    found += missing(table, needed_packages())
    for program in PROGRAMS:
        if (build / program).exists():
            found += unlisted(table, program, loaded_libraries(build / program))
    if not PAGE.exists() or PAGE.read_text() != page(table):
        found.append("docs/licences.md is not what the table says: run tools/licences.py --write")
    return found


def refusal(dependency: Dependency) -> str | None:
    """Why this licence may not be linked or shipped, if it may not."""
    if dependency.use == "tests" or dependency.licence in PERMISSIVE or dependency.licence.endswith(EXCEPTION):
        return None
    if dependency.licence.startswith("LGPL"):
        return None if dependency.dynamic else f"{dependency.name}: LGPL only by dynamic linking"
    kind = "copyleft" if COPYLEFT.search(dependency.licence) else "unknown"
    return f"{dependency.name}: {kind} licence {dependency.licence} may not be linked or shipped"


def unproven(dependency: Dependency) -> str | None:
    texts = [path.read_text(errors="replace") for path in evidence(dependency)]
    if any(re.search(dependency.says, text) for text in texts):
        return None
    return f"{dependency.name}: no licence file of {dependency.from_} says '{dependency.says}'"


def evidence(dependency: Dependency) -> list[pathlib.Path]:
    if not dependency.evidence:
        path = pathlib.Path("/usr/share/doc", dependency.from_, "copyright")
        return [path] if path.exists() else []
    folders = {name: third_party.home() / f"{name}-{version}" for name, version, _ in third_party.pins()}
    folder = folders.get(dependency.from_)
    return sorted(folder.glob(dependency.evidence)) if folder else []


def needed_packages() -> list[str]:
    """Library packages of packages.txt, and every pin."""
    lines = (cache.SETUP / "packages.txt").read_text().splitlines()
    libraries = [name for name in lines if name.endswith("-dev")]
    return libraries + [name for name, _, _ in third_party.pins()]


def missing(table: list[Dependency], needed: list[str]) -> list[str]:
    known = {dependency.from_ for dependency in table}
    return [f"{name} is not in tools/licences.json" for name in needed if name not in known]


def loaded_libraries(program: pathlib.Path) -> list[str]:
    """The resolved path of each shared library that the program loads."""
    listed = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    paths = re.findall(r"(?:=> )?(/\S+) \(0x", listed)
    return [str(pathlib.Path(path).resolve()) for path in paths]


def unlisted(table: list[Dependency], program: str, libraries: list[str]) -> list[str]:
    runtime = {package for dependency in table for package in dependency.runtime}
    fetched = {f"{name}-{version}": name for name, version, _ in third_party.pins()}
    known = {dependency.from_ for dependency in table if dependency.use == "linked"}
    found = []
    for library in libraries:
        parts = pathlib.PurePath(library).parts
        owner = next((fetched[part] for part in parts if part in fetched), None)
        if owner not in known and (owner or debian_package(library) not in runtime):
            found.append(f"{program} loads {library}, which is not in tools/licences.json")
    return found


def debian_package(library: str) -> str:
    """The package that installed the file; Debian 12 lists some under / and some under /usr."""
    for path in (library, library.removeprefix("/usr")):
        result = subprocess.run(["dpkg-query", "-S", path], capture_output=True, text=True, check=False)
        if result.returncode == 0:
            return result.stdout.split(":")[0]
    return ""


def page(table: list[Dependency]) -> str:
    versions = {name: version for name, version, _ in third_party.pins()}
    rows = [
        f"| {row.name} | {row.use} | {row.licence} | `{row.from_}` {versions.get(row.from_, '(Debian 12)')} |"
        for row in sorted(table, key=lambda row: row.name.lower())
    ]
    return OPENING + "\n".join(rows) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="write docs/licences.md")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build", help="where the programs were built")
    options = parser.parse_args()
    table = read_table()
    if options.write:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(page(table))
    found = problems(table, options.build)
    print("\n".join([*found, f"licences: {len(table)} dependencies, {len(found)} problems"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
