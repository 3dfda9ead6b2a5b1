"""What a leg may have besides its places: meals, beds; declared here, once, and given out like places (ADR 0040).

A leg is its places (`Leg.capacity`). Which of the others it has, and how many at most, is rows: `leg_resources`. A new
one is an entry of `EXTRAS`: no column and no migration (`docs/howto/add-a-resource.md`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import CheckConstraint, ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column

from campaign.kernel.base import Base
from campaign.kernel.catalogues import N_
from campaign.revisions.differences import bring

PLACE = "place"
"""The resource that every leg has. Whoever has no place gets nothing else."""


def for_everybody(people: int, _children: int) -> int:
    """Return how many a party takes of what each of them needs: as many as they are."""
    return people


def for_children(_people: int, children: int) -> int:
    """Return how many a party takes of what only its children need."""
    return children


@dataclass(frozen=True, slots=True)
class Resource:
    """Something a leg may have. Words are messages of the catalogues, for whoever shows them to translate.

    Args:
        word: what claims and rows call it.
        name: what a file calls it; the columns of snapshots and histories are named after it.
        many: what a file, and the operator's terminal, call its number.
        box: the name of its box in the form.
        wish: what the box says. title: what the event's page calls it. own_title: what its holder's page does.
        column, waited, queue: on lists of who comes: how many have it, how many wait, and the title of the queue.
        amount: how many of it a party takes that ticks the box, of its people and how many of these are children.
        wants_children: whether who prepares it has to know how many are children.
        is_numbered: whether a file says by its number that it is there (`lodging: 12`); else by yes or no, and its
            number apart (`meal: true, meals: 140`).
        where_title: what the page of who has it calls where exactly it is; empty: that is not told apart.
    """

    word: str
    name: str
    many: str
    box: str
    wish: str
    title: str
    own_title: str
    column: str
    waited: str
    queue: str
    amount: Callable[[int, int], int] = for_everybody
    wants_children: bool = True
    is_numbered: bool = False
    where_title: str = ""

    @property
    def has_name(self) -> str:
        """What snapshots call whether it is there."""
        return f"has_{self.name}"

    @property
    def capacity_name(self) -> str:
        """What snapshots call how many there are."""
        return f"{self.word}_capacity"

    @property
    def about_name(self) -> str:
        """What files and snapshots call the text about it."""
        return f"{self.name}_about"

    @property
    def place_name(self) -> str:
        """What files and snapshots call the text of where exactly it is; empty where it has none."""
        return f"{self.name}_place" if self.where_title else ""


MEAL = Resource(
    word="meal",
    name="meal",
    many="meals",
    box="meals",
    wish=N_("We’d like meals"),
    title=N_("Meal"),
    own_title=N_("Meal"),
    column=N_("Meals"),
    waited=N_("Meals on the wait list"),
    queue=N_("Wait list for meals, in order"),
)
BED = Resource(
    word="bed",
    name="lodging",
    many="beds",
    box="lodging",
    wish=N_("We need lodging"),
    title=N_("Lodging"),
    own_title=N_("Lodging"),
    column=N_("Beds"),
    waited=N_("Beds on the wait list"),
    queue=N_("Wait list for beds, in order"),
    is_numbered=True,
    where_title=N_("Where you’ll sleep"),
)

EXTRAS = (MEAL, BED)
"""All of them, in the order they are asked for and shown."""

NUMBERED = frozenset(name for extra in EXTRAS for name in (extra.has_name, extra.capacity_name))
"""Where one of these changes in a snapshot, somebody who waits may get something."""

FILE_NAMES: Mapping[str, str] = {
    name: said for extra in EXTRAS for name, said in ((extra.has_name, extra.name), (extra.capacity_name, extra.many))
}
"""What the operator is told these are, as a file calls them."""


class LegResource(Base):
    """What a leg has of one resource besides places.

    `is_there`: whether it has any; texts of one that is not there any more stay as they are stored. `capacity`: for how
    many people at most; null where nothing bounds it. `about`: told to everybody, `place` only to who has it; by
    language, empty where nothing is said.
    """

    __tablename__ = "leg_resources"
    __table_args__ = (CheckConstraint("capacity >= 0", name="capacity"),)

    leg_id: Mapped[int] = mapped_column(
        ForeignKey("event_legs.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    resource: Mapped[str] = mapped_column(primary_key=True)
    is_there: Mapped[bool]
    capacity: Mapped[int | None]
    about: Mapped[dict[str, str]] = mapped_column(server_default=text("'{}'"))
    place: Mapped[dict[str, str]] = mapped_column(server_default=text("'{}'"))


class Holder(Protocol):
    """A leg, with what it has loaded."""

    @property
    def resources(self) -> dict[str, LegResource]:
        """Its rows, by resource."""


def list_extras(leg: Holder) -> tuple[Resource, ...]:
    """Return what a leg has besides places, in their order."""
    return tuple(extra for extra in EXTRAS if (row := leg.resources.get(extra.word)) is not None and row.is_there)


def capacities_of(leg: Holder) -> dict[str, int | None]:
    """Return how many a leg has of each extra, in people: None where nothing bounds it, 0 where there is none."""
    there = {row.resource: row.capacity for row in leg.resources.values() if row.is_there}
    return {extra.word: there.get(extra.word, 0) for extra in EXTRAS}


def values_of(leg: Holder) -> dict[str, object]:
    """Return what a leg's rows say, by the names of snapshots: as if each were a column of the leg."""
    values: dict[str, object] = {}
    for extra in EXTRAS:
        row = leg.resources.get(extra.word)
        values[extra.has_name] = row is not None and row.is_there
        values[extra.capacity_name] = None if row is None else row.capacity
        values[extra.about_name] = {} if row is None else row.about
        if extra.place_name:
            values[extra.place_name] = {} if row is None else row.place
    return values


def bring_extras(leg: Holder, extras: Mapping[str, Mapping[str, object]]) -> None:
    """Bring the rows of a leg to `extras`, columns by resource; what is left out stays as it is stored."""
    for word, columns in extras.items():
        row = leg.resources.get(word)
        if row is None and any(columns.values()):
            leg.resources[word] = LegResource(resource=word, **columns)
        elif row is not None:
            bring(row, columns)
