"""Reads and writes claims while the rows of their legs are locked: the one place where places are counted.

Whoever gives out or frees anything locks the legs first, in the order of their ids, and reads after that, in a
statement of its own: one that waits for a lock would go on with what it saw before.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from campaign.events.capacity.pools import Pool, Pools
from campaign.events.resources import PLACE
from campaign.kernel.rowset import as_rows
from campaign.kernel.scattered import id_beside

_LOCK = text("""
SELECT l.id, l.event_id, l.starts_at, l.capacity, l.status, l.starts_at > :at AS is_ahead, e.offer_seconds, e.timezone
FROM event_legs l JOIN events e ON e.id = l.event_id WHERE l.id = ANY(:ids) ORDER BY l.id FOR NO KEY UPDATE OF l
""")

# The event's status is read here, and what a leg has besides places: these rows are not locked, and the statement above
# saw them as they were before it waited. Who changes them holds the leg's.
_TAKEN = text("""
SELECT l.id AS leg_id, e.status, k.resource,
       coalesce(sum(k.amount) FILTER (WHERE k.state = 'going' OR k.until > :at), 0) AS taken,
       coalesce(sum(k.amount) FILTER (WHERE k.state = 'held' AND k.until > :at), 0) AS held,
       coalesce(bool_or(k.until <= :at), false) AS is_overdue,
       (SELECT jsonb_object_agg(r.resource, r.capacity) FROM leg_resources r
        WHERE r.leg_id = l.id AND r.is_there) AS extras
FROM event_legs l JOIN events e ON e.id = l.event_id
LEFT JOIN rsvp_claims k ON k.leg_id = l.id AND k.state IN ('held', 'offered', 'going')
WHERE l.id = ANY(:ids) GROUP BY l.id, e.status, k.resource
""")

# Who lets an offer pass keeps their turn, once. With a place that is gone goes what waited for it.
_LAPSE = text("""
WITH over AS (
    SELECT id, action_id, leg_id, resource, state, passed_at FROM rsvp_claims
    WHERE leg_id = ANY(:ids) AND until <= :at
)
UPDATE rsvp_claims c SET until = NULL, passed_at = CASE WHEN c.state = 'offered' THEN :at ELSE c.passed_at END,
    state = CASE WHEN c.state = 'held' THEN 'asked' WHEN c.state = 'offered' AND c.passed_at IS NULL THEN 'queued'
                 ELSE 'gone' END
WHERE c.leg_id = ANY(:ids) AND (c.until <= :at OR c.state = 'queued' AND EXISTS (
    SELECT FROM over o WHERE o.action_id = c.action_id AND o.leg_id = c.leg_id AND o.resource = 'place'
    AND o.state = 'offered' AND o.passed_at IS NOT NULL))
RETURNING c.action_id, c.leg_id, c.state
""")

# Whose offer was over just now is asked again only where nobody else would have it. Who waits for anything else waits
# for a place first. The sum keeps to the index by action: while the table has no statistics yet, the planner would read
# all of the leg's claims for each that waits.
_QUEUE = text("""
SELECT c.id, c.action_id, c.leg_id, c.resource, c.amount FROM rsvp_claims c
WHERE c.leg_id = ANY(:ids) AND c.state = 'queued' AND (c.resource = 'place' OR EXISTS (
    SELECT FROM rsvp_claims p WHERE p.action_id = c.action_id AND p.leg_id + 0 = c.leg_id AND p.resource = 'place'
    AND p.state = 'going'))
ORDER BY coalesce(c.passed_at = :at, false), c.queued_at, c.id
""")

_WRITE = text("""
UPDATE rsvp_claims c SET state = u.state, amount = u.amount, until = u.until,
    queued_at = CASE WHEN u.state = 'queued' THEN coalesce(c.queued_at, :at) ELSE c.queued_at END
