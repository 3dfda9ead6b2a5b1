import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.people.towns import find_town, town_of


@pytest.mark.parametrize(
    ("country", "code", "town"),
    [
        ("US", "34142", "Immokalee, FL"),
        ("US", " 34142-1234 ", "Immokalee, FL"),
        ("PR", "00901", "San Juan, PR"),
        ("US", "58705", "Minot AFB, ND"),
        ("US", "00000", ""),
        ("US", "3414", ""),
        ("US", "٣٤١٤٢", ""),
        ("GB", "34142", ""),
        ("US", "", ""),
    ],
)
def test_knows_towns_of_the_united_states_and_nothing_else(country, code, town):
    assert town_of(country, code) == town


@given(st.sampled_from(["US", "PR", "GB", "KH", ""]), st.text(max_size=12))
def test_never_fails(country, code):
    assert isinstance(town_of(country, code), str)


@pytest.mark.parametrize(
    ("code", "at"),
    [("34142", (26.1844, -81.4152)), ("00601", (18.1967, -66.7367)), ("09001", None)],  # the last: the armed forces'
)
def test_knows_where_a_town_is_or_that_nobody_knows(code, at):
    assert find_town("US", code).at == at


def test_there_is_no_town_of_another_country():
    assert find_town("GB", "34142") is None
