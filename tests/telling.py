"""Numbers that a test ended with, listed at the end of its run: `tell("mails to one mailbox", 3)`."""

from collections.abc import Callable

import pytest


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[[str, object], None]:
    """Say a number that the test ended with."""
    return record_property


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List what the tests came to."""
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for what, number in getattr(report, "user_properties", ()):
                terminalreporter.write_line(f"{report.nodeid.removeprefix('tests/')}: {what}: {number}")
