"""Arithmetic of places: never more than there are, the longest waiting first, nobody split."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from campaign.events.capacity.pools import HOLD, LATE, LATE_OFFER, Pool, Waiting, choose, offer_ends

PARTIES = st.integers(1, 10)
AT = datetime(2027, 3, 1, 12, tzinfo=UTC)


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


@given(st.integers(1, 60 * 24 * 30))
def test_an_offer_ends_before_the_leg_begins_and_sooner_when_it_is_late(minutes):
    starts = AT + timedelta(minutes=minutes)
    ends = offer_ends(AT, starts, HOLD)
    assert AT < ends <= starts
    assert ends - AT <= (LATE_OFFER if starts - AT <= LATE else HOLD)
