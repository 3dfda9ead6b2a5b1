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
from campaign.events.pages.contents import EventPage
from campaign.events.questions import MALFORMED, QUESTIONS, Question
from campaign.events.resources import EXTRAS
from campaign.kernel.formdata import FormData
from campaign.kernel.languages import KNOWN, Language
from campaign.kernel.problems import Problem

_ON_LEGS = (GUESTS_ON, CHILDREN_ON)
_NO_NOTES: Mapping[str, str] = MappingProxyType({})


class RsvpForm(ActionForm):
    """Who comes, on which legs, with how many.

    `guests_on`: what was typed of guests, and of the children among them, for single legs, by field name.
    """

    words: ClassVar[ProblemWords] = {
        **WORDS,
        "not_a_number": lazy_gettext("Enter a number from 0 to %(most)d."),
        "too_many": lazy_gettext("Places are limited: bring at most %(most)d guests."),
        "more_than_party": lazy_gettext("That’s more children than people in your group."),
        "legs.missing": lazy_gettext("Choose when you’re coming."),
        "legs.not_a_choice": lazy_gettext("Something you chose is no longer available. Choose again."),
        "legs.closed": lazy_gettext("Something you chose is closed. Choose again."),
        "legs.overlap": lazy_gettext(
            "Some of these times overlap. Choose one, or check “Yes, we’ll split up” if your group wants both."
        ),
        "part.conflict": lazy_gettext(
            "You also checked single days below. Choose “Some days” to keep them, or uncheck them."
        ),
        **{f"{one.name}.{MALFORMED}": lazy_gettext(one.malformed) for one in QUESTIONS if one.malformed},
    }

    t = HiddenField()
    part = StringField(lazy_gettext("Which days?"))
    legs = SelectMultipleField(lazy_gettext("Which days?"), validate_choice=False)
    overlap = StrictCheckbox(lazy_gettext("Yes, we’ll split up"))
    guests = StringField(lazy_gettext("How many guests?"))
    children = StringField(lazy_gettext("How many are children?"))

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
    def asks_overlap(self) -> bool:
        """Whether it asks somebody if they mean times that overlap: where they chose such, or said so before."""
        return bool(self.overlap.data) or self.words["legs.overlap"] in self.legs.errors

    def opens_more(self, page: EventPage) -> bool:
        """Return whether what most leave out stands open: something is in it, or a chosen leg needs it."""
        names = ("children", "comment", *(extra.box for extra in EXTRAS), *(one.name for one in QUESTIONS))
        if self.guests_errors or any(self.guests_on.values()) or any(self[n].data or self[n].errors for n in names):
            return True
        legs = [leg for leg in page.all_legs if leg.is_open]
        if self.part.data == "finale":
            legs = legs[-1:]
        elif self.part.data != "all" and len(page.all_legs) > 1:
            legs = [leg for leg in legs if str(leg.public_id) in (self.legs.data or ())]
        return any(leg.needs_more for leg in legs)

    @staticmethod
    def options_of(question: Question, notes: Mapping[str, str] = _NO_NOTES) -> list[tuple[str, str, str]]:
        """Return what to choose from: value, words, and a smaller line out of `notes`, by value.

        A language is called as it calls itself.
        """
        if question.are_languages:
            return [(code, _in_itself(KNOWN[code]), "") for code in question.choices]
        return [(value, gettext(words), notes.get(value, "")) for value, words in question.choices.items()]


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
