"""What is measured, in which order: contestant, then what it is compared with, round after round.

Each round serves the bare applications and then the service, one at a time, on the same machine and the same
PostgreSQL; the ratio of a row is that of the medians over all rounds. After each round the database is asked whether it
holds what was answered.
"""

import json
import urllib.request
from collections import defaultdict
from dataclasses import dataclass, field

from tests.bench import feeds, load
from tests.bench.load import CONNECTIONS, Load, UnfairError
from tests.bench.servers import Inside, Stack, serving

WARM_SECONDS = 1
RSVP_APART = "RSVP accepted, legs apart"
RSVP_TOGETHER = "RSVP accepted, all on one leg"
_BARE_CEILING = 15_000  # lines a second that no bare view eats

_COUNTS = """
SELECT (SELECT count(*) FROM people WHERE email LIKE %(group)s),
       (SELECT count(*) FROM actions a JOIN people p ON p.id = a.person_id
        WHERE p.email LIKE %(group)s AND a.state = %(state)s AND a.wording_id IS NOT NULL),
       (SELECT count(*) FROM outbox_messages m JOIN people p ON p.id = m.person_id
        WHERE p.email LIKE %(group)s AND m.topic = 'actions.confirm')
"""
_LEGS = """
SELECT l.public_id FROM event_legs l JOIN events e ON e.id = l.event_id WHERE e.slug = %(slug)s ORDER BY l.position
"""
_HELD = """
SELECT count(*) FROM rsvp_claims k JOIN actions a ON a.id = k.action_id JOIN people p ON p.id = a.person_id
WHERE p.email LIKE %(group)s AND k.state = 'held' AND k.amount = 2 AND k.resource = 'place'
"""
_TALLY = "SELECT confirmed FROM campaign_tallies t JOIN campaigns c ON c.id = t.campaign_id WHERE c.slug = %(slug)s"


@dataclass
class Measured:
    """Rates by name, one a round."""

    rates: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def add(self, name: str, per_second: float) -> None:
        self.rates[name].append(per_second)


def ceiling(url: str, stack: Stack) -> tuple[float, float]:
    """What wrk reaches against a server that does nothing: GETs a second, POSTs from a feed a second."""
    feed = load.write_feed(stack.folder / "null.feed", feeds.bare_rows("null", 150_000))
    return load.get(url, 1).per_second, load.post(url, feed, 1).per_second


def bare_round(stack: Stack, database: str, number: int, seconds: int, measured: Measured) -> None:
    """Measure both bare applications."""
    with serving("tests.bench.bare:insert", stack.environ(database)) as url:
        feed = stack.folder / "bare.feed"
        load.post(url, load.write_feed(feed, feeds.bare_rows(f"w{number}", _BARE_CEILING * WARM_SECONDS)), WARM_SECONDS)
        done = load.post(url, load.write_feed(feed, feeds.bare_rows(f"b{number}", _BARE_CEILING * seconds)), seconds)
    with stack.connect(database) as connection:
        rows = connection.execute("SELECT count(*) FROM bare WHERE email LIKE %s", [f"b{number}.%"]).fetchall()
    _agree("bare insert", done, rows[0][0])
    measured.add("bare insert", done.per_second)
    with serving("tests.bench.bare:hello", stack.environ(database)) as url:
        load.get(url, WARM_SECONDS)
        measured.add("bare hello", load.get(url, seconds).per_second)


def service_round(stack: Stack, inside: Inside, number: int, seconds: int, measured: Measured, *, most: float) -> None:
    """Measure the doors of the web.

    Args:
        stack, inside: the servers, and the service's own code on the database in question.
        number: of the round; makes its addresses its own.
        seconds: how long each is measured.
        measured: takes the rates.
        most: pledges or confirmations a second for which there will be enough to post.
    """
    database = str(inside.engine.url.database)
    links = feeds.confirm_links(inside, f"c{number}", int(most * seconds))
    before = _tally(stack, database)
    with serving("wsgi:app", stack.environ(database)) as url:
        pledged = _pledge(stack, url, number, seconds, int(most))
        confirmed = load.post(url, load.write_feed(stack.folder / "confirm.feed", links), seconds)
        page, count = f"{url}/campaigns/{feeds.SLUG}", f"{url}/campaigns/{feeds.SLUG}/count.json"
        _look_at(page, count)
        measured.add("campaign page", load.get(page, seconds).per_second)
        measured.add("count.json", load.get(count, seconds).per_second)
        legs = _legs(stack, database)
        for name, group, chosen in ((RSVP_APART, "r", legs), (RSVP_TOGETHER, "s", legs[:1])):
            forms = feeds.rsvp_forms(url, f"{group}{number}", int(most * seconds), chosen)
            rsvps = load.post(url, load.write_feed(stack.folder / "rsvp.feed", forms), seconds)
            measured.add(name, rsvps.per_second)
            _agree(name, rsvps, _held(stack, database, f"{group}{number}.%"))
    measured.add("pledge accepted", pledged.per_second)
    measured.add("pledge confirmed", confirmed.per_second)
    with stack.connect(database) as connection:
        for what, group, state, done in (("p", "p", "waiting", pledged), ("c", "c", "confirmed", confirmed)):
            values = {"group": f"{group}{number}.%", "state": state}
            people, actions, mails = connection.execute(_COUNTS, values).fetchall()[0]
            _agree(state, done, actions)
            if what == "p" and not people == actions == mails:
                raise UnfairError(f"{people} people, {actions} pledges and {mails} mails are not the same number")
            if what == "c" and _tally(stack, database) - before != actions:
                raise UnfairError(f"{actions} confirmed, and the tally moved by {_tally(stack, database) - before}")


def _pledge(stack: Stack, url: str, number: int, seconds: int, most: int) -> Load:
    feed = stack.folder / "pledge.feed"
    load.post(url, load.write_feed(feed, feeds.pledge_forms(url, f"x{number}", most * WARM_SECONDS)), WARM_SECONDS)
    return load.post(url, load.write_feed(feed, feeds.pledge_forms(url, f"p{number}", most * seconds)), seconds)


def _look_at(page: str, count: str) -> None:
    """See that what is measured is the page and the count, and not an error or a redirect."""
    with urllib.request.urlopen(page, timeout=10) as answer:
        if answer.url != page or b'name="stamp"' not in answer.read():
            raise UnfairError(f"{page} is not the campaign's page")
    with urllib.request.urlopen(count, timeout=10) as answer:
        if not {"confirmed", "goal", "as_of"} <= json.load(answer).keys():
            raise UnfairError(f"{count} is not the count")


def _legs(stack: Stack, database: str) -> list[object]:
    with stack.connect(database) as connection:
        return [row[0] for row in connection.execute(_LEGS, {"slug": feeds.MARCH}).fetchall()]


def _held(stack: Stack, database: str, group: str) -> object:
    """How many RSVPs of a group hold their two places."""
    with stack.connect(database) as connection:
        return connection.execute(_HELD, {"group": group}).fetchall()[0][0]


def _tally(stack: Stack, database: str) -> int:
    with stack.connect(database) as connection:
        return int(str(connection.execute(_TALLY, {"slug": feeds.SLUG}).fetchall()[0][0]))


def _agree(what: str, done: Load, rows: object) -> None:
    """Rows must be the answers; those in flight when wrk stopped may be stored without having been counted."""
    if not done.accepted <= int(str(rows)) <= done.accepted + CONNECTIONS:
        raise UnfairError(f"{what}: {done.accepted} answered with 303, {rows} stored")
