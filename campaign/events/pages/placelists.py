"""Which of an event's places a reader is shown: the nearest to a postal code, those of a name, a page of them, or one.

A day of action may have four hundred places with three shifts each. Nobody scrolls them on a phone, and no form can
hold them: so at most ten are read, and where there are more than six, one chooses a place before a shift.
Distances are as the crow flies, from the middle of the postal code's town.

Source: the haversine formula, with the mean radius of the earth (IUGG, 6371.0088 km).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Row

from campaign.events.maps import Point
from campaign.kernel.plain import plain
from campaign.kernel.text import sort_key
from campaign.people.towns import find_named_town, find_town, is_code

PLACES_A_PAGE = 10
MOST_AT_ONCE = 6
"""How many places one form holds, with all their shifts; and one calendar file."""

LONGEST_NAME = 80
"""How much of a name that is looked for is read, in characters."""

_EARTH_KILOMETRES = 6371.0088

Answer = Literal["", "near", "named", "unknown", "nothing"]


@dataclass(frozen=True, slots=True)
class PlaceAsk:
    """What a reader asks of the list of places.

    Args:
        words: as typed: a ZIP code, a part of a place's name, or a town as this list writes one (`Portland, ME`).
        page: from 1.
        only: public ids; where any of them is a place of the event, nothing but these is shown.
    """

    words: str = ""
    page: int = 1
    only: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceListing:
    """What is shown of an event's places, and why.

    Args:
        total: how many places the event has. found: how many of them were asked for.
        words: what was asked for, as typed.
        answer: `near`: sorted by distance from `town`. `named`: these have the words in their name. `unknown` (a postal
            code nobody knows) and `nothing` (no place is called so) leave the list as it is. "" where nobody asked.
        page, page_count: where in the list this is, from 1.
        is_chosen: whether these places alone were asked for.
    """

    total: int = 0
    found: int = 0
    words: str = ""
    answer: Answer = ""
    town: str = ""
    page: int = 1
    page_count: int = 1
    is_chosen: bool = False

    @property
    def is_long(self) -> bool:
        """Whether one chooses a place before a shift."""
        return self.total > MOST_AT_ONCE

    @property
    def first(self) -> int:
        """The number of the first place shown."""
        return (self.page - 1) * PLACES_A_PAGE + 1

    @property
    def last(self) -> int:
        """The number of the last place shown."""
        return min(self.page * PLACES_A_PAGE, self.found)


EVERYTHING = PlaceAsk()
"""What is shown to whoever asks for nothing."""

Far = tuple[Row[Any], float | None]
"""A place's row, and how far it is, in kilometres."""


def choose_places(rows: Sequence[Row[Any]], ask: PlaceAsk, *, shows_places: bool) -> tuple[list[Far], PlaceListing]:
    """Return the places to show, each with its distance where one was asked for, and what is said of them.

    Args:
        rows: all places of the event in their order, with `public_id`, `title`, `latitude` and `longitude`.
        ask: what the reader asked for.
        shows_places: without, nothing is looked for: what is found would tell where it is.
    """
    chosen = [row for row in rows if row.public_id in ask.only]
    if chosen:
        shown: list[Far] = [(row, None) for row in chosen]
        return shown, PlaceListing(total=len(rows), found=len(shown), is_chosen=True)
    words = " ".join(ask.words[:LONGEST_NAME].split()) if shows_places else ""
    every: list[Far] = [(row, None) for row in rows]
    found, answer, town = _find(every, words) if words else (every, "", "")
    page_count = max(1, -(-len(found) // PLACES_A_PAGE))
    page = min(max(ask.page, 1), page_count)
    listing = PlaceListing(len(rows), len(found), words, answer, town, page, page_count)
    return found[listing.first - 1 : listing.last], listing


def _find(every: list[Far], words: str) -> tuple[list[Far], Answer, str]:
    code = plain(words)
    if is_code(code):
        town = find_town("US", code)
        if town is None or town.at is None:
            return every, "unknown", ""
        return _by_distance(every, town.at), "near", town.name
    key = sort_key(words)
    named: list[Far] = [(row, None) for row, _ in every if key and key in sort_key(row.title)]
    if named:
        return named, "named", ""
    town = find_named_town(words)
    if town is None or town.at is None:
        return every, "nothing", ""
    return _by_distance(every, town.at), "near", town.name


def _by_distance(every: list[Far], here: Point) -> list[Far]:
    """Return the places, nearest first; those of which nobody knows where they are come last."""
    far = [(row, _distance(here, row.latitude, row.longitude)) for row, _ in every]
    return sorted(far, key=lambda pair: (pair[1] is None, pair[1] or 0.0))


def _distance(here: Point, latitude: float | None, longitude: float | None) -> float | None:
    return None if latitude is None or longitude is None else kilometres_between(here, (latitude, longitude))


def kilometres_between(one: Point, other: Point) -> float:
    """Return the distance of two points, along a great circle."""
    (lat1, lon1), (lat2, lon2) = ((radians(degree) for degree in point) for point in (one, other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * _EARTH_KILOMETRES * asin(min(1.0, sqrt(half)))
