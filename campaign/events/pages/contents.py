"""What the page of an event holds, in one reader's language: plain values, ready to be written out.

Instants are aware and in the event's own zone: what a clock shows there is what a marcher has to know.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from campaign.campaigns.texts import Text, TextList
from campaign.events.maps import KILOMETRES_A_MILE
from campaign.events.pages.lists import EventCard
from campaign.events.pages.particulars import Particulars
from campaign.events.pages.placelists import PlaceListing
from campaign.events.questions import Question, list_asked
from campaign.events.resources import EXTRAS, Resource


@dataclass(frozen=True)
class LegEntry:
    """One leg, or one shift at a place.

    Args:
        left: how many places are left; None where nothing bounds them.
        waiting: how many people wait for a place.
        extras: what it has besides places.
        is_open: whether it takes RSVPs now: not closed, not cancelled, not begun.
        end: latitude and longitude of where it ends (start: of where it begins), or None.
        address: where a stretch starts; start_name: the town or site; both empty where it may not be told.
        title: empty where a place may not be told, and for the shifts of a place.
        particulars: what it tells of the day; without texts where a place may not be told.
        came: how many people came, once it is over; None where nobody said, or it may not be told.
        is_coarse: whether pages say only that places are left, not how many: the number moves with each who comes.
    """

    public_id: UUID
    position: int
    title: Text
    status: str
    starts_at: datetime
    ends_at: datetime
    kilometres: float | None
    start: tuple[float, float] | None
    end: tuple[float, float] | None
    address: str
    start_name: str
    capacity: int | None
    left: int | None
    waiting: int
    extras: tuple[Resource, ...]
    is_open: bool
    version: int
    particulars: Particulars
    came: int | None
    is_coarse: bool

    @property
    def miles(self) -> float | None:
        """Its length in miles, to the tenth."""
        return None if self.kilometres is None else _miles(self.kilometres)

    @property
    def day(self) -> date:
        """The day it is on, in the event's zone."""
        return self.starts_at.date()

    @property
    def wants_children(self) -> bool:
        """Whether it has anything for which it counts who is a child."""
        return any(extra.wants_children for extra in self.extras)

    @property
    def needs_more(self) -> bool:
        """Whether who comes should look at what most leave out of the form: it has beds, or is not step-free."""
        return any(extra.is_numbered for extra in self.extras) or not self.particulars.is_step_free

    @property
    def is_full(self) -> bool:
        """Whether nobody gets a place without waiting."""
        return self.left == 0 or self.waiting > 0


@dataclass(frozen=True)
class PlaceEntry:
    """Where a part of a day of action happens, with its shifts. What it tells of the day, each of them tells.

    `kilometres`: how far it is, where that was asked.
    """

    public_id: UUID
    title: str
    at: tuple[float, float] | None
    address: str
    shifts: tuple[LegEntry, ...]
    kilometres: float | None = None

    @property
    def miles(self) -> float | None:
        """How far it is, in miles."""
        return None if self.kilometres is None else _miles(self.kilometres)


