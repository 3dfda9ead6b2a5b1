"""What somebody answered to what an event asks beside places, as the mails that tell them what they have repeat it.

Only what was chosen of ours is written out, and the telephone number, which is digits: free text stays on the page
behind the link, so that no form says anything in a mail in somebody else's words. So does health and diet: it goes two
days after the event, and a mailbox, and whoever carries mail, keeps what it gets.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from campaign.events.endings import OVER_LATELY
from campaign.events.own_rsvps import OwnRsvp
from campaign.kernel.catalogues import N_


@dataclass(frozen=True)
class MailAnswer:
    """One answer: its title and its words, messages of the catalogues. `is_phone`: the number itself, by its tag."""

    title: str
    words: tuple[str, ...]
    is_phone: bool = False


ON_THE_PAGE = N_("shown on your RSVP page")
PHONE_TAG = "own_phone"


def mail_answers_of(own: OwnRsvp) -> tuple[MailAnswer, ...]:
    """Return what of an RSVP's answers a mail repeats, in the order of the form."""
    return tuple(_answers(own))


def phone_of(own: OwnRsvp) -> str:
    """Return the number somebody gave, or nothing."""
    return next((str(answer) for question, answer in own.told if question.is_phone), "")


def _answers(own: OwnRsvp) -> Iterator[MailAnswer]:
    for question, answer in own.told:
        if question.forgotten == OVER_LATELY:
            yield MailAnswer(question.own_label, (ON_THE_PAGE,))
        elif question.is_phone:
            yield MailAnswer(question.own_label, (), is_phone=True)
        elif question.choices:
            chosen = (answer,) if isinstance(answer, str) else answer
            yield MailAnswer(question.own_label, tuple(question.choices[one] for one in chosen))
