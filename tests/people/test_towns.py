import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.people.towns import town_of


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
