"""Made-up attendance for the demonstration's events: about a third of each leg, confirmed, marked as made up.

Who comes are the made-up supporters of the same campaign. Legs are locked and counted as for anybody, so that a real
person's place is never given to somebody who does not exist. High-safety campaigns get none.
"""

import random
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from campaign.actions.made_up import MadeUp, seed, take_back
from campaign.events.capacity.counting import LockedLeg, lock_legs
from campaign.events.capacity.offers import give_freed_places
from campaign.events.resources import EXTRAS, PLACE
from campaign.events.service import KIND
from campaign.kernel.clock import now
from campaign.kernel.rowset import as_rows

_SEED = 2023
_SHARE = 3
_OF_UNBOUNDED = 60
"""How many come where nothing bounds it."""
_WALK_ALL = 20

_EVENTS = text("""
SELECT e.id, e.kind, e.campaign_id FROM events e JOIN campaigns c ON c.id = e.campaign_id
WHERE e.is_demo AND e.status = 'published' AND c.status = 'open' AND NOT c.is_high_safety AND NOT EXISTS (
    SELECT FROM rsvps r JOIN actions a ON a.id = r.action_id WHERE r.event_id = e.id AND a.is_made_up) ORDER BY e.id
""")
_LEGS = text("SELECT id, capacity FROM event_legs WHERE event_id = :id AND status = 'open' ORDER BY position")
_PEOPLE = text("""
SELECT p.email, a.given_name, a.family_name, a.language, a.postal_code
FROM actions a JOIN people p ON p.id = a.person_id
WHERE a.campaign_id = :campaign_id AND a.is_made_up AND a.is_counted AND a.state = 'confirmed' ORDER BY a.id
""")
_RSVPS = text("""
INSERT INTO rsvps (action_id, event_id, signer_key, is_standing)
SELECT id, :event_id, signer_key, true FROM actions WHERE id = ANY(:ids)
""")
_CLAIMS = text("""
INSERT INTO rsvp_claims (action_id, leg_id, resource, amount, state)
SELECT u.action_id, u.leg_id, u.resource, u.amount, 'going' FROM json_to_recordset(CAST(:rows AS json))
    AS u(action_id bigint, leg_id bigint, resource text, amount int)
""")
_FREED = text("""
SELECT DISTINCT k.leg_id FROM rsvp_claims k JOIN actions a ON a.id = k.action_id WHERE a.is_made_up ORDER BY k.leg_id
""")
_CLEAR_CHECK_INS = text("""
DELETE FROM check_ins c USING rsvps r, actions a, event_legs l
WHERE NOT c.is_walk_up AND c.subject = r.signer_key AND l.id = c.leg_id AND l.event_id = r.event_id
  AND a.id = r.action_id AND a.is_made_up
""")
_CLEAR_EVENTS = text("""
DELETE FROM events e WHERE e.is_demo AND NOT EXISTS (SELECT FROM rsvps r WHERE r.event_id = e.id)
""")

Asked = dict[str, list[tuple[int, str, int]]]
"""What each person takes, by address: leg, resource, amount."""


def load_demo(session: Session) -> int:
    """Load made-up RSVPs for each demonstration event that has none; return how many."""
    return sum(_load_event(session, event) for event in session.execute(_EVENTS).all())


def clear_demo(session: Session) -> None:
    """Take back what `load_demo` loaded, and the demonstration's events that nobody real comes to.

    Side effects: what is freed where somebody real comes is offered to those who wait.
    """
    freed = list(session.scalars(_FREED))
    session.execute(_CLEAR_CHECK_INS)
    take_back(session, KIND)
    session.execute(_CLEAR_EVENTS)
    give_freed_places(session, freed, now())


def _load_event(session: Session, event: Row[Any]) -> int:
    dice = random.Random(_SEED + event.id)  # noqa: S311 - made-up parties, not secrets
    people = list(session.execute(_PEOPLE, {"campaign_id": event.campaign_id}).all())
    dice.shuffle(people)
    capacities = {leg.id: leg.capacity for leg in session.execute(_LEGS, {"id": event.id})}
    legs = lock_legs(session, capacities, now())
    asked = _ask(legs, capacities, [row.email for row in people], dice, is_march=event.kind == "march")
    coming = [_once_more(row) for row in people if row.email in asked]
    ids = seed(session, KIND, event.campaign_id, coming, about=str(event.id))
    session.execute(_RSVPS, {"event_id": event.id, "ids": ids})
    claims = [
        {"action_id": action_id, "leg_id": leg_id, "resource": resource, "amount": amount}
        for action_id, one in zip(ids, coming, strict=True)
        for leg_id, resource, amount in asked[one.email]
    ]
    session.execute(_CLAIMS, {"rows": as_rows(claims)})
    return len(ids)


def _once_more(row: Row[Any]) -> MadeUp:
    return MadeUp(row.email, row.given_name, row.family_name, row.language, row.postal_code, now())


def _ask(
    legs: Mapping[int, LockedLeg],
    capacities: Mapping[int, int | None],
    people: Sequence[str],
    dice: random.Random,
    *,
    is_march: bool,
) -> Asked:
    """Give a third of each leg to parties of one to three. Some walk a march all the way; of shifts one takes one."""
    parties = {person: dice.choice((1, 1, 2, 3)) for person in people}
    asked: Asked = {}
    for leg_id, leg in legs.items():
        capacity = capacities[leg_id]
        room = _OF_UNBOUNDED if capacity is None else capacity // _SHARE
        others = [person for person in people[_WALK_ALL:] if is_march or person not in asked]
        dice.shuffle(others)
        for person in (*(people[:_WALK_ALL] if is_march else ()), *others):
            amount = parties[person]
            if amount <= room and leg.pools[PLACE].take(amount):
                room -= amount
                wanted = {extra.word: extra.amount(amount, 0) for extra in EXTRAS if dice.random() < 0.7}
                extras = [(word, size) for word, size in wanted.items() if size and leg.pools[word].take(size)]
                asked.setdefault(person, []).extend((leg_id, *one) for one in ((PLACE, amount), *extras))
    return asked
