"""How places are given out, as arithmetic: what is left, who may hold unconfirmed, whom a freed place goes to.

The rule, as the event's page says it:

1. Nobody is ever given more than is left.
2. Who has not confirmed holds a place for two hours, and all of them together a fifth of a leg at most.
3. What is freed goes to whoever has waited longest among those whose whole party fits; nobody is split. Who is passed
   over keeps their turn.
4. An offer stands for a day; in the last week before the leg for two hours, in the last twelve hours for 15 minutes. It
   counts as taken while it stands. None ends between nine in the evening and nine in the morning of the place, unless
   the leg begins before that morning comes.
5. Who lets an offer pass keeps their turn for what is freed next; who lets a second one pass has none any more.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

HOLD = timedelta(hours=2)
"""How long an unconfirmed RSVP keeps its places."""

UNCONFIRMED_SHARE = 5
"""Unconfirmed RSVPs hold one in this many places of a leg together."""

LATE = timedelta(hours=12)
LATE_OFFER = timedelta(minutes=15)
EARLY = timedelta(days=7)
EARLY_OFFER = timedelta(days=1)
"""How long before a leg offers are early, when nobody has to be quick, and how long these stand."""

EVENING, MORNING = time(21), time(9)
"""Between these, by the clocks of the place, no offer ends."""


@dataclass(slots=True)
class Pool:
    """What one leg has of one resource, in people.

    Args:
        capacity: None where nothing bounds it.
        taken: held, offered and going. held: of these, unconfirmed.
        is_open: whether anything is given out now.
    """

    capacity: int | None
    taken: int = 0
    held: int = 0
    is_open: bool = True

    @property
    def left(self) -> int | None:
        """How many are left; None where nothing bounds it. Never negative, also where a capacity was lowered."""
        return None if self.capacity is None else max(self.capacity - self.taken, 0)

    def fits(self, amount: int) -> bool:
        """Whether `amount` can be taken now."""
        return self.is_open and (self.capacity is None or self.taken + amount <= self.capacity)

    def take(self, amount: int) -> bool:
        """Take `amount` if it fits; return whether it did."""
        if not self.fits(amount):
            return False
        self.taken += amount
        return True

    def hold(self, amount: int) -> bool:
        """Take `amount` for somebody who has not confirmed, within the share that such may hold together."""
        if self.capacity is not None and self.held + amount > self.capacity // UNCONFIRMED_SHARE:
            return False
        if not self.take(amount):
            return False
        self.held += amount
        return True

    def give_back(self, amount: int) -> None:
        """Free what was taken."""
        self.taken -= amount


class Pools(dict[str, Pool]):
    """The pools of a leg by resource. Of what is not there nothing is left; what one has of it can be given back."""

    def __missing__(self, resource: str) -> Pool:
        """Return the pool of something that is not there."""
        return self.setdefault(resource, Pool(0))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A party in the queue of a pool."""

    claim_id: int
    amount: int


def choose(pool: Pool, queue: Iterable[Waiting]) -> Iterator[Waiting]:
    """Yield who is offered what is left, in the order of the queue; the pool counts it as taken."""
    for waiting in queue:
        if pool.take(waiting.amount):
            yield waiting


def offer_ends(at: datetime, starts_at: datetime, usual: timedelta) -> datetime:
    """Return until when an offer made at `at` stands, for a leg that starts at `starts_at`; never beyond its start.

    `starts_at` is in the zone of the place, whose clocks say when it is night.
    """
    ahead = starts_at - at
    stands = LATE_OFFER if ahead <= LATE else EARLY_OFFER if ahead > EARLY else usual
    ends = min(at + stands, starts_at).astimezone(starts_at.tzinfo)
    morning = _morning_after(ends)
    return morning if morning is not None and morning < starts_at else ends


def _morning_after(at: datetime) -> datetime | None:
    """Return when the night that `at` is in is over; None by day."""
    if MORNING <= at.time() <= EVENING:
        return None
    day = at.date() if at.time() < MORNING else at.date() + timedelta(days=1)
    return datetime.combine(day, MORNING, at.tzinfo)
