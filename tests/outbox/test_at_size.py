"""What pausing, turns and lanes are good for where very much is in line.

`CAMPAIGN_TEST_OUTBOX=1000000 pytest tests/outbox/test_at_size.py -s` is the full size, and prints what it measured.
"""

import os
import sys
import threading
import time

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session, sessionmaker

from campaign.delivery import ports
from campaign.delivery.brakes import apply_automatic_brakes
from campaign.delivery.lanes import Lane, options_of
from campaign.delivery.topics import Content, Mail, MailTopic
from campaign.kernel.actors import OPERATOR
from campaign.outbox.claims import claim
from campaign.outbox.commands import NewMessage
from campaign.outbox.holds import hold, unhold
from campaign.outbox.queries import count_in_state
from campaign.outbox.service import append
from tests.delivery.stage import HASHES, FakeSender

MANY = int(os.environ.get("CAMPAIGN_TEST_OUTBOX", "20000"))
IN_THE_WAY = MANY // 10
"""Broadcast messages before a receipt; 100,000 at the full size."""

CLAIM = 1000
CALL_SECONDS = 0.25
"""How long the provider takes for a call of a thousand."""

_FILL = text("""
INSERT INTO outbox_messages (lane, stream, topic, state, campaign_id, organization_id, action_id, payload)
SELECT 'bulk', :stream, 'news', 'due', :campaign, :organization, n, '{}' FROM generate_series(1, CAST(:count AS bigint)) n
""")


@pytest.fixture
def say(capsys):
    """Print a measurement, whatever pytest captures."""

    def say(words):
        with capsys.disabled():
            sys.stdout.write(f"\n    {words}\n")

    return say


def broadcast(session, count, *, organization=1, campaign=1, number=7):
    """Let so many messages of a broadcast be due; the first one makes its stream, as every one does."""
    scope = {"organization_id": organization, "campaign_id": campaign, "broadcast_id": number}
    append(session, [NewMessage("bulk", "news", **scope)])
    stream = f"bulk:{campaign}:broadcast:{number}"
    session.execute(_FILL, {"stream": stream, "campaign": campaign, "organization": organization, "count": count - 1})
    session.commit()


