"""How the demos speak: a numbered step with its time, then what came of it."""

import contextlib
import time


class Show:
    def __init__(self):
        self.started = time.perf_counter()
        self.steps = []

    @contextlib.contextmanager
    def step(self, words: str):
        begun = time.perf_counter()
        print(f"  {len(self.steps) + 1:2}. {words} ...", end="", flush=True)
        notes = []
        try:
            yield notes.append
        except BaseException:
            print(" failed", flush=True)
            raise
        seconds = time.perf_counter() - begun
        self.steps.append((words, seconds))
        print(f" {seconds * 1000:.0f} ms")
        for note in notes:
            print(f"      {note}")

    def title(self, words: str) -> None:
        print(f"\n{words}")

    def seconds(self) -> float:
        return sum(seconds for _, seconds in self.steps)
