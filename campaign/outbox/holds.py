"""Hold messages, now and later, and let them go on: of a campaign, to a company, to a mailbox.

::

    hold ─► switch ─► due messages become `held`; ones that become due meanwhile start as held
    unhold ─► no switch ─► what was held for that reason becomes due, unless another hold still matches

A message that becomes due while its hold is being *written* may be missed: the ticker's `hold_stopped` finds it, and
the claim passes it over all the same. One that becomes due while its hold is being *lifted* is not missed: its
transaction has the hold's row locked (`HOLDS … FOR SHARE`), so that `unhold` waits for it and then sees it.
"""

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.kernel.lanes import LaneName
from campaign.outbox.sql import HOLDS, SET_DUE_OR_HELD, changed

# By streams, so that what is due or held of them is found by an index, whatever else is in the queue.
_STREAMS = """ANY(ARRAY(
    SELECT t.stream FROM outbox_turns t
    WHERE t.lane = :lane AND (CAST(:campaign_id AS bigint) IS NULL OR t.campaign_id = :campaign_id)
      AND (CAST(:company_id AS bigint) IS NULL OR t.company_id = :company_id)
      AND (CAST(:mailbox AS text) IS NULL OR t.mailbox = :mailbox)))
"""
_SET_HELD = "SET state = 'held', held_reason = :reason, lease_token = NULL, lease_until = NULL"

_HOLD_DUE = text(f"UPDATE outbox_messages {_SET_HELD} WHERE state = 'due' AND stream = {_STREAMS}")
# After the due ones: a claim commits due rows as sending, never the other way round before it began.
_HOLD_CLAIMED = text(
    f"UPDATE outbox_messages {_SET_HELD} WHERE state = 'sending' AND begun_at IS NULL AND stream = {_STREAMS}"
)

_SWITCH = text(
    """
    INSERT INTO outbox_switches (lane, campaign_id, company_id, mailbox, reason, is_hold, by_whom)
    VALUES (:lane, :campaign_id, :company_id, :mailbox, :reason, true, :by_whom)
    ON CONFLICT ON CONSTRAINT uq_outbox_switches_scope DO UPDATE SET is_hold = true, until = NULL
    """
)


def hold(
    session: Session,
    *,
    reason: str,
    campaign_id: int | None = None,
    company_id: int | None = None,
    mailbox: str | None = None,
    lane: LaneName = "letters",
    by_whom: str = "system",
) -> int:
    """Hold what matches, now and later: due messages become held, and ones that become due meanwhile start as held.

    `reason` is a word such as ``"paused"``; `unhold` takes the same one.

    Returns the number of messages moved. Waiting messages stay waiting: their confirmation is still open.
    """
    if campaign_id is None and company_id is None and mailbox is None:
        raise ValueError("say what to hold: a campaign, a company or a mailbox")
    scope = {"lane": lane, "campaign_id": campaign_id, "company_id": company_id, "mailbox": mailbox, "reason": reason}
    session.execute(_SWITCH, {**scope, "by_whom": by_whom})
    return changed(session, _HOLD_DUE, scope) + changed(session, _HOLD_CLAIMED, scope)


_UNSWITCH = text(
    """
    DELETE FROM outbox_switches
    WHERE is_hold AND lane = :lane AND reason = :reason
      AND campaign_id IS NOT DISTINCT FROM CAST(:campaign_id AS bigint)
      AND company_id IS NOT DISTINCT FROM CAST(:company_id AS bigint)
      AND mailbox IS NOT DISTINCT FROM CAST(:mailbox AS text)
    """
)

_UNHOLD = text(
    f"""
    UPDATE outbox_messages m {SET_DUE_OR_HELD}
    WHERE m.state = 'held' AND m.held_reason = :reason AND m.stream = {_STREAMS}
    """
)


def unhold(
    session: Session,
    *,
    reason: str,
    campaign_id: int | None = None,
    company_id: int | None = None,
    mailbox: str | None = None,
    lane: LaneName = "letters",
) -> int:
    """End a hold: what was held for `reason` becomes due, unless another hold still matches it.

    Waits for whoever is writing down a message as held by it.

    Returns the number of messages looked at.
    """
    scope = {"lane": lane, "campaign_id": campaign_id, "company_id": company_id, "mailbox": mailbox, "reason": reason}
    session.execute(_UNSWITCH, scope)
    return changed(session, _UNHOLD, scope)


_SWEEP = text(
    f"""
    UPDATE outbox_messages m {SET_DUE_OR_HELD}
    WHERE m.state = 'due' AND m.stream = ANY(ARRAY(
        SELECT m.stream FROM outbox_turns m WHERE EXISTS ({HOLDS})))
    """  # noqa: S608 - joined from constants of this package
)


def hold_stopped(session: Session) -> None:
    """Show as held what became due while its hold was being written."""
    session.execute(_SWEEP)
