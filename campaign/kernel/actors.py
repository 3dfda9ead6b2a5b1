"""Who acts on what organizers and operators run, with which powers, for whom.

Every service and query that is theirs takes an `Actor` after its session, so that none can be called without saying who
calls. Two questions are asked of it, and they are answered differently:

- *May this actor do such a thing at all?* `require`: where not, `ForbiddenError`, which says what is missing.
- *Is this one theirs?* `campaign.kernel.scoping.scoped`: what belongs to another organization is not found, as if it
  did not exist.

Supporters are no actors: what proves who they are is their link.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from campaign.kernel.errors import ForbiddenError
from campaign.kernel.text import has_hidden_controls, has_line_break, is_drawn, is_storable

_NAME_LENGTH = 200


class Power(Enum):
    """What one may do. Each is given by itself; roles are named sets of them."""

    PUBLISH = "publish content"
    READ = "read people"
    EXPORT = "export"
    SEND = "send mail"
    MODERATE = "moderate"
    ADMINISTER = "administer members and settings"


ALL_POWERS = frozenset(Power)


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts.

    Whoever has different powers in two organizations is two actors, one at a time: powers hold in all `organizations`.

    Args:
        name: what the audit log calls them: one line, at most 200 characters.
        powers: what they may do.
        organizations: the ids of the organizations they act for; None for the installation's operator, who acts for all
            and owns what is shared (companies, their offices, agreements).
        account: the public id of an organizer's account, by which the log knows them whatever they are called; None for
            who has none.

    Raises:
        ValueError: the name is no line that can be kept and shown.
    """

    name: str
    powers: frozenset[Power]
    organizations: frozenset[int] | None
    account: UUID | None = None

    def __post_init__(self) -> None:
        name = self.name
        if not is_drawn(name) or len(name) > _NAME_LENGTH or not is_storable(name) or has_hidden_controls(name):
            raise ValueError(f"an actor's name is one line of 1 to {_NAME_LENGTH} characters")
        if has_line_break(name) or name != name.strip():
            raise ValueError("an actor's name is one line without space around it")

    @property
    def is_operator(self) -> bool:
        """Whether this is the installation's operator, who acts for every organization there is and will be."""
        return self.organizations is None

    def acts_for(self, organization_id: int | None) -> bool:
        """Whether what belongs to this organization is theirs; what belongs to none (None) is the operator's alone."""
        return self.organizations is None or organization_id in self.organizations

    def require(self, *powers: Power) -> None:
        """Raise `ForbiddenError` where the actor lacks one of `powers`."""
        missing = [power for power in powers if power not in self.powers]
        if missing:
            raise ForbiddenError(f"{self.name} may not {_words(missing)}")

    def require_operator(self, what: str) -> None:
        """Raise `ForbiddenError` unless this is the operator; `what` says, after "may not", what only they may."""
        if not self.is_operator:
            raise ForbiddenError(f"{self.name} may not {what}: only the installation's operator may")


def _words(powers: Iterable[Power]) -> str:
    return " or ".join(power.value for power in powers)


OPERATOR = Actor("operator", ALL_POWERS, None)
"""Whoever has the command line: the installation's operator. Commands pass it, and nothing else may."""

UPKEEP = Actor("upkeep", frozenset({Power.MODERATE}), None)
"""The installation itself, where time decides: what nobody has looked at in its days is discarded."""
