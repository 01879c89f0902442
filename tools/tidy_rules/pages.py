"""The pages that make claims about the code: docs/limits.md and docs/security.md name their tests, and limits their constants."""

import re

from tidy_rules.tree import Finding, Tree, numbered

LIMITS = "docs/limits.md"
PAGES = (LIMITS, "docs/security.md")
UNITS = {
    "": 1, "B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40, "MB": 1,
    "s": 1, "min": 60, "h": 3600, "d": 86400,
}
SECONDS = {"milliseconds": 0.001, "Milliseconds": 0.001, "seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}

ROW = re.compile(r"^\|(?! *-)(.*)\|$")
QUOTED = re.compile(r"`([^`]+)`")
UNIT_TEST = re.compile(r"([A-Z]\w+)\.(\w+)")
WIRE_TEST = re.compile(r"([\w/]+\.py)::(test_\w+)")
BOUND = re.compile(r"([\d,]+)(?: (\w+))?")
# A constant that bounds something by its name.
BOUNDING = re.compile(r"constexpr [\w:<> ]*?\b(\w*_limit(?:_\w+)?|longest_\w+|most_\w+|max_\w+|\w+_timeout(?:_ms)?)\s*[={]")


def check_pages(tree: Tree) -> list[Finding]:
    findings = []
    for page in PAGES:
        text = tree.files.get(page, "")
        for line, words in numbered(text):
            findings += [Finding(page, line, f"names the test {name}, which does not exist") for name in missing_tests(tree, words)]
        findings += untested_rows(page, text)
    return findings + check_limits(tree)


def missing_tests(tree: Tree, words: str) -> list[str]:
    missing = []
    for quoted in QUOTED.findall(words):
        if match := WIRE_TEST.fullmatch(quoted):
            if f"def {match[2]}(" not in tree.files.get(f"tests/{match[1]}", ""):
                missing.append(quoted)
        elif (match := UNIT_TEST.fullmatch(quoted)) and not has_unit_test(tree, *match.groups()):
            missing.append(quoted)
    return missing


def has_unit_test(tree: Tree, suite: str, name: str) -> bool:
    wanted = re.compile(rf"TEST(_F|_P)?\({suite},\s+{name}\)")
    return any(wanted.search(text) for path, text in tree.texts(("src/",), ("_test.cpp",)))


def untested_rows(page: str, text: str) -> list[Finding]:
    """A row of a table whose last column is of tests names one."""
    findings, expects = [], False
    for line, words in numbered(text):
        match = ROW.match(words)
        if not words.startswith("|"):
            expects = False
        elif match and not expects:
            expects = cells(match)[-1] == "Tests"
        elif match and not any(UNIT_TEST.fullmatch(name) or WIRE_TEST.fullmatch(name) for name in QUOTED.findall(cells(match)[-1])):
            findings.append(Finding(page, line, "a line names the test that holds it"))
    return findings


def cells(row: re.Match) -> list[str]:
    return [cell.strip() for cell in row[1].split("|")]


def check_limits(tree: Tree) -> list[Finding]:
    """Each bound on the page is the code's, and each constant that bounds something is on the page."""
    text = tree.files.get(LIMITS, "")
    findings = []
    for line, words in numbered(text):
        match = ROW.match(words)
        columns = cells(match) if match else []
        if len(columns) == 5 and (declared := QUOTED.findall(columns[3])):
            findings += [Finding(LIMITS, line, why) for why in wrong_bound(tree, columns[1], *declared)]
    mentioned = set(QUOTED.findall(text))
    for path, code in tree.texts(("src/",), (".cpp", ".hpp")):
        for name in [] if path.endswith("_test.cpp") else BOUNDING.findall(code):
            if name not in mentioned:
                findings.append(Finding(path, 1, f"{name} is not on {LIMITS}, neither as a limit nor as something else"))
    return findings


def wrong_bound(tree: Tree, bound: str, file: str, name: str) -> list[str]:
    said = BOUND.fullmatch(bound)
    if not said or (said[2] or "") not in UNITS:
        return [f"'{bound}' is not a number with one of the units {', '.join(UNITS)}"]
    declared = declared_value(tree.files.get(f"src/{file}", ""), name)
    if declared is None:
        return [f"src/{file} declares no {name}"]
    given = int(said[1].replace(",", "")) * UNITS[said[2] or ""]
    return [] if abs(given - declared) < 1e-9 else [f"says {bound}, but {name} is {declared:g}"]


def declared_value(code: str, name: str) -> float | None:
    """The value of a constant or a member's default, times in seconds."""
    found = re.search(rf"([\w:]+) {name}\s*(?:=\s*([^;]+);|\{{([^}}]*)\}})", code)
    if not found:
        return None
    text = (found[2] or found[3]).strip()
    unit = SECONDS.get(found[1].rpartition("::")[2], 0.001 if name.endswith("_ms") else 1)
    for word, seconds in SECONDS.items():
        text, count = re.subn(rf"std::chrono::{word}\(", f"{seconds} * (", text)
        unit = 1 if count else unit
    text = re.sub(r"std::\w+\{(\w+)\}", r"\1", text.replace("'", ""))
    text = re.sub(r"\b(\d+)[UL]+\b", r"\1", text)
    return eval(text, {"__builtins__": {}}) * unit if re.fullmatch(r"[\d\s.*+<()-]+", text) else None
