"""What is asked of accounts, as plain frozen values."""

from dataclasses import dataclass
from datetime import datetime

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
