"""Whole drains against a real database and the chaos sink, or a fake sender where the answer must be exact."""

import contextlib
import threading
from dataclasses import replace

import pytest
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from campaign.delivery import ports
from campaign.delivery.circuit import Circuit
from campaign.delivery.sendgrid import SendGridSender
from campaign.delivery.suppression import address_key, suppress
from campaign.delivery.topics import MailTopic
from campaign.outbox.commands import NewMessage
from campaign.outbox.leases import recover
from campaign.outbox.repeats import MAX_COPIES
from campaign.outbox.service import append
from tests.delivery.stage import HASHES, TOPICS, FakeSender, add_letters, add_pledges, compose_pledges, lane, states
from tests.sink import Sink


def test_what_goes_once_is_not_sent_again_where_its_end_is_unknown(engine, session):
    add_pledges(session, 3)
    sender = FakeSender(lambda _call: ports.Unknown("no answer"))
    worker = lane(engine, sender)
    worker.topics = {"petitions.confirm": replace(TOPICS["petitions.confirm"], goes_once=True)}
    assert worker.drain(5) == {"unknown": 3}
    assert set(sender.messages().values()) == {1}


def test_many_confirmations_share_a_call(engine, session):
    add_pledges(session, 1500)
    sender = FakeSender()
    assert lane(engine, sender).drain(10) == {"sent": 1500}
    assert [len(call.recipients) for call in sender.calls] == [1000, 500]
    assert set(sender.messages().values()) == {1}
    assert states(engine) == {"sent": 1500}


def test_letters_travel_alone_and_arrive_once(engine, session):
    add_letters(session, 300)
    with Sink() as sink:
        lane(engine, SendGridSender("SG.key", sink.url), "letters").drain(20)
        assert len(sink.ids("accepted", "message")) == 300
        assert sink.repeated("message") == {}
    assert states(engine) == {"sent": 300}


def test_a_lossy_provider_makes_unknown_letters_but_no_double_ones(engine, session):
    add_letters(session, 300)
    rates = {"lost_reply": 0.07, "dropped": 0.05, "answered_5xx": 0.03, "answered_429": 0.01}
    with Sink(seed=7, rates=rates, retry_after_seconds=1) as sink:
        drained = lane(engine, SendGridSender("SG.key", sink.url), "letters")
        while states(engine).get("due"):
            drained.drain(3)
        counts = sink.counts()
        assert sink.repeated("message") == {}
    lost = counts["lost_reply"] + counts["dropped"]
    assert lost > 10
    assert counts["answered_5xx"] > 0, "what the provider refuses in words is sent again"
    assert states(engine) == {"sent": 300 - lost, "unknown": lost}


def test_a_lossy_provider_gets_confirmations_again_until_it_answers(engine, session):
    add_pledges(session, 40)
    with Sink(seed=3, rates={"lost_reply": 0.3, "answered_5xx": 0.2}) as sink:
        drained = lane(engine, SendGridSender("SG.key", sink.url), "critical", recipients_per_call=4)
        drained.circuit = Circuit("critical", most_seconds=0.02)
        for _ in range(100):
            drained.drain(1)
            if states(engine) == {"sent": 40}:
                break
            with engine.begin() as connection:
                connection.execute(
                    text(
                        "UPDATE outbox_messages SET available_at = now(), begun_at = begun_at - interval '1 h', "
                        "created_at = now() WHERE state IN ('due', 'unknown')"
                    )
                )
        assert len(set(sink.ids("accepted", "message"))) == 40
        assert max(sink.repeated("message").values(), default=1) <= MAX_COPIES
    assert set(states(engine)) <= {"sent", "unknown"}


@pytest.mark.parametrize(("name", "add"), [("critical", add_pledges), ("letters", add_letters)])
def test_a_trickle_of_mails_shares_one_connection(engine, session, name, add):
    with Sink() as sink:
        working = lane(engine, SendGridSender("SG.key", sink.url), name)
        for _ in range(20):
            add(session, 1)
            working.drain(5)
        assert (sink.recipients, sink.connected) == (20, 1)


