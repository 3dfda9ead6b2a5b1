"""What somebody may do for an organization: a role, powers beside it, and when each of these ends.

Nobody gives more than they have: neither a power that they lack, nor one for longer than they have it themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from campaign.accounts.roles import POWERS_OF, Role
from campaign.kernel.actors import Power
from campaign.kernel.errors import RefusedError
from campaign.kernel.problems import Problem

NEVER = datetime.max.replace(tzinfo=UTC)
"""When that ends of which nobody said."""

LONG_AGO = datetime.min.replace(tzinfo=UTC)

Held = Mapping[Power, datetime]
"""Powers, each with the moment at which it ends; `NEVER` where nobody said."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What somebody is to be allowed.

    Args:
        role: as what they serve.
        more: powers beside those of the role, each with when it ends (aware; None: with the membership).
        ends_at: when all of it ends (aware); None: never.
    """

    role: Role
    more: Mapping[Power, datetime | None] = field(default_factory=dict)
    ends_at: datetime | None = None

    @property
    def ends(self) -> dict[Power, datetime | None]:
        """When each power ends by itself; those of the role last as long as the membership."""
        beside = {power: end for power, end in self.more.items() if power not in POWERS_OF[self.role]}
        return dict.fromkeys(POWERS_OF[self.role], None) | beside

    @property
    def held(self) -> Held:
        """The powers, each with when it ends, by itself or with the membership."""
        return {power: earlier(end, self.ends_at) for power, end in self.ends.items()}


def earlier(*ends: datetime | None) -> datetime:
    """Return the earliest of some ends; None is never."""
    return min(end or NEVER for end in ends)


def check_giving(giver: Held, before: Held, after: Held) -> None:
    """Refuse to give what the giver has not got, or for longer; what somebody has already is not given.

    Raises:
        RefusedError: `more`, with the power that is not the giver's to give.
    """
    for power, end in sorted(after.items(), key=lambda one: one[0].name):
        if end > before.get(power, LONG_AGO) and end > giver.get(power, LONG_AGO):
            raise RefusedError(Problem(("more",), "not_yours_to_give", {"power": power}))
