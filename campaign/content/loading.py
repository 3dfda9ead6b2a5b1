"""What every part of one loading shares: the transaction, the moment, marks of what it adds, and what it changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from sqlalchemy.orm import Session

from campaign.campaigns.saving import HasActions
from campaign.kernel.actors import Actor
from campaign.revisions.differences import NO_MARKS, Difference, Marks
from campaign.revisions.service import Edit
from campaign.revisions.wording import tell_briefly


@dataclass(frozen=True)
class Loading:
    """One file being loaded.

    Args:
        session: the caller's transaction.
        actor: who loads it.
        now: the moment of loading.
        has_actions: whether a campaign has actions already.
        marks: what the rows that are added hold beside what the file says, by column.
        lines: what it changed, one line each, in the order it happened.
    """

    session: Session
    actor: Actor
    now: datetime
    has_actions: HasActions
    marks: Marks = field(default_factory=lambda: NO_MARKS)
    lines: list[str] = field(default_factory=list)

    @cached_property
    def edit(self) -> Edit:
        """What all its services take part in, so that each thing gets one revision of it."""
        return Edit("load", self.now)

    def say(self, label: str, what: str) -> None:
        """Note one change of the thing called `label`, e.g. ``campaign fair-food``."""
        self.lines.append(f"{label}: {what}")

    def tell(self, label: str, differences: Iterable[Difference], parts: Mapping[str, str] | None = None) -> None:
        """Note what differs of the thing called `label`.

        `parts`: what one of each sort of part is called, ``{"updates": "update {name!r}"}``.
        """
        for one in differences:
            what = parts[one.part].format(name=one.name) if parts and one.part else ""
            if one.is_new or one.is_gone:
                self.say(label, f"{what} {'added' if one.is_new else 'taken away'}".lstrip())
            for line in () if one.is_new or one.is_gone else tell_briefly(one.values):
                self.say(f"{label}, {what}" if what else label, line)
