"""What a provider's "slow down" comes to: for the message, and for its lane."""

import time

import pytest

from campaign.delivery import ports
from campaign.delivery.circuit import Circuit
from campaign.delivery.slowing import backoff, read_limit, read_wait, seconds_of_message, slow_lane


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after": "0"}, 0.1),
        ({"retry-after": "-5"}, 0.1),
        ({"retry-after": "9999"}, 300),
        ({"retry-after": "inf"}, 300),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, None),
        ({}, None),
    ],
)
def test_reads_what_an_answer_asks_for(headers, seconds):
    assert read_wait(headers) == seconds
    assert read_limit(headers) == (seconds or 2)


def test_reads_when_the_limit_is_over():
    assert 28 < read_wait({"x-ratelimit-reset": str(time.time() + 30)}) <= 30


@pytest.mark.parametrize(
    ("stop", "least", "most"),
    [
        (ports.Limited(10), 10, 15),
        (ports.Unavailable("503", 40), 40, 40),
        (ports.Unavailable("503"), 3, 5),
        (ports.NotWritten("refused"), 3, 5),
        (ports.Refused("401"), 0, 0),
        (ports.Unknown("lost"), 0, 0),
    ],
)
def test_how_long_a_message_waits(stop, least, most):
    assert least <= seconds_of_message(stop, attempts=2) <= most


def test_backoff_ends_at_a_minute():
    assert max(backoff(attempts) for attempts in range(100)) <= 60 * 1.25


@pytest.fixture
def circuit():
    proven = Circuit("bulk", 300, lambda: 0.0)
    proven.tell(taken=1, failed=0)
    return proven


@pytest.mark.parametrize(
    ("stops", "calls", "goes_on", "waits"),
    [
        ([], 32, True, 0),
        ([], 0, True, 0),
        ([ports.Limited(9), ports.Limited(20)], 32, False, 20),
        ([ports.Unavailable("503", 90)] * 32, 32, False, 90),
        ([ports.Unavailable("503", 90)], 32, True, 0),
        ([ports.Limited(9), *[ports.Unavailable("503", 90)] * 31], 32, False, 9),
    ],
)
def test_how_long_a_lane_waits(circuit, *, stops, calls, goes_on, waits):
    assert slow_lane(circuit, stops, calls) is goes_on
    assert circuit.seconds_to_wait() == waits
