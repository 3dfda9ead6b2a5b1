"""Several marshals at once, on phones that send late, twice and out of order: in the end all of it is as said last."""

import random
import threading
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import event as events
from sqlalchemy import text

from campaign.events.marshals.latest_word import Entry, Subject, Word, latest
from campaign.events.marshals.queries import find_marshal_leg, get_roll
from campaign.events.marshals.service import record_taps
from campaign.kernel.clock import now
from tests.events.march import March
from tests.sizes import sized

MARSHALS = 6
PARTIES = 8
WALK_UPS = 4


@pytest.fixture
def leg(fresh, sessions, installation):
    """A leg with parties of four; returns its public id, its own, and theirs."""
    with sessions() as session, session.begin():
        march = March(session, installation.hashes, capacity=None)
        actions = [march.come(f"party{n}", (0, 4)) for n in range(PARTIES)]
        ids = session.scalars(text("SELECT public_id FROM actions WHERE id = ANY(:ids) ORDER BY id"), {"ids": actions})
        parties = [Subject(key, is_walk_up=False) for key in ids]
        public_id = session.scalar(text("SELECT public_id FROM event_legs WHERE id = :id"), {"id": march.legs[0]})
    return public_id, march.legs[0], parties


def tapped(subjects, seed, at):
    """Everything that all marshals tapped: many taps about few parties, some in the very same millisecond."""
    dice = random.Random(seed)
    return [
        Entry(
            dice.choice(subjects),
            Word(
                at - timedelta(milliseconds=dice.randint(0, 30)),
                UUID(int=dice.getrandbits(128)),
                dice.randint(0, 4),
                "",
            ),
        )
        for _ in range(240)
    ]


@pytest.mark.race
@pytest.mark.parametrize("seed", range(sized(2, full=12)))
def test_all_phones_agree_in_the_end_whatever_came_first(sessions, leg, seed):
    public_id, leg_id, parties = leg
    at = now()
    subjects = [*parties, *(Subject(UUID(int=n), is_walk_up=True) for n in range(1, WALK_UPS + 1))]
    said = tapped(subjects, seed, at)
    start, failures = threading.Barrier(MARSHALS), []

    def send(number):
        dice = random.Random(f"{seed}.{number}")
        mine = said[number::MARSHALS] + dice.sample(said, 60)  # its own, and some that a lost answer made it send again
        dice.shuffle(mine)
        start.wait(30)
        try:
            while mine:
                batch = [mine.pop() for _ in range(min(len(mine), dice.randint(1, 40)))]
                with sessions() as session, session.begin():
                    assert record_taps(session, leg_id, batch, at + timedelta(hours=1), at) == [None] * len(batch)
        except Exception as error:  # noqa: BLE001 - told by the test
            failures.append(error)

    phones = [threading.Thread(target=send, args=(number,)) for number in range(MARSHALS)]
    for phone in phones:
        phone.start()
    for phone in phones:
        phone.join(60)
    assert failures == []
    expected = {
        subject.id: word.came
        for subject in subjects
        if (words := [entry.word for entry in said if entry.subject == subject]) and (word := latest(words)).came
    }
    with sessions() as session:
        roll = get_roll(session, find_marshal_leg(session, public_id, "en"))
        stored = session.scalar(text("SELECT count(*) FROM check_ins WHERE leg_id = :id"), {"id": leg_id})
    assert {party.id: party.came for party in (*roll.parties, *roll.walk_ups) if party.came} == expected
    assert roll.here + roll.walked_up == sum(expected.values())
    assert stored == len({entry.subject for entry in said}), "one register each, however often it was written"


def test_one_phone_ticks_off_and_another_takes_back_in_the_same_moment(sessions, leg):
    public_id, leg_id, (party, *_others) = leg
    at = now()
    for turn in range(20):
        words = [
            Word(at + timedelta(milliseconds=turn), UUID(int=turn * 2 + n), came, "") for n, came in ((0, 4), (1, 0))
        ]
        start = threading.Barrier(2)

        def send(word, start=start):
            start.wait(30)
            with sessions() as session, session.begin():
                record_taps(session, leg_id, [Entry(party, word)], at + timedelta(hours=1), at)

        phones = [threading.Thread(target=send, args=(word,)) for word in random.Random(turn).sample(words, 2)]
        for phone in phones:
            phone.start()
        for phone in phones:
            phone.join(60)
        with sessions() as session:
            roll = get_roll(session, find_marshal_leg(session, public_id, "en"))
        assert roll.here == latest(words).came == 0


def test_a_batch_costs_two_statements_however_many_entries(sessions, engine, leg):
    _, leg_id, parties = leg
    at, counts = now(), []
    for size in (1, 200):
        sent = []
        batch = tapped([*parties, Subject(UUID(int=1), is_walk_up=True)], size, at)[:size]
        batch[0] = Entry(parties[0], batch[0].word)

        def count(_connection, _cursor, statement, *_, sent=sent):
            sent.append(statement)

        with sessions() as session, session.begin():
            session.connection()
            events.listen(engine, "before_cursor_execute", count)
            try:
                record_taps(session, leg_id, batch, at + timedelta(hours=1), at)
            finally:
                events.remove(engine, "before_cursor_execute", count)
        counts.append(len(sent))
    assert counts == [2, 2]
