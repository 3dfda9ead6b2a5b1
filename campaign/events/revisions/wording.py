"""What changed of an event and whom it touches, as lines for the operator; clocks are those of the event."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from campaign.events.models import EventVersion
from campaign.events.revisions.effects import Effects, LegEffects
from campaign.events.revisions.snapshots import Difference, read_differences

_LONGEST = 60  # characters of a text that are shown

_NAMES = {
    "starts_at": "starts",
    "ends_at": "ends",
    "start": "from",
    "end": "to",
    "has_meal": "meal",
    "meal_capacity": "meals",
    "has_lodging": "lodging",
    "bed_capacity": "beds",
    "is_step_free": "step_free",
    "has_wheelchair_van": "wheelchair_van",
    "has_sign_language": "sign_language",
}
"""What a file calls them."""

_DOORS = {"load": "from a file", "cancel": "by `events cancel`", "leg": "by `events leg`"}


def tell_differences(differences: Sequence[Difference], zone: str) -> Iterator[tuple[str, str]]:
    """Yield what changed: of which leg (empty for the event itself), and in words. `zone`: the event's, now."""
    was = next((one.values["timezone"][0] for one in differences if "timezone" in one.values), None)
    zones = (ZoneInfo(was or zone), ZoneInfo(zone))
    for difference in differences:
        label = label_of(difference.number, difference.where)
        if difference.is_new:
            yield label, _added(difference, zones[1])
        elif difference.is_resumed:
            yield label, "takes place after all"
        elif difference.is_cancelled:
            yield label, "cancelled"
        if not difference.is_new:
            hidden = difference.is_resumed or difference.is_cancelled
            for name, (old, new) in difference.values.items():
                if name != "status" or not hidden:
                    yield from ((label, line) for line in _changed(name, old, new, zones))


def tell_effects(effects: Effects) -> Iterator[tuple[str, str]]:
    """Yield whom it touches, leg by leg; the mails in all come last, each person's one counted once."""
    for leg in effects.legs.values():
        label = label_of(leg.number, leg.where)
        yield from ((label, line) for line in _touched(leg))
    if effects.is_told_of_change:
        yield "", f"people to be told by mail: {effects.told}"
    if effects.offers:
        yield "", f"people to be offered a place, meal or bed by mail: {effects.offers}"
    if effects.taken_back:
        yield "", f"mails of an earlier change that did not go out, and need not: {effects.taken_back}"
    if effects.unreachable:
        yield "", f"people who cannot be told, because their address is not kept: {effects.unreachable}"


def tell_version(version: EventVersion, zone: str) -> Iterator[str]:
    """Yield the lines of one change of the history: when and by what, and below it what it was."""
    when = moment(version.at.isoformat(), ZoneInfo(zone))
    yield f"{version.number}. {when}, {_DOORS[version.door]}; told by mail: {version.told_count}"
    for part, line in tell_differences(read_differences(version.changes), zone):
        yield f"   {part}: {line}" if part else f"   {line}"


def label_of(number: int, where: str) -> str:
    """Return what a leg is called: ``leg 3 (Oak Street)``; the event itself is called nothing."""
    if not number:
        return ""
    return f"leg {number} ({where})" if where else f"leg {number}"


def moment(value: str, zone: ZoneInfo) -> str:
    """Return an instant as the clocks of a zone show it: ``Sat 13 Mar 2027 07:30 EST``."""
    return f"{datetime.fromisoformat(value).astimezone(zone):%a %d %b %Y %H:%M %Z}"


def _touched(leg: LegEffects) -> Iterator[str]:
    if leg.told:
        yield f"mail “changed” to {leg.told}"
    if leg.lose:
        yield f"lose their place: {_people(leg.lose)}"
    if leg.lose_turn:
        yield f"wait no more: {_people(leg.lose_turn)}"
    for resource, people in leg.offered.items():
        yield f"offered a {resource}: {_people(people)}, mail “free for you” to {leg.offers[resource]}"


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"


def _added(difference: Difference, zone: ZoneInfo) -> str:
    values = {name: new for name, (_, new) in difference.values.items()}
    if difference.is_of_event:
        return f"added, {values['status']}"
    ends = datetime.fromisoformat(values["ends_at"]).astimezone(zone)
    bound = values.get("capacity")
    places = "any number of places" if bound is None else f"{bound} places"
    return f"added, {moment(values['starts_at'], zone)} to {ends:%H:%M}, {places}"


def _changed(name: str, old: object, new: object, zones: tuple[ZoneInfo, ZoneInfo]) -> Iterator[str]:
    said = _NAMES.get(name, name.replace("_", " "))
    if isinstance(new, Mapping) or isinstance(old, Mapping):
        before, after = _texts(old), _texts(new)
        for language in sorted(before.keys() | after.keys()):
            if before.get(language) != after.get(language):
                yield f"{said} ({language}) {_quoted(before.get(language))} → {_quoted(after.get(language))}"
    elif name in ("starts_at", "ends_at"):
        yield f"{said} {moment(str(old), zones[0])} → {moment(str(new), zones[1])}"
    else:
        yield f"{said} {_shown(old)} → {_shown(new)}"


def _texts(value: object) -> Mapping[str, str]:
    """Return texts by language; several in one language as one."""
    by_language = value if isinstance(value, Mapping) else {}
    return {tag: ", ".join(text) if isinstance(text, list) else text for tag, text in by_language.items()}


def _quoted(value: str | None) -> str:
    return "nothing" if not value else f"“{_cut(' '.join(value.split()))}”"


def _shown(value: object) -> str:
    if value is None or value in ("", []):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(member) for member in value)
    return _cut(str(value))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
