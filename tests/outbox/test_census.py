"""How many messages there are: what is open at any moment, what is over as of the last whole round."""

from sqlalchemy import text

from campaign.kernel.lanes import LANES
from campaign.outbox.census import count_by_lane_and_state, count_open, get_oldest_due_seconds, go_round
from campaign.outbox.commands import NewMessage
from campaign.outbox.models import STATES
from campaign.outbox.service import append

OPEN = {"waiting", "held", "due", "sending", "unknown", "dead"}


def store(session):
    """Two messages of each state in each lane but the letters'."""
    for lane in LANES:
        if lane != "letters":
            append(session, [NewMessage(lane, "t.t", campaign_id=1) for _ in range(2 * len(STATES))])
    session.execute(
        text(
            "UPDATE outbox_messages SET state = (CAST(:states AS text[]))[1 + (id / 2) % :count], "
            "held_reason = CASE WHEN (id / 2) % :count = 1 THEN 'paused' END"
        ),
        {"states": list(STATES), "count": len(STATES)},
    )
    session.commit()


def truth(session):
    rows = session.execute(text("SELECT lane, state, count(*) FROM outbox_messages GROUP BY 1, 2"))
    return {(lane, state): count for lane, state, count in rows}


def test_what_is_open_is_counted_as_a_whole_and_what_is_over_by_going_round(session):
    store(session)
    assert count_by_lane_and_state(session) == {}
    count_open(session)
    assert count_by_lane_and_state(session) == {key: n for key, n in truth(session).items() if key[1] in OPEN}
    rounds = 0
    while not go_round(session, most=7):
        rounds += 1
        assert not {state for _, state in count_by_lane_and_state(session)} - OPEN, "half a round tells nothing"
    assert rounds == sum(truth(session).values()) // 7
    assert count_by_lane_and_state(session) == truth(session)


def test_the_next_round_tells_what_was_forgotten_and_what_came(session):
    store(session)
    assert go_round(session)
    session.execute(text("DELETE FROM outbox_messages WHERE state = 'sent' AND lane = 'bulk'"))
    session.execute(text("UPDATE outbox_messages SET state = 'delivered' WHERE state = 'sent'"))
    while not go_round(session, most=10):
        pass
    count_open(session)
    assert count_by_lane_and_state(session) == truth(session)


def test_of_no_messages_there_are_none(session):
    count_open(session)
    assert go_round(session)
    assert count_by_lane_and_state(session) == {}


def test_the_oldest_due_is_the_one_whose_time_has_come(session):
    append(session, [NewMessage("critical", "t.t", campaign_id=n % 2) for n in range(4)])
    session.execute(text("UPDATE outbox_messages SET available_at = now() + (id - 3) * interval '1 minute'"))
    seconds = get_oldest_due_seconds(session)
    assert 119 < seconds["critical"] < 121
    session.execute(text("UPDATE outbox_messages SET available_at = now() + interval '1 hour'"))
    assert get_oldest_due_seconds(session) == {}
