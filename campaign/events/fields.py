"""The fields of an RSVP, as plain values: which legs, how many guests, and what the event asks beside.

Legs that are ticked win over `part`; `guests` counts for every chosen leg, `guests-<leg>` for that one instead. Nothing
is chosen for anybody: where there is more than one leg, one says which.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from campaign.actions.fields import Lists, Values, check_text, is_ticked
from campaign.events.asking import HELPS, NEEDS, RIDES
from campaign.events.commands import Details, Wish
from campaign.events.doors import DoorLeg, EventDoor
from campaign.events.resources import EXTRAS
from campaign.kernel.languages import KNOWN
from campaign.kernel.problems import Problems

MOST_GUESTS = 9
MOST_OF_A_PLACE = 120
PARTS = ("all", "days", "finale")

GUESTS_ON = "guests-"
"""What the name of a field begins with that says how many guests come on one leg: behind it stands its public id."""

CHILDREN_ON = "children-"
"""The same, for how many of a party are children."""

_NUMBER = re.compile(r"[0-9]")
_PHONE = re.compile(r"[+(]?[0-9][0-9 ()./x+-]{4,38}")


@dataclass(frozen=True, slots=True)
class RsvpFields:
    """What was asked of an event, found right where nothing was said."""

    wishes: tuple[Wish, ...]
    details: Details

    def as_texts(self) -> tuple[str, ...]:
        """Return all of it, so that the same request is recognised."""
        legs = tuple(
            ":".join(str(n) for n in (w.leg_id, w.places, *(w.extras.get(e.word, 0) for e in EXTRAS), w.children))
            for w in self.wishes
        )
        details = self.details
        lists = ("/".join(words) for words in (details.needs, details.speaks, details.helps_as))
        return (*legs, details.phone, details.ride, details.ride_from, *lists)


def read_rsvp(values: Values, lists: Lists, door: EventDoor, problems: Problems, *, is_high_safety: bool) -> RsvpFields:
    """Return what was asked, checked against what `door` knows. High safety: no details are looked at."""
    wishes = read_wishes(values, lists, door.legs, problems, asks_children=not is_high_safety)
    details = Details() if is_high_safety else _read_details(values, lists, problems, door.asks)
    return RsvpFields(wishes, details)


def read_wishes(
    values: Values,
    lists: Lists,
    legs: Mapping[str, DoorLeg],
    problems: Problems,
    *,
    asks_children: bool,
    has: Mapping[int, int] = MappingProxyType({}),
) -> tuple[Wish, ...]:
    """Return what is asked of each chosen leg, in their order.

    `asks_children`: whether who is a child may be told. `has`: how many people one comes with already, by id of the
    leg: a party that is there already is not too large.
    """
    chosen = _choose(values, lists, legs, problems)
    usual = _number(values.get("guests", ""), 0)
    if usual is None:
        problems.say("guests", "not_a_number", most=MOST_GUESTS)
    ticked = [extra for extra in EXTRAS if is_ticked(values.get(extra.box, ""))]
    wishes = []
    for leg in chosen:
        name = f"{GUESTS_ON}{leg.public_id}"
        guests = _number(values.get(name, ""), usual)
        if guests is None and values.get(name, "").strip():
            problems.say(name, "not_a_number", most=MOST_GUESTS)
        places = 1 + (guests or 0)
        if places > max(leg.most_people, has.get(leg.id, 0)):
            field = name if values.get(name, "").strip() else "guests"
            problems.say(field, "too_many", most=leg.most_people - 1)
        wanted = [extra for extra in ticked if extra.word in leg.extras]
        is_asked = asks_children and any(extra.wants_children for extra in wanted)
        children = _children(values, leg, places, problems) if is_asked else 0
        amounts = {extra.word: extra.amount(places, children) for extra in wanted}
        wishes.append(Wish(leg.id, places, amounts, children))
    return tuple(wishes)


def _children(values: Values, leg: DoorLeg, places: int, problems: Problems) -> int:
    """Return how many of a party are children on a leg: what was given for that one, else for all."""
    name = f"{CHILDREN_ON}{leg.public_id}"
    if not values.get(name, "").strip():
        name = "children"
    children = _number(values.get(name, ""), 0)
    if children is None:
        problems.say(name, "not_a_number", most=MOST_GUESTS)
        return 0
    has_own_party = bool(values.get(f"{GUESTS_ON}{leg.public_id}", "").strip())
    if children > places and (name != "children" or not has_own_party):
        problems.say(name, "more_than_party")
    return min(children, places)


def _choose(values: Values, lists: Lists, legs: Mapping[str, DoorLeg], problems: Problems) -> list[DoorLeg]:
    """Return the legs that are chosen and open, each once: the ticked ones, else those of `part`."""
    ticked = dict.fromkeys(value for value in lists.get("legs", ()) if value)
    chosen = [legs[key] for key in ticked if key in legs] if ticked else _part(values, list(legs.values()))
    if len(chosen) < len(ticked):
        problems.say("legs", "not_a_choice")
    if not chosen and not ticked:
        problems.say("legs", "missing")
    if not all(leg.is_open for leg in chosen):
        problems.say("legs", "closed")
    return sorted((leg for leg in chosen if leg.is_open), key=lambda leg: leg.id)  # one request, one digest


def _part(values: Values, legs: Sequence[DoorLeg]) -> list[DoorLeg]:
    part = values.get("part", "")
    standing = [leg for leg in legs if not leg.is_cancelled]
    if part == "all" or (not part and len(standing) == 1):
        return [leg for leg in standing if leg.is_open]
    return standing[-1:] if part == "finale" else []


def _number(text: str, otherwise: int | None) -> int | None:
    """Return a number of guests; `otherwise` for an empty text; None for what is none."""
    text = text.strip()
    if not text:
        return otherwise
    return int(text) if _NUMBER.fullmatch(text) else None


def _read_details(values: Values, lists: Lists, problems: Problems, asks: Collection[str]) -> Details:
    """Return what the event asks beside; what it does not ask is not looked at."""
    get = values.get
    phone = get("phone", "").strip() if "phone" in asks else ""
    if phone and not _PHONE.fullmatch(phone):
        problems.say("phone", "malformed")
    ride, ride_from = (get("ride", ""), get("ride_from", "").strip()) if "ride" in asks else ("", "")
    if ride and ride not in RIDES:
        problems.say("ride", "not_a_choice")
    check_text(problems, "ride_from", ride_from, MOST_OF_A_PLACE, is_line=True)
    return Details(
        phone=phone,
        ride=ride,
        ride_from=ride_from,
        needs=_some_of("needs", NEEDS, lists, problems) if "needs" in asks else (),
        speaks=_some_of("speaks", tuple(KNOWN), lists, problems) if "languages" in asks else (),
        helps_as=_some_of("helps_as", HELPS, lists, problems) if "help" in asks else (),
    )


def _some_of(field: str, words: Sequence[str], lists: Lists, problems: Problems) -> tuple[str, ...]:
    given = {value for value in lists.get(field, ()) if value}
    if given - set(words):
        problems.say(field, "not_a_choice")
    return tuple(word for word in words if word in given)
