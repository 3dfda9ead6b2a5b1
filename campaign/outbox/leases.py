"""What a worker does with messages it has claimed: begin, settle, put back; and what becomes of expired leases.

Each statement carries the claim's fencing token: a worker that was too slow, or whose message was withdrawn
meanwhile, changes nothing. A row whose lease ran out keeps its token while it is `unknown`, so that the late answer of
a worker that was merely slow still tells the truth. That the provider took a mail is true whoever holds the lease: it
is written down without a token, and stops every repeat.

`attempts` counts how often a message was begun, `blind_count` how many of these ended so that nobody knows whether the
mail went; the rule that sends it again is in `repeats`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.outbox.claims import LEASE_SECONDS
from campaign.outbox.sql import STOPPED


@dataclass(frozen=True)
class Outcome:
    """What became of one message in this attempt.

    `state` is the new state; `due` means again, after `retry_seconds`, and with 0 at its old place in the queue.
    """

    id: int
    state: str
    provider_id: str | None = None
    reason: str | None = None
    retry_seconds: float = 0.0


# What a switch stopped since the claim does not begin. Its streams are few, and each is looked at once.
_STOPPED = f"""stopped AS MATERIALIZED (
    SELECT m.stream FROM outbox_turns m WHERE m.stream = ANY(ARRAY(
        SELECT DISTINCT stream FROM outbox_messages WHERE id = ANY(CAST(:begin_ids AS bigint[])))) AND {STOPPED})
"""  # noqa: S608 - a constant
_BEGIN = """
    UPDATE outbox_messages
    SET begun_at = clock_timestamp(), attempts = attempts + 1, lease_until = now() + make_interval(secs => :lease)
    WHERE id = ANY(CAST(:begin_ids AS bigint[])) AND lease_token = :token AND state = 'sending'
      AND stream <> ALL(ARRAY(SELECT stream FROM stopped))
    RETURNING id
"""

# Whoever was told by the provider that it took the mail knows more than any lease: `is_taken` needs no token. A late
# answer that it was not taken takes back the blind ending that the expired lease was counted as.
_SETTLE = """
    UPDATE outbox_messages m
    SET state = CASE WHEN m.state IN ('due', 'held', 'sending', 'unknown') THEN o.state ELSE m.state END,
        held_reason = NULL,
        provider_id = CASE WHEN NOT m.is_high_safety THEN coalesce(o.provider_id, m.provider_id) END,
        reason = CASE WHEN m.state IN ('due', 'held', 'sending', 'unknown') THEN o.reason ELSE m.reason END,
        blind_count = m.blind_count
            + CASE WHEN o.state = 'unknown' AND m.state = 'sending' THEN 1
                   WHEN o.state <> 'unknown' AND m.state = 'unknown' AND m.blind_count > 0 THEN -1 ELSE 0 END,
        sent_at = CASE WHEN o.state = 'sent' THEN coalesce(m.sent_at, clock_timestamp()) ELSE m.sent_at END,
        settled_at = CASE WHEN o.state = 'due' THEN NULL ELSE clock_timestamp() END,
        available_at = CASE WHEN o.state = 'due' AND o.retry_seconds > 0
                            THEN now() + make_interval(secs => o.retry_seconds) ELSE m.available_at END,
        begun_at = CASE WHEN o.state = 'due' THEN NULL ELSE m.begun_at END,
        lease_token = CASE WHEN o.state = 'unknown' THEN m.lease_token END,
        lease_until = NULL
    FROM unnest(CAST(:ids AS bigint[]), CAST(:states AS text[]), CAST(:provider_ids AS text[]),
                CAST(:reasons AS text[]), CAST(:retries AS double precision[]))
        AS o (id, state, provider_id, reason, retry_seconds)
    WHERE m.id = o.id AND (
        (m.lease_token = :token AND (m.state IN ('sending', 'unknown') OR o.state = 'sent'))
        OR (o.provider_id IS NOT NULL AND m.state IN ('due', 'held', 'sending', 'unknown')))
