"""What a marshal's page shows: the leg, who is expected, who is here. Names, and no way to reach anybody."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from campaign.campaigns.texts import Text
from campaign.kernel.text import sort_key

NEEDS_AT_THE_START = ("wheelchair", "sign-language")
"""What a marshal must know at once; what people eat is the cook's business. Source: `events/questions.py`."""


@dataclass(frozen=True)
class MarshalLeg:
    """A leg as its marshal knows it. Instants are in the event's zone; `where`: the place of a shift, else empty."""

    id: int
    public_id: UUID
    event_id: int
    generation: int
    is_cancelled: bool
    event_title: Text
    title: Text
    where: str
    palette: str
    starts_at: datetime
    ends_at: datetime
    capacity: int | None


@dataclass(frozen=True)
class ExpectedParty:
    """An RSVP on a leg: `people` have a place (0: they gave it back), `came` of them are here."""

    id: UUID
    name: str
    people: int
    came: int
    needs: tuple[str, ...]

    @property
    def size(self) -> int:
        """How many there are to tick off."""
        return max(self.people, self.came)


@dataclass(frozen=True)
class WalkUp:
    """People who came without a place."""

    id: UUID
    name: str
    came: int


@dataclass(frozen=True)
class Roll:
    """Everybody of a leg, by name, and the numbers, in people."""

    parties: tuple[ExpectedParty, ...]
    walk_ups: tuple[WalkUp, ...]
    capacity: int | None

    @property
    def expected(self) -> int:
        """How many have a place."""
        return sum(party.people for party in self.parties)

    @property
    def here(self) -> int:
        """How many of them came."""
        return sum(party.came for party in self.parties)

    @property
    def walked_up(self) -> int:
        """How many came without a place."""
        return sum(group.came for group in self.walk_ups)

    @property
    def over(self) -> int:
        """How many more are here than the leg has places."""
        return 0 if self.capacity is None else max(self.here + self.walked_up - self.capacity, 0)

    def find(self, typed: str) -> "Roll":
        """Return it with those parties only in whose names every typed word begins a word or stands in one."""
        words = sort_key(typed).split()
        found = tuple(party for party in self.parties if all(word in sort_key(party.name) for word in words))
        return replace(self, parties=found)


def by_name(parties: Sequence[ExpectedParty]) -> tuple[ExpectedParty, ...]:
    """Return parties in the order of the names as they are shown, accents and capitals aside."""
    return tuple(sorted(parties, key=lambda party: (sort_key(party.name), party.id)))
