"""Reads the history of a thing, whatever sort of thing it is: each sort says how it is found, and how it is told."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.kernel.actors import Actor
from campaign.revisions.differences import Difference
from campaign.revisions.models import Revision
from campaign.revisions.wording import moment, tell_difference


@dataclass(frozen=True)
class Found:
    """A thing that was found: the id of its row, and the zone (IANA) whose clocks tell of it."""

    id: int
    timezone: str = "UTC"


def _tell_changes(revision: Revision, timezone: str) -> Iterator[str]:
    for change in revision.changes:
        yield from tell_difference(Difference(**change), ZoneInfo(timezone))


def _nothing(_revision: Revision) -> str:
    return ""


FROM_A_FILE: Mapping[str, str] = MappingProxyType({"load": "from a file"})
"""The door that all sorts of things have, and what it is called."""


@dataclass(frozen=True)
class Edited:
    """A sort of thing whose changes are kept.

    Args:
        name: the word for it, as in `Revision.thing`.
        find: one of the actor's (session, actor, slug); raises `NotFoundError` or `ForbiddenError`.
        doors: what each door is called, after the moment: ``"from a file"``.
        tell: the lines of a revision's changes, by the clocks of a zone (IANA).
        tell_more: what is said of a revision after who made it; it brings its own stop.
    """

    name: str
    find: Callable[[Session, Actor, str], Found]
    doors: Mapping[str, str]
    tell: Callable[[Revision, str], Iterator[str]] = _tell_changes
    tell_more: Callable[[Revision], str] = _nothing

    def tell_revision(self, revision: Revision, timezone: str, *, with_who: bool = True) -> Iterator[str]:
        """Yield the lines of one change: when, by which door, by whom, and below it what it was."""
        who = f", by {revision.who or 'somebody'}" if with_who else ""
        when = moment(revision.at.isoformat(), ZoneInfo(timezone))
        door = self.doors.get(revision.door, revision.door)
        yield f"{revision.number}. {when}, {door}{who}{self.tell_more(revision)}"
        yield from (f"   {line}" for line in self.tell(revision, timezone))


@dataclass(frozen=True)
class History:
    """The revisions of a thing, oldest first, and the zone (IANA) whose clocks tell of it."""

    timezone: str
    revisions: Sequence[Revision]


def get_history(session: Session, actor: Actor, edited: Edited, slug: str) -> History:
    """Return the history of a thing that the actor may read of.

    Raises:
        NotFoundError: there is no such thing, or it is another's. ForbiddenError: it is in others' care.
    """
    found = edited.find(session, actor, slug)
    query = select(Revision).where(Revision.thing == edited.name, Revision.thing_id == found.id)
    rows = session.scalars(query.order_by(Revision.number))  # narrowed: the thing was found in scope
    return History(found.timezone, rows.all())
