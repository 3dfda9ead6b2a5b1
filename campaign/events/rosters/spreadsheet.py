"""Writes who comes as CSV for a spreadsheet: a row for each party and leg, as they are read, in little memory."""

from collections.abc import Iterable, Iterator
from typing import TextIO

from campaign.events.questions import NEEDS, PHONE, list_columns
from campaign.events.resources import EXTRAS, MEAL
from campaign.events.rosters.parties import Extra, Party, Roster, RosterLeg
from campaign.events.rosters.words import Words
from campaign.kernel.spreadsheets import Cell, write_rows


def write_csv(roster: Roster, parties: Iterable[Party], words: Words, out: TextIO) -> None:
    """Write the list: who goes, by leg and name, then who is offered a place or waits, by turn.

    Their own words are in it, which are for those who prepare the event; the printed list, which is for marshals, has
    none. Needs are in neither.
    """
    write_rows(_rows(roster, parties, words), out)


def write_needs_csv(roster: Roster, parties: Iterable[Party], words: Words, out: TextIO) -> None:
    """Write who of those who go needs what, and nobody else."""
    write_rows(_needs_rows(roster, parties, words), out)


def _rows(roster: Roster, parties: Iterable[Party], words: Words) -> Iterator[list[Cell]]:
    gettext = words.gettext
    yield [
        *_leg_columns(words),
        gettext("Status"),
        gettext("Turn"),
        gettext("Name"),
        gettext("People"),
        gettext("Children"),
        *(gettext(title) for extra in EXTRAS for title in (extra.column, extra.waited)),
        *(gettext(question.column) for question in list_columns()),
        gettext("Their words"),
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
            party.comment,
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
    return [gettext("Leg"), gettext("To"), gettext("Date"), gettext("Starts at")]


def _leg_cells(leg: RosterLeg, words: Words) -> list[Cell]:
    return [leg.position, leg.title, leg.starts_at.date().isoformat(), words.clock(leg.starts_at)]


def _amounts(extra: Extra | None) -> tuple[Cell, Cell]:
    """Return how many have it, and how many wait for it."""
    if extra is None:
        return "", ""
    return (extra.people, "") if extra.is_going else ("", extra.people)
