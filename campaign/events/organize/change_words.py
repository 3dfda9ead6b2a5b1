"""What a change of an event is and whom it touches, in the words of its organizers' pages."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _

from campaign.events.organize.boxes import miles_of
from campaign.events.resources import EXTRAS
from campaign.events.revisions.effects import Effects, LegEffects
from campaign.events.revisions.snapshots import Difference
from campaign.kernel import moments
from campaign.kernel.languages import KNOWN

_NAMES = {
    "kind": _("Kind"),
    "status": _("Status"),
    "timezone": _("Time zone"),
    "title": _("Title"),
    "summary": _("Summary"),
    "bring": _("What to bring"),
    "leads": _("Led by"),
    "asks": _("Questions in the form"),
    "day_phone": _("Phone for the day"),
    "starts_at": _("Starts"),
    "ends_at": _("Ends"),
    "kilometres": _("Miles"),
    "start": _("Start on the map"),
    "end": _("End on the map"),
    "start_name": _("From"),
    "end_name": _("To"),
    "place": _("Place"),
    "address": _("Address"),
    "capacity": _("Places"),
    "pace": _("Pace"),
    "rests": _("Rests"),
    "transport": _("Getting there and back"),
    "is_step_free": _("Step-free"),
    "has_wheelchair_van": _("Van for wheelchairs"),
    "has_sign_language": _("Sign language"),
}

_STATUSES = {
    "draft": _("Draft"),
    "published": _("Published"),
    "cancelled": _("Canceled"),
    "open": _("Taking RSVPs"),
    "closed": _("RSVPs closed"),
}


@dataclass(frozen=True)
class Line:
    """One thing that changes: of what, and what it was and will be."""

    where: str
    what: str
    old: str
    new: str


def tell_changes(differences: Sequence[Difference], timezone: str, language: str) -> list[Line]:
    """Return what changes, one line for each value and language; clocks are those of `timezone`."""
    return [line for one in differences for line in _lines(one, ZoneInfo(timezone), language)]


def name_leg(number: int, where: str) -> str:
    """Return what a leg is called."""
    if not number:
        return str(gettext("The whole event"))
    said = gettext("Shift at %(place)s", place=where) if where else gettext("Day %(number)s", number=number)
    return str(said)


def _lines(one: Difference, zone: ZoneInfo, language: str) -> Iterator[Line]:
    where = name_leg(one.number, one.where)
    if one.is_new:
        yield Line(where, gettext("New"), "", _span(one.values, zone, language))
        return
    for name, (old, new) in one.values.items():
        if not isinstance(old, Mapping) and not isinstance(new, Mapping):
            yield Line(where, _name(name), _said(name, old, zone, language), _said(name, new, zone, language))
            continue
        before, after = old or {}, new or {}
        for tag in sorted({*before, *after}):
            if before.get(tag) != after.get(tag):
                what = f"{_name(name)} ({KNOWN[tag].autonym if tag in KNOWN else tag})"
                pair = [_said(name, texts.get(tag), zone, language) for texts in (before, after)]
                yield Line(where, what, *pair)


def _span(values: Mapping[str, Sequence[Any]], zone: ZoneInfo, language: str) -> str:
    if "starts_at" not in values:
        return ""
    starts, ends = (datetime.fromisoformat(values[name][1]).astimezone(zone) for name in ("starts_at", "ends_at"))
    return moments.moment(starts, language, ends)


def _name(name: str) -> str:
    for extra in EXTRAS:
        title = str(gettext(extra.title))
        if name == extra.has_name:
            return title
        if name == extra.capacity_name:
            return str(gettext("%(what)s: how many", what=title))
        if name == extra.about_name:
            return str(gettext("%(what)s: details", what=title))
        if name == extra.place_name:
            return str(gettext(extra.where_title))
    return str(_NAMES.get(name, name))


def _said(name: str, value: object, zone: ZoneInfo, language: str) -> str:
    if value is None or value in ("", []):
        return str(gettext("any number")) if name.endswith("capacity") else "–"
    if isinstance(value, bool):
        return str(gettext("yes") if value else gettext("no"))
    if name == "status":
        return str(_STATUSES.get(str(value), value))
    if name.endswith("_at"):
        return moments.moment(datetime.fromisoformat(str(value)).astimezone(zone), language)
    if name == "kilometres":
        return miles_of(float(str(value)))
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def tell_effects(effects: Effects) -> list[str]:
    """Return whom a change touches, in sentences: leg by leg, the mails in all first."""
    return [*_mails(effects), *(line for leg in effects.legs.values() for line in _of_leg(leg))]


def _mails(effects: Effects) -> Iterator[str]:
    if effects.told:
        yield ngettext(
            "%(count)s person gets an email about this change.",
            "%(count)s people get an email about this change.",
            effects.told,
            count=effects.told,
        )
    if effects.offers:
        yield ngettext(
            "%(count)s person on the wait list gets an email with an offer.",
            "%(count)s people on the wait list get an email with an offer.",
            effects.offers,
            count=effects.offers,
        )
    if effects.unreachable:
        yield ngettext(
            "%(count)s person can’t be told: we don’t keep their address.",
            "%(count)s people can’t be told: we don’t keep their addresses.",
            effects.unreachable,
            count=effects.unreachable,
        )


def _of_leg(leg: LegEffects) -> Iterator[str]:
    where = name_leg(leg.number, leg.where)
    if leg.lose:
        yield ngettext(
            "%(leg)s: %(count)s person loses their place.",
            "%(leg)s: %(count)s people lose their places.",
            leg.lose,
            leg=where,
            count=leg.lose,
        )
    if leg.lose_turn:
        yield ngettext(
            "%(leg)s: %(count)s person comes off the wait list.",
            "%(leg)s: %(count)s people come off the wait list.",
            leg.lose_turn,
            leg=where,
            count=leg.lose_turn,
        )
    for resource, people in leg.offered.items():
        titles = {extra.word: gettext(extra.title) for extra in EXTRAS}
        if resource in titles:
            yield gettext(
                "%(leg)s, %(what)s: offered to the wait list for %(count)s people.",
                leg=where,
                what=titles[resource],
                count=people,
            )
        else:
            yield ngettext(
                "%(leg)s: %(count)s place is offered to the wait list.",
                "%(leg)s: %(count)s places are offered to the wait list.",
                people,
                leg=where,
                count=people,
            )
