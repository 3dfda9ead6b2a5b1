"""Drain a lane: claim, compose, begin, post, settle, as delivery.md draws it; no call is made in a transaction.

::

    pump:  claim ─commit─► compose ─► wave ─► wave … ─► {settle} ─commit─► claim …
    wave:  {settle the last wave, begin this one} ─commit─► POST, as many at once as there are connections

A letters wave is as many letters as the pump has connections, and its commit begins no more; so a worker that is
killed leaves at most `connections` letters unknown. Settling rides in the next wave's commit: one commit a wave. Two
pumps share the connections, so that one posts while the other commits. Other lanes post one call of many recipients
at a time.

A database that goes away in the middle is waited for: what was posted is known here and nowhere else.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from campaign.delivery.brakes import brake_lane
from campaign.delivery.calls import Post, group
from campaign.delivery.composing import compose
from campaign.delivery.ports import Call, Limited, MailSender, NotWritten, Refused
from campaign.delivery.posting import Poster, backoff
from campaign.delivery.topics import MailTopic
from campaign.kernel.tokens import KeyedHash
from campaign.outbox.claims import LEASE_SECONDS, Claim, claim
from campaign.outbox.leases import Outcome, advance, renew
from campaign.outbox.paces import get_seconds_to_next_letter

_log = logging.getLogger(__name__)

T = TypeVar("T")

DATABASE_GRACE_SECONDS = 600.0
"""How long a worker that knows what it posted waits for the database to write it down (after a stop: 10 s)."""

STOPPED_GRACE_SECONDS = 10.0


@dataclass(frozen=True)
class LaneOptions:
    """How a worker works a lane.

    `connections` bounds the letters that can be unknown after a kill; `claim_size` the messages leased at once.
    """

    lane: str
    connections: int = 1
    pumps: int = 1
    claim_size: int = 1000
    recipients_per_call: int = 1000
    lease_seconds: int = LEASE_SECONDS


def options_of(lane: str) -> LaneOptions:
    """Return how a worker works `lane`: letters one a call over many connections, everything else many a call.

    Housekeeping is work of seconds (a picture in each language), so few at a time: all are done within their lease.
    """
    if lane == "letters":
        return LaneOptions(lane, connections=32, pumps=2, claim_size=256, recipients_per_call=1)
    if lane == "housekeeping":
        return LaneOptions(lane, claim_size=4)
    return LaneOptions(lane)


@dataclass
class Lane:
    """A lane with all it takes to drain it."""

    sessions: Callable[[], Session]
    sender: MailSender
    topics: Mapping[str, MailTopic]
    hashes: KeyedHash
    options: LaneOptions
    on_backlog: Callable[[], None] = lambda: None
    stop: threading.Event = field(default_factory=threading.Event)
    _claiming: threading.Lock = field(default_factory=threading.Lock)

    def drain(self, seconds: float) -> Mapping[str, int]:
        """Work until nothing may go now, `seconds` have passed or `stop` is set; returns state → number settled.

        Raises:
            OperationalError, InterfaceError: the database is away (before anything was begun).
        """
        deadline = time.monotonic() + seconds
        pumps = self.options.pumps
        each = max(1, self.options.connections // pumps)
        with ThreadPoolExecutor(pumps) as threads:
            runs = [threads.submit(_Pump(self, each).run, deadline) for _ in range(pumps)]
        total: Counter[str] = Counter()
        for run in runs:
            total += run.result()
        return total

    def take(self) -> Claim:
        """Claim the next messages; one pump at a time, since a second one would find the pace locked."""
        with self._claiming, self.sessions() as session:
            found = claim(session, self.options.lane, self.options.claim_size, lease_seconds=self.options.lease_seconds)
            session.commit()
        return found

    def seconds_to_wait(self) -> float | None:
        """Return when the pace lets a letter go, or None where nothing is to be waited for."""
        if self.options.lane != "letters":
            return None
        with self.sessions() as session:
            return get_seconds_to_next_letter(session)


class _Pump:
    """One thread of a drain, with its share of the connections."""

    def __init__(self, lane: Lane, connections: int) -> None:
        self._lane = lane
        self._connections = connections
        self._settled: Counter[str] = Counter()

    def run(self, deadline: float) -> Counter[str]:
        """Claim and send until there is nothing more to do."""
        with ThreadPoolExecutor(self._connections) as threads:
            while not self._lane.stop.is_set() and time.monotonic() < deadline:
                taken = self._lane.take()
                if taken.messages:
                    # One long queue among many short ones fills a tenth of a claim (`outbox.claims`).
                    if len(taken.messages) >= self._lane.options.claim_size / 10:
                        self._lane.on_backlog()
                    pause = self._round(taken, threads)
                    self._lane.stop.wait(min(pause, max(deadline - time.monotonic(), 0.0)))
                    continue
                wait = self._lane.seconds_to_wait()
                if wait is None or time.monotonic() + wait > deadline:
                    break
                self._lane.stop.wait(min(max(wait, 0.05), 1.0))
        return self._settled

    def _round(self, taken: Claim, threads: ThreadPoolExecutor) -> float:
        """Send everything of one claim, or put it back; returns seconds to pause, where the provider wants it."""
        options = self._lane.options
        try:
            with self._lane.sessions() as session:
                composed = compose(session, taken.messages, self._lane.topics, self._lane.hashes)
                session.commit()  # a composer may write down the link it made
        except (OperationalError, InterfaceError):
            self._write_down(taken, [Outcome(message.id, "due") for message in taken.messages])
            raise
        attempts = {message.id: message.attempts for message in taken.messages}
        posts = group(composed.mails, options.recipients_per_call)
        topics = self._lane.topics
        once = frozenset(one.id for one in taken.messages if one.topic in topics and topics[one.topic].goes_once)
        poster = Poster(self._lane.sender, options.lane, lambda ids: self._renew(taken, ids), once)
        pending: Sequence[Outcome] = composed.outcomes
        pause = 0.0
        for start in range(0, len(posts), self._connections):
            wave = posts[start : start + self._connections]
            if self._lane.stop.is_set():
                pending = [*pending, *_put_back(posts[start:])]
                break
            begun = self._write_down(taken, pending, wave)
            wave = [part for post in wave if (part := _only(post, begun)).ids]
            posted = list(threads.map(lambda post: poster.post(post, attempts), wave))
            pending = [outcome for one in posted for outcome in one.outcomes]
            stop = next((one.stop for one in posted if one.stop is not None), None)
            if stop is not None:
                pause = self._pause(stop)
                pending = [*pending, *_put_back(posts[start + self._connections :], pause)]
                break
        self._write_down(taken, pending)
        return pause

    def _pause(self, stop: Limited | Refused | NotWritten) -> float:
        """Return how long to leave the provider alone; when we are refused ourselves, brake the whole lane."""
        if isinstance(stop, Refused):
            _log.error("the mail provider refuses us, the lane %s brakes: %s", self._lane.options.lane, stop.reason)
            self._commit(lambda session: brake_lane(session, self._lane.options.lane, stop.reason))
            return 0.0
        return stop.retry_seconds if isinstance(stop, Limited) else backoff(0)

    def _write_down(self, taken: Claim, outcomes: Sequence[Outcome], wave: Sequence[Post] = ()) -> frozenset[int]:
        """Settle what is known and begin the next wave, in one commit; returns the ids that may be posted."""
        ids = [message_id for post in wave for message_id in post.ids]
        if not ids and not outcomes:
            return frozenset()

        seconds = self._lane.options.lease_seconds

        def work(session: Session) -> frozenset[int]:
            # One statement is its own transaction: BEGIN and COMMIT would be two more round trips a wave.
            session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})
            return advance(session, taken.token, outcomes, ids, lease_seconds=seconds)

        begun = self._commit(work)
        self._settled.update(outcome.state for outcome in outcomes)
        return begun

    def _renew(self, taken: Claim, ids: Sequence[int]) -> None:
        self._commit(lambda session: renew(session, taken.token, ids, lease_seconds=self._lane.options.lease_seconds))

    def _commit(self, work: Callable[[Session], T]) -> T:
        """Run `work` and commit, again while the database is away: each of these may be repeated without harm."""
        started = time.monotonic()
        tries = 0
        while True:
            try:
                with self._lane.sessions() as session:
                    result = work(session)
                    session.commit()
                    return result
            except (OperationalError, InterfaceError) as error:
                grace = STOPPED_GRACE_SECONDS if self._lane.stop.is_set() else DATABASE_GRACE_SECONDS
                if time.monotonic() - started > grace:
                    raise
                _log.warning("the database is away, waiting to write down what was sent: %s", type(error).__name__)
                time.sleep(min(0.1 * 2**tries, 2.0))
                tries += 1


def _only(post: Post, begun: frozenset[int]) -> Post:
    """Return the call without the recipients that are no longer ours."""
    if begun.issuperset(post.ids):
        return post
    kept = [
        (message_id, who) for message_id, who in zip(post.ids, post.call.recipients, strict=True) if message_id in begun
    ]
    return Post(Call(post.call.content, tuple(who for _, who in kept)), tuple(message_id for message_id, _ in kept))


def _put_back(posts: Sequence[Post], retry_seconds: float = 0.0) -> list[Outcome]:
    return [Outcome(message_id, "due", retry_seconds=retry_seconds) for post in posts for message_id in post.ids]
