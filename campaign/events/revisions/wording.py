"""What changed of an event and whom it touches, as lines for the operator; clocks are those of the event."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from campaign.events.resources import FILE_NAMES
from campaign.events.revisions.effects import Effects, LegEffects
from campaign.events.revisions.snapshots import Difference
from campaign.revisions.wording import moment, tell_values

_NAMES = {
    "starts_at": "starts",
    "ends_at": "ends",
    "start": "from",
    "end": "to",
    "start_name": "from_name",
    "end_name": "to_name",
    "day_phone": "phone",
    **FILE_NAMES,
    "is_step_free": "step_free",
    "has_wheelchair_van": "wheelchair_van",
    "has_sign_language": "sign_language",
}
"""What a file calls them."""


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
            hidden = {"status"} if difference.is_resumed or difference.is_cancelled else set()
            values = {name: pair for name, pair in difference.values.items() if name not in hidden}
            yield from ((label, line) for line in tell_values(values, zones, _NAMES))


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


def label_of(number: int, where: str) -> str:
    """Return what a leg is called: ``leg 3 (Oak Street)``; the event itself is called nothing."""
    if not number:
        return ""
    return f"leg {number} ({where})" if where else f"leg {number}"


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
