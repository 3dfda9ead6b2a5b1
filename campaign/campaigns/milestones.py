"""The next number worth reaching: near enough to be felt, so that a young campaign is not shown as a failure.

Steps go 1, 2.5, 5 from 100 on (100, 250, 500, 1,000, 2,500 …); a goal that comes first is one, too.
"""

_FIRST = 100
_STEPS = (1.0, 2.5, 5.0)


def next_milestone(confirmed: int, goal: int) -> int:
    """Return the number of names to reach next, more than `confirmed`; the goal where that comes first."""
    power = _FIRST
    while True:
        for step in _STEPS:
            milestone = int(power * step)
            if milestone > confirmed:
                return goal if confirmed < goal < milestone else milestone
        power *= 10
