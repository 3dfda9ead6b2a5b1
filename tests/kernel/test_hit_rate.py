"""How many readers get a page from memory where links carry what networks append, and browsers what other hosts set."""

import itertools
import logging
import random

from tests.actions.stage import *  # noqa: F403 - the application and its database
from tests.actions.visitor import OPEN

_READERS = 600
_TRACKERS = ("utm_source=whatsapp&utm_medium={n}", "fbclid=IwAR{n}", "gclid=Cj0{n}", "source=mail-{n}", "mc_eid={n}")
_COOKIES = ("_ga=GA1.2.{n}; _gid=GA1.2.{n}", "_fbp=fb.1.{n}", "OptanonConsent={n}")
_LANGUAGES = ("en-US,en;q=0.9", "en-GB,en;q=0.8", "en")
_PATHS = (f"/campaigns/{OPEN}", f"/es/campaigns/{OPEN}", "/", "/events")


def readers():
    """Six in ten with a foreign cookie, seven in ten by a link that something was appended to; each its own value."""
    rng = random.Random(7)
    for number in range(_READERS):
        environ = {"HTTP_ACCEPT_LANGUAGE": rng.choice(_LANGUAGES)}
        if rng.random() < 0.6:
            environ["HTTP_COOKIE"] = rng.choice(_COOKIES).format(n=number)
        query = rng.choice(_TRACKERS).format(n=number) if rng.random() < 0.7 else ""
        yield rng.choice(_PATHS), query, environ


def rate_of(app, asked):
    """Return which share of the requests for pages was answered without the application, in [0, 1]."""
    cache, reached = app.wsgi_app, itertools.count()
    behind = cache._app

    def counting(environ, start_response):
        next(reached)
        return behind(environ, start_response)

    cache.clear()
    cache._app = counting
    client, total = app.test_client(use_cookies=False), 0
    try:
        for path, query, environ in asked:
            answer = client.get(path, query_string=query, environ_overrides=environ)
            total += 1
            assert answer.status_code == 200
    finally:
        cache._app = behind
    return 1 - next(reached) / total


def test_readers_get_their_page_from_memory_whatever_came_with_it(app, fresh):
    rate = rate_of(app, readers())
    logging.getLogger(__name__).info("from memory: %.1f %% of %s readers", 100 * rate, _READERS)
    assert rate > 0.98
