"""What a chaos run does: how many supporters, who dies, how lossy the provider is, and how long it may take."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

LETTERS_WORKER = "letters worker"
CRITICAL_WORKER = "critical worker"
WEB_WORKER = "granian worker"
WEB_MAIN = "granian main"
VALKEY = "Valkey"
POSTGRES = "PostgreSQL"
SUPERVISOR = "supervisor"
TICKER = "ticker"

LANE_OF = {LETTERS_WORKER: "letters", CRITICAL_WORKER: "critical"}
"""The queue workers: each is killed while rows of its own lane are `sending`."""


@dataclass(frozen=True)
class Death:
    """One kill.

    Attributes:
        role: Whose.
        after_seconds: The quiet time before it.
        under_way_seconds: How long the calls it hits must have been under way. Nothing: most have not been written yet.
            Some tenths: the provider took the mail and is slow to say so, which is when a blind repeat does harm.
    """

    role: str
    after_seconds: float
    under_way_seconds: float


@dataclass(frozen=True)
class Plan:
    """One run. Equal seeds give equal deaths in equal order; when exactly each strikes, the rows decide.

    Attributes:
        seed: Of the deaths, of the victims among equals and of the sink's faults.
        supporters: How many sign and write one letter each.
        marchers: How many RSVP to a march that has places for half of them.
        kills: Role to number of deaths.
        must_hit: How many deaths must meet rows that are `sending`.
        queue_workers: Processes a lane.
        faults: The sink's shares.
        slow_seconds: How late its slow answers come.
        pause_seconds: The longest quiet time before a death.
        aim_seconds: How long a death waits for rows that are `sending`.
        settle_seconds: How long the rows may take to come to rest after the last death.
        most_seconds: How long all of it may take.
        hurries: End the leases of dead workers by hand, because a minute's lease would outlast a small run. Right only
            where each lane has one worker, whose every row is then a dead one's.
    """

    seed: int
    supporters: int
    marchers: int
    kills: Mapping[str, int]
    must_hit: int
    queue_workers: int
    faults: Mapping[str, float] = field(
        default_factory=lambda: {
            "answered_5xx": 0.03,
            "answered_429": 0.03,
            "slow": 0.3,
            "lost_reply": 0.05,
            "dropped": 0.04,
        }
    )
    slow_seconds: float = 0.7
    pause_seconds: float = 2.0
    aim_seconds: float = 20.0
    settle_seconds: float = 240.0
    most_seconds: float = 900.0
    hurries: bool = False

    def __post_init__(self) -> None:
        """Refuse a plan that would end the leases of the living."""
        if self.hurries and self.queue_workers != 1:
            raise ValueError("leases can be ended by hand only where each lane has one worker")

    def deaths(self) -> list[Death]:
        """Return the deaths in their order; every other one of a role hits calls that are under way for a while."""
        drawn = random.Random(f"deaths {self.seed}")
        chosen = [(role, n % 2 == 0) for role, number in self.kills.items() for n in range(number)]
        drawn.shuffle(chosen)
        return [
            Death(role, drawn.uniform(0, self.pause_seconds), self.slow_seconds * drawn.uniform(0.2, 0.6) * is_late)
            for role, is_late in chosen
        ]


def full(seed: int) -> Plan:
    """Return what `make chaos` runs: 500 pledges, 500 letters, two workers a lane, leases of their full minute."""
    kills = {
        LETTERS_WORKER: 14,
        CRITICAL_WORKER: 6,
        WEB_WORKER: 5,
        WEB_MAIN: 3,
        VALKEY: 4,
        POSTGRES: 4,
        SUPERVISOR: 4,
        TICKER: 2,
    }
    return Plan(seed, supporters=500, marchers=300, kills=kills, must_hit=20, queue_workers=2)


def small(seed: int) -> Plan:
    """Return what the suite runs: everybody dies once, a letters worker twice."""
    kills = {
        LETTERS_WORKER: 2,
        CRITICAL_WORKER: 1,
        WEB_WORKER: 1,
        WEB_MAIN: 1,
        VALKEY: 1,
        POSTGRES: 1,
        SUPERVISOR: 1,
    }
    return Plan(
        seed,
        supporters=40,
        marchers=24,
        kills=kills,
        must_hit=1,
        queue_workers=1,
        slow_seconds=0.5,
        pause_seconds=0.3,
        aim_seconds=8.0,
        settle_seconds=90.0,
        most_seconds=240.0,
        hurries=True,
    )
