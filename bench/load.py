"""Load by wrk, with requests that were written beforehand: a Lua file holds method, target, headers and body."""

import contextlib
import dataclasses
import json
import os
import pathlib
import subprocess
import tempfile

from bench import processes
from bench.result import Figure, median_of
from support.raw import Request

# What wrk's script prints at its end, on a line of its own.
MARK = "summary:"
DONE = """
function done(summary, latency)
  local e = summary.errors
  io.write(string.format('summary:{"requests":%d,"us":%d,"bad":%d,"broken":%d,"p50":%d,"p99":%d}\\n',
    summary.requests, summary.duration, e.status, e.connect + e.read + e.write + e.timeout,
    latency:percentile(50), latency:percentile(99)))
end
"""
MANY = """
local requests, at = {}, 0
function init(args)
  local file = io.open(%s, "rb")
  for line in file:lines() do requests[#requests + 1] = file:read(tonumber(line)) end
  file:close()
end
function request()
  at = at %% #requests + 1
  return requests[at]
end
"""


@dataclasses.dataclass(frozen=True)
class Target:
    """A server under one load: where, what is sent, and whose CPU time counts."""

    name: str
    url: str
    requests: list[Request]
    processes: list[int]
    wants_success: bool = True


@dataclasses.dataclass(frozen=True)
class Shape:
    """How long and how often each server is asked; the rounds of all servers alternate."""

    seconds: int = 2
    rounds: int = 3


def lua_string(data: bytes) -> str:
    """Any bytes as a literal of Lua 5.1."""
    return '"' + "".join(chr(one) if 32 <= one < 127 and one not in b'"\\' else f"\\{one:03d}" for one in data) + '"'


def script(requests: list[Request], folder: pathlib.Path) -> str:
    """One request is wrk's own, formatted once; several come in turn, whole, from a file."""
    if len(requests) > 1:
        return _many(requests, folder)
    (one,) = requests
    lines = [f"wrk.method = {lua_string(one.method.encode())}", f"wrk.path = {lua_string(one.target.encode())}"]
    lines += [f"wrk.headers[{lua_string(name.encode())}] = {lua_string(value.encode())}" for name, value in one.headers.items()]
    if one.body:
        body = folder / "body"
        body.write_bytes(one.body)
        lines.append(f'local file = io.open({lua_string(str(body).encode())}, "rb") wrk.body = file:read("*a") file:close()')
    return "\n".join(lines) + "\n" + DONE


def _many(requests: list[Request], folder: pathlib.Path) -> str:
    from support.raw import wire_bytes

    file = folder / "requests"
    with open(file, "wb") as out:
        for one in requests:
            data = wire_bytes(one)
            out.write(b"%d\n%s" % (len(data), data))
    return MANY % lua_string(str(file).encode()) + DONE


def run(target: Target, connections: int, seconds: int, core: int | None = None) -> Figure:
    """One round; with `core` client and server share it."""
    with tempfile.TemporaryDirectory(prefix="millrace-load-") as scratch:
        folder = pathlib.Path(scratch)
        (folder / "wrk.lua").write_text(script(target.requests, folder))
        words = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s", "-s", str(folder / "wrk.lua"), target.url]
        with processes.pinned(target.processes, core) if core is not None else contextlib.nullcontext():
            prefix = [] if core is None else ["taskset", "-c", str(core)]
            before = processes.cpu_seconds(target.processes)
            printed = subprocess.run([*prefix, *words], capture_output=True, text=True, timeout=seconds + 60, check=True).stdout
            used = processes.cpu_seconds(target.processes) - before
    return _figure(target, printed, used)


def _figure(target: Target, printed: str, used: float) -> Figure:
    (line,) = [line for line in printed.splitlines() if line.startswith(MARK)]
    said = json.loads(line.removeprefix(MARK))
    if said["broken"] or not said["requests"] or (target.wants_success and said["bad"]):
        raise RuntimeError(f"{target.name}: {said['bad']} refused, {said['broken']} broken of {said['requests']} requests")
    return Figure(
        server=target.name,
        per_second=(said["requests"] - said["bad"]) / said["us"] * 1e6,
        median_us=said["p50"],
        p99_us=said["p99"],
        cpu_us=used / said["requests"] * 1e6,
        cpu_s=used,
    )


def compare(targets: list[Target], connections: int, shape: Shape, core: int | None = None) -> list[Figure]:
    """Each server's median over rounds that alternate, so that what else the machine does meets all of them."""
    rounds = {target.name: [] for target in targets}
    for _ in range(shape.rounds):
        for target in targets:
            rounds[target.name].append(run(target, connections, shape.seconds, core))
    return [median_of(name, figures) for name, figures in rounds.items()]


def cores() -> list[int]:
    return sorted(os.sched_getaffinity(0))
