"""Where somebody came from: whatever a link says is one canonical text, and never a mistake."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.actions.fields import read_fields
from campaign.actions.sources import MOST_OF_A_PART, PARTS, source_in, tidy_source
from tests.actions.given import DOORSTEP, NOWHERE, values

LONGEST = PARTS * MOST_OF_A_PART + PARTS - 1
ANY = st.text(alphabet=st.characters(), max_size=200)


@pytest.mark.parametrize(
    ("query", "source"),
    [
        ({"source": ["newsletter"]}, "newsletter"),
        (
            {"utm_source": ["Boletín"], "utm_medium": ["email"], "utm_campaign": ["Marzo 2027"]},
            "boletin/email/marzo-2027",
        ),
        ({"utm_source": ["a"], "utm_campaign": ["c"]}, "a//c"),
        ({"utm_medium": ["email"]}, "/email"),
        ({"source": ["flyer"], "utm_source": ["x"], "utm_campaign": ["finale"]}, "flyer//finale"),
        ({"source": ["", "second"], "utm_source": ["x"]}, "second"),
        ({"source": ["!!"], "utm_source": ["x"]}, "x"),
        ({"source": ["a/b"]}, "a-b"),
        ({"utm_source": ["<script>alert(1)</script>"]}, "script-alert-1-script"),
        ({"utm_source": ["a" * 500]}, "a" * MOST_OF_A_PART),
        ({"utm_source": ["\0\ud800\u202e"]}, ""),
        ({}, ""),
    ],
)
def test_a_link_says_one_canonical_text(query, source):
    assert source_in(query) == source
    assert tidy_source(source) == source


@given(source=ANY, medium=ANY, campaign=ANY)
def test_whatever_a_link_says_is_short_and_says_the_same_once_more(source, medium, campaign):
    found = source_in({"utm_source": [source], "utm_medium": [medium], "utm_campaign": [campaign]})
    assert len(found) <= LONGEST
    assert found.isascii()
    assert found.count("/") < PARTS
    assert tidy_source(found) == found


@given(source=ANY)
def test_no_source_that_is_given_is_a_mistake(source):
    assert not read_fields(values(source=source), DOORSTEP, NOWHERE).problems
