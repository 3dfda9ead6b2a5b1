"""Where one is, as the rows above a page say it: the page's own room, or the one that it is below."""

import re

import pytest

from tests.organize.test_events import EVENTS, MARCH

CAMPAIGN = "/organize/ciw/campaigns/fair-food"


def marked(page):
    """Of each row above the page: the address that is marked, and as what."""
    links = re.findall(
        r'class="desk(?:-rooms__room|__place)" href="([^"]+)" aria-current="(\w+)"', page.get_data(as_text=True)
    )
    return dict(links)


@pytest.mark.parametrize(
    ("path", "room", "is_page"),
    [
        ("", "", "page"),
        ("/text", "/text", "page"),
        ("/text/languages/es", "/text", "true"),
        ("/after/emails/thanks", "/after", "true"),
        ("/updates/new", "/updates", "true"),
        ("/victory", "", "true"),
        ("/pause", "", "true"),
        ("/events", "/events", "page"),
    ],
)
def test_a_page_of_a_campaign_marks_the_room_that_it_is_in(organizer, path, room, is_page):
    page = organizer("owner").get(f"{CAMPAIGN}{path}")
    assert page.status_code == 200
    assert marked(page) == {"/organize/ciw": "true", f"{CAMPAIGN}{room}": is_page}


@pytest.mark.parametrize(
    ("path", "room", "is_page"),
    [
        ("", "", "page"),
        ("/edit", "/edit", "page"),
        ("/marshals/1/revoke", "/marshals", "true"),
        ("/legs/1", "", "true"),
    ],
)
def test_a_page_of_an_event_marks_the_room_that_it_is_in(organizer, path, room, is_page):
    page = organizer("owner").get(f"{EVENTS}/{MARCH}{path}")
    assert page.status_code == 200
    assert marked(page) == {EVENTS: "true", f"{EVENTS}/{MARCH}{room}": is_page}
