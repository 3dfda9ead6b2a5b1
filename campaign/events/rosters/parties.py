"""What a roster holds: the event, its legs with their numbers, and the parties. Plain values; times in its zone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from campaign.events.questions import Answer, Question


@dataclass(frozen=True, slots=True)
class Count:
    """How many RSVPs, and how many people they are together."""

    parties: int = 0
    people: int = 0


@dataclass(frozen=True)
class RosterLeg:
    """One leg or shift.

    Args:
        title: where to, or the place of a day of action.
        capacities: by resource, in people; None: nothing bounds it, 0: there is none.
        counts: by question and answer: a resource and the state of claims; `children` and `going`;
            of who is going, a question of `campaign.events.questions` and a choice.
        place: position of the place that it is a shift at; None for a stretch of a march.
    """

    id: int
    position: int
    title: str
    status: str
    starts_at: datetime
    ends_at: datetime
    capacities: Mapping[str, int | None]
    counts: Mapping[tuple[str, str], Count]
    place: int | None = None

    @property
    def is_shift(self) -> bool:
        """Whether it is a shift at a place, and no stretch of a march."""
        return self.place is not None

    def count(self, question: str, word: str) -> Count:
        """Return how many gave this answer."""
        return self.counts.get((question, word), Count())

    def has(self, resource: str) -> bool:
        """Whether it has any of a resource."""
        return self.capacities[resource] != 0

    def waits_for(self, resource: str) -> bool:
        """Whether anybody does."""
        return self.count(resource, "queued").parties + self.count(resource, "offered").parties > 0


@dataclass(frozen=True)
class Roster:
    """An event as of `made_at`, by leg, in numbers.

    `where`: for a march, from its first start to its last end. `is_purged`: it is so long over that what was asked to
    run it is forgotten, or about to be.
    """

    slug: str
    title: str
    where: str
    status: str
    asks: tuple[str, ...]
    made_at: datetime
    legs: tuple[RosterLeg, ...]
    is_high_safety: bool
    is_purged: bool

    @property
    def title_and_where(self) -> str:
        """What it is called, and for a march where it leads."""
        return ", ".join(part for part in (self.title, self.where) if part)


@dataclass(frozen=True, slots=True)
class Extra:
    """What a party has besides its places: for how many people, and whether they have it or wait.

    `turn`: where in the queue.
    """

    people: int
    is_going: bool
    turn: tuple[datetime, int] | None


@dataclass(frozen=True, slots=True)
class Party:
    """One RSVP on one leg: whoever confirmed it, with guests.

    Args:
        leg: its position.
        state: `going`, `offered` (a place, until `until`, in UTC) or `queued`.
        children: how many of the people are.
        extras: what is asked for besides places, by resource.
        answers: by question; what was left out is not there.
        comment: their own words, for those who prepare it.
    """

    leg: int
    state: str
    until: datetime | None
    name: str
    people: int
    children: int
    extras: Mapping[str, Extra]
    answers: Mapping[str, Answer]
    comment: str = ""

    def said(self, question: Question) -> str:
        """Return what was typed, or the one that was chosen; empty for nothing."""
        answer = self.answers.get(question.name, "")
        return answer if isinstance(answer, str) else ", ".join(answer)

    def chose(self, question: Question) -> tuple[str, ...]:
        """Return all that was chosen."""
        answer = self.answers.get(question.name, ())
        return (answer,) if isinstance(answer, str) else tuple(answer)
