"""What rows hold sealed: it opens with its keys, for its row and its purpose, and its length tells nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.kernel.sealing import MARK, RowSeal

KEY, OTHER_KEY = "one-key-" * 4, "other-key-" * 4
ROW = b"k" * 16
SEAL = RowSeal([KEY], "address", 64)

texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=90)


@given(texts)
def test_what_was_sealed_opens_and_differs_each_time(value):
    first, second = SEAL.seal(value, ROW), SEAL.seal(value, ROW)
    assert SEAL.open(first, ROW) == SEAL.open(second, ROW) == value
    assert first != second
    assert first.startswith(MARK)
    assert not value or len(value) < 4 or value not in first


def test_it_is_as_long_for_every_value():
    assert len({len(SEAL.seal("x" * length, ROW)) for length in range(1, 65)}) == 1
    assert SEAL.open(SEAL.seal("x" * 65, ROW), ROW) == "x" * 65, "what is longer takes the next length"


@pytest.mark.parametrize(
    ("seal", "row"),
    [
        (SEAL, b"another row's key"),
        (RowSeal([KEY], "name", 64), ROW),
        (RowSeal([OTHER_KEY], "address", 64), ROW),
    ],
    ids=["another row", "another purpose", "another key"],
)
def test_it_opens_nowhere_else(seal, row):
    assert seal.open(SEAL.seal("ana@example.org", ROW), row) is None


@pytest.mark.parametrize("damage", [lambda s: s[:-4], lambda s: s.lower(), lambda s: MARK, lambda s: MARK + "é"])
def test_what_is_damaged_opens_not(damage):
    assert SEAL.open(damage(SEAL.seal("ana@example.org", ROW)), ROW) is None


def test_every_key_opens_and_the_newest_seals():
    rotated = RowSeal([OTHER_KEY, KEY], "address", 64)
    assert rotated.open(SEAL.seal("ana@example.org", ROW), ROW) == "ana@example.org"
    assert RowSeal([OTHER_KEY], "address", 64).open(rotated.seal("eva@example.org", ROW), ROW) == "eva@example.org"


@pytest.mark.parametrize("stored", [None, "", "ana@example.org"])
def test_what_was_stored_before_stands_as_it_is(stored):
    assert SEAL.open(stored, ROW) == stored
