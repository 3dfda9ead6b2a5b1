"""Hold streams, now and later, and let them go on: of an organization, a campaign, a broadcast, a company, a mailbox.

::

    hold ─► one row ─► claims pass the streams over; what was claimed and has not begun does not begin
    unhold ─► no row ─► they go on, unless another hold still matches

Neither touches a message, nor waits for one, however many there are. What is due under a hold is *shown* as held
(`campaign.outbox.held_streams`).
"""

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.kernel.lanes import LaneName
from campaign.outbox.sql import changed

_SWITCH = text(
    """
    INSERT INTO outbox_switches (
        lane, organization_id, campaign_id, broadcast_id, company_id, mailbox, reason, is_hold, by_whom)
    VALUES (:lane, :organization_id, :campaign_id, :broadcast_id, :company_id, :mailbox, :reason, true, :by_whom)
    ON CONFLICT ON CONSTRAINT uq_outbox_switches_scope DO UPDATE SET is_hold = true, until = NULL
    """
)
_UNSWITCH = text(
    """
    DELETE FROM outbox_switches
    WHERE is_hold AND reason = :reason AND lane IS NOT DISTINCT FROM CAST(:lane AS text)
      AND organization_id IS NOT DISTINCT FROM CAST(:organization_id AS bigint)
      AND campaign_id IS NOT DISTINCT FROM CAST(:campaign_id AS bigint)
      AND broadcast_id IS NOT DISTINCT FROM CAST(:broadcast_id AS bigint)
      AND company_id IS NOT DISTINCT FROM CAST(:company_id AS bigint)
      AND mailbox IS NOT DISTINCT FROM CAST(:mailbox AS text)
    """
)


def hold(
    session: Session,
    *,
    reason: str,
    organization_id: int | None = None,
    campaign_id: int | None = None,
    broadcast_id: int | None = None,
    company_id: int | None = None,
    mailbox: str | None = None,
    lane: LaneName | None = "letters",
    by_whom: str = "system",
) -> None:
    """Hold the streams that match, now and later. Waiting messages stay waiting: their confirmation is still open.

    Args:
        session: the caller commits; from then on nothing of these streams begins.
        reason: a word such as ``"paused"``; `unhold` takes the same one.
        organization_id: with the next four: what is held; each that is given narrows it.
        campaign_id: of which campaign; 0 is what belongs to none.
        broadcast_id: of which broadcast.
        company_id: letters to which company.
        mailbox: letters to which mailbox.
        lane: of which lane; None: of every lane.
        by_whom: for the operator.

    Raises:
        ValueError: nothing says what to hold.
    """
    scope = _scope(
        lane,
        organization_id=organization_id,
        campaign_id=campaign_id,
        broadcast_id=broadcast_id,
        company_id=company_id,
        mailbox=mailbox,
    )
    session.execute(_SWITCH, {**scope, "reason": reason, "by_whom": by_whom})


def unhold(
    session: Session,
    *,
    reason: str,
    organization_id: int | None = None,
    campaign_id: int | None = None,
    broadcast_id: int | None = None,
    company_id: int | None = None,
    mailbox: str | None = None,
    lane: LaneName | None = "letters",
) -> None:
    """End the hold of exactly this scope and `reason`: its streams go on, unless another still matches them."""
    scope = _scope(
        lane,
        organization_id=organization_id,
        campaign_id=campaign_id,
        broadcast_id=broadcast_id,
        company_id=company_id,
        mailbox=mailbox,
    )
    session.execute(_UNSWITCH, {**scope, "reason": reason})


def _scope(lane: LaneName | None, **narrowed: int | str | None) -> dict[str, object]:
    if all(value is None for value in narrowed.values()):
        raise ValueError("say what to hold: an organization, a campaign, a broadcast, a company or a mailbox")
    return {"lane": lane, **narrowed}


# By id, in an order that everybody has; its index holds nothing else.
_FREE = text(
    """
    UPDATE outbox_messages SET state = 'due', held_reason = NULL, available_at = greatest(available_at, now())
    WHERE id = ANY(ARRAY(
        SELECT id FROM outbox_messages WHERE state = 'held' ORDER BY id LIMIT :most FOR UPDATE SKIP LOCKED))
    """
)


def free_written(session: Session, most: int = 10_000) -> int:
    """Let what the release before this one wrote down as held be due, which a hold stops just so; return how many."""
    return changed(session, _FREE, {"most": most})
