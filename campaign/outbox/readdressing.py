"""A corrected address of an executive reaches the letters that have not been handed over."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.outbox.sql import changed

_OF_EXECUTIVE = """
    m.lane = 'letters' AND m.company_id = :company_id AND m.executive_id = :executive_id
    AND m.campaign_id = ANY(ARRAY(
        SELECT t.campaign_id FROM outbox_turns t
        WHERE t.lane = 'letters' AND t.company_id = :company_id AND t.mailbox = :old))
"""

_NEW_STREAMS = text(
    """
    INSERT INTO outbox_turns (stream, lane, organization_id, campaign_id, company_id, mailbox, domain)
    SELECT 'letters:' || campaign_id || ':' || company_id || ':' || CAST(:new AS text), 'letters', organization_id,
           campaign_id, company_id, :new, :domain
    FROM outbox_turns WHERE lane = 'letters' AND company_id = :company_id AND mailbox = :old ORDER BY campaign_id
    ON CONFLICT DO NOTHING
    """
)

_MOVE = text(
    f"""
    UPDATE outbox_messages m
    SET mailbox = :new, domain = :domain, lease_token = NULL, lease_until = NULL,
        stream = 'letters:' || m.campaign_id || ':' || m.company_id || ':' || CAST(:new AS text),
        state = CASE m.state WHEN 'waiting' THEN 'waiting' ELSE 'due' END, held_reason = NULL
    WHERE {_OF_EXECUTIVE} AND (m.state IN ('waiting', 'held', 'due') OR (m.state = 'sending' AND m.begun_at IS NULL))
    """  # noqa: S608 - joined from constants of this package
)


def readdress(session: Session, *, company_id: int, executive_id: int, old: str, new: str) -> int:
    """Let an executive's letters that have not been handed over follow a corrected address; returns how many.

    They take the new mailbox's pace and hours. What the old mailbox was held for holds them no more; any other hold
    does. Letters handed over keep the mailbox they went to: that is the record.
    """
    domain = new.rpartition("@")[2]
    values = {"company_id": company_id, "executive_id": executive_id, "old": old, "new": new, "domain": domain}
    session.execute(_NEW_STREAMS, values)
    return changed(session, _MOVE, values)
