"""How mailboxes that get letters stand: what waits for each, and why one is held."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import text
from sqlalchemy.orm import Session

RETURNED: Mapping[str, str] = MappingProxyType({"bounce": "mailbox bounced", "spamreport": "mailbox complained"})
"""By what the provider tells of a mailbox: the reason that its letters are held for."""


@dataclass(frozen=True, slots=True)
class MailboxState:
    """How one company's mailbox stands. `queued`: letters that are due. `waiting`: for their writers' confirmation.

    `holds`: why it is held, in words of the code; those that hold all of a campaign or a lane are not told here.
    """

    queued: int
    waiting: int
    holds: tuple[str, ...]


NOTHING = MailboxState(0, 0, ())
"""How a mailbox stands that never got a letter."""

# By streams, which are few, as elsewhere; a mailbox that never got a letter has none.
_STATES = text("""
SELECT m.company_id, m.mailbox, sum(d.due)::bigint AS queued, sum(w.waiting)::bigint AS waiting
FROM outbox_turns m
CROSS JOIN LATERAL (
    SELECT count(*) AS due FROM outbox_messages WHERE state = 'due' AND stream = m.stream OFFSET 0) d
CROSS JOIN LATERAL (
    SELECT count(*) AS waiting FROM outbox_messages
    WHERE lane = 'letters' AND campaign_id = m.campaign_id AND company_id = m.company_id
      AND state = 'waiting' AND stream = m.stream OFFSET 0) w
WHERE m.lane = 'letters' AND m.company_id = ANY(CAST(:companies AS bigint[]))
GROUP BY m.company_id, m.mailbox
""")
_HOLDS = text("""
SELECT mailbox, company_id, reason FROM outbox_switches
WHERE is_hold AND mailbox = ANY(CAST(:mailboxes AS text[])) AND campaign_id IS NULL
  AND (until IS NULL OR until > now()) ORDER BY id
""")


def find_mailbox_states(session: Session, pairs: Sequence[tuple[int, str]]) -> dict[tuple[int, str], MailboxState]:
    """Return how mailboxes stand. `pairs`: company's id and (canonical) address; the same are the keys."""
    rows = session.execute(_STATES, {"companies": sorted({company for company, _ in pairs})})
    counts = {(row.company_id, row.mailbox): (int(row.queued), int(row.waiting)) for row in rows}
    holds: dict[str, list[tuple[int | None, str]]] = {}
    for row in session.execute(_HOLDS, {"mailboxes": sorted({mailbox for _, mailbox in pairs})}):
        holds.setdefault(row.mailbox, []).append((row.company_id, row.reason))
    return {
        (company, mailbox): MailboxState(
            *counts.get((company, mailbox), (0, 0)),
            tuple(reason for whose, reason in holds.get(mailbox, ()) if whose in (None, company)),
        )
        for company, mailbox in pairs
    }
