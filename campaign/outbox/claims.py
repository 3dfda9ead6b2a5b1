"""Claim due messages for one worker: lease, switches, pace and fairness are decided in the same statement.

Organizations take turns: the first message of each, then the second of each…; ties go to the one that was served
longest ago. In each of them its streams do the same: its campaigns, and each broadcast by itself. Letters also need a
free place in the pace of their mailbox and of their mail domain (GCRA: a place is free when the slot's theoretical
arrival time is at most `BURST_SECONDS` ahead), and their mailbox's office hours.

Two claims at once never take the same row (`SKIP LOCKED`), nor the same pace twice (the slots are locked first; who
finds them locked takes nothing and asks again).

The plans hold whatever the table's statistics say (ADR 0025): the oldest due rows of each stream come from one walk of
the index of due rows, and each is then looked up by its key, never joined with the table.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.kernel.lanes import LaneName
from campaign.outbox.sql import DUE, HAS_DUE, IS_OPEN, STOPPED, go_by_index

BURST_SECONDS = 1.0
"""How far ahead of its pace a mailbox may be served; at 30 an hour that is one letter, at very high paces a batch."""

LEASE_SECONDS = 60
"""Longer than one call may take (connect 5 s, read 30 s); a worker that dies gives its rows back after this time."""

JITTER = 0.25
"""Source: docs/delivery.md, "Pace": the space between two letters varies by ± 25 %."""


@dataclass(frozen=True)
class ClaimedMessage:
    """A message that is ours until its lease ends."""

    id: int
    public_id: UUID
    lane: LaneName
    topic: str
    campaign_id: int | None
    organization_id: int | None
    action_id: int | None
    person_id: int | None
    recipient_key: bytes | None
    payload: dict[str, Any]
    attempts: int


@dataclass(frozen=True)
class Claim:
    """Messages claimed together, and the fencing token that proves they are still ours."""

    token: UUID
    messages: tuple[ClaimedMessage, ...]


# Taken by key: a plan that joined the claimed rows with the table would be chosen by statistics, which may be of a time
# when nothing was due.
_TAKE = """
    , served AS (
        UPDATE outbox_turns SET served_at = clock_timestamp()
        WHERE stream = ANY(ARRAY(
            SELECT stream FROM outbox_turns WHERE stream = ANY(ARRAY(SELECT DISTINCT stream FROM locked))
            FOR UPDATE SKIP LOCKED))
    )
    UPDATE outbox_messages m
    SET state = 'sending', lease_token = :token, lease_until = now() + make_interval(secs => :lease), begun_at = NULL,
        reason = NULL
    WHERE m.id = ANY(ARRAY(SELECT id FROM locked))
    RETURNING m.id, m.public_id, m.lane, m.topic, m.campaign_id, m.organization_id, m.action_id, m.person_id,
              m.recipient_key, m.payload, m.attempts
"""

# One row by its key, locked and looked at once more. The state is written so that the planner cannot serve it from the
# index of due rows: where statistics say that next to nothing is due, it would walk that whole index for each row.
_LOCKED = """
    CROSS JOIN LATERAL (
        SELECT o.id FROM outbox_messages o WHERE o.id = c.id AND o.state || '' = 'due' FOR UPDATE SKIP LOCKED) o
    LIMIT :limit
"""

# How many of a stream's messages are looked at: twice its share of the claim, as half may be in another's hands, and a
# tenth of the claim at least, so that one long queue among many short ones still fills calls. Organizations share the
# claim, and the streams of each its part.
_REACHING = """reaching AS MATERIALIZED (
        SELECT r.*, greatest(CAST(:limit AS bigint) / 10, ceil(2.0 * CAST(:limit AS bigint) / (
                   (SELECT count(DISTINCT organization_id) FROM ready) * count(*) OVER (PARTITION BY organization_id))
               )) AS reach
        FROM ready r
    )"""

# A stream's oldest due rows, numbered from the oldest: its index has them in that order.
_OLDEST = f"""
            SELECT o.id, row_number() OVER (ORDER BY o.available_at, o.id) AS place
            FROM outbox_messages o WHERE o.stream = r.stream AND {DUE} ORDER BY o.available_at, o.id"""  # noqa: S608

_CLAIM = text(
    f"""
    WITH ready AS MATERIALIZED (
        SELECT m.stream, m.organization_id, m.served_at,
               max(m.served_at) OVER (PARTITION BY m.organization_id) AS organization_served_at
        FROM outbox_turns m WHERE m.lane = :lane AND NOT {STOPPED} AND {HAS_DUE}
    ), {_REACHING}, candidates AS MATERIALIZED (
        SELECT d.id, r.stream, r.organization_served_at,
               row_number() OVER (PARTITION BY r.organization_id ORDER BY d.place, r.served_at, d.id) AS turn
        FROM reaching r CROSS JOIN LATERAL ({_OLDEST} LIMIT r.reach) d
    ), locked AS MATERIALIZED (
        SELECT c.id, c.stream FROM (SELECT * FROM candidates ORDER BY turn, organization_served_at, id) c {_LOCKED}
    ) {_TAKE}
    """  # noqa: S608 - joined from constants of this package
)

# `budget` is how many letters a slot allows at this moment.
_SLOT = """
    SELECT p.key, p.next_at, 3600.0 / p.per_hour AS spacing,
           1 + floor(extract(epoch FROM now() + make_interval(secs => :burst) - greatest(p.next_at, now()))
                     * p.per_hour / 3600.0) AS budget
    FROM pace_slots p
    WHERE p.next_at <= now() + make_interval(secs => :burst)
