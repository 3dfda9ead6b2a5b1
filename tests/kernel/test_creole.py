"""Creole's days, numbers and countries are Creole's, and French keeps its own."""

from datetime import date, timedelta

import pytest
from babel import Locale
from babel.dates import format_date, format_timedelta
from babel.lists import format_list
from babel.numbers import format_decimal

from campaign.kernel.countries import list_countries
from campaign.kernel.creole import teach_creole
from campaign.kernel.moments import full_day, hours, locale_of, short_day, zone_name
from tests.kernel.test_moments import at

DAY = date(2027, 1, 13)


def test_days_are_said_in_creole():
    assert full_day(DAY, "ht") == "mèkredi 13 janvye 2027"
    assert short_day(DAY, "ht") == "mèk. 13 jan."
    assert zone_name("America/New_York", "ht") == "lè Lès"
    assert hours(at(8), at(16), "ht") == "8 a.m.–4 p.m.".replace(" ", "\N{NO-BREAK SPACE}")


@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_has_a_name_of_its_own(month):
    creole, french = (format_date(date(2027, month, 1), "LLLL", locale=language) for language in ("ht", "fr"))
    assert creole
    assert creole != french or french == "avril"


@pytest.mark.parametrize(
    ("span", "said"),
    [(timedelta(minutes=-19), "gen 19 minit"), (timedelta(hours=-1), "gen 1 èdtan"), (timedelta(days=2), "nan 2 jou")],
)
def test_how_long_ago_is_said_in_creole(span, said):
    assert format_timedelta(span, add_direction=True, locale="ht") == said


def test_numbers_and_lists_are_as_in_the_united_states():
    assert format_decimal(12345.5, locale=locale_of("ht")) == "12,345.5"
    assert format_list(["A", "B", "C"], locale="ht") == "A, B ak C"


def test_countries_have_their_creole_names_and_keep_their_codes():
    names = dict(list_countries("ht"))
    assert (names["US"], names["HT"]) == ("Etazini", "Ayiti")
    assert set(names) == set(dict(list_countries("en")))


def test_french_is_what_it_was():
    teach_creole()
    assert format_date(DAY, "full", locale="fr") == "mercredi 13 janvier 2027"
    assert format_list(["A", "B"], locale="fr") == "A et B"
    assert Locale("fr").territories["US"] == "États-Unis"
    assert format_timedelta(timedelta(hours=-2), add_direction=True, locale="fr") == "il y a 2 heures"
    assert format_decimal(12345, locale="fr") == "12\u202f345"
