"""Every page and state, in every language: nothing axe finds, nothing inline or foreign, nothing wider than the screen."""

from collections.abc import Iterator

import pytest

from campaign.kernel.languages import INTERFACE
from tests.pages.evidence import PLAIN, Evidence, Seen
from tests.pages.way import EXPECTED

pytestmark = pytest.mark.browser

in_every_language = pytest.mark.parametrize("language", INTERFACE)


@in_every_language
def test_every_state_is_reached_with_its_status(seen, language):
    walk = seen(language)
    assert not walk.unreached, "\n".join(walk.unreached)
    statuses = {name: state.status for name, state in walk.states.items()}
    assert {name: status for name, status in statuses.items() if status != EXPECTED.get(name, 200)} == {}
    assert set(EXPECTED) <= set(statuses)


@in_every_language
def test_axe_finds_nothing(seen, language):
    _assert_none(seen(language), lambda state: state.axe)


@in_every_language
def test_no_page_is_wider_than_its_window(seen, language):
    _assert_none(seen(language), lambda state: state.wide)


@in_every_language
def test_nothing_is_inline_foreign_or_said_in_the_console(seen, language):
    walk = seen(language)
    _assert_none(walk, lambda state: state.inline + state.noise)
    assert not walk.cookies


@in_every_language
def test_every_page_has_its_language_and_one_first_heading(seen, language):
    def wrong(state: Seen) -> list[str]:
        # The styleguide is in English, and shows posters whole, with their headings.
        is_right = (state.language, state.headings) == (language, 1) or state.url.endswith("/styleguide")
        return [] if is_right else [f"lang={state.language}, {state.headings} h1"]

    _assert_none(seen(language), wrong)


def test_no_page_is_wider_than_320_pixels_without_javascript(seen):
    walk = seen(PLAIN, has_script=False)
    assert not walk.unreached, "\n".join(walk.unreached)
    _assert_none(walk, lambda state: state.wide)


def _assert_none(walk: Evidence, faults) -> None:
    found = list(_told(walk, faults))
    assert not found, f"{len(found)} faults\n" + "\n".join(found)


def _told(walk: Evidence, faults) -> Iterator[str]:
    for name, state in walk.states.items():
        yield from (f"{name}: {fault}" for fault in faults(state))
