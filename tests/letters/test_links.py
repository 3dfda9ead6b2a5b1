"""What is taken for a link in somebody's own words, and what is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.letters.links import find_links
from campaign.letters.reasons import foreign_links, links_of


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("see evil.com now", ["evil.com"]),
        ("(www.evil.com).", ["www.evil.com"]),
        ("Evil.Com, and evil.com/x again evil.com/x", ["Evil.Com", "evil.com/x"]),
        ("hxxp://evil[.]com", ["hxxp://evil[.]com"]),
        ("93.184.216.34/win", ["93.184.216.34/win"]),
        ("evil․com evil．org", ["evil.com", "evil.org"]),
        ("evil。com", ["evil.com"]),
        ("пример.рф উদাহরণ.বাংলা", ["пример.рф", "উদাহরণ.বাংলা"]),
        ("evil.xn--p1ai", ["evil.xn--p1ai"]),
        ("evil.c\u200bom", ["evil.com"]),
        ("ana@evil.com", ["ana@evil.com"]),
        ("ok.Then/that", ["ok.Then/that"]),
    ],
)
def test_a_link_is_found_however_it_is_written(text, links):
    assert find_links(text) == links


@pytest.mark.parametrize(
    "text",
    [
        "I agree.Please sign.",
        "5.30pm at 3.50, Dr.Smith of the U.S.A. said, i.e. at 9 a.m.",
        "wait...and see",
        "句子。句子",
        "میں متفق ہوں۔ شکریہ",
        "1.2.3 and 999.1.1.1",
        "",
    ],
)
def test_honest_sentences_are_none(text):
    assert find_links(text) == []


@given(st.text(max_size=200))
def test_any_text_can_be_looked_at(text):
    assert all(link.strip() for link in find_links(text))


@pytest.mark.parametrize("piece", ["y", "y.", ".", '"', "9", "9.", "a:", "。", "\u200b"])
def test_a_text_without_a_space_is_read_once(piece):
    """Three hundred thousand characters: read again from each of them, this would not end today."""
    find_links(piece * (300_000 // len(piece)))


def test_the_campaigns_own_links_and_our_own_address_are_nobodys_weapon():
    own = links_of({"en": ["About fair.example"]}, {"es": "Lea https://union.example/carta"}, "https://act.example")
    text = "fair.example https://union.example/carta https://act.example/campaigns/x act.example"
    assert foreign_links(text, own) == []
    foreign = ["https://act.example@evil.com/", "https://act.example.evil.com", "union.example", "xact.example"]
    assert foreign_links(" ".join(foreign), own) == foreign
