"""A hold stops streams and touches no message: not those that are due, not those that are claimed, not those to come."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.kernel.actors import OPERATOR
from campaign.outbox.claims import claim
from campaign.outbox.commands import NewMessage
from campaign.outbox.holds import free_written, hold, unhold
from campaign.outbox.leases import Outcome, advance, begin
from campaign.outbox.paces import set_mailbox_pace
from campaign.outbox.queries import count_in_state, count_letters_by_state, list_due_lanes, list_for_actions
from campaign.outbox.service import append, release
from tests.outbox.states_told import stand, states

MAILBOX = "ceo@kroger.example"


def letter(**values):
    values = {"campaign_id": 1, "company_id": 2, "mailbox": MAILBOX, "action_id": 10} | values
    return NewMessage("letters", "letters.letter", **values)


def bulk(organization_id, campaign_id=None, broadcast_id=None, **values):
    scope = {"organization_id": organization_id, "campaign_id": campaign_id, "broadcast_id": broadcast_id}
    return NewMessage("bulk", "t.t", **scope, **values)


def test_hold_and_unhold_concern_only_their_campaign_company_and_lane(session):
    append(session, [letter(), letter(company_id=3), letter(campaign_id=9), bulk(1, 1)])
    hold(session, campaign_id=1, company_id=2, reason="met")
    assert states(session) == ["held", "due", "due", "due"]
    hold(session, campaign_id=1, reason="paused")
    assert stand(session) == [("held", "met"), ("held", "paused"), ("due", None), ("due", None)]
    unhold(session, campaign_id=1, company_id=2, reason="met")
    assert states(session) == ["held", "held", "due", "due"], "the campaign is still paused"
    unhold(session, campaign_id=1, reason="paused")
    assert states(session) == ["due"] * 4


def test_nothing_is_written_to_a_message(session):
    append(session, [letter() for _ in range(3)])
    before = session.execute(text("SELECT id, xmin, ctid FROM outbox_messages ORDER BY id")).all()
    session.commit()
    hold(session, campaign_id=1, reason="paused")
    session.commit()
    unhold(session, campaign_id=1, reason="paused")
    session.commit()
    assert session.execute(text("SELECT id, xmin, ctid FROM outbox_messages ORDER BY id")).all() == before


def test_what_becomes_due_under_a_hold_is_held(session):
    append(session, [letter(state="waiting")])
    hold(session, campaign_id=1, reason="paused")
    assert states(session) == ["waiting"], "its confirmation is still open"
    release(session, [10])
    append(session, [letter(), letter(campaign_id=2)])
    assert states(session) == ["held", "held", "due"]
    assert count_letters_by_state(session) == {"held": 2, "due": 1}
    assert [count_in_state(session, OPERATOR, ["letters"], state) for state in ("held", "due", "sent")] == [2, 1, 0]
    assert [view.state for view in list_for_actions(session, [10])[10]] == ["held", "held", "due"]


def test_pausing_waits_for_nobody_who_has_the_messages(engine):
    """A hold that touched messages would wait for whoever has one of them."""
    with Session(engine) as busy, Session(engine) as operator:
        append(busy, [letter() for _ in range(3)])
        busy.commit()
        busy.execute(text("SELECT FROM outbox_messages FOR UPDATE"))
        operator.execute(text("SET LOCAL lock_timeout = '2s'"))
        hold(operator, campaign_id=1, reason="paused")
        operator.commit()
        assert states(operator) == ["held"] * 3


@pytest.mark.parametrize("with_settling", [False, True])
def test_what_was_claimed_before_does_not_begin(engine, *, with_settling):
    with Session(engine) as worker, Session(engine) as operator:
        set_mailbox_pace(worker, MAILBOX, 3_600_000, is_always_open=True)
        append(worker, [letter(), letter(), letter(company_id=3)])
        mine = claim(worker, "letters", 10)
        worker.commit()
        assert begin(worker, mine.token, [1]) == {1}
        worker.commit()
        hold(operator, campaign_id=1, company_id=2, reason="met")
        operator.commit()
        settling = [Outcome(1, "sent", "X1")] if with_settling else []
        assert advance(worker, mine.token, settling, [2, 3]) == {3}, "another company's goes"


@pytest.mark.parametrize(
    ("scope", "stopped"),
    [
        ({"organization_id": 1}, {0, 1, 2}),
        ({"organization_id": 1, "campaign_id": 7}, {0, 1}),
        ({"broadcast_id": 5}, {1}),
        ({"organization_id": 1, "campaign_id": 0}, {2}),
        ({"organization_id": 2}, {3}),
    ],
)
def test_one_organization_a_campaign_of_it_or_a_broadcast(session, scope, stopped):
    messages = [bulk(1, 7), bulk(1, 7, 5), bulk(1, None, 6), bulk(2, 8)]
    append(session, messages)
    hold(session, **scope, reason="paused", lane="bulk")
    assert {number for number, state in enumerate(states(session)) if state == "held"} == stopped
    taken = {message.id - 1 for message in claim(session, "bulk", 10).messages}
    assert taken == set(range(len(messages))) - stopped


def test_an_organization_is_stopped_in_every_lane(session):
    append(session, [letter(organization_id=1), bulk(1, 1), bulk(2, 2)])
    hold(session, organization_id=1, lane=None, reason="paused")
    assert states(session) == ["held", "held", "due"]
    assert list_due_lanes(session) == ["bulk"]


def test_a_campaign_that_goes_over_takes_its_stream_along(session):
    append(session, [bulk(1, 7)])
    append(session, [bulk(2, 7)])
    hold(session, organization_id=1, lane="bulk", reason="paused")
    assert states(session) == ["due", "due"]
    hold(session, organization_id=2, lane="bulk", reason="paused")
    assert states(session) == ["held", "held"]


@pytest.mark.parametrize("act", [hold, unhold])
def test_nobody_holds_everything_by_saying_nothing(session, act):
    with pytest.raises(ValueError, match="say what to hold"):
        act(session, reason="paused")


def test_what_the_last_release_wrote_as_held_ends_with_its_hold(session):
    append(session, [letter() for _ in range(3)])
    session.execute(text("UPDATE outbox_messages SET state = 'held', held_reason = 'paused'"))
    hold(session, campaign_id=1, reason="paused")
    assert stand(session) == [("held", "paused")] * 3
    assert (free_written(session, most=2), free_written(session), free_written(session)) == (2, 1, 0)
    assert stand(session) == [("held", "paused")] * 3, "the hold stops them just so"
    unhold(session, campaign_id=1, reason="paused")
    assert states(session) == ["due"] * 3
