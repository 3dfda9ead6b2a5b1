"""Legs as mails write them: times in words, by the event's clocks; what one has of each, and what one has to know."""

from dataclasses import dataclass
from datetime import datetime

from campaign.campaigns.texts import Text
from campaign.events.maps import map_links
from campaign.events.own_rsvps import OwnExtra, OwnLeg
from campaign.kernel.moments import moment


@dataclass(frozen=True)
class MailLeg:
    """A leg in a mail, its times written out.

    Args:
        state: as of `OwnLeg`; `gone`, where a mail of a change has it: it was cancelled, and takes place after all.
        until: how long it is held or offered, else empty.
        people: the party. extras: what one has or waits for besides, as title, state and amount.
        address: where it is, or starts, to be found by. maps: the same, as name of a map and its link.
        told: by title, where one eats and sleeps; needed
            when the day comes. travel: by title, how to get there and what to bring.
    """

    when: str
    title: Text
    where: str
    address: str
    state: str
    until: str
    people: int
    extras: tuple[tuple[str, str, int], ...]
    maps: tuple[tuple[str, str], ...]
    told: tuple[tuple[str, Text], ...]
    travel: tuple[tuple[str, Text], ...]


def mail_leg_of(leg: OwnLeg, locale: str) -> MailLeg:
    """Return a leg of somebody's RSVP as a mail in `locale` writes it."""
    until = leg.place.until if leg.state == "held" and leg.place else offered_until(leg)
    return MailLeg(
        when=moment(leg.starts_at, locale, leg.ends_at),
        title=leg.title,
        where=leg.where,
        address=leg.address,
        state=leg.state,
        until="" if until is None else moment(until, locale),
        people=leg.place.amount if leg.place else 0,
        extras=tuple(
            (extra.resource.own_title, extra.claim.state, extra.claim.amount)
            for extra in leg.extras
            if extra.claim.state != "gone"
        ),
        maps=() if leg.start is None else map_links(leg.start),
        told=_told(leg),
        travel=_travel(leg),
    )


def _told(leg: OwnLeg) -> tuple[tuple[str, Text], ...]:
    """Return what is told of what a leg has besides places, and exactly where it is, to whoever has it."""
    told = {one.name: (one.title, one.text) for one in leg.particulars.texts}
    had = [extra for extra in leg.extras if extra.claim.state == "going"]
    found = [pair for extra in had for pair in (told.get(extra.resource.word), _where(extra))]
    return tuple(pair for pair in found if pair is not None)


def _travel(leg: OwnLeg) -> tuple[tuple[str, Text], ...]:
    """Return what everybody has to know who comes: how to get there, what to bring."""
    return tuple((one.title, one.text) for one in leg.particulars.texts if one.name in ("transport", "bring"))


def _where(extra: OwnExtra) -> tuple[str, Text] | None:
    return (extra.resource.where_title, extra.where) if extra.where.value else None


def offered_until(leg: OwnLeg) -> datetime | None:
    """Return until when something of a leg is offered, the place or what comes with it; None where nothing is."""
    return min((c.until for c in leg.claims if c.state == "offered" and c.until), default=None)
