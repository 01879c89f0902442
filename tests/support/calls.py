"""What the tests' calls took: how often each operation was called, its median time and size of answer."""

import collections
import statistics
import time

MOST_LINES = 38


class Calls:
    def __init__(self):
        self.seen: dict[str, list[tuple[float, int]]] = collections.defaultdict(list)

    def watch(self, client) -> None:
        """Counts the calls of a boto3 client from now on."""
        client.meta.events.register("before-call", self._begin)
        client.meta.events.register("after-call", self._end)

    def _begin(self, context, **_) -> None:
        context["millrace_began"] = time.perf_counter()

    def _end(self, http_response, model, context, **_) -> None:
        took_ms = (time.perf_counter() - context["millrace_began"]) * 1000
        # The length that was announced: a streamed body is not read here.
        size = int(http_response.headers.get("content-length", 0))
        self.seen[f"{model.service_model.service_name} {model.name}"].append((took_ms, size))

    def table(self) -> list[str]:
        """A line for each operation, those called most first; the rarest share the last line."""
        rows = sorted(self.seen.items(), key=lambda row: (-len(row[1]), row[0]))
        lines = [f"{'operation':44} {'calls':>6} {'ms':>8} {'bytes':>8}"]
        lines += [line(name, calls) for name, calls in rows[:MOST_LINES]]
        rest = [call for _, calls in rows[MOST_LINES:] for call in calls]
        return lines + ([line(f"{len(rows) - MOST_LINES} others", rest)] if rest else [])


def line(name: str, calls: list[tuple[float, int]]) -> str:
    times, sizes = zip(*calls, strict=True)
    return f"{name:44} {len(calls):6} {statistics.median(times):8.1f} {statistics.median(sizes):8.0f}"


# One for the session: clients are made in many places and the summary is written at its end.
CALLS = Calls()
