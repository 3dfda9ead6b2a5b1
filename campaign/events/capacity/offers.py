"""Gives what is freed to whoever waits for it, and writes to them; called by what frees something and by the ticker.

freed, or its time over ─► offered ─accepted─► going
                              ├─ not answered in time, once ─► queued as before, and to the next who fits
                              └─ declined, or not answered again ─► gone, and to the next who fits
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from campaign.events.capacity.counting import Change, LockedLeg, lapse, list_queue, lock_legs, write
from campaign.events.capacity.pools import Waiting, choose, offer_ends
from campaign.outbox.commands import NewMessage
from campaign.outbox.service import append

OFFER = "events.offer"
PASSED = "events.passed"

_UNSETTLED = text("""
WITH waiting AS (
    SELECT q.leg_id, q.resource, min(q.amount) AS amount FROM rsvp_claims q
    JOIN event_legs l ON l.id = q.leg_id JOIN events e ON e.id = l.event_id
    WHERE q.state = 'queued' AND l.status = 'open' AND e.status = 'published' AND l.starts_at > :at
      AND (q.resource = 'place' OR EXISTS (SELECT FROM rsvp_claims p WHERE p.action_id = q.action_id
           AND p.leg_id + 0 = q.leg_id AND p.resource = 'place' AND p.state = 'going'))
    GROUP BY q.leg_id, q.resource
), fits AS (
    SELECT w.leg_id FROM waiting w JOIN event_legs l ON l.id = w.leg_id
    LEFT JOIN leg_resources r ON r.leg_id = w.leg_id AND r.resource = w.resource AND r.is_there
    LEFT JOIN rsvp_claims t ON t.leg_id = w.leg_id AND t.resource = w.resource
        AND (t.state = 'going' OR t.until > :at)
    GROUP BY w.leg_id, w.resource, w.amount, l.id, r.leg_id, r.resource
    HAVING coalesce(sum(t.amount), 0) + w.amount <= CASE
        WHEN w.resource = 'place' THEN coalesce(l.capacity, 2147483647)
        WHEN r.leg_id IS NULL THEN 0 ELSE coalesce(r.capacity, 2147483647) END
)
SELECT leg_id FROM rsvp_claims WHERE until <= :at UNION SELECT leg_id FROM fits ORDER BY leg_id LIMIT :most
""")

_ADDRESSEES = text("""
SELECT a.id, a.person_id, a.campaign_id, c.organization_id FROM actions a JOIN campaigns c ON c.id = a.campaign_id
WHERE a.id = ANY(:ids)
""")


def settle_overdue(session: Session, at: datetime, most: int = 200) -> int:
    """End holds and offers whose time is over, and offer what is free; return how many legs were looked at.

    Looks at `most` legs, as many as a transaction should hold locked; one whose queue cannot be served is found again.
    Finds also what was freed by nobody who looks at legs: an unconfirmed RSVP that was deleted, an event that is
    published again.
    """
    leg_ids = list(session.scalars(_UNSETTLED, {"at": at, "most": most}))
    give_freed_places(session, leg_ids, at)
    return len(leg_ids)


def give_freed_places(session: Session, leg_ids: Iterable[int], at: datetime) -> list[Row[Any]]:
    """Bring legs in order: what is over ends, what is free is offered to those who wait; return the claims offered.

    Side effects: locks the legs; one mail to each who is offered something, and to each whose offer was over.
    """
    legs = lock_legs(session, leg_ids, at)
    return _end_and_offer(session, legs, at) if legs else []


def catch_up(session: Session, legs: dict[int, LockedLeg], at: datetime) -> None:
    """End what is over on locked legs and offer what that frees: who waits comes before whoever asks now."""
    if any(leg.is_overdue for leg in legs.values()):
        _end_and_offer(session, legs, at)


def _end_and_offer(session: Session, legs: dict[int, LockedLeg], at: datetime) -> list[Row[Any]]:
    passed = lapse(session, list(legs), at)
    offered = offer(session, legs, at)
    _tell_passed(session, [row for row in passed if legs[row.leg_id].starts_at > at])
    return offered


def offer(session: Session, legs: dict[int, LockedLeg], at: datetime) -> list[Row[Any]]:
    """Offer what is left of locked legs, in the order of the queue; return the claims that are offered it."""
    waiting: dict[tuple[int, str], list[Row[Any]]] = {}
    for row in list_queue(session, list(legs), at):
        waiting.setdefault((row.leg_id, row.resource), []).append(row)
    changes: list[Change] = []
    offered: list[Row[Any]] = []
    for (leg_id, resource), rows in waiting.items():
        leg = legs[leg_id]
        until = offer_ends(at, leg.starts_at, timedelta(seconds=leg.offer_seconds))
        by_claim = {row.id: row for row in rows}
        for chosen in choose(leg.pools[resource], [Waiting(row.id, row.amount) for row in rows]):
            changes.append(Change(chosen.claim_id, "offered", chosen.amount, until))
            offered.append(by_claim[chosen.claim_id])
    write(session, changes, at)
    _tell(session, offered)
    return offered


def _tell(session: Session, offered: Sequence[Row[Any]]) -> None:
    """Write once to each RSVP that is offered something, whatever it is: the mail looks what."""
    if not offered:
        return
    rows = session.execute(_ADDRESSEES, {"ids": sorted({row.action_id for row in offered})})
    append(session, [NewMessage.about_action(row, lane="critical", topic=OFFER) for row in rows])


def _tell_passed(session: Session, passed: Sequence[Row[Any]]) -> None:
    """Write to each whose offers were over; who is offered the same again meanwhile is not told (`events.mails`)."""
    if not passed:
        return
    legs: dict[int, set[int]] = {}
    for row in passed:
        legs.setdefault(row.action_id, set()).add(row.leg_id)
    rows = session.execute(_ADDRESSEES, {"ids": sorted(legs)})
    messages = [(row, {"legs": sorted(legs[row.id])}) for row in rows]
    append(session, [NewMessage.about_action(row, lane="critical", topic=PASSED, payload=p) for row, p in messages])
