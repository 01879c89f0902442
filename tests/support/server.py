"""A real `millrace serve` on a scratch folder: started, asked, stopped, killed; and what it must not leave behind."""

import configparser
import os
import pathlib
import re
import signal
import subprocess
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("MILLRACE_BUILD", ROOT / "build"))
PROGRAM = BUILD / "millrace"
REGION = "us-east-1"

# The sanitizers' builds start and stop several times slower.
START_SECONDS = 30
STOP_SECONDS = 60

ADDRESS = re.compile(r"https?://127\.0\.0\.1:(\d+)")


class Server:
    """One server process; `start` again after `stop` or `kill` runs on the same data folder."""

    def __init__(self, data: pathlib.Path, *flags: str):
        self.data = data
        self.flags = flags
        self.launcher: list[str] = []  # words that start the program in their own place
        self.log = data.with_name(data.name + ".log")
        self.process: subprocess.Popen | None = None
        self.url = ""

    def start(self) -> "Server":
        if not PROGRAM.exists():
            raise RuntimeError(f"{PROGRAM} is not there: run ./dev build")
        on_stop = [] if "--on-stop" in self.flags else ["--on-stop", "end"]
        command = [*self.launcher, PROGRAM, "serve", "--data", self.data, "--port", "0", *on_stop, *self.flags]
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        self.url = self._announced_url()
        eventually(self.healthy, START_SECONDS, f"{self.url}/_millrace/health to answer")
        return self

    def _announced_url(self) -> str:
        def announced():
            if self.process.poll() is not None:
                raise RuntimeError(f"millrace serve ended with {self.process.returncode}:\n{self.log.read_text()[-4000:]}")
            return ADDRESS.search(self.log.read_text())

        return eventually(announced, START_SECONDS, "millrace serve to print its address")[0]

    def healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url.replace('https', 'http')}/_millrace/health", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def credentials(self) -> tuple[str, str]:
        """Access key and secret of the first account's root."""
        file = configparser.ConfigParser()
        file.read(self.data / "credentials")
        section = file["default"]
        return section["aws_access_key_id"], section["aws_secret_access_key"]

    def environment(self) -> dict[str, str]:
        """The variables that make every AWS tool use this server."""
        key, secret = self.credentials()
        return {
            **os.environ,
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": secret,
            "AWS_DEFAULT_REGION": REGION,
        }

    def proxy_environment(self) -> dict[str, str]:
        """What `millrace env --proxy` prints: for code that builds AWS host names itself."""
        printed = subprocess.run([PROGRAM, "env", "--proxy", "--data", self.data], check=True, capture_output=True, text=True)
        return {**os.environ, **dict(re.findall(r"^export ([A-Za-z_]+)='(.*)'$", printed.stdout, re.M))}

    def stop(self) -> None:
        """SIGTERM; a server that does not end in time, or not cleanly (a sanitizer's report), is an error."""
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"millrace serve did not end {STOP_SECONDS} s after SIGTERM") from None
        if code != 0:
            raise AssertionError(f"millrace serve ended with {code}:\n{self.log.read_text()[-8000:]}")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None


def eventually(check, seconds: float, what: str):
    """The first true answer of `check`; an error that says what was waited for when none comes in time."""
    deadline = time.monotonic() + seconds
    while True:
        if answer := check():
            return answer
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds} s for {what}")
        time.sleep(0.005)


def left_over(folder: pathlib.Path) -> list[tuple[int, str]]:
    """(process id, command line) of whatever still runs with this folder in its words or as its place."""
    found = []
    for process in pathlib.Path("/proc").iterdir():
        if not process.name.isdigit() or int(process.name) == os.getpid():
            continue
        try:
            words = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            place = os.readlink(process / "cwd")
        except OSError:
            continue
        if str(folder) in words or pathlib.Path(place).is_relative_to(folder):
            found.append((int(process.name), words.strip()))
    return found


def end_left_over(folder: pathlib.Path) -> list[str]:
    """Kills what still runs below the folder and says what it was; a process that is just ending gets a moment."""
    try:
        eventually(lambda: not left_over(folder), 5, "processes to end")
    except TimeoutError:
        pass
    remaining = left_over(folder)
    for process, _ in remaining:
        os.kill(process, signal.SIGKILL)
    return [f"{process}: {words}" for process, words in remaining]


# The leak sanitizer says so of a thread that ended while it looked at the process's last threads; it goes on, and finds what it finds.
THREAD_THAT_ENDED = re.compile(r"==\d+==Unable to get registers from thread \d+\.\n?")


def take_sanitizer_reports(build: pathlib.Path = BUILD) -> list[str]:
    """What a sanitizers' build found in any of its processes since the last call."""
    files = sorted(build.glob("sanitizer-report.*"))
    texts = [THREAD_THAT_ENDED.sub("", file.read_text(errors="replace")) for file in files]
    for file in files:
        file.unlink()
    return [text[:8000] for text in texts if text.strip()]
