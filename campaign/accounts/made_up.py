"""Made-up owners of the demonstration's organizations: one each, at an address that no mail leaves for."""

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from campaign.accounts.commands import NewMember
from campaign.accounts.members import add_member
from campaign.accounts.models import Account, Membership
from campaign.campaigns.models import Organization
from campaign.kernel.actors import Actor

FIRST_OWNER = "owner@ciw.example"
"""Whom `campaign up --demo` lets in: the owner of the organization that most of the demonstration is about."""


def load_demo_owners(session: Session, actor: Actor) -> int:
    """Give each demonstration organization that nobody serves an owner; return how many were added.

    Raises:
        ForbiddenError: the actor is not the operator.
    """
    actor.require_operator("load the demonstration")
    served = exists().where(Membership.organization_id == Organization.id)
    slugs = session.scalars(select(Organization.slug).where(Organization.is_demo, ~served).order_by(Organization.id))
    added = 0
    for slug in slugs.all():
        command = NewMember(f"owner@{slug}.example", slug, "owner", "Owner")
        add_member(session, actor, command, is_demo=True)
        added += 1
    return added


def clear_demo_owners(session: Session, actor: Actor) -> None:
    """Take them back; who serves an organization of the installation's own, too, stays.

    Raises:
        ForbiddenError: the actor is not the operator.
    """
    actor.require_operator("take the demonstration back")
    own = exists().where(
        Membership.account_id == Account.id, Membership.organization_id == Organization.id, ~Organization.is_demo
    )
    session.execute(delete(Account).where(Account.is_demo, ~own))
