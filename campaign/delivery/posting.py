"""Hand calls over and say, message by message, what became of them."""

from collections.abc import Callable, Mapping, Sequence
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
    Stop,
    Unavailable,
    Unknown,
)
from campaign.delivery.slowing import seconds_of_message
from campaign.outbox.leases import Outcome


@dataclass(frozen=True)
class Outcomes:
    """What became of the messages of one call; `stop` holds why nothing more should be tried now."""

    outcomes: tuple[Outcome, ...]
    stop: Stop | None = None


class CallPoster:
    """Posts the calls of one claim.

    Args:
        sender: the provider.
        renew: called with message ids before the next part of a refused call is tried, to keep their lease.
    """

    def __init__(self, sender: MailSender, renew: Callable[[Sequence[int]], None]) -> None:
        self._sender = sender
        self._renew = renew

    def post(self, post: Post, attempts: Mapping[int, int]) -> Outcomes:
        """Hand over one call; `attempts` is how often each message was tried before.

        A call refused as wrong is taken apart by halves until only the recipient that fails alone is refused.
        """
        result = self._sender.send(post.call)
        if isinstance(result, Rejected) and len(post.ids) > 1:
            return self._halves(post, attempts)
        outcomes = tuple(_outcome(message_id, attempts.get(message_id, 0), result) for message_id in post.ids)
        return Outcomes(outcomes, None if isinstance(result, Accepted | Rejected) else result)

    def _halves(self, post: Post, attempts: Mapping[int, int]) -> Outcomes:
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
                return Outcomes(tuple(outcomes), posted.stop)
        return Outcomes(tuple(outcomes))


def _outcome(message_id: int, attempts: int, result: Result) -> Outcome:
    match result:
        case Accepted(provider_id):
            return Outcome(message_id, "sent", provider_id)
        case Rejected(reason):
            return Outcome(message_id, "dead", reason=reason)
        case Unknown(reason):
            return Outcome(message_id, "unknown", reason=reason)
        case Limited():
            reason = "429"
        case NotWritten(reason) | Unavailable(reason) | Refused(reason):
            pass
    return Outcome(message_id, "due", reason=reason, retry_seconds=seconds_of_message(result, attempts))
