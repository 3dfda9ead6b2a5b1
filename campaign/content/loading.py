"""What every part of one loading shares: the transaction, the moment, marks of what it adds, and what it changed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from campaign.content.changes import Changes

HasActions = Callable[[Session, int], bool]
"""Whether somebody ever acted in the campaign of this id. Actions are a floor above: the door says who knows."""


@dataclass(frozen=True)
class Loading:
    """One file being loaded.

    Args:
        session: the caller's transaction.
        now: the moment of loading.
        has_actions: whether a campaign has actions already.
        marks: what the rows that are added hold beside what the file says, by column.
    """

    session: Session
    now: datetime
    has_actions: HasActions
    marks: Mapping[str, Any] = field(default_factory=dict)
    changes: Changes = field(default_factory=Changes)
