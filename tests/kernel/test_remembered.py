"""What doors know, read once by a burst."""

import threading

from campaign.kernel.remembered import KEPT_SECONDS, Remembered
from tests.actions.stage import *  # noqa: F403 - the application and its database
from tests.kernel.bursts import READERS, all_at_once


class Reading:
    """A `Remembered` whose reads are counted, and stand still at a gate."""

    def __init__(self, sessions):
        self.reads, self.gate, self.inside = [], threading.Event(), threading.Event()
        self.known = Remembered(sessions, self._read)
        self.error = None

    def _read(self, _session, slug):
        self.reads.append(slug)
        self.inside.set()
        assert self.gate.wait(10)
        if self.error:
            raise self.error
        return f"{slug} {len(self.reads)}"


def test_what_doors_know_is_read_once_by_a_burst(sessions):
    reading = Reading(sessions)

    def open_gate():
        assert reading.inside.wait(10)
        reading.gate.set()

    threading.Thread(target=open_gate, daemon=True).start()
    assert all_at_once(lambda: reading.known.find("x")) == ["x 1"] * READERS
    assert reading.reads == ["x"]


def test_while_it_is_read_anew_the_others_take_what_was_known(sessions, monkeypatch):
    reading = Reading(sessions)
    reading.gate.set()
    reading.known.find("x")
    at, known = reading.known._kept["x"]
    reading.known._kept["x"] = (at - KEPT_SECONDS, known)
    reading.gate.clear()
    reading.inside.clear()
    answers = []
    first = threading.Thread(target=lambda: answers.append(reading.known.find("x")), daemon=True)
    first.start()
    assert reading.inside.wait(10)
    assert reading.known.find("x") == "x 1"
    reading.gate.set()
    first.join(10)
    assert answers == ["x 2"]
    assert len(reading.reads) == 2


def test_what_is_raised_is_everybodys_own(sessions):
    reading = Reading(sessions)
    reading.error = LookupError("no such slug")
    reading.gate.set()
    assert {type(answer) for answer in all_at_once(lambda: reading.known.find("x"))} == {LookupError}
