"""One chaos run from start to judgement."""

import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from campaign.mail_stand_in.messages import Message
from tests.chaos import plan
from tests.chaos.books import Books
from tests.chaos.counting import Counting
from tests.chaos.crowd import SLUG, Crowd
from tests.chaos.installation import HERE, HOST, Installation
from tests.chaos.judging import Evidence, judge
from tests.chaos.march import MarchEvidence
from tests.chaos.marchers import Marchers
from tests.chaos.reaper import Kill, Reaper
from tests.chaos.report import render
from tests.chaos.visitor import Visitor
from tests.chaos.waiting import WaitedInVainError, until
from tests.sink import Sink

_FAULTS = ("lost_reply", "dropped")


@dataclass(frozen=True)
class Verdict:
    """What came out: the table, the promises broken, and all that the installation said."""

    table: str
    broken: Sequence[str]
    said: str

    def __str__(self) -> str:
        """The table, and what is wrong below it."""
        wrong = [f"BROKEN: {sentence}" for sentence in self.broken]
        return "\n".join([self.table, "", *(wrong or ["every promise was kept"])])


def run(chosen: plan.Plan, say: Callable[[str], None] = lambda _line: None) -> Verdict:
    """Carry out `chosen`; everything it started is gone when this returns or raises.

    Raises:
        WaitedInVainError: the installation did not come up, or a victim was not to be found.
    """
    started = time.monotonic()

    def tell(line: str) -> None:
        say(f"{time.monotonic() - started:5.1f} s: {line}")

    with (
        Sink(seed=chosen.seed, rates=chosen.faults, slow_seconds=chosen.slow_seconds, email_logs=False) as sink,
        Installation(sink.url, queue_workers=chosen.queue_workers) as installation,
        closing(Books(installation)) as books,
    ):
        installation.load(HERE / "campaign.yml")
        books.open_mailboxes()
        visitor = Visitor(HOST, installation.port, started + chosen.most_seconds)
        books.set_places(chosen.marchers // 2, chosen.marchers // 3, chosen.marchers // 4)
        with (
            Crowd(visitor, sink, chosen.supporters) as crowd,
            Marchers(visitor, sink, chosen.marchers) as marchers,
            Counting(installation) as counting,
        ):
            tell("it serves")
            kills = _kill(chosen, crowd, marchers, Reaper(chosen, installation, books), tell)
            tell("all deaths done")
            in_vain = _settle(chosen, crowd, marchers, books, started)
            shown = json.loads(visitor.get(f"/campaigns/{SLUG}/count.json").body)["confirmed"]
            march = _gather_march(marchers, books)
        march = replace(march, over=counting.over, looks=counting.looks)
        evidence = _gather(chosen, crowd, sink, books, march, kills=kills, shown=shown)
        books.close()
        code = installation.stop()
        evidence = replace(
            evidence,
            exit_code=code,
            left_over=len(installation.processes()),
            failures=[*in_vain, *crowd.failures, *marchers.failures],
        )
        broken = judge(evidence)
        table = render(chosen, evidence, kills, sink=sink.counts(), met=visitor.met, seconds=time.monotonic() - started)
        return Verdict(table, broken, installation.said())


def _kill(
    chosen: plan.Plan, crowd: Crowd, marchers: Marchers, reaper: Reaper, tell: Callable[[str], None]
) -> list[Kill]:
    """Let supporters in as deaths go by, so that there is always something in flight to die with."""
    deaths, kills = chosen.deaths(), []
    for number, death in enumerate(deaths, start=1):
        time.sleep(death.after_seconds)  # not a wait for anything: the quiet time before a death
        crowd.admit(chosen.supporters * number // len(deaths))
        marchers.admit(chosen.marchers * number // len(deaths))
        kills.append(reaper.strike(death, stoke=crowd.admit_one))
        rows = ", ".join(f"{rows} {lane}" for lane, rows in kills[-1].sending.items())
        tell(f"{number}/{len(deaths)} {death.role}; sending: {rows or 'none'}")
    return kills


def _settle(chosen: plan.Plan, crowd: Crowd, marchers: Marchers, books: Books, started: float) -> list[str]:
    """Wait until everybody did all and every row has come to rest; return what was waited for in vain."""
    left = chosen.most_seconds - (time.monotonic() - started)

    def once(is_done: Callable[[], bool]) -> Callable[[], bool]:
        def look() -> bool:
            books.end_waits()
            return is_done()

        return look

    try:
        until(once(crowd.is_done), "every supporter signed, confirmed and wrote", left, poll_seconds=0.25)
        until(
            once(marchers.is_done), "every marcher asked, confirmed and did what they wanted", left, poll_seconds=0.25
        )
        until(lambda: books.count_in_vain() == 0, "nobody waits for what is free", chosen.settle_seconds)
        until(books.is_settled, "no row is due, sending or waiting", chosen.settle_seconds, poll_seconds=0.25)
    except WaitedInVainError as error:
        return [str(error)]
    return []


def _gather(
    chosen: plan.Plan,
    crowd: Crowd,
    sink: Sink,
    books: Books,
    march: MarchEvidence,
    *,
    kills: Sequence[Kill],
    shown: int,
) -> Evidence:
    deaths = Counter(kill.role for kill in kills)
    return Evidence(
        signed=frozenset(one.email for one in crowd.supporters if one.has_signed),
        confirmed=frozenset(one.email for one in crowd.supporters if one.has_confirmed),
        wrote=frozenset(one.email for one in crowd.supporters if one.has_written),
        actions=books.actions(),
        messages=books.messages(),
        tally=books.tally(),
        shown=shown,
        accepted=Counter(sink.ids("accepted", "message")),
        letters_taken=Counter(one.reply_to[0].email for one in sink.hits("accepted") if _is_letter(one)),
        faults=sum(_is_letter(one) for kind in _FAULTS for one in sink.hits(kind)),
        letters_workers_killed=deaths[plan.LETTERS_WORKER] + chosen.queue_workers * deaths[plan.SUPERVISOR],
        hits=sum(kill.is_hit for kill in kills),
        must_hit=chosen.must_hit,
        march=march,
    )


def _gather_march(marchers: Marchers, books: Books) -> MarchEvidence:
    """Return what is known of the march. Read while nobody acts: the pages first, then what is stored."""
    return MarchEvidence(
        accepted=frozenset(one.email for one in marchers.marchers if one.posts),
        confirmed={one.public_id: one.email for one in marchers.marchers if one.public_id},
        cancelled=frozenset(one.email for one in marchers.marchers if one.has_cancelled),
        changed=frozenset(one.email for one in marchers.marchers if one.then == "change"),
        pages=marchers.read_pages(),
        stored=books.rsvps(),
        in_vain=books.count_in_vain() or 0,
    )


def _is_letter(message: Message) -> bool:
    return message.categories == ["letter"]
