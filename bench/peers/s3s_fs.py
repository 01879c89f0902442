"""s3s-fs: the file-system server of the Rust crate s3s, an object store that a user could run instead. Cargo builds it, once."""

import contextlib
import pathlib
import shutil
import subprocess

import cache
from bench import processes
from support.account import Account

NAME = "s3s-fs"
VERSION = "0.14.1"
KEY, SECRET = "bench", "bench-secret"
BUCKET = "bench"


class Url:
    """As much of a server under test as a signer needs."""

    def __init__(self, url: str):
        self.url = url


class S3sFs:
    def __init__(self, url: str, process: int):
        self.url = url
        self.process = process
        self.caller = Account(Url(url), "", KEY, SECRET)


def program() -> pathlib.Path:
    home = cache.cache_dir() / "programs" / f"s3s-fs-{VERSION}"
    found = home / "bin" / "s3s-fs"
    if not found.exists():
        cargo = shutil.which("cargo")
        if cargo is None:
            raise RuntimeError("s3s-fs is built by Rust's cargo, which is not here")
        with cache.locked("s3s-fs"):
            command = [cargo, "install", f"s3s-fs@{VERSION}", "--locked", "--features", "binary", "--root", home]
            subprocess.run([str(word) for word in command], check=True, capture_output=True, timeout=1800)
    return found


@contextlib.contextmanager
def started(folder: pathlib.Path):
    (folder / "files" / BUCKET).mkdir(parents=True)
    port = processes.free_port()
    url = f"http://127.0.0.1:{port}"
    command = [program(), "--host", "127.0.0.1", "--port", port, "--access-key", KEY, "--secret-key", SECRET, folder / "files"]
    # At each request it would write a line for an operator.
    with processes.running(command, folder / "s3s-fs.log", url, {"RUST_LOG": "error"}, answers_with=None) as process:
        yield S3sFs(url, process.pid)
