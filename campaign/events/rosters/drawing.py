"""Lays out what is printed, sheet by sheet, as plain data for `templates/events/roster.typ`: no markup, only text.

Each leg begins on a new page: its numbers, who goes by name, room for who comes without a place, who waits. Then the
rides, by where from. The needs are sheets of their own, one for each need of a leg, so that each can be handed on.
"""

from collections.abc import Iterable, Sequence

from campaign.events.questions import NEEDS, PHONE, RIDE, SPEAKS
from campaign.events.resources import EXTRAS, MEAL, Resource
from campaign.events.rosters.cells import (
    BOX,
    QUEUED,
    TICKED,
    Data,
    cells_of,
    column,
    columns_of,
    said,
    table,
    with_initials,
    words_of,
)
from campaign.events.rosters.parties import Party, Roster, RosterLeg
from campaign.events.rosters.rides import ride_sheet
from campaign.events.rosters.totals import answers_of, total, totals_of
from campaign.events.rosters.words import Words, isolated

PAPERS = {"letter": "us-letter", "a4": "a4"}
"""By name, as the template's language calls them."""

_BLANK_ROWS = 6
"""For who comes without a place."""


def draw_list(roster: Roster, parties: Iterable[Party], words: Words, paper: str) -> Data:
    """Return the list of each leg with its waiting list and rides; nothing of it tells who needs what."""
    sheets: list[Data] = []
    by_leg = _by_leg(roster, parties)
    for leg in roster.legs:
        going = [party for party in by_leg[leg.position] if party.state == "going"]
        waiting = [party for party in by_leg[leg.position] if party.state != "going"]
        sheets.append(_leg_sheet(roster, leg, going, waiting, words))
        rides = ride_sheet(going, words, has_phone=PHONE.word in roster.asks)
        if rides is not None:
            sheets.append({**_head(leg, words, words.gettext("Rides")), **rides})
    return _document(roster, sheets, words, paper)


def draw_needs(roster: Roster, parties: Iterable[Party], words: Words, paper: str) -> Data:
    """Return a sheet for each need of each leg, with what whoever meets it has to know; one that says so for none."""
    sheets: list[Data] = []
    by_leg = _by_leg(roster, parties)
    for leg in roster.legs:
        going = [party for party in by_leg[leg.position] if party.state == "going"]
        concerned = {need: [party for party in going if need in party.chose(NEEDS)] for need in NEEDS.choices}
        sheets += [_need_sheet(roster, leg, need, found, words) for need, found in concerned.items() if found]
        if not any(concerned.values()):
            sheets.append(_head(leg, words, words.gettext("No one asked for any of these.")))
    return _document(roster, sheets, words, paper)


def _document(roster: Roster, sheets: Sequence[Data], words: Words, paper: str) -> Data:
    gettext = words.gettext
    return {
        "language": words.language,
        "direction": words.direction,
        "paper": PAPERS[paper],
        "event": roster.title_and_where,
        "made": gettext("Created %s").replace("%s", words.moment(roster.made_at)),
        "page": gettext("Page %s of %s").split("%s"),
        "warning": gettext("Only for people who need it on the day. Destroy this list after the event."),
        "nobody": gettext("No one"),
        "sheets": list(sheets),
    }


def _head(leg: RosterLeg, words: Words, part: str = "") -> Data:
    when = f"{words.day(leg.starts_at)}, {words.hours(leg.starts_at, leg.ends_at)}"
    return {
        "leg": f"{leg.position}. {isolated(leg.title)}",
        "when": when,
        "part": part,
        "note": "",
        "totals": [],
        "answers": [],
        "legend": "",
        "tables": [],
        "queues": [],
    }


