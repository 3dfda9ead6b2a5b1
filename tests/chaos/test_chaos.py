"""Everybody dies once, in small; `make chaos` does it in full. The seed can be given by CHAOS_SEED."""

import os

import pytest

from tests.chaos.plan import small
from tests.chaos.run import run


@pytest.mark.chaos
def test_nothing_is_lost_and_no_letter_goes_twice_whoever_is_killed() -> None:
    verdict = run(small(int(os.environ.get("CHAOS_SEED", "1"))))
    assert not verdict.broken, f"{verdict}\n{verdict.said[-8000:]}"