FROM json_to_recordset(CAST(:rows AS json)) AS u(id bigint, state text, amount int, until timestamptz)
WHERE c.id = u.id
""")

_FORGET_NETWORKS = text("UPDATE rsvps SET network_key = NULL WHERE network_key IS NOT NULL AND action_id = ANY(:ids)")

# From each mailbox to its few RSVPs and their claims: a leg that many ask for has thousands that are held.
_HOLDING = text("""
SELECT DISTINCT c.leg_id, r.signer_key FROM unnest(CAST(:keys AS bytea[])) AS k(key)
CROSS JOIN LATERAL (SELECT s.action_id, s.signer_key FROM rsvps s WHERE s.signer_key = k.key OFFSET 0) r
CROSS JOIN LATERAL (
    SELECT h.leg_id FROM rsvp_claims h WHERE h.action_id = r.action_id AND h.leg_id + 0 = ANY(:ids)
    AND h.resource = 'place' AND h.state = 'held' AND h.until > :at OFFSET 0) c
""")

LOCK = text("SELECT is_standing FROM rsvps WHERE action_id = ANY(:ids) ORDER BY action_id FOR UPDATE")
"""Taken before the legs, by whoever changes what stands: actions, RSVPs, legs is the order of all locks here."""

CLAIM_ID = id_beside("u.action_id", "rsvp_claims_id_seq")
"""The id of a claim, as its action's tells no order where nothing may (`u` has the action)."""

_ADD = text(f"""
INSERT INTO rsvp_claims (id, action_id, leg_id, resource, amount, state, queued_at)
SELECT {CLAIM_ID}, u.action_id, u.leg_id, u.resource, u.amount, u.state, CASE WHEN u.state = 'queued' THEN :at END
FROM json_to_recordset(CAST(:claims AS json))
    AS u(action_id bigint, leg_id bigint, resource text, amount int, state text)
ON CONFLICT (action_id, leg_id, resource) DO UPDATE SET amount = excluded.amount, state = excluded.state,
    until = NULL, passed_at = NULL, queued_at = excluded.queued_at
""")  # noqa: S608 - joined from constants

_OF_ACTIONS = text("""
SELECT c.id, c.action_id, c.leg_id, c.resource, c.amount, c.state, c.until, c.passed_at FROM rsvp_claims c
WHERE c.action_id = ANY(:ids) ORDER BY c.action_id, c.leg_id, c.resource <> 'place', c.id
""")

_LEGS_OF = text("""
SELECT DISTINCT leg_id FROM rsvp_claims WHERE action_id = ANY(:ids) ORDER BY leg_id
""")


@dataclass(frozen=True, slots=True)
class LockedLeg:
    """A leg whose places are counted and given out by this transaction alone. `pools` by resource.

    `is_overdue`: holds or offers on it are over, and nobody has said so yet. `starts_at`: in the zone of its event.
    """

    id: int
    event_id: int
    starts_at: datetime
    offer_seconds: int
    is_cancelled: bool
    is_overdue: bool
    pools: Pools


def lock_legs(session: Session, leg_ids: Iterable[int], at: datetime) -> dict[int, LockedLeg]:
    """Lock legs until the transaction ends, and count what is taken of them as of `at`; those that vanished are absent.

    Claims whose time is over count as free here, also where `lapse` has not yet said so.
    """
    ids = sorted(set(leg_ids))
    if not ids:
        return {}
    rows = session.execute(_LOCK, {"ids": ids, "at": at}).all()
    taken: dict[int, dict[str, Row[Any]]] = {}
    for row in session.execute(_TAKEN, {"ids": ids, "at": at}):
        taken.setdefault(row.leg_id, {})[row.resource or ""] = row
    return {row.id: _locked(row, taken[row.id]) for row in rows}


def _locked(leg: Row[Any], taken: Mapping[str, Row[Any]]) -> LockedLeg:
    event_status = next(iter(taken.values())).status
    is_open = leg.status == "open" and event_status == "published" and leg.is_ahead
    return LockedLeg(
        leg.id,
        leg.event_id,
        leg.starts_at.astimezone(ZoneInfo(leg.timezone)),
        leg.offer_seconds,
        is_cancelled="cancelled" in (leg.status, event_status),
        is_overdue=any(row.is_overdue for row in taken.values()),
        pools=_pools(leg, taken, is_open=is_open),
    )


