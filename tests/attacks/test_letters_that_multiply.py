"""Tries to have a short post become long letters: in the preview's memory, in the tables, in executives' mailboxes."""

import pytest

from campaign.letters.fields import MAX_BODY, MAX_PERSONAL, MAX_SUBJECT
from campaign.letters.placeholders import MOST_OF_ONE, PLACEHOLDERS

QUOTES = '"' * MAX_PERSONAL


@pytest.mark.parametrize("step", ["preview", "change", "send"])
@pytest.mark.parametrize("name", PLACEHOLDERS)
def test_a_placeholder_a_thousand_times_is_refused_at_the_price_of_a_form(visitor, step, name):
    body = f"{{{name}}}" * (MAX_BODY // len(f"{{{name}}}"))
    answer = visitor.write(step=step, personal=QUOTES, body=body)
    assert answer.status_code == 422
    assert len(answer.data) < 200_000
    assert visitor.one("SELECT count(*) FROM letters") == 0


def test_the_longest_letter_that_is_taken_is_a_few_times_what_was_typed(visitor):
    body = "{personal} " * MOST_OF_ONE
    body += "x" * (MAX_BODY - len(body))
    assert visitor.write(personal=QUOTES, body=body).status_code == 303
    assert visitor.one("SELECT max(length(body)) FROM letters") <= MAX_BODY + MOST_OF_ONE * MAX_PERSONAL


def test_a_subject_holds_no_paragraph(visitor):
    assert visitor.write(personal=QUOTES, subject="{personal}").status_code == 303
    assert visitor.one("SELECT max(length(subject)) FROM letters") <= MAX_SUBJECT
    assert visitor.write(subject="{company}" * (MOST_OF_ONE + 1), personal="Other words").status_code == 422
