"""Gives the longest work that is left to whichever process is free, so that none is left with it when all others are done.

Tests of a file stay together in one process and in their order, for what they share is made once. A file that takes
long is given out test by test.
"""

import re
from collections import OrderedDict
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.timekeeping.durations import Durations

LARGE_SECONDS = 20.0

_OF_A_WALK = re.compile(r"tests/pages/test_(?:every_page|markup)\.py::\w+\[(\w+)\]")
"""Tests that look at the walk of a language, whatever their file: apart, one would wait for the walk of another."""


_WHOLE = frozenset({"tests/embedded/test_wheel.py"})
"""Files whose tests share what takes long to make, however long they are: parted, each process would make its own."""


class LongestFirst(LoadScopeScheduling):
    """Hands out files, or tests of large files, by their recorded times."""

    def __init__(self, config: pytest.Config, log: Any, durations: Durations) -> None:
        super().__init__(config, log)
        self.workqueue = _Longest(durations)
        self._durations = durations

    def _split_scope(self, nodeid: str) -> str:
        if walk := _OF_A_WALK.fullmatch(nodeid):
            return f"walk in {walk[1]}"
        file = nodeid.partition("::")[0]
        is_parted = self._durations.of_file(file) > LARGE_SECONDS and file not in _WHOLE
        return nodeid if is_parted else file


class _Longest(OrderedDict[str, dict[str, bool]]):
    """Units of work, of which the longest is taken first."""

    def __init__(self, durations: Durations) -> None:
        super().__init__()
        self._durations = durations

    def popitem(self, last: bool = True) -> tuple[str, dict[str, bool]]:
        """Return and remove the unit whose tests take longest together; of equal ones the first."""
        if not self:
            raise KeyError("nothing is left")
        unit = max(self, key=lambda unit: sum(map(self._durations.of_test, self[unit])))
        return unit, self.pop(unit)
