"""The RSVP's form as its page shows it: which legs, how many guests, and what the event asks beside."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import ClassVar, Self

from flask_babel import gettext, lazy_gettext
from markupsafe import Markup
from wtforms import HiddenField, SelectMultipleField, StringField

from campaign.actions.forms import ActionForm, StrictCheckbox
from campaign.actions.problem_words import WORDS, ProblemWords
from campaign.events.fields import CHILDREN_ON, GUESTS_ON
from campaign.events.questions import MALFORMED, QUESTIONS, Question
from campaign.events.resources import EXTRAS
from campaign.kernel.formdata import FormData
from campaign.kernel.languages import KNOWN, Language
from campaign.kernel.problems import Problem

_ON_LEGS = (GUESTS_ON, CHILDREN_ON)


class RsvpForm(ActionForm):
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
        **{f"{one.name}.{MALFORMED}": lazy_gettext(one.malformed) for one in QUESTIONS if one.malformed},
    }

    t = HiddenField()
    part = StringField(lazy_gettext("When do you come?"))
    legs = SelectMultipleField(lazy_gettext("Which days?"), validate_choice=False)
    guests = StringField(lazy_gettext("How many come with you?"))
    children = StringField(lazy_gettext("How many of you are children?"))

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

    @staticmethod
    def options_of(question: Question) -> list[tuple[str, str, str]]:
        """Return what to choose from: value, words, and no smaller line. A language is called as it calls itself."""
        if question.are_languages:
            return [(code, _in_itself(KNOWN[code]), "") for code in question.choices]
        return [(value, gettext(words), "") for value, words in question.choices.items()]


for _extra in EXTRAS:
    setattr(RsvpForm, _extra.box, StrictCheckbox(lazy_gettext(_extra.wish)))
for _one in QUESTIONS:
    _label = lazy_gettext(_one.label)
    _field = SelectMultipleField(_label, validate_choice=False) if _one.takes_several else StringField(_label)
    setattr(RsvpForm, _one.name, _field)


def _in_itself(language: Language) -> Markup:
    """Return a language's own name, for those who hear the page to hear it right."""
    words = Markup('<span class="autonym" lang="{}" dir="{}">{}</span>')
    return words.format(language.code, language.direction, language.autonym)
