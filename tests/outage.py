"""The provider is away, with confirmations and letters waiting: what is sent, doubled, left unknown, dead.

    python -m tests.outage                      every way of being away, for 20 s and for an hour, as a table
    python -m tests.outage --way slow --seconds 3600 --speed 120
    python -m tests.outage --running            the provider goes away in the middle of sending
    python -m tests.outage --told               its events tell, soon, what it took

The hour is not waited for: every time in delivery that counts in seconds (time-outs, waits, backoff, the spaces of the
rule of repeats) is divided by `speed`, and so is the outage. The calls, the database and the ledger of the sink are
real. Unless `--told`, nobody tells afterwards what became of a mail (no events, no mail log): the worst account a
provider can have.
"""

import argparse
import contextlib
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import sessionmaker

from campaign.delivery import http, lanes, slowing
from campaign.delivery.lanes import Lane, options_of
from campaign.delivery.sendgrid import SendGridSender
from campaign.delivery.topics import Content, Mail, MailTopic
from campaign.kernel.keyed_hash import KeyedHash
from campaign.outbox.commands import NewMessage
from campaign.outbox.leases import News, follow
from campaign.outbox.paces import set_mailbox_pace
from campaign.outbox.service import append
from tests.sink import Sink

WAYS = {
    "503": "answers 503 to everything",
    "deaf": "answers nothing at all",
    "silent": "answers questions, never a mail",
    "slow": "takes mails, answers after the time-out",
    "refused": "refuses connections",
}
DURATIONS = (20.0, 3600.0)
WAITING = 200
AFTERWARDS_SECONDS = 4200.0
"""How long we go on after the provider is back: longer than the last repeat waits."""

DRAIN_SECONDS, POLL_SECONDS = 30.0, 5.0
TOLD_SECONDS = 10.0
SLOW_SECONDS = 60.0

_MAILBOX = "ceo@kroger.example"
_SENDER = "Fair Food <mail@campaign.example>"


@dataclass(frozen=True)
class Count:
    """What became of the messages of one lane; `most` is the number of copies of the one that was taken most often."""

    sent: int
    doubled: int
    most: int
    unknown: int
    dead: int
    due: int
    begun: int


@contextlib.contextmanager
def hurried(speed: float) -> Iterator[None]:
    """Divide every time of delivery by `speed` for the length of the block. Knows older releases too."""
    kept: list[tuple[object, str, object]] = []

    def put(place: object, name: str, value: object) -> None:
        kept.append((place, name, getattr(place, name)))
        setattr(place, name, value)

    for name in ("READ_TIMEOUT_SECONDS", "QUESTION_TIMEOUT_SECONDS"):
        if hasattr(http, name):
            put(http, name, getattr(http, name) / speed)
    backoff = slowing.backoff
    put(slowing, "backoff", lambda attempts: backoff(attempts) / speed)
    with contextlib.suppress(ImportError):
        from campaign.delivery import circuit
        from campaign.outbox import repeats

        for name in ("FIRST_SECONDS", "STALE_SECONDS", "PROBE_ANYWAY_SECONDS"):
            put(circuit, name, getattr(circuit, name) / speed)
        put(repeats, "REPEAT_AFTER_SECONDS", tuple(seconds / speed for seconds in repeats.REPEAT_AFTER_SECONDS))
    try:
        yield
    finally:
        for place, name, value in reversed(kept):
            setattr(place, name, value)


def _compose(_session: object, messages: object) -> list[Mail]:
    """A mail each; letters travel alone because their contents differ."""
    return [
        Mail(
            _MAILBOX if message.topic == "letters.letter" else f"p{message.id}@people.example",
            Content(_SENDER, f"Join {message.id}" if message.topic == "letters.letter" else "Confirm", "Hello"),
        )
        for message in messages
    ]


class _Worker:
    """A worker of one lane, without its process: drains, and looks again every five (hurried) seconds."""

    def __init__(self, engine: Engine, url: str, lane: str, speed: float) -> None:
        topic = {"critical": "petitions.confirm", "letters": "letters.letter"}[lane]
        sender = SendGridSender("SG.outage", url)
        options = options_of(lane)
        self._lane = Lane(
            sessionmaker(engine), sender, {topic: MailTopic(topic, lane, _compose)}, KeyedHash("k" * 32), options
        )
        if hasattr(self._lane, "circuit"):
            self._lane.circuit._most_seconds = options.longest_wait_seconds / speed
        self._speed = speed
        self._thread = threading.Thread(target=self._run, name=lane)
        self._thread.start()

    def _run(self) -> None:
        while not self._lane.stop.is_set():
            self._lane.drain(DRAIN_SECONDS / self._speed)
            self._lane.stop.wait(POLL_SECONDS / self._speed)

    def stop(self) -> None:
        self._lane.stop.set()
        self._thread.join()


def _add(engine: Engine, count: int) -> None:
    with sessionmaker(engine)() as session:
        set_mailbox_pace(session, _MAILBOX, 36_000_000, is_always_open=True)
        for n in range(count):
            letter = {"campaign_id": 1, "company_id": 1, "action_id": n, "mailbox": _MAILBOX}
            append(
                session,
                [
                    NewMessage("critical", "petitions.confirm", campaign_id=1, action_id=n),
                    NewMessage("letters", "letters.letter", **letter),
                ],
            )
        session.commit()


def _states(engine: Engine, lane: str) -> Counter[str]:
    with engine.connect() as connection:
        return Counter(connection.scalars(text("SELECT state FROM outbox_messages WHERE lane = :l"), {"l": lane}).all())


