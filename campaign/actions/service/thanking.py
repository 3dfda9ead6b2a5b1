"""Writes once to whoever confirmed, when the visit is over: their number, and the one thing that can be done next.

Nothing of it is on the way of a confirmation: every few minutes the lately confirmed are found by their numbers, and
the outbox itself says who was written to. It is a receipt, so it needs no consent; it goes by the lane that a complaint
or an unsubscribing stops, behind every confirmation that somebody waits for. On a high-safety campaign nobody gets one:
the address is gone.
"""

from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.actions.tokens import JOURNEY_SECONDS
from campaign.campaigns.models import TAKING_PART
from campaign.kernel.clock import now
from campaign.outbox.commands import NewMessage
from campaign.outbox.service import append

THANKS = "actions.thanks"

THANK_AFTER = timedelta(seconds=JOURNEY_SECONDS)
"""By then it is known whether the visit went on to the next step."""

THANK_WITHIN = timedelta(hours=6)
"""After a longer standstill a receipt is no news."""

# Numbers are given in the order of confirmation: a campaign's newest are walked from the first that is too old. Some
# old ones may stand among them (released from review), so the walk begins a hundred before it.
_DUE = text("""
SELECT a.id, a.person_id, a.campaign_id, c.organization_id FROM campaigns c CROSS JOIN LATERAL (
    SELECT id, person_id, campaign_id, confirmed_at, is_made_up FROM actions
    WHERE campaign_id = c.id AND state = 'confirmed' AND is_counted AND number > coalesce((
        SELECT number FROM actions WHERE campaign_id = c.id AND state = 'confirmed' AND is_counted
          AND confirmed_at < :earliest ORDER BY number DESC OFFSET 100 LIMIT 1), 0)
) a
WHERE c.status = ANY(:taking_part) AND NOT c.is_high_safety AND NOT a.is_made_up AND a.person_id IS NOT NULL
  AND a.confirmed_at BETWEEN :earliest AND :latest
  AND NOT EXISTS (SELECT FROM outbox_messages m WHERE m.action_id = a.id AND m.topic = :topic)
ORDER BY a.id LIMIT :most
""")


def thank(session: Session, most: int = 2000) -> int:
    """Append the thanks that are due, at most `most`; return how many."""
    at = now()
    values = {"earliest": at - THANK_WITHIN, "latest": at - THANK_AFTER, "taking_part": list(TAKING_PART)}
    rows = session.execute(_DUE, {**values, "topic": THANKS, "most": most}).all()
    messages = [NewMessage.about_action(row, lane="bulk", topic=THANKS) for row in rows]
    append(session, messages)
    return len(messages)
