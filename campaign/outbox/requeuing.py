"""Puts messages that did not go in line again, when somebody decides so who knows that some may go twice."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.audit.service import Thing, record
from campaign.kernel.actors import Actor, Power
from campaign.kernel.scoping import of_organization, scoped

# `blind_count` stays: one that ended blind as often as the rule allows goes once, and is not repeated by itself.
_REQUEUE = text(
    f"""
    UPDATE outbox_messages
    SET state = 'due', reason = NULL, available_at = now(), lease_token = NULL, lease_until = NULL, begun_at = NULL,
        settled_at = NULL
    WHERE id = ANY(ARRAY(
        SELECT id FROM outbox_messages
        WHERE lane = ANY(:lanes) AND state = :state AND state IN ('dead', 'unknown')
          AND (CAST(:before AS bigint) IS NULL OR id < :before) AND {of_organization("organization_id")}
        ORDER BY id DESC LIMIT :most FOR UPDATE))
    RETURNING id, lane, organization_id
    """  # noqa: S608 - joined from constants
)


def requeue(
    session: Session, actor: Actor, lanes: Sequence[str], state: str, *, before: int | None = None, most: int
) -> list[int]:
    """Send again what is in `state`, which is `dead` or `unknown`, of these lanes: `most` of it, newest first.

    A decision of somebody who knows that an unknown one may go twice.

    Args:
        session: the caller commits.
        actor: who decides; what belongs to others' organizations stays as it is.
        lanes: of which lanes.
        state: what is sent again.
        before: the lowest id of the batch before this one; None for the first.
        most: at most so many.

    Returns the ids of what is in line again; none: nothing of that is left.

    Raises:
        ForbiddenError: the actor may not send mail.
    """
    actor.require(Power.SEND)
    values = {"lanes": list(lanes), "state": state, "before": before, "most": most}
    rows = session.execute(scoped(_REQUEUE, actor), values).all()
    counts = Counter((row.lane, row.organization_id) for row in rows)
    things = (Thing("lane", lane, organization_id=whose, count=count) for (lane, whose), count in counts.items())
    record(session, actor, "requeue", *things)
    return [row.id for row in rows]
