"""Reads what the page of an event shows; as many statements for many events as for one.

Where an event of a high-safety campaign takes place is told only to who is confirmed: its public page and its calendar
name no place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Row, or_, select, text
from sqlalchemy.orm import Session, joinedload

from campaign.campaigns.texts import Text, TextList, pick, pick_list
from campaign.events.models import Event, Leg
from campaign.events.pages.attendance import count_came
from campaign.events.pages.contents import EventPage, LegEntry, PlaceEntry
from campaign.events.pages.particulars import particulars_of
from campaign.events.pages.placelists import EVERYTHING, Far, PlaceAsk, PlaceListing, choose_places
from campaign.events.pages.ways import Way, way_of
from campaign.events.queries.lists import make_card, select_bounds
from campaign.events.queries.public import languages_of
from campaign.events.resources import list_extras

_TAKEN = text("""
SELECT k.leg_id, coalesce(sum(k.amount) FILTER (WHERE k.state = 'going' OR k.until > :at), 0) AS taken,
       coalesce(sum(k.amount) FILTER (WHERE k.state = 'queued'), 0) AS waiting
FROM rsvp_claims k WHERE k.leg_id = ANY(:ids) AND k.resource = 'place' GROUP BY k.leg_id
""")

_PLACES = text("""
SELECT id, event_id, public_id, title, latitude, longitude, street_address FROM event_places WHERE event_id = ANY(:ids)
ORDER BY event_id, position
""")
_PLACES_OF = text("""
SELECT DISTINCT p.public_id FROM event_legs l JOIN event_places p ON p.id = l.place_id
WHERE l.event_id = :event_id AND l.public_id = ANY(:leg_ids)
""")


def get_event_page(
    session: Session,
    event: Event,
    language: str,
    at: datetime,
    *,
    shows_places: bool | None = None,
    ask: PlaceAsk = EVERYTHING,
) -> EventPage:
    """Return the page of a public event (with its campaign loaded) in `language`, as of `at`.

    `shows_places`: for somebody who is confirmed. By default only events of high-safety campaigns keep theirs unsaid.
    `ask`: which of its places; without, the first of them.
    """
    return get_event_pages(session, [event], language, at, shows_places=shows_places, ask=ask)[0]


def get_event_pages(
    session: Session,
    events: Sequence[Event],
    language: str,
    at: datetime,
    *,
    shows_places: bool | None = None,
    ask: PlaceAsk = EVERYTHING,
) -> list[EventPage]:
    """Return the pages of several events, in their order; as many statements as for one."""
    ids = [event.id for event in events]
    shows = {event.id: not event.campaign.is_high_safety if shows_places is None else shows_places for event in events}
    bounds = select_bounds()
    whole = {row.event_id: row for row in session.execute(select(bounds).where(bounds.c.event_id.in_(ids)))}
    rows = _by_event(session.execute(_PLACES, {"ids": ids}).all())
    chosen = {id_: choose_places(rows.get(id_, []), ask, shows_places=shows[id_]) for id_ in ids}
    shown = [row.id for far, _ in chosen.values() for row, _ in far]
    # Of places that are not shown no shift is read: there may be a thousand.
    of_shown = or_(Leg.place_id.is_(None), Leg.place_id.in_(shown))
    of_event = select(Leg).where(Leg.event_id.in_(ids), of_shown).order_by(Leg.position)
    legs = _by_event(session.scalars(of_event.options(joinedload(Leg.resources))).unique().all())
    leg_ids = [leg.id for found in legs.values() for leg in found]
    taken = {row.leg_id: row for row in session.execute(_TAKEN, {"ids": leg_ids, "at": at})}
    came = count_came(session, ids, at)
    return [
        _page(
            event,
            _Parts(
                whole.get(event.id),
                legs.get(event.id, []),
                *chosen[event.id],
                taken,
                {} if event.campaign.is_high_safety else came.get(event.id, {}),
            ),
            _Reader(language, at, shows[event.id]),
        )
        for event in events
    ]


def list_places_of(session: Session, event_id: int, leg_ids: Sequence[UUID]) -> list[UUID]:
    """Return the public ids of the places where these shifts (public ids) of an event are."""
    return list(session.scalars(_PLACES_OF, {"event_id": event_id, "leg_ids": list(leg_ids)}))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Who reads: in which language, when, and whether they may know where."""

    language: str
    at: datetime
    shows_places: bool

    @property
    def nothing(self) -> Text:
        """What stands for a place that may not be told."""
        return Text("", self.language)

    @property
    def nobody(self) -> TextList:
        """What stands for names that may not be told."""
        return TextList((), self.language)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What is read of an event: `whole` is true of all its legs, `legs` are those that are shown.

    `taken`, of places, and `came`, in people, are by the ids of legs; `came` is of all that are over.
    """

    whole: Row[Any] | None
    legs: Sequence[Leg]
    places: Sequence[Far]
    listing: PlaceListing
    taken: Mapping[int, Row[Any]]
    came: Mapping[int, int]


def _by_event(rows: Sequence[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.event_id, []).append(row)
    return found


def _page(event: Event, parts: _Parts, reader: _Reader) -> EventPage:
    languages, whole, listing = languages_of(event), parts.whole, parts.listing
    entries = {leg.id: _leg(leg, event, parts, reader) for leg in parts.legs}
    bounds = (whole.starts_at, whole.ends_at) if whole else (reader.at, reader.at)
    return EventPage(
        card=make_card(
            event, bounds, (whole.legs if whole else 0, listing.total), _where(event, parts, reader), reader.language
        ),
        summary=pick(event.summary, reader.language, languages),
        bring=pick(event.bring, reader.language, languages),
        leads=pick_list(event.leads, reader.language, languages) if reader.shows_places else reader.nobody,
        asks=tuple(event.asks),
        legs=tuple(entries[leg.id] for leg in parts.legs if leg.place_id is None),
        places=tuple(_place(place, parts.legs, entries, reader) for place in parts.places),
        listing=listing,
        is_taking=whole is not None and whole.last_open is not None and whole.last_open > reader.at,
        came=sum(parts.came.values()),
        version=event.version,
        leg_versions=int(whole.versions) if whole else 0,
        public_id=event.public_id,
        changed_at=event.updated_at,
        as_of=reader.at,
        shows_places=reader.shows_places,
    )


def _place(far: Far, legs: Sequence[Leg], entries: Mapping[int, LegEntry], reader: _Reader) -> PlaceEntry:
    (place, kilometres), shows = far, reader.shows_places
    return PlaceEntry(
        place.public_id,
        place.title if shows else "",
        _point(place.latitude, place.longitude) if shows else None,
        place.street_address if shows else "",
        tuple(sorted((entries[leg.id] for leg in legs if leg.place_id == place.id), key=lambda leg: leg.starts_at)),
        kilometres,
    )


def _where(event: Event, parts: _Parts, reader: _Reader) -> Text:
    if not reader.shows_places:
        return reader.nothing
    if parts.places:
        return Text(parts.places[0][0].title, reader.language)
    legs = [leg for leg in parts.legs if leg.status != "cancelled"] or parts.legs
    if not legs:
        return reader.nothing
    title = pick(legs[0].title, reader.language, languages_of(event))
    return way_of(Way(legs[0].start_name, legs[-1].end_name, len(legs), title), reader.language)


def _leg(leg: Leg, event: Event, parts: _Parts, reader: _Reader) -> LegEntry:
    zone, shows, taken = ZoneInfo(event.timezone), reader.shows_places, parts.taken.get(leg.id)
    used, waiting = (int(taken.taken), int(taken.waiting)) if taken else (0, 0)
    return LegEntry(
        public_id=leg.public_id,
        position=leg.position,
        title=pick(leg.title, reader.language, languages_of(event)) if shows else reader.nothing,
        status=leg.status,
        starts_at=leg.starts_at.astimezone(zone),
        ends_at=leg.ends_at.astimezone(zone),
        kilometres=leg.kilometres,
        start=_point(leg.start_latitude, leg.start_longitude) if shows else None,
        end=_point(leg.end_latitude, leg.end_longitude) if shows else None,
        address=leg.street_address if shows else "",
        start_name=leg.start_name if shows else "",
        capacity=leg.capacity,
        left=None if leg.capacity is None else max(leg.capacity - used, 0),
        waiting=waiting,
        extras=list_extras(leg),
        is_open=leg.status == "open" and event.status == "published" and leg.starts_at > reader.at,
        version=leg.version,
        particulars=particulars_of(leg, reader.language, languages_of(event), shows_texts=shows),
        came=parts.came.get(leg.id),
        is_coarse=event.campaign.is_high_safety,
    )


def _point(latitude: float | None, longitude: float | None) -> tuple[float, float] | None:
    return None if latitude is None or longitude is None else (latitude, longitude)
