"""Tells when everybody seems to come from one address: a proxy that nobody told us to trust, so all share one limit.

Each web process looks at where its last hundred posts came from, in its memory; what leaves it are two numbers that
name nobody.
"""

import threading
from collections import deque
from collections.abc import Sequence

from campaign.kernel.metrics import POSTS_FROM_ONE_ADDRESS, POSTS_WEIGHED

LATELY = 100
"""Posts that are looked at together."""

NEARLY_ALL = 95
"""So many of them from one address are a crowd: a campus sends as many in a row only while nobody else signs."""


class Crowd:
    """Where the last posts of this process came from."""

    def __init__(self) -> None:
        self._last: deque[str] = deque()
        self._counts: dict[str, int] = {}
        self._lock = threading.Lock()

    def weigh(self, ips: Sequence[str]) -> None:
        """Look at where some posts come from; "" stands for posts of which that is not known.

        Side effects: counts them in the metrics, and those that came in a crowd.
        """
        crowded, last, counts = 0, self._last, self._counts
        with self._lock:
            for ip in ips:
                last.append(ip)
                counts[ip] = count = counts.get(ip, 0) + 1
                crowded += count >= NEARLY_ALL
                if len(last) > LATELY:
                    self._forget(last.popleft())
        POSTS_WEIGHED.inc(len(ips))
        if crowded:
            POSTS_FROM_ONE_ADDRESS.inc(crowded)

    def _forget(self, ip: str) -> None:
        left = self._counts.pop(ip) - 1
        if left:
            self._counts[ip] = left


def is_crowded(weighed: float, from_one: float) -> bool:
    """Whether most of what an installation took came in a crowd."""
    return weighed >= 2 * LATELY and from_one > weighed / 2
