"""An executive's corrected address takes the letters that have not gone with it."""

import pytest
from sqlalchemy import text

from campaign.outbox.claims import claim
from campaign.outbox.commands import NewMessage
from campaign.outbox.holds import hold
from campaign.outbox.paces import set_mailbox_pace
from campaign.outbox.readdressing import readdress
from campaign.outbox.service import append
from tests.outbox.states_told import stand

OLD, NEW = "ceo@kroger.example", "chief@kroger-stores.example"


def letter(**values):
    fixed = {"campaign_id": 1, "company_id": 2, "executive_id": 3, "mailbox": OLD, "action_id": 10}
    return NewMessage(lane="letters", topic="letters.letter", **(fixed | values))


def kept(session, columns="state, mailbox"):
    return [tuple(row) for row in session.execute(text(f"SELECT {columns} FROM outbox_messages ORDER BY id"))]


def move(session):
    return readdress(session, company_id=2, executive_id=3, old=OLD, new=NEW)


def test_waiting_held_and_due_letters_follow(session):
    append(session, [letter(state="waiting"), letter(), letter(campaign_id=5)])
    assert move(session) == 3
    assert kept(session) == [("waiting", NEW), ("due", NEW), ("due", NEW)]
    assert kept(session, "domain, stream")[2] == ("kroger-stores.example", f"letters:5:2:{NEW}")


def test_letters_held_for_the_old_mailbox_go_on(session):
    append(session, [letter(), letter()])
    hold(session, mailbox=OLD, reason="bounced")
    move(session)
    assert stand(session) == [("due", None), ("due", None)]
    set_mailbox_pace(session, NEW, 3_600_000, is_always_open=True)
    assert len(claim(session, "letters", 10).messages) == 2


@pytest.mark.parametrize("scope", [{"campaign_id": 1}, {"mailbox": NEW}])
def test_any_other_hold_stays(session, scope):
    append(session, [letter()])
    hold(session, mailbox=OLD, reason="bounced")
    hold(session, **scope, reason="paused")
    move(session)
    assert stand(session) == [("held", "paused")]


def test_one_that_was_claimed_and_has_not_begun_goes_back(session):
    set_mailbox_pace(session, OLD, 3_600_000, is_always_open=True)
    append(session, [letter()])
    claim(session, "letters", 1)
    move(session)
    assert kept(session, "state, mailbox, lease_token") == [("due", NEW, None)]


def test_others_letters_and_those_handed_over_stay(session):
    append(session, [letter(executive_id=4), letter(company_id=6), letter()])
    session.execute(text("UPDATE outbox_messages SET state = 'sent' WHERE id = 3"))
    assert move(session) == 0
    assert {mailbox for _, mailbox in kept(session)} == {OLD}
