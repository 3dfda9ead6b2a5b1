"""What the clocks of a place show: a night that is of one day, and an hour that is there twice."""

from datetime import datetime, timedelta

LONGEST_NIGHT = timedelta(hours=12)
"""What lasts past midnight is of the day on which it begins, where it is no longer than this."""


def is_shown_twice(at: datetime) -> bool:
    """Whether the clocks show this time of this day a second time, as they do when they go back."""
    return at.replace(fold=0).utcoffset() != at.replace(fold=1).utcoffset()
