"""A name that claims an office is looked at first; people whose names are words of offices are not."""

import pytest

from campaign.letters.names import ALONE, TOGETHER, claims_office

OFFICES = ("Chief Executive Officer", "Chairman")
ORGANIZATIONS = ("Kroger", "Wendy's", "Whole Foods Market", "Coalition of Immokalee Workers")


@pytest.mark.parametrize(
    "name",
    [
        ("FBI", "Field Office Atlanta"),
        ("F.B.I.", "Atlanta"),
        ("f b i", "agent"),
        ("Attorney", "General"),
        ("Attorney-General", "Smith"),
        ("District", "Court"),
        ("Special", "Agent Smith"),
        ("County", "Sheriff"),
        ("Sheriff's", "Office"),
        ("Acme", "LLC"),
        ("Acme,", "Inc."),
        ("Policía", "Nacional"),
        ("MINISTÈRE", "du Travail"),
        ("Bundesamt", "Schmidt"),
        ("پولیس", "لاہور"),
        ("পুলিশ", "সদর"),
        ("Po\u200blice", "Chief"),
        ("Chief", "Executive Officer"),
        ("Kroger", "Team"),
        ("Kroger", "Atlanta"),
        ("Ana", "Kroger Legal"),
        ("Wendy's", "Press"),
        ("Whole", "Foods Market"),
        ("Coalition", "of Immokalee Workers"),
    ],
    ids=" ".join,
)
def test_a_claimed_office_or_company_is_found(name):
    assert claims_office(*name, OFFICES, ORGANIZATIONS)


@pytest.mark.parametrize(
    "name",
    [
        ("Ana", "Ruiz"),
        ("John", "Constable"),
        ("Mary", "Bishop"),
        ("Judge", "Reinhold"),
        ("Thurgood", "Marshall"),
        ("Margaret", "Court"),
        ("Vincent", "Price"),
        ("Justice", "King"),
        ("Omar", "Sheriff"),
        ("Luc", "Bureau"),
        ("Sally", "Field"),
        ("Major", "Banks"),
        ("Dr. Martin Luther", "King Jr."),
        ("Rahim", "Sarkar"),
        ("Nazir", "Qazi"),
        ("Ana", "de la Corte"),
        ("Pedro", "Alcalde Guardia"),
        ("Anna", "Kroger"),
        ("Wendy", "S."),
        ("Chair", "Man"),
        ("J. R. R.", "Tolkien"),
        ("Nguyen", "Thi Minh"),
    ],
    ids=" ".join,
)
def test_an_honest_name_is_nobodys_office(name):
    assert not claims_office(*name, OFFICES, ORGANIZATIONS)


def test_each_word_is_in_one_list():
    assert set() == ALONE & TOGETHER