"""

# Slots are found by an array of their keys: as a join, with statistics of a time when there were few, every slot was
# compared with every stream.
# A mailbox's places are shared by organizations, the longest unserved there first, and in each by its campaigns; then
# the domain's; then what fits into the claim is shared as in any other lane.
_CLAIM_LETTERS = text(
    f"""
    WITH ready AS MATERIALIZED (
        SELECT m.stream, m.organization_id, 'mailbox:' || m.mailbox AS mailbox, 'domain:' || m.domain AS domain,
               m.served_at, max(m.served_at) OVER (PARTITION BY m.organization_id) AS organization_served_at,
               max(m.served_at) OVER (PARTITION BY m.mailbox, m.organization_id) AS served_there_at
        FROM outbox_turns m WHERE m.lane = :lane AND NOT {STOPPED} AND {HAS_DUE}
    ), {_REACHING}, domains AS MATERIALIZED (
        {_SLOT} AND p.key = ANY(ARRAY(SELECT DISTINCT domain FROM ready)) ORDER BY p.key FOR UPDATE SKIP LOCKED
    ), mailboxes AS MATERIALIZED (
        {_SLOT} AND {IS_OPEN}
        AND p.key = ANY(ARRAY(SELECT DISTINCT r.mailbox FROM ready r JOIN domains d ON d.key = r.domain))
        ORDER BY p.key FOR UPDATE SKIP LOCKED
    ), candidates AS MATERIALIZED (
        SELECT d.id, r.stream, r.organization_id, r.mailbox, r.domain, r.served_at, r.organization_served_at,
               r.served_there_at, b.budget AS mailbox_budget, e.budget AS domain_budget,
               row_number() OVER (
                   PARTITION BY r.mailbox, r.organization_id ORDER BY d.place, r.served_at, d.id) AS place
        FROM reaching r JOIN mailboxes b ON b.key = r.mailbox JOIN domains e ON e.key = r.domain
        CROSS JOIN LATERAL ({_OLDEST} LIMIT CAST(least(b.budget, e.budget, r.reach) AS bigint)) d
    ), in_mailbox AS (
        SELECT *, row_number() OVER (PARTITION BY mailbox ORDER BY place, served_there_at, id) AS nth FROM candidates
    ), in_domain AS MATERIALIZED (
        SELECT *, row_number() OVER (PARTITION BY domain ORDER BY nth, served_there_at, id) AS nth_of_domain
        FROM in_mailbox WHERE nth <= mailbox_budget
    ), allowed AS MATERIALIZED (
        SELECT *, row_number() OVER (PARTITION BY organization_id ORDER BY place, served_at, id) AS turn
        FROM in_domain WHERE nth_of_domain <= domain_budget
    ), locked AS MATERIALIZED (
        SELECT c.id, c.stream, c.mailbox AS mailbox_key, c.domain AS domain_key
        FROM (SELECT * FROM allowed ORDER BY turn, organization_served_at, id) c {_LOCKED}
    ), used AS (
        SELECT key, count(*) AS letters FROM (
            SELECT mailbox_key AS key FROM locked UNION ALL SELECT domain_key FROM locked) k GROUP BY key
    ), paced AS (
        UPDATE pace_slots p
        SET next_at = greatest(p.next_at, now()) + make_interval(
            secs => u.letters * 3600.0 / p.per_hour * (1 + :jitter * (2 * random() - 1)))
        FROM used u WHERE p.key = u.key
    ) {_TAKE}
    """  # noqa: S608 - joined from constants of this package
)


def claim(
    session: Session, lane: LaneName, limit: int, *, lease_seconds: int = LEASE_SECONDS, at: datetime | None = None
) -> Claim:
    """Take up to `limit` messages of `lane` whose time has come, for `lease_seconds`; the caller commits at once.

    Letters are claimed by their pace; their office hours are judged at the instant `at` (None: now).
    Returns an empty claim where nothing may go now.
    """
    go_by_index(session)
    token = uuid4()
    values: dict[str, object] = {"lane": lane, "limit": limit, "token": token, "lease": lease_seconds}
    if lane == "letters":
        rows = session.execute(_CLAIM_LETTERS, values | {"burst": BURST_SECONDS, "jitter": JITTER, "at": at})
    else:
        rows = session.execute(_CLAIM, values)
    return Claim(token, tuple(ClaimedMessage(*row) for row in rows))
