"""The RSVP's form: which legs, how many guests, and what the event asks beside.

Legs that are ticked win over `part`; `guests` counts for every chosen leg, `guests-<leg>` for that one instead. Nothing
is chosen for anybody: where there is more than one leg, one says which.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Self

from flask_babel import gettext, lazy_gettext
from wtforms import HiddenField, SelectMultipleField, StringField

from campaign.actions.forms import ActionForm, StrictCheckbox
from campaign.actions.typed import Typed, is_ticked
from campaign.events.asking import HELPS, NEEDS, RIDES
from campaign.events.commands import Details, Wish
from campaign.events.doors import DoorLeg, EventDoor
from campaign.kernel.formdata import FormData
from campaign.kernel.languages import KNOWN
from campaign.kernel.text import has_hidden_controls, has_line_break

MOST_GUESTS = 9
PARTS = ("all", "days", "finale")

_GUESTS_ON = "guests-"
_CHILDREN_ON = "children-"
_ON_LEGS = (_GUESTS_ON, _CHILDREN_ON)
_NUMBER = re.compile(r"[0-9]")
_PHONE = re.compile(r"[+(]?[0-9][0-9 ()./x+-]{4,38}")

Say = Callable[[str, str], None]
"""Takes a field's name and what is wrong with it, in words."""


class RsvpForm(ActionForm):
    """Who comes, on which legs, with how many.

    `guests_on`: what was typed of guests, and of the children among them, for single legs, by field name.
    """

    t = HiddenField()
    part = StringField(lazy_gettext("When do you come?"))
    legs = SelectMultipleField(lazy_gettext("Which days?"), validate_choice=False)
    guests = StringField(lazy_gettext("How many come with you?"))
    children = StringField(lazy_gettext("How many of you are children?"))
    meals = StrictCheckbox(lazy_gettext("We eat with you, where there is a meal"))
    lodging = StrictCheckbox(lazy_gettext("We need a place to sleep, where there is one"))
    phone = StringField(lazy_gettext("Phone, for the day itself"))
    ride = StringField(lazy_gettext("A ride"))
    ride_from = StringField(lazy_gettext("From where?"))
    needs = SelectMultipleField(lazy_gettext("What do you need?"), validate_choice=False)
    speaks = SelectMultipleField(lazy_gettext("Which languages do you speak?"), validate_choice=False)
    helps_as = SelectMultipleField(lazy_gettext("I can help as"), validate_choice=False)

    guests_on: Mapping[str, str] = MappingProxyType({})
    guests_errors: Mapping[str, str] = MappingProxyType({})

    @classmethod
    def refilled(cls, posted: FormData, errors: Mapping[str, Sequence[str]] | None = None) -> Self:
        """Return the form with what was typed, and what is wrong with it."""
        form = super().refilled(posted)
        form.guests_on = {name: value for name, value in posted.values.items() if name.startswith(_ON_LEGS)}
        form.tell(errors or {})
        return form

    def tell(self, errors: Mapping[str, Sequence[str]]) -> None:
        """Take on what is wrong, in words by field."""
        on_legs = {name: messages[0] for name, messages in errors.items() if name.startswith(_ON_LEGS)}
        self.guests_errors = {**self.guests_errors, **on_legs}
        super().tell({name: messages for name, messages in errors.items() if name not in on_legs})

    @property
    def first_errors(self) -> dict[str, str]:
        """What is wrong, one sentence a field."""
        return {**super().first_errors, **self.guests_errors}

    @property
    def ride_choices(self) -> list[tuple[str, str, str]]:
        """What to say of a ride: value, words, and no smaller line."""
        words = {"offered": gettext("I can take people along"), "asked": gettext("I need a ride")}
        return [(value, words[value], "") for value in RIDES]

    @property
    def need_choices(self) -> list[tuple[str, str, str]]:
        """What one may need."""
        words = {
            "wheelchair": gettext("A way without steps, for a wheelchair"),
            "sign-language": gettext("Sign language"),
            "diet": gettext("Food without meat"),
        }
        return [(value, words[value], "") for value in NEEDS]

    @property
    def help_choices(self) -> list[tuple[str, str, str]]:
        """What one may help as."""
        words = {
            "marshal": gettext("Marshal"),
            "driver": gettext("Driver"),
            "medic": gettext("Medic"),
            "interpreter": gettext("Interpreter"),
            "cook": gettext("Cook"),
        }
        return [(value, words[value], "") for value in HELPS]

    @property
    def language_choices(self) -> list[tuple[str, str, str]]:
        """The languages one may speak, each in itself."""
        return [(code, language.autonym, "") for code, language in KNOWN.items()]


@dataclass(frozen=True, slots=True)
class AskedRsvp:
    """What was asked of an event, found right where nothing was said."""

    wishes: tuple[Wish, ...]
    details: Details

    def as_texts(self) -> tuple[str, ...]:
        """Return all of it, so that the same request is recognised."""
        legs = tuple(f"{w.leg_id}:{w.places}:{w.meals}:{w.beds}:{w.children}" for w in self.wishes)
        details = self.details
        lists = ("/".join(words) for words in (details.needs, details.speaks, details.helps_as))
        return (*legs, details.phone, details.ride, details.ride_from, *lists)


