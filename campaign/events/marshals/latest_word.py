"""How many marshals with bad networks agree in the end: of all that was ever said of a party, the latest word holds.

Each tap is an entry with an id and a time that the phone gave it, once: sent twice it is the same entry. Two entries
about one party are ordered by time, then by id, then by what they say; that order is total, so the greatest of a set is
the same whatever the order in which its members arrive, and however often. Arithmetic without a database.

An entry must have been made before its link was over, and may arrive for 24 hours more. One from the future is not
taken: a fast clock would win over everybody; the answer tells the time, and the phone mends what it holds.

Source: last-writer-wins register (Shapiro et al. 2011, "A comprehensive study of convergent replicated data types").
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

GRACE = timedelta(hours=24)
"""How long after its link's end an entry made before that is still taken."""

TOLERANCE = timedelta(seconds=10)
"""How far ahead of ours a phone's clock may be: it was set by ours a moment before."""


@dataclass(frozen=True, slots=True, order=True)
class Word:
    """What an entry says; of two about one subject the greater holds. `at`: aware, to the millisecond."""

    at: datetime
    entry_id: UUID
    came: int
    name: str


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a word is about: an RSVP's public id, or the id given to people who walked up."""

    id: UUID
    is_walk_up: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One tap of a marshal."""

    subject: Subject
    word: Word


def latest(words: Iterable[Word]) -> Word:
    """Return the word that holds among at least one."""
    return max(words)


def refusal(entry: Entry, link_ends_at: datetime, at: datetime) -> str | None:
    """Return why an entry cannot be taken at `at` by its time (`late`, `ahead`), or None."""
    if entry.word.at > at + TOLERANCE:
        return "ahead"
    return "late" if entry.word.at > link_ends_at or at > link_ends_at + GRACE else None
