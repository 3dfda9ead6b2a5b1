from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.kernel.errors import InvalidError
from campaign.outbox.claims import claim
from campaign.outbox.commands import NewMessage
from campaign.outbox.leases import (
    News,
    Outcome,
    begin,
    follow,
    recover,
    settle,
)
from campaign.outbox.paces import get_seconds_to_next_letter, set_mailbox_pace
from campaign.outbox.queries import list_due_lanes
from campaign.outbox.service import append, withdraw

WEDNESDAY_NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def letter(**values):
    values = {"campaign_id": 1, "company_id": 2, "mailbox": "ceo@kroger.example", "action_id": 10} | values
    return NewMessage(lane="letters", topic="letters.letter", **values)


def pledge(**values):
    return NewMessage(lane="critical", topic="petitions.confirm", **({"campaign_id": 1, "action_id": 10} | values))


def rows(session, columns="state"):
    session.expire_all()
    return [tuple(row) for row in session.execute(text(f"SELECT {columns} FROM outbox_messages ORDER BY id"))]


def states(session):
    return [state for (state,) in rows(session)]


def expire(session):
    session.execute(text("UPDATE outbox_messages SET lease_until = now() - interval '1 second'"))


def fast(session, mailbox="ceo@kroger.example", per_hour=3_600_000):
    set_mailbox_pace(session, mailbox, per_hour, is_always_open=True)


def test_two_claims_at_once_share_nothing(engine):
    with Session(engine) as one, Session(engine) as two:
        append(one, [pledge(action_id=n) for n in range(100)])
        one.commit()
        first, second = claim(one, "critical", 60), claim(two, "critical", 60)
        ids = [m.id for m in first.messages] + [m.id for m in second.messages]
        assert len(first.messages) == 60
        assert len(ids) == len(set(ids)) == 100


def test_two_letter_claims_at_once_share_nothing(engine):
    with Session(engine) as one, Session(engine) as two:
        fast(one)
        append(one, [letter(action_id=n) for n in range(100)])
        one.commit()
        first, second = claim(one, "letters", 60), claim(two, "letters", 60)
        assert (len(first.messages), len(second.messages)) == (60, 0)
        one.commit()
        two.commit()
        assert len(claim(two, "letters", 60).messages) == 40


def test_a_claim_takes_only_its_lane_and_what_is_due(session):
    append(
        session, [pledge(), pledge(state="waiting"), pledge(available_at=datetime(2099, 1, 1, tzinfo=UTC)), letter()]
    )
    assert [m.id for m in claim(session, "critical", 10).messages] == [1]
    assert claim(session, "critical", 10).messages == ()


def test_one_letter_then_none_at_the_default_pace(session):
    set_mailbox_pace(session, "ceo@kroger.example", is_always_open=True)
    append(session, [letter() for _ in range(5)])
    assert len(claim(session, "letters", 50).messages) == 1
    session.commit()
    assert claim(session, "letters", 50).messages == ()
    assert 85 <= get_seconds_to_next_letter(session) <= 151, "120 s ± 25 %"


def test_a_domain_is_slower_than_its_mailboxes_together(session):
    append(session, [letter(mailbox=f"{name}@kroger.example") for name in "abc"])
    assert len(claim(session, "letters", 50, at=WEDNESDAY_NOON).messages) == 1
    append(session, [letter(mailbox="a@publix.example")])
    session.commit()
    (other,) = claim(session, "letters", 50, at=WEDNESDAY_NOON).messages
    assert other.id == 4


def test_at_a_high_pace_many_letters_of_one_mailbox_go_at_once(session):
    fast(session)
    append(session, [letter() for _ in range(1500)])
    session.commit()
    assert 900 <= len(claim(session, "letters", 5000).messages) <= 1100


@pytest.mark.parametrize(
    ("at", "count"),
    [
        (datetime(2026, 11, 25, 14, 30, tzinfo=UTC), 1),  # 09:30 in New York
        (datetime(2026, 11, 25, 13, 30, tzinfo=UTC), 0),  # 08:30
        (datetime(2026, 11, 25, 22, 30, tzinfo=UTC), 0),  # 17:30
        (datetime(2026, 11, 28, 15, 0, tzinfo=UTC), 0),  # a Saturday
    ],
)
def test_letters_go_in_the_targets_office_hours(session, at, count):
    set_mailbox_pace(session, "ceo@kroger.example", 30, "America/New_York")
    append(session, [letter()])
    assert len(claim(session, "letters", 5, at=at).messages) == count


def test_an_unknown_time_zone_is_refused(session):
    with pytest.raises(InvalidError):
        set_mailbox_pace(session, "a@b.example", 30, "Mars/Olympus")


def test_a_pace_made_faster_counts_at_once(session):
    append(session, [letter() for _ in range(9)])
    claim(session, "letters", 50, at=WEDNESDAY_NOON)
    fast(session)
    session.commit()
    assert get_seconds_to_next_letter(session) < 0.01
    assert len(claim(session, "letters", 50).messages) == 8


