"""The provider says slow down: what it asks for, how long a message waits for it, and how long its whole lane.

Everything that waits because of an answer is decided here. How long a lane waits that got *no* answer is the circuit's.

Source: https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/rate-limits (429, and
`X-RateLimit-Reset` in seconds since the epoch), RFC 9110, section 10.2.3 (`Retry-After`).
"""

import math
import random
import time
from collections.abc import Mapping, Sequence

from campaign.delivery.circuit import Circuit
from campaign.delivery.ports import Limited, NotWritten, Stop, Unavailable

UNSAID_SECONDS = 2.0
"""How long a limit is obeyed that does not say for how long."""

LONGEST_SECONDS = 300.0
"""A provider that asks for more is asked again by then."""

LONGEST_BACKOFF_SECONDS = 60.0
"""Somebody may be waiting for the mail; the lane's circuit, not this, is what spares a provider that is away."""


def read_wait(headers: Mapping[str, str]) -> float | None:
    """Return the seconds to wait that an answer asks for, or None where it asks for nothing that can be read."""
    try:
        if "retry-after" in headers:
            seconds = float(headers["retry-after"])
        else:
            seconds = float(headers["x-ratelimit-reset"]) - time.time()
    except (KeyError, ValueError):
        return None
    if math.isnan(seconds):
        return None
    return min(max(seconds, 0.1), LONGEST_SECONDS)


def read_limit(headers: Mapping[str, str]) -> float:
    """Return the seconds that a limit lasts, whether or not its answer says."""
    asked = read_wait(headers)
    return UNSAID_SECONDS if asked is None else asked


def seconds_of_message(stop: Stop, attempts: int) -> float:
    """Return in how many seconds a message that was not taken is due again, after so many attempts before this one."""
    match stop:
        case Limited(asked):
            return asked * random.uniform(1, 1.5)  # noqa: S311 - so that they do not all come back at once
        case Unavailable(_, asked):
            return max(backoff(attempts), asked or 0.0)
        case NotWritten():
            return backoff(attempts)
    return 0.0  # refused ourselves, the lane brakes; unknown, the rule of repeats decides


def backoff(attempts: int) -> float:
    """Return seconds to wait after so many attempts: 1, 2, 4 … at most `LONGEST_BACKOFF_SECONDS`, ± 25 %."""
    return min(2.0 ** min(attempts, 16), LONGEST_BACKOFF_SECONDS) * random.uniform(0.75, 1.25)  # noqa: S311


def slow_lane(circuit: Circuit, stops: Sequence[Stop], calls: int) -> bool:
    """Let a lane learn from a wave of `calls`, of which these were stopped; return whether the next wave may follow."""
    limits = [stop.retry_seconds for stop in stops if isinstance(stop, Limited)]
    if limits:
        circuit.rest(max(limits))
        return False
    if not calls:
        return True
    asked = [stop.retry_seconds or 0.0 for stop in stops if isinstance(stop, Unavailable)]
    return circuit.tell(calls - len(stops), len(stops), max(asked, default=0.0))
