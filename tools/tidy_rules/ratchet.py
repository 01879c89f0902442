"""Length limits that only tighten: ratchet.json holds the limits and the few that are longer, each at its own length."""

import json
import subprocess

import lizard

from tidy_rules.tree import ROOT, Finding, Tree

FILE = "tools/tidy_rules/ratchet.json"


def check_lengths(tree: Tree, ratchet: dict) -> list[Finding]:
    """No file or function over its limit, and no entry looser than what it stands for."""
    files = {path: len(text.splitlines()) for path, text in tree.code()}
    functions, lines = {}, {}
    for path, text in tree.code():
        for function in lizard.analyze_file.analyze_source_code(path, text).function_list:
            key = f"{path}::{function.long_name.split('(')[0].strip()}"
            if function.length > functions.get(key, 0):
                functions[key], lines[key] = function.length, function.start_line
    findings = over("file", files, ratchet["file_lines"], ratchet["longer_files"], {})
    return findings + over("function", functions, ratchet["function_lines"], ratchet["longer_functions"], lines)


def over(kind: str, lengths: dict, limit: int, exceptions: dict, lines: dict) -> list[Finding]:
    findings = []
    for name, length in sorted(lengths.items()):
        most = exceptions.get(name, limit)
        if length > most:
            path, _, function = name.partition("::")
            what = f"{kind} {function}".strip()
            findings.append(Finding(path, lines.get(name, 1), f"{what} has {length} lines, over {most}: split it"))
    for name, most in sorted(exceptions.items()):
        length = lengths.get(name, 0)
        if length < most:
            wanted = f"set it to {length}" if length > limit else "remove it"
            findings.append(Finding(FILE, 1, f"{name} now has {length} lines: {wanted}"))
    return findings


def check_tightening(now: dict, before: dict) -> list[Finding]:
    """Against one earlier version of the ratchet."""
    findings = []
    for limit in ("function_lines", "file_lines"):
        if now[limit] > before[limit]:
            findings.append(Finding(FILE, 1, f"{limit} was {before[limit]} and only tightens"))
    for kind, limit in (("longer_functions", "function_lines"), ("longer_files", "file_lines")):
        # A tighter limit may bring new exceptions, none above what was allowed when the limit was looser.
        for name, most in now[kind].items():
            if most > before[kind].get(name, before[limit]):
                findings.append(Finding(FILE, 1, f"{name}: an exception is never added or raised; split the code"))
    return findings


def current() -> dict:
    return json.loads((ROOT / FILE).read_text())


def earlier_versions() -> list[dict]:
    commits = git("log", "--format=%H", "--", FILE).split()
    texts = [git("show", f"{commit}:{FILE}") for commit in commits]
    return [json.loads(text) for text in texts if text]


def git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False).stdout
