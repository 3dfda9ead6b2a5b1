"""Wait for conditions, always bounded."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

POLL_SECONDS = 0.02


class WaitedInVainError(AssertionError):
    """Something did not come to be in time."""


def until(condition: Callable[[], T], what: str, seconds: float, *, poll_seconds: float = POLL_SECONDS) -> T:
    """Return what `condition` returned once it is true.

    Raises:
        WaitedInVainError: it was not within `seconds`; the message says `what` was waited for.
    """
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        if time.monotonic() > deadline:
            raise WaitedInVainError(f"waited {seconds:.0f} s in vain: {what}")
        time.sleep(poll_seconds)
    return answer