def _is_over(engine: Engine) -> bool:
    """Whether nothing can change any more: letters of unknown fate are not sent again; without `repeats` nothing is."""
    settled = {"sent", "delivered", "dead"}
    left = settled if hasattr(lanes, "repeat") else settled | {"unknown"}
    return set(_states(engine, "critical")) <= left and set(_states(engine, "letters")) <= settled | {"unknown"}


def _tell(engine: Engine, sink: Sink, speed: float, over: threading.Event) -> None:
    """What the provider's events do, every few (hurried) seconds: say what it took."""
    while not over.wait(TOLD_SECONDS / speed):
        ids = {"ids": sink.ids("accepted", "message")}
        with sessionmaker(engine)() as session:
            rows = session.execute(
                text("SELECT id FROM outbox_messages WHERE public_id = ANY(CAST(:ids AS uuid[]))"), ids
            )
            follow(session, [News(message_id, "delivered") for message_id in rows.scalars()])
            session.commit()


def _until(condition: object, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)


def _go_away(sink: Sink, way: str) -> None:
    if way == "503":
        sink.refuse_with = 503
    elif way == "deaf":
        sink.is_deaf = True
    elif way == "refused":
        sink.shut()
    else:
        sink.set_rates({way: 1.0})


def _come_back(sink: Sink, way: str) -> None:
    sink.refuse_with, sink.is_deaf = None, False
    sink.set_rates({})
    if way == "refused":
        sink.reopen()


def strike(
    engine: Engine,
    way: str,
    seconds: float,
    speed: float,
    *,
    waiting: int = WAITING,
    is_running: bool = False,
    is_told: bool = False,
) -> Mapping[str, Count]:
    """Let the provider be away; returns lane → what became of its messages, once it was back for long.

    Args:
        engine: an empty database; it is left full.
        way: one of WAYS.
        seconds: how long it is away, before the hurry.
        speed: by how much everything is hurried.
        waiting: how many confirmations, and how many letters, wait.
        is_running: whether the workers had been sending until the moment it went away.
        is_told: whether its events tell what it took.
    """
    with hurried(speed), Sink(slow_seconds=SLOW_SECONDS / speed, email_logs=False) as sink:
        if not is_running:
            _go_away(sink, way)
            _add(engine, waiting)
        over = threading.Event()
        teller = threading.Thread(target=_tell, args=(engine, sink, speed, over))
        if is_told:
            teller.start()
        workers = [_Worker(engine, sink.url, lane, speed) for lane in ("critical", "letters")]
        try:
            if is_running:
                _add(engine, waiting)
                _until(lambda: sink.recipients >= waiting, 30.0)
                _go_away(sink, way)
                _add(engine, waiting)
            time.sleep(seconds / speed)  # the outage itself
            _come_back(sink, way)
            _until(lambda: _is_over(engine), AFTERWARDS_SECONDS / speed)
        finally:
            over.set()
            for worker in workers:
                worker.stop()
            if is_told:
                teller.join()
        copies = Counter(sink.ids("accepted", "message"))
    return {lane: _count(engine, lane, copies) for lane in ("critical", "letters")}


def _count(engine: Engine, lane: str, copies: Mapping[str, int]) -> Count:
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT public_id::text, state, attempts FROM outbox_messages WHERE lane = :lane"), {"lane": lane}
        ).all()
    states = Counter(row.state for row in rows)
    taken = [copies.get(row.public_id, 0) for row in rows]
    return Count(
        sent=states["sent"] + states["delivered"],
        doubled=sum(count > 1 for count in taken),
        most=max(taken, default=0),
        unknown=states["unknown"],
        dead=states["dead"],
        due=states["due"] + states["sending"],
        begun=sum(row.attempts for row in rows),
    )


def empty(engine: Engine) -> None:
    """Forget every message, between two outages."""
    with engine.begin() as connection:
        connection.execute(text("TRUNCATE outbox_messages, outbox_turns, outbox_switches, pace_slots RESTART IDENTITY"))


_HEAD = f"{'provider':<42}{'away':>7}  {'lane':<10}{'sent':>6}{'doubled':>9}{'most':>6}{'unknown':>9}{'dead':>6}{'due':>5}{'begun':>7}"


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.outage", description="Let the mail provider be away.")
    parser.add_argument("--way", choices=WAYS, action="append")
    parser.add_argument("--seconds", type=float, action="append")
    parser.add_argument("--speed", type=float, help="by default 20 for outages of seconds, 120 for those of an hour")
    parser.add_argument("--told", action="store_true", help="its events tell what it took")
    parser.add_argument("--running", action="store_true", help="it goes away in the middle of sending")
    options = parser.parse_args()
    from campaign.migrating import bring_up_to_date
    from tests.servers import start_servers

    servers = start_servers()
    try:
        url = servers.database_url.replace("postgresql://", "postgresql+psycopg://", 1)
        bring_up_to_date(url)
        engine = create_engine(url, pool_size=20)
        sys.stdout.write(f"{_HEAD}\n")
        for seconds in options.seconds or DURATIONS:
            for way in options.way or WAYS:
                speed = options.speed or (20.0 if seconds < 300 else 120.0)
                empty(engine)
                for lane, count in strike(
                    engine, way, seconds, speed, is_running=options.running, is_told=options.told
                ).items():
                    numbers = f"{count.sent:>6}{count.doubled:>9}{count.most:>6}{count.unknown:>9}{count.dead:>6}"
                    sys.stdout.write(
                        f"{WAYS[way]:<42}{seconds:>6.0f}s  {lane:<10}{numbers}{count.due:>5}{count.begun:>7}\n"
                    )
                sys.stdout.flush()
        engine.dispose()
    finally:
        servers.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
