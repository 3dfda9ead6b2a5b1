"""Words on a card: as large as they fit, in even lines, never outside their box."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.cards.line_breaking import fit

SIZES = range(60, 19, -2)


def measure(text):
    return 0.5 * len(text)


def set_words(text, width=600, height=300):
    return fit(text, measure, width=width, height=height, sizes=SIZES, leading=1.1)


def test_short_words_are_as_large_as_can_be():
    assert set_words("Sign.") == set_words("Sign.")
    assert set_words("Sign.").size == 60
    assert set_words("Sign.").lines == ("Sign.",)


def test_lines_are_of_even_length():
    block = set_words("Sign a binding agreement with the workers who pick")
    assert len(block.lines) == 3
    assert max(map(len, block.lines)) - min(map(len, block.lines)) <= 4


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=400))
def test_no_line_leaves_the_box(text):
    block = set_words(text)
    assert all(measure(line) * block.size <= 600 for line in block.lines)
    assert block.height <= 300
    if block.is_whole:
        assert " ".join(block.lines) == " ".join(text.split())


@pytest.mark.parametrize("length", [300, 3000])
def test_one_endless_word_is_broken_and_at_last_cut(length):
    block = set_words("A" * length)
    assert not block.is_whole
    assert block.height <= 300
    assert ("".join(block.lines) == "A" * length) == (length == 300)
    assert block.lines[-1].endswith("…") == (length == 3000)
