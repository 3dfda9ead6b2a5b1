"""Of several RSVPs of one person the one typed, or changed by its holder, last stands, whatever is confirmed when."""

from itertools import permutations

import pytest
from sqlalchemy import text

from campaign.actions.commands import ConfirmAction
from campaign.actions.queries import find_standing_action
from campaign.actions.service.confirming import confirm
from campaign.events.capacity.changes import change
from campaign.events.commands import ChangeRsvp, Wish
from campaign.events.service import rsvp
from tests.events.stage import BY_NAME, make_event, make_rsvp

_GOING = text("SELECT action_id, amount FROM rsvp_claims WHERE state IN ('going', 'held') AND resource = 'place'")
_STANDING = text("SELECT action_id FROM rsvps WHERE is_standing")


@pytest.fixture
def march(visitor):
    """An event of one leg, and how Ana asks for places there: `ask(number)` returns the action's id."""
    with visitor.sessions() as session, session.begin():
        event, (leg,) = make_event(session, legs=1, capacity=10)
        campaign = session.execute(text("SELECT id, organization_id FROM campaigns WHERE slug = 'fair-food'")).one()
        event_id = event.id

    def ask(number):
        command = make_rsvp(
            visitor.installation.hashes, tuple(campaign), event_id, "ana", [(leg, number)], comment=f"{number} of us"
        )
        with visitor.sessions() as session, session.begin():
            return rsvp(session, [command])[0].action_id

    return ask, leg


def confirm_ids(visitor, *action_ids):
    with visitor.sessions() as session, session.begin():
        rows = session.execute(
            text("SELECT id, public_id FROM actions WHERE id = ANY(:ids)"), {"ids": list(action_ids)}
        )
        keys = {row.id: row.public_id for row in rows}
        confirm(session, [ConfirmAction(keys[action_id]) for action_id in action_ids], BY_NAME)


@pytest.mark.parametrize("order", list(permutations((0, 1, 2))))
@pytest.mark.parametrize("cut", [(3,), (1, 2), (2, 1), (1, 1, 1)])
def test_the_one_typed_last_stands_whatever_is_confirmed_when(visitor, march, order, cut):
    ask, _ = march
    ids = [ask(number) for number in (2, 3, 4)]
    assert ask(2) == ids[0], "once more: typed last"
    todo = [ids[place] for place in order]
    for size in cut:
        batch, todo = todo[:size], todo[size:]
        confirm_ids(visitor, *batch)
    with visitor.sessions() as session:
        assert session.execute(_STANDING).all() == [(ids[0],)]
        assert session.execute(_GOING).all() == [(ids[0], 2)], "nothing is kept for those that gave way"
        states = session.execute(text("SELECT state, public_id FROM actions ORDER BY id")).all()
        assert [row.state for row in states] == ["confirmed", "merged", "merged"]
        assert {find_standing_action(session, row.public_id).id for row in states} == {ids[0]}


def test_what_its_holder_changed_since_is_not_overruled_by_an_older_form(visitor, march):
    ask, leg = march
    stands, older = ask(2), ask(5)
    confirm_ids(visitor, stands)
    with visitor.sessions() as session, session.begin():
        assert change(session, ChangeRsvp(stands, (Wish(leg, 1),))) == []
    confirm_ids(visitor, older)
    with visitor.sessions() as session:
        assert session.execute(_STANDING).all() == [(stands,)]
        assert session.execute(_GOING).all() == [(stands, 1)]
    newer = ask(6)
    confirm_ids(visitor, newer)
    with visitor.sessions() as session:
        assert session.execute(_GOING).all() == [(newer, 6)]


def test_who_confirms_an_older_one_gets_a_receipt_of_what_they_have(visitor, march):
    ask, _ = march
    older, newer = ask(2), ask(3)
    confirm_ids(visitor, newer)
    visitor.mails()
    confirm_ids(visitor, older)
    last = visitor.all("SELECT topic, action_id FROM outbox_messages ORDER BY id DESC LIMIT 1")
    assert last == [("events.receipt", newer)]
