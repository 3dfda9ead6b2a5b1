"""Arithmetic of places: never more than there are, the longest waiting first, nobody split."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.events.capacity.pools import (
    EARLY,
    EARLY_OFFER,
    EVENING,
    HOLD,
    LATE,
    LATE_OFFER,
    MORNING,
    Pool,
    Waiting,
    choose,
    offer_ends,
)

PARTIES = st.integers(1, 10)
ZONE = ZoneInfo("America/New_York")
MINUTES = st.integers(0, 60 * 24 * 270)
ZONES = st.sampled_from([ZONE, ZoneInfo("Asia/Karachi"), ZoneInfo("Pacific/Auckland")])


@given(st.integers(0, 60), st.lists(st.tuples(st.sampled_from(["take", "hold"]), PARTIES), max_size=40))
def test_never_more_than_there_are_and_of_the_unconfirmed_a_fifth(capacity, wishes):
    pool = Pool(capacity)
    for how, amount in wishes:
        before = pool.taken
        assert getattr(pool, how)(amount) == (pool.taken == before + amount)
        assert pool.taken <= capacity
        assert pool.held <= capacity // 5
        assert pool.left == capacity - pool.taken


@given(PARTIES)
def test_where_nothing_bounds_it_everybody_fits(amount):
    pool = Pool(None, taken=10_000)
    assert pool.left is None
    assert pool.hold(amount)
    assert pool.take(amount)


def test_a_closed_pool_gives_nothing():
    assert not Pool(None, is_open=False).take(1)
    assert not Pool(10, is_open=False).hold(1)


@given(st.integers(0, 30), st.integers(0, 30), st.lists(PARTIES, max_size=12))
def test_who_is_passed_over_did_not_fit_when_their_turn_came(capacity, taken, parties):
    pool = Pool(capacity, taken=min(taken, capacity))
    left = capacity - pool.taken
    queue = [Waiting(number, amount) for number, amount in enumerate(parties)]
    chosen = {waiting.claim_id for waiting in choose(pool, queue)}
    for waiting in queue:
        if waiting.claim_id in chosen:
            left -= waiting.amount
        else:
            assert waiting.amount > left
    assert left >= 0
    assert pool.left == left
    assert not any(pool.fits(waiting.amount) for waiting in queue if waiting.claim_id not in chosen)


def test_a_lowered_capacity_leaves_nothing_and_takes_nobodys_place():
    pool = Pool(5, taken=9)
    assert pool.left == 0
    assert not pool.take(1)
    pool.give_back(5)
    assert pool.left == 1


@given(at=MINUTES, minutes=st.integers(1, 60 * 24 * 30), zone=ZONES)
def test_an_offer_ends_before_the_leg_begins_and_by_day_where_a_day_is_left(at, minutes, zone):
    at = datetime(2027, 3, 1, tzinfo=UTC) + timedelta(minutes=at)
    starts = (at + timedelta(minutes=minutes)).astimezone(zone)
    ends = offer_ends(at, starts, HOLD)
    assert at < ends <= starts
    stands = LATE_OFFER if starts - at <= LATE else EARLY_OFFER if starts - at > EARLY else HOLD
    assert ends - at <= stands + timedelta(hours=13), "a night and an hour, where the clocks go back"
    if not MORNING <= ends.time() <= EVENING:
        assert ends.astimezone(UTC) in (at + stands, starts.astimezone(UTC))
        morning = datetime.combine(ends.date() + timedelta(days=ends.time() > EVENING), MORNING, zone)
        assert starts <= morning, "there is no morning left"
    elif ends.time() != MORNING:
        assert ends.astimezone(UTC) in (at + stands, starts.astimezone(UTC))


@pytest.mark.parametrize(
    ("at", "starts", "ends"),
    [
        ("2027-03-01 10:00", "2027-05-01 08:00", "2027-03-02 10:00"),  # months before: a day
        ("2027-03-01 22:30", "2027-05-01 08:00", "2027-03-03 09:00"),
        ("2027-03-01 10:00", "2027-03-05 08:00", "2027-03-01 12:00"),  # in the last week: two hours
        ("2027-03-01 19:00", "2027-03-05 08:00", "2027-03-01 21:00"),
        ("2027-03-01 19:01", "2027-03-05 08:00", "2027-03-02 09:00"),
        ("2027-03-02 04:00", "2027-03-05 08:00", "2027-03-02 09:00"),
        ("2027-03-02 22:00", "2027-03-03 09:30", "2027-03-03 09:00"),  # in the last hours: a quarter, or the morning
        ("2027-03-02 10:00", "2027-03-02 18:00", "2027-03-02 10:15"),
        ("2027-03-02 22:00", "2027-03-03 08:00", "2027-03-02 22:15"),  # before a morning that comes too late
        ("2027-03-02 07:55", "2027-03-02 08:00", "2027-03-02 08:00"),
    ],
)
def test_offers_stand_as_long_as_there_is_time_for(at, starts, ends):
    at, starts, ends = (datetime.fromisoformat(one).replace(tzinfo=ZONE) for one in (at, starts, ends))
    assert offer_ends(at.astimezone(UTC), starts, HOLD) == ends
