"""The letter's form: to whom, which subject, one's own paragraph, the template around it, and what they become.

A subject of one's own goes before the offered one, so that a page without scripts needs no third box to say which.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext, lazy_gettext
from wtforms import HiddenField, SelectMultipleField, StringField, TextAreaField

from campaign.actions.doorstep import Doorstep
from campaign.actions.forms import ActionForm
from campaign.actions.typed import Posted, Typed, read_typed
from campaign.kernel.installation import Installation
from campaign.kernel.text import has_hidden_controls, has_line_break
from campaign.letters.commands import LetterText
from campaign.letters.texts import MOST_OF_ONE, fill, fill_line, find_repeated
from campaign.people.towns import town_of
from campaign.targets.models import Executive

MAX_SUBJECT = 150
MAX_PERSONAL = 5000
MAX_BODY = 10000


class LetterForm(ActionForm):
    """One's own paragraph over a template, to chosen executives (none chosen: all)."""

    t = HiddenField()
    executives = SelectMultipleField(lazy_gettext("To whom?"), validate_choice=False)
    offered_subject = StringField(lazy_gettext("Subject"))
    subject = StringField(lazy_gettext("Or a subject of your own"))
    personal = TextAreaField(lazy_gettext("Your own words"))
    body = TextAreaField(lazy_gettext("The rest of the letter"))

    @property
    def subject_line(self) -> str:
        """The subject that goes, placeholders as typed: one's own, else the offered one that was chosen."""
        return (self.subject.data or "").strip() or (self.offered_subject.data or "").strip()


def read_letter(
    form: LetterForm, posted: Posted, doorstep: Doorstep, installation: Installation, known: Sequence[str]
) -> Typed:
    """Return what was typed, the letter in `form` checked too; `known` are the executives one can write to."""
    typed = read_typed(posted, doorstep, installation)
    subject = form.subject_line
    if not subject:
        typed.say("subject", gettext("Please enter a subject."))
    elif len(subject) > MAX_SUBJECT:
        typed.say("subject", gettext("Please use at most %(most)d characters.", most=MAX_SUBJECT))
    elif has_hidden_controls(subject) or has_line_break(subject):
        typed.say("subject", gettext("This holds characters that cannot be seen. Please type it again."))
    personal, body = form.personal.data or "", form.body.data or ""
    typed.check_text("personal", personal, MAX_PERSONAL)
    typed.check_text("body", body, MAX_BODY)
    for field, text in (("subject", subject), ("body", body)):
        for name in find_repeated(text):
            words = gettext("Please use {%(name)s} at most %(most)d times.", name=name, most=MOST_OF_ONE)
            typed.say(field, words)
    if not body.strip() and not personal.strip():
        typed.say("personal", gettext("Please write a letter."))
    if not set(form.executives.data or []) <= set(known):
        typed.say("executives", gettext("Please choose again to whom you write."))
    return typed


@dataclass(frozen=True)
class Preview:
    """A letter exactly as it goes, with whom it goes to."""

    office: str
    company: str
    text: LetterText


def write_out(form: LetterForm, typed: Typed, executives: Sequence[Executive]) -> list[Preview]:
    """Return one letter for each chosen executive (all, where none is chosen), placeholders filled."""
    chosen = set(form.executives.data or [])
    return [
        _preview(form, typed, executive) for executive in executives if not chosen or str(executive.public_id) in chosen
    ]


def _preview(form: LetterForm, typed: Typed, executive: Executive) -> Preview:
    values = {
        "executive": executive.office,
        "company": executive.company.name,
        "given_name": typed.given_name,
        "family_name": typed.family_name,
        "town": town_of(typed.country, typed.postal_code),
        "personal": (form.personal.data or "").replace("\r\n", "\n").strip(),
    }
    body = form.body.data or ""
    if values["personal"] and "{personal}" not in body:
        body = "{personal}\n\n" + body
    text = LetterText(
        executive_id=executive.id,
        company_id=executive.company_id,
        mailbox=executive.address,
        subject=fill_line(form.subject_line, values),
        body=fill(body, values),
    )
    return Preview(executive.office, executive.company.name, text)
