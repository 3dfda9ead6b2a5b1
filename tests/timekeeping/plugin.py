"""Joins the recorded times to a run: who runs what, and afterwards where its time went."""

import os
import time
from collections import Counter, defaultdict
from typing import Any

import pytest

from tests.timekeeping import durations
from tests.timekeeping.report import render
from tests.timekeeping.scheduling import LongestFirst

WRITE = "CAMPAIGN_WRITE_DURATIONS"
_NEVER_QUICK = ("browser", "chaos", "race", "servers", "timing")
_TOLD_SECONDS = 60.0
"""Of a shorter run nobody needs to know where its time went."""


def leave_out_the_long(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what is recorded to take long, and whatever waits for a browser or for servers (`make quick`)."""
    known = durations.read()
    slow = [
        item
        for item in items
        if known.of_test(item.nodeid) >= durations.LONG_SECONDS or any(map(item.get_closest_marker, _NEVER_QUICK))
    ]
    config.hook.pytest_deselected(items=slow)
    left_out = set(slow)
    items[:] = [item for item in items if item not in left_out]


class Timekeeper:
    """Hooks of the process that hands out the tests, or that runs them alone."""

    def __init__(self) -> None:
        self._seconds: dict[str, Counter[str]] = defaultdict(Counter)
        self._ends: dict[str, float] = {}
        self._began = time.monotonic()

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Any) -> LongestFirst | None:
        """Longest first, unless somebody asks for another way."""
        return LongestFirst(config, log, durations.read()) if config.getoption("dist") == "load" else None

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Note how long a phase of a test took, and when its process was done with it."""
        self._seconds[report.nodeid][report.when] += report.duration
        self._ends[getattr(report, "worker_id", "alone")] = time.monotonic() - self._began

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Tell, and write down where asked to."""
        if sum(map(Counter.total, self._seconds.values())) >= _TOLD_SECONDS:
            terminalreporter.section("where the time went", sep="-")
            terminalreporter.write_line(render(self._seconds, self._ends))
        if os.environ.get(WRITE):
            durations.write((nodeid, phases.total()) for nodeid, phases in self._seconds.items())
