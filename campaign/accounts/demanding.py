"""Whether an organization demands a second factor of whoever signs in for it."""

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from campaign.accounts.models import Account, Passkey
from campaign.audit.service import Thing
from campaign.campaigns.queries import get_own_organization
from campaign.kernel.actors import Actor, Power
from campaign.kernel.errors import RefusedError
from campaign.kernel.problems import Problem
from campaign.revisions.differences import Difference, bring
from campaign.revisions.service import Edit, lock, write_down


def demand_factor(session: Session, actor: Actor, organization: str, edit: Edit, *, is_demanded: bool) -> bool:
    """Demand a second factor of an organization's people from their next request on, or no more.

    Only who has one may demand it, so that nobody locks out themselves. Returns whether that is a change.

    Raises:
        ForbiddenError: the actor may not administer. NotFoundError: the organization is not theirs.
        RefusedError: they have no second factor themselves (`demands_factor`).

    Side effects: an entry in the audit log, a revision.
    """
    actor.require(Power.ADMINISTER)
    row = get_own_organization(session, actor, organization)
    lock(session, row)
    if is_demanded and actor.account is not None and not _has_factor(session, actor):
        raise RefusedError(Problem(("demands_factor",), "has_none"))
    values = bring(row, {"demands_factor": is_demanded})
    differences = [Difference(values=values)] if values else []
    write_down(session, actor, edit, Thing("organization", row.public_id, row.id), differences, row_id=row.id)
    return bool(values)


def _has_factor(session: Session, actor: Actor) -> bool:
    has_passkey = exists().where(Passkey.account_id == Account.id)
    query = select(Account.id).where(
        Account.public_id == actor.account, or_(Account.totp_secret.is_not(None), has_passkey)
    )
    return session.scalar(query) is not None
