"""Writes once to whoever confirmed, within seconds: their number, a link to share, and what can be done next.

Nothing of it is on the way of a confirmation: a job looks every few seconds. A campaign's numbers are given in the
order of its commits, because the tally's row is locked from the number to the commit; so whoever sees a number sees all
before it, and one mark for each campaign says how far its receipts have come:

    1 … mark │ mark + 1 … last number
      passed │ a batch: looked at once, in this order

What one press confirmed in several campaigns has one receipt: the first of them bears it, and it names the others.
Messages and mark are written in one transaction, so each is written to once, whatever dies when. What has gone
meanwhile, is too old, or was confirmed long ago and released from review today, is passed by.

It is a receipt, so it needs no consent; it goes by a lane of its own, which a complaint or an unsubscribing stops:
behind every confirmation that somebody waits for, and behind no broadcast. On a high-safety campaign nobody gets one:
the address is gone.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from campaign.campaigns.models import TAKING_PART
from campaign.kernel.clock import now
from campaign.kernel.periodic import Batch
from campaign.outbox.commands import NewMessage
from campaign.outbox.service import append

THANKS = "actions.thanks"

THANK_WITHIN = timedelta(hours=6)
"""After a longer standstill a receipt is no news."""

_MOST_CAMPAIGNS = 20

# A campaign that has no mark yet: what it had confirmed at the end of a day before the six hours began cannot be more
# than the last number given by then. So an installation that upgrades does not walk through its years.
_MAKE_MARKS = text("""
INSERT INTO receipt_marks (campaign_id, number)
SELECT t.campaign_id, coalesce((
    SELECT d.confirmed FROM campaign_days d
    WHERE d.campaign_id = t.campaign_id AND d.day < (CAST(:earliest AS timestamptz) AT TIME ZONE 'UTC')::date
    ORDER BY d.day DESC LIMIT 1), 0)
FROM campaign_tallies t WHERE NOT EXISTS (SELECT FROM receipt_marks m WHERE m.campaign_id = t.campaign_id)
ORDER BY t.campaign_id ON CONFLICT DO NOTHING
""")

# The marks behind which somebody is due, locked; what is behind them is read after that, in a statement of its own.
_LOCK_MARKS = text("""
SELECT m.campaign_id, m.number, c.organization_id
FROM receipt_marks m JOIN campaigns c ON c.id = m.campaign_id
WHERE c.status = ANY(:taking_part) AND NOT c.is_high_safety AND (
    SELECT a.number FROM actions a
    WHERE a.campaign_id = m.campaign_id AND a.state = 'confirmed' AND a.is_counted AND a.number > m.number
    ORDER BY a.number LIMIT 1) IS NOT NULL
ORDER BY m.campaign_id LIMIT :campaigns FOR UPDATE OF m SKIP LOCKED
""")

# Who has a receipt, and what else their person confirmed, is asked for each by itself (`OFFSET` keeps it so): one of
# the release before this one, which knew no marks, or of a mark that an older copy of the tables brought back.
_WALK = text("""
SELECT a.*, u.organization_id, EXISTS (
    SELECT FROM outbox_messages m WHERE m.action_id = a.id AND m.topic = :topic OFFSET 0) AS is_thanked,
    EXISTS (
        SELECT FROM (
            SELECT id, campaign_id, state, is_counted, confirmed_at FROM actions
            WHERE person_id = a.person_id OFFSET 0) o
        JOIN campaigns c ON c.id = o.campaign_id
        WHERE o.confirmed_at = a.confirmed_at AND o.id < a.id AND o.state = 'confirmed' AND o.is_counted
          AND c.status = ANY(:taking_part) OFFSET 0) AS is_named_by_another
FROM unnest(CAST(:campaigns AS bigint[]), CAST(:numbers AS bigint[]), CAST(:organizations AS bigint[]))
    AS u(campaign_id, number, organization_id)
CROSS JOIN LATERAL (
    SELECT id, person_id, campaign_id, number, confirmed_at, is_made_up FROM actions
    WHERE campaign_id = u.campaign_id AND state = 'confirmed' AND is_counted AND number > u.number
    ORDER BY number LIMIT :most
) a
ORDER BY a.campaign_id, a.number
""")

_MOVE_MARKS = text("""
UPDATE receipt_marks m SET number = u.number
FROM unnest(CAST(:campaigns AS bigint[]), CAST(:numbers AS bigint[])) AS u(campaign_id, number)
WHERE m.campaign_id = u.campaign_id
""")


def thank(session: Session, most: int = 2000) -> Batch:
    """Append the receipts that are due of `most` confirmed actions, or a few more.

    Returns how many actions were passed, and how many receipts that made; none passed: nothing is due.
    """
    earliest = now() - THANK_WITHIN
    session.execute(_MAKE_MARKS, {"earliest": earliest})
    taking_part = list(TAKING_PART)
    marks = session.execute(_LOCK_MARKS, {"taking_part": taking_part, "campaigns": _MOST_CAMPAIGNS}).all()
    if not marks:
        return Batch(0, 0)
    rows = session.execute(
        _WALK,
        {
            "campaigns": [mark.campaign_id for mark in marks],
            "numbers": [mark.number for mark in marks],
            "organizations": [mark.organization_id for mark in marks],
            "taking_part": taking_part,
            "topic": THANKS,
            "most": -(-most // len(marks)),
        },
    ).all()
    due = [row for row in rows if _is_due(row, earliest)]
    append(session, [NewMessage.about_action(row, lane="receipts", topic=THANKS) for row in due])
    _move_marks(session, rows)
    return Batch(len(rows), len(due))


def _is_due(row: Row[Any], earliest: datetime) -> bool:
    is_settled = row.is_made_up or row.is_thanked or row.is_named_by_another
    return row.person_id is not None and not is_settled and row.confirmed_at >= earliest


def _move_marks(session: Session, rows: Sequence[Row[Any]]) -> None:
    passed = {row.campaign_id: row.number for row in rows}
    session.execute(_MOVE_MARKS, {"campaigns": list(passed), "numbers": list(passed.values())})
