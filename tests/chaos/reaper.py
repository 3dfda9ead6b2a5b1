"""Kills with -9, at moments when rows are `sending`.

A queue worker is stopped first (SIGSTOP), its lane's rows are counted while it cannot settle them, and only then is it
killed: such a hit cannot be missed by a hair. The others are killed the moment rows are seen `sending`.
"""

import random
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from campaign.embedded.identity import ProcessIdentity, wait_gone
from tests.chaos import plan
from tests.chaos.books import Books
from tests.chaos.installation import Installation
from tests.chaos.waiting import until

STOKE_SECONDS = 0.5
AIM_POLL_SECONDS = 0.005
RESTART_SECONDS = 60.0
_LANES = ("critical", "letters")
_ROSTER = {plan.WEB_MAIN: "web", plan.VALKEY: "valkey", plan.POSTGRES: "postgres", plan.TICKER: "ticker"}


@dataclass(frozen=True)
class Kill:
    """A death that happened, and how many rows of which lane were `sending` at that moment."""

    role: str
    sending: Mapping[str, int]

    @property
    def is_hit(self) -> bool:
        """Whether any were."""
        return any(self.sending.values())


class Reaper:
    """Carries out a plan's deaths, one after the other."""

    def __init__(self, chosen: plan.Plan, installation: Installation, books: Books) -> None:
        self._plan = chosen
        self._installation = installation
        self._books = books
        self._random = random.Random(f"victims {chosen.seed}")
        self._left_at = 0.0

    def strike(self, death: plan.Death, stoke: Callable[[], None]) -> Kill:
        """Wait for a good moment, kill, and see the victim gone. A supervisor is started again.

        Args:
            death: Whose, and how far into a call.
            stoke: Brings something to be sent, where nothing is for a while.
        """
        aimed = time.monotonic()
        stoked = aimed
        while True:
            self._installation.require_supervisor()
            is_last_chance = time.monotonic() > aimed + self._plan.aim_seconds
            sending = self._count(death)
            if sending or is_last_chance:
                kill = self._kill(death, sending, is_last_chance=is_last_chance)
                if kill is not None:
                    return kill
            if time.monotonic() > stoked + STOKE_SECONDS:
                stoke()
                stoked = time.monotonic()
            time.sleep(AIM_POLL_SECONDS)

    def _kill(self, death: plan.Death, sending: Mapping[str, int], *, is_last_chance: bool) -> Kill | None:
        role = death.role
        if role == plan.SUPERVISOR:
            return self._kill_supervisor(sending)
        victim = until(lambda: self._find(role), f"a {role} to kill", RESTART_SECONDS)
        if role in plan.LANE_OF:
            victim.signal(signal.SIGSTOP)
            sending = self._count(death)
            if not sending and not is_last_chance:
                victim.signal(signal.SIGCONT)
                return None
        victim.signal(signal.SIGKILL)
        assert wait_gone(victim, 10), f"a {role} that was killed still runs"
        if role in plan.LANE_OF:
            self._leave_behind([plan.LANE_OF[role]], time.time())
        return Kill(role, sending)

    def _kill_supervisor(self, sending: Mapping[str, int]) -> Kill:
        before = self._installation.processes()
        self._installation.kill_supervisor()
        died_at = time.time()
        self._installation.start()
        # The next start ended whatever the kernel had not.
        left = [one for one in before if not wait_gone(one, 10)]
        assert not left, f"outlived their supervisor: {left}"
        self._leave_behind(_LANES, died_at)
        return Kill(plan.SUPERVISOR, sending)

    def _leave_behind(self, lanes: Sequence[str], died_at: float) -> None:
        """Remember since when leases are the living's; where the plan says so, end the dead ones' at once."""
        self._left_at = died_at
        if self._plan.hurries:
            until(lambda: self._books.end_leases(lanes, self._left_at), "the database can be asked", RESTART_SECONDS)

    def _count(self, death: plan.Death) -> Mapping[str, int]:
        sending = self._books.count_sending(self._left_at, death.under_way_seconds)
        lane = plan.LANE_OF.get(death.role)
        return {name: number for name, number in sending.items() if lane in (None, name)}

    def _find(self, role: str) -> ProcessIdentity | None:
        if role == plan.WEB_WORKER:
            workers = self._installation.web_workers()
            return self._random.choice(workers) if workers else None
        if role in _ROSTER:
            return self._installation.find(_ROSTER[role])
        names = [f"worker {plan.LANE_OF[role]} {n + 1}" for n in range(self._installation.queue_workers)]
        return self._installation.find(self._random.choice(names))
