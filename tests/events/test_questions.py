"""What every question and every resource has to say, so that what is built from them holds."""

import re

import pytest

from campaign.events.endings import OVER, OVER_LATELY
from campaign.events.forms import RsvpForm
from campaign.events.models import Rsvp
from campaign.events.questions import MALFORMED, QUESTIONS, list_asked, list_columns
from campaign.events.resources import EXTRAS, PLACE
from campaign.kernel.personal import emptied_by

BOXES = [*(extra.box for extra in EXTRAS), *(question.name for question in QUESTIONS)]


def test_no_two_share_a_box_and_none_takes_one_of_the_form():
    assert len(set(BOXES)) == len(BOXES)
    others = {"t", "part", "legs", "guests", "children", "step", "leg", "place", "comment", "consent", "email"}
    assert not set(BOXES) & others


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_a_question_is_a_name_that_sql_and_forms_take_and_says_when_it_is_forgotten(question):
    assert re.fullmatch(r"[a-z][a-z_]{0,39}", question.name)
    assert question.forgotten in (OVER, OVER_LATELY)
    goes_early = f"- '{question.name}'" in emptied_by(Rsvp.__table__, OVER_LATELY)["answers"]
    assert goes_early == (question.forgotten == OVER_LATELY)
    assert bool(question.pattern) == bool(question.malformed)
    assert not question.malformed or f"{question.name}.{MALFORMED}" in RsvpForm.words
    assert not question.beside or question.beside in {other.name for other in QUESTIONS}
    assert set(question.listed) in (set(), set(question.choices))


@pytest.mark.parametrize("extra", EXTRAS, ids=lambda extra: extra.word)
def test_a_resource_is_a_word_that_the_audit_log_and_forms_take(extra):
    assert extra.word != PLACE
    for name in (extra.word, extra.name, extra.many, extra.box):
        assert re.fullmatch(r"[a-z][a-z_]{0,39}", name)
    assert all((extra.wish, extra.title, extra.own_title, extra.column, extra.waited, extra.queue))


def test_a_high_safety_event_asks_only_what_says_so_and_none_does():
    every = {question.word for question in QUESTIONS}
    assert list_asked(every, is_high_safety=False) == QUESTIONS
    assert list_asked(every, is_high_safety=True) == ()


def test_lists_have_their_columns_in_their_own_order_and_needs_are_none():
    names = [question.name for question in list_columns()]
    assert names[:5] == ["ride", "ride_from", "phone", "speaks", "helps_as"]
    assert "needs" not in names
