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
    assert remind(march.session, at(12, 17, 59)).appended == 0
    remind(march.session, at(12, 18))
    assert (ana, 0) in sent(march, EVENING_BEFORE)
    assert (queued, 0) not in sent(march, EVENING_BEFORE), "who waits has no place to be reminded of"
    assert remind(march.session, at(12, 19)).appended == 0
    assert remind(march.session, at(13, 17, 59)).appended == 0
    remind(march.session, at(13, 18))
    assert {(ana, 1), (queued, 1)} <= set(sent(march, EVENING_BEFORE))


def test_the_week_before_only_to_whom_it_is_a_week(march):
    ana = march.come("ana", (1, 1))
    march.session.execute(text("UPDATE actions SET confirmed_at = :at"), {"at": at(1, 12)})
    late = march.come("late", (0, 1))
    march.session.execute(text("UPDATE actions SET confirmed_at = :at WHERE id = :id"), {"at": at(8, 9), "id": late})
    assert remind(march.session, at(6, 9)).appended == 0
    assert remind(march.session, at(8, 12)).appended == 1
    assert remind(march.session, at(9, 12)).appended == 0
    assert sent(march, WEEK_BEFORE) == [(ana, None)]


@pytest.mark.parametrize("when", [at(13, 7, 30), at(13, 9)])
def test_nobody_is_reminded_of_what_begins_at_once_or_has_begun(march, when):
    march.come("ana", (0, 1))
    assert remind(march.session, when).appended == 0


def test_nobody_is_reminded_of_what_they_gave_back_or_what_is_off(march):
    ana, eva = march.come("ana", (0, 1)), march.come("eva", (1, 1))
    withdraw(march.session, [ana], BY_NAME)
    march.session.execute(text("UPDATE event_legs SET status = 'cancelled' WHERE id = :id"), {"id": march.legs[1]})
    assert eva
    assert remind(march.session, at(12, 18)).appended == 0
    assert remind(march.session, at(13, 18)).appended == 0


def test_everybody_is_looked_at_once_however_many_are_reminded_at_a_time(march):
    come = [march.come(name, (0, 1)) for name in ("ana", "eva", "lou", "max", "zoe")]
    batches = [remind(march.session, at(12, 18), most=2) for _ in range(4)]
    assert [tuple(batch) for batch in batches] == [(2, 2), (2, 2), (1, 1), (0, 0)]
    assert sent(march, EVENING_BEFORE) == [(action, 0) for action in come]


def test_who_comes_after_the_others_were_looked_at_is_reminded_too(march):
    march.come("ana", (0, 1))
    assert remind(march.session, at(12, 18)).appended == 1
    late = march.come("late", (0, 1))
    assert remind(march.session, at(12, 21)).appended == 1
    assert sent(march, EVENING_BEFORE)[-1] == (late, 0)


def test_a_leg_that_gets_another_day_has_another_evening(march):
    ana = march.come("ana", (0, 1))
    assert remind(march.session, at(12, 18)).appended == 1
    move = text("""
        UPDATE event_legs SET starts_at = starts_at + CAST(:by AS interval), ends_at = ends_at + CAST(:by AS interval)
        WHERE id = :id""")
    march.session.execute(move, {"by": "3 hours", "id": march.legs[0]})
    assert remind(march.session, at(12, 20)).appended == 0, "the day is the same"
    march.session.execute(move, {"by": "3 days", "id": march.legs[0]})
    assert remind(march.session, at(12, 21)).appended == 0
    assert remind(march.session, at(15, 18)).appended == 1
    assert sent(march, EVENING_BEFORE) == [(ana, 0), (ana, 0)]


def test_what_the_release_before_sent_is_not_sent_again(march):
    march.come("ana", (0, 1))
    assert remind(march.session, at(12, 18)).appended == 1
    march.session.execute(text("UPDATE rsvp_claims SET looked_at = 'epoch'"))
    assert tuple(remind(march.session, at(12, 19))) == (1, 0)
