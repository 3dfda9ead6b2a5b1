"""The list as CSV: read back as it was, in the words of a language, and taken for a formula by no spreadsheet."""

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.events.rosters.spreadsheet import write_csv, write_needs_csv
from campaign.events.rosters.words import Words
from campaign.kernel.spreadsheets import BOM, safe, safe_from_numbers
from tests.events.crowd import ENGLISH, meal, party, roster_of

STARTS_FORMULA = re.compile("[\\s\u00a0\u200b-\u200d\u2060\ufeff]*[=+\\-@\uff1d\uff0b\uff0d\uff20\u2212]")
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")

# Names as PostgreSQL keeps them, with a great deal of what spreadsheets take for something else.
HOSTILE = st.text(
    st.one_of(
        st.sampled_from("=+-@\t\r\n ;,|\"'\uff1d\uff0b\uff0d\uff20\u2212\u00a0\u200b\ufeff1cmd"),
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
    ),
    max_size=30,
)


def read(write, roster, parties, words=ENGLISH, *, delimiter=","):
    out = io.StringIO(newline="")
    write(roster, parties, words, out)
    text = out.getvalue()
    assert text.startswith(BOM)
    return list(csv.reader(io.StringIO(text[1:], newline=""), delimiter=delimiter))


def rows(write, roster, parties, words=ENGLISH):
    first, *others = read(write, roster, parties, words)
    return [dict(zip(first, row, strict=True)) for row in others]


def test_a_row_for_each_party_and_leg_in_the_order_they_come():
    ana = party(
        "Ana Zúñiga", people=3, children=1, meals=meal(3), beds=meal(2, turn=4), ride="asked", ride_from="Immokalee"
    )
    waits = [
        party("Bea", state="offered"),
        party("Caro", state="queued", people=2),
        party("Dora", state="queued", leg=2),
    ]
    found = rows(write_csv, roster_of(legs=2), [ana, *waits])
    assert found[0] == {
        "Leg": "1", "To": "Day 1", "Date": "2027-03-13", "Starts at": "8:30\u00a0a.m.", "Status": "going",
        "Turn": "", "Name": "Ana Zúñiga", "People": "3", "Children": "1", "Meals": "3", "Meals on the wait list": "", "Beds": "",
        "Beds on the wait list": "2", "Ride": "needs", "Ride from": "Immokalee", "Phone": "", "Languages": "",
        "Helps as": "", "Their words": "",
    }  # fmt: skip
    assert [(row["Leg"], row["Status"], row["Turn"]) for row in found[1:]] == [
        ("1", "offered", "1"), ("1", "waiting", "2"), ("2", "waiting", "1"),
    ]  # fmt: skip


def test_what_is_of_health_or_diet_is_in_a_file_of_its_own():
    parties = [
        party("Ana", needs=("diet",), meals=meal(1)),
        party("Bea"),
        party("Eva", state="queued", needs=("diet",)),
    ]
    listed = read(write_csv, roster_of(), parties)
    assert not any("egetarian" in cell or "wheelchair" in cell for row in listed for cell in row)
    (only,) = rows(write_needs_csv, roster_of(), parties)
    assert (only["Name"], only["Meals"], only["Vegetarian meals"], only["Sign language"]) == ("Ana", "1", "yes", "")


def test_columns_and_answers_are_in_the_language_asked_for():
    ana = party("Ana", helps_as=("medic", "cook"), speaks=("ht", "en"))
    spanish = rows(write_csv, roster_of(), [ana], Words("es"))[0]
    assert spanish["Nombre"] == "Ana"
    assert "criollo haitiano, inglés" in spanish.values()


@pytest.mark.parametrize(
    ("typed", "cell"),
    [
        ("Ana", "Ana"),
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"),
        ("\uff1d1", "'\uff1d1"),
        (" =1", "' =1"),
        ("a;=1", "a;'=1"),
        ("+1 239 555 0100", "'+1 239 555 0100"),
        ("(239) 555-0100", "(239) 555-0100"),
        ("-17", "-17"),
        ("-1.5", "-1.5"),
        ("Jean-Baptiste", "Jean-Baptiste"),
        ("O'Connor", "O'Connor"),
    ],
)
def test_formulas_are_text_and_the_rest_is_as_it_was(typed, cell):
    assert safe(typed) == cell


@given(HOSTILE)
def test_nothing_is_lost_and_no_cell_begins_a_formula_however_it_is_split(name):
    cell = safe(name)
    assert is_made_of(cell, name)
    assert not cell.startswith(("\t", "\r", "\n"))
    for separator in (";", "\t", ",", "|", "\r", "\n"):
        for part in cell.split(separator):
            assert not STARTS_FORMULA.match(part) or NUMBER.fullmatch(cell), (name, part)


@given(st.lists(st.tuples(HOSTILE, HOSTILE), max_size=5))
def test_any_names_come_back_from_the_csv_module_in_their_rows(typed):
    parties = [party(name, ride="asked", ride_from=place) for name, place in typed]
    found = rows(write_csv, roster_of(), parties)
    assert len(found) == len(typed)
    for row, (name, place) in zip(found, typed, strict=True):
        assert row["Name"] == safe_from_numbers(name)
        assert row["Ride from"] == safe_from_numbers(place)
        assert row["People"] == "1"


@pytest.mark.parametrize(
    ("typed", "cell"),
    [
        ("02139", "'02139"),
        ("0", "0"),
        ("34142", "34142"),
        ("1" * 16, "'" + "1" * 16),
        ("0.5", "0.5"),
        ("=02139", "'=02139"),
    ],
)
def test_no_number_is_made_that_is_less_than_the_text(typed, cell):
    assert safe_from_numbers(typed) == cell


def test_rows_are_written_as_they_are_taken():
    taken, written = [], []

    class Out(io.StringIO):
        def write(self, text):
            written.append(len(taken))
            return len(text)

    def parties():
        for n in range(1000):
            taken.append(n)
            yield party("Ana")

    write_csv(roster_of(), parties(), ENGLISH, Out())
    assert written == [0, 0, *range(1, 1001)], "the mark, the columns, and each row before the next is asked for"


def is_made_of(cell, name):
    """Whether `cell` is `name` with apostrophes put in."""
    at = 0
    for letter in cell:
        if at < len(name) and letter == name[at]:
            at += 1
        elif letter != "'":
            return False
    return at == len(name)
