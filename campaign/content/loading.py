"""What every part of one loading shares: the transaction, the moment, the mark of what it adds, and what it changed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

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
        is_demo: whether what is added is marked as demonstration.
        facts_as_of: the day the file's undated facts are from; by default that of loading.
    """

    session: Session
    actor: Actor
    now: datetime
    has_actions: HasActions
    is_demo: bool = False
    facts_as_of: date | None = None
    changes: Changes = field(default_factory=Changes)

    def record(self, verb: str, thing: Thing) -> None:
        """Write down in the audit log that this changed a thing; what is there already as the file says it is not."""
        record(self.session, self.actor, verb, thing)