def test_two_workers_never_send_the_same_letter(engine, session):
    add_letters(session, 400)
    sender = FakeSender()
    workers = [lane(engine, sender, "letters") for _ in range(3)]
    threads = [threading.Thread(target=worker.drain, args=(10,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lane(engine, sender, "letters").drain(5)
    assert set(sender.messages().values()) == {1}
    assert len(sender.messages()) == 400


def test_no_commit_begins_more_letters_than_there_are_connections(engine, session):
    add_letters(session, 60)
    seen = []

    def answer(_call):
        with engine.connect() as connection:
            seen.append(
                connection.scalar(
                    text("SELECT count(*) FROM outbox_messages WHERE begun_at IS NOT NULL AND state = 'sending'")
                )
            )
        return ports.Accepted("X")

    lane(engine, FakeSender(answer), "letters", connections=4, pumps=2, recipients_per_call=1, claim_size=16).drain(10)
    assert states(engine) == {"sent": 60}
    assert max(seen) <= 4


def test_a_refused_key_brakes_the_lane_and_loses_nothing(engine, session):
    add_letters(session, 50)
    sender = FakeSender(lambda _call: ports.Refused("401"))
    lane(engine, sender, "letters").drain(5)
    assert states(engine) == {"due": 50}
    assert len(sender.calls) <= 32
    lane(engine, sender, "letters").drain(1)
    assert len(sender.calls) <= 32, "the brake holds"
    session.execute(text("UPDATE outbox_switches SET until = now() - interval '1 second'"))
    session.execute(text("UPDATE pace_slots SET next_at = '-infinity'"))
    session.commit()
    lane(engine, FakeSender(), "letters").drain(5)
    assert states(engine) == {"sent": 50}


def test_only_the_recipient_that_fails_alone_is_dead(engine, session):
    add_pledges(session, 100)

    def answer(call):
        bad = any(r.address in {"p17@example.org", "p63@example.org"} for r in call.recipients)
        return ports.Rejected("400: no") if bad else ports.Accepted("X")

    sender = FakeSender(answer)
    lane(engine, sender).drain(10)
    assert states(engine) == {"sent": 98, "dead": 2}
    assert len(sender.calls) < 40
    assert set(session.execute(text("SELECT id FROM outbox_messages WHERE state = 'dead'")).scalars()) == {17, 63}


@pytest.mark.parametrize("answer", [ports.NotWritten("refused"), ports.Limited(30)])
def test_what_was_not_taken_is_due_later(engine, session, answer):
    add_pledges(session, 3)
    sender = FakeSender(lambda _call: answer)
    lane(engine, sender).drain(0.5)
    assert states(engine) == {"due": 3}
    later = session.scalar(text("SELECT bool_and(available_at > now()) FROM outbox_messages"))
    assert later


def test_a_stop_puts_back_what_has_not_begun(engine, session):
    add_letters(session, 100)
    working = lane(engine, FakeSender(), "letters", connections=2, pumps=1, recipients_per_call=1, claim_size=100)
    working.sender.answer = lambda _call: working.stop.set() or ports.Accepted("X")
    working.drain(10)
    assert states(engine) == {"sent": 2, "due": 98}


def test_suppressed_withdrawn_and_unfit_ones_do_not_stop_the_others(engine, session):
    suppress(session, [address_key(HASHES, "Gone@example.org")], "bounce")
    new = [
        {"to": "gone@example.org"},
        {"gone": True},
        {"name": "-nameh-"},
        {"to": "a@example.org"},
        {"to": "A@example.org"},
    ]
    append(session, [NewMessage("critical", "petitions.confirm", payload=payload) for payload in new])
    append(session, [NewMessage("critical", "nobody.knows")])
    session.commit()
    sender = FakeSender()
    lane(engine, sender).drain(5)
    assert states(engine) == {"suppressed": 1, "withdrawn": 1, "sent": 3, "due": 1}
    assert sorted(len(call.recipients) for call in sender.calls) == [1, 1, 1], "an address once a call; a tag alone"
    alone = next(call for call in sender.calls if not call.recipients[0].substitutions)
    assert alone.content.text == "Hello -nameh-"


def test_one_poisoned_message_does_not_spoil_its_batch(engine, session):
    add_pledges(session, 20)

    def compose(opened, messages):
        if any(m.id == 13 for m in messages):
            opened.execute(text("SELECT 1/0"))
        return compose_pledges(opened, messages)

    worker = lane(engine, FakeSender())
    worker.topics = {"petitions.confirm": MailTopic("petitions.confirm", "critical", compose)}
    worker.drain(5)
    assert states(engine) == {"sent": 19, "dead": 1}


def test_a_killed_worker_leaves_no_more_unknown_than_it_had_connections(engine, session):
    add_letters(session, 40)

    class Killed(BaseException):
        pass

    def answer(_call):
        raise Killed

    with pytest.raises(Killed):
        lane(engine, FakeSender(answer), "letters", connections=4, pumps=1, recipients_per_call=1, claim_size=40).drain(
            5
        )
    session.execute(
        text("UPDATE outbox_messages SET lease_until = now() - interval '1 second' WHERE state = 'sending'")
    )
    recover(session)
    session.commit()
    assert states(engine) == {"unknown": 4, "due": 36}


def test_a_database_that_drops_every_connection_costs_no_letter_and_doubles_none(engine, session):
    add_letters(session, 400)
    sender = FakeSender()
    over = threading.Event()

    def cut():
        admin = create_engine(engine.url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        for _ in range(15):
            with admin.connect() as connection:
                connection.execute(
                    text(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                        "WHERE datname = current_database() AND backend_type = 'client backend' "
                        "AND pid <> pg_backend_pid()"
                    )
                )
            over.wait(0.05)

    cutter = threading.Thread(target=cut)
    cutter.start()
    for _ in range(200):
        with contextlib.suppress(OperationalError):
            lane(engine, sender, "letters").drain(5)
        if not cutter.is_alive():
            break
    over.set()
    cutter.join()
    session.invalidate()
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE outbox_messages SET lease_until = now() - interval '1 s' WHERE state = 'sending'")
        )
    with Session(engine) as fresh:
        recover(fresh)
        fresh.commit()
    lane(engine, sender, "letters").drain(5)
    assert set(sender.messages().values()) == {1}
    assert states(engine) == {"sent": 400}
