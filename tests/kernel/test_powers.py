"""Who acts: powers are single, the operator's are all, a name is one line."""

import pytest

from campaign.kernel.actors import ALL_POWERS, OPERATOR, UPKEEP, Actor, Power
from campaign.kernel.errors import ForbiddenError


def test_a_power_that_is_not_given_is_refused_and_named():
    editor = Actor("Ana", frozenset({Power.PUBLISH}), frozenset({1}))
    editor.require(Power.PUBLISH)
    with pytest.raises(ForbiddenError, match="Ana may not send mail or export") as refused:
        editor.require(Power.PUBLISH, Power.SEND, Power.EXPORT)
    assert (refused.value.status, refused.value.code) == (403, "forbidden")


@pytest.mark.parametrize("power", Power)
def test_no_power_brings_another(power):
    one = Actor("Ana", frozenset({power}), frozenset({1}))
    one.require(power)
    for other in ALL_POWERS - {power}:
        with pytest.raises(ForbiddenError):
            one.require(other)


def test_the_operator_has_all_powers_everywhere():
    OPERATOR.require(*Power)
    OPERATOR.require_operator("add an organization")
    assert OPERATOR.acts_for(7)
    assert OPERATOR.acts_for(None)


def test_all_powers_in_one_organization_do_not_make_an_operator():
    owner = Actor("Ana", ALL_POWERS, frozenset({1}))
    assert owner.acts_for(1)
    assert not owner.acts_for(2)
    assert not owner.acts_for(None)
    with pytest.raises(ForbiddenError, match="Ana may not add an organization: only the installation's operator may"):
        owner.require_operator("add an organization")


def test_upkeep_only_ends_what_waits_for_review():
    assert UPKEEP.powers == {Power.MODERATE}
    assert UPKEEP.is_operator


@pytest.mark.parametrize("name", ["", " Ana", "Ana\n", "a\x00b", "a\u202eb", "a" * 201])
def test_a_name_that_cannot_be_shown_in_a_log_is_refused(name):
    with pytest.raises(ValueError, match="name"):
        Actor(name, frozenset(), None)
