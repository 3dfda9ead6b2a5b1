"""Everybody here stands on one stage: the demonstration, and a visitor who signs, reads mail and presses buttons."""

from collections.abc import Callable

import pytest

from tests.actions.stage import *  # noqa: F403 - fixtures


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[[str, object], None]:
    """Say a number the attack ended with: `tell("mails to one mailbox", 3)`. Shown by `pytest tests/attacks`."""
    return record_property


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List what the attacks came to."""
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for what, number in getattr(report, "user_properties", ()):
                terminalreporter.write_line(f"{report.nodeid.removeprefix('tests/attacks/')}: {what}: {number}")
