"""Every word of code and templates is said in the complete languages; in the others at least the signing journey's."""

import re
from pathlib import Path

import pytest
from babel.messages import Catalog

from campaign.kernel.languages import COMPLETE, INTERFACE
from campaign.translations import catalogues
from campaign.translations.catalogues import extract, fill, missing, needed, read, translated_languages, update

NAMES = re.compile(r"%\((\w+)\)[sd]")
ROOT = Path(__file__).parents[2]

SIGNING_JOURNEY = (
    "campaign/actions/forms.py",
    "campaign/actions/problem_words.py",
    "campaign/actions/wording.py",
    "campaign/kernel/error_words.py",
    "campaign/letters/forms.py",
    "templates/actions/already.html",
    "templates/actions/confirm.html",
    "templates/actions/expired.html",
    "templates/actions/fields.html",
    "templates/actions/gone.html",
    "templates/actions/my.html",
    "templates/actions/my_ask.html",
    "templates/actions/my_erase.html",
    "templates/actions/my_sent.html",
    "templates/actions/not_me.html",
    "templates/actions/own_mail.html",
    "templates/actions/thanks.html",
    "templates/actions/unsubscribe.html",
    "templates/actions/unsubscribed.html",
    "templates/components/checkbox.html",
    "templates/components/count.html",
    "templates/components/error_summary.html",
    "templates/components/field.html",
    "templates/components/footer.html",
    "templates/components/language_switch.html",
    "templates/components/text.html",
    "templates/errors/error.html",
    "templates/layouts/page.html",
    "templates/letters/page.html",
    "templates/letters/preview.html",
    "templates/letters/thanks.html",
    "templates/mail/actions/confirm/body.html",
    "templates/mail/actions/confirm/body.txt",
    "templates/mail/letter/confirm/subject.txt",
    "templates/mail/pledge/confirm/subject.txt",
    "templates/pledges/closed.html",
    "templates/pledges/form.html",
    "templates/pledges/page.html",
    "templates/pledges/thanks.html",
    "templates/site/campaign.html",
)
"""Where the words stand that somebody meets who signs or writes, with its mistakes, its mail and its end."""

IN_PART = tuple(code for code in INTERFACE if code not in COMPLETE)


@pytest.fixture(scope="module")
def found():
    return extract()


def places(message):
    return {name for name, _line in message.locations}


@pytest.mark.parametrize("language", [code for code in translated_languages() if code in COMPLETE])
def test_nothing_is_missing_or_guessed(found, language):
    assert list(missing(read(language), needed(language, found))) == []


@pytest.mark.parametrize("language", IN_PART)
def test_the_signing_journey_is_said_in_the_other_languages_too(found, language):
    needed = [message for message in found if message.id and places(message) & set(SIGNING_JOURNEY)]
    ids = {message.id if isinstance(message.id, str) else message.id[0] for message in needed}
    assert ids & set(missing(read(language), found)) == set()
    assert len(ids) > 100


@pytest.mark.parametrize("place", SIGNING_JOURNEY)
def test_the_signing_journey_is_where_we_say(found, place):
    assert (ROOT / place).exists()
    assert any(place in places(message) for message in found)


@pytest.mark.parametrize("language", translated_languages())
def test_translations_use_the_names_of_their_source(language):
    for message in read(language):
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        if not message.id or not any(strings):
            continue
        sources = message.id if isinstance(message.id, tuple) else (message.id,)
        wanted = {name for source in sources for name in NAMES.findall(source)}
        for string in strings:
            assert set(NAMES.findall(string)) <= wanted, message.id
        assert wanted <= {name for string in strings for name in NAMES.findall(string)}, message.id


def test_urdu_is_written_with_its_own_stops(found):
    for message in read("ur"):
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        for string in filter(None, strings if message.id else ()):
            words = re.sub(r"\S+@\S+|%\(\w+\)[sd]", "", string)
            assert not re.search(r"[?,;]|\.$", words), string


def test_a_list_of_words_fills_gaps_and_overrules_nothing(found):
    catalogue = read("es")
    before = catalogue.get("Yes").string
    catalogue.get("No").string = catalogue.get("Goal: %(goal)s").string = ""
    fill(
        catalogue,
        "es",
        [
            {"msgid": "Yes", "es": "Claro"},
            {"msgid": "No", "es": "Pues no", "ur": "نہیں"},
            {"msgid": "Said nowhere", "es": "…"},
            {"msgid": "Goal: %(goal)s", "es": "Meta"},
        ],
    )
    assert catalogue.get("Yes").string == before
    assert catalogue.get("No").string == "Pues no"
    assert catalogue.get("Goal: %(goal)s").string == "", "words that lose a name are no words"


def test_what_one_language_is_told_the_next_does_not_say(found, tmp_path, monkeypatch):
    monkeypatch.setattr(catalogues, "HERE", tmp_path)
    assert update("es", found, [[{"msgid": "Yes", "es": "Sí"}]]).get("Yes").string == "Sí"
    assert not update("ur", found).get("Yes").string
    assert not found.get("Yes").string


def test_the_extraction_finds_words_of_code_templates_and_mails(found):
    assert "Campaigns that need you" in found
    assert "Page not found" in found
    assert len(found) > 150


def catalogue_of(*messages):
    """What code and templates say: sources, or pairs of a source and the file it stands in."""
    found = Catalog(project="campaign", charset="utf-8")
    for message in messages:
        source, file = message if isinstance(message, tuple) else (message, "templates/a.html")
        found.add(source, locations=[(file, 0)])
    return found


def test_a_slip_mended_in_the_source_costs_no_language_its_words(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(catalogues, "HERE", tmp_path)
    update(
        "es",
        catalogue_of("Your letter has gone to the the office."),
        [[{"msgid": "Your letter has gone to the the office.", "es": "Enviada."}]],
    )
    again = update("es", catalogue_of("Your letter has gone to the office."))
    assert again.get("Your letter has gone to the office.").string == "Enviada."
    assert "es: kept the words of 'Your letter has gone to the the office.'" in capsys.readouterr().out


@pytest.mark.parametrize(
    "changed",
    [
        "Your letter has gone to %(name)s's the office.",
        "Nothing has gone to the office.",
        ("Your letter has gone to the office.", "templates/b.html"),
    ],
)
def test_another_sentence_gets_no_words_of_an_old_one(changed, tmp_path, monkeypatch):
    monkeypatch.setattr(catalogues, "HERE", tmp_path)
    update(
        "es",
        catalogue_of("Your letter has gone to the the office."),
        [[{"msgid": "Your letter has gone to the the office.", "es": "Enviada."}]],
    )
    source = changed[0] if isinstance(changed, tuple) else changed
    assert not update("es", catalogue_of(changed)).get(source).string


def test_what_is_said_anew_keeps_its_words_where_the_list_says_what_it_was(tmp_path, monkeypatch):
    monkeypatch.setattr(catalogues, "HERE", tmp_path)
    for language, word in (("es", "Revise su correo."), ("ur", "ای میل دیکھیں۔")):
        update(language, catalogue_of("Look into your mail"), [[{"msgid": "Look into your mail", language: word}]])
    words = [{"was": "Look into your mail", "msgid": "Check your email", "es": "Revise su email."}]
    assert update("es", catalogue_of("Check your email"), [words]).get("Check your email").string == "Revise su email."
    assert update("ur", catalogue_of("Check your email"), [words]).get("Check your email").string == "ای میل دیکھیں۔"
