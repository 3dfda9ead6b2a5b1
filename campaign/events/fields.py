"""The fields of an RSVP, as plain values: which legs, how many guests, and what the event asks beside.

`part` says in a word which legs (`all`, `finale`), `legs` names them; where both are given and do not mean the same,
nobody but the reader can say which holds, so they are asked (`conflict`). So are those whose chosen times overlap
(`overlap`), unless they said that they mean it. `guests` counts for every chosen leg, `guests-<leg>` for that one
instead. Nothing is chosen for anybody: where there is more than one leg, one says which.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from types import MappingProxyType
from typing import Protocol

from campaign.actions.fields import Lists, Values, check_text, is_ticked
from campaign.events.commands import Wish
from campaign.events.doors import DoorLeg, EventDoor
from campaign.events.questions import MALFORMED, QUESTIONS, Answer, Question, list_asked
from campaign.events.resources import EXTRAS
from campaign.kernel.plain import plain
from campaign.kernel.problems import Problems

MOST_GUESTS = 9
PARTS = ("all", "days", "finale")
WHOLE_PARTS = ("all", "finale")
"""Those that say by themselves which legs."""

GUESTS_ON = "guests-"
"""What the name of a field begins with that says how many guests come on one leg: behind it stands its public id."""

CHILDREN_ON = "children-"
"""The same, for how many of a party are children."""

OVERLAP = "overlap"
"""The box by which somebody says that they mean times that overlap: a party that splits up."""

_NUMBER = re.compile(r"[0-9]")


class Timed(Protocol):
    """Something with hours, aware; None where nobody knows them."""

    @property
    def starts_at(self) -> datetime | None:
        """When it begins."""

    @property
    def ends_at(self) -> datetime | None:
        """When it ends."""


@dataclass(frozen=True, slots=True)
class RsvpFields:
    """What was asked of an event, found right where nothing was said."""

    wishes: tuple[Wish, ...]
    answers: Mapping[str, Answer]

    def as_texts(self) -> tuple[str, ...]:
        """Return all of it, so that the same request is recognised."""
        legs = tuple(
            ":".join(str(n) for n in (w.leg_id, w.places, *(w.extras.get(e.word, 0) for e in EXTRAS), w.children))
            for w in self.wishes
        )
        answers = (self.answers.get(question.name, "") for question in QUESTIONS)
        return (*legs, *(answer if isinstance(answer, str) else "/".join(answer) for answer in answers))


def read_rsvp(values: Values, lists: Lists, door: EventDoor, problems: Problems, *, is_high_safety: bool) -> RsvpFields:
    """Return what was asked, checked against what `door` knows; what the event does not ask is not looked at."""
    wishes = read_wishes(values, lists, door.legs, problems, asks_children=not is_high_safety)
    return RsvpFields(wishes, read_answers(values, lists, door, problems, is_high_safety=is_high_safety))


def read_answers(
    values: Values, lists: Lists, door: EventDoor, problems: Problems, *, is_high_safety: bool
) -> dict[str, Answer]:
    """Return the answers to what `door` asks beside places, by question; what was left out is not there."""
    asked = list_asked(door.asks, is_high_safety=is_high_safety)
    read = {question.name: _read_answer(question, values, lists, problems) for question in asked}
    return {name: answer for name, answer in read.items() if answer}


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
    if not is_ticked(values.get(OVERLAP, "")) and do_overlap(chosen):
        problems.say("legs", OVERLAP)
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
    of_part = _part(values, list(legs.values()))
    chosen = [legs[key] for key in ticked if key in legs] if ticked else of_part
    if ticked and values.get("part", "") in WHOLE_PARTS and {leg.id for leg in chosen} != {leg.id for leg in of_part}:
        problems.say("part", "conflict")
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


def do_overlap(legs: Iterable[Timed]) -> bool:
    """Return whether one of these begins before another has ended: nobody is at two places at once."""
    hours = sorted((leg.starts_at, leg.ends_at) for leg in legs if leg.starts_at and leg.ends_at)
    return any(later[0] < earlier[1] for earlier, later in pairwise(hours))


def _number(text: str, otherwise: int | None) -> int | None:
    """Return a number of guests; `otherwise` for an empty text; None for what is none."""
    text = plain(text).strip()
    if not text:
        return otherwise
    return int(text) if _NUMBER.fullmatch(text) else None


def _read_answer(question: Question, values: Values, lists: Lists, problems: Problems) -> Answer:
    """Return what was answered to one question; empty where nothing was."""
    if question.takes_several:
        return _some_of(question, lists, problems)
    given = values.get(question.name, "")
    if question.choices:
        if given and given not in question.choices:
            problems.say(question.name, "not_a_choice")
        return given
    if question.pattern is None:
        given = given.strip()
        check_text(problems, question.name, given, question.most, is_line=True)
        return given
    given = plain(given).strip()
    if given and not question.pattern.fullmatch(given):
        problems.say(question.name, MALFORMED)
    return given


def _some_of(question: Question, lists: Lists, problems: Problems) -> tuple[str, ...]:
    given = {value for value in lists.get(question.name, ()) if value}
    if given - question.choices.keys():
        problems.say(question.name, "not_a_choice")
    return tuple(word for word in question.choices if word in given)
