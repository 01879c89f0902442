"""The repository as the rules see it: the text of every tracked or new file that people write."""

import dataclasses
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent

# Kept for their bytes, not for reading.
DATA_FOLDERS = ("tests/golden/", "tests/environments/", "tests/fuzz/corpus/")
TEXT_SUFFIXES = (".cpp", ".hpp", ".py", ".md", ".cmake", ".txt", ".json", ".toml", ".ini", ".sh", "")


@dataclasses.dataclass(frozen=True)
class Finding:
    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


class Tree:
    """Files by their path from the root; a test makes one from literals."""

    def __init__(self, files: dict[str, str]):
        self.files = files

    def texts(self, prefixes: tuple[str, ...], suffixes: tuple[str, ...]) -> list[tuple[str, str]]:
        return [
            (path, text)
            for path, text in sorted(self.files.items())
            if path.startswith(prefixes) and path.endswith(suffixes)
        ]

    def cpp(self) -> list[tuple[str, str]]:
        return self.texts(("src/", "tests/"), (".cpp", ".hpp"))

    def code(self) -> list[tuple[str, str]]:
        return self.cpp() + self.texts(("tools/", "tests/"), (".py",))


def read_repository() -> Tree:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    files = {}
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if path.suffix in TEXT_SUFFIXES and path.is_file():
            files[name] = path.read_text(encoding="utf-8", errors="replace")
    return Tree({name: text for name, text in files.items() if not is_data(name)})


def is_data(name: str) -> bool:
    return name.startswith(DATA_FOLDERS) and not name.endswith((".py", ".md"))


def numbered(text: str) -> list[tuple[int, str]]:
    return list(enumerate(text.splitlines(), start=1))
