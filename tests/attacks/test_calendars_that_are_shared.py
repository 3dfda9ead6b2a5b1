"""Tries to change somebody's RSVP by what stands in the calendar they share."""

import pytest
from icalendar import Calendar

from tests.actions.visitor import PUBLIC_URL
from tests.events.coming import MARCH, come, legs_of
from tests.events.test_rsvp_mine import link_of


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_entries_of_ones_own_rsvp_lead_to_the_public_page_alone(visitor, tell, language):
    come(visitor, legs=legs_of(visitor)[1:3], language=language)
    link = link_of(visitor)
    token = link.rpartition("/")[2]
    entries = Calendar.from_ical(visitor.client.get(f"{link}.ics").data).walk("VEVENT")
    assert len(entries) == 2
    tell("entries that hold the private link", sum(token in str(dict(entry)) for entry in entries))
    page = f"{PUBLIC_URL}{'/es' if language == 'es' else ''}/events/{MARCH}"
    assert {str(entry["URL"]) for entry in entries} == {page}
    assert visitor.client.get(page.removeprefix(PUBLIC_URL)).status_code == 200
    for name in ("/rsvp/", "/my/", "/confirm/", token):
        assert not [entry for entry in entries if any(name in str(value) for value in entry.values())]
