"""A reader gets the text in their language where there is one, and is told the language where there is not."""

from hypothesis import given
from hypothesis import strategies as st

from campaign.campaigns.texts import pick, pick_list

TAGS = st.sampled_from(["en", "es", "es-MX", "ht", "ur", "bn"])


def test_gives_the_text_in_the_language_asked_for():
    text = pick({"en": "Sign", "es": "Firmen"}, "es", ["en", "es"])
    assert (text.value, text.language, text.is_in("es")) == ("Firmen", "es", True)


def test_a_regional_reader_reads_the_language():
    text = pick({"en": "Sign", "es": "Firmen"}, "es-MX", ["en", "es"])
    assert (text.value, text.is_in("es-MX")) == ("Firmen", True)


def test_falls_back_to_the_campaigns_own_language_and_says_so():
    text = pick({"en": "Sign", "es": "Firmen"}, "ur", ["es", "en"])
    assert (text.value, text.language, text.is_in("ur")) == ("Firmen", "es", False)


def test_a_blank_text_is_no_text():
    assert pick({"en": "Sign", "es": " \n"}, "es", ["en", "es"]).value == "Sign"


def test_a_list_is_never_mixed_of_languages():
    subjects = pick_list({"en": ["One", "Two"], "es": ["Uno", ""]}, "es", ["en", "es"])
    assert (subjects.values, subjects.language) == (("Uno",), "es")


@given(st.dictionaries(TAGS, st.text(max_size=5)), TAGS, st.lists(TAGS, max_size=4))
def test_whatever_is_there_is_found_and_named_truly(texts, language, languages):
    text = pick(texts, language, languages)
    if any(value.strip() for value in texts.values()):
        assert text.value == texts[text.language].strip() != ""
    else:
        assert text.value == ""
    if texts.get(language, "").strip():
        assert text.language == language


@given(st.dictionaries(TAGS, st.lists(st.text(max_size=3), max_size=3)), TAGS, st.lists(TAGS, max_size=4))
def test_a_list_holds_no_blank_lines(texts, language, languages):
    assert all(line.strip() for line in pick_list(texts, language, languages).values)
