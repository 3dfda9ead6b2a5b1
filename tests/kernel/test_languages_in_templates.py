"""Numbers, dates, lists, countries and languages as each reader writes them; plurals by the language's own rule."""

from datetime import date

import pytest
from flask import Flask, render_template_string

from campaign.kernel.localized import force_language, init_languages, use_language


@pytest.fixture(scope="module")
def app():
    made = Flask("plain")
    made.config["PUBLIC_URL"] = "https://campaigns.example"
    init_languages(made)
    return made


def written(app, language, template, **values):
    with app.test_request_context("/"):
        use_language(language)
        return render_template_string(template, **values)


@pytest.mark.parametrize(
    ("language", "number"),
    [("en", "1,234,567"), ("es", "1,234,567"), ("ur", "1,234,567")],
)
def test_numbers(app, language, number):
    assert written(app, language, "{{ n|numberformat }}", n=1_234_567) == number


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "December 31, 2023"), ("es", "31 de diciembre de 2023"), ("ur", "31 دسمبر، 2023")],
)
def test_dates(app, language, words):
    assert written(app, language, '{{ d|dateformat("long") }}', d=date(2023, 12, 31)) == words


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "A, B, and C"), ("es", "A, B y C"), ("ur", "A، B، اور C")],
)
def test_lists(app, language, words):
    assert written(app, language, "{{ names|listformat }}", names=["A", "B", "C"]) == words


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Bangladesh, Spanish"), ("es", "Bangladés, español"), ("ur", "بنگلہ دیش, ہسپانوی")],
)
def test_countries_and_languages(app, language, words):
    assert written(app, language, '{{ "BD"|territory }}, {{ "es-MX"|language }}') == words


def test_what_has_no_name_is_called_by_its_code(app):
    assert written(app, "es", '{{ "Q9"|territory }} {{ "xx"|language }}') == "Q9 xx"


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [("en", "signature", "signatures"), ("es", "firma", "firmas")],
)
def test_plurals(app, language, one, many):
    template = '{{ ngettext("signature", "signatures", n) }}'
    assert [written(app, language, template, n=n) for n in (0, 1, 2)] == [many, one, many]


def test_what_a_language_lacks_is_said_in_english(app):
    assert written(app, "ur", '{{ _("No") }} {{ _("Said nowhere") }}') == "نہیں Said nowhere"


def test_a_mail_is_written_in_urdu_whoever_composes_it(app):
    with app.app_context(), force_language("ur-PK") as language:
        assert language == "ur"
        assert render_template_string('{{ _("Yes") }}') == "ہاں"
