"""Between a form's boxes and the plain values that the rules of events read: both ways, and where a problem is shown.

A text in a language has the box `name-language`. What was typed is never changed on its way but for line ends, and
hours that are written as people write them (`4:30 p.m.`); whether it is right is the rules' to say.
"""

import re
from collections.abc import Collection, Mapping, Sequence

from campaign.events.maps import KILOMETRES_A_MILE
from campaign.events.queries.stored import Values
from campaign.events.resources import EXTRAS
from campaign.kernel.problems import Path, Problem

Typed = Mapping[str, str]
"""What stands in the boxes, by name."""

Lists = Mapping[str, Sequence[str]]
"""The same where a name may stand several times."""

EVENT_TEXTS = ("title", "summary", "bring")
TOLD_TEXTS = ("pace", "rests", "transport", "bring")
FACTS = ("step_free", "wheelchair_van", "sign_language")
_LINES = ("from_name", "to_name", "address")

_CLOCK = re.compile(r"(\d{1,2})(?::(\d{2}))?(?:\s*([ap])\.?\s*m\.?)?( second)?", re.IGNORECASE)
_HALF = 12


def show_event(values: Values, languages: Sequence[str]) -> dict[str, str]:
    """Return the boxes of an event's own values."""
    boxes = {name: str(values.get(name) or "") for name in ("slug", "campaign", "kind", "timezone", "starts", "phone")}
    boxes |= _show_texts(values, EVENT_TEXTS, languages)
    leads = values.get("leads") or {}
    return boxes | {f"leads-{tag}": "\n".join(leads.get(tag, ())) for tag in languages}


def put_event(values: Values, typed: Typed, lists: Lists, languages: Sequence[str]) -> None:
    """Put the boxes of an event's own values over them; what has no box stays."""
    for name in ("kind", "timezone", "starts"):
        if name in typed:
            values[name] = typed[name].strip()
    if "phone" in typed:
        values["phone"] = typed["phone"].strip() or None
    _put_texts(values, EVENT_TEXTS, typed, languages)
    if any(f"leads-{tag}" in typed for tag in languages):
        leads = {tag: _split(typed.get(f"leads-{tag}", "")) for tag in languages}
        values["leads"] = {tag: lines for tag, lines in leads.items() if lines} or None
    values["asks"] = list(lists.get("asks", ()))


def show_leg(leg: Values, languages: Sequence[str]) -> dict[str, str]:
    """Return the boxes of a stretch of a march."""
    boxes = {name: str(leg.get(name) or "") for name in (*_LINES, "starts", "ends")}
    boxes |= {"from": _show_point(leg.get("from")), "to": _show_point(leg.get("to"))}
    boxes |= {"capacity": _number(leg.get("capacity")), "miles": miles_of(leg.get("kilometres"))}
    boxes |= _show_texts(leg, ("title", *TOLD_TEXTS), languages) | _show_facts(leg)
    for extra in EXTRAS:
        boxes[extra.name] = _number(leg.get(extra.name)) if extra.is_numbered else "yes" if leg.get(extra.name) else ""
        if not extra.is_numbered:
            boxes[extra.many] = _number(leg.get(extra.many))
        boxes |= _show_texts(leg, [name for name in (extra.about_name, extra.place_name) if name], languages)
    return boxes


def put_leg(leg: Values, typed: Typed, languages: Sequence[str]) -> None:
    """Put the boxes of a stretch of a march over its values."""
    leg |= {name: typed.get(name, "").strip() or None for name in _LINES}
    leg |= {"starts": read_hour(typed.get("starts", "")), "ends": read_hour(typed.get("ends", ""))}
    leg |= {"from": _read_point(typed.get("from", "")), "to": _read_point(typed.get("to", ""))}
    leg["capacity"] = typed.get("capacity", "").strip() or None
    miles = typed.get("miles", "").strip()
    if miles != miles_of(leg.get("kilometres")):
        leg.pop("kilometres", None)
        leg["miles"] = miles or None
    _put_texts(leg, ("title", *TOLD_TEXTS), typed, languages)
    _put_facts(leg, typed)
    for extra in EXTRAS:
        given = typed.get(extra.name, "").strip()
        leg[extra.name] = (given or None) if extra.is_numbered else bool(given)
        if not extra.is_numbered:
            leg[extra.many] = typed.get(extra.many, "").strip() or None
        _put_texts(leg, [name for name in (extra.about_name, extra.place_name) if name], typed, languages)


