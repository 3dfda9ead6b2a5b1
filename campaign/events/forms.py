"""The RSVP's form as its page shows it: which legs, how many guests, and what the event asks beside."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import ClassVar, Self

from flask_babel import gettext, lazy_gettext
from wtforms import HiddenField, SelectMultipleField, StringField

from campaign.actions.forms import ActionForm, StrictCheckbox
from campaign.actions.problem_words import WORDS, ProblemWords
from campaign.events.asking import HELPS, NEEDS, RIDES
from campaign.events.fields import CHILDREN_ON, GUESTS_ON
from campaign.events.resources import EXTRAS
from campaign.kernel.formdata import FormData
from campaign.kernel.languages import KNOWN
from campaign.kernel.problems import Problem

_ON_LEGS = (GUESTS_ON, CHILDREN_ON)


class _Boxes(ActionForm):
    """A box for each thing that legs may have besides places."""


for _extra in EXTRAS:
    setattr(_Boxes, _extra.box, StrictCheckbox(lazy_gettext(_extra.wish)))


class RsvpForm(_Boxes):
    """Who comes, on which legs, with how many.

    `guests_on`: what was typed of guests, and of the children among them, for single legs, by field name.
    """

    words: ClassVar[ProblemWords] = {
        **WORDS,
        "not_a_number": lazy_gettext("Please enter a number from 0 to %(most)d."),
        "too_many": lazy_gettext("There are few places: please come with at most %(most)d guests."),
        "more_than_party": lazy_gettext("These are more children than people in your party."),
        "legs.missing": lazy_gettext("Please choose when you come."),
        "legs.not_a_choice": lazy_gettext("Something you chose is not there any more. Please choose again."),
        "legs.closed": lazy_gettext("Something you chose takes nobody any more. Please choose again."),
        "phone.malformed": lazy_gettext("This does not look like a phone number."),
    }

    t = HiddenField()
    part = StringField(lazy_gettext("When do you come?"))
    legs = SelectMultipleField(lazy_gettext("Which days?"), validate_choice=False)
    guests = StringField(lazy_gettext("How many come with you?"))
    children = StringField(lazy_gettext("How many of you are children?"))
    phone = StringField(lazy_gettext("Phone, for the day itself"))
    ride = StringField(lazy_gettext("A ride"))
    ride_from = StringField(lazy_gettext("From where?"))
    needs = SelectMultipleField(lazy_gettext("What do you need?"), validate_choice=False)
    speaks = SelectMultipleField(lazy_gettext("Which languages do you speak?"), validate_choice=False)
    helps_as = SelectMultipleField(lazy_gettext("I can help as"), validate_choice=False)

    guests_on: Mapping[str, str] = MappingProxyType({})
    guests_errors: Mapping[str, str] = MappingProxyType({})

    @classmethod
    def refilled(cls, posted: FormData, problems: Iterable[Problem] = ()) -> Self:
        """Return the form with what was typed, and what is wrong with it."""
        form = super().refilled(posted)
        form.guests_on = {name: value for name, value in posted.values.items() if name.startswith(_ON_LEGS)}
        form.tell(problems)
        return form

    def put_error(self, name: str, sentence: str) -> None:
        """Put a sentence beside a field's box; that of a single leg is no field of WTForms."""
        if not name.startswith(_ON_LEGS):
            super().put_error(name, sentence)
        elif name not in self.guests_errors:
            self.guests_errors = {**self.guests_errors, name: sentence}

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
