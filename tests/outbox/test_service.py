from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from campaign.kernel.actors import OPERATOR
from campaign.outbox.commands import NewMessage
from campaign.outbox.requeuing import requeue
from campaign.outbox.service import append, delete_for_actions, release, withdraw, withdraw_topic
from tests.outbox.states_told import states


def letter(**values):
    values = {"campaign_id": 1, "company_id": 2, "mailbox": "ceo@kroger.example", "action_id": 10} | values
    return NewMessage(lane="letters", topic="letters.letter", **values)


def pledge(**values):
    return NewMessage(lane="critical", topic="petitions.confirm", **({"campaign_id": 1, "action_id": 10} | values))


def test_appends_a_batch_with_every_column(session):
    at = datetime(2030, 1, 1, tzinfo=UTC)
    append(session, [pledge(recipient_key=b"k" * 16, payload={"a": 1}, available_at=at), letter(state="waiting")])
    first, second = session.execute(text("SELECT * FROM outbox_messages ORDER BY id")).all()
    assert (first.lane, first.state, first.recipient_key, first.payload) == ("critical", "due", b"k" * 16, {"a": 1})
    assert first.available_at == at
    assert (second.state, second.domain, second.mailbox) == ("waiting", "kroger.example", "ceo@kroger.example")
    keys = {(k, n) for k, n in session.execute(text("SELECT key, per_hour FROM pace_slots"))}
    assert keys == {("mailbox:ceo@kroger.example", 30), ("domain:kroger.example", 60)}


def test_appending_nothing_is_fine(session):
    append(session, [])
    assert states(session) == []


@pytest.mark.parametrize("wrong", [letter(mailbox=None), pledge(mailbox="a@b")])
def test_refuses_what_cannot_be(session, wrong):
    with pytest.raises(ValueError, match="mailbox"):
        append(session, [wrong])


def test_release_makes_waiting_due_and_names_lanes(session):
    append(session, [letter(state="waiting"), letter(state="waiting", action_id=11), pledge(state="waiting")])
    assert release(session, [10]) == {"letters", "critical"}
    assert states(session) == ["due", "waiting", "due"]


def test_withdraw_takes_back_what_has_not_begun(session):
    append(session, [letter(state="waiting"), letter(), letter(), letter()])
    session.execute(text("UPDATE outbox_messages SET state = 'sending', begun_at = now() WHERE id = 3"))
    session.execute(text("UPDATE outbox_messages SET state = 'sending' WHERE id = 4"))
    assert withdraw(session, [10]) == 3
    assert states(session) == ["withdrawn", "withdrawn", "sending", "withdrawn"]


def test_one_topic_is_taken_back_with_what_it_was_about(session):
    append(
        session,
        [letter(payload={"n": n}) for n in (1, 2)] + [letter(payload={"n": 3}, action_id=11), pledge()],
    )
    session.execute(text("UPDATE outbox_messages SET state = 'sending', begun_at = now() WHERE id = 2"))
    assert withdraw_topic(session, "letters.letter", [10]) == [(10, {"n": 1})]
    assert withdraw_topic(session, "letters.letter", [10]) == []
    assert withdraw_topic(session, "letters.letter", []) == []
    assert states(session) == ["withdrawn", "sending", "due", "due"]


def test_requeue_takes_only_dead_and_unknown(session):
    append(session, [letter(), letter(), letter(), pledge()])
    session.execute(text("UPDATE outbox_messages SET state = (ARRAY['dead','unknown','sent','dead'])[id]"))
    assert [len(requeue(session, OPERATOR, ["letters"], state, most=9)) for state in ("sent", "dead", "unknown")] == [
        0,
        1,
        1,
    ]
    assert states(session) == ["due", "due", "sent", "dead"]


def test_erasing_forgets_every_message_of_an_action(session):
    append(session, [letter(), letter(action_id=11)])
    assert delete_for_actions(session, [10]) == 1
