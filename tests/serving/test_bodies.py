"""Bodies that come slowly, in pieces, too large, too many at once, or not to an end."""

import pytest

from campaign.serving import bodies
from campaign.serving.bodies import GONE, GRACE_SECONDS, LARGEST, LEAST_BYTES_PER_SECOND, Bodies, Refused


class Piece:
    """What granian gives for something awaited."""

    def __init__(self):
        self.callback = None
        self.outcome = None
        self.is_cancelled = False

    def add_done_callback(self, callback, context=None, /):
        self.callback = callback

    def arrive(self, outcome):
        self.outcome = outcome
        self.callback(self)

    def __next__(self):
        if isinstance(self.outcome, Exception):
            raise self.outcome
        raise StopIteration(self.outcome)

    def cancel(self):
        self.is_cancelled = True
        self.arrive(OSError("cancelled"))
        return True


class Source:
    """A body, all at once or in pieces; an empty piece ends it."""

    def __init__(self):
        self.asked = []
        self.is_over = False

    def __call__(self):
        return self._ask()

    def __aiter__(self):
        return self

    def __anext__(self):
        if self.is_over:
            raise StopAsyncIteration
        return self._ask()

    def _ask(self):
        self.asked.append(Piece())
        return self.asked[-1]

    def send(self, data, *, is_last=False):
        self.is_over = is_last
        self.asked[-1].arrive(data)


@pytest.fixture
def clock():
    return [1000.0]


@pytest.fixture
def receiving(clock):
    """Bodies of a process, and what became of them in turn."""
    made = Bodies(lambda: clock[0], watches=False)
    told = []

    def receive(length, **more):
        source = Source()
        made.receive(source, length, told.append, **more)
        return source

    return made, receive, told


def test_nothing_is_told_until_all_of_it_is_there(receiving):
    _, receive, told = receiving
    source = receive(6)
    assert told == []
    source.send(b"abcdef")
    assert told == [b"abcdef"]


def test_one_without_a_length_ends_with_an_empty_piece(receiving):
    _, receive, told = receiving
    source = receive(None)
    source.send(b"abc")
    source.send(b"def")
    source.send(b"", is_last=True)
    assert told == [b"abcdef"]


def test_a_client_that_leaves_takes_what_it_sent_along(receiving):
    _, receive, told = receiving
    receive(6).send(OSError("gone"))
    broken = receive(None)
    broken.send(b"half a letter")
    broken.send(b"")
    broken.send(b"", is_last=True)
    assert told == [GONE, GONE]


def test_one_that_comes_too_slowly_is_refused_once_and_awaited_no_more(receiving, clock):
    made, receive, told = receiving
    source = receive(LEAST_BYTES_PER_SECOND)
    clock[0] += GRACE_SECONDS + 0.9
    made.drop_late()
    assert told == []
    clock[0] += 0.2
    made.drop_late()
    made.drop_late()
    assert told == [Refused(408)]
    assert source.asked[0].is_cancelled


def test_pieces_that_trickle_buy_no_time(receiving, clock):
    made, receive, told = receiving
    source = receive(None)
    while not told:
        clock[0] += 3
        source.send(b"x")
        made.drop_late()
    assert told == [Refused(408)]
    assert clock[0] - 1000 <= bodies.allowed_seconds(LARGEST) + 3


def test_too_large_ones_are_refused_before_and_while_they_come(receiving):
    _, receive, told = receiving
    assert receive(LARGEST + 1).asked == []
    grows = receive(None)
    for _ in range(2):
        grows.send(b"x" * (LARGEST // 2))
    grows.send(b"x")
    assert told == [Refused(413), Refused(413)]
    assert grows.asked[-1].callback is not None


def test_large_ones_at_once_are_bounded_and_small_ones_always_come_in(receiving):
    _, receive, told = receiving
    large = [receive(LARGEST) for _ in range(100)]
    assert told
    assert set(told) == {Refused(503)}
    few = len(large) - len(told)
    assert few * LARGEST <= 64 * 1024 * 1024
    receive(1000).send(b"small")
    assert told[-1] == b"small"
    large[0].send(b"done")
    refused = told.count(Refused(503))
    receive(LARGEST)
    assert told.count(Refused(503)) == refused, "what has arrived makes room"


FILE = {"largest": 11_000_000}


def test_a_file_is_received_of_who_may_send_one_and_of_nobody_else(receiving):
    _, receive, told = receiving
    assert receive(10_000_000).asked == []
    receive(10_000_000, **FILE).send(b"all of it")
    assert receive(11_000_001, **FILE).asked == []
    assert told == [Refused(413), b"all of it", Refused(413)]


def test_files_take_no_room_from_letters_nor_more_than_their_own(receiving):
    _, receive, told = receiving
    files = [receive(11_000_000, **FILE) for _ in range(4)]
    assert [len(one.asked) for one in files] == [1, 1, 1, 0]
    assert told == [Refused(503)]
    receive(200_000).send(b"a letter")
    files[0].send(b"a file")
    receive(11_000_000, **FILE).send(b"another")
    assert told[1:] == [b"a letter", b"a file", b"another"]