def show_place(place: Values, languages: Sequence[str]) -> dict[str, str]:
    """Return the boxes of a place of a day of action."""
    boxes = {"title": str(place.get("title") or ""), "address": str(place.get("address") or "")}
    boxes |= {"at": _show_point(place.get("at")), "capacity": _number(place.get("capacity"))}
    boxes["shifts"] = "\n".join(place.get("shifts") or ())
    return boxes | _show_texts(place, TOLD_TEXTS, languages) | _show_facts(place)


def put_place(place: Values, typed: Typed, languages: Sequence[str]) -> None:
    """Put the boxes of a place of a day of action over its values."""
    place |= {name: typed.get(name, "").strip() or None for name in ("title", "address", "capacity")}
    place["at"] = _read_point(typed.get("at", ""))
    place["shifts"] = [read_period(line) for line in _split(typed.get("shifts", ""))]
    _put_texts(place, TOLD_TEXTS, typed, languages)
    _put_facts(place, typed)


def read_hour(typed: str) -> str:
    """Return an hour as the rules read it, `16:30` for `4:30 p.m.`; whatever is none as it was typed."""
    found = _CLOCK.fullmatch(typed.strip())
    if found is None:
        return typed.strip()
    hour, minute, half, second = int(found[1]), found[2], (found[3] or "").lower(), found[4] or ""
    if (half and not 1 <= hour <= _HALF) or (not half and minute is None):
        return typed.strip()
    if half:
        hour = hour % _HALF + (_HALF if half == "p" else 0)
    return f"{hour:02}:{minute or '00'}{second}"


def read_period(typed: str) -> str:
    """Return a period as the rules read it, `10:00-14:00` for `10 a.m. – 2 p.m.`."""
    begins, dash, ends = typed.replace("\N{EN DASH}", "-").partition("-")
    return f"{read_hour(begins)}-{read_hour(ends)}" if dash else typed.strip()


def box_of(problem: Problem, below: Path = (), boxes: Collection[str] = ()) -> str:
    """Return the name of the box that a problem is shown at; empty where the form has none for it.

    `below`: where the values of the form stand in those that were checked, such as `("legs", 2)`. `boxes`: the names of
    those there are, in order: what is wrong with a text in whatever language is shown at its first one.
    """
    path = problem.field
    if path[: len(below)] != below or (not below and path[:1] in {("legs",), ("places",)}):
        return ""
    words = [part for part in path[len(below) :] if isinstance(part, str)]
    if problem.code == "missing_in":
        words.append(str(problem.parameters["language"]))
    name = "-".join(words[:2])
    return name if name in boxes else next((box for box in boxes if box.startswith(f"{name}-")), name)


def miles_of(kilometres: float | None) -> str:
    """Return a distance in miles as its box shows it."""
    return "" if kilometres is None else f"{kilometres / KILOMETRES_A_MILE:.1f}".removesuffix(".0")


def _show_texts(values: Values, names: Sequence[str], languages: Sequence[str]) -> dict[str, str]:
    return {f"{name}-{tag}": (values.get(name) or {}).get(tag, "") for name in names for tag in languages}


def _put_texts(values: Values, names: Sequence[str], typed: Typed, languages: Sequence[str]) -> None:
    """Put texts by language over what is stored; of one that has no boxes nothing is known, and it stays."""
    for name in names:
        if not any(f"{name}-{tag}" in typed for tag in languages):
            continue
        texts = {tag: typed.get(f"{name}-{tag}", "").replace("\r\n", "\n").strip() for tag in languages}
        given = {tag: text for tag, text in texts.items() if text}
        values[name] = given or ({} if name in {"title", "summary"} else None)


def _show_facts(values: Values) -> dict[str, str]:
    words = {True: "true", False: "false", None: ""}
    return {name: words[values.get(name)] for name in FACTS}


def _put_facts(values: Values, typed: Typed) -> None:
    values |= {name: typed.get(name, "") or None for name in FACTS}


def _show_point(point: Sequence[object] | None) -> str:
    return "" if point is None else ", ".join(str(degrees) for degrees in point)


def _read_point(typed: str) -> list[str] | None:
    parts = [part.strip() for part in typed.split(",")]
    return parts if any(parts) else None


def _number(value: object) -> str:
    return "" if value is None else str(value)


def _split(typed: str) -> list[str]:
    return [line.strip() for line in typed.splitlines() if line.strip()]
