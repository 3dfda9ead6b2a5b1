"""Groups commands that arrive at about the same time into one transaction, and answers each after the commit.

    request threads ─ submit(command) ─► bounded queue ─► one thread: gate ─► run(session, batch) ─► commit ─► answers

While one batch commits, the next gathers, so the batch grows with the load and a lone command waits for nobody; only a
batch that follows one of several waits a moment for more, because what a batch costs is shared by those in it. The
thread owns a plain session outside of any application context. Batches are idempotent by contract: the same command
again gets the same answer, so a batch whose fate is unknown (connection lost in the commit) is simply run again.

What goes wrong with one command stays with it: a data error bisects the batch until the bad command stands alone. So
does a key that stays taken. It is no neighbour's then, which the next attempt would have found, but one command's.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from campaign.kernel.errors import TryLaterError
from campaign.kernel.retrying import ATTEMPTS, is_of_one_row, is_passing, run_again

C = TypeVar("C")
O = TypeVar("O")  # noqa: E741 - outcome, beside C for command

log = logging.getLogger(__name__)

GATHER_SECONDS = 0.005
"""How long a batch waits for company under load. Source: docs/performance.md."""


_ATTEMPTS_OF_A_HALF = 2
"""A batch is halved over a taken key after it was tried `ATTEMPTS` times; its halves are spared most of the pauses, for
nine halvings of a batch of 500 must end before those who wait give up."""


class Overloaded(TryLaterError):  # noqa: N818 - reads as the answer it is
    """The queue is full, or the answer took too long; what was typed is still in the visitor's hands."""


class _Ticket(Generic[C, O]):
    """One command waiting for its answer."""

    __slots__ = ("command", "done", "error", "outcome")

    def __init__(self, command: C) -> None:
        self.command = command
        self.done = threading.Lock()
        self.done.acquire()
        self.outcome: O | None = None
        self.error: Exception | None = None

    def answer(self, outcome: O) -> None:
        self.outcome = outcome
        self.done.release()

    def fail(self, error: Exception) -> None:
        self.error = error
        self.done.release()


class Coalescer(Generic[C, O]):
    """Runs commands of one type in batches.

    Args:
        sessions: opens a plain session.
        run: takes a session and a batch, returns one outcome a command in the same order; must be idempotent.
        gate: optional check before the database, one error or None a command (limits: one round trip a batch).
        after_commit: optional, called after each commit (a nudge for the queue); must not raise.
        max_waiting: bound of the queue, in commands; beyond it `submit` raises `Overloaded`.
        max_batch: most commands in one transaction.
        timeout_seconds: how long `submit` waits for its answer.
    """

    def __init__(
        self,
        sessions: Callable[[], Session],
        run: Callable[[Session, Sequence[C]], Sequence[O]],
        *,
        gate: Callable[[Sequence[C]], Sequence[Exception | None]] | None = None,
        after_commit: Callable[[], None] | None = None,
        max_waiting: int = 1000,
        max_batch: int = 500,
        timeout_seconds: float = 15.0,
    ) -> None:
        self._sessions = sessions
        self._run = run
        self._gate = gate
        self._after_commit = after_commit
        self._max_waiting = max_waiting
        self._max_batch = max_batch
        self._timeout_seconds = timeout_seconds
        self._queue: deque[_Ticket[C, O]] = deque()
        self._wakeup = threading.Condition()
        self._thread: threading.Thread | None = None
        self._is_closing = False

    def submit(self, command: C) -> O:
        """Run `command` in the next batch; return its outcome after the commit, or raise what it met."""
        ticket = self._enqueue(command)
        if not ticket.done.acquire(timeout=self._timeout_seconds):
            raise Overloaded("no answer in time; sending the same again is safe")
        if ticket.error is not None:
            raise ticket.error
        return ticket.outcome  # type: ignore[return-value]

    def close(self) -> None:
        """Finish what is queued, then stop the thread."""
        with self._wakeup:
            self._is_closing = True
            self._wakeup.notify()
        if self._thread is not None:
            self._thread.join()

    def _enqueue(self, command: C) -> _Ticket[C, O]:
        ticket: _Ticket[C, O] = _Ticket(command)
        with self._wakeup:
            if self._is_closing or len(self._queue) >= self._max_waiting:
                raise Overloaded("too much at once")
            self._queue.append(ticket)
            if self._thread is None:  # started with the first command: after any fork, in the process that serves
                self._thread = threading.Thread(target=self._work, name="coalescer", daemon=True)
                self._thread.start()
            self._wakeup.notify()
        return ticket

    def _work(self) -> None:
        is_busy = False
        while True:
            with self._wakeup:
                while not self._queue and not self._is_closing:
                    self._wakeup.wait()
                if not self._queue:
                    return
            if is_busy and not self._is_closing:
                time.sleep(GATHER_SECONDS)
            with self._wakeup:
                batch = [self._queue.popleft() for _ in range(min(len(self._queue), self._max_batch))]
            is_busy = len(batch) > 1
            try:
                self._settle(self._admit(batch))
            except Exception as error:
                log.exception("a batch failed in an unforeseen way")
                for ticket in batch:
                    if ticket.outcome is None and ticket.error is None and ticket.done.locked():
                        ticket.fail(error)

    def _admit(self, batch: list[_Ticket[C, O]]) -> list[_Ticket[C, O]]:
        if self._gate is None:
            return batch
        admitted = []
        for ticket, error in zip(batch, self._gate([t.command for t in batch]), strict=True):
            if error is None:
                admitted.append(ticket)
            else:
                ticket.fail(error)
        return admitted

    def _settle(self, batch: list[_Ticket[C, O]], attempts: int = ATTEMPTS) -> None:
        """Run `batch`; where it holds something that cannot be stored, bisect it."""
        if not batch:
            return
        try:
            outcomes = self._run_with_retries([t.command for t in batch], attempts)
        except TryLaterError as error:
            if is_of_one_row(error.__cause__) and len(batch) > 1:
                self._settle_halves(batch, _ATTEMPTS_OF_A_HALF)
                return
            for ticket in batch:
                ticket.fail(error)
        except Exception as error:  # noqa: BLE001 - the error belongs to whoever caused it, found by halving
            if len(batch) == 1:
                batch[0].fail(error)
                return
            self._settle_halves(batch, attempts)
        else:
            for ticket, outcome in zip(batch, outcomes, strict=True):
                ticket.answer(outcome)

    def _settle_halves(self, batch: list[_Ticket[C, O]], attempts: int) -> None:
        middle = len(batch) // 2
        self._settle(batch[:middle], attempts)
        self._settle(batch[middle:], attempts)

    def _run_with_retries(self, commands: list[C], attempts: int) -> Sequence[O]:
        return run_again(
            lambda: self._run_once(commands),
            is_worth_it=is_passing,
            what=f"a batch of {len(commands)}",
            busy=Overloaded,
            attempts=attempts,
        )

    def _run_once(self, commands: list[C]) -> Sequence[O]:
        with self._sessions() as session:
            outcomes = self._run(session, commands)
            session.commit()
        if self._after_commit is not None:
            self._after_commit()
        return outcomes
