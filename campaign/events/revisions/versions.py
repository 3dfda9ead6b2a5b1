"""The history of an event: each change with its number, written in the transaction that makes it.

Who changes an event locks its row first, so that of two at once the later sees what the earlier did, and numbers
follow one another. What a material change of a published event was, its page says too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign.events.models import Event, EventVersion
from campaign.events.pages.contents import ChangeNote, EventPage, LegEntry
from campaign.events.revisions.snapshots import Difference, read_differences
from campaign.kernel.actors import Actor
from campaign.kernel.scoping import scoped

_MOST_NOTED = 5
"""Legs whose latest change the page tells; who needs all reads the timetable."""


def lock_event(session: Session, event: Event) -> None:
    """Let nobody else change the event until the transaction ends, and read what the last one left."""
    # An RSVP, which refers to it, does not wait.
    session.refresh(event, with_for_update={"key_share": True, "of": Event})


def keep_version(
    session: Session, event: Event, differences: Sequence[Difference], *, door: str, at: datetime, told: int
) -> int | None:
    """Add what changed to the history; return its number, or None where nothing did.

    `differences`: since the snapshot before; `door`: by what, a word of `VERSION_DOORS`; `at`: when; `told`: how many
    people get a mail of it.
    """
    if not differences:
        return None
    last = session.scalar(select(func.max(EventVersion.number)).where(EventVersion.event_id == event.id))
    version = EventVersion(
        event_id=event.id,
        number=(last or 0) + 1,
        at=at,
        door=door,
        is_material=event.status != "draft" and any(one.is_material for one in differences),
        told_count=told,
        changes=[asdict(one) for one in differences],
    )
    session.add(version)
    session.flush()
    return version.number


def list_versions(session: Session, actor: Actor, event_id: int) -> list[EventVersion]:
    """Return the history of an event of the actor's, oldest first; empty where it is another's."""
    query = select(EventVersion).where(EventVersion.event_id == event_id).order_by(EventVersion.number)
    return list(session.scalars(scoped(query, actor)))


def list_notes(session: Session, event: Event, page: EventPage) -> list[ChangeNote]:
    """Return what the page says of changes: the last of each leg that is still to come, the newest first.

    Names of places are those of the page, which has none where they may not be told.
    """
    query = (
        select(EventVersion)
        .where(EventVersion.event_id == event.id, EventVersion.is_material)
        .order_by(EventVersion.number.desc())
    )
    names = {shift.position: place.title for place in page.places for shift in place.shifts}
    coming = {leg.position: leg for leg in page.all_legs if leg.ends_at > page.as_of}
    notes: list[ChangeNote] = []
    for version in session.scalars(query) if coming else ():
        for difference in read_differences(version.changes):
            if difference.is_material and difference.number in coming and len(notes) < _MOST_NOTED:
                leg = coming.pop(difference.number)
                notes.append(_note(version, difference, leg, names.get(leg.position, "")))
    return notes


def _note(version: EventVersion, difference: Difference, leg: LegEntry, place: str) -> ChangeNote:
    values, zone = difference.values, leg.starts_at.tzinfo
    starts, ends = _instants(values, "starts_at", zone), _instants(values, "ends_at", zone)
    if difference.is_cancelled:
        what = "cancelled"
    elif difference.is_resumed:
        what = "resumed"
    elif starts and starts[0].date() != starts[1].date():
        what = "day"
    elif starts or ends:
        what = "hours"
    else:
        what = "place"
    return ChangeNote(
        changed_at=version.at.astimezone(zone),
        leg=leg,
        place=place,
        what=what,
        starts=starts,
        ends=ends,
        is_elsewhere=bool(values.keys() & {"start", "end", "place"}),
    )


def _instants(values: Mapping[str, Sequence[Any]], name: str, zone: tzinfo | None) -> tuple[datetime, datetime] | None:
    if name not in values:
        return None
    old, new = (datetime.fromisoformat(value).astimezone(zone) for value in values[name])
    return old, new