"""

_BEGIN_ONLY, _SETTLE_ONLY = text(f"WITH {_STOPPED} {_BEGIN}"), text(_SETTLE)
# Never the same row in both halves: what is settled was begun by an earlier commit.
_SETTLE_AND_BEGIN = text(f"WITH settled AS ({_SETTLE}), {_STOPPED}, begun AS ({_BEGIN}) SELECT id FROM begun")  # noqa: S608 - constants


def begin(session: Session, token: UUID, ids: Sequence[int], *, lease_seconds: int = LEASE_SECONDS) -> frozenset[int]:
    """Write down that the next attempt of these messages begins; returns the ids that are still ours to send.

    Those that a switch stopped since they were claimed are not: settle them as due.

    The commit of this must come before the first byte is written, and holds no more letters than there are connections.
    """
    return advance(session, token, (), ids, lease_seconds=lease_seconds)


def settle(session: Session, token: UUID, outcomes: Sequence[Outcome]) -> None:
    """Write down what became of messages; an event that came before us and knows more is not overwritten."""
    advance(session, token, outcomes, ())


def advance(
    session: Session,
    token: UUID,
    outcomes: Sequence[Outcome],
    ids: Sequence[int],
    *,
    lease_seconds: int = LEASE_SECONDS,
) -> frozenset[int]:
    """Settle some messages and begin others of the same claim in one statement; see `settle` and `begin`."""
    settling = {
        "token": token,
        "ids": [outcome.id for outcome in outcomes],
        "states": [outcome.state for outcome in outcomes],
        "provider_ids": [outcome.provider_id for outcome in outcomes],
        "reasons": [outcome.reason for outcome in outcomes],
        "retries": [float(outcome.retry_seconds) for outcome in outcomes],
    }
    beginning = {"token": token, "begin_ids": list(ids), "lease": lease_seconds}
    if not ids:
        if outcomes:
            session.execute(_SETTLE_ONLY, settling)
        return frozenset()
    if not outcomes:
        return frozenset(session.execute(_BEGIN_ONLY, beginning).scalars())
    return frozenset(session.execute(_SETTLE_AND_BEGIN, settling | beginning).scalars())


_RENEW = text(
    """
    UPDATE outbox_messages SET lease_until = now() + make_interval(secs => :lease)
    WHERE id = ANY(CAST(:ids AS bigint[])) AND lease_token = :token AND state = 'sending'
    """
)


def renew(session: Session, token: UUID, ids: Sequence[int], *, lease_seconds: int = LEASE_SECONDS) -> None:
    """Keep messages for another lease, while a refused call is taken apart."""
    session.execute(_RENEW, {"ids": list(ids), "token": token, "lease": lease_seconds})


_RECOVER = text(
    """
    UPDATE outbox_messages m
    SET state = CASE WHEN r.is_again THEN 'due' ELSE 'unknown' END,
        blind_count = m.blind_count + CASE WHEN r.is_again THEN 0 ELSE 1 END,
        reason = CASE WHEN r.is_again THEN NULL ELSE 'the worker did not come back' END,
        available_at = CASE WHEN r.is_again THEN now() ELSE m.available_at END,
        lease_token = CASE WHEN r.is_again THEN NULL ELSE m.lease_token END,
        settled_at = CASE WHEN r.is_again THEN NULL ELSE now() END,
        lease_until = NULL
    FROM (
        SELECT id, begun_at IS NULL AS is_again
        FROM outbox_messages WHERE state = 'sending' AND lease_until < now()
        ORDER BY id LIMIT 10000 FOR UPDATE SKIP LOCKED
    ) r
    WHERE m.id = r.id
    RETURNING m.state
    """
)


def recover(session: Session) -> Mapping[str, int]:
    """Take back messages whose lease ran out; returns state → number.

    Not begun: due again. Begun: `unknown`, for nobody knows whether it went.
    """
    found: dict[str, int] = {}
    for state in session.execute(_RECOVER).scalars():
        found[state] = found.get(state, 0) + 1
    return found


@dataclass(frozen=True)
class News:
    """What the provider tells about a message: a state it has reached, and why."""

    message_id: int
    state: str
    reason: str | None = None


_FOLLOW = text(
    """
    WITH news AS (
        SELECT DISTINCT ON (id) id, state, reason
        FROM unnest(CAST(:ids AS bigint[]), CAST(:states AS text[]), CAST(:reasons AS text[])) AS n (id, state, reason)
        ORDER BY id, array_position(CAST(:ladder AS text[]), state) DESC, reason
    ), target AS MATERIALIZED (
        SELECT m.id, n.state, n.reason FROM outbox_messages m JOIN news n ON n.id = m.id
        WHERE m.attempts > 0
          AND coalesce(array_position(CAST(:ladder AS text[]), m.state), 0)
              < array_position(CAST(:ladder AS text[]), n.state)
        ORDER BY m.id FOR UPDATE OF m
    )
    UPDATE outbox_messages m
    SET state = t.state, reason = t.reason, held_reason = NULL, lease_until = NULL,
        sent_at = coalesce(m.sent_at, now()), settled_at = now()
    FROM target t WHERE m.id = t.id
    RETURNING m.id
    """
)

LADDER = ("sent", "delivered", "dropped", "bounced", "complained")
"""What outranks what, whatever comes first. Source: docs/delivery.md, "Late events"."""


def follow(session: Session, news: Sequence[News]) -> int:
    """Move messages up the ladder by what the provider told; news that say less than is known change nothing.

    A message that never began is left alone. Returns how many moved.
    """
    if not news:
        return 0
    rows = session.execute(
        _FOLLOW,
        {
            "ids": [one.message_id for one in news],
            "states": [one.state for one in news],
            "reasons": [one.reason for one in news],
            "ladder": list(LADDER),
        },
    )
    return len(rows.all())
