"""When a lane may go on, and with how much, with the clock in hand."""

import threading

import pytest
from sqlalchemy import text
from sqlalchemy.orm import sessionmaker

from campaign.delivery import circuit as rules
from campaign.delivery import ports
from campaign.delivery.circuit import Circuit
from campaign.delivery.lanes import Lane, LaneOptions, options_of
from tests.delivery.stage import HASHES, TOPICS, FakeSender, add_letters, add_pledges, states


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def circuit(clock):
    return Circuit("critical", most_seconds=60.0, clock=clock)


def wait(circuit, clock):
    seconds = circuit.seconds_to_wait()
    clock.now += seconds
    return seconds


def test_begins_with_one_message_and_lets_ten_times_as_many_follow(circuit):
    admitted = []
    for _ in range(5):
        admitted.append(circuit.admit(1000))
        circuit.tell(taken=1, failed=0)
        circuit.leave()
    assert admitted == [1, 10, 100, 1000, 1000]


def test_waits_longer_after_each_failure_up_to_a_bound(circuit, clock):
    waits = []
    for _ in range(9):
        assert circuit.admit(1000) == 1
        assert not circuit.tell(taken=0, failed=1)
        circuit.leave()
        assert circuit.admit(1000) == 0
        waits.append(wait(circuit, clock))
    for seconds, expected in zip(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60], strict=True):
        assert expected * 0.75 <= seconds <= expected * 1.25
    assert len({round(seconds / expected, 6) for seconds, expected in zip(waits[6:], [60] * 3, strict=True)}) > 1


def test_only_a_taken_probe_opens_it_again(circuit, clock):
    circuit.tell(taken=0, failed=1)
    wait(circuit, clock)
    assert (circuit.admit(1000), circuit.is_proven) == (1, False)
    circuit.leave()
    assert circuit.admit(1000) == 1, "a probe that found nothing to send proves nothing"
    circuit.tell(taken=1, failed=0)
    circuit.leave()
    assert (circuit.admit(1000), circuit.is_proven) == (10, True)


def test_one_thread_probes_at_a_time(circuit):
    assert circuit.admit(1000) == 1
    others = []
    thread = threading.Thread(target=lambda: (others.append(circuit.admit(1000)), circuit.leave()))
    thread.start()
    thread.join()
    assert others == [0]
    assert circuit.admit(1000) == 0, "the other's leaving ended nothing"
    circuit.leave()
    assert circuit.admit(1000) == 1


def test_knows_nothing_after_a_minute_of_silence(circuit, clock):
    for _ in range(3):
        circuit.tell(taken=1, failed=0)
    clock.now += rules.STALE_SECONDS
    assert circuit.admit(1000) == 1000
    clock.now += 1
    assert circuit.admit(1000) == 1


def test_single_losses_open_nothing(circuit):
    for _ in range(3):
        assert circuit.tell(taken=8, failed=8)
    assert circuit.admit(1000) == 1, "but let no more go either"
    circuit.leave()
    assert not circuit.tell(taken=7, failed=9)
    assert circuit.seconds_to_wait() > 0


def test_waits_as_long_as_the_provider_asks(circuit):
    circuit.tell(taken=0, failed=1, asked_seconds=40.0)
    assert circuit.seconds_to_wait() == 40.0


def test_what_was_under_way_when_it_opened_says_nothing_new(circuit, clock):
    circuit.tell(taken=0, failed=16)
    circuit.tell(taken=0, failed=16)
    assert wait(circuit, clock) <= 1.25


def test_asks_first_after_a_failure_but_probes_anyway_in_the_end(circuit, clock):
    assert not circuit.asks_first
    circuit.tell(taken=0, failed=1)
    asked = 0
    while circuit.asks_first:
        wait(circuit, clock)
        circuit.unanswered()
        asked += 1
    assert 600 <= clock.now - 1000 <= 660 + 75
    assert asked > 5
    wait(circuit, clock)
    circuit.admit(1000)
    circuit.tell(taken=0, failed=1)
    assert circuit.asks_first


# With a lane


def lane(engine, sender, name, clock):
    made = Lane(sessionmaker(engine), sender, TOPICS, HASHES, options_of(name))
    made.circuit = Circuit(name, made.options.longest_wait_seconds, clock)
    return made


@pytest.mark.parametrize(
    ("answer", "ended"),
    [
        (ports.Unavailable("answered 503"), "due"),
        (ports.Unknown("TimeoutError"), "unknown"),
        (ports.NotWritten("ConnectionRefusedError"), "due"),
    ],
)
@pytest.mark.parametrize(("name", "add"), [("critical", add_pledges), ("letters", add_letters)])
def test_the_rest_of_the_claim_goes_back_unbegun(engine, session, clock, *, answer, ended, name, add):
    add(session, 50)
    working = lane(engine, FakeSender(lambda _call: answer), name, clock)
    working.drain(0.5)
    begun = session.execute(text("SELECT state, attempts FROM outbox_messages WHERE attempts > 0")).all()
    assert begun == [(ended, 1)], "one message was risked"
    working.drain(0.5)
    assert len(working.sender.calls) == 1, "the lane waits"
    assert sum(states(engine).values()) - len(begun) == 49


def test_a_provider_that_fails_in_the_middle_costs_one_call(engine, session, clock):
    add_pledges(session, 1500)
    sender = FakeSender(lambda _call: ports.Accepted("X") if len(sender.calls) <= 3 else ports.Unknown("TimeoutError"))
    lane(engine, sender, "critical", clock).drain(5)
    assert [len(call.recipients) for call in sender.calls] == [1, 10, 100, 1000]
    assert states(engine) == {"sent": 111, "unknown": 1000, "due": 389}


def test_what_one_thread_learns_stops_the_waves_of_the_others(engine, session):
    add_letters(session, 50)
    options = LaneOptions("letters", connections=4, pumps=1, recipients_per_call=1, claim_size=50)
    working = Lane(sessionmaker(engine), FakeSender(), TOPICS, HASHES, options)
    for _ in range(3):
        working.circuit.tell(taken=1, failed=0)

    def answer(_call):
        working.circuit.rest(60)  # as another pump would, whose call was answered 429
        return ports.Accepted("X")

    working.sender.answer = answer
    working.drain(0.5)
    assert states(engine) == {"sent": 4, "due": 46}


def test_nothing_is_risked_while_the_harmless_question_goes_unanswered(engine, session, clock):
    add_pledges(session, 50)
    sender = FakeSender(lambda _call: ports.Unknown("TimeoutError"))
    sender.answers = lambda: False
    working = lane(engine, sender, "critical", clock)
    while clock.now < 1000 + rules.PROBE_ANYWAY_SECONDS:
        working.drain(0.1)
        clock.now = working.circuit._not_before
    assert len(sender.calls) == 1
    sender.answers = lambda: True
    sender.answer = lambda _call: ports.Accepted("X")
    working.drain(5)
    assert states(engine) == {"sent": 49, "unknown": 1}
    assert set(sender.messages().values()) == {1}


def test_a_lone_message_of_unknown_end_is_the_probe(engine, session, clock):
    add_pledges(session, 1)
    sender = FakeSender(lambda _call: ports.Unknown("TimeoutError"))
    working = lane(engine, sender, "critical", clock)
    working.drain(0.5)
    assert states(engine) == {"unknown": 1}
    sender.answer = lambda _call: ports.Accepted("X")
    clock.now += 2
    session.execute(text("UPDATE outbox_messages SET begun_at = begun_at - interval '121 s'"))
    session.commit()
    working.drain(0.5)
    assert states(engine) == {"sent": 1}
