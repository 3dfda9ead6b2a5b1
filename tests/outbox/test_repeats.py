"""Which mails whose end nobody knows are sent again, how soon, and how often at most."""

import pytest
from sqlalchemy import text

from campaign.outbox.claims import claim
from campaign.outbox.commands import NewMessage
from campaign.outbox.leases import News, Outcome, begin, follow, recover, settle
from campaign.outbox.paces import set_mailbox_pace
from campaign.outbox.repeats import MAX_COPIES, repeat
from campaign.outbox.service import append


def add(session, *topics, lane="critical"):
    mailbox = "ceo@kroger.example" if lane == "letters" else None
    if mailbox:
        set_mailbox_pace(session, mailbox, 3600, is_always_open=True)
    append(session, [NewMessage(lane, topic, campaign_id=1, mailbox=mailbox) for topic in topics or ("a.confirm",)])


def state(session, message_id=1):
    return session.execute(
        text("SELECT state, attempts, blind_count FROM outbox_messages WHERE id = :id"), {"id": message_id}
    ).one()


def later(session, seconds):
    """Let time pass for everything that waits."""
    session.execute(
        text(
            "UPDATE outbox_messages SET begun_at = begun_at - make_interval(secs => :s), "
            "created_at = created_at - make_interval(secs => :s), lease_until = lease_until - make_interval(secs => :s)"
        ),
        {"s": seconds},
    )


def end(session, result, lane="critical", **values):
    """Begin what is due and settle it as `result`; returns the claim."""
    taken = claim(session, lane, 10)
    begin(session, taken.token, [message.id for message in taken.messages])
    settle(session, taken.token, [Outcome(message.id, result, **values) for message in taken.messages])
    return taken


def test_a_mail_is_repeated_soon_then_late_then_never(session):
    add(session)
    begun = 0
    for wait in (90, 900, 100_000):
        begun += len(end(session, "unknown").messages)
        later(session, wait - 30)  # what this itself takes on a busy machine counts, too
        assert repeat(session, "critical", 10) == 0, "too early"
        later(session, 31)
        repeat(session, "critical", 10)
    assert begun == MAX_COPIES == 3
    assert state(session) == ("unknown", 3, 3)


def test_a_worker_that_did_not_come_back_counts_as_a_blind_ending(session):
    add(session)
    taken = claim(session, "critical", 1)
    begin(session, taken.token, [1])
    later(session, 61)
    recover(session)
    assert state(session) == ("unknown", 1, 1)
    later(session, 60)
    assert repeat(session, "critical", 10) == 1


def test_a_refusal_that_the_provider_states_is_no_blind_ending(session):
    add(session)
    for _ in range(20):
        assert end(session, "due", reason="answered 503").messages
    assert state(session) == ("due", 20, 0)


@pytest.mark.parametrize("lane", ["letters", "bulk"])
def test_letters_and_broadcasts_are_never_repeated_blindly(session, lane):
    add(session, lane=lane)
    end(session, "unknown", lane)
    later(session, 86_400)
    assert repeat(session, lane, 10) == 0
    assert state(session).state == "unknown"


def test_what_goes_once_is_not_repeated_in_any_lane(session):
    add(session, "a.confirm", "events.offer")
    end(session, "unknown")
    later(session, 86_400)
    assert repeat(session, "critical", 10, ["events.offer"]) == 1
    assert [state(session, n).state for n in (1, 2)] == ["due", "unknown"]


def test_a_link_that_is_of_no_use_any_more_is_not_sent_again(session):
    add(session)
    end(session, "unknown")
    later(session, 7 * 86_400)
    assert repeat(session, "critical", 10) == 0


def test_a_lane_that_is_stopped_repeats_nothing(session):
    add(session)
    end(session, "unknown")
    later(session, 91)
    session.execute(text("INSERT INTO outbox_switches (lane, reason) VALUES ('critical', 'stop')"))
    assert repeat(session, "critical", 10) == 0


def test_a_late_answer_about_the_first_copy_stops_the_second(session):
    add(session)
    first = end(session, "unknown")
    later(session, 91)
    repeat(session, "critical", 10)
    second = claim(session, "critical", 10)
    settle(session, first.token, [Outcome(1, "sent", "X1")])
    assert begin(session, second.token, [1]) == frozenset(), "nothing is posted any more"
    settle(session, second.token, [Outcome(1, "due")])
    assert state(session).state == "sent"


def test_an_event_about_the_first_copy_stops_the_second(session):
    add(session)
    end(session, "unknown")
    later(session, 91)
    repeat(session, "critical", 10)
    second = claim(session, "critical", 10)
    assert follow(session, [News(1, "delivered")]) == 1
    assert begin(session, second.token, [1]) == frozenset()
    assert state(session).state == "delivered"


def test_the_late_word_that_it_was_not_taken_makes_it_due_and_is_no_blind_ending(session):
    add(session)
    slow = claim(session, "critical", 1)
    begin(session, slow.token, [1])
    later(session, 61)
    recover(session)
    settle(session, slow.token, [Outcome(1, "due", reason="answered 503")])
    assert state(session) == ("due", 1, 0)


def test_what_is_put_back_keeps_its_place_in_the_queue(session):
    add(session, "a.first", "a.second")
    taken = claim(session, "critical", 1)
    settle(session, taken.token, [Outcome(1, "due")])
    assert [message.topic for message in claim(session, "critical", 1).messages] == ["a.first"]
