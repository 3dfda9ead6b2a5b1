"""RSVPs, many at once: the spine stores the action, this gives out places by leg, exactly.

A leg's row is locked while its places are counted, the legs of a batch in the order of their ids; that a request waits
for others on the same leg is the price of never giving out one place too many. A constant number of statements a batch.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from campaign.actions.commands import Recorded
from campaign.actions.keys import place_key
from campaign.actions.service.merging import supersede
from campaign.actions.service.recording import record
from campaign.events.capacity.counting import (
    CLAIM_ID,
    LOCK,
    Change,
    LockedLeg,
    find_holding,
    free,
    list_legs_of,
    list_of_actions,
    lock_legs,
    write,
)
from campaign.events.capacity.noting import note
from campaign.events.capacity.offers import catch_up, offer
from campaign.events.capacity.pools import HOLD
from campaign.events.capacity.telling import list_had, tell_canceled
from campaign.events.commands import MakeRsvp, Wish
from campaign.events.endings import GIVEN_BACK
from campaign.events.models import Claim, Rsvp
from campaign.kernel.clock import now
from campaign.kernel.installation import installation_of
from campaign.kernel.keyed_hash import KeyedHash
from campaign.kernel.personal import emptying
from campaign.kernel.rowset import as_rows
from campaign.outbox.commands import NewMessage
from campaign.outbox.service import append

KIND = "rsvp"
RECEIPT = "events.receipt"

_STORE = text(f"""
WITH made AS (
    INSERT INTO rsvps (action_id, event_id, signer_key, network_key, answers, children)
    SELECT u.* FROM json_to_recordset(CAST(:rsvps AS json)) AS u(action_id bigint, event_id bigint, signer_key bytea,
        network_key bytea, answers jsonb, children jsonb)
    RETURNING action_id, event_id
)
INSERT INTO rsvp_claims (id, action_id, leg_id, resource, amount, state, until)
SELECT {CLAIM_ID}, u.action_id, u.leg_id, u.resource, u.amount, u.state, u.until
FROM json_to_recordset(CAST(:claims AS json)) AS u(action_id bigint, leg_id bigint, resource text, amount int,
    state text, until timestamptz)
JOIN made USING (action_id) JOIN event_legs l ON l.id = u.leg_id AND l.event_id = made.event_id
""")  # noqa: S608 - joined from constants

# The one that stands is locked, its action first as everywhere: whoever takes it back at the same moment holds that.
_STANDING = text("""
SELECT s.action_id AS old_id, r.action_id AS new_id,
       greatest(coalesce(a.typed_at, a.created_at), s.changed_at) AS typed_at FROM rsvps r
JOIN rsvps s ON s.event_id = r.event_id AND s.signer_key = r.signer_key AND s.is_standing
JOIN actions a ON a.id = s.action_id
WHERE r.action_id = ANY(:ids) AND s.action_id <> r.action_id ORDER BY s.action_id FOR NO KEY UPDATE OF a, s
""")
_STAND = text("UPDATE rsvps SET is_standing = true, network_key = NULL WHERE action_id = ANY(:new)")
_SIGNERS = text("""
SELECT r.action_id, r.event_id, r.signer_key, a.person_id IS NULL AS is_unreachable, a.id, a.person_id, a.campaign_id,
       c.organization_id, coalesce(a.typed_at, a.created_at) AS typed_at
