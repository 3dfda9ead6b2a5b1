"""Ask somebody to serve an organization, by mail; take them in when they say yes.

    invited ─ mailed ─┬─ accepted ─► a member, with what the invitation says
                      ├─ revoked
                      └─ 7 days ─► over; who administers may send it again before and after

An invitation is worth no more than who sent it: when that one is gone, or has lost what it gives, it is good no more.
Whose address has an account already joins, and signs in as ever: a link that is good for days opens no account.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from campaign.accounts.changing import begin_giving, give
from campaign.accounts.commands import Invite, NewMember
from campaign.accounts.grants import LONG_AGO, Grant, check_giving
from campaign.accounts.linking import LinkView, make_invited_link
from campaign.accounts.members import ensure_account, find_account
from campaign.accounts.models import Account, Invitation, Membership, SignInLink
from campaign.accounts.roles import Role, role_of
from campaign.accounts.team import held_in, names_of, powers_beside
from campaign.audit.service import Thing, record
from campaign.campaigns.models import Organization
from campaign.kernel.actors import Actor, Power
from campaign.kernel.errors import NotFoundError, RefusedError
from campaign.kernel.problems import Problem
from campaign.kernel.scoping import scoped
from campaign.outbox.commands import NewMessage
from campaign.outbox.service import append
from campaign.people.addresses import Address, BadAddressError, parse_address

LASTS = timedelta(days=7)
MOST_A_DAY = 50
"""Invitations of one organization within a day: no team grows faster, and no stolen session mails more strangers."""
AGAIN_AFTER = timedelta(minutes=10)
"""How long after a mail the next one of the same invitation may go."""

INVITATION = "accounts.invitation"


def invite(session: Session, actor: Actor, command: Invite, at: datetime) -> Invitation:
    """Mail somebody an invitation to serve an organization; return it.

    Raises:
        ForbiddenError: the actor may not administer. NotFoundError: the organization is not theirs.
        RefusedError: no mail reaches the address, it serves already or is invited already (`email`); the actor has not
            got what they give (`more`); it ends before it begins (`ends`); too many were invited today (the whole).

    Side effects: a message in the outbox, an entry in the audit log.
    """
    organization_id, giver = begin_giving(session, actor, command.organization, at)
    address = _address(command.email)
    check_giving(giver, {}, command.grant.held)
    _check_new(session, actor, organization_id, address, at)
    row = Invitation(
        organization_id=organization_id,
        email=address.canonical,
        email_display=address.display,
        language=command.language,
        role=command.grant.role,
        powers=names_of(command.grant.more),
        power_ends={names_of([one])[0]: end.isoformat() for one, end in command.grant.more.items() if end},
        ends_at=command.grant.ends_at,
        invited_by=str(actor.account or ""),
        expires_at=at + LASTS,
        created_at=at,
    )
    session.add(row)
    session.flush()
    _mail(session, row)
    record(session, actor, "invite", Thing("invitation", row.public_id, organization_id))
    return row


def send_again(session: Session, actor: Actor, organization: str, invitation: UUID, at: datetime) -> Invitation:
    """Mail an invitation once more, with a new link that is good for as long as the first was; return it.

    From now on it rests on the powers of who sends it again.

    Raises:
        ForbiddenError, NotFoundError: as above; also for an id of no invitation that waits.
        RefusedError: the actor has not got what it gives (`more`); its last mail is minutes old (`just_sent`).

    Side effects: a message in the outbox; the link that was mailed before is good no more; an entry in the audit log.
    """
    organization_id, giver = begin_giving(session, actor, organization, at)
    row = _get_waiting(session, actor, organization_id, invitation)
    check_giving(giver, {}, _grant_of(row).held)
    if at < row.expires_at - LASTS + AGAIN_AFTER:
        raise RefusedError(Problem((), "just_sent"))
    row.expires_at, row.invited_by = at + LASTS, str(actor.account or "")
    _mail(session, row)
    record(session, actor, "send_again", Thing("invitation", row.public_id, organization_id))
    return row


def revoke(session: Session, actor: Actor, organization: str, invitation: UUID, at: datetime) -> Invitation:
    """Take an invitation back: its link is good no more. Return it; raise as above.

    Side effects: an entry in the audit log.
    """
    organization_id, _giver = begin_giving(session, actor, organization, at)
    row = _get_waiting(session, actor, organization_id, invitation)
    row.revoked_at = at
    session.execute(delete(SignInLink).where(SignInLink.invitation_id == row.id))  # narrowed: its row was
    record(session, actor, "revoke", Thing("invitation", row.public_id, organization_id))
    return row


@dataclass(frozen=True, slots=True)
class Asked:
    """What an invitation says to who holds its link. `has_account`: its address is an organizer's already."""

    organization: str
    organization_name: str
    email: str
    role: Role
    powers: Mapping[Power, datetime | None]
    ends_at: datetime | None
    invited_by: str
    has_account: bool


def find_asked(session: Session, link: LinkView, at: datetime) -> Asked | None:
    """Return what the invitation of a link says; None where it is good no more."""
    found = _find_good(session, link, at)
    if found is None:
        return None
    row, organization = found
    giver = _giver(session, row)
    return Asked(
        organization.slug,
        organization.name,
        row.email_display,
        role_of(row.role),
        _grant_of(row).more,
        row.ends_at,
        giver.name if giver else "",
        find_account(session, row.email) is not None,
    )


@dataclass(frozen=True, slots=True)
class Accepted:
    """Who was taken in, where. `is_new`: they had no account, so that the link signs them in."""

    account_id: int
    organization: str
    is_new: bool