def _leg_sheet(roster: Roster, leg: RosterLeg, going: Sequence[Party], waiting: Sequence[Party], words: Words) -> Data:
    gettext = words.gettext
    columns = columns_of(roster, leg, words)
    rows = [[BOX, *cells_of(party, columns, words)] for party in going]
    tables: list[Data] = [
        table([*TICKED, *columns], with_initials(rows, going)),
        table(
            [*TICKED, *columns],
            [[words_of(""), BOX, *[words_of("")] * len(columns)]] * _BLANK_ROWS,
            title=words_of(gettext("Walk-ups")),
            is_blank=True,
        ),
    ]
    if waiting:
        tables.append(_queue(roster, waiting, columns, words))
    return {
        **_head(leg, words),
        "note": _standing(roster, leg, words),
        "totals": totals_of(leg, words),
        "answers": answers_of(leg, words),
        "legend": gettext("Numbers in parentheses are on the wait list.")
        if any(leg.waits_for(e.word) for e in EXTRAS)
        else "",
        "tables": tables,
        "queues": [found for extra in EXTRAS for found in _extra_queue(extra, going, words)],
    }


def _legend(leg: RosterLeg, words: Words) -> str:
    is_waited = any(leg.waits_for(extra.word) for extra in EXTRAS)
    return words.gettext("Numbers in parentheses are on the wait list.") if is_waited else ""


def _queue(roster: Roster, waiting: Sequence[Party], columns: Sequence[Data], words: Words) -> Data:
    gettext = words.gettext
    rows = []
    for turn, party in enumerate(waiting, 1):
        state = words.state(party.state)
        if party.until is not None:
            state = f"{state} → {words.clock(party.until.astimezone(roster.made_at.tzinfo))}"
        name, *others = cells_of(party, columns, words)
        rows.append([words_of(str(turn)), BOX, name, said(state), *others])
    title = words_of(gettext("Wait list for places, in order"))
    return table([*QUEUED, columns[0], column("state", gettext("Status"), "state"), *columns[1:]], rows, title=title)


def _extra_queue(resource: Resource, going: Sequence[Party], words: Words) -> list[Data]:
    """Return the queue for something else of those who have a place; no table where nobody waits."""
    queue = [
        (extra.turn, extra.people, party)
        for party in going
        if (extra := party.extras.get(resource.word)) is not None and not extra.is_going and extra.turn is not None
    ]
    if not queue:
        return []
    queue.sort(key=lambda entry: entry[0])
    gettext = words.gettext
    columns = [*QUEUED, column("name", gettext("Name"), "name"), column("people", gettext("People"), "number")]
    rows = [
        [words_of(str(turn)), BOX, words_of(party.name), words_of(str(people))]
        for turn, (_, people, party) in enumerate(queue, 1)
    ]
    return [table(columns, rows, title=words_of(gettext(resource.queue)))]


def _need_sheet(roster: Roster, leg: RosterLeg, need: str, parties: Sequence[Party], words: Words) -> Data:
    gettext = words.gettext
    wanted = {
        "diet": ("children", MEAL.word),
        "wheelchair": (RIDE.name, PHONE.name),
        "sign-language": (SPEAKS.name, PHONE.name),
    }[need]
    columns = [found for found in columns_of(roster, leg, words) if found["key"] in ("name", "people", *wanted)]
    rows = [[BOX, *cells_of(party, columns, words)] for party in parties]
    return {
        **_head(leg, words, words.gettext(NEEDS.choices[need])),
        "note": words.whose(need),
        "totals": [
            total(gettext("RSVPs"), len(parties)),
            total(gettext("People, at most"), sum(party.people for party in parties)),
        ],
        "tables": [table([*TICKED, *columns], with_initials(rows, parties))],
    }


def _standing(roster: Roster, leg: RosterLeg, words: Words) -> str:
    gettext = words.gettext
    if "cancelled" in (roster.status, leg.status):
        return gettext("Canceled")
    return gettext("Closed") if leg.status == "closed" else ""


def _by_leg(roster: Roster, parties: Iterable[Party]) -> dict[int, list[Party]]:
    found: dict[int, list[Party]] = {leg.position: [] for leg in roster.legs}
    for party in parties:
        found[party.leg].append(party)
    return found
