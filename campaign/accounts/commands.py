"""What is asked of accounts, as plain frozen values."""

from dataclasses import dataclass
from datetime import datetime

from campaign.accounts.grants import Grant
from campaign.accounts.roles import Role


@dataclass(frozen=True, slots=True)
class NewMember:
    """Somebody who is to serve an organization.

    Args:
        email: as typed.
        organization: its slug.
        role: what they may do.
        name: what they are called; empty: what stands before the @.
        language: what the organizers' side speaks to them.
        ends_at: when that ends by itself; None: never.
    """

    email: str
    organization: str
    role: Role
    name: str = ""
    language: str = "en"
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Invite:
    """Somebody who is to be asked to serve an organization.

    Args:
        organization: its slug.
        email: as typed.
        grant: what they may do, once they accept.
        language: of the mail, and of what the organizers' side speaks to them.
    """

    organization: str
    email: str
    grant: Grant
    language: str = "en"
