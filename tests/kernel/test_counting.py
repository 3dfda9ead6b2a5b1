"""A process counts by itself: its windows end, its memory is bounded, and one limit's keys push out none of another's."""

import pytest

from campaign.kernel import counting
from campaign.kernel.counting import Count, OwnCounts
from campaign.kernel.settings import Limit

IP, NETWORK = Limit("ip", 2, 60), Limit("network", 3, 60)


@pytest.fixture
def at():
    return [0.0]


@pytest.fixture
def counts(at):
    return OwnCounts(lambda: at[0])


def test_a_window_ends_after_its_length_and_what_was_refused_prolongs_nothing(counts, at):
    assert counts.add([Count(b"a", IP)] * 3) == [False, False, True]
    at[0] = 59.9
    assert counts.add([Count(b"a", IP)]) == [True]
    at[0] = 60.0
    assert counts.add([Count(b"a", IP)] * 3) == [False, False, True]


def test_a_window_may_begin_ahead(counts):
    assert counts.add([Count(b"a", IP, ahead=1)] * 2) == [False, True]


def test_memory_is_bounded_and_the_oldest_window_goes_first(counts, at, monkeypatch):
    monkeypatch.setattr(counting, "MOST_KEYS", 10)
    counts.add([Count(b"network", NETWORK)] * 3)
    for n in range(100):
        at[0] += 0.01
        counts.add([Count(b"%d" % n, IP)])
    assert {len(room) for room in counts._rooms.values()} == {1, 10}
    assert counts.add([Count(b"network", NETWORK)]) == [True], "many addresses push their network not out"
    assert counts.add([Count(b"99", IP)] * 2) == [False, True]
