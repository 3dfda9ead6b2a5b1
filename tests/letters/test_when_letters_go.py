"""What a writer is told of when letters go is true of this installation: before sending, after, on one's page, by mail."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from campaign.letters.departing import tell, tell_state
from campaign.outbox.departures import Departure
from tests.actions.visitor import OPEN

MONDAY = datetime(2055, 3, 15, 9, tzinfo=ZoneInfo("America/New_York"))
IN_HOURS = "UPDATE pace_slots SET is_always_open = false, timezone = 'America/New_York', next_at = :at"
ON_HOLD = "INSERT INTO outbox_switches (lane, reason, by_whom) VALUES ('letters', 'test', 'test')"


def departure(**changed):
    values = {"at": MONDAY, "timezone": "America/New_York", "is_soon": False, "is_about": False, "keeps_hours": True}
    return Departure(**values | changed)


@pytest.mark.parametrize(
    ("changed", "count", "said"),
    [
        ({}, 1, "It goes out Mon, Mar 15, 9 a.m. Eastern."),
        ({}, 6, "The first goes out Mon, Mar 15, 9 a.m. Eastern. We send them one at a time, during business hours"),
        ({"is_about": True}, 1, "It goes out around Mon, Mar 15, 9 a.m. Eastern."),
        ({"is_soon": True, "keeps_hours": False}, 6, "The first goes out within minutes. We send them one at a time."),
        ({"at": None}, 1, "Letters are on hold right now. Yours will go out when they resume."),
    ],
)
def test_it_is_said_in_whole_sentences(changed, count, said):
    assert tell(departure(**changed), count, "en").replace("\N{NO-BREAK SPACE}", " ").startswith(said)


@pytest.mark.parametrize("language", ["en", "es", "ur"])
def test_every_language_says_it(language):
    for changed in ({}, {"is_about": True}, {"is_soon": True}, {"at": None}):
        words = {tell(departure(**changed), 2, language), tell_state(departure(**changed), language)}
        assert all(words)


def test_the_demonstration_s_letters_go_within_minutes(visitor):
    assert "The first goes out within minutes. We send them one at a time." in visitor.write(step="preview").text


def test_an_office_s_hours_are_told_before_and_after_and_on_one_s_page(visitor):
    visitor.do(IN_HOURS, at=MONDAY)
    first = "The first goes out Mon, Mar 15, 9\N{NO-BREAK SPACE}a.m. Eastern."
    assert first in visitor.write(step="preview").text
    visitor.write()
    mail = visitor.mails()[-1]
    assert f"Once you confirm: {first}" in mail.text
    assert f"Once you confirm: {first}" in mail.html
    thanks = visitor.confirm(mail.link("confirm")).headers["Location"]
    page = visitor.client.get(thanks).text
    assert "Thank you for writing" in page
    assert first in page
    mine = visitor.client.get(visitor.my_page()).text
    assert mine.count("Goes out around Mon, Mar 15, 9\N{NO-BREAK SPACE}a.m. Eastern") == 6


def test_what_is_stopped_is_said_to_be(visitor):
    visitor.do(ON_HOLD)
    assert "Letters are on hold right now." in visitor.write(step="preview").text


def test_nothing_of_it_is_said_of_a_letter_that_is_read_first(visitor):
    page = visitor.write(step="preview", personal="See http://evil.example").text
    assert "within minutes" not in page
    assert f"/campaigns/{OPEN}" in page