def accept(session: Session, link: LinkView, name: str, at: datetime) -> Accepted | None:
    """Take in whoever used the link of an invitation; None where it is good no more.

    Args:
        session: the caller's.
        link: used up by `use_link` in the same transaction.
        name: what a new account is called; empty: what stands before the @.
        at: the present moment.

    Raises:
        RefusedError: the name cannot be used (`name`).

    Side effects: an account where there is none; an entry in the audit log.
    """
    found = _find_good(session, link, at)
    if found is None:
        return None
    row, organization = found
    is_new = find_account(session, row.email) is None
    grant = _grant_of(row)
    member = NewMember(row.email_display, organization.slug, grant.role, name, row.language, row.ends_at)
    account = ensure_account(session, member)
    _join(session, row, account, grant)
    row.accepted_at = at
    actor = Actor(account.name, frozenset(), frozenset({organization.id}), account.public_id)
    record(session, actor, "accept", Thing("invitation", row.public_id, organization.id))
    return Accepted(account.id, organization.slug, is_new)


def _join(session: Session, row: Invitation, account: Account, grant: Grant) -> None:
    """Make an account a member; one that serves already stays what it is."""
    values = {"organization_id": row.organization_id, "account_id": account.id, "role": grant.role}
    new = insert(Membership).values(**values, ends_at=grant.ends_at).on_conflict_do_nothing()
    membership_id = session.scalar(new.returning(Membership.id))
    if membership_id is not None:
        give(session, membership_id, grant)


def _address(typed: str) -> Address:
    try:
        return parse_address(typed)
    except BadAddressError as error:
        raise RefusedError(Problem(("email",), error.fault)) from error


def _check_new(session: Session, actor: Actor, organization_id: int, address: Address, at: datetime) -> None:
    serves = select(Membership.id).join(Account, Account.id == Membership.account_id)
    serves = serves.where(Account.email == address.canonical, Membership.organization_id == organization_id)
    if session.scalar(scoped(serves, actor)) is not None:
        raise RefusedError(Problem(("email",), "serves_already"))
    invited = select(Invitation).where(Invitation.organization_id == organization_id)
    waits = invited.where(
        Invitation.email == address.canonical,
        Invitation.accepted_at.is_(None),
        Invitation.revoked_at.is_(None),
        Invitation.expires_at > at,
    )
    if session.scalars(scoped(waits.limit(1), actor)).first() is not None:
        raise RefusedError(Problem(("email",), "invited_already"))
    today = select(func.count()).where(
        Invitation.organization_id == organization_id, Invitation.created_at > at - timedelta(days=1)
    )
    if (session.scalar(scoped(today, actor)) or 0) >= MOST_A_DAY:
        raise RefusedError(Problem((), "too_many_today", {"most": MOST_A_DAY}))


def _get_waiting(session: Session, actor: Actor, organization_id: int, invitation: UUID) -> Invitation:
    query = select(Invitation).where(
        Invitation.organization_id == organization_id,
        Invitation.public_id == invitation,
        Invitation.accepted_at.is_(None),
        Invitation.revoked_at.is_(None),
    )
    row = session.scalars(scoped(query, actor)).one_or_none()
    if row is None:
        raise NotFoundError("no invitation of this organization that waits has this id")
    return row


def _mail(session: Session, row: Invitation) -> None:
    link = make_invited_link(session, row.id, row.expires_at)
    payload = {"link": str(link.public_id)}
    append(session, [NewMessage(lane="critical", topic=INVITATION, payload=payload)])


def _grant_of(row: Invitation) -> Grant:
    return Grant(role_of(row.role), powers_beside(row), row.ends_at)


def _giver(session: Session, row: Invitation) -> Account | None:
    """Return whose invitation it is; None: the operator's, or of an account that is no more."""
    if not row.invited_by:
        return None
    return session.scalars(select(Account).where(Account.public_id == UUID(row.invited_by))).one_or_none()


def _find_good(session: Session, link: LinkView, at: datetime) -> tuple[Invitation, Organization] | None:
    """Return the invitation of a link with its organization, as long as who sent it could still give what it gives."""
    query = select(Invitation, Organization).join(Organization, Organization.id == Invitation.organization_id)
    query = query.where(
        Invitation.id == link.invitation_id,
        Invitation.accepted_at.is_(None),
        Invitation.revoked_at.is_(None),
        Invitation.expires_at > at,
    )
    found = session.execute(query.with_for_update(of=Invitation)).one_or_none()
    if found is None:
        return None
    row, organization = found
    if row.ends_at is not None and row.ends_at <= at:
        return None
    return (row, organization) if _is_covered(session, row, at) else None


def _is_covered(session: Session, row: Invitation, at: datetime) -> bool:
    if not row.invited_by:
        return True
    held = held_in(session, row.organization_id, UUID(row.invited_by), at)
    gives = _grant_of(row).held
    return Power.ADMINISTER in held and all(end <= held.get(power, LONG_AGO) for power, end in gives.items())


_PURGE = text("""
DELETE FROM invitations WHERE id IN (SELECT id FROM invitations WHERE expires_at < now() ORDER BY expires_at
    LIMIT :most FOR UPDATE SKIP LOCKED) RETURNING id
""")


def purge_invitations(session: Session, most: int = 1_000) -> int:
    """Forget invitations whose time is over, with the addresses in them, however they ended; return how many."""
    return len(session.execute(_PURGE, {"most": most}).all())
