"""What stands in the cells of a printed list: plain text with its direction, a box to tick, a row's initial."""

import unicodedata
from collections.abc import Sequence
from typing import Any

from campaign.events.resources import EXTRAS
from campaign.events.rosters.parties import Extra, Party, Roster, RosterLeg
from campaign.events.rosters.words import Words, isolated
from campaign.kernel.text import sort_key

Data = dict[str, Any]
"""Something the template reads, as JSON."""

BOX: Data = {"box": True}
"""To be ticked by hand."""


def words_of(text: str) -> Data:
    """Return a text as the template sets it: never as markup, from the side its first letter asks for."""
    first = next((kind for kind in map(unicodedata.bidirectional, text) if kind in ("L", "R", "AL")), "")
    return {"text": text, "direction": {"": None, "L": "ltr"}.get(first, "rtl")}


def number_of(text: str) -> Data:
    """Return a telephone number: from left to right wherever it stands."""
    return {"text": text, "direction": "ltr"}


def said(text: str) -> Data:
    """Return words of our own, which run as the sheet does."""
    return {"text": text, "direction": None}


def column(key: str, title: str, width: str) -> Data:
    """Return a column; `width` is a name that the template knows."""
    return {"key": key, "title": title, "width": width}


def table(columns: Sequence[Data], rows: Sequence[list[Data]], **more: object) -> Data:
    """Return a table; `title` and `detail` stand in a line above its columns, on each page anew."""
    return {"columns": list(columns), "rows": list(rows), "detail": "", "is_blank": False, **more}


TICKED = [column("initial", "", "letter"), column("box", "", "box")]
"""The first columns of a list by name: its letter, and the box."""

QUEUED = [column("turn", "", "turn"), column("box", "", "box")]
"""The first columns of a queue."""


def columns_of(roster: Roster, leg: RosterLeg, words: Words) -> list[Data]:
    """Return the columns of a leg's list: what the leg has, and what the event asked. None tells a need."""
    gettext = words.gettext
    every = [
        (True, column("name", gettext("Name"), "name")),
        (True, column("people", gettext("People"), "number")),
        (leg.count("children", "going").parties > 0, column("children", gettext("Children"), "number")),
        *((leg.has(extra.word), column(extra.word, gettext(extra.column), "number")) for extra in EXTRAS),
        ("ride" in roster.asks, column("ride", gettext("A ride"), "ride")),
        ("phone" in roster.asks, column("phone", gettext("Phone"), "phone")),
        ("languages" in roster.asks, column("speaks", gettext("Languages"), "words")),
        ("help" in roster.asks, column("helps", gettext("Helps as"), "words")),
    ]
    return [found for is_there, found in every if is_there]


_DIRECTED = {"name": words_of, "phone": number_of}


def cells_of(party: Party, columns: Sequence[Data], words: Words) -> list[Data]:
    """Return a party's cells in these columns."""
    ride = words.ride(party.ride)
    values = {
        "name": party.name,
        "people": str(party.people),
        "children": str(party.children or ""),
        **{extra.word: _amount(party.extras.get(extra.word)) for extra in EXTRAS},
        "ride": f"{ride}: {isolated(party.ride_from)}" if ride and party.ride_from else ride,
        "phone": party.phone,
        "speaks": words.spoken(party.speaks),
        "helps": words.helpers(party.helps_as),
    }
    return [_DIRECTED.get(found["key"], said)(values[found["key"]]) for found in columns]


def with_initials(rows: Sequence[list[Data]], parties: Sequence[Party]) -> list[list[Data]]:
    """Put before each row the letter that its name is found under, where it is another than the one above."""
    before = ""
    marked = []
    for row, party in zip(rows, parties, strict=True):
        initial = sort_key(party.name)[:1].upper()
        marked.append([words_of("" if initial == before else initial), *row])
        before = initial
    return marked


def _amount(extra: Extra | None) -> str:
    if extra is None:
        return ""
    return str(extra.people) if extra.is_going else f"({extra.people})"