def took(work):
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def plan_of(session, work):
    """Return the last statement's plan, as (node, relation or index) pairs, and what `work` returned."""
    plans = []

    def look(_connection, cursor, statement, parameters, _context, _many):
        if "FOR UPDATE SKIP LOCKED" in statement:
            looking = cursor.connection.cursor()
            looking.execute(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
            plans.append(looking.fetchone()[0][0]["Plan"])

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", look)
    try:
        result = work()
    finally:
        event.remove(connection, "before_cursor_execute", look)
    return list(_nodes(plans[-1])), result


def _nodes(plan):
    yield plan["Node Type"], plan.get("Index Name") or plan.get("Relation Name")
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


def test_one_row_pauses_them_all_and_one_lets_them_go(engine, say):
    with Session(engine) as session:
        broadcast(session, MANY)
        session.execute(text("ANALYZE outbox_messages, outbox_turns"))
        session.commit()

        def pause():
            hold(session, broadcast_id=7, lane="bulk", reason="paused")
            session.commit()

        def resume():
            unhold(session, broadcast_id=7, lane="bulk", reason="paused")
            session.commit()

        paused = took(pause)
        looked = took(lambda: claim(session, "bulk", CLAIM))
        assert claim(session, "bulk", CLAIM).messages == ()
        assert count_in_state(session, OPERATOR, ["bulk"], "held") == MANY
        session.commit()
        resumed = took(resume)
        nodes, taken = plan_of(session, lambda: claim(session, "bulk", CLAIM))
        assert len(taken.messages) == CLAIM
        session.rollback()
        claimed = took(lambda: claim(session, "bulk", CLAIM))
        say(
            f"{MANY:,} due: paused in {paused * 1000:.1f} ms (a claim finds nothing in {looked * 1000:.1f} ms), "
            f"let go in {resumed * 1000:.1f} ms, then a claim of {CLAIM:,} in {claimed * 1000:.1f} ms"
        )
        assert paused < 1
        assert resumed < 1
        assert ("Seq Scan", "outbox_messages") not in nodes
        by_due = [kind for kind, name in nodes if name == "ix_outbox_messages_due"]
        assert by_due
        assert set(by_due) <= {"Index Scan", "Index Only Scan"}, "in its order, and not as a bitmap of all"


def compose(_session, messages):
    content = Content("Fair Food <a@campaign.example>", "News", "Text")
    return [Mail(f"p{message.id}@example.org", content) for message in messages]


class SlowSender(FakeSender):
    """Takes every call, and takes its time."""

    def send(self, call):
        time.sleep(CALL_SECONDS)
        return super().send(call)


def lane(engine, sender, name, stop):
    topics = {topic: MailTopic(topic, "bulk", compose) for topic in ("news", "thanks")}
    return Lane(sessionmaker(engine), sender, topics, HASHES, options_of(name), stop=stop)


def test_a_receipt_does_not_wait_for_a_broadcast_of_its_campaign(engine, say):
    stop = threading.Event()
    with Session(engine) as session:
        broadcast(session, IN_THE_WAY)
        broadcasting = threading.Thread(target=lane(engine, SlowSender(), "bulk", stop).drain, args=[60])
        broadcasting.start()
        try:
            append(session, [NewMessage("receipts", "thanks", organization_id=1, campaign_id=1)])
            seconds = took(lambda: (session.commit(), lane(engine, SlowSender(), "receipts", stop).drain(30)))
        finally:
            stop.set()
            broadcasting.join()
        left = session.scalar(text("SELECT count(*) FROM outbox_messages WHERE lane = 'bulk' AND state = 'due'"))
        sent = session.scalar(text("SELECT state FROM outbox_messages WHERE lane = 'receipts'"))
    say(f"a receipt behind {IN_THE_WAY:,} went after {seconds:.2f} s; {left:,} were left then")
    assert (sent, left > 0) == ("sent", True)
    assert seconds < 5


def test_another_organizations_one_message_goes_with_the_first_call(engine, say):
    """In the same lane, where one has very much in line."""
    with Session(engine) as session:
        broadcast(session, IN_THE_WAY)
        append(session, [NewMessage("bulk", "news", organization_id=2, campaign_id=2, broadcast_id=8)])
        session.commit()
        sender, stop = SlowSender(), threading.Event()
        last = session.scalar(text("SELECT public_id FROM outbox_messages ORDER BY id DESC LIMIT 1"))

        def answer(call):
            if str(last) in {recipient.message for recipient in call.recipients}:
                stop.set()
            return ports.Accepted("X")

        sender.answer = answer
        session.commit()
        seconds = took(lambda: lane(engine, sender, "bulk", stop).drain(60))
    say(f"another organization's message beside {IN_THE_WAY:,} went after {seconds:.2f} s")
    assert stop.is_set()
    assert seconds < 5


def test_one_organizations_complaints_stop_it_and_nobody_else(engine):
    """Two organizations, each with two campaigns, in each lane that brakes; one is complained about."""
    lanes = ("receipts", "bulk")
    with Session(engine) as session:
        for name in lanes:
            for organization, campaign in ((1, 11), (1, 12), (2, 21), (2, 22)):
                scope = {"organization_id": organization, "campaign_id": campaign}
                append(session, [NewMessage(name, "news", **scope)] * 200)
        session.execute(text("UPDATE outbox_messages SET state = 'delivered', sent_at = now(), settled_at = now()"))
        session.execute(
            text(
                "UPDATE outbox_messages SET state = 'complained' WHERE id IN ("
                "SELECT id FROM outbox_messages WHERE organization_id = 1 AND id % 20 = 0)"
            )
        )
        brakes = apply_automatic_brakes(session)
        assert {brake.lane for brake in brakes} == set(lanes)
        for name in lanes:
            for organization, campaign in ((1, 13), (1, 11), (2, 21), (2, 23)):
                append(session, [NewMessage(name, "news", organization_id=organization, campaign_id=campaign)])
            went = {(message.organization_id, message.campaign_id) for message in claim(session, name, 10).messages}
            assert went == {(2, 21), (2, 23)}
