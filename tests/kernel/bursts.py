"""Readers who come all at once."""

import threading
import time

from tests.actions.stage import *  # noqa: F403 - the application and its database

READERS = 12


def all_at_once(work, count=READERS):
    """Let `count` threads do `work()` at the same moment; return what each got, or the error it met."""
    gate, answers = threading.Barrier(count), []

    def run():
        gate.wait(10)
        try:
            answers.append(work())
        except Exception as error:  # noqa: BLE001 - the test looks at it
            answers.append(error)

    threads = [threading.Thread(target=run, daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()
    return answers


def wait_for(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)
