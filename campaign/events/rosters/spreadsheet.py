"""Writes who comes as CSV for a spreadsheet: a row for each party and leg, as they are read, in little memory.

A spreadsheet takes a cell that begins with `=` and the like for a formula, and people type names. Such a cell gets an
apostrophe before it; as some programs split at other signs than ours, so does what follows those within a cell.
Numbers stay as they are. Source: OWASP, CSV Injection.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TextIO

from campaign.events.questions import NEEDS, PHONE, list_columns
from campaign.events.resources import EXTRAS, MEAL
from campaign.events.rosters.parties import Extra, Party, Roster, RosterLeg
from campaign.events.rosters.words import Words

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""By which spreadsheets know UTF-8."""

_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20\u2212\ufe66\ufe62\ufe63\ufe6b"  # in full width, and small, too
_TRIMMED = "\\s\u200b-\u200d\u2060\ufeff"  # what an import may drop before them
_FORMULA = re.compile(f'(^|[;,|"\t\r\n])(?=[{_TRIMMED}]*[{_SIGNS}])|^(?=[\t\r\n])')
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")

Cell = str | int


def write_csv(roster: Roster, parties: Iterable[Party], words: Words, out: TextIO) -> None:
    """Write the list: who goes, by leg and name, then who is offered a place or waits, by turn. Holds no needs."""
    _write(_rows(roster, parties, words), out)


def write_needs_csv(roster: Roster, parties: Iterable[Party], words: Words, out: TextIO) -> None:
    """Write who of those who go needs what, and nobody else."""
    _write(_needs_rows(roster, parties, words), out)


def safe(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula; nothing of it is lost."""
    return text if _NUMBER.fullmatch(text) else _FORMULA.sub(r"\1'", text)


def _write(rows: Iterable[Sequence[Cell]], out: TextIO) -> None:
    out.write(BOM)
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC)
    for row in rows:
        writer.writerow([safe(cell) if isinstance(cell, str) else cell for cell in row])


def _rows(roster: Roster, parties: Iterable[Party], words: Words) -> Iterator[list[Cell]]:
    gettext = words.gettext
    yield [
        *_leg_columns(words),
        gettext("Where it stands"),
        gettext("Turn"),
        gettext("Name"),
        gettext("People"),
        gettext("Children"),
        *(gettext(title) for extra in EXTRAS for title in (extra.column, extra.waited)),
        *(gettext(question.column) for question in list_columns()),
    ]
    legs = {leg.position: leg for leg in roster.legs}
    turn, last = 0, 0
    for party in parties:
        turn = 0 if party.state == "going" else turn + 1 if party.leg == last else 1
        last = party.leg
        yield [
            *_leg_cells(legs[party.leg], words),
            words.state(party.state),
            turn or "",
            party.name,
            party.people,
            party.children,
            *(cell for extra in EXTRAS for cell in _amounts(party.extras.get(extra.word))),
            *(words.answer(question, party) for question in list_columns()),
        ]


def _needs_rows(roster: Roster, parties: Iterable[Party], words: Words) -> Iterator[list[Cell]]:
    gettext = words.gettext
    asked = [gettext(words) for words in NEEDS.choices.values()]
    yield [
        *_leg_columns(words),
        gettext("Name"),
        gettext("People"),
        gettext("Children"),
        gettext(MEAL.column),
        gettext(PHONE.column),
        *asked,
    ]
    legs = {leg.position: leg for leg in roster.legs}
    for party in parties:
        if party.state == "going" and party.chose(NEEDS):
            meals, _ = _amounts(party.extras.get(MEAL.word))
            answers: list[Cell] = [gettext("yes") if need in party.chose(NEEDS) else "" for need in NEEDS.choices]
            yield [
                *_leg_cells(legs[party.leg], words),
                party.name,
                party.people,
                party.children,
                meals,
                party.said(PHONE),
                *answers,
            ]


def _leg_columns(words: Words) -> list[Cell]:
    gettext = words.gettext
    return [gettext("Leg"), gettext("Where to"), gettext("Date"), gettext("Starts at")]


def _leg_cells(leg: RosterLeg, words: Words) -> list[Cell]:
    return [leg.position, leg.title, leg.starts_at.date().isoformat(), words.clock(leg.starts_at)]


def _amounts(extra: Extra | None) -> tuple[Cell, Cell]:
    """Return how many have it, and how many wait for it."""
    if extra is None:
        return "", ""
    return (extra.people, "") if extra.is_going else ("", extra.people)
