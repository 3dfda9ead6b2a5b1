"""Delivery: the real lanes against the fast sink, beside a bare loop of the same calls."""

import json
import time
import urllib.request
from collections.abc import Sequence

from campaign.delivery.lanes import Lane, options_of
from campaign.delivery.ports import Call, Recipient
from campaign.delivery.sendgrid import SendGridSender, body_of
from campaign.delivery.topics import Content
from campaign.features import MAIL_TOPICS
from tests.bench import feeds
from tests.bench.bare_loop import calls_per_second
from tests.bench.load import UnfairError
from tests.bench.servers import Inside

_PER_CALL = 1000
_LINK = "http://campaign.example/confirm/" + "x" * 120
_DRAIN_SECONDS = 300.0


def letters(inside: Inside, sink: str, group: str, count: int) -> tuple[float, float]:
    """Hand over `count` letters, one call each; return letters a second and bare calls a second."""
    bare = calls_per_second(sink, _letter_bodies(count), options_of("letters").connections)
    feeds.letters(inside, group, count)
    return _drain(inside, sink, "letters", count), bare


def confirmations(inside: Inside, sink: str, group: str, count: int) -> tuple[float, float]:
    """Hand over `count` confirmation mails, a thousand a call; return mails a second and bare recipients a second."""
    bodies = _confirmation_bodies(count)
    bare = calls_per_second(sink, bodies, options_of("critical").connections) * count / len(bodies)
    feeds.pledges(inside, group, count)
    return _drain(inside, sink, "critical", count), bare


def _drain(inside: Inside, sink: str, lane: str, count: int) -> float:
    sender = SendGridSender(inside.settings.sendgrid_api_key, sink)
    topics = {topic.name: topic for topic in MAIL_TOPICS}
    work = Lane(inside.sessions, sender, topics, inside.installation.hashes, options_of(lane))
    before = _recipients(sink)
    started = time.monotonic()
    settled = work.drain(_DRAIN_SECONDS)
    seconds = time.monotonic() - started
    if settled != {"sent": count} or _recipients(sink) - before != count:
        raise UnfairError(f"{lane}: {count} due, settled {dict(settled)}, the sink took {_recipients(sink) - before}")
    return count / seconds


def _recipients(sink: str) -> int:
    with urllib.request.urlopen(f"{sink}/__report", timeout=10) as answer:
        return int(json.load(answer)["counts"]["accepted"])


def _letter_bodies(count: int) -> Sequence[bytes]:
    made = []
    for person in feeds.supporters("bare", count):
        content = Content(
            sender='"Ana Ruiz via Campaign" <campaign@mail.example>',
            subject="Join the program",
            text=f"{feeds.LETTER}\n\nRuiz {person.name}",
            category="letter",
            reply_to=f'"Ana Ruiz" <{person.email}>',
        )
        to = Recipient("0198c0de-0000-7000-8000-000000000000", "ceo@company.example", "Chief Executive")
        made.append(_encoded(Call(content, (to,))))
    return made


def _confirmation_bodies(count: int) -> Sequence[bytes]:
    content = Content(sender="Campaign <campaign@mail.example>", subject="Confirm", text="x" * 900, html="x" * 2500)
    values = dict.fromkeys(("[[link]]", "[[link_html]]", "[[not_me]]", "[[not_me_html]]"), _LINK)
    to = [
        Recipient("0198c0de-0000-7000-8000-000000000000", p.email, "", values) for p in feeds.supporters("bare", count)
    ]
    return [_encoded(Call(content, tuple(to[start : start + _PER_CALL]))) for start in range(0, count, _PER_CALL)]


def _encoded(call: Call) -> bytes:
    return json.dumps(body_of(call)).encode()
