"""What the holder of an RSVP changes: other legs, other numbers, an offer taken or refused.

Each change is counted anew. What one has is never lost by asking for more: where the more does not fit, the RSVP stays
as it is on that leg, and the answer says how many are left. Whoever took an RSVP back, or made another, changes nothing
any more: `GoneError`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from campaign.events.capacity.counting import (
    LOCK,
    Change,
    LockedLeg,
    add,
    list_legs_of,
    list_of_actions,
    lock_legs,
    write,
)
from campaign.events.capacity.noting import forget_notes, note
from campaign.events.capacity.offers import catch_up, offer
from campaign.events.capacity.telling import tell_updated
from campaign.events.commands import ChangeRsvp
from campaign.kernel.clock import now
from campaign.kernel.errors import GoneError

_NOT_YET = ("queued", "offered")
_CHANGED = text("UPDATE rsvps SET sequence = sequence + 1, changed_at = now() WHERE action_id = :id")
_REWRITTEN = text("""
UPDATE rsvps SET sequence = sequence + 1, changed_at = now(), children = CAST(:children AS jsonb),
    answers = coalesce(CAST(:answers AS jsonb), answers) WHERE action_id = :id
""")


@dataclass(frozen=True, slots=True)
class Refused:
    """More was asked of a leg than it has left."""

    leg_id: int
    resource: str
    left: int


def change(session: Session, command: ChangeRsvp) -> list[Refused]:
    """Bring a standing RSVP to the legs and numbers of `command`; return what did not fit and stays as it was.

    Side effects: locks the legs; what is freed is offered to those who wait; what it was is noted, so that it can be
    undone; a mail to the holder.
    """
    at = now()
    legs, claims = _lock(session, command.action_id, at, {wish.leg_id for wish in command.wishes})
    wanted = {
        (wish.leg_id, resource): amount
        for wish in command.wishes
        if wish.leg_id in legs and not legs[wish.leg_id].is_cancelled
        for resource, amount in wish.amounts().items()
    }
    note(session, [command.action_id], at)
    refused = bring(session, command.action_id, legs, wanted, at)
    rewritten = {
        "id": command.action_id,
        "children": json.dumps(_children(command, claims, refused)),
        "answers": None if command.answers is None else json.dumps(dict(command.answers)),
    }
    session.execute(_REWRITTEN, rewritten)
    offer(session, legs, at)
    tell_updated(session, [command.action_id])
    return refused


def bring(
    session: Session, action_id: int, legs: dict[int, LockedLeg], wanted: dict[tuple[int, str], int], at: datetime
) -> list[Refused]:
    """Bring an RSVP's claims on locked legs to `wanted`, amounts by leg and resource; return what did not fit.

    What is not wanted is given back. What is new is taken, or waited for.
    """
    claims = {(claim.leg_id, claim.resource): claim for claim in list_of_actions(session, [action_id])}
    changes, refused = _bring(legs, claims, wanted)
    write(session, changes, at)
    as_it_was = {item.leg_id for item in refused if item.resource == "place"}
    wanted = {key: amount for key, amount in wanted.items() if key[0] not in as_it_was}
    add(session, _new(action_id, legs, claims, wanted), at)
    return refused


def _children(
    command: ChangeRsvp, claims: dict[tuple[int, str], Row[Any]], refused: Sequence[Refused]
) -> dict[str, int]:
    """Return how many are children by leg, never more than the party that stays where a larger one did not fit."""
    party = {item.leg_id: claims[(item.leg_id, "place")].amount for item in refused if item.resource == "place"}
    told = {wish.leg_id: min(wish.children, party.get(wish.leg_id, wish.places)) for wish in command.wishes}
    return {str(leg_id): children for leg_id, children in told.items() if children}


def _bring(
    legs: dict[int, LockedLeg], claims: dict[tuple[int, str], Row[Any]], wanted: dict[tuple[int, str], int]
) -> tuple[list[Change], list[Refused]]:
    changes: list[Change] = []
    refused: list[Refused] = []
    as_it_was: set[int] = set()  # where the party does not fit, all else it has there stays as well
    for (leg_id, resource), claim in claims.items():
        pool, amount = legs[leg_id].pools[resource], wanted.get((leg_id, resource), 0)
        has = claim.amount if claim.state in ("going", "offered") else 0
        if claim.state == "gone" or amount == claim.amount or leg_id in as_it_was:
            continue
        if not amount:
            pool.give_back(has)
            changes.append(Change(claim.id, "gone", claim.amount))
        elif not has or amount < has or pool.fits(amount - has):
            pool.taken += amount - has if has else 0
            changes.append(Change(claim.id, claim.state, amount, claim.until))
        else:
            refused.append(Refused(leg_id, resource, pool.left or 0))
            if resource == "place":
                as_it_was.add(leg_id)
    return changes, refused


def _new(
    action_id: int,
    legs: dict[int, LockedLeg],
    claims: dict[tuple[int, str], Row[Any]],
    wanted: dict[tuple[int, str], int],
) -> list[dict[str, object]]:
    added: list[dict[str, object]] = []
    # Whose place is not there yet has nothing else there yet.
    waits = {leg for (leg, resource), claim in claims.items() if resource == "place" and claim.state in _NOT_YET}
    for (leg_id, resource), amount in wanted.items():
        known = claims.get((leg_id, resource))
        if known is not None and known.state != "gone":
            continue
        is_going = leg_id not in waits and legs[leg_id].pools[resource].take(amount)
        if resource == "place" and not is_going:
            waits.add(leg_id)
        state = "going" if is_going else "queued"
        added.append({"action_id": action_id, "leg_id": leg_id, "resource": resource, "amount": amount, "state": state})
    return added


def accept(session: Session, action_id: int, leg_id: int) -> bool:
    """Take what is offered on a leg, with what is left of all else; return whether the offer still stood."""
    at = now()
    legs, claims = _lock(session, action_id, at, set())
    mine = [claim for (leg, _), claim in claims.items() if leg == leg_id]
    offered = [claim for claim in mine if claim.state == "offered"]
    if not offered:
        return False
    changes = [Change(claim.id, "going", claim.amount) for claim in offered]
    changes += [
        Change(claim.id, "going", claim.amount)
        for claim in mine
        if claim.state == "queued" and legs[leg_id].pools[claim.resource].take(claim.amount)
    ]
    write(session, changes, at)
    session.execute(_CHANGED, {"id": action_id})
    forget_notes(session, [action_id])
    return True


def decline(session: Session, action_id: int, leg_id: int) -> bool:
    """Refuse what is offered on a leg, or leave its queue; it goes to the next. Returns whether there was anything."""
    at = now()
    legs, claims = _lock(session, action_id, at, set())
    given_up = [c for (leg, _), c in claims.items() if leg == leg_id and c.state in ("offered", "queued")]
    for claim in given_up:
        if claim.state == "offered":
            legs[leg_id].pools[claim.resource].give_back(claim.amount)
    write(session, [Change(claim.id, "gone", claim.amount) for claim in given_up], at)
    forget_notes(session, [action_id])
    offer(session, legs, at)
    return bool(given_up)


def _lock(
    session: Session, action_id: int, at: datetime, more: set[int]
) -> tuple[dict[int, LockedLeg], dict[tuple[int, str], Row[Any]]]:
    """Lock a standing RSVP, the legs it asks something of, and `more`; return legs and claims, lapsed ones as such."""
    row = session.execute(LOCK, {"ids": [action_id]}).one_or_none()
    if row is None or not row.is_standing:
        raise GoneError("this RSVP was taken back, or another took its place")
    legs = lock_legs(session, {*list_legs_of(session, [action_id]), *more}, at)
    catch_up(session, legs, at)
    claims = {(claim.leg_id, claim.resource): claim for claim in list_of_actions(session, [action_id])}
    return legs, claims
