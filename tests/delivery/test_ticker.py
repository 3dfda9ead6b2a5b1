from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import sessionmaker

from campaign.delivery.ports import Looked
from campaign.delivery.sendgrid import SendGridSender
from campaign.delivery.service import metrics
from campaign.delivery.upkeep import NO_LOG_SECONDS, Reconciled, purge, reconcile
from campaign.kernel.periodic import PeriodicJob
from campaign.outbox.census import count_open
from campaign.outbox.commands import NewMessage
from campaign.outbox.service import append
from campaign.ticker import Ticker
from tests.sink import Sink


def add(session, count=1, lane="critical", **values):
    if lane == "letters":
        values = {"mailbox": "ceo@kroger.example"} | values
    append(session, [NewMessage(lane, "t.t", campaign_id=1, **values) for _ in range(count)])
    session.commit()


def test_of_two_tickers_one_acts_until_it_lets_go(engine, session):
    add(session)
    woken = []
    one, two = (Ticker(sessionmaker(engine), [], woken.append) for _ in range(2))
    assert [one.tick(), two.tick(), one.tick()] == [True, False, True]
    assert woken == ["critical", "critical"]
    one.release()
    assert two.tick()
    session.execute(text("UPDATE ticker_leases SET until = now() - interval '1 second'"))
    session.commit()
    assert one.tick(), "a ticker that died is succeeded"


def test_an_urgent_job_that_fails_starves_nobody_and_is_tried_again_in_a_minute(engine, session):
    ran = []

    def fail(_session):
        ran.append("bad")
        raise RuntimeError

    good = PeriodicJob("b.good", 1, lambda _session: ran.append("good") or 0, is_urgent=True)
    ticker = Ticker(sessionmaker(engine), [PeriodicJob("a.bad", 1, fail, is_urgent=True), good], lambda _lane: None)
    assert ticker.tick()
    assert ran == ["bad", "good"]
    ticker.tick()
    assert ran.count("bad") == 1
    assert session.scalar(text("SELECT due_at > now() + interval '50 s' FROM ticker_runs WHERE name = 'a.bad'"))
    session.execute(text("UPDATE ticker_runs SET due_at = now()"))
    session.commit()
    ticker.tick()
    assert ran.count("bad") == 2


def test_what_is_not_urgent_is_left_to_the_housekeeping_workers_and_missed_when_nobody_does_it(engine, session, caplog):
    patient = PeriodicJob("a.patient", 60, lambda _session: pytest.fail("the ticker has no time for this"))
    ticker = Ticker(sessionmaker(engine), [patient], lambda _lane: None)
    ticker.tick()
    assert "nobody does" not in caplog.text
    session.execute(text("UPDATE ticker_runs SET due_at = now() - interval '11 minutes'"))
    session.commit()
    Ticker(sessionmaker(engine), [patient], lambda _lane: None).tick()  # the lease is another's
    assert "nobody does" not in caplog.text
    ticker.release()
    Ticker(sessionmaker(engine), [patient], lambda _lane: None).tick()
    assert "nobody does a.patient" in caplog.text


def test_expired_leases_are_taken_back(engine, session):
    add(session, lane="letters")
    session.execute(
        text("UPDATE outbox_messages SET state = 'sending', begun_at = now(), lease_until = now() - interval '1 s'")
    )
    session.commit()
    Ticker(sessionmaker(engine), [], lambda _lane: None).tick()
    assert session.scalar(text("SELECT state FROM outbox_messages")) == "unknown"


def unknown(session, count):
    add(session, count, "letters")
    session.execute(
        text("UPDATE outbox_messages SET state='unknown', attempts=1, settled_at=now() - interval '2 minutes'")
    )
    session.commit()
    return list(session.execute(text("SELECT public_id FROM outbox_messages ORDER BY id")).scalars())


def hand_over(sink, public_id):
    from campaign.delivery.ports import Call, Recipient
    from campaign.delivery.topics import Content

    call = Call(Content("A <a@example.org>", "S", "T"), (Recipient(str(public_id), "ceo@kroger.example"),))
    SendGridSender("SG.x", sink.url).send(call)


def test_the_providers_log_tells_of_unknown_letters(engine, session):
    ids = unknown(session, 2)
    with Sink() as sink:
        hand_over(sink, ids[0])
        assert reconcile(sessionmaker(engine), SendGridSender("SG.x", sink.url)) == Reconciled(1)
        assert reconcile(sessionmaker(engine), SendGridSender("SG.x", sink.url)).found == 0, "not asked again at once"
    states = list(session.execute(text("SELECT state FROM outbox_messages ORDER BY id")).scalars())
    assert states[0] in {"sent", "delivered"}
    assert states[1] == "unknown"


