"""The fields of a letter as plain values, and the letters they become: no form, no request."""

from types import SimpleNamespace

import pytest

from campaign.actions.fields import read_fields
from campaign.kernel.problems import Problems
from campaign.letters.fields import find_left_out, read_letter
from campaign.letters.previews import write_out
from tests.actions.given import DOORSTEP, NOWHERE, told, values

KNOWN = ("one", "two")
LETTER = {"subject": "Sign", "personal": "Please.", "body": "Dear {executive},\n\n{personal}"}
EXECUTIVES = [
    SimpleNamespace(
        id=number, public_id=name, company_id=number, office=f"Office {number}", company=SimpleNamespace(name="Co"),
        address=f"{name}@company.example",
    )
    for number, name in enumerate(KNOWN, 1)
]  # fmt: skip


def read(executives=(), **changed):
    problems = Problems()
    letter = read_letter({**LETTER, **changed}, {"executives": executives}, KNOWN, problems)
    return letter, told(problems)


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"subject": " "}, ("subject", "missing")),
        ({"subject": "\u3164"}, ("subject", "missing")),
        ({"personal": "\u200b", "body": "\u2800"}, ("personal", "missing")),
        ({"subject": "a" * 151}, ("subject", "too_long", {"most": 150})),
        ({"subject": "a\nBcc: x@y.example"}, ("subject", "holds_unseen")),
        ({"subject": "a\0"}, ("subject", "holds_unseen")),
        ({"subject": "{town}" * 4}, ("subject", "repeated", {"name": "town", "most": 3})),
        ({"personal": "a" * 5001}, ("personal", "too_long", {"most": 5000})),
        ({"personal": "a\ud800"}, ("personal", "holds_unseen")),
        ({"body": "a" * 10001}, ("body", "too_long", {"most": 10000})),
        ({"body": "{executive}" * 4}, ("body", "repeated", {"name": "executive", "most": 3})),
        ({"body": " ", "personal": "\n"}, ("personal", "missing")),
        ({"executives": ["three"]}, ("executives", "not_a_choice")),
        ({"executives": ["one", ""]}, ("executives", "not_a_choice")),
    ],
)
def test_what_is_wrong_is_told_by_field_and_code(changed, problem):
    assert read(**changed)[1] == [problem]


def test_a_subject_of_ones_own_goes_before_the_offered_one():
    assert read(subject=" Mine ", offered_subject="Theirs")[0].subject == "Mine"
    assert read(subject=" ", offered_subject=" Theirs ")[0].subject == "Theirs"


def test_what_was_left_out_is_the_campaigns_and_what_was_left_empty_stays_empty():
    assert find_left_out({}, "S", "B") == {"offered_subject": "S", "body": "B"}
    assert find_left_out({"subject": "", "body": ""}, "S", "B") == {}
    assert find_left_out({"offered_subject": ""}, "S", "B") == {"body": "B"}


def test_none_chosen_means_everybody_and_each_gets_a_letter_of_their_own():
    fields = read_fields(values(), DOORSTEP, NOWHERE)
    letter, problems = read()
    assert problems == []
    previews = write_out(letter, fields, EXECUTIVES)
    assert [(preview.office, preview.text.mailbox) for preview in previews] == [
        ("Office 1", "one@company.example"), ("Office 2", "two@company.example"),
    ]  # fmt: skip
    assert previews[0].text.body == "Dear Office 1,\n\nPlease."
    assert [preview.office for preview in write_out(read(["two"])[0], fields, EXECUTIVES)] == ["Office 2"]


def test_ones_own_paragraph_goes_first_where_the_template_names_no_place_for_it():
    fields = read_fields(values(), DOORSTEP, NOWHERE)
    letter, _problems = read(body="Yours, {given_name}", personal=" Mine\r\n ")
    assert write_out(letter, fields, EXECUTIVES)[0].text.body == "Mine\n\nYours, Ana"
