"""Hand calls over and say, message by message, what became of them."""

import random
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from campaign.delivery.calls import Post
from campaign.delivery.ports import (
    Accepted,
    Call,
    Limited,
    MailSender,
    NotWritten,
    Refused,
    Rejected,
    Result,
    Unknown,
)
from campaign.outbox.leases import MAX_BLIND_ATTEMPTS, REPEATABLE_LANES, Outcome

MAX_BACKOFF_SECONDS = 300.0


@dataclass(frozen=True)
class Posted:
    """What became of the messages of one call; `stop` holds why nothing more should be tried now."""

    outcomes: tuple[Outcome, ...]
    stop: Limited | Refused | NotWritten | None = None


class Poster:
    """Posts the calls of one lane.

    Args:
        sender: the provider.
        lane: decides what an unknown end means.
        renew: called with message ids before the next part of a refused call is tried, to keep their lease.
        once: ids of messages that are not sent again in any lane where their end is unknown.
    """

    def __init__(
        self, sender: MailSender, lane: str, renew: Callable[[Sequence[int]], None], once: Collection[int] = ()
    ) -> None:
        self._sender = sender
        self._lane = lane
        self._renew = renew
        self._once = once

    def post(self, post: Post, attempts: Mapping[int, int]) -> Posted:
        """Hand over one call; `attempts` is how often each message was tried before.

        A call refused as wrong is taken apart by halves until only the recipient that fails alone is refused.
        """
        result = self._sender.send(post.call)
        if isinstance(result, Rejected) and len(post.ids) > 1:
            return self._halves(post, attempts)
        outcomes = tuple(self._outcome(message_id, attempts.get(message_id, 0), result) for message_id in post.ids)
        return Posted(outcomes, result if isinstance(result, Limited | Refused | NotWritten) else None)

    def _halves(self, post: Post, attempts: Mapping[int, int]) -> Posted:
        outcomes: list[Outcome] = []
        middle = len(post.ids) // 2
        for part in (slice(None, middle), slice(middle, None)):
            self._renew(post.ids)
            half = Post(Call(post.call.content, post.call.recipients[part]), post.ids[part])
            posted = self.post(half, attempts)
            outcomes += posted.outcomes
            if posted.stop is not None:
                settled = {outcome.id for outcome in outcomes}
                outcomes += [Outcome(rest, "due", retry_seconds=1.0) for rest in post.ids if rest not in settled]
                return Posted(tuple(outcomes), posted.stop)
        return Posted(tuple(outcomes))

    def _outcome(self, message_id: int, attempts: int, result: Result) -> Outcome:
        match result:
            case Accepted(provider_id):
                return Outcome(message_id, "sent", provider_id)
            case Rejected(reason):
                return Outcome(message_id, "dead", reason=reason)
            case NotWritten(reason):
                seconds = backoff(attempts)
            case Limited(asked):
                reason, seconds = "429", asked * random.uniform(1, 1.5)  # noqa: S311
            case Refused(reason):
                seconds = 0.0
            case Unknown(reason):
                may_repeat = self._lane in REPEATABLE_LANES and message_id not in self._once
                if not may_repeat or attempts + 1 >= MAX_BLIND_ATTEMPTS:
                    return Outcome(message_id, "unknown", reason=reason)
                seconds = backoff(attempts)
        return Outcome(message_id, "due", reason=reason, retry_seconds=seconds)


def backoff(attempts: int) -> float:
    """Return seconds to wait after so many attempts: 1, 2, 4 … at most `MAX_BACKOFF_SECONDS`, ± 25 %."""
    return min(2.0 ** min(attempts, 16), MAX_BACKOFF_SECONDS) * random.uniform(0.75, 1.25)  # noqa: S311
