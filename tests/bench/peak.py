"""A petition's peak: `python -m tests.bench.peak [--count N]`; ends with 1 unless everybody has what is due to them.

So many confirm within ten minutes, as many do not confirm at all. When the half hour, and the day, are over, the
periodic work of one housekeeping worker writes the receipts and reminders, while two workers hand them over to a
SendGrid-compatible server. What happens by the machine's clock is moved back by SQL; all else is the service's own.
"""

import argparse
import json
import threading
import time
import urllib.request

from sqlalchemy import text

from campaign.actions.commands import ConfirmAction
from campaign.actions.service.confirming import confirm
from campaign.actions.service.reminding import REMIND
from campaign.actions.service.thanking import THANKS
from campaign.delivery.lanes import Lane, options_of
from campaign.delivery.sendgrid import SendGridSender
from campaign.demonstration import load_demo
from campaign.features import JOBS, KINDS, MAIL_TOPICS, SECTIONS
from campaign.kernel.actors import OPERATOR
from campaign.kernel.clock import now
from campaign.kernel.lanes import LaneName
from campaign.periodic import Rounds
from tests.bench import feeds
from tests.bench.report import say
from tests.bench.servers import Inside, Stack, running, running_stack

_BATCH = 1000
_SECONDS = 1800.0
"""Longer than that, and it is lost."""

_WORK = ("actions.thank", "actions.remind")
_CONFIRMED_THEN = text("""
UPDATE actions a SET confirmed_at = now() - interval '45 minutes' + a.number * interval '10 minutes' / :count
WHERE state = 'confirmed' AND campaign_id = (SELECT id FROM campaigns WHERE slug = :slug)
""")
_ASKED_THEN = text("""
UPDATE actions SET asked_at = now() - interval '25 hours', created_at = now() - interval '25 hours' WHERE state = 'waiting'
""")
_CONFIRMATIONS_WENT = text("""
UPDATE outbox_messages SET state = 'delivered', sent_at = now() - interval '25 hours',
    settled_at = now() - interval '25 hours', created_at = now() - interval '25 hours'
""")
_ALLOWED_YESTERDAY = text("DELETE FROM mailbox_allowances")
# How many of those to whom a mail is due have how many that went.
_HAVE = text("""
SELECT a.state, count, count(*) FROM actions a CROSS JOIN LATERAL (
    SELECT count(*) FROM outbox_messages m WHERE m.action_id = a.id AND m.state = 'sent'
      AND m.topic = CASE a.state WHEN 'confirmed' THEN :thanks ELSE :remind END) m(count)
WHERE a.campaign_id = (SELECT id FROM campaigns WHERE slug = :slug) GROUP BY 1, 2 ORDER BY 1, 2
""")


def main() -> int:
    """Let it happen, and say how long it took and who has what."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.peak", description="What a petition's peak is sent.")
    parser.add_argument("--count", type=int, default=100_000, help="how many confirm, and how many do not")
    count = parser.parse_args().count
    with running_stack() as stack, running("tests.sink") as sink:
        inside = _make_peak(stack, count)
        seconds = _send(inside, sink)
        with inside.sessions() as session:
            have = session.execute(_HAVE, {"thanks": THANKS, "remind": REMIND, "slug": feeds.SLUG}).all()
        inside.engine.dispose()
        with urllib.request.urlopen(f"{sink}/__report", timeout=10) as answer:
            accepted = int(json.load(answer)["counts"]["accepted"])
    for state, mails, people in have:
        say(f"{people:>10,} {state}, with {mails} sent")
    say(f"{accepted:>10,} recipients taken by the server")
    say(f"{seconds['written']:>10,.1f} s until all were written, {seconds['sent']:,.1f} s until all were sent")
    is_whole = {tuple(row) for row in have} == {("confirmed", 1, count), ("waiting", 1, count)}
    return 0 if is_whole and accepted == 2 * count else 1


def _make_peak(stack: Stack, count: int) -> Inside:
    stack.make_database("peak")
    inside = stack.installation("peak")
    kinds = {kind.name: kind for kind in KINDS}
    with inside.sessions() as session, session.begin():
        load_demo(session, OPERATOR, now(), lambda *_: False, SECTIONS)
    ids = feeds.pledges(inside, "confirms", count)
    feeds.pledges(inside, "waits", count)
    started = time.monotonic()
    for first in range(0, count, _BATCH):
        with inside.sessions() as session, session.begin():
            confirm(session, [ConfirmAction(public_id) for public_id in ids[first : first + _BATCH]], kinds)  # type: ignore[arg-type]
    say(f"{count:,} confirmed in {time.monotonic() - started:.1f} s")
    with inside.sessions() as session, session.begin():
        for statement in (_CONFIRMED_THEN, _ASKED_THEN, _CONFIRMATIONS_WENT, _ALLOWED_YESTERDAY):
            session.execute(statement, {"count": count, "slug": feeds.SLUG} if statement is _CONFIRMED_THEN else {})
    return inside


def _send(inside: Inside, sink: str) -> dict[str, float]:
    """Run the periodic work in rounds until nothing is due, and both lanes meanwhile; return when which was done."""
    started, is_written = time.monotonic(), threading.Event()
    workers = [
        threading.Thread(target=_drain, args=(inside, sink, lane, is_written)) for lane in ("receipts", "critical")
    ]
    for worker in workers:
        worker.start()
    rounds = Rounds(inside.sessions, [job for job in JOBS if job.name in _WORK])
    while rounds.go_round() and time.monotonic() - started < _SECONDS:
        pass
    written = time.monotonic() - started
    is_written.set()
    for worker in workers:
        worker.join()
    return {"written": written, "sent": time.monotonic() - started}


def _drain(inside: Inside, sink: str, lane: LaneName, is_written: threading.Event) -> None:
    sender = SendGridSender(inside.settings.sendgrid_api_key, sink)
    topics = {topic.name: topic for topic in MAIL_TOPICS}
    work = Lane(inside.sessions, sender, topics, inside.installation.hashes, options_of(lane))
    while True:
        is_last = is_written.is_set()  # asked first: what is written meanwhile is due in the next
        if not work.drain(30.0):
            if is_last:
                return
            is_written.wait(1.0)


if __name__ == "__main__":
    raise SystemExit(main())
