"""Who is reminded when: by a clock we hold in our hand, in the leg's own zone, across the night the clocks go forward."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from campaign.actions.service.taking_back import withdraw
from campaign.events.reminding import EVENING_BEFORE, WEEK_BEFORE, remind
from tests.events.march import March
from tests.events.stage import BY_NAME

NEW_YORK = ZoneInfo("America/New_York")
FIRST = datetime(2055, 3, 13, 8, tzinfo=NEW_YORK)
"""The clocks go forward in the night before the second leg."""


@pytest.fixture
def march(sessions, installation, demo):
    with sessions() as session:
        march = March(session, installation.hashes)
        for day, leg in enumerate(march.legs):
            starts_at = datetime.combine(FIRST.date() + timedelta(days=day), FIRST.time(), NEW_YORK)
            session.execute(
                text("UPDATE event_legs SET starts_at = :at, ends_at = :at + interval '8 hours' WHERE id = :id"),
                {"at": starts_at.astimezone(UTC), "id": leg},
            )
        yield march
        session.rollback()


def sent(march, topic):
    """Who was written to of a topic: `[(action, index of the leg)]`."""
    rows = march.session.execute(
        text("SELECT action_id, payload ->> 'leg' AS leg FROM outbox_messages WHERE topic = :topic ORDER BY id"),
        {"topic": topic},
    )
    return [(row.action_id, None if row.leg is None else march.legs.index(int(row.leg))) for row in rows]


def at(day, hour, minute=0):
    return datetime(2055, 3, day, hour, minute, tzinfo=NEW_YORK).astimezone(UTC)


def test_the_evening_before_each_leg_once_at_six_in_the_legs_own_zone(march):
    ana = march.come("ana", (0, 1), (1, 2))
    march.come("full", (0, 9))
    queued = march.come("eva", (0, 3), (1, 1))
    assert remind(march.session, at(12, 17, 59)) == 0
    remind(march.session, at(12, 18))
    assert (ana, 0) in sent(march, EVENING_BEFORE)
    assert (queued, 0) not in sent(march, EVENING_BEFORE), "who waits has no place to be reminded of"
    assert remind(march.session, at(12, 19)) == 0
    assert remind(march.session, at(13, 17, 59)) == 0
    remind(march.session, at(13, 18))
    assert {(ana, 1), (queued, 1)} <= set(sent(march, EVENING_BEFORE))


def test_the_week_before_only_to_whom_it_is_a_week(march):
    ana = march.come("ana", (1, 1))
    march.session.execute(text("UPDATE actions SET confirmed_at = :at"), {"at": at(1, 12)})
    late = march.come("late", (0, 1))
    march.session.execute(text("UPDATE actions SET confirmed_at = :at WHERE id = :id"), {"at": at(8, 9), "id": late})
    assert remind(march.session, at(6, 9)) == 0
    assert remind(march.session, at(8, 12)) == 1
    assert remind(march.session, at(9, 12)) == 0
    assert sent(march, WEEK_BEFORE) == [(ana, None)]


@pytest.mark.parametrize("when", [at(13, 7, 30), at(13, 9)])
def test_nobody_is_reminded_of_what_begins_at_once_or_has_begun(march, when):
    march.come("ana", (0, 1))
    assert remind(march.session, when) == 0


def test_nobody_is_reminded_of_what_they_gave_back_or_what_is_off(march):
    ana, eva = march.come("ana", (0, 1)), march.come("eva", (1, 1))
    withdraw(march.session, [ana], BY_NAME)
    march.session.execute(text("UPDATE event_legs SET status = 'cancelled' WHERE id = :id"), {"id": march.legs[1]})
    assert eva
    assert remind(march.session, at(12, 18)) == 0
    assert remind(march.session, at(13, 18)) == 0
