"""The heads of the pages of events: addresses in each language, and what search engines read of an event.

Source: schema.org Event, and Google's "Event structured data".
"""

from collections.abc import Iterator, Sequence

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from campaign.cards.showing import HEIGHT, WIDTH
from campaign.events.cards import find_digest, showing_of
from campaign.events.models import Event
from campaign.events.pages.contents import EventPage, LegEntry
from campaign.events.queries.lists import list_public_events
from campaign.events.queries.public import addressed_in
from campaign.kernel.heads import Data, Discovery, MappedPage, Picture, address_in, alternates, structured
from campaign.kernel.languages import COMPLETE, DEFAULT
from campaign.kernel.localized import force_language, path_of

_MOST_PARTS = 30  # legs told to machines; of places they read those that the page shows


def mapped_pages(session: Session) -> Iterator[MappedPage]:
    """Yield the list of events and each event that may be listed."""
    events = list_public_events(session)
    if events:
        yield MappedPage(alternates("events.list", COMPLETE), max(event.updated_at for event in events))
    for event in events:
        yield MappedPage(alternates("events.event", addressed_in(event), slug=event.slug), event.updated_at)


def discover_list(language: str) -> Discovery:
    """Return the head of the list of events."""
    with force_language(language if language in COMPLETE else DEFAULT) as own:
        title, description = _("Marches and events"), _("Where to join workers next.")
        canonical = address_in("events.list", own, DEFAULT)
        return Discovery(
            title=title,
            description=description,
            canonical=canonical,
            alternates=alternates("events.list", COMPLETE),
            language=own,
            data=structured("CollectionPage", canonical, own, name=title, description=description),
        )


def discover_event(session: Session, event: Event, page: EventPage, language: str) -> Discovery:
    """Return the head of an event's page. That of a high-safety campaign is given no more than its addresses."""
    languages = addressed_in(event)
    own = language if language in languages else languages[0]
    canonical = address_in("events.event", own, languages[0], slug=event.slug)
    picture = _picture(session, event, page, own) if page.shows_places else None
    return Discovery(
        title=page.card.title.value,
        description=page.summary.value,
        canonical=canonical,
        alternates=alternates("events.event", languages, slug=event.slug),
        language=own,
        picture=picture,
        data=_event_data(page, canonical, own, picture) if page.shows_places else {},
    )


def _picture(session: Session, event: Event, page: EventPage, language: str) -> Picture | None:
    """Return the card that link previews show; None while none is drawn."""
    digest = find_digest(session, event.id, language)
    if digest is None:
        return None
    path = path_of("events.card", slug=event.slug, digest=digest, language=language)
    showing = showing_of(page.card, language)
    alt = f"{showing.organization}. {showing.demand}. {showing.title}"
    return Picture(f"{current_app.config['PUBLIC_URL']}{path}", alt, WIDTH, HEIGHT)


def _event_data(page: EventPage, url: str, language: str, picture: Picture | None) -> Data:
    card = page.card
    mode = "OnlineEventAttendanceMode" if card.kind == "online" else "OfflineEventAttendanceMode"
    parts = [_leg_data(page, leg, url) for leg in page.legs] if len(page.legs) > 1 else []
    return structured(
        "Event",
        url,
        language,
        name=card.title.value,
        description=page.summary.value,
        startDate=card.starts_at.isoformat(),
        endDate=card.ends_at.isoformat(),
        eventStatus=_status(is_cancelled=card.status == "cancelled"),
        eventAttendanceMode=f"https://schema.org/{mode}",
        location=_locations(page, url),
        organizer={"@type": "Organization", "name": card.organization},
        **({"image": picture.url} if picture else {}),
        **({"subEvent": parts[:_MOST_PARTS]} if parts else {}),
    )


def _locations(page: EventPage, url: str) -> Data | Sequence[Data]:
    if page.card.kind == "online":
        return {"@type": "VirtualLocation", "url": url}
    if page.places:
        found = [_place(place.title, place.at, place.address) for place in page.places]
        return found if len(found) > 1 else found[0]
    return _start(page.legs[0]) if page.legs else _place(page.card.where.value, None)


def _leg_data(page: EventPage, leg: LegEntry, url: str) -> Data:
    return {
        "@type": "Event",
        "name": f"{page.card.title.value}: {leg.title.value}",
        "url": f"{url}#leg-{leg.position}",
        "startDate": leg.starts_at.isoformat(),
        "endDate": leg.ends_at.isoformat(),
        "eventStatus": _status(is_cancelled="cancelled" in (leg.status, page.card.status)),
        "location": _start(leg),
    }


def _start(leg: LegEntry) -> Data:
    """Return where a stretch starts: there it is that one has to be."""
    return _place(leg.start_name or leg.title.value, leg.start, leg.address)


def _place(name: str, at: tuple[float, float] | None, address: str = "") -> Data:
    place: dict[str, object] = {"@type": "Place", "name": name, "address": address or name}
    if at is not None:
        place["geo"] = {"@type": "GeoCoordinates", "latitude": at[0], "longitude": at[1]}
    return place


def _status(*, is_cancelled: bool) -> str:
    return f"https://schema.org/{'EventCancelled' if is_cancelled else 'EventScheduled'}"
