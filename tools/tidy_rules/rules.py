"""The rules that read text: what may stand where in a source file, and what each folder has."""

import pathlib
import posixpath
import re

from tidy_rules.tree import Finding, Tree, numbered

# The rules' own files name what they look for.
OWN = ("tools/tidy", "tests/tools")

# Columns are single words or calls between commas, which English after "select" is not.
SQL = re.compile(
    r'"\s*(SELECT\s+(DISTINCT\s+)?[\w.*]+(\([^)]*\))?(\s*,\s*[\w.*]+(\([^)]*\))?)*\s+FROM\s'
    r"|INSERT\s+(OR\s+\w+\s+)?INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s"
    r"|(CREATE|DROP|ALTER)\s+(UNIQUE\s+)?(TABLE|INDEX)\s|PRAGMA\s)",
    re.IGNORECASE,
)
STORE_FILE = re.compile(r"[/_]store(_test)?\.cpp$")
SQLITE_HEADER = re.compile(r"\s*#\s*include\s+<sqlite3\.h>")
DEFINE = re.compile(r"\s*#\s*define\s+(\w+)")
USING_NAMESPACE = re.compile(r"\s*using\s+namespace\s+([\w:]+)")
SWITCHED_OFF = re.compile(
    r"\bDISABLED_\w|\bGTEST_SKIP\b|\bpytest\.(skip|xfail|importorskip)\b|\bmark\.(skip|skipif|xfail)\b"
    r"|\bunittest\.skip|^\s*#\s*if\s+0\b"
)
MARKS = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
BARE_NOLINT = re.compile(r"//\s*NOLINT\w*(?!\w*\([\w.,\- ]+\):? \S+)")
# Written in two parts so that this file passes its own rule.
REGISTRIES = re.compile(
    r"\b("
    + "|".join(
        name + r"\." + end
        for name, end in (
            ("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "(org|com)"), ("crates", "io"),
            ("proxy\\.golang", "org"), ("maven", "org"), ("deb\\.debian", "org"), ("rubygems", "org"), ("anaconda", "org"),
        )
    )
    + r")\b",
    re.IGNORECASE,
)
SOURCE_NAME = re.compile(r"`([a-zA-Z][\w./]*\.[ch]pp)`")
UNNAMED_INNER = re.compile(r"(?<![\w\])])\.(\w+)\s*=\s*\{(?=\s*\.\w+\s*=)")
# A name that ends so holds a secret, or what proves that somebody has one; what counts or dates one does not.
SECRET = r"(?:\w*(?:secret|password|passcode|signature|session_token|hmac)s?(?:_hash|_hex)?_?(?:\(\))?(?:\.value(?:_or)?\([^()]*\))?)"
NO_TEXT = r"(?!\s*(?:nullptr|std::nullopt|\w+\.end\(\)))"
COMPARED_SECRET = re.compile(rf"\b{SECRET}\s*[=!]={NO_TEXT}|[=!]=\s*(?:[\w\])]+(?:\.|->))*{SECRET}(?![\w.(\[:-])", re.IGNORECASE)
TEXT_LITERAL = re.compile(r'"(?:[^"\\]|\\.)*"')
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)


LINK = re.compile(r"\]\(([^)#:\s]+)(#[^)]*)?\)")


def each_line(files: list[tuple[str, str]], pattern: re.Pattern, message: str) -> list[Finding]:
    return [
        Finding(path, line, message)
        for path, text in files
        if not path.startswith(OWN)
        for line, words in numbered(text)
        if pattern.search(words)
    ]


def check_sql(tree: Tree) -> list[Finding]:
    """sql/ speaks to another engine and is not meant."""
    outside = [
        (path, text)
        for path, text in tree.texts(("src/",), (".cpp", ".hpp"))
        if not path.startswith(("src/store/", "src/sql/")) and not STORE_FILE.search(path)
    ]
    findings = each_line(outside, SQL, "SQL statements stand only in store/ and in files named store.cpp or X_store.cpp")
    return findings + each_line(outside, SQLITE_HEADER, "only store/ speaks to SQLite itself")


def check_macros(tree: Tree) -> list[Finding]:
    findings = []
    for path, text in tree.cpp():
        for line, words in numbered(text):
            if (match := DEFINE.match(words)) and not match[1].startswith("MILLRACE_ASSERT"):
                findings.append(Finding(path, line, f"macro {match[1]}: only assertions are macros"))
    return findings


def check_using_namespace(tree: Tree) -> list[Finding]:
    findings = []
    for path, text in tree.cpp():
        for line, words in numbered(text):
            match = USING_NAMESPACE.match(words)
            if match and (path.endswith(".hpp") or not match[1].endswith("literals")):
                findings.append(Finding(path, line, f"using namespace {match[1]}: name what is used"))
    return findings


def check_switched_off(tree: Tree) -> list[Finding]:
    return each_line(tree.code(), SWITCHED_OFF, "switched-off code or test: mend it or remove it")


