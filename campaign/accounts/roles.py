"""Roles: named sets of powers. A power may also be given by itself, and every one may have an end.

Source: docs/adr/0057-organizers-sign-in.md.
"""

from collections.abc import Mapping
from typing import Literal, get_args

from campaign.kernel.actors import ALL_POWERS, Power

Role = Literal["owner", "organizer", "editor", "viewer"]

ROLES: tuple[Role, ...] = get_args(Role)
"""Every role, those with most powers first."""


def role_of(name: str) -> Role:
    """Return a role by its name; raise `ValueError` for what is none."""
    for role in ROLES:
        if role == name:
            return role
    raise ValueError(f"there is no role {name!r}")


POWERS_OF: Mapping[Role, frozenset[Power]] = {
    "owner": ALL_POWERS,
    "organizer": frozenset({Power.PUBLISH, Power.READ, Power.MODERATE}),
    "editor": frozenset({Power.PUBLISH}),
    "viewer": frozenset(),
}
