"""Drain a lane: claim, compose, begin, post, settle, as docs/delivery.md draws it; no call is made in a transaction.

::

    pump:  claim ─commit─► compose ─► wave ─► wave … ─► {settle} ─commit─► claim …
    wave:  {settle the last wave, begin this one} ─commit─► POST, as many at once as there are connections

A letters wave is as many letters as the pump has connections, and its commit begins no more; so a worker that is
killed leaves at most `connections` letters unknown. Settling rides in the next wave's commit: one commit a wave. Two
pumps share the connections, so that one posts while the other commits. Other lanes post one call of many recipients
at a time.

How much may be claimed is the circuit's word: while nobody knows whether the provider takes mail, one message. When a
wave fails, what had not begun goes back to its place in the queue. Once nothing else is due, or the provider is known
to take mail, messages whose end nobody knows are sent again by the rule of `campaign.outbox.repeats`.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from uuid import uuid4

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from campaign.delivery.calls import Post, group
from campaign.delivery.circuit import Circuit
from campaign.delivery.composing import Composed, compose
from campaign.delivery.ledger import Ledger
from campaign.delivery.ports import Call, MailSender, Refused
from campaign.delivery.posting import CallPoster, Outcomes
from campaign.delivery.slowing import slow_lane
from campaign.delivery.topics import MailTopic
from campaign.kernel.keyed_hash import KeyedHash
from campaign.kernel.lanes import LaneName
from campaign.outbox.claims import LEASE_SECONDS, Claim, claim
from campaign.outbox.leases import Outcome
from campaign.outbox.paces import get_seconds_to_next_letter
from campaign.outbox.repeats import repeat

_log = logging.getLogger(__name__)

_MOMENT_SECONDS = 0.02
"""The shortest wait for something that is about to happen."""


@dataclass(frozen=True)
class LaneOptions:
    """How a worker works a lane.

    `connections` bounds the letters that can be unknown after a kill; `claim_size` the messages leased at once;
    `longest_wait_seconds` how long a provider that is away is left alone between two probes.
    """

    lane: LaneName
    connections: int = 1
    pumps: int = 1
    claim_size: int = 1000
    recipients_per_call: int = 1000
    lease_seconds: int = LEASE_SECONDS
    longest_wait_seconds: float = 60.0


def options_of(lane: LaneName) -> LaneOptions:
    """Return how a worker works `lane`: letters one a call over many connections, everything else many a call.

    Housekeeping is work of seconds (a picture in each language), so few at a time: all are done within their lease.
    A letter that was probed with is not sent again by itself, and nobody waits for it in minutes: fewer probes.
    """
    if lane == "letters":
        return LaneOptions(
            lane, connections=32, pumps=2, claim_size=256, recipients_per_call=1, longest_wait_seconds=300.0
        )
    if lane == "housekeeping":
        return LaneOptions(lane, claim_size=4)
    return LaneOptions(lane, longest_wait_seconds=60.0 if lane == "critical" else 300.0)


@dataclass
class Lane:
    """A lane with all it takes to drain it. What its circuit knows of the provider lasts from drain to drain."""

    sessions: Callable[[], Session]
    sender: MailSender
    topics: Mapping[str, MailTopic]
    hashes: KeyedHash
    options: LaneOptions
    on_backlog: Callable[[], None] = lambda: None
    stop: threading.Event = field(default_factory=threading.Event)
    _claiming: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.circuit = Circuit(self.options.lane, self.options.longest_wait_seconds)

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
        """Claim the next messages; one pump at a time, since a second one would find the pace locked.

        A claim with messages is an admission of the circuit's, which the pump ends.
        """
        with self._claiming:
            limit = self.circuit.admit(self.options.claim_size)
            if not limit:
                return Claim(uuid4(), ())
            try:
                found = self._claim(limit)
            except BaseException:
                self.circuit.leave()
                raise
        if not found.messages:
            self.circuit.leave()
        return found

    def _claim(self, limit: int) -> Claim:
        lane, is_proven = self.options.lane, self.circuit.is_proven
        once = [topic.name for topic in self.topics.values() if topic.goes_once]
        with self.sessions() as session:
            if is_proven:
                repeat(session, lane, limit, once)
            found = claim(session, lane, limit, lease_seconds=self.options.lease_seconds)
            if not found.messages and not is_proven and repeat(session, lane, limit, once):
                found = claim(session, lane, limit, lease_seconds=self.options.lease_seconds)
            session.commit()
        return found

    def seconds_to_wait(self) -> float | None:
        """Return when the circuit or the pace lets something go, or None where nothing is to be waited for."""
        away = self.circuit.seconds_to_wait()
        if away > 0 or self.options.lane != "letters":
            return away or None
        with self.sessions() as session:
            return get_seconds_to_next_letter(session)


class _Pump:
    """One thread of a drain, with its share of the connections."""

    def __init__(self, lane: Lane, connections: int) -> None:
        self._lane = lane
        self._connections = connections
        self._ledger = Ledger(lane.sessions, lane.options.lane, lane.options.lease_seconds, lane.stop)

    def run(self, deadline: float) -> Counter[str]:
        """Claim and send until there is nothing more to do."""
        with ThreadPoolExecutor(self._connections) as threads:
            while not self._lane.stop.is_set() and time.monotonic() < deadline:
                taken = self._lane.take()
                if taken.messages:
                    # One long queue among many short ones fills a tenth of a claim (`outbox.claims`).
                    if len(taken.messages) >= self._lane.options.claim_size / 10:
                        self._lane.on_backlog()
                    self._round(taken, threads)
                    continue
                wait = self._lane.seconds_to_wait()
                if wait is None or time.monotonic() + wait > deadline:
                    break
                self._lane.stop.wait(min(max(wait, _MOMENT_SECONDS), 1.0))
        return self._ledger.settled

    def _round(self, taken: Claim, threads: ThreadPoolExecutor) -> None:
        """Send everything of one claim, or put it back."""
        circuit = self._lane.circuit
        try:
            if circuit.asks_first and not self._lane.sender.answers():
                circuit.unanswered()
                self._ledger.advance(taken, [Outcome(message.id, "due") for message in taken.messages])
                return
            composed = self._compose(taken)
            posts = group(composed.mails, self._lane.options.recipients_per_call)
            self._send(taken, posts, composed.outcomes, threads)
        finally:
            circuit.leave()

    def _compose(self, taken: Claim) -> Composed:
        lane = self._lane
        try:
            with lane.sessions() as session:
                composed = compose(session, taken.messages, lane.topics, lane.hashes)
                session.commit()  # a composer may write down the link it made
        except (OperationalError, InterfaceError):
            self._ledger.advance(taken, [Outcome(message.id, "due") for message in taken.messages])
            raise
        return composed

    def _send(
        self, taken: Claim, posts: Sequence[Post], pending: Sequence[Outcome], threads: ThreadPoolExecutor
    ) -> None:
        """Post wave by wave, each begun in the commit that settles the one before."""
        attempts = {message.id: message.attempts for message in taken.messages}
        poster = CallPoster(self._lane.sender, lambda ids: self._ledger.renew(taken, ids))
        for start in range(0, len(posts), self._connections):
            wave = posts[start : start + self._connections]
            if self._lane.stop.is_set() or self._lane.circuit.is_waiting:
                pending = [*pending, *_put_back(posts[start:])]
                break
            begun = self._ledger.advance(taken, pending, wave)
            # What a switch stopped since the claim goes back; what was withdrawn has lost its token, and stays so.
            pending = [outcome for outcome in _put_back(wave) if outcome.id not in begun]
            wave = [part for post in wave if (part := _only(post, begun)).ids]
            posted = list(threads.map(lambda post: poster.post(post, attempts), wave))
            pending += [outcome for one in posted for outcome in one.outcomes]
            if not self._may_go_on(posted):
                pending = [*pending, *_put_back(posts[start + self._connections :])]
                break
        self._ledger.advance(taken, pending)

    def _may_go_on(self, posted: Sequence[Outcomes]) -> bool:
        """Learn from a wave; returns whether the next may follow. Where we are refused ourselves, brake the lane."""
        stops = [one.stop for one in posted if one.stop is not None]
        for stop in stops:
            if isinstance(stop, Refused):
                _log.error("the mail provider refuses us, the lane %s brakes: %s", self._lane.options.lane, stop.reason)
                self._ledger.brake(stop.reason)
                return False
        return slow_lane(self._lane.circuit, stops, len(posted))


def _only(post: Post, begun: frozenset[int]) -> Post:
    """Return the call without the recipients that are no longer ours."""
    if begun.issuperset(post.ids):
        return post
    kept = [
        (message_id, who) for message_id, who in zip(post.ids, post.call.recipients, strict=True) if message_id in begun
    ]
    return Post(Call(post.call.content, tuple(who for _, who in kept)), tuple(message_id for message_id, _ in kept))


def _put_back(posts: Sequence[Post]) -> list[Outcome]:
    return [Outcome(message_id, "due") for post in posts for message_id in post.ids]
