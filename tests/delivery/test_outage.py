"""The provider is away for twenty seconds (hurried: one), with confirmations and letters waiting.

`python -m tests.outage` shows the same for an hour, and with more of them.
"""

import pytest

from tests.outage import WAYS, strike

WAITING = 20
RISKED = 3
"""So many messages at most a lane may begin while the provider is away; one at its first call, others by probes."""


@pytest.mark.parametrize("way", WAYS)
def test_an_outage_costs_no_confirmation_and_hardly_a_letter(engine, way):
    found = strike(engine, way, 20.0, speed=20.0, waiting=WAITING)
    confirmations, letters = found["critical"], found["letters"]
    assert (confirmations.sent, confirmations.unknown, confirmations.dead) == (WAITING, 0, 0)
    assert (letters.sent + letters.unknown, letters.dead, letters.doubled) == (WAITING, 0, 0)
    risked = {"503": 0, "refused": 0}.get(way, RISKED)
    assert letters.unknown <= risked, "what was not risked is sent when the provider is back"
    assert confirmations.doubled <= (RISKED if way == "slow" else 0)
    assert confirmations.most <= 2


def test_nothing_goes_twice_where_the_providers_events_tell_what_it_took(engine):
    found = strike(engine, "slow", 20.0, speed=20.0, waiting=WAITING, is_told=True)
    for lane in ("critical", "letters"):
        assert (found[lane].sent, found[lane].doubled) == (WAITING, 0)
