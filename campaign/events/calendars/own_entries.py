"""One's own RSVP as entries of a calendar: one a leg, with an identity that stays when it changes or is given back."""

from urllib.parse import urlsplit

from campaign.events.calendars.writing import Describe, Occasion
from campaign.events.own_rsvps import OwnLeg, OwnRsvp

_ENTERED = ("going", "offered", "gone", "cancelled")
"""Who only waits has nothing to put into a calendar yet."""


def list_occasions(own: OwnRsvp, public_url: str, url: str, describe: Describe) -> list[Occasion]:
    """Return the entries of an RSVP; `url` is the event's page, absolute. None before it is confirmed.

    Where one sleeps is not among it: calendars are shown to others.
    """
    if own.state == "waiting":
        return []
    host = urlsplit(public_url).hostname or "localhost"
    return [_occasion(own, leg, host, url, describe(leg.particulars)) for leg in own.legs if leg.state in _ENTERED]


def _where(own: OwnRsvp, leg: OwnLeg) -> str:
    """Return where it is, to be found by; of a high-safety event not the street: calendars are shown to others."""
    return leg.where if own.is_high_safety else leg.address or leg.where or leg.start_name


def _occasion(own: OwnRsvp, leg: OwnLeg, host: str, url: str, description: str) -> Occasion:
    parts = [own.title.value, leg.title.value]
    return Occasion(
        uid=f"{own.public_id}.{leg.public_id}@{host}",
        title=": ".join(part for part in parts if part),
        description=description,
        url=url,
        starts_at=leg.starts_at,
        ends_at=leg.ends_at,
        where=_where(own, leg),
        at=leg.start,
        sequence=own.sequence + leg.version,
        is_cancelled=leg.state in ("gone", "cancelled"),
        changed_at=own.as_of,
        is_tentative=leg.state == "offered",
    )