@dataclass(frozen=True)
class EventPage:
    """Everything the page of an event shows. A march has `legs`; a day of action has `places`.

    Args:
        places: those that are shown; `listing` says which of how many they are.
        is_taking: whether any leg or shift, shown or not, takes RSVPs now.
        leg_versions: grows with each change of a leg or shift.
        came: how many people came to all its parts together; who walked two days counts twice.
    """

    card: EventCard
    summary: Text
    bring: Text
    leads: TextList
    asks: tuple[str, ...]
    legs: tuple[LegEntry, ...]
    places: tuple[PlaceEntry, ...]
    listing: PlaceListing
    is_taking: bool
    came: int
    version: int
    leg_versions: int
    public_id: UUID
    changed_at: datetime
    as_of: datetime
    shows_places: bool

    @property
    def is_over(self) -> bool:
        """Whether nothing of it is to come."""
        return self.card.is_over(self.as_of)

    @property
    def all_legs(self) -> tuple[LegEntry, ...]:
        """Legs, or the shifts that are shown, in order."""
        return self.legs or tuple(shift for place in self.places for shift in place.shifts)

    @property
    def is_open(self) -> bool:
        """Whether anybody can still RSVP to a part of it."""
        return self.card.status == "published" and self.is_taking

    @property
    def questions(self) -> tuple[Question, ...]:
        """What the form asks beside places."""
        return list_asked(self.asks, is_high_safety=self.card.is_high_safety)

    @property
    def steps(self) -> str:
        """What there is for a wheelchair on what is open and not step-free: a `van`, on `some`, `none`; else empty.

        Empty, too, where it is not said of all of these whether a van goes along.
        """
        rough = [leg.particulars for leg in self.all_legs if leg.is_open and not leg.particulars.is_step_free]
        vans = {told.has_wheelchair_van for told in rough}
        if True in vans:
            return "van" if len(vans) == 1 else "some"
        return "none" if vans == {False} else ""

    @property
    def asks_children(self) -> bool:
        """Whether the form asks how many of a party are children; never for a high-safety campaign."""
        return not self.card.is_high_safety and any(leg.is_open and leg.wants_children for leg in self.all_legs)

    @property
    def extras(self) -> tuple[Resource, ...]:
        """What may be asked for besides places, of any leg that is open."""
        there = {extra for leg in self.all_legs if leg.is_open for extra in leg.extras}
        return tuple(extra for extra in EXTRAS if extra in there)

    @property
    def kilometres(self) -> float:
        """The length of the whole route."""
        return sum(leg.kilometres or 0 for leg in self.legs if leg.status != "cancelled")

    @property
    def miles(self) -> float:
        """The same in miles, to the tenth."""
        return _miles(self.kilometres)

    @property
    def route(self) -> "tuple[Stretch, ...]":
        """The strip that is drawn of a march of several legs; empty for any other event."""
        walked = [leg for leg in self.legs if leg.kilometres and leg.status != "cancelled"]
        return draw_route(walked) if len(walked) > 1 else ()


@dataclass(frozen=True)
class ChangeNote:
    """What changed of a leg that is still to come, for whoever reads the event's page; instants in its zone.

    Args:
        leg: as it is now. place: the name of a shift's place; empty for a march, and where it may not be told.
        what: `cancelled`, `resumed`, `day` (on another day now), `hours`, `place` (at another place now).
        starts, ends: old and new, where these changed.
        is_elsewhere: whether the place changed, too.
    """

    changed_at: datetime
    leg: LegEntry
    place: str
    what: str
    starts: tuple[datetime, datetime] | None
    ends: tuple[datetime, datetime] | None
    is_elsewhere: bool


ROUTE_WIDTH = 320
"""How wide the strip of a route is drawn, in units of its picture: as many as a narrow phone has pixels."""

_LEAST_STRETCH = 30.0  # so that a number stands in the shortest leg


@dataclass(frozen=True)
class Stretch:
    """A leg on the drawn strip: from where, in units, and how long."""

    leg: LegEntry
    start: float
    width: float

    @property
    def middle(self) -> float:
        """Where its words stand."""
        return round(self.start + self.width / 2, 1)

    def mirrored(self) -> "Stretch":
        """Return it as readers of a right-to-left language see it."""
        return Stretch(self.leg, round(ROUTE_WIDTH - self.start - self.width, 1), self.width)


def draw_route(legs: Sequence[LegEntry]) -> tuple[Stretch, ...]:
    """Return the legs side by side, each as long as its part of the way, the shortest long enough to be read."""
    least = min(_LEAST_STRETCH, ROUTE_WIDTH / len(legs))
    free = ROUTE_WIDTH - least * len(legs)
    whole = sum(leg.kilometres or 0 for leg in legs) or 1
    drawn: list[Stretch] = []
    start = 0.0
    for leg in legs:
        width = least + free * (leg.kilometres or 0) / whole
        drawn.append(Stretch(leg, round(start, 1), round(width, 1)))
        start += width
    return tuple(drawn)


def _miles(kilometres: float) -> float:
    return round(kilometres / KILOMETRES_A_MILE, 1)
