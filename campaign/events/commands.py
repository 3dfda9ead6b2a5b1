"""What can be asked of events: frozen commands, the same from every door."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from campaign.actions.commands import TakeAction
from campaign.events.maps import Point
from campaign.events.questions import Answer
from campaign.events.resources import PLACE


@dataclass(frozen=True, slots=True)
class Wish:
    """What one RSVP asks of one leg, in people: oneself and one's guests, and how much of what else it has.

    `extras`: by resource. `children`: how many of `places` are, told only where who prepares something has to know.
    """

    leg_id: int
    places: int
    extras: Mapping[str, int] = field(default_factory=dict)
    children: int = 0

    def amounts(self) -> dict[str, int]:
        """Return the amount asked of each resource, those not asked for left out; places first."""
        return {PLACE: self.places} | {word: amount for word, amount in self.extras.items() if amount}


@dataclass(frozen=True, slots=True)
class MakeRsvp:
    """Somebody wants to come to an event, on the legs of `wishes`.

    `answers`: to what else it asks, by question; what was left out is not there. `network`: where from, as of
    `network_of`.
    """

    action: TakeAction
    event_id: int
    wishes: tuple[Wish, ...]
    answers: Mapping[str, Answer] = field(default_factory=dict)
    network: str = ""

    @property
    def ip(self) -> str:
        """For the limits."""
        return self.action.ip

    @property
    def limit_scope(self) -> str:
        """For the limits."""
        return self.action.limit_scope


@dataclass(frozen=True, slots=True)
class ChangeRsvp:
    """The holder of an RSVP wants other legs or other numbers; what `wishes` leaves out is given back.

    `answers`: all that holds from now on of what was answered, by question; None leaves what is stored.
    """

    action_id: int
    wishes: tuple[Wish, ...]
    answers: Mapping[str, Answer] | None = None


@dataclass(frozen=True, slots=True)
class SavePlace:
    """Where a part of a day of action happens. `address`: None leaves it as it is stored.

    `position`: which of the stored ones it is, one that none has for a new one; None: it is known by its name.
    """

    title: str
    at: Point | None
    address: str | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True)
class SaveLeg:
    """A leg or a shift; `values` by column, instants in UTC. `place` is the index of its place, None for a march.

    `extras`: columns of what it has besides places, by resource; what is left out stays as it is stored.
    """

    position: int
    values: Mapping[str, object]
    place: int | None = None
    extras: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SaveEvent:
    """Add the event of this slug to the campaign of that one, or bring it to `values`, by column, and to its legs.

    `is_counted_from_loading`: its first day was said as so many days from now, and settles when it is first stored.
    """

    slug: str
    campaign: str
    values: Mapping[str, object]
    status: str | None
    legs: tuple[SaveLeg, ...]
    is_counted_from_loading: bool
    places: tuple[SavePlace, ...] = ()
