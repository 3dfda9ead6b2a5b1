"""A plan says the same for the same seed, and never ends the leases of the living."""

from dataclasses import replace

import pytest

from tests.chaos.plan import full, small


def test_same_seed_same_deaths() -> None:
    assert full(1).deaths() == full(1).deaths() != full(2).deaths()


@pytest.mark.parametrize("make", [small, full])
def test_everybody_whom_the_promise_names_dies(make) -> None:
    dead = {death.role for death in make(1).deaths()}
    assert dead >= {"granian worker", "granian main", "Valkey", "PostgreSQL", "supervisor", "letters worker"}


@pytest.mark.parametrize("make", [small, full])
def test_letters_workers_die_before_and_after_the_mail_was_handed_over(make) -> None:
    moments = [death.under_way_seconds for death in make(1).deaths() if death.role == "letters worker"]
    assert min(moments) == 0 < max(moments) < make(1).slow_seconds


def test_full_asks_for_twenty_hits_of_more_deaths_than_that() -> None:
    assert full(1).must_hit == 20 < len(full(1).deaths())


def test_refuses_to_hurry_where_a_lane_has_two_workers() -> None:
    with pytest.raises(ValueError, match="one worker"):
        replace(small(1), queue_workers=2)