def read_rsvp(form: FormData, typed: Typed, door: EventDoor, *, is_high_safety: bool) -> AskedRsvp:
    """Return what was asked; what is wrong with it is said to `typed`. High safety: no details are looked at."""
    wishes = read_wishes(form, door.legs, typed.say, asks_children=not is_high_safety)
    details = Details() if is_high_safety else _read_details(form, typed.say, door.asks)
    return AskedRsvp(wishes, details)


def read_wishes(
    form: FormData,
    legs: Mapping[str, DoorLeg],
    say: Say,
    *,
    asks_children: bool,
    has: Mapping[int, int] = MappingProxyType({}),
) -> tuple[Wish, ...]:
    """Return what is asked of each chosen leg, in their order.

    `asks_children`: whether who is a child may be told. `has`: how many people one comes with already, by id of the
    leg: a party that is there already is not too large.
    """
    chosen = _choose(form, legs, say)
    usual = _number(form.values.get("guests", ""), 0)
    if usual is None:
        say("guests", _not_a_number())
    eats, sleeps = (is_ticked(form.values.get(name, "")) for name in ("meals", "lodging"))
    wishes = []
    for leg in chosen:
        name = f"{_GUESTS_ON}{leg.public_id}"
        guests = _number(form.values.get(name, ""), usual)
        if guests is None and form.values.get(name, "").strip():
            say(name, _not_a_number())
        places = 1 + (guests or 0)
        if places > max(leg.most_people, has.get(leg.id, 0)):
            field = name if form.values.get(name, "").strip() else "guests"
            say(
                field,
                gettext("There are few places: please come with at most %(most)d guests.", most=leg.most_people - 1),
            )
        meals, beds = places if eats and leg.has_meal else 0, places if sleeps and leg.has_lodging else 0
        children = _children(form, leg, places, say) if asks_children and (meals or beds) else 0
        wishes.append(Wish(leg.id, places, meals, beds, children))
    return tuple(wishes)


def _children(form: FormData, leg: DoorLeg, places: int, say: Say) -> int:
    """Return how many of a party are children on a leg: what was typed for that one, else for all."""
    name = f"{_CHILDREN_ON}{leg.public_id}"
    if not form.values.get(name, "").strip():
        name = "children"
    children = _number(form.values.get(name, ""), 0)
    if children is None:
        say(name, _not_a_number())
        return 0
    has_own_party = bool(form.values.get(f"{_GUESTS_ON}{leg.public_id}", "").strip())
    if children > places and (name != "children" or not has_own_party):
        say(name, gettext("These are more children than people in your party."))
    return min(children, places)


def _choose(form: FormData, legs: Mapping[str, DoorLeg], say: Say) -> list[DoorLeg]:
    """Return the legs that are chosen and open, each once: the ticked ones, else those of `part`."""
    ticked = dict.fromkeys(value for name, value in form.pairs if name == "legs" and value)
    chosen = [legs[key] for key in ticked if key in legs] if ticked else _part(form, list(legs.values()))
    if len(chosen) < len(ticked):
        say("legs", gettext("Something you chose is not there any more. Please choose again."))
    if not chosen and not ticked:
        say("legs", gettext("Please choose when you come."))
    if not all(leg.is_open for leg in chosen):
        say("legs", gettext("Something you chose takes nobody any more. Please choose again."))
    return sorted((leg for leg in chosen if leg.is_open), key=lambda leg: leg.id)  # one request, one digest


def _part(form: FormData, legs: Sequence[DoorLeg]) -> list[DoorLeg]:
    part = form.values.get("part", "")
    standing = [leg for leg in legs if not leg.is_cancelled]
    if part == "all" or (not part and len(standing) == 1):
        return [leg for leg in standing if leg.is_open]
    return standing[-1:] if part == "finale" else []


def _number(text: str, otherwise: int | None) -> int | None:
    """Return a number of guests; `otherwise` for an empty box; None for what is none."""
    text = text.strip()
    if not text:
        return otherwise
    return int(text) if _NUMBER.fullmatch(text) else None


def _not_a_number() -> str:
    words: str = gettext("Please enter a number from 0 to %(most)d.", most=MOST_GUESTS)
    return words


def _read_details(form: FormData, say: Say, asks: Collection[str]) -> Details:
    """Return what the event asks beside; what it does not ask is not looked at."""
    get = form.values.get
    phone = get("phone", "").strip() if "phone" in asks else ""
    if phone and not _PHONE.fullmatch(phone):
        say("phone", gettext("This does not look like a phone number."))
    ride, ride_from = (get("ride", ""), get("ride_from", "").strip()) if "ride" in asks else ("", "")
    if ride and ride not in RIDES:
        say("ride", gettext("Please choose from the list."))
    if len(ride_from) > 120:
        say("ride_from", gettext("Please use at most %(most)d characters.", most=120))
    elif has_hidden_controls(ride_from) or has_line_break(ride_from):
        say("ride_from", gettext("This holds characters that cannot be seen. Please type it again."))
    return Details(
        phone=phone,
        ride=ride,
        ride_from=ride_from,
        needs=_some_of("needs", NEEDS, form, say) if "needs" in asks else (),
        speaks=_some_of("speaks", tuple(KNOWN), form, say) if "languages" in asks else (),
        helps_as=_some_of("helps_as", HELPS, form, say) if "help" in asks else (),
    )


def _some_of(field: str, words: Sequence[str], form: FormData, say: Say) -> tuple[str, ...]:
    posted = {value for name, value in form.pairs if name == field and value}
    if posted - set(words):
        say(field, gettext("Please choose from the list."))
    return tuple(word for word in words if word in posted)
