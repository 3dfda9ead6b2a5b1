"""What an organizer changes by a form is on every web process within ten seconds, and no reader meets an error.

`make bench-publishing` does the like while a thousand a second read.
"""

import secrets
import threading
from contextlib import ExitStack

from campaign.kernel.settings import read_settings
from tests.actions.stage import environ_of, load_demonstration
from tests.bench.at_once import MAKING_SECONDS, MOST_SECONDS, ask, change, page_of, prepare
from tests.bench.servers import Inside
from tests.serving.running import serving


def read(url, path, is_over, answers):
    while not is_over.is_set():
        answers.append(ask(url, path)[0])


def test_it_is_on_both_processes_and_nobody_meets_an_error(clone_database, redis_url):
    database = load_demonstration(clone_database("read"))
    keys = {name: secrets.token_urlsafe(48) for name in ("SECRET_KEY", "PRIVACY_KEY")}
    environ = environ_of(database, redis_url, CAMPAIGN_DEMO="1", **keys)
    inside = Inside(read_settings(environ))
    with inside.sessions() as session, session.begin():
        desk = prepare(session)
    inside.engine.dispose()
    answers, is_over = [], threading.Event()
    with ExitStack() as stack:
        urls = [f"http://127.0.0.1:{stack.enter_context(serving('wsgi:app', environ))}" for _ in range(2)]
        readers = [threading.Thread(target=read, args=(url, page_of(desk.edited), is_over, answers)) for url in urls]
        for reader in readers:
            reader.start()
        try:
            seen = change(desk, urls, "Words that a form has just brought.")
        finally:
            is_over.set()
            for reader in readers:
                reader.join()
    assert seen.errors == []
    assert set(answers) == {200}
    assert max(*seen.edited, *seen.published) <= MOST_SECONDS + MAKING_SECONDS
