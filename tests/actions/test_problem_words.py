"""Every code that a check can say has words, in each kind's form, and the web says them beside their boxes."""

import ast
from importlib import import_module
from pathlib import Path
from typing import get_args

import pytest
from flask import Flask

from campaign.actions.forms import ActionForm
from campaign.actions.posted import PostedForm, read_posted_fields
from campaign.actions.problem_words import WORDS, say_problem
from campaign.kernel.formdata import FormData
from campaign.kernel.languages import INTERFACE
from campaign.kernel.localized import init_languages, use_language
from campaign.kernel.problems import Problem
from campaign.kernel.stamp import Stamp
from campaign.people.pasted import AddressFault
from tests.actions.given import DOORSTEP, NOWHERE, values

PACKAGE = Path(__file__).parents[2] / "campaign"
FEATURES = sorted(path.parent.name for path in PACKAGE.glob("*/fields.py") if path.with_name("forms.py").exists())
NAMES = ("unseen", "marks", "link", "number")


def words_of(feature):
    room = import_module(f"campaign.{feature}.forms")
    made = [item for item in vars(room).values() if isinstance(item, type) and item.__module__ == room.__name__]
    return [form.words for form in made if issubclass(form, ActionForm)]


def codes_without_words(source, words):
    """List what `source` says by `….say(field, code)` that has no words; `?` where a field or code is made on the way."""
    found = []
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "say":
            name, code = (argument.value if isinstance(argument, ast.Constant) else "?" for argument in call.args[:2])
            if code != "?" and code not in words and f"{name}.{code}" not in words:
                found.append(f"{name}.{code}")
    return found


@pytest.fixture
def page():
    app = Flask("test")
    init_languages(app)
    with app.test_request_context("/"):
        yield


@pytest.mark.parametrize("feature", FEATURES)
def test_every_code_that_a_check_says_has_words(feature):
    source = (PACKAGE / feature / "fields.py").read_text()
    assert ".say(" in source
    for words in words_of(feature):
        assert codes_without_words(source, words) == []


def test_the_spine_and_kinds_with_fields_of_their_own_are_looked_at():
    assert {"actions", "events", "letters"} <= set(FEATURES)
    assert all(words_of(feature) for feature in FEATURES)


def test_a_planted_code_without_words_is_found():
    source = 'problems.say("email", "haunted")\nproblems.say(name, "too_long", most=1)\nproblems.say(name, "missing")'
    assert codes_without_words(source, WORDS) == ["email.haunted", "?.missing"]


@pytest.mark.parametrize("language", INTERFACE)
def test_codes_made_on_the_way_have_words_too(page, language):
    use_language(language)
    codes = [*(("given_name", f"holds_{problem}") for problem in NAMES), ("given_name", "pseudonym_missing")]
    codes += [("email", fault) for fault in get_args(AddressFault) if fault != "too_long"]
    assert all(say_problem(Problem((name,), code)) for name, code in codes)


def test_a_field_says_it_its_own_way_and_what_a_sentence_names_is_filled_in(page):
    assert say_problem(Problem(("comment",), "too_long", {"most": 2000})) == "Use at most 2000 characters."
    assert (
        say_problem(Problem(("email",), "too_long", {"most": 254}))
        == "Email addresses can have at most 254 characters."
    )
    use_language("es")
    assert "2000" in say_problem(Problem(("comment",), "too_long", {"most": 2000}))
    assert say_problem(Problem(("email",), "missing")) != "Enter your email address."


# The web's own part


def post(*, is_damaged=False, **changed):
    form = values(**{"stamp": NOWHERE.stamp.make(), **changed})
    return PostedForm(FormData(list(form.items()), is_damaged=is_damaged), "192.0.2.1")


def test_a_sound_form_with_a_stamp_of_ours_has_no_problems():
    assert read_posted_fields(post(), DOORSTEP, NOWHERE).problems == []


def test_what_is_wrong_with_the_form_itself_stands_before_what_is_wrong_with_its_fields():
    fields = read_posted_fields(post(is_damaged=True, stamp="x", email=""), DOORSTEP, NOWHERE)
    assert fields.problems == [Problem((), "damaged"), Problem(("stamp",), "stale"), Problem(("email",), "missing")]


def test_a_stamp_of_another_installation_is_none():
    assert post().find_problems(Stamp(["another"])) == [Problem(("stamp",), "stale")]


@pytest.mark.parametrize(("value", "is_suspect"), [("", False), (" ", False), ("555", True)])
def test_what_fills_the_box_nobody_sees_is_suspect(value, is_suspect):
    origin = post(fax_number=value).origin
    assert (origin.door, origin.ip, origin.is_suspect) == ("form", "192.0.2.1", is_suspect)


def test_what_belongs_to_no_box_that_is_seen_is_said_above_all(page):
    problems = [Problem((), "damaged"), Problem(("stamp",), "stale"), Problem(("language",), "malformed")]
    form = ActionForm.refilled(post().form, [*problems, Problem(("email",), "missing")])
    assert form.first_errors == {
        "": "We couldn’t read some characters. Check the text below and send it again.",
        "email": "Enter your email address.",
    }
    assert len(form.stamp.errors) == 3
