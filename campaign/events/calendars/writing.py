"""Events as calendars: one entry a leg, in the event's own zone, with an identity that stays when it changes.

An entry's UID is the leg's public id, for an RSVP with the RSVP's before it; SEQUENCE grows with each change; what is
cancelled is said to be, so that it leaves the calendars it was put into. Names and texts are escaped by the package.

A calendar that is fetched has no METHOD: it is what things are as of now. Who subscribes to it or takes it in again
replaces the entries of the same UID, the cancelled ones too, and DTSTAMP says when they were last changed. One that
goes by mail says what it is for, and who sends it (ORGANIZER): PUBLISH what one has, CANCEL what one has no more.

Source: RFC 5545 (iCalendar; 3.7.2 METHOD, 3.8.7.2 DTSTAMP, 3.8.1.11 STATUS), RFC 7986 (NAME, REFRESH-INTERVAL),
RFC 5546 (2.1.5: which of two revisions is the later; 3.2.1: what METHOD:PUBLISH asks for).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode, urlsplit

from icalendar import Calendar, vCalAddress, vText
from icalendar import Event as Entry

from campaign.events.calendars.zones import make_vtimezone
from campaign.events.maps import Point
from campaign.events.pages.contents import EventPage, LegEntry
from campaign.events.pages.particulars import Particulars
from campaign.kernel.moments import is_shown_twice

MIME = "text/calendar; charset=utf-8"
_PRODUCT = "-//campaign//events//EN"
_REFRESH = timedelta(hours=6)

Describe = Callable[[Particulars], str]
"""Says in words, a line for each, what a leg tells of its day."""


def _no_words(_told: Particulars) -> str:
    return ""


@dataclass(frozen=True)
class Occasion:
    """One entry of a calendar.

    Args:
        uid: stays the same for ever.
        starts_at, ends_at: aware, in the event's zone.
        where: in words; empty where it may not be told. at: latitude and longitude, or None.
        changed_at: when it last changed, aware.
        is_tentative: whether it is offered, and not taken yet.
    """

    uid: str
    title: str
    description: str
    url: str
    starts_at: datetime
    ends_at: datetime
    where: str
    at: tuple[float, float] | None
    sequence: int
    is_cancelled: bool
    changed_at: datetime
    is_tentative: bool = False


def occasions_of(page: EventPage, url: str, describe: Describe = _no_words) -> list[Occasion]:
    """Return an event's entries, one for each leg or shift; `url` is its page's, absolute.

    A day of action at many places is one entry for the whole day, unless some of them were chosen: nobody wants a
    thousand entries on one day of their calendar.
    """
    if page.listing.is_long and not page.listing.is_chosen:
        return [_whole_day(page, url)]
    shifts = [(shift, (place.address or place.title, place.at)) for place in page.places for shift in place.shifts]
    legs = shifts or [(leg, (leg.address or leg.start_name or leg.title.value, leg.start)) for leg in page.legs]
    return [_occasion(page, url, leg, where, describe(leg.particulars)) for leg, where in legs]


def _occasion(page: EventPage, url: str, leg: LegEntry, where: tuple[str, Point | None], more: str) -> Occasion:
    title = page.card.title.value
    return Occasion(
        uid=f"{leg.public_id}@{urlsplit(url).hostname}",
        title=f"{title}: {leg.title.value}" if leg.title.value else title,
        description="\n\n".join(part for part in (page.summary.value, more) if part),
        url=url,
        starts_at=leg.starts_at,
        ends_at=leg.ends_at,
        where=where[0],
        at=where[1],
        sequence=page.version + leg.version,
        is_cancelled=page.card.status == "cancelled" or leg.status == "cancelled",
        changed_at=page.changed_at,
    )


def _whole_day(page: EventPage, url: str) -> Occasion:
    return Occasion(
        uid=f"{page.public_id}@{urlsplit(url).hostname}",
        title=page.card.title.value,
        description=page.summary.value,
        url=url,
        starts_at=page.card.starts_at,
        ends_at=page.card.ends_at,
        where="",
        at=None,
        sequence=page.version + page.leg_versions,
        is_cancelled=page.card.status == "cancelled",
        changed_at=page.changed_at,
    )


@dataclass(frozen=True)
class Posting:
    """What a calendar that goes by mail is for. `method`: `PUBLISH`, `CANCEL`; `organizer`: the address it is from."""

    method: str
    organizer: str


def write_calendar(
    name: str, occasions: Iterable[Occasion], *, is_feed: bool = False, posting: Posting | None = None
) -> bytes:
    """Return a calendar with a VTIMEZONE for each zone in it.

    `is_feed`: programs are told to come again. `posting`: of one that goes by mail.
    """
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    if posting is not None:
        calendar.add("method", posting.method)
    calendar["NAME"] = calendar["X-WR-CALNAME"] = vText(" ".join(name.split()))  # the package leaves these as they are
    if is_feed:
        calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "PT6H")
    listed = list(occasions)
    entries = [_entry(occasion) for occasion in listed]
    if posting is not None:
        for entry in entries:
            entry.add("organizer", vCalAddress(f"mailto:{posting.organizer}"))
    zones = {entry[name].params.get("TZID") for entry in entries for name in ("DTSTART", "DTEND")} - {None}
    years = [occasion.starts_at.year for occasion in listed] or [0]
    for zone in sorted(zones):  # the rules of the years in question, and no others
        calendar.add_component(make_vtimezone(zone, min(years) - 1, max(years) + 1))
    for entry in entries:
        calendar.add_component(entry)
    return bytes(calendar.to_ical())


def _entry(occasion: Occasion) -> Entry:
    entry = Entry()
    entry.add("uid", occasion.uid)
    entry.add("dtstamp", occasion.changed_at.astimezone(UTC))
    entry.add("last-modified", occasion.changed_at.astimezone(UTC))
    entry.add("sequence", occasion.sequence)
    entry.add("summary", occasion.title)
    entry.add("dtstart", _clock(occasion.starts_at))
    entry.add("dtend", _clock(occasion.ends_at))
    entry.add("status", _status(occasion))
    entry.add("url", occasion.url)
    if occasion.description:
        entry.add("description", occasion.description)
    if occasion.where:
        entry.add("location", occasion.where)
    if occasion.at is not None:
        entry.add("geo", occasion.at)
    return entry


def _clock(at: datetime) -> datetime:
    """Return an instant by the clocks of its zone; where these show it twice, by UTC: programs choose either."""
    return at.astimezone(UTC) if is_shown_twice(at) else at


def _status(occasion: Occasion) -> str:
    if occasion.is_cancelled:
        return "CANCELLED"
    return "TENTATIVE" if occasion.is_tentative else "CONFIRMED"


@dataclass(frozen=True)
class CalendarLink:
    """A link that opens a web calendar with the entry filled in. `name` is the calendar's own."""

    name: str
    url: str


