"""What every part of one loading shares: the transaction, the moment, marks of what it adds, and what it changed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from campaign.audit.service import Thing, record
from campaign.content.changes import Changes
from campaign.kernel.actors import Actor

HasActions = Callable[[Session, int], bool]
"""Whether somebody ever acted in the campaign of this id. Actions are a floor above: the door says who knows."""


@dataclass(frozen=True)
class Loading:
    """One file being loaded.

    Args:
        session: the caller's transaction.
        actor: who loads it.
        now: the moment of loading.
        has_actions: whether a campaign has actions already.
        marks: what the rows that are added hold beside what the file says, by column.
    """

    session: Session
    actor: Actor
    now: datetime
    has_actions: HasActions
    marks: Mapping[str, Any] = field(default_factory=dict)
    changes: Changes = field(default_factory=Changes)

    def record(self, verb: str, thing: Thing) -> None:
        """Write down in the audit log that this changed a thing; what is there already as the file says it is not."""
        record(self.session, self.actor, verb, thing)
