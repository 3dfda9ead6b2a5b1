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
        "subject.missing": lazy_gettext("Enter a subject."),
        "personal.missing": lazy_gettext("Write a paragraph. Without it, the letter is empty."),
        "repeated": lazy_gettext("Use {%(name)s} no more than %(most)d times."),
        "executives.missing": lazy_gettext("Choose at least one recipient."),
        "executives.not_a_choice": lazy_gettext("The recipients have changed. Check who gets your letter."),
    }

    t = HiddenField()
    executives = SelectMultipleField(lazy_gettext("Recipients"), validate_choice=False)
    ticking = HiddenField()
    offered_subject = StringField(lazy_gettext("Subject"))
    subject = StringField(lazy_gettext("Or write your own subject (optional)"))
    personal = TextAreaField(lazy_gettext("Your own paragraph"))
    body = TextAreaField(lazy_gettext("The full letter"))

    @property
    def subject_line(self) -> str:
        """The subject that goes, placeholders as typed."""
        return subject_line(self.subject.data or "", self.offered_subject.data or "")
