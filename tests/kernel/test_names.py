"""Which names pass, which are refused and why, and by which of them somebody is greeted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.kernel.names import find_name_problem, greeting_name, looks_like_link
from tests.naming import HONEST, HOSTILE


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_name_passes(name):
    assert find_name_problem(name) == ""


@pytest.mark.parametrize(("problem", "name"), [(problem, name) for problem, names in HOSTILE.items() for name in names])
def test_a_hostile_one_is_refused_for_what_it_is(problem, name):
    assert find_name_problem(name) == problem
    assert greeting_name(name) == ""


@pytest.mark.parametrize(
    "name", ["Ana", "Ana Lucía", "Jean-Pierre", "D’Angelo", "O'Neil", "محمد\u200cرضا", "김철수", "น้ำผึ้ง", "Nguyễn"]
)
def test_a_short_name_of_letters_greets(name):
    assert greeting_name(f" {name} ") == name


@pytest.mark.parametrize(
    "name",
    [
        "YOU ARE BEING WATCHED",
        "I KNOW YOU",
        "Ana1",
        "Ana!",
        "[[link]]",
        "A" * 21,
        "-Ana",
        "Ana-",
        "Md.Rahim",
        "☀",
        "a--b",
        "",
    ],
)
def test_anything_else_greets_nobody(name):
    assert greeting_name(name) == ""


@given(st.text(max_size=40))
def test_whoever_is_greeted_is_greeted_by_letters(text):
    name = greeting_name(text)
    assert len(name) <= 20
    assert not looks_like_link(name)
    assert not any(character.isdigit() or character in '.,:;/@<>"[]{}()\n\r\t' for character in name)