def _pools(leg: Row[Any], taken: Mapping[str, Row[Any]], *, is_open: bool) -> Pools:
    capacities: dict[str, int | None] = {PLACE: leg.capacity, **(next(iter(taken.values())).extras or {})}
    gone = dict.fromkeys(taken.keys() - {*capacities, ""}, 0)  # taken of what is not there any more
    pools = Pools()
    for resource, capacity in (capacities | gone).items():
        row = taken.get(resource)
        pools[resource] = Pool(capacity, row.taken if row else 0, row.held if row else 0, is_open)
    return pools


def lapse(session: Session, leg_ids: Sequence[int], at: datetime) -> list[Row[Any]]:
    """End the holds and offers of locked legs whose time is over; return whose offers these were: action and leg."""
    over = session.execute(_LAPSE, {"ids": list(leg_ids), "at": at}).all()
    if let_go := sorted({row.action_id for row in over if row.state == "asked"}):
        session.execute(_FORGET_NETWORKS, {"ids": let_go})
    return [row for row in over if row.state != "asked"]


def find_holding(
    session: Session, leg_ids: Sequence[int], keys: Sequence[bytes], at: datetime
) -> set[tuple[int, bytes]]:
    """Return which of the mailboxes `keys` hold places unconfirmed on which of locked legs, as of `at`."""
    if not keys:
        return set()
    rows = session.execute(_HOLDING, {"ids": list(leg_ids), "keys": list(keys), "at": at})
    return {(row.leg_id, bytes(row.signer_key)) for row in rows}


def list_queue(session: Session, leg_ids: Sequence[int], at: datetime) -> list[Row[Any]]:
    """Return the claims that wait for something on locked legs, in the order of their turn as of `at`."""
    return list(session.execute(_QUEUE, {"ids": list(leg_ids), "at": at}))


def list_of_actions(session: Session, action_ids: Sequence[int]) -> list[Row[Any]]:
    """Return the claims of RSVPs, by leg; places before all else."""
    return list(session.execute(_OF_ACTIONS, {"ids": list(action_ids)}))


def list_legs_of(session: Session, action_ids: Sequence[int]) -> list[int]:
    """Return the legs that RSVPs ask something of."""
    return list(session.scalars(_LEGS_OF, {"ids": list(action_ids)}))


@dataclass(frozen=True, slots=True)
class Change:
    """A claim's new state. `until` belongs to `held` and `offered`."""

    id: int
    state: str
    amount: int
    until: datetime | None = None


def write(session: Session, changes: Sequence[Change], at: datetime) -> None:
    """Write the new states of claims on locked legs; who is queued for the first time is queued as of `at`."""
    if changes:
        rows = [{"id": c.id, "state": c.state, "amount": c.amount, "until": c.until} for c in changes]
        session.execute(_WRITE, {"rows": as_rows(rows), "at": at})


def add(session: Session, claims: Sequence[Mapping[str, object]], at: datetime) -> None:
    """Add claims (`action_id`, `leg_id`, `resource`, `amount`, `state`), or bring back those that were gone."""
    if claims:
        session.execute(_ADD, {"claims": as_rows(claims), "at": at})


def free(session: Session, legs: Mapping[int, LockedLeg], action_ids: Sequence[int], at: datetime) -> None:
    """End all claims of RSVPs; what they had of locked legs is left again."""
    if not action_ids:
        return
    ended = []
    for claim in list_of_actions(session, action_ids):
        if claim.state in ("held", "offered", "going"):
            legs[claim.leg_id].pools[claim.resource].give_back(claim.amount)
        if claim.state != "gone":
            ended.append(Change(claim.id, "gone", claim.amount))
    write(session, ended, at)
