"""A person to walk with, in a browser."""

from collections.abc import Callable, Iterator

import pytest

from tests.journeys.traveller import PHONE, Traveller


@pytest.fixture
def travel(browser, running, mailbox) -> Iterator[Callable[..., Traveller]]:
    """Open windows; each is closed at the end, and must have seen nothing wrong."""
    opened: list[Traveller] = []

    def start(language: str = "en", *, has_script: bool = True) -> Traveller:
        context = browser.new_context(viewport=PHONE, java_script_enabled=has_script, locale=language)
        opened.append(Traveller(context, running, mailbox, language, has_script))
        return opened[-1]

    yield start
    for traveller in opened:
        traveller.end()
