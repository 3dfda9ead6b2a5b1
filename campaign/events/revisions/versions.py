"""The history of an event: each change with its number; and what its page says of them.

What a material change of a published event was, its page says too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.events.models import Event
from campaign.events.pages.contents import ChangeNote, EventPage, LegEntry
from campaign.events.revisions.snapshots import Difference, read_differences
from campaign.kernel.actors import Actor
from campaign.revisions.models import Revision
from campaign.revisions.service import Edit

THING = "event"
"""What revisions and the audit log call an event."""

_MOST_NOTED = 5
"""Legs whose latest change the page tells; who needs all reads the timetable."""


def keep_version(
    session: Session, actor: Actor, event: Event, differences: Sequence[Difference], edit: Edit, *, told: int
) -> None:
    """Add what changed to the history of an event that is locked; nothing where nothing did.

    `differences`: since the snapshot before; `told`: how many people get a mail of it. Of a revision `about` says this
    (`told_count`), and whether it is material: time, place or whether it takes place, of what was published.
    """
    if differences:
        is_material = event.status != "draft" and any(one.is_material for one in differences)
        about = {"is_material": is_material, "told_count": told}
        edit.keep(session, actor, (THING, event.id), [asdict(one) for one in differences], about=about)


def list_notes(session: Session, event: Event, page: EventPage) -> list[ChangeNote]:
    """Return what the page says of changes: the last of each leg that is still to come, the newest first.

    Names of places are those of the page, which has none where they may not be told.
    """
    query = (
        select(Revision)
        .where(Revision.thing == THING, Revision.thing_id == event.id, Revision.about["is_material"].as_boolean())
        .order_by(Revision.number.desc())
    )
    names = {shift.position: place.title for place in page.places for shift in place.shifts}
    coming = {leg.position: leg for leg in page.all_legs if leg.ends_at > page.as_of}
    notes: list[ChangeNote] = []
    for revision in session.scalars(query) if coming else ():
        for difference in read_differences(revision.changes):
            if difference.is_material and difference.number in coming and len(notes) < _MOST_NOTED:
                leg = coming.pop(difference.number)
                notes.append(_note(revision, difference, leg, names.get(leg.position, "")))
    return notes


def _note(revision: Revision, difference: Difference, leg: LegEntry, place: str) -> ChangeNote:
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
        changed_at=revision.at.astimezone(zone),
        leg=leg,
        place=place,
        what=what,
        starts=starts,
        ends=ends,
        is_elsewhere=bool(values.keys() & {"start", "end", "place", "address"}),
    )


def _instants(values: Mapping[str, Sequence[Any]], name: str, zone: tzinfo | None) -> tuple[datetime, datetime] | None:
    if name not in values:
        return None
    old, new = (datetime.fromisoformat(value).astimezone(zone) for value in values[name])
    return old, new
