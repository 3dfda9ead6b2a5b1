"""Who serves an organization, with which powers: added, given another role, removed.

Nobody gives what they have not got, and nobody changes what they may do themselves; an organization keeps an owner.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from campaign.accounts.commands import NewMember
from campaign.accounts.linking import make_printed_link
from campaign.accounts.models import Account, Membership, MembershipPower, SignInLink
from campaign.accounts.roles import POWERS_OF, Role
from campaign.audit.service import Thing, record
from campaign.kernel.actors import Actor, Power
from campaign.kernel.errors import NotFoundError, RefusedError
from campaign.kernel.problems import Problem
from campaign.kernel.scoping import get_organization_id
from campaign.kernel.text import NAME_LENGTH, fault_of
from campaign.people.addresses import BadAddressError, parse_address


def find_account(session: Session, email: str) -> Account | None:
    """Return the account of an address, however it is spelled; None where there is none, or it is no address."""
    try:
        address = parse_address(email)
    except BadAddressError:
        return None
    return session.scalars(select(Account).where(Account.email == address.canonical)).one_or_none()


def add_member(session: Session, actor: Actor, command: NewMember, *, is_demo: bool = False) -> Account:
    """Add somebody to an organization, with an account where they have none; return their account.

    Raises:
        ForbiddenError: the actor may not administer, or gives a power that they have not got.
        NotFoundError: there is no such organization, or it is not the actor's.
        RefusedError: the address is none (`email`), or serves the organization already.

    Side effects: an entry in the audit log.
    """
    actor.require(Power.ADMINISTER, *POWERS_OF[command.role])
    organization_id = get_organization_id(session, actor, command.organization)
    account = ensure_account(session, command, is_demo=is_demo)
    values = {"organization_id": organization_id, "account_id": account.id, "role": command.role}
    row = insert(Membership).values(**values, ends_at=command.ends_at).on_conflict_do_nothing()
    membership_id = session.scalar(row.returning(Membership.id))  # narrowed: the organization is in scope
    if membership_id is None:
        raise RefusedError(Problem(("email",), "serves_already"))
    give_powers(session, membership_id, command.role)
    record(session, actor, "add", Thing("member", account.public_id, organization_id, changed=("role",)))
    return account


def print_link(session: Session, actor: Actor, account: Account, at: datetime) -> SignInLink:
    """Make a link that signs an account in, for whoever is handed it: as good as being it.

    Raises:
        ForbiddenError: the actor is not the operator.

    Side effects: an entry in the audit log.
    """
    actor.require_operator("print a link that signs somebody in")
    record(session, actor, "print_link", Thing("account", account.public_id))
    return make_printed_link(session, account.id, at)


def get_account(session: Session, email: str) -> Account:
    """Return the account of an address.

    Raises:
        NotFoundError: there is none.
    """
    account = find_account(session, email)
    if account is None:
        raise NotFoundError(f"no organizer has the address {email}")
    return account


def print_link_to(session: Session, actor: Actor, email: str, at: datetime) -> SignInLink:
    """Make a link as `print_link` does, for the account of an address.

    Raises:
        ForbiddenError: the actor is not the operator.
        NotFoundError: there is no such account.

    Side effects: an entry in the audit log.
    """
    actor.require_operator("print a link that signs somebody in")
    return print_link(session, actor, get_account(session, email), at)


def ensure_account(session: Session, command: NewMember, *, is_demo: bool = False) -> Account:
    """Return the account of the address in `command`, made where there is none.

    Raises:
        RefusedError: no mail reaches the address (`email`), or the name cannot be used (`name`).
    """
    try:
        address = parse_address(command.email)
    except BadAddressError as error:
        raise RefusedError(Problem(("email",), error.fault)) from error
    name = command.name.strip() or address.display.partition("@")[0]
    fault = fault_of(name, NAME_LENGTH, one_line=True)
    if fault is not None:
        raise RefusedError(Problem(("name",), fault, {"most": NAME_LENGTH}))
    values = {"email": address.canonical, "email_display": address.display, "name": name}
    row = insert(Account).values(**values, language=command.language, is_demo=is_demo)
    session.execute(row.on_conflict_do_nothing())
    return session.scalars(select(Account).where(Account.email == address.canonical)).one()


def give_powers(session: Session, membership_id: int, role: Role, more: Iterable[Power] = ()) -> None:
    """Give a membership the powers of a role and `more`, and no others; ends of those that stay are forgotten."""
    session.execute(delete(MembershipPower).where(MembershipPower.membership_id == membership_id))
    for power in sorted({*POWERS_OF[role], *more}, key=lambda one: one.name):
        session.add(MembershipPower(membership_id=membership_id, power=power.name.lower()))
    session.flush()
