"""When a letter goes is foretold from its office's hours, its pace, what is ahead of it and what stops it."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from campaign.outbox.commands import NewMessage
from campaign.outbox.departures import Mailbox, find_departures, first_of
from campaign.outbox.holds import hold
from campaign.outbox.paces import set_mailbox_pace
from campaign.outbox.service import append

BOX = "ceo@kroger.example"
NEW_YORK = ZoneInfo("America/New_York")
WHERE = Mailbox(1, 7, 2, BOX)


def letters(session, count, mailbox=BOX):
    message = NewMessage(lane="letters", topic="letters.letter", campaign_id=7, company_id=2, mailbox=mailbox)
    append(session, [message] * count)


def at(session, moment, **pace):
    """The departure as it is foretold at a moment of New York's clocks."""
    set_mailbox_pace(session, BOX, timezone="America/New_York", **pace)
    session.execute(text("UPDATE pace_slots SET next_at = :at"), {"at": moment})
    return find_departures(session, [WHERE])[BOX]


def new_york(*parts):
    return datetime(*parts, tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    ("free_from", "goes"),
    [
        ((2055, 3, 10, 11, 2), (2055, 3, 10, 11, 15)),  # a Wednesday
        ((2055, 3, 10, 7, 0), (2055, 3, 10, 9, 0)),
        ((2055, 3, 10, 17, 0), (2055, 3, 11, 9, 0)),
        ((2055, 3, 12, 18, 0), (2055, 3, 15, 9, 0)),  # a Friday evening; on Sunday the clocks go forward
        ((2055, 3, 13, 12, 0), (2055, 3, 15, 9, 0)),
    ],
)
def test_it_goes_in_office_hours(session, free_from, goes):
    found = at(session, new_york(*free_from))
    assert found.at == new_york(*goes)
    assert found.keeps_hours
    assert not found.is_soon


def test_what_is_ahead_takes_its_time_of_office_hours(session):
    letters(session, 300)  # ten hours of them
    found = at(session, new_york(2055, 3, 12, 10, 0))
    assert found.at == new_york(2055, 3, 15, 12, 0), "seven on Friday, three on Monday"
    assert found.is_about


def test_only_what_came_before_a_letter_is_ahead_of_it(session):
    letters(session, 300)
    first = session.execute(text("SELECT min(id) FROM outbox_messages")).scalar_one()
    set_mailbox_pace(session, BOX, timezone="America/New_York")
    session.execute(text("UPDATE pace_slots SET next_at = :at"), {"at": new_york(2055, 3, 12, 9, 0)})
    found = find_departures(session, [WHERE], before=first)[BOX]
    assert found.at == new_york(2055, 3, 12, 9, 0)
    assert not found.is_about


def test_a_made_up_office_takes_it_at_once(session):
    set_mailbox_pace(session, BOX, 3600, is_always_open=True)
    found = find_departures(session, [WHERE])[BOX]
    assert found.is_soon
    assert not found.keeps_hours


def test_what_is_stopped_says_no_time(session):
    set_mailbox_pace(session, BOX, is_always_open=True)
    hold(session, campaign_id=7, company_id=None, reason="paused")
    assert find_departures(session, [WHERE])[BOX].at is None
    other = Mailbox(1, 8, 2, BOX)
    assert find_departures(session, [other])[BOX].at is not None, "another campaign's goes"


def test_an_office_without_a_pace_is_unknown(session):
    assert find_departures(session, [WHERE]) == {}
    assert find_departures(session, []) == {}
    assert first_of([]) is None


def test_the_first_of_several_is_one_that_goes(session):
    set_mailbox_pace(session, BOX, is_always_open=True)
    going = find_departures(session, [WHERE])[BOX]
    hold(session, campaign_id=7, company_id=None, reason="paused")
    stopped = find_departures(session, [WHERE])[BOX]
    assert first_of([stopped, going]) is going
    assert first_of([stopped]) is stopped
