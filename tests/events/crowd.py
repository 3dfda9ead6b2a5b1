"""Who comes to an event, as a roster reads it: rows for the database, and plain values."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import text

from campaign.events.rosters.parties import Count, Extra, Party, Roster, RosterLeg
from campaign.events.rosters.words import Words

ZONE = ZoneInfo("America/New_York")
ENGLISH = Words("en")

_DETAILS = text("""
UPDATE rsvps SET phone = :phone, ride = :ride, ride_from = :ride_from, needs = :needs, speaks = :speaks,
    helps_as = :helps_as, children = :children WHERE action_id = :id
""")


def tell(session, action_id, *, needs=(), speaks=(), helps_as=(), children=(), **details):
    """Give an RSVP its details."""
    lists = {"needs": json.dumps(needs), "speaks": json.dumps(speaks), "helps_as": json.dumps(helps_as)}
    lists["children"] = json.dumps({str(leg): count for leg, count in children})
    session.execute(_DETAILS, {"id": action_id, "phone": None, "ride": None, "ride_from": None, **lists, **details})


def party(name="Ana Ruiz", *, meals=None, beds=None, **values):
    """One who goes on leg 1, alone, and asked for nothing."""
    extras = {word: extra for word, extra in (("meal", meals), ("bed", beds)) if extra is not None}
    usual = {
        "leg": 1, "state": "going", "until": None, "people": 1, "children": 0, "phone": "", "ride": "",
        "ride_from": "", "needs": (), "speaks": (), "helps_as": (),
    }  # fmt: skip
    return Party(name=name, extras=extras, **{**usual, **values})


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
        "slug": "a-march", "title": "A march", "status": "published",
        "asks": ("phone", "ride", "needs", "languages", "help"), "made_at": datetime(2027, 3, 12, 20, 5, tzinfo=ZONE),
        "is_high_safety": False, "is_purged": False,
    }  # fmt: skip
    return Roster(legs=tuple(made), **{**usual, **values})
