"""The standfirst: what an author wrote, or the beginning of the story, in the reader's language first."""

import pytest

from campaign.campaigns.models import Campaign
from campaign.campaigns.standfirsts import LENGTH, cut, standfirst_of

LONG = "On farms in the program workers clock in before they pick, drink clean water in the shade, rest when the heat climbs and are heard."


def campaign(standfirst=None, story=None):
    return Campaign(languages=["en", "es"], standfirst=standfirst or {}, story=story or {})


def test_what_an_author_wrote_stands():
    found = standfirst_of(campaign({"en": "Why."}, {"en": "Because. And more."}), "en")
    assert (found.text.value, found.text.language, found.is_cut) == ("Why.", "en", False)


@pytest.mark.parametrize(
    ("standfirst", "story", "expected"),
    [
        ({"en": "Why."}, {"en": "Because.", "es": "Porque sí."}, ("Porque sí.", "es", True)),
        ({"en": "Why."}, {"en": "Because."}, ("Why.", "en", False)),
        ({}, {"en": "Because."}, ("Because.", "en", True)),
        ({}, {}, ("", "en", True)),
    ],
)
def test_the_readers_language_goes_before_who_wrote_it(standfirst, story, expected):
    found = standfirst_of(campaign(standfirst, story), "es")
    assert (found.text.value, found.text.language, found.is_cut) == expected


@pytest.mark.parametrize(
    ("paragraph", "expected"),
    [
        ("", ""),
        ("One. Two.", "One. Two."),
        (f"One. {LONG}", "One."),
        ("a" * 90 + ". " + "b" * 90 + ".", "a" * 90 + "."),
        ("She said “no.” " + LONG, "She said “no.”"),
        ("یہ ایک ہے۔ " + LONG, "یہ ایک ہے۔"),
    ],
)
def test_whole_sentences_are_cut(paragraph, expected):
    assert cut(paragraph) == expected


def test_a_first_sentence_that_is_too_long_ends_between_two_words():
    found = cut(LONG)
    assert len(found) <= LENGTH
    assert found.endswith("…")
    assert LONG.startswith(found[:-1])
    assert LONG[len(found) - 1] in " ,"


def test_marks_and_line_breaks_of_the_story_are_left_out():
    story = {"en": "## Heading\n\n**Water**, [shade](https://x.example)\nand `rest`.\n\nMore."}
    assert standfirst_of(campaign(story=story), "en").text.value == "Water, shade and rest."
