"""How much one address, one IP and one network may post, counted in Valkey; without Valkey everybody passes.

Keys are keyed hashes with the day in them, so that nothing in Valkey names a person or a place and yesterday's keys say
nothing about today's; they live as long as their window. A whole batch is counted in one round trip.

A campus or a workplace stands behind one IP: the defaults let some hundreds of honest signers through in ten minutes.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from redis import Redis
from redis.exceptions import NoScriptError

from campaign.kernel.clock import Clock, now
from campaign.kernel.errors import LimitedError
from campaign.kernel.metrics import LIMITED, LIMITS_FAILED_OPEN
from campaign.kernel.network import network_of
from campaign.kernel.settings import Limit
from campaign.kernel.tokens import KeyedHash
from campaign.kernel.valkey import Breaker, ValkeyAwayError

_SCRIPT = """
local answers = {}
for i = 1, #KEYS do
  local count = redis.call('INCR', KEYS[i])
  if count == 1 then redis.call('PEXPIRE', KEYS[i], ARGV[2 * i]) end
  if count > tonumber(ARGV[2 * i - 1]) then
    answers[i] = math.max(redis.call('PTTL', KEYS[i]), 1)
  else
    answers[i] = 0
  end
end
return answers
"""


_SHA = hashlib.sha1(_SCRIPT.encode(), usedforsecurity=False).hexdigest()  # the name Valkey gives a script


@dataclass(frozen=True, slots=True)
class Poster:
    """Who posts, as far as limits care: the client's IP and the canonical address typed; either may be empty."""

    ip: str
    email: str


class Limiter:
    """Counts posts and says who has to wait."""

    def __init__(self, breaker: Breaker, limits: Sequence[Limit], hashes: KeyedHash, clock: Clock = now) -> None:
        self._breaker = breaker
        self._limits = limits
        self._hashes = hashes
        self._clock = clock

    def check(self, posters: Sequence[Poster]) -> list[LimitedError | None]:
        """Count each poster; return the error for those over a limit, None for the others, in the same order."""
        if not self._limits or not posters:
            return [None] * len(posters)
        scopes = self._scopes()
        keys: list[bytes] = []
        arguments: list[int] = []
        owners: list[int] = []
        for index, poster in enumerate(posters):
            values = {"ip": poster.ip, "network": network_of(poster.ip), "email": poster.email}
            for limit, prefix, purpose in scopes:
                if value := values[limit.name]:
                    keys.append(prefix + self._hashes.of(purpose, value))
                    arguments += (limit.count, limit.seconds * 1000)
                    owners.append(index)
        try:
            waits = self._breaker.call(lambda client: self._count(client, keys, arguments))
        except ValkeyAwayError:
            LIMITS_FAILED_OPEN.inc(len(posters))
            return [None] * len(posters)
        return _answers(len(posters), owners, waits)

    def _scopes(self) -> list[tuple[Limit, bytes, str]]:
        """Return each limit with what its keys begin with today, and the purpose of their hashes."""
        today = f"{self._clock():%Y-%m-%d}"
        return [
            (limit, b"limit:%b:%d:" % (limit.name.encode(), limit.seconds), f"limit.{limit.name}.{today}")
            for limit in self._limits
        ]

    def _count(self, client: Redis, keys: list[bytes], arguments: list[int]) -> list[int]:
        try:
            answer = client.evalsha(_SHA, len(keys), *keys, *arguments)
        except NoScriptError:  # Valkey was started anew; `eval` leaves the script there for the next time
            answer = client.eval(_SCRIPT, len(keys), *keys, *arguments)
        return list(answer)


def _answers(count: int, owners: list[int], waits: list[int]) -> list[LimitedError | None]:
    longest = [0] * count
    for owner, wait in zip(owners, waits, strict=True):
        longest[owner] = max(longest[owner], wait)
    LIMITED.inc(sum(1 for wait in longest if wait))
    return [LimitedError("too many at once", _whole_seconds(wait)) if wait else None for wait in longest]


def _whole_seconds(milliseconds: int) -> int:
    return -(-milliseconds // 1000)
