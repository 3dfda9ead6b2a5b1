"""Subscriptions, many at once: the spine stores the action; once it is confirmed, its consent is a fact like any other.

asked ─► waiting ─confirm─► the consent holds (`campaign.actions.service.flowing`) ─withdraw─► it is taken back
└─ an older one with the same organization goes into this one
"""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.actions.commands import Recorded, TakeAction
from campaign.actions.service.merging import supersede
from campaign.actions.service.recording import record
from campaign.campaigns.models import PUBLIC
from campaign.people.stopping import agree, stop

KIND = "subscription"

# Of several with one organization the one that came last stands: it has the words that were agreed to last.
_OLDER = text("""
WITH theirs AS (
    SELECT DISTINCT a.person_id, c.organization_id FROM actions a JOIN campaigns c ON c.id = a.campaign_id
    WHERE a.id = ANY(:ids) AND a.person_id IS NOT NULL
), standing AS (
    SELECT a.id, max(a.id) OVER (PARTITION BY t.person_id, t.organization_id) AS last
    FROM theirs t JOIN actions a ON a.person_id = t.person_id
    JOIN campaigns c ON c.id = a.campaign_id AND c.organization_id = t.organization_id
    WHERE a.kind = :kind AND a.state = 'confirmed'
)
SELECT id, last FROM standing WHERE id <> last ORDER BY id
""")
# What never was confirmed was never agreed to.
_AGREED = text("""
SELECT DISTINCT a.person_id, c.organization_id, a.wording_id FROM actions a JOIN campaigns c ON c.id = a.campaign_id
WHERE a.id = ANY(:ids) AND a.person_id IS NOT NULL AND a.confirmed_at IS NOT NULL ORDER BY 1, 2, 3
""")


def subscribe(session: Session, commands: Sequence[TakeAction]) -> list[Recorded]:
    """Store who wants to hear from an organization; each waits until its mailed link is confirmed.

    A campaign that is paused, won or closed takes them, too: they are about who leads it.
    """
    recorded = record(session, commands, taken_in=PUBLIC)
    settle(session, [one.action_id for one in recorded if one.outcome == "vouched" and one.is_new and one.action_id])
    return recorded


def settle(session: Session, action_ids: Sequence[int]) -> None:
    """Let one action stand for each person and organization: who subscribes again has subscribed once."""
    if action_ids:
        rows = session.execute(_OLDER, {"ids": list(action_ids), "kind": KIND})
        supersede(session, {row.id: row.last for row in rows})


def end(session: Session, action_ids: Sequence[int]) -> None:
    """Take back the consents that withdrawn subscriptions gave, and stop the organizations' mail."""
    for row in session.execute(_AGREED, {"ids": list(action_ids)}).all():
        stop(session, row.person_id, [row.organization_id], "my")


def give_back(session: Session, action_ids: Sequence[int]) -> None:
    """Agree again to what a withdrawing that is undone took back, in the same words."""
    for row in session.execute(_AGREED, {"ids": list(action_ids)}).all():
        agree(session, row.person_id, row.organization_id, row.wording_id, "my")
    settle(session, action_ids)
