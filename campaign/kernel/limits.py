"""How much one line and one network may post. Never by the address typed: that would tell who acted, and lock them out.

Who posts in somebody's name, as often as they like, is answered as always; what that somebody is mailed is bounded
elsewhere (three mails a day). So no key here has anything to do with an address.

What is counted is counted in memory (`campaign.kernel.counting`): together in a Valkey that writes nothing to a disk,
and by each process alone where there is none, or while it is away. Keys are keyed hashes.

High-safety campaigns have scopes of their own, and their windows begin at a number nobody knows: who shares a network
with a signer cannot count their own posts up to the limit to learn how many others made.

A campus or a workplace stands behind one IP: the defaults let some hundreds of honest signers through in ten minutes.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from campaign.kernel.counting import Count, OwnCounts, SharedCounts
from campaign.kernel.crowding import Crowd
from campaign.kernel.errors import LimitedError
from campaign.kernel.keyed_hash import KeyedHash
from campaign.kernel.metrics import LIMITED, LIMITS_FAILED_OPEN
from campaign.kernel.network import line_of, network_of
from campaign.kernel.settings import Limit
from campaign.kernel.valkey import Breaker, ValkeyAwayError

_VALUES = {"ip": line_of, "network": network_of}
_HIDDEN_TENTH = 10


@dataclass(frozen=True, slots=True)
class Poster:
    """Who posts, as far as limits care.

    Args:
        ip: the client's IP; empty where it is not known.
        scope: what its posts are counted together with: "" for all doors but those of high-safety campaigns.
    """

    ip: str
    scope: str = ""


class Limiter:
    """Counts posts and says who has to wait.

    Args:
        breaker: the Valkey in which all web processes count together; None where each counts for itself.
        limits: those that hold.
        hashes: make the keys.
    """

    def __init__(self, breaker: Breaker | None, limits: Sequence[Limit], hashes: KeyedHash) -> None:
        self._shared = SharedCounts(breaker) if breaker is not None else None
        self._own = OwnCounts()
        self._hashes = hashes
        # Each with what says what it counts by, what its keys begin with, and the purpose of their hashes.
        self._limits = [
            (limit, _VALUES[limit.name], b"limit:%b:%d:" % (limit.name.encode(), limit.seconds), f"limit.{limit.name}.")
            for limit in limits
        ]
        self._crowd = Crowd()

    def check(self, posters: Sequence[Poster]) -> list[LimitedError | None]:
        """Count each poster; return the error for those over a limit, None for the others, in the same order.

        How long to wait is the length of the window, for everybody: when it began says when somebody posted.
        """
        if not self._limits or not posters:
            return [None] * len(posters)
        self._crowd.weigh([poster.ip for poster in posters])
        counts: list[Count] = []
        owners: list[int] = []
        for index, poster in enumerate(posters):
            for limit, value_of, prefix, purpose in self._limits:
                if value := value_of(poster.ip):
                    ahead = secrets.randbelow(limit.count // _HIDDEN_TENTH + 1) if poster.scope else 0
                    counts.append(Count(prefix + self._hashes.of(purpose + poster.scope, value), limit, ahead))
                    owners.append(index)
        waits = [0] * len(posters)
        for owner, count, is_over in zip(owners, counts, self._add(counts, len(posters)), strict=True):
            if is_over:
                waits[owner] = max(waits[owner], count.limit.seconds)
        LIMITED.inc(sum(1 for wait in waits if wait))
        return [LimitedError("too many at once", wait) if wait else None for wait in waits]

    def _add(self, counts: Sequence[Count], posts: int) -> list[bool]:
        if self._shared is None:
            return self._own.add(counts)
        try:
            return self._shared.add(counts)
        except ValkeyAwayError:
            LIMITS_FAILED_OPEN.inc(posts)
            return self._own.add(counts)
