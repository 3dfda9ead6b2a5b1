import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.people.towns import find_named_town, find_town, find_whole_code, town_of


@pytest.mark.parametrize(
    ("country", "code", "town"),
    [
        ("US", "34142", "Immokalee, FL"),
        ("US", " 34142-1234 ", "Immokalee, FL"),
        ("PR", "00901", "San Juan, PR"),
        ("US", "00901", "San Juan, PR"),
        ("pr", "00901", "San Juan, PR"),
        ("US", "02139 1234", "Cambridge, MA"),
        ("US", "021391234", "Cambridge, MA"),
        ("GU", "96910", "Hagatna, GU"),
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


@pytest.mark.parametrize("words", ["Portland, ME", "portland, me", "PORTLAND ME", " Portland,me "])
def test_a_town_is_found_as_its_name_is_written(words):
    assert find_named_town(words) == find_town("US", "04101")


@pytest.mark.parametrize("words", ["Portland", "Portland, XX", "Nowhere, ME", ", ME", "", "Portland, Maine", "\0, ME"])
def test_what_names_no_town_is_none(words):
    assert find_named_town(words) is None


@given(st.text(max_size=30))
def test_looking_for_a_name_never_fails(words):
    assert find_named_town(words) is None or find_named_town(words).name


@pytest.mark.parametrize(
    ("typed", "whole"),
    [("2139", "02139"), ("601", "00601"), ("21391234", "02139-1234"), ("99", ""), ("0000", ""), ("", "")],
)
def test_a_code_that_lost_its_zeros_is_known(typed, whole):
    assert find_whole_code(typed) == whole


def test_there_is_no_town_of_another_country():
    assert find_town("GB", "34142") is None
