"""The letter's form as its page shows it: to whom, which subject, one's own paragraph, and the template around it."""

from typing import ClassVar

from flask_babel import lazy_gettext
from wtforms import HiddenField, SelectMultipleField, StringField, TextAreaField

from campaign.actions.forms import ActionForm
from campaign.actions.problem_words import WORDS, ProblemWords
from campaign.letters.fields import subject_line


class LetterForm(ActionForm):
    """One's own paragraph over a template, to chosen executives (none chosen: all)."""

    words: ClassVar[ProblemWords] = {
        **WORDS,
        "subject.missing": lazy_gettext("Please enter a subject."),
        "personal.missing": lazy_gettext("Please write a letter."),
        "repeated": lazy_gettext("Please use {%(name)s} at most %(most)d times."),
        "executives.not_a_choice": lazy_gettext("Please choose again to whom you write."),
    }

    t = HiddenField()
    executives = SelectMultipleField(lazy_gettext("To whom?"), validate_choice=False)
    offered_subject = StringField(lazy_gettext("Subject"))
    subject = StringField(lazy_gettext("Or a subject of your own"))
    personal = TextAreaField(lazy_gettext("Your own words"))
    body = TextAreaField(lazy_gettext("The rest of the letter"))

    @property
    def subject_line(self) -> str:
        """The subject that goes, placeholders as typed."""
        return subject_line(self.subject.data or "", self.offered_subject.data or "")