FROM rsvps r JOIN actions a ON a.id = r.action_id JOIN campaigns c ON c.id = a.campaign_id
WHERE r.action_id = ANY(:ids) ORDER BY r.action_id
""")
_EMPTY = text(f"""
UPDATE rsvps r SET {emptying(Rsvp, GIVEN_BACK, "r")}, sequence = sequence + 1 WHERE action_id = ANY(:ids)
""")  # noqa: S608 - joined from what columns declare
_EMPTY_CLAIMS = text(f"""
UPDATE rsvp_claims c SET {emptying(Claim, GIVEN_BACK, "c")} WHERE action_id = ANY(:ids)
""")  # noqa: S608 - as above


def rsvp(session: Session, commands: Sequence[MakeRsvp]) -> list[Recorded]:
    """Store RSVPs; each waits for its confirmation and holds what it may, unless its address was confirmed just now.

    Side effects: rows in `rsvps` and `rsvp_claims`, the spine's; locks the legs.
    """
    recorded = record(session, [command.action for command in commands])
    waiting: dict[int, MakeRsvp] = {}
    vouched: dict[int, MakeRsvp] = {}
    for command, answer in zip(commands, recorded, strict=True):
        if answer.is_new and answer.action_id is not None:
            (vouched if answer.outcome == "vouched" else waiting).setdefault(answer.action_id, command)
    if vouched:  # first: RSVPs are locked before any leg is
        _store(
            session,
            vouched,
            {key: [c for wish in one.wishes for c in _asked(key, wish)] for key, one in vouched.items()},
        )
        stand(session, sorted(vouched))
    if waiting:
        known = {answer.action_id for answer in recorded if not answer.is_new_mailbox}
        _store(session, waiting, _hold_all(session, waiting, known))
    return recorded


_Claims = Sequence[dict[str, object]]


def _store(session: Session, made: Mapping[int, MakeRsvp], claims: Mapping[int, _Claims]) -> None:
    hashes = installation_of(session).hashes
    rows = [_row(action_id, command, claims.get(action_id, ()), hashes) for action_id, command in made.items()]
    values = {"rsvps": as_rows(rows), "claims": as_rows([claim for each in claims.values() for claim in each])}
    session.execute(_STORE, values)


def _asked(action_id: int, wish: Wish) -> list[dict[str, object]]:
    return [
        {"action_id": action_id, "leg_id": wish.leg_id, "resource": resource, "amount": amount, "state": "asked"}
        for resource, amount in wish.amounts().items()
    ]


def _hold_all(
    session: Session, waiting: Mapping[int, MakeRsvp], known: Collection[int | None]
) -> dict[int, list[dict[str, object]]]:
    """Return the claims of each RSVP; of `known` mailboxes somebody may hold something already."""
    at, hashes = now(), installation_of(session).hashes
    legs = lock_legs(session, [wish.leg_id for command in waiting.values() for wish in command.wishes], at)
    catch_up(session, legs, at)
    keys = {action_id: _place_key(command, hashes) for action_id, command in waiting.items()}
    holding = find_holding(session, list(legs), sorted({keys[one] for one in keys if one in known}), at)
    claims: dict[int, list[dict[str, object]]] = {action_id: [] for action_id in sorted(waiting)}
    for action_id in claims:
        for wish in waiting[action_id].wishes:
            if (leg := legs.get(wish.leg_id)) is not None:
                has_held = (leg.id, keys[action_id]) in holding
                claims[action_id] += _hold(action_id, leg, wish.amounts(), at, may_hold=not has_held)
                holding.add((leg.id, keys[action_id]))
    return claims


def _place_key(command: MakeRsvp, hashes: KeyedHash) -> bytes:
    return place_key(hashes, command.action.campaign_id, command.action.email)


def _hold(
    action_id: int, leg: LockedLeg, amounts: Mapping[str, int], at: datetime, *, may_hold: bool
) -> list[dict[str, object]]:
    """Return the claims of an unconfirmed RSVP on one leg: held, as long as the share of such allows, else asked.

    A mailbox that holds something there already holds no more (`may_hold`), in whatever spelling it asks.

    Of a leg that was cancelled a moment before, nothing: whoever asks learns it from the page that confirms.
    """
    is_placed = may_hold
    claims: list[dict[str, object]] = []
    for resource, amount in amounts.items():
        is_held = is_placed and leg.pools[resource].hold(amount)
        is_placed = is_placed and (is_held or resource != "place")
        state = {"state": "held", "until": at + HOLD} if is_held else {"state": "gone" if leg.is_cancelled else "asked"}
        claims.append({"action_id": action_id, "leg_id": leg.id, "resource": resource, "amount": amount, **state})
    return claims


def _row(action_id: int, command: MakeRsvp, claims: _Claims, hashes: KeyedHash) -> dict[str, object]:
    """Return what is stored of an RSVP; from which network, as a keyed hash of this event, only while it is held."""
    network = ""
    if not command.action.is_high_safety and any(claim["state"] == "held" for claim in claims):
        network = command.network
    return {
        "action_id": action_id,
        "event_id": command.event_id,
        "signer_key": _place_key(command, hashes),
        "network_key": hashes.of("rsvp.network", f"{command.event_id}\0{network}") if network else None,
        "answers": command.answers,
        "children": {str(wish.leg_id): wish.children for wish in command.wishes if wish.children},
    }


def stand(session: Session, action_ids: Sequence[int]) -> None:
    """Let confirmed RSVPs hold: each takes what is left of what it asks, and queues for the rest.

    One person, one RSVP per event: the one typed last (or changed last by its holder) stands, and the others give way
    with their places, in whatever order they were confirmed. Where nobody could be written to any more (high safety),
    nobody queues: what is full is refused, and the confirmed page says so.

    Side effects: locks the legs; a receipt of what one has to each who can be written to.
    """
    at = now()
    rows = session.execute(_SIGNERS, {"ids": list(action_ids)}).all()
    stands = _find_standing(session, rows)
    replaced = {row.id: stands[row.id] for row in rows if stands[row.id] != row.id}
    new_ids = [row.id for row in rows if row.id not in replaced]
    replaced |= {old: new for old, new in stands.items() if old not in replaced and new != old}
    legs = lock_legs(session, list_legs_of(session, [*new_ids, *replaced]), at)
    catch_up(session, legs, at)
    free(session, legs, list(replaced), at)
    unreachable = {row.id for row in rows if row.is_unreachable}
    _settle_asked(session, legs, new_ids, unreachable, at)
    if replaced:
        session.execute(_EMPTY, {"ids": list(replaced)})
        session.execute(_EMPTY_CLAIMS, {"ids": list(replaced)})
    session.execute(_STAND, {"new": new_ids})
    supersede(session, replaced)
    _send_receipts(session, {stands[row.id]: row for row in rows if not row.is_unreachable})
    if replaced:
        offer(session, legs, at)


def _find_standing(session: Session, rows: Sequence[Row[Any]]) -> dict[int, int]:
    """Return, by id of an RSVP that is confirmed or stood until now, the one of its signer that stands from now on."""
    latest: dict[tuple[int, bytes], Row[Any]] = {}
    for row in sorted(rows, key=lambda row: (row.typed_at, row.id)):
        latest[(row.event_id, bytes(row.signer_key))] = row
    by_id = {row.id: row for row in latest.values()}
    winners = {action_id: action_id for action_id in by_id}
    for standing in session.execute(_STANDING, {"ids": list(winners)}):
        newer = by_id[standing.new_id]
        is_kept = (standing.typed_at, standing.old_id) > (newer.typed_at, newer.id)
        winners[newer.id] = winners[standing.old_id] = standing.old_id if is_kept else newer.id
    return winners | {row.id: winners[latest[(row.event_id, bytes(row.signer_key))].id] for row in rows}


def _send_receipts(session: Session, rows: Mapping[int, Row[Any]]) -> None:
    """Write to those who have just confirmed what they have and what they wait for; `rows`: by id of what stands.

    The mail is composed later, so it says what is so then.
    """
    messages = [
        replace(NewMessage.about_action(row, lane="critical", topic=RECEIPT), action_id=action_id)
        for action_id, row in rows.items()
    ]
    append(session, messages)


def _settle_asked(
    session: Session, legs: Mapping[int, LockedLeg], action_ids: Sequence[int], unreachable: set[int], at: datetime
) -> None:
    changes: list[Change] = []
    placed: dict[tuple[int, int], bool] = {}
    for claim in list_of_actions(session, action_ids):
        leg, key = legs[claim.leg_id], (claim.action_id, claim.leg_id)
        is_going = claim.state == "held" or (
            claim.state == "asked" and placed.get(key, True) and leg.pools[claim.resource].take(claim.amount)
        )
        if claim.resource == "place":
            placed[key] = is_going
        if claim.state in ("held", "asked"):
            otherwise = "gone" if leg.is_cancelled or claim.action_id in unreachable else "queued"
            changes.append(Change(claim.id, "going" if is_going else otherwise, claim.amount))
    write(session, changes, at)


def cancel(session: Session, action_ids: Sequence[int]) -> None:
    """Free what RSVPs had that their holders withdrew, and note what it was, so that they can undo it.

    Side effects: a mail to the holders of those that stood.
    """
    session.execute(LOCK, {"ids": list(action_ids)})
    had = list_had(session, action_ids)
    note(session, action_ids, now())
    give_back(session, action_ids)
    tell_canceled(session, had)


def give_back(session: Session, action_ids: Sequence[int]) -> None:
    """Free what RSVPs had that are over or erased, and offer it to those who wait. Their details go."""
    at = now()
    session.execute(LOCK, {"ids": list(action_ids)})
    legs = lock_legs(session, list_legs_of(session, action_ids), at)
    catch_up(session, legs, at)
    free(session, legs, action_ids, at)
    session.execute(_EMPTY, {"ids": list(action_ids)})
    session.execute(_EMPTY_CLAIMS, {"ids": list(action_ids)})
    offer(session, legs, at)