def test_without_a_log_unknown_letters_stay_unknown(engine, session):
    unknown(session, 1)
    with Sink(email_logs=False) as sink:
        looked = reconcile(sessionmaker(engine), SendGridSender("SG.x", sink.url))
    assert looked == Reconciled(0, NO_LOG_SECONDS)
    assert session.scalar(text("SELECT state FROM outbox_messages")) == "unknown"


class Log:
    """A mail log that answers for the first `known` messages it is asked about, then says `last`."""

    def __init__(self, known, last):
        self.known, self.last, self.asked = known, last, []

    def find_taken(self, messages):
        self.asked.append(messages)
        answered = messages[: self.known]
        return replace(self.last, taken=dict.fromkeys(answered[:1], "delivered"), answered=frozenset(answered))


@pytest.mark.parametrize("last", [Looked(pause_seconds=7), Looked(has_log=False)])
def test_what_the_log_told_before_it_was_limited_is_kept(engine, session, last):
    unknown(session, 4)
    log = Log(2, last)
    looked = reconcile(sessionmaker(engine), log)
    pause = 7 if last.has_log else NO_LOG_SECONDS
    assert looked == Reconciled(1, pause)
    rows = session.execute(
        text("SELECT state, round(extract(epoch FROM available_at - now())) FROM outbox_messages ORDER BY available_at")
    ).all()
    assert [state for state, _ in rows].count("delivered") == 1
    waits = sorted(float(wait) for state, wait in rows if state == "unknown")
    expected = sorted([900, pause, pause])
    assert all(abs(wait - asked) < 5 for wait, asked in zip(waits, expected, strict=True)), (
        "asked again after the pause"
    )


def test_old_confirmations_and_events_are_forgotten_and_letters_are_not(session):
    add(session, 2)
    add(session, 1, "letters")
    session.execute(
        text("UPDATE outbox_messages SET state = 'sent', settled_at = now() - CAST(:ago AS interval)"),
        {"ago": timedelta(days=31)},
    )
    session.execute(text("UPDATE outbox_messages SET settled_at = now() WHERE id = 1"))
    session.execute(
        text(
            "INSERT INTO delivery_events (sg_event_id, at, kind, received_at) "
            "VALUES ('a', now(), 'open', now() - interval '91 days'), ('b', now(), 'open', now())"
        )
    )
    purge(session)
    assert list(session.execute(text("SELECT id FROM outbox_messages ORDER BY id")).scalars()) == [1, 3]
    assert list(session.execute(text("SELECT sg_event_id FROM delivery_events")).scalars()) == ["b"]


def test_what_is_old_is_forgotten_until_nothing_is_left(session):
    add(session, 5)
    add(session, 3, "letters")
    session.execute(text("UPDATE outbox_messages SET state = 'sent', settled_at = now() - interval '31 days'"))
    session.execute(
        text(
            "INSERT INTO delivery_events (sg_event_id, at, kind, received_at) "
            "SELECT n::text, now(), 'open', now() - interval '91 days' FROM generate_series(1, 3) n"
        )
    )
    assert [purge(session, most=2) for _ in range(4)] == [4, 3, 1, 0]
    assert session.scalar(text("SELECT count(*) FROM outbox_messages")) == 3, "the letters"


def test_metrics_name_lanes_states_ages_and_switches(session):
    add(session, 2)
    session.execute(
        text(
            "INSERT INTO outbox_switches (lane, campaign_id, reason, is_hold, until) VALUES "
            "('bulk', NULL, 'stop', false, NULL), ('letters', 7, 'says \"no\"', false, now() + interval '1 h'), "
            "('letters', 8, 'over', false, now() - interval '1 s'), ('letters', 9, 'paused', true, NULL)"
        )
    )
    count_open(session)
    samples = metrics(session)
    assert samples['campaign_outbox_messages{lane="critical",state="due"}'] == 2
    assert samples['campaign_outbox_oldest_due_seconds{lane="critical"}'] >= 0
    assert samples['campaign_outbox_switches{lane="bulk"}'] == samples['campaign_outbox_switches{lane="letters"}'] == 1
    assert {name for name in samples if name.startswith("campaign_outbox_brake{")} == {
        'campaign_outbox_brake{lane="bulk",organization="all",campaign="all",broadcast="all",reason="stop"}',
        'campaign_outbox_brake{lane="letters",organization="all",campaign="7",broadcast="all",reason="says \\"no\\""}',
    }
