"""Who comes to an event, as a roster reads it: rows for the database, and plain values."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import text

from campaign.events.questions import QUESTIONS
from campaign.events.rosters.parties import Count, Extra, Party, Roster, RosterLeg
from campaign.events.rosters.words import Words

ZONE = ZoneInfo("America/New_York")
ENGLISH = Words("en")

_DETAILS = text("UPDATE rsvps SET answers = :answers, children = :children WHERE action_id = :id")


def tell(session, action_id, *, children=(), **answers):
    """Give an RSVP its answers, and say on which legs children come."""
    counts = json.dumps({str(leg): count for leg, count in children})
    session.execute(_DETAILS, {"id": action_id, "answers": json.dumps(answers), "children": counts})


def party(name="Ana Ruiz", *, meals=None, beds=None, **values):
    """One who goes on leg 1, alone, and asked for nothing."""
    extras = {word: extra for word, extra in (("meal", meals), ("bed", beds)) if extra is not None}
    answers = {one.name: values.pop(one.name) for one in QUESTIONS if one.name in values}
    usual = {"leg": 1, "state": "going", "until": None, "people": 1, "children": 0}
    return Party(name=name, extras=extras, answers=answers, **{**usual, **values})


def meal(people, turn=None):
    """Meals that one has, or whose turn is `turn`."""
    return Extra(people, turn is None, None if turn is None else (datetime(2027, 1, 1, tzinfo=UTC), turn))


def roster_of(*, legs=1, counts=None, **values):
    """A roster whose legs take everything; everything is asked."""
    start = datetime(2027, 3, 13, 8, 30, tzinfo=ZONE)
    made = [
        RosterLeg(
            id=n,
            position=n,
            title=f"Day {n}",
            status="open",
            starts_at=start + timedelta(days=n - 1),
            ends_at=start + timedelta(days=n - 1, hours=8),
            capacities={"place": 600, "meal": 500, "bed": 200},
            counts={("place", "going"): Count(1, 1)} if counts is None else counts,
        )
        for n in range(1, legs + 1)
    ]
    usual = {
        "slug": "a-march", "title": "A march", "where": "", "status": "published",
        "asks": ("phone", "ride", "needs", "languages", "help"), "made_at": datetime(2027, 3, 12, 20, 5, tzinfo=ZONE),
        "is_high_safety": False, "is_purged": False,
    }  # fmt: skip
    return Roster(legs=tuple(made), **{**usual, **values})