def check_marks(tree: Tree) -> list[Finding]:
    return each_line(tree.code(), MARKS, "a mark left behind: do it, or write it where work is planned")


def check_suppressions(tree: Tree) -> list[Finding]:
    return each_line(tree.cpp(), BARE_NOLINT, "a suppressed warning names its check and its reason: NOLINT(check): why")


def check_registries(tree: Tree) -> list[Finding]:
    files = sorted(tree.files.items())
    return each_line(files, REGISTRIES, "host name of a package registry: the clients' own settings choose it")


def check_inner_initialisers(tree: Tree) -> list[Finding]:
    """GCC 12 destroys such an inner structure twice when an initialiser after it throws."""
    return [
        Finding(path, text[: match.start()].count("\n") + 1, f"name the type: .{match[1]} = Type{{...}}; GCC 12 frees it twice when what follows throws")
        for path, text in tree.texts(("src/",), (".cpp", ".hpp"))
        if not path.endswith("_test.cpp")
        for match in UNNAMED_INNER.finditer(text)
    ]


def check_secret_comparisons(tree: Tree) -> list[Finding]:
    """How long a comparison takes must not tell how much of a secret was guessed."""
    return [
        Finding(path, line, "a secret is compared by base::equal_in_constant_time")
        for path, text in tree.texts(("src/",), (".cpp", ".hpp"))
        if not path.endswith("_test.cpp")
        for line, words in numbered(text)
        if COMPARED_SECRET.search(TEXT_LITERAL.sub('""', words.partition("//")[0]))
    ]


def check_openings(tree: Tree) -> list[Finding]:
    """A file opens with one to three sentences: what it is for; for `x.cpp` and `x_test.cpp` those of `x.hpp` will do."""
    findings = []
    for path, text in tree.code():
        header = path.removesuffix(".cpp").removesuffix("_test") + ".hpp"
        if not text.strip() or (path.endswith(".cpp") and header in tree.files):
            continue
        first = next((words for words in text.splitlines() if words and not words.startswith("#!")), "")
        if not first.startswith(("//", '"""', "# ")):
            findings.append(Finding(path, 1, "a file opens with a sentence that says what it is for"))
    return findings


def check_headers(tree: Tree) -> list[Finding]:
    """Guarded by the pragma, and included by somebody."""
    included = {name for path, text in tree.cpp() for name in INCLUDE.findall(text) if path != f"src/{name}"}
    findings = []
    for path, text in tree.texts(("src/",), (".hpp",)):
        if "#pragma once" not in text:
            findings.append(Finding(path, 1, "a header has #pragma once"))
        if path.removeprefix("src/") not in included:
            findings.append(Finding(path, 1, "nobody includes this header: remove it"))
    return findings


def check_folders(tree: Tree) -> list[Finding]:
    """Every folder of src/ that holds sources has a README that says where to look, and belongs to a library."""
    sources = tree.texts(("src/",), (".cpp", ".hpp"))
    folders = {str(pathlib.PurePosixPath(path).parent) for path, _ in sources} - {"src"}
    findings = []
    for folder in sorted(folders):
        readme = f"{folder}/README.md"
        if readme not in tree.files:
            findings.append(Finding(readme, 1, "is missing: the purpose in three lines, then '## Where to look'"))
        else:
            findings += check_readme(tree, folder, readme)
        if not has_build_file(tree, folder):
            findings.append(Finding(f"{folder}/CMakeLists.txt", 1, "is missing: nothing here is built"))
    return findings


def check_readme(tree: Tree, folder: str, readme: str) -> list[Finding]:
    text = tree.files[readme]
    findings = [] if "## Where to look" in text else [Finding(readme, 1, "lacks '## Where to look'")]
    for line, words in numbered(text):
        for name in SOURCE_NAME.findall(words):
            if not any(place in tree.files for place in (f"{folder}/{name}", f"src/{name}", name)):
                findings.append(Finding(readme, line, f"names {name}, which does not exist"))
    return findings


def check_links(tree: Tree) -> list[Finding]:
    """A page's links into the repository lead somewhere."""
    findings = []
    for path, text in tree.texts(("",), (".md",)):
        for line, words in numbered(text):
            for target, _ in LINK.findall(words):
                place = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
                if place not in tree.files and not any(name.startswith(f"{place}/") for name in tree.files):
                    findings.append(Finding(path, line, f"links to {target}, which does not exist"))
    return findings


def has_build_file(tree: Tree, folder: str) -> bool:
    path = pathlib.PurePosixPath(folder)
    return any(f"{place}/CMakeLists.txt" in tree.files for place in (path, *path.parents) if str(place) not in ("src", "."))


ALL = (
    check_sql, check_macros, check_using_namespace, check_switched_off, check_marks, check_suppressions,
    check_registries, check_openings, check_headers, check_folders,
    check_links, check_inner_initialisers, check_secret_comparisons,
)
