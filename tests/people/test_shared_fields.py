"""The fields that every action shares are listed alike: typed, held, known."""

from dataclasses import fields

import pytest
from sqlalchemy import Boolean, Text

from campaign.actions.commands import TakeAction
from campaign.actions.models import Action
from campaign.actions.queries import OwnAction
from campaign.actions.vouchers import VisitState
from campaign.people.models import Supporter
from campaign.people.sharedfields import KNOWN, OF_HIGH_SAFETY, TYPED, SharedFields, stored, typed_freely, values_of

FULL = SharedFields(
    given_name="Ana",
    family_name="Ruiz",
    language="es",
    postal_code="34142",
    country="US",
    comment="For them.",
    show_name=True,
    source="flyer",
    show_comment=True,
    answers='{"1":"Aisle 4"}',
)


def test_what_is_typed_is_what_an_action_holds():
    assert [field.name for field in fields(SharedFields)] == list(TYPED)
    assert set(TYPED) <= set(Action.__table__.columns.keys())
    assert set(KNOWN) <= set(TYPED)
    assert set(OF_HIGH_SAFETY) <= set(TYPED)


@pytest.mark.parametrize("name", TYPED)
def test_each_is_of_one_type_wherever_it_is(name):
    default = next(field.default for field in fields(SharedFields) if field.name == name)
    assert isinstance(Action.__table__.columns[name].type, Boolean if isinstance(default, bool) else Text)


@pytest.mark.parametrize("name", KNOWN)
def test_what_is_known_is_a_text_and_never_null(name):
    column = Supporter.__table__.columns[name]
    assert isinstance(column.type, Text)
    assert not column.nullable


@pytest.mark.parametrize("holder", [TakeAction, OwnAction, VisitState])
def test_who_carries_them_on_carries_all(holder):
    assert set(TYPED) <= {field.name for field in fields(holder)}


def test_all_of_it_is_stored():
    assert stored(FULL, is_high_safety=False) == values_of(FULL)
    assert {"Ana", "Ruiz", "es", "34142", "US", "For them.", True, "flyer"} <= set(values_of(FULL).values())


def test_on_a_high_safety_campaign_nothing_is_stored_but_what_is_named():
    kept = {name: value for name, value in stored(FULL, is_high_safety=True).items() if value}
    assert kept == {"given_name": "Ana", "language": "es"}
    assert stored(FULL, is_high_safety=True)["show_name"] is False


def test_an_answer_that_nobody_need_give_is_null_and_an_empty_postal_code_is_not():
    row = stored(SharedFields(given_name="Ana"), is_high_safety=False)
    assert (row["comment"], row["source"], row["answers"], row["postal_code"]) == (None, None, None, "")


def test_what_a_row_holds_nothing_of_is_empty():
    row = type("Row", (), dict.fromkeys(TYPED))
    assert values_of(row) == values_of(SharedFields())
    assert values_of(row, KNOWN) == dict.fromkeys(KNOWN, "")


def test_what_is_typed_freely_is_every_text_that_no_rule_keeps_short():
    texts = typed_freely(FULL)
    assert {"Ana", "Ruiz", "For them.", '{"1":"Aisle 4"}'} <= set(texts)
    assert {"es", "34142", "US", "flyer"} & set(texts) == set()
