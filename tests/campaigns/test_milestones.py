"""The next number worth reaching is near, above what is there, and no further than the goal."""

import pytest

from campaign.campaigns.milestones import next_milestone


@pytest.mark.parametrize(
    ("confirmed", "goal", "milestone"),
    [
        (0, 50_000, 100),
        (99, 50_000, 100),
        (100, 50_000, 250),
        (411, 50_000, 500),
        (40_000, 45_000, 45_000),
        (45_000, 45_000, 50_000),
        (1_234_567, 1_000_000, 2_500_000),
        (3, 10, 10),
        (10, 10, 100),
    ],
)
def test_is_the_next_step_or_the_goal(confirmed, goal, milestone):
    assert next_milestone(confirmed, goal) == milestone
