"""The fields of a letter, as plain values: to whom, which subject, one's own paragraph, the template around it.

A subject of one's own goes before the offered one, so that a page without scripts needs no third box to say which.
Our page shows every office with its box ticked, and says so by `ticking`: there, no ticked box is nobody. For whoever
posts without the page, no `executives` are all of them.
"""

from collections.abc import Collection
from dataclasses import dataclass

from campaign.actions.fields import Lists, Values, check_text
from campaign.kernel.problems import Problems
from campaign.kernel.text import is_drawn
from campaign.letters.placeholders import MOST_OF_ONE, find_repeated

MAX_SUBJECT = 150
MAX_PERSONAL = 5000
MAX_BODY = 10000


@dataclass(frozen=True, slots=True)
class LetterFields:
    """A letter as it was given, placeholders as typed; found right where nothing was said.

    Args:
        subject: the one that goes.
        personal: one's own paragraph.
        body: the template around it.
        executives: public ids of those it goes to; none: all.
    """

    subject: str
    personal: str
    body: str
    executives: frozenset[str]

    def goes_to(self, public_id: object) -> bool:
        """Whether an executive gets this letter."""
        return not self.executives or str(public_id) in self.executives


def find_left_out(values: Values, subject: str, body: str) -> dict[str, str]:
    """Return the campaign's own `subject` and `body` for the fields that were not given at all (not: left empty)."""
    left_out = {} if {"subject", "offered_subject"} & values.keys() else {"offered_subject": subject}
    return left_out if "body" in values else {**left_out, "body": body}


def subject_line(subject: str, offered: str) -> str:
    """Return the subject that goes: one's own, else the offered one that was chosen."""
    return subject.strip() or offered.strip()


def read_letter(values: Values, lists: Lists, known: Collection[str], problems: Problems) -> LetterFields:
    """Return the letter of `values`, checked; `known` are the public ids of the executives one can write to."""
    letter = LetterFields(
        subject=subject_line(values.get("subject", ""), values.get("offered_subject", "")),
        personal=values.get("personal", ""),
        body=values.get("body", ""),
        executives=frozenset(lists.get("executives", ())),
    )
    if not is_drawn(letter.subject):
        problems.say("subject", "missing")
    check_text(problems, "subject", letter.subject, MAX_SUBJECT, is_line=True)
    check_text(problems, "personal", letter.personal, MAX_PERSONAL)
    check_text(problems, "body", letter.body, MAX_BODY)
    for field, text in (("subject", letter.subject), ("body", letter.body)):
        for name in find_repeated(text):
            problems.say(field, "repeated", name=name, most=MOST_OF_ONE)
    if not is_drawn(letter.body) and not is_drawn(letter.personal):
        problems.say("personal", "missing")
    if not letter.executives <= set(known):
        problems.say("executives", "not_a_choice")
    elif not letter.executives and values.get("ticking"):
        problems.say("executives", "missing")
    return letter