def test_campaigns_take_turns(session):
    append(session, [pledge() for _ in range(20)] + [pledge(campaign_id=2) for _ in range(3)])
    took = claim(session, "critical", 6).messages
    assert [m.campaign_id for m in took].count(2) == 3


def test_the_campaign_served_longest_ago_comes_first(session):
    set_mailbox_pace(session, "ceo@kroger.example", 30, is_always_open=True)
    append(session, [letter(campaign_id=c) for c in (1, 2, 3) for _ in range(2)])
    order = []
    for _ in range(6):
        session.execute(text("UPDATE pace_slots SET next_at = '-infinity'"))
        order += [m.campaign_id for m in claim(session, "letters", 10).messages]
        session.commit()
    assert sorted(order[:3]) == sorted(order[3:]) == [1, 2, 3]
    assert order[:3] == order[3:]


@pytest.mark.parametrize(
    "switch",
    [
        "lane='letters'",
        "campaign_id=1",
        "company_id=2",
        "mailbox='ceo@kroger.example'",
        "lane=NULL",
        "lane='letters',campaign_id=1",
    ],
)
def test_a_switch_stops_what_it_names_and_ends_by_itself(session, switch):
    fast(session)
    append(session, [letter()])
    session.execute(text("INSERT INTO outbox_switches (reason) VALUES ('stop')"))
    session.execute(text(f"UPDATE outbox_switches SET {switch}"))
    assert list_due_lanes(session) == []
    assert claim(session, "letters", 5).messages == ()
    session.execute(text("UPDATE outbox_switches SET until = now() - interval '1 second'"))
    assert list_due_lanes(session) == ["letters"]
    assert len(claim(session, "letters", 5).messages) == 1


@pytest.mark.parametrize(
    "switch", ["lane='bulk'", "campaign_id=9", "company_id=9", "mailbox='x'", "lane='letters',campaign_id=9"]
)
def test_a_switch_leaves_others_alone(session, switch):
    fast(session)
    append(session, [letter()])
    session.execute(text("INSERT INTO outbox_switches (reason, lane) VALUES ('stop', NULL)"))
    session.execute(text(f"UPDATE outbox_switches SET {switch}"))
    assert len(claim(session, "letters", 5).messages) == 1


def test_begin_and_settle_need_the_token(session):
    append(session, [pledge(), pledge()])
    mine = claim(session, "critical", 10)
    ids = [m.id for m in mine.messages]
    assert begin(session, mine.token, ids) == set(ids)
    stranger = claim(session, "critical", 10).token
    assert begin(session, stranger, ids) == frozenset()
    settle(session, stranger, [Outcome(ids[0], "sent")])
    assert states(session) == ["sending", "sending"]
    settle(session, mine.token, [Outcome(ids[0], "sent", "X1"), Outcome(ids[1], "due", retry_seconds=60)])
    assert rows(session, "state, provider_id, attempts, available_at > now() + interval '50 s'") == [
        ("sent", "X1", 1, False),
        ("due", None, 1, True),
    ]


def test_what_was_withdrawn_after_the_claim_does_not_begin(session):
    fast(session)
    append(session, [letter(), letter(action_id=11)])
    mine = claim(session, "letters", 10)
    withdraw(session, [11])
    assert begin(session, mine.token, [1, 2]) == {1}
    assert states(session) == ["sending", "withdrawn"]


def test_expired_leases_by_how_far_they_came(session):
    fast(session)
    append(session, [letter(), letter(), pledge(), pledge()])
    letters, pledges = claim(session, "letters", 10), claim(session, "critical", 10)
    begin(session, letters.token, [1])
    begin(session, pledges.token, [3])
    assert recover(session) == {}, "no lease has run out yet"
    expire(session)
    assert recover(session) == {"unknown": 2, "due": 2}
    assert rows(session, "state, blind_count") == [("unknown", 1), ("due", 0), ("unknown", 1), ("due", 0)]


def test_a_late_answer_still_tells_the_truth_about_an_unknown_letter(session):
    fast(session)
    append(session, [letter()])
    mine = claim(session, "letters", 1)
    begin(session, mine.token, [1])
    expire(session)
    recover(session)
    settle(session, mine.token, [Outcome(1, "sent", "X1")])
    assert rows(session, "state, provider_id") == [("sent", "X1")]


def test_an_event_that_came_before_the_answer_is_not_overwritten(session):
    append(session, [pledge()])
    mine = claim(session, "critical", 1)
    begin(session, mine.token, [1])
    assert follow(session, [News(1, "delivered")]) == 1
    settle(session, mine.token, [Outcome(1, "sent", "X1")])
    assert rows(session, "state, provider_id") == [("delivered", "X1")]


def test_an_event_stops_a_repeat_but_not_what_never_began(session):
    append(session, [pledge(), pledge()])
    mine = claim(session, "critical", 1)
    begin(session, mine.token, [1])
    settle(session, mine.token, [Outcome(1, "due", reason="unknown")])
    assert follow(session, [News(1, "sent"), News(2, "delivered"), News(1, "delivered")]) == 1
    assert states(session) == ["delivered", "due"]