def web_calendars(occasion: Occasion) -> Sequence[CalendarLink]:
    """Return links for the web calendars people use; nothing is sent to them before one is pressed.

    Sources: Google Calendar's event template address; Outlook's compose deeplink.
    """
    basic, extended = "%Y%m%dT%H%M%SZ", "%Y-%m-%dT%H:%M:%SZ"
    begins, ends = occasion.starts_at.astimezone(UTC), occasion.ends_at.astimezone(UTC)
    details = f"{occasion.description}\n\n{occasion.url}".strip()
    google = {
        "action": "TEMPLATE",
        "text": occasion.title,
        "dates": f"{begins:{basic}}/{ends:{basic}}",
        "details": details,
        "location": occasion.where,
        "ctz": str(occasion.starts_at.tzinfo),
    }
    outlook = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": occasion.title,
        "startdt": f"{begins:{extended}}",
        "enddt": f"{ends:{extended}}",
        "body": details,
        "location": occasion.where,
    }
    return (
        CalendarLink("Google Calendar", f"https://calendar.google.com/calendar/render?{_query(google)}"),
        CalendarLink("Outlook", f"https://outlook.live.com/calendar/0/deeplink/compose?{_query(outlook)}"),
    )


def webcal(address: str) -> str:
    """Return the address of a calendar (absolute) by which programs offer to subscribe to it.

    Source: IANA's registry of URI schemes (`webcal`, provisional); programs ask by HTTPS where we answer so.
    """
    return f"webcal:{address.partition(':')[2]}"


def _query(values: dict[str, str]) -> str:
    """Return a query with spaces as `%20`: Outlook shows a `+` as it stands."""
    return urlencode(values, quote_via=quote, safe="")
