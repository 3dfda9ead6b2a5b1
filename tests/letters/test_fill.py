import string

from hypothesis import given
from hypothesis import strategies as st

from campaign.letters.placeholders import PLACEHOLDERS, fill, fill_line

VALUES = {
    "executive": "Chief Executive Officer",
    "company": "Kroger",
    "given_name": "Ana",
    "family_name": "Ruiz",
    "town": "Immokalee, FL",
    "personal": "My uncle picks tomatoes.",
}
TEMPLATE = "Dear {executive},\n\n{personal}\n\nPlease sign.\n\n{given_name} {family_name}, {town}"
TEXTS = st.text(alphabet=string.ascii_letters + " {}\n,", max_size=80)
PLAIN = st.text(alphabet=string.ascii_letters + " ,.\n", max_size=80)


def test_fills_every_placeholder():
    assert fill(TEMPLATE, VALUES) == (
        "Dear Chief Executive Officer,\n\nMy uncle picks tomatoes.\n\nPlease sign.\n\nAna Ruiz, Immokalee, FL"
    )


def test_an_unknown_town_goes_with_its_comma_or_its_line():
    assert fill(TEMPLATE, {**VALUES, "town": ""}).endswith("\n\nAna Ruiz")
    assert fill("Yours,\nAna\n{town}\nUSA", {}) == "Yours,\nAna\nUSA"
    assert fill("I live in {town}.", {}) == "I live in ."


def test_who_has_one_name_is_called_by_it_once():
    for names in ({"given_name": "Sukarno", "family_name": ""}, {"given_name": "", "family_name": "Sukarno"}):
        values = {**VALUES, **names}
        assert fill(TEMPLATE, values).endswith("\n\nSukarno, Immokalee, FL")
        assert fill("{family_name}, {given_name}\n{town}", values) == "Sukarno\nImmokalee, FL"
        assert fill("I am {given_name}.\nMx. {family_name}", values) == "I am Sukarno.\nMx. Sukarno"
        assert fill_line("From {given_name} {family_name}, {town}", values) == "From Sukarno, Immokalee, FL"
    assert fill("{given_name} {family_name}", {}) == ""


def test_an_empty_paragraph_leaves_no_hole():
    assert fill(TEMPLATE, {**VALUES, "personal": ""}).startswith("Dear Chief Executive Officer,\n\nPlease sign.")


def test_other_braces_are_literal():
    assert fill("{unknown} {} {{given_name}} {GIVEN_NAME} {given name}", VALUES) == (
        "{unknown} {} {Ana} {GIVEN_NAME} {given name}"
    )


@given(st.sampled_from(PLACEHOLDERS))
def test_braces_that_somebody_typed_are_never_filled(name):
    typed = {**VALUES, "personal": "{executive} {company} {town} {personal}", "given_name": "{family_name}"}
    filled = fill("{personal}|{given_name}", typed)
    assert filled == "{executive} {company} {town} {personal}|{family_name}"
    assert fill(f"x {{{name}}} y", {name: f"{{{name}}}"}) == f"x {{{name}}} y"


@given(PLAIN)
def test_a_text_without_placeholders_stays_but_for_white_space_around_and_between(text):
    assert fill(text, VALUES).split() == text.split()


@given(TEXTS, st.dictionaries(st.sampled_from(PLACEHOLDERS), TEXTS))
def test_never_fails_and_never_loses_a_word_that_was_typed(template, values):
    filled = fill(template, values)
    for name in PLACEHOLDERS:
        if template.count(f"{{{name}}}") and values.get(name, "").strip():
            assert values[name].strip() in filled


@given(TEXTS)
def test_filling_a_template_without_braces_twice_changes_nothing_more(text):
    once = fill(text.replace("{", "").replace("}", ""), VALUES)
    assert fill(once, VALUES) == once


@given(st.text(max_size=200), st.dictionaries(st.sampled_from(PLACEHOLDERS), st.text(max_size=40)))
def test_a_subject_is_always_one_line(template, values):
    assert len(fill_line(template, values).splitlines()) <= 1


def test_windows_line_ends_are_line_ends():
    assert fill("Dear {executive},\r\n\r\n{town}\r\nBye", {"executive": "CEO"}) == "Dear CEO,\n\nBye"
