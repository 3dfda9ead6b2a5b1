"""Where posts are counted: together in a Valkey that keeps nothing on a disk, or by each process in its own memory.

A window begins with its first post and is over after its length, whatever the clock says meanwhile: nothing begins anew
at midnight. What is counted beyond a limit prolongs nothing.
"""

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from redis import Redis
from redis.exceptions import NoScriptError

from campaign.kernel.settings import Limit
from campaign.kernel.valkey import Breaker

_SCRIPT = """
local over = {}
for i = 1, #KEYS do
  local count = redis.call('INCR', KEYS[i])
  if count == 1 then
    redis.call('PEXPIRE', KEYS[i], ARGV[3 * i - 1])
    if ARGV[3 * i] ~= '0' then count = redis.call('INCRBY', KEYS[i], ARGV[3 * i]) end
  end
  over[i] = count > tonumber(ARGV[3 * i - 2]) and 1 or 0
end
return over
"""

_SHA = hashlib.sha1(_SCRIPT.encode(), usedforsecurity=False).hexdigest()  # the name Valkey gives a script

MOST_KEYS = 10_000
"""Keys that a process keeps of one limit by itself: some 3 MB. Beyond them the window that ends first is forgotten."""


class Count(NamedTuple):
    """One post to count. A tuple, as thousands are made where a frozen object costs three times as much.

    Args:
        key: what it is counted by.
        limit: beyond what, and for how long.
        ahead: posts with which a new window begins, as if they had been made.
    """

    key: bytes
    limit: Limit
    ahead: int = 0


class SharedCounts:
    """Counts of all web processes together, one round trip for however many."""

    def __init__(self, breaker: Breaker) -> None:
        self._breaker = breaker

    def add(self, counts: Sequence[Count]) -> list[bool]:
        """Count; return whether each is over its limit, in order. Raises `ValkeyAwayError`."""
        keys = [count.key for count in counts]
        arguments: list[int] = []
        for _, limit, ahead in counts:
            arguments += (limit.count, limit.seconds * 1000, ahead)
        return self._breaker.call(lambda client: _run(client, keys, arguments))


def _run(client: Redis, keys: list[bytes], arguments: list[int]) -> list[bool]:
    try:
        answer = client.evalsha(_SHA, len(keys), *keys, *arguments)
    except NoScriptError:  # Valkey was started anew; `eval` leaves the script there for the next time
        answer = client.eval(_SCRIPT, len(keys), *keys, *arguments)
    return [bool(over) for over in answer]


@dataclass(slots=True)
class _Window:
    ends_at: float
    count: int


class OwnCounts:
    """Counts of this process alone, in bounded memory.

    Each limit has a room of its own: who has many addresses of one network pushes nobody's network out.

    Args:
        clock: seconds that never go back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._rooms: dict[Limit, OrderedDict[bytes, _Window]] = {}
        self._lock = threading.Lock()

    def add(self, counts: Sequence[Count]) -> list[bool]:
        """Count; return whether each is over its limit, in order."""
        at = self._clock()
        with self._lock:
            return [self._add(count, at) for count in counts]

    def _add(self, count: Count, at: float) -> bool:
        windows = self._rooms.setdefault(count.limit, OrderedDict())
        window = windows.get(count.key)
        if window is None or window.ends_at <= at:
            windows.pop(count.key, None)
            if len(windows) >= MOST_KEYS:
                windows.popitem(last=False)  # begun first, so it ends first
            window = windows[count.key] = _Window(at + count.limit.seconds, count.ahead)
        window.count += 1
        return window.count > count.limit.count
