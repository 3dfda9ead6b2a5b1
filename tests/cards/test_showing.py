"""What a card tells, and when it is another card."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.campaigns.look import PALETTES
from campaign.cards.looks import palette
from campaign.cards.showing import DIGEST_LENGTH, Showing, digest_of, round_down
from campaign.cards.words import count_words, status_word

SHOWING = Showing(
    language="en",
    organization="Coalition of Immokalee Workers",
    title="Kroger, Publix, Wendy's",
    demand="Sign a binding agreement.",
    status="open",
    count=12_000,
    art="tomato",
    palette="tomato",
)


@pytest.mark.parametrize(
    ("confirmed", "told"),
    [
        (0, 0),
        (9, 0),
        (10, 10),
        (99, 90),
        (100, 100),
        (199, 190),
        (1_099, 1_000),
        (9_999, 9_900),
        (10_000, 10_000),
        (12_345, 12_000),
        (999_999, 999_000),
        (1_234_567, 1_230_000),
    ],
)
def test_counts_are_rounded_down(confirmed, told):
    assert round_down(confirmed) == told


@given(st.integers(0, 10**9))
def test_a_card_never_tells_more_than_there_are(confirmed):
    told = round_down(confirmed)
    assert told <= confirmed
    assert round_down(told) == told
    assert told == 0 or confirmed - told <= max(9, confirmed // 10)


@pytest.mark.parametrize(
    "change",
    [
        {"language": "es"},
        {"organization": "Migrant Justice"},
        {"title": "Hannaford"},
        {"demand": "Sign."},
        {"status": "won"},
        {"count": 13_000},
        {"art": "milk"},
        {"palette": "milk"},
    ],
)
def test_whatever_is_seen_is_in_the_digest(change):
    assert set(change) < set(vars(SHOWING))
    assert digest_of(replace(SHOWING, **change)) != digest_of(SHOWING)


def test_a_digest_is_short_and_stays():
    assert digest_of(SHOWING) == digest_of(replace(SHOWING))
    assert len(digest_of(SHOWING)) == DIGEST_LENGTH


@pytest.mark.parametrize("name", PALETTES)
def test_every_palette_is_read_from_the_style_sheet(name):
    assert all(colour.startswith("#") for colour in vars(palette(name)).values())


def test_cards_wear_the_colours_of_daylight():
    assert palette("tomato").ground == "#a11b14"


def test_the_count_is_told_in_the_cards_language():
    assert vars(count_words(SHOWING)) == {"before": "", "number": "12,000+", "after": "names"}
    assert count_words(replace(SHOWING, language="es")).number == "12,000+"
    # No catalogue: the number, as the language writes it, without foreign words around it.
    french = count_words(replace(SHOWING, language="fr"))
    assert (french.before, french.after) == ("", "")
    assert count_words(replace(SHOWING, language="x-unknown")).number == "12,000+"
    assert count_words(replace(SHOWING, count=0)) is None


def test_what_is_over_says_so():
    assert [status_word(replace(SHOWING, status=status)) for status in ("open", "won", "paused", "closed")] == [
        "",
        "We won!",
        "Paused",
        "Closed",
    ]
