"""What an event may ask of who comes, beside places: declared here, once; what was answered is data (ADR 0040).

Which of it is asked is the event's choice (`Event.asks`). Answers are `Rsvp.answers`, by the names of questions; what
was left out is not there. A new question is an entry of `QUESTIONS`: no column and no migration
(`docs/howto/add-a-resource.md`).
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

from campaign.kernel.catalogues import N_
from campaign.kernel.languages import KNOWN

Answer = str | tuple[str, ...]
"""A text or a word; several words where several may be chosen."""

MALFORMED = "malformed"
"""The code of what does not look as its question says."""

PHONE_PATTERN = re.compile(r"[+(]?[0-9][0-9 ()./x+-]{4,38}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A box of the form. Words are messages of the catalogues, for whoever shows them to translate.

    Args:
        name: of its box, and of its answer where it is stored.
        label: what the form asks. hint: a smaller line below it.
        forgotten: by which ending of the event its answer goes at the latest (`campaign.events.endings`): health, and
            what else nobody needs to settle the last day, by `over_lately`.
        asked_as: the word of a file's `asks` by which it is asked; empty: its name.
        choices: what may be chosen, in the form's words; none for what is typed.
        takes_several: whether several of them may be. is_dense: whether the form has them side by side.
        are_languages: whether they are languages, each called by its own name in the form.
        most: how many characters may be typed. pattern: what it looks like; else a line of text.
        malformed: what the form says of what does not look so.
        is_phone: whether it is a telephone number.
        may_ask_high_safety: whether an event of a high-safety campaign asks it, too.
        own_title: what the page of who answered it calls it; empty: as the form.
        column: its title on lists of who comes; empty: these do not have it.
        width: how wide it is printed: a name that the sheet's template knows. rank: the lower, the further in front.
        beside: the question whose printed column has its answer too.
        listed: the words of its choices on lists, where they are others.
        counted: above how many chose what, at the head of a leg; empty: that is not told.
    """

    name: str
    label: str
    forgotten: Literal["over", "over_lately"]
    hint: str = ""
    asked_as: str = ""
    choices: Mapping[str, str] = field(default_factory=dict, hash=False)
    takes_several: bool = False
    is_dense: bool = False
    are_languages: bool = False
    most: int = 120
    pattern: re.Pattern[str] | None = None
    malformed: str = ""
    is_phone: bool = False
    may_ask_high_safety: bool = False
    own_title: str = ""
    column: str = ""
    width: str = "words"
    rank: int = 9
    beside: str = ""
    listed: Mapping[str, str] = field(default_factory=dict, hash=False)
    counted: str = ""

    @property
    def word(self) -> str:
        """By which a file asks it."""
        return self.asked_as or self.name

    @property
    def own_label(self) -> str:
        """What its answer is called where whoever gave it sees it again."""
        return self.own_title or self.label

    @property
    def listed_words(self) -> Mapping[str, str]:
        """What its choices are called on lists."""
        return self.listed or self.choices


PHONE = Question(
    name="phone",
    label=N_("Phone (only used on the day)"),
    own_title=N_("Phone"),
    forgotten="over",
    most=40,
    pattern=PHONE_PATTERN,
    malformed=N_("Enter a phone number, like 239-555-0100."),
    is_phone=True,
    column=N_("Phone"),
    width="phone",
    rank=2,
)
RIDE = Question(
    name="ride",
    label=N_("Ride"),
    forgotten="over",
    choices={"offered": N_("I can give others a ride"), "asked": N_("I need a ride")},
    column=N_("Ride"),
    width="ride",
    rank=1,
    listed={"offered": N_("offers"), "asked": N_("needs")},
)
RIDE_FROM = Question(
    name="ride_from",
    label=N_("Where from?"),
    own_title=N_("Ride from"),
    forgotten="over",
    asked_as="ride",
    column=N_("Ride from"),
    rank=1,
    beside="ride",
)
WHEELCHAIR = "wheelchair"
"""The need that a day without steps answers, or a van."""

NEEDS = Question(
    name="needs",
    label=N_("What do you need?"),
    own_title=N_("Needs"),
    forgotten="over_lately",
    hint=N_("Only the people running the event see this. It’s deleted two days after the event."),
    choices={
        WHEELCHAIR: N_("Step-free route (wheelchair)"),
        "sign-language": N_("Sign language"),
        "diet": N_("Vegetarian meals"),
    },
    takes_several=True,
    counted=N_("Needs (number of RSVPs):"),
)
SPEAKS = Question(
    name="speaks",
    label=N_("Which languages do you speak?"),
    own_title=N_("Languages"),
    forgotten="over",
    asked_as="languages",
    choices={code: language.autonym for code, language in KNOWN.items()},
    takes_several=True,
    is_dense=True,
    are_languages=True,
    column=N_("Languages"),
)
HELPS_AS = Question(
    name="helps_as",
    label=N_("I can help as a…"),
    own_title=N_("Can help as"),
    forgotten="over",
    asked_as="help",
    choices={
        "marshal": N_("Marshal"),
        "driver": N_("Driver"),
        "medic": N_("Medic"),
        "interpreter": N_("Interpreter"),
        "cook": N_("Cook"),
    },
    takes_several=True,
    is_dense=True,
    column=N_("Helps as"),
    listed={
        "marshal": N_("marshal"),
        "driver": N_("driver"),
        "medic": N_("medic"),
        "interpreter": N_("interpreter"),
        "cook": N_("cook"),
    },
    counted=N_("Can help (number of RSVPs):"),
)

QUESTIONS = (PHONE, RIDE, RIDE_FROM, NEEDS, SPEAKS, HELPS_AS)
"""All of them, in the order of the form."""

ASKABLE = tuple(dict.fromkeys(question.word for question in QUESTIONS))
"""The words by which a file asks."""


def list_asked(asks: Collection[str], *, is_high_safety: bool) -> tuple[Question, ...]:
    """Return the questions of an event that asks `asks`, in the order of the form."""
    return tuple(
        question
        for question in QUESTIONS
        if question.word in asks and (question.may_ask_high_safety or not is_high_safety)
    )


def list_columns(asks: Collection[str] = ASKABLE) -> tuple[Question, ...]:
    """Return the questions that lists of who comes have a column for, in the order of these."""
    listed = [question for question in QUESTIONS if question.column and question.word in asks]
    return tuple(sorted(listed, key=lambda question: question.rank))


def without(forgotten: str) -> str:
    """Return the expression, in SQL, of a column's answers without those that an ending makes forgotten."""
    return "{column}" + "".join(f" - '{question.name}'" for question in QUESTIONS if question.forgotten == forgotten)
