"""Servers under test as processes: started so that they end with the benchmark, pinned, and asked what CPU they used."""

import contextlib
import ctypes
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import urllib.error
import urllib.request

from support import server as servers

# Whatever becomes of the benchmark, the kernel ends what it started.
ENDS_WITH_US = ["setpriv", "--pdeathsig", "KILL"]
START_SECONDS = 60
STOP_SECONDS = 20
PR_SET_CHILD_SUBREAPER = 36
TICKS = os.sysconf("SC_CLK_TCK")


def program(name: str) -> str | None:
    """Its path; Debian keeps servers where a user's PATH does not lead."""
    return shutil.which(name, path=os.environ.get("PATH", "") + os.pathsep + "/usr/sbin")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextlib.contextmanager
def running(
    command: list,
    log: pathlib.Path,
    url: str,
    environment: dict | None = None,
    folder: pathlib.Path | None = None,
    answers_with: int | None = 200,
):
    """The process, once `url` answers with this status (none: any); killed by its own id at the end."""
    words = [*ENDS_WITH_US, *(str(word) for word in command)]
    with open(log, "w") as out:
        process = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, cwd=folder, env={**os.environ, **(environment or {})}
        )
    try:
        servers.eventually(lambda: answers(url, answers_with) or _alive(process, log), START_SECONDS, f"{words[3]} to answer")
        yield process
    finally:
        end(process)


def _alive(process: subprocess.Popen, log: pathlib.Path) -> bool:
    if process.poll() is not None:
        raise RuntimeError(f"a server ended with {process.returncode}:\n{log.read_text()[-2000:]}")
    return False


def answers(url: str, status: int | None = 200) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as reply:
            return status in (None, reply.status)
    except urllib.error.HTTPError as error:
        return status in (None, error.code)
    except OSError:
        return False


def end(process: subprocess.Popen) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def family(process: int) -> list[int]:
    """The process and those below it."""
    found = [process]
    for thread in _threads(process):
        with contextlib.suppress(OSError):
            for child in pathlib.Path(f"/proc/{process}/task/{thread}/children").read_text().split():
                found += family(int(child))
    return found


def _threads(process: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(name) for name in os.listdir(f"/proc/{process}/task")]
    return []


def cpu_seconds(processes: list[int]) -> float:
    """User and system time of processes that go on running."""
    total = 0
    for process in processes:
        with contextlib.suppress(OSError):
            # The command's name stands in brackets and may hold blanks; utime and stime are fields 14 and 15.
            fields = pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
    return total / TICKS


def machine_seconds() -> float:
    """User and system time of everything on this machine since it started."""
    user, nice, system, *_ = (int(word) for word in pathlib.Path("/proc/stat").read_text().splitlines()[0].split()[1:])
    return (user + nice + system) / TICKS


class Adopted:
    """What supervisors and their work used, read when they have ended: as orphans they become children of this process."""

    def __init__(self):
        set_child_subreaper()
        self.known = set(self._children())

    @staticmethod
    def _children() -> list[int]:
        return [int(child) for child in pathlib.Path("/proc/self/task").joinpath(str(os.getpid()), "children").read_text().split()]

    def cpu_seconds(self) -> float:
        """User and system time of every orphan since the beginning, and of its children; waits for the last to end."""
        total = 0.0
        for child in set(self._children()) - self.known:
            usage = os.wait4(child, 0)[2]
            total += usage.ru_utime + usage.ru_stime
        return total


def set_child_subreaper() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER)")


def running_ms(process: int) -> float:
    """What the process's threads have run; of those that have ended nothing is known."""
    return sum(thread_ms(process).values())


def thread_ms(process: int) -> dict[int, float]:
    """What each thread has run, to the nanosecond."""
    found = {}
    for thread in _threads(process):
        with contextlib.suppress(OSError):
            found[thread] = int(pathlib.Path(f"/proc/{process}/task/{thread}/schedstat").read_text().split()[0]) / 1e6
    return found


def resident_mb(process: int) -> float:
    status = pathlib.Path(f"/proc/{process}/status").read_text()
    (line,) = [line for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(line.split()[1]) / 1024


@contextlib.contextmanager
def pinned(processes: list[int], core: int):
    """All their threads on one core, and then again on those they had."""
    threads = [thread for process in processes for thread in _threads(process)]
    before = {}
    for thread in threads:
        with contextlib.suppress(OSError):
            before[thread] = os.sched_getaffinity(thread)
            os.sched_setaffinity(thread, {core})
    try:
        yield
    finally:
        for thread, cores in before.items():
            with contextlib.suppress(OSError):
                os.sched_setaffinity(thread, cores)
