"""Which folder of src/ may include which: the table of ARCHITECTURE.md, held against #include and CMake's USES."""

import functools
import re

from tidy_rules.tree import Finding, Tree, numbered

ENGINES = ("base", "http", "store", "policy", "identity", "organizations", "telemetry", "events", "objects", "process", "table", "hosting", "jobs", "reports", "flow")
EVERYTHING = ENGINES + ("sql", "learn", "language", "infer", "measure", "aws", "service", "work")

# folder -> what it names; what those may include, it may include too.
MAY_USE = {
    "base": (),
    "http": ("base",),
    "store": ("base",),
    "policy": ("base",),
    "identity": ("policy", "store"),
    "organizations": ("identity",),
    "telemetry": ("store",),
    "events": ("store",),
    "objects": ("identity", "events"),
    "process": ("http", "store"),
    "table": ("base",),
    "sql": ("table",),
    "learn": ("table",),
    "language": ("learn",),
    "infer": ("learn", "language", "http"),
    "hosting": ("objects", "process", "telemetry", "events"),
    "jobs": ("objects", "process", "telemetry", "events"),
    "reports": ("objects", "process"),
    "flow": ("events", "telemetry"),
    "measure": ("table", "infer"),
    "aws": ("http", "identity", "telemetry", "events"),
    "service": (*ENGINES, "aws"),
    "work": ("learn", "language", "infer", "sql", "measure"),
    "app": EVERYTHING,
}

# The part of learn/ that links without the libraries; services may include it.
CONTRACT = re.compile(r"learn/(.*/)?(contract(_[a-z]+)?|parameters)\.hpp")
INCLUDE = re.compile(r'\s*#\s*include\s+"([^"]+)"')
USES = re.compile(r"\bUSES\s+([a-z0-9_/\s]+)")


@functools.cache
def allowed(folder: str) -> frozenset[str]:
    """The folder itself, what it names, and so on down."""
    found = {folder}
    for used in MAY_USE.get(folder, ()):
        found |= allowed(used)
    return frozenset(found)


def check_layers(tree: Tree) -> list[Finding]:
    findings = unknown_folders(tree)
    for path, text in tree.texts(("src/",), (".cpp", ".hpp")):
        for line, words in numbered(text):
            if (match := INCLUDE.match(words)) and (why := refusal(path, match[1])):
                findings.append(Finding(path, line, why))
    for path, text in tree.texts(("src/",), ("CMakeLists.txt",)):
        findings += check_uses(path, text)
    return findings


def unknown_folders(tree: Tree) -> list[Finding]:
    folders = {path.split("/")[1]: path for path in tree.files if path.startswith("src/") and path.count("/") > 1}
    message = "src/{} is not in the table of layers (tools/tidy_rules/layers.py)"
    return [Finding(path, 1, message.format(name)) for name, path in folders.items() if name not in MAY_USE]


def refusal(path: str, included: str) -> str | None:
    """Why this file may not include that header, if it may not."""
    own, target = path.split("/")[1], included.split("/")[0]
    if "/" not in included:
        return f'write "{own}/.../{included}": includes are relative to src/'
    if target not in MAY_USE or own not in MAY_USE:
        return None if target == own else f'"{included}": there is no such folder in src/'
    if own == "service" and CONTRACT.fullmatch(included):
        return None
    if target not in allowed(own):
        return f"{own}/ may not include {target}/; move the code, or hand it in through an interface"
    return between_services(path, included)


def between_services(path: str, included: str) -> str | None:
    """Services ask one another through aws::Caller, never by include."""
    own, target = path.split("/")[1:], included.split("/")
    both = own[0] == target[0] == "service" and len(own) > 2 and len(target) > 2
    if both and own[1] != target[1]:
        return f"service/{own[1]} may not include service/{target[1]}; ask it through aws::Caller"
    return None


def check_uses(path: str, text: str) -> list[Finding]:
    parts = path.split("/")
    if len(parts) < 3:
        return []
    used = [name for match in USES.finditer(text) for name in match[1].split()]
    # learn_contract is the library of what services may include.
    wrong = [name for name in used if name.split("/")[0] not in allowed(parts[1]) | {"learn_contract"}]
    return [Finding(path, 1, f"{parts[1]}/ may not use {name}") for name in wrong]
