"""Give somebody who serves an organization another role, other powers, another end; let them go.

Three things hold whoever asks, by whatever door: nobody gives what they have not got (`grants`), nobody changes what
they may do themselves, and an organization keeps an owner whose time does not end. Whoever may do more than the actor
is not theirs to change. Who is changed or let go is what they are now at their next request.

The organization's row is locked first, so that of two owners who lower each other the second finds the first's work.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from campaign.accounts.grants import NEVER, Grant, Held, check_giving
from campaign.accounts.models import Account, Membership, MembershipPower
from campaign.accounts.team import Member, get_member, held_in
from campaign.audit.service import Thing, record
from campaign.campaigns.models import Organization
from campaign.kernel.actors import Actor, Power
from campaign.kernel.errors import ForbiddenError, NotFoundError, RefusedError
from campaign.kernel.problems import Problem
from campaign.kernel.scoping import get_organization_id, scoped


def change_member(
    session: Session, actor: Actor, organization: str, member: UUID, grant: Grant, *, at: datetime
) -> bool:
    """Let somebody do for an organization what `grant` says, and nothing else; return whether that is a change.

    Args:
        session: the caller's.
        actor: who changes it; needs the power to administer.
        organization: the slug.
        member: the membership's public id.
        grant: what they may do from now on.
        at: the present moment.

    Raises:
        ForbiddenError: the actor may not administer.
        NotFoundError: the organization is not the actor's, or nobody of it has this id.
        RefusedError: it gives what the actor has not got (`more`); it is the actor's own, of somebody who may do more
            than they, or of the last owner (`own`, `may_more`, `last_owner`, of the whole).

    Side effects: an entry in the audit log.
    """
    organization_id, giver = begin_giving(session, actor, organization, at)
    found = get_member(session, actor, organization, member, at)
    _check_theirs(actor, giver, found)
    check_giving(giver, {} if found.is_over(at) else found.grant.held, grant.held)
    if grant.role != "owner" or grant.ends_at is not None:
        _keep_an_owner(session, actor, organization_id, found)
    changed = list(_changes(found.grant, grant))
    if not changed:
        return False
    row = session.scalars(scoped(select(Membership).where(Membership.public_id == member), actor)).one()
    row.role, row.ends_at, row.warned_at = grant.role, grant.ends_at, None
    give(session, row.id, grant)
    record(session, actor, "change", Thing("member", found.account, organization_id, changed=changed))
    return True


def remove_member(session: Session, actor: Actor, organization: str, member: UUID, at: datetime) -> Member:
    """Let somebody go; they are out at their next request. Return who it was.

    Who administers may go themselves, too. Invitations that rest on their powers are good no more.

    Raises:
        ForbiddenError, NotFoundError, RefusedError: as above, but for `own`.

    Side effects: an entry in the audit log.
    """
    organization_id, giver = begin_giving(session, actor, organization, at)
    found = get_member(session, actor, organization, member, at)
    if found.account != actor.account:
        _check_theirs(actor, giver, found)
    _keep_an_owner(session, actor, organization_id, found)
    session.execute(scoped(delete(Membership).where(Membership.public_id == member), actor))
    record(session, actor, "remove", Thing("member", found.account, organization_id))
    return found


def find_member_id(session: Session, actor: Actor, organization: str, canonical: str) -> UUID:
    """Return the public id of the membership of an address, for the command line; raise `NotFoundError`."""
    actor.require(Power.ADMINISTER)
    query = select(Membership.public_id).join(Account, Account.id == Membership.account_id)
    query = query.where(
        Account.email == canonical, Membership.organization_id == get_organization_id(session, actor, organization)
    )
    found = session.scalar(scoped(query, actor))
    if found is None:
        raise NotFoundError(f"{canonical} does not serve organization {organization!r}")
    return found


def begin_giving(session: Session, actor: Actor, organization: str, at: datetime) -> tuple[int, Held]:
    """Lock an organization until the transaction ends; return its id, and what the actor could give there now.

    Raises:
        ForbiddenError: the actor may not administer, or not any more. NotFoundError: it is not theirs.
    """
    actor.require(Power.ADMINISTER)
    organization_id = get_organization_id(session, actor, organization)
    query = select(Organization.id).where(Organization.id == organization_id)
    session.execute(scoped(query.with_for_update(key_share=True), actor))
    if actor.account is None:
        return organization_id, dict.fromkeys(actor.powers, NEVER)
    held = held_in(session, organization_id, actor.account, at)
    if Power.ADMINISTER not in held:
        raise ForbiddenError(f"{actor.name} may not {Power.ADMINISTER.value} any more")
    return organization_id, {power: end for power, end in held.items() if power in actor.powers}


def give(session: Session, membership_id: int, grant: Grant) -> None:
    """Give a membership the powers of a grant, and no others."""
    session.execute(delete(MembershipPower).where(MembershipPower.membership_id == membership_id))
    for power, end in sorted(grant.ends.items(), key=lambda one: one[0].name):
        session.add(MembershipPower(membership_id=membership_id, power=power.name.lower(), ends_at=end))
    session.flush()


def _check_theirs(actor: Actor, giver: Held, member: Member) -> None:
    if actor.account is not None and member.account == actor.account:
        raise RefusedError(Problem((), "own"))
    if not member.powers.keys() <= giver.keys():
        raise RefusedError(Problem((), "may_more"))


def _keep_an_owner(session: Session, actor: Actor, organization_id: int, member: Member) -> None:
    if member.role != "owner" or member.ends_at is not None:
        return
    query = select(func.count()).where(
        Membership.organization_id == organization_id,
        Membership.role == "owner",
        Membership.ends_at.is_(None),
        Membership.public_id != member.public_id,
    )
    if not session.scalar(scoped(query, actor)):
        raise RefusedError(Problem((), "last_owner"))


def _changes(before: Grant, after: Grant) -> Iterator[str]:
    if before.role != after.role:
        yield "role"
    if before.ends != after.ends:
        yield "powers"
    if before.ends_at != after.ends_at:
        yield "ends_at"
