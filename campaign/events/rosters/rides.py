"""The sheet of rides of a leg: by where from, who asks for one beside who offers one."""

from collections import Counter
from collections.abc import Sequence
from itertools import zip_longest

from campaign.events.questions import PHONE, RIDE, RIDE_FROM
from campaign.events.rosters.cells import BOX, Data, column, number_of, table, words_of
from campaign.events.rosters.parties import Party
from campaign.events.rosters.totals import total
from campaign.events.rosters.words import Words
from campaign.kernel.text import sort_key


def ride_sheet(going: Sequence[Party], words: Words, *, has_phone: bool) -> Data | None:
    """Return what the sheet holds, or None where nobody asks for a ride or offers one.

    Places that are written alike but for accents and case are one; whoever did not say where from comes last.
    """
    gettext = words.gettext
    asking = [party for party in going if party.said(RIDE) == "asked"]
    offering = [party for party in going if party.said(RIDE) == "offered"]
    if not asking and not offering:
        return None
    phone = [column("phone", gettext("Phone"), "phone")] if has_phone else []
    people = column("people", gettext("People"), "number")
    columns = [
        column("box", "", "box"), column("name", gettext("Needs a ride"), "name"), people, *phone,
        column("box", "", "box"), column("name", gettext("Offers a ride"), "name"), people, *phone,
    ]  # fmt: skip
    places: dict[str, list[Party]] = {}
    for party in (*asking, *offering):
        places.setdefault(sort_key(party.said(RIDE_FROM)), []).append(party)
    tables = []
    for key in sorted(places, key=lambda key: (not key, key)):
        sides = [[party for party in places[key] if party.said(RIDE) == ride] for ride in ("asked", "offered")]
        rows = [
            [*_side(asks, has_phone=has_phone), *_side(offers, has_phone=has_phone)]
            for asks, offers in zip_longest(*sides)
        ]
        name = _spelled(places[key]) or gettext("Didn’t say where from")
        asked, offered = gettext("people need a ride"), gettext("RSVPs offer a ride")
        detail = f"{_people(sides[0])} {asked} · {len(sides[1])} {offered}"
        tables.append(table(columns, rows, title=words_of(name), detail=detail))
    return {
        "totals": [
            total(gettext("Needs a ride"), _people(asking), gettext("people")),
            total(gettext("Offers a ride"), len(offering), gettext("RSVPs")),
        ],
        "tables": tables,
    }


def _spelled(parties: Sequence[Party]) -> str:
    """Return a place as most wrote it."""
    ((name, _),) = Counter(party.said(RIDE_FROM) for party in parties).most_common(1)
    return name


def _side(party: Party | None, *, has_phone: bool) -> list[Data]:
    if party is None:
        return [words_of("")] * (4 if has_phone else 3)
    phone = [number_of(party.said(PHONE))] if has_phone else []
    return [BOX, words_of(party.name), words_of(str(party.people)), *phone]


def _people(parties: Sequence[Party]) -> int:
    return sum(party.people for party in parties)
