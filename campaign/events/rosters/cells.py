"""What stands in the cells of a printed list: plain text with its direction, a box to tick, a row's initial."""

import unicodedata
from collections.abc import Sequence
from typing import Any

from campaign.events.questions import Question, list_columns
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
        *((not one.beside, column(one.name, gettext(one.column), one.width)) for one in list_columns(roster.asks)),
    ]
    return [found for is_there, found in every if is_there]


def cells_of(party: Party, columns: Sequence[Data], words: Words) -> list[Data]:
    """Return a party's cells in these columns."""
    values = {
        "name": words_of(party.name),
        "people": said(str(party.people)),
        "children": said(str(party.children or "")),
        **{extra.word: said(_amount(party.extras.get(extra.word))) for extra in EXTRAS},
        **{question.name: _answer(party, question, words) for question in list_columns()},
    }
    return [values[found["key"]] for found in columns]


def _answer(party: Party, question: Question, words: Words) -> Data:
    """Return an answer, and behind it those that stand beside it."""
    answer = words.answer(question, party)
    if question.is_phone:
        return number_of(answer)
    more = [words.answer(other, party) for other in list_columns() if other.beside == question.name]
    if answer and any(more):
        return said(f"{answer}: {', '.join(isolated(one) for one in more if one)}")
    return said(answer) if question.choices else words_of(answer)


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
