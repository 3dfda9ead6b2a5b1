"""Reads who serves an organization, with what powers, and who was asked to: for those who administer it.

What a page shows of the second factor is whether there is one; of the last visit, when this organization was last
served, so that no organization learns when somebody served another.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Text, cast, select, text
from sqlalchemy.orm import Session

from campaign.accounts.grants import Grant, Held, earlier
from campaign.accounts.models import Account, Invitation, Membership, MembershipPower
from campaign.accounts.roles import POWERS_OF, Role, role_of
from campaign.kernel.actors import Actor, Power
from campaign.kernel.errors import NotFoundError
from campaign.kernel.scoping import get_organization_id, of_organization, scoped


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who serves the organization. `used_at`: when they were last here for it.

    `powers`: those that are not over, each with its end or None. `ends_at`: of the membership.
    """

    public_id: UUID
    account: UUID
    name: str
    email: str
    role: Role
    powers: Mapping[Power, datetime | None]
    ends_at: datetime | None
    used_at: datetime | None
    has_factor: bool

    @property
    def more(self) -> Mapping[Power, datetime | None]:
        """The powers that the role does not bring."""
        return {power: end for power, end in self.powers.items() if power not in POWERS_OF[self.role]}

    @property
    def grant(self) -> Grant:
        """What they may do, as it would be given."""
        return Grant(self.role, self.more, self.ends_at)

    def is_over(self, at: datetime) -> bool:
        """Whether their time is over."""
        return self.ends_at is not None and self.ends_at <= at


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody who was asked, and has not answered. `invited_by`, `account`: who asked; "", None: the operator."""

    public_id: UUID
    email: str
    role: Role
    powers: Mapping[Power, datetime | None]
    ends_at: datetime | None
    invited_by: str
    account: UUID | None
    expires_at: datetime


_MEMBERS = text(f"""
SELECT m.public_id, a.public_id AS account, a.name, a.email_display AS email, m.role, m.ends_at, m.used_at,
    a.totp_secret IS NOT NULL OR EXISTS (SELECT FROM passkeys k WHERE k.account_id = a.id) AS has_factor,
    coalesce((SELECT array_agg(p.power ORDER BY p.power) FROM membership_powers p
        WHERE p.membership_id = m.id AND (p.ends_at IS NULL OR p.ends_at > :at)), '{{}}') AS powers,
    coalesce((SELECT array_agg(p.ends_at ORDER BY p.power) FROM membership_powers p
        WHERE p.membership_id = m.id AND (p.ends_at IS NULL OR p.ends_at > :at)), '{{}}') AS power_ends
FROM memberships m JOIN accounts a ON a.id = m.account_id
WHERE {of_organization("m.organization_id")} AND m.organization_id = :organization
    AND (CAST(:member AS uuid) IS NULL OR m.public_id = :member)
ORDER BY array_position(ARRAY['owner', 'organizer', 'editor', 'viewer'], m.role), lower(a.name), m.id
""")  # noqa: S608 - joined from constants


def list_team(session: Session, actor: Actor, organization: str, at: datetime) -> list[Member]:
    """Return who serves an organization: those with most powers first, whose time is over among them.

    Raises:
        ForbiddenError: the actor may not administer. NotFoundError: the organization is not theirs.
    """
    return _members(session, actor, organization, at, None)


def get_member(session: Session, actor: Actor, organization: str, member: UUID, at: datetime) -> Member:
    """Return one of them by their membership's public id; raise as above, and `NotFoundError` for nobody's id."""
    found = _members(session, actor, organization, at, member)
    if not found:
        raise NotFoundError("nobody of this organization has this id")
    return found[0]


def _members(session: Session, actor: Actor, organization: str, at: datetime, member: UUID | None) -> list[Member]:
    actor.require(Power.ADMINISTER)
    values = {"organization": get_organization_id(session, actor, organization), "at": at, "member": member}
    rows = session.execute(scoped(_MEMBERS, actor), values).mappings()
    return [
        Member(
            **{name: value for name, value in row.items() if name not in {"powers", "power_ends"}},
            powers=dict(zip(map(power_of, row["powers"]), row["power_ends"], strict=True)),
        )
        for row in rows
    ]


def list_invited(session: Session, actor: Actor, organization: str, at: datetime) -> list[Invited]:
    """Return who was asked to serve an organization and can still say yes, whoever was asked last first.

    Raises:
        ForbiddenError: the actor may not administer. NotFoundError: the organization is not theirs.
    """
    actor.require(Power.ADMINISTER)
    query = select(Invitation, Account.name).outerjoin(Account, cast(Account.public_id, Text) == Invitation.invited_by)
    rows = session.execute(
        scoped(
            query.where(
                Invitation.organization_id == get_organization_id(session, actor, organization),
                Invitation.accepted_at.is_(None),
                Invitation.revoked_at.is_(None),
                Invitation.expires_at > at,
            ).order_by(Invitation.id.desc()),
            actor,
        )
    )
    return [
        Invited(
            row.public_id,
            row.email_display,
            role_of(row.role),
            powers_beside(row),
            row.ends_at,
            name or "",
            UUID(row.invited_by) if row.invited_by else None,
            row.expires_at,
        )
        for row, name in rows
    ]


def held_in(session: Session, organization_id: int, account: UUID, at: datetime) -> Held:
    """Return what an account may do for an organization now, each power with its end; {} where they do not serve it."""
    query = (
        select(MembershipPower.power, MembershipPower.ends_at, Membership.ends_at.label("all_end"))
        .join(Membership, Membership.id == MembershipPower.membership_id)
        .join(Account, Account.id == Membership.account_id)
        .where(Account.public_id == account, Membership.organization_id == organization_id)
    )
    ends = {power_of(row.power): earlier(row.ends_at, row.all_end) for row in session.execute(query)}
    return {power: end for power, end in ends.items() if end > at}


def power_of(name: str) -> Power:
    """Return a power by the name that tables and forms have for it."""
    return Power[name.upper()]


def powers_beside(row: Invitation) -> dict[Power, datetime | None]:
    """Return the powers that an invitation gives beside its role's, each with when it ends, or None."""
    ends = {name: datetime.fromisoformat(end) for name, end in row.power_ends.items()}
    return {power_of(name): ends.get(name) for name in row.powers}


def names_of(powers: Collection[Power]) -> list[str]:
    """Return what tables and forms call these powers, in their order."""
    return [power.name.lower() for power in Power if power in powers]
