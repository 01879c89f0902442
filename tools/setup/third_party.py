"""Fetches the packages of third_party.txt into the cache: `third_party.py` prints the folder that holds them.

Those of suites.txt are fetched only when `tools/suites.py` asks for them.
"""

import hashlib
import pathlib
import shutil
import tarfile
import tempfile
import zipfile

import cache

# Where only the source package carries what we use: llhttp as C source, botocore's signature and protocol vectors,
# moto's tests.
SOURCE_PACKAGES = ("botocore", "httptools", "moto")
# What comes by npm, which has DuckDB as a shared library of its own: the pin's name to the package's.
NPM_PACKAGES = {"duckdb": "@duckdb/node-bindings-linux-x64"}


def pins(file: str = "third_party.txt") -> list[tuple[str, str, str]]:
    """(name, version, the whole line) of every pin."""
    lines = (cache.SETUP / file).read_text().splitlines()
    found = []
    for line in lines:
        if line and not line.startswith("#"):
            name, version = line.split()[0].split("==")
            found.append((name, version, line))
    return found


def home() -> pathlib.Path:
    return cache.cache_dir() / "third-party"


def is_there(name: str, version: str) -> bool:
    """Unpacked, and from the right kind of package: only a source package has PKG-INFO at its top."""
    folder = home() / f"{name}-{version}"
    return (folder / "PKG-INFO").exists() if name in SOURCE_PACKAGES else folder.exists()


def fetch(name: str, version: str, line: str) -> None:
    target = home() / f"{name}-{version}"
    if is_there(name, version):
        return
    cache.say(f"fetching {name} {version}")
    home().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home(), prefix=".fetch-") as scratch:
        archive = download(name, version, line, pathlib.Path(scratch))
        unpacked = pathlib.Path(scratch) / "unpacked"
        unpack(archive, unpacked)
        if target.exists():
            target.rename(pathlib.Path(scratch) / "former")
        unpacked.rename(target)


def download(name: str, version: str, line: str, scratch: pathlib.Path) -> pathlib.Path:
    if name in NPM_PACKAGES:
        return download_by_npm(f"{NPM_PACKAGES[name]}@{version}", line, scratch)
    return download_by_pip(name, line, scratch)


def download_by_npm(package: str, line: str, scratch: pathlib.Path) -> pathlib.Path:
    if shutil.which("npm") is None:
        raise SystemExit(f"setup: npm is needed to fetch {package} (Debian's package npm)")
    folder = scratch / "download"
    folder.mkdir()
    command = ["npm", "pack", package, "--pack-destination", folder, "--cache", scratch / "npm"]
    cache.run(command, f"fetching {package}")
    archive = next(folder.iterdir())
    pinned = line.split("--hash=sha256:")[1].strip()
    if hashlib.sha256(archive.read_bytes()).hexdigest() != pinned:
        raise SystemExit(f"setup: {package} is not what third_party.txt pins")
    return archive


def download_by_pip(name: str, line: str, scratch: pathlib.Path) -> pathlib.Path:
    """pip checks the archive's sha256 against the pin."""
    pin, folder = scratch / "pin.txt", scratch / "download"
    pin.write_text(line + "\n")
    command = [cache.tools_python(), "-m", "pip", "download", "-q", "--no-deps", "--require-hashes"]
    if name in SOURCE_PACKAGES:
        command += ["--no-binary", name, "--no-build-isolation"]
    else:
        command += ["--only-binary", ":all:", "--python-version", "3.11"]
    cache.run(command + ["-d", folder, "-r", pin], f"fetching {name}")
    return next(folder.iterdir())


def unpack(archive: pathlib.Path, target: pathlib.Path) -> None:
    """A wheel as it is; a source package without its one top folder."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            wheel.extractall(target)
        return
    with tarfile.open(archive) as source:
        source.extractall(target.with_suffix(".tar"))
    (top,) = target.with_suffix(".tar").iterdir()
    shutil.move(top, target)


def fetch_missing(file: str = "third_party.txt") -> None:
    missing = [pin for pin in pins(file) if not is_there(pin[0], pin[1])]
    if missing:
        with cache.locked("third-party"):
            for pin in missing:
                fetch(*pin)


def main() -> None:
    fetch_missing()
    print(home())


if __name__ == "__main__":
    main()
