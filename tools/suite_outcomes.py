"""A pytest plugin: writes "ID OUTCOME" of every test into the file that SUITE_OUTCOMES names, as each one ends."""

import os

import pytest


class Outcomes:
    def __init__(self, path: str):
        self.file = open(path, "a")
        self.worst: dict[str, str] = {}

    @pytest.hookimpl
    def pytest_runtest_logreport(self, report) -> None:
        rank = ("passed", "skipped", "failed")
        outcome = max(self.worst.get(report.nodeid, "passed"), report.outcome, key=rank.index)
        self.worst[report.nodeid] = outcome
        if report.when == "teardown":
            self.file.write(f"{outcome} {report.nodeid}\n")
            self.file.flush()


def pytest_configure(config) -> None:
    if path := os.environ.get("SUITE_OUTCOMES"):
        config.pluginmanager.register(Outcomes(path))
