"""What is typed into boxes that machines read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.kernel.plain import LONGEST, plain


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("۳", "3"),
        ("০১", "01"),
        ("१", "1"),
        ("٣٤١٤٢", "34142"),
        ("３３９３５", "33935"),
        ("\u200e+1 (239)\u00a0555\u20110100\u200f", "+1 (239) 555-0100"),
        ("\u202d+1 239 555 0100\u202c", "+1 239 555 0100"),
        ("\u202e05401", "\u202e05401"),
        ("〒150ー0001", "〒150-0001"),
        ("02139–1234", "02139-1234"),
        ("SW1A\u00a01AA", "SW1A 1AA"),
        ("K1A 0B1", "K1A 0B1"),
        ("½²", "½²"),
        ("\ud800", "\ud800"),
    ],
)
def test_has_the_characters_machines_know(typed, read):
    assert plain(typed) == read


@given(st.text())
def test_ascii_is_left_alone_and_twice_is_once(text):
    assert plain(plain(text)) == plain(text)
    if text.isascii():
        assert plain(text) == text


def test_what_no_such_box_holds_is_not_looked_through():
    assert plain("۳" * (LONGEST + 1)) == "۳" * (LONGEST + 1)
