"""What the spine and the coalescer promise when many come at once, or when one of them is poisoned."""

import random
import threading
import time
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DataError, IntegrityError

from campaign.actions.commands import ConfirmAction
from campaign.actions.service.confirming import confirm
from campaign.actions.service.recording import record
from campaign.actions.service.taking_back import erase_person, purge_unconfirmed
from campaign.features import KINDS
from campaign.kernel.coalesce import Coalescer, Overloaded
from tests.actions.batches import command_for
from tests.sizes import sized

TURNS = sized(40, full=2_000)
"""How often each of twelve signs, and half the time confirms, while keys cross."""
BY_NAME = {kind.name: kind for kind in KINDS}


def in_threads(work, items, threads=16):
    """Run `work(item)` for all items, spread over threads; return the answers in order."""
    answers, todo, lock = [None] * len(items), list(enumerate(items)), threading.Lock()

    def run():
        while True:
            with lock:
                if not todo:
                    return
                place, item = todo.pop()
            answers[place] = work(item)

    running = [threading.Thread(target=run) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return answers


def outcome_of(coalescer):
    def submit(command):
        try:
            return coalescer.submit(command)
        except Exception as error:  # noqa: BLE001 - the answer is what we look at
            return error

    return submit


def test_a_batch_of_500_with_5_poisoned_stores_495_and_answers_each(visitor):
    commands = [command_for(visitor, f"s{n}@example.org") for n in range(500)]
    poison = {
        17: {"given_name": "A\0na"},
        101: {"comment": "half a pair \ud800"},
        255: {"wording_id": 999_999_999},
        256: {"family_name": "\0"},
        499: {"country": "\udfff"},
    }
    for place, changed in poison.items():
        commands[place] = replace(commands[place], **changed)
    sizes = []

    def run(session, batch):
        sizes.append(len(batch))
        return record(session, batch)

    coalescer = Coalescer(visitor.sessions, run)
    tickets = []
    with coalescer._wakeup:  # the thread starts when all stand in line
        tickets = [coalescer._enqueue(command) for command in commands]
    for ticket in tickets:
        assert ticket.done.acquire(timeout=60)
    coalescer.close()
    assert sizes[0] == 500
    for place, ticket in enumerate(tickets):
        if place in poison:
            assert isinstance(ticket.error, IntegrityError if place == 255 else DataError | ValueError), ticket.error
        else:
            assert ticket.error is None
            assert ticket.outcome.outcome == "accepted"
    assert visitor.one("SELECT count(*) FROM actions") == 495
    assert visitor.one("SELECT count(*) FROM people") == 495
    assert visitor.one("SELECT count(*) FROM outbox_messages") == 495


def test_a_key_that_stays_taken_costs_nobody_else_their_pledge(visitor):
    """As by a row that was put back from an old backup: whatever the batch's statement expects, a key is in the way."""
    visitor.do("CREATE UNIQUE INDEX planted ON people (lower(email_display))")
    try:
        with visitor.sessions() as session, session.begin():
            record(session, [command_for(visitor, "a@example.org", email_display="Taken@example.org")])
        commands = [command_for(visitor, f"s{n}@example.org") for n in range(4)]
        commands[2] = replace(commands[2], email_display="taken@example.org")
        coalescer = Coalescer(visitor.sessions, record)
        with coalescer._wakeup:
            tickets = [coalescer._enqueue(command) for command in commands]
        for ticket in tickets:
            assert ticket.done.acquire(timeout=60)
        coalescer.close()
    finally:
        visitor.do("DROP INDEX planted")
    assert [type(ticket.error) for ticket in tickets] == [type(None), type(None), Overloaded, type(None)]
    assert visitor.one("SELECT count(*) FROM actions") == 4
    assert visitor.one("SELECT count(*) FROM outbox_messages") == 4


def test_a_campaign_that_is_gone_is_answered_and_spoils_nothing(visitor):
    commands = [command_for(visitor, "a@example.org"), command_for(visitor, "b@example.org", campaign_id=999_999)]
    with visitor.sessions() as session, session.begin():
        answers = record(session, commands)
    assert [answer.outcome for answer in answers] == ["accepted", "closed"]


def test_a_batch_is_deduplicated_inside_itself(visitor):
    commands = [command_for(visitor, "a@example.org")] * 7 + [command_for(visitor, "b@example.org")]
    with visitor.sessions() as session, session.begin():
        answers = record(session, commands)
    assert len({answer.action_id for answer in answers[:7]}) == 1
    assert visitor.one("SELECT count(*) FROM actions") == 2
    assert visitor.one("SELECT count(*) FROM outbox_messages") == 2


def test_the_same_batch_again_gets_the_same_answers(visitor):
    """So a batch whose fate is unknown can simply be run again."""
    commands = [command_for(visitor, f"s{n}@example.org") for n in range(20)]
    with visitor.sessions() as session, session.begin():
        first = record(session, commands)
    before = visitor.dump("actions")
    with visitor.sessions() as session, session.begin():
        again = record(session, commands)
    assert [answer.action_id for answer in first] == [answer.action_id for answer in again]
    assert visitor.dump("actions") == before
    ids = [ConfirmAction(row.public_id) for row in visitor.all("SELECT public_id FROM actions ORDER BY id")]
    with visitor.sessions() as session, session.begin():
        first = confirm(session, ids, BY_NAME)
    with visitor.sessions() as session, session.begin():
        again = confirm(session, ids, BY_NAME)
    assert [answer.number for answer in first] == [answer.number for answer in again] == list(range(1, 21))
    assert visitor.tally() == (20, 20)


@pytest.mark.race
def test_two_coalescers_with_crossing_keys_never_show_a_deadlock(visitor):
    """Two processes sign and confirm for the same few addresses, unsorted, and purge beside them."""
    emails = [f"s{n}@example.org" for n in range(40)]
    commands = [
        command_for(visitor, email, slug=slug, given_name=name)
        for email in emails
        for slug in ("fair-food", "milk-with-dignity")
        for name in ("Ana", "Eva")
    ]
    desks = [
        (Coalescer(visitor.sessions, record), Coalescer(visitor.sessions, lambda s, batch: confirm(s, batch, BY_NAME)))
        for _ in range(2)
    ]
    failures, counts = [], [0, 0]

    def work(number):
        dice = random.Random(number)
        taker, confirmer = desks[number % 2]
        for _turn in range(TURNS):
            if failures:
                return
            try:
                answer = taker.submit(dice.choice(commands))
                counts[0] += 1
                if dice.random() < 0.5:
                    public_id = visitor.one("SELECT public_id FROM actions WHERE id = :id", id=answer.action_id)
                    confirmer.submit(ConfirmAction(public_id))
                    counts[1] += 1
            except Exception as error:  # noqa: BLE001 - whatever reaches a user fails the test
                failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for taker, confirmer in desks:
        taker.close()
        confirmer.close()
    assert failures == []
    assert counts[0] == 12 * TURNS
    assert counts[1] > 2 * TURNS
    with visitor.sessions() as session, session.begin():
        purge_unconfirmed(session)
    for slug in ("fair-food", "milk-with-dignity"):
        truth = visitor.one(
            "SELECT count(*) FROM actions a JOIN campaigns c ON c.id = campaign_id "
            "WHERE slug = :slug AND state = 'confirmed'",
            slug=slug,
        )
        assert visitor.tally(slug) == (truth, truth)
        assert truth <= len(emails)


def test_a_person_erased_while_they_sign_again_is_written_anew(visitor):
    """Their row goes after the batch read it and before the foreign key is checked; nobody sees a 500 for it."""
    visitor.pledge()
    person = visitor.one("SELECT id FROM people")
    coalescer = Coalescer(visitor.sessions, record)
    command, answers = command_for(visitor, "ana@example.org", comment="again"), []
    signing = threading.Thread(target=lambda: answers.append(outcome_of(coalescer)(command)))
    with visitor.sessions() as slow, slow.begin():
        slow.execute(text("SELECT FROM campaigns WHERE id = :id FOR UPDATE"), {"id": command.campaign_id})
        signing.start()
        _wait_for_a_lock(visitor)  # the action is written, its campaign's key is being checked
        with visitor.sessions() as session, session.begin():
            erase_person(session, person, BY_NAME)
    signing.join()
    coalescer.close()
    assert [getattr(answer, "outcome", answer) for answer in answers] == ["accepted"]
    assert visitor.all("SELECT email FROM people") == [("ana@example.org",)]


def _wait_for_a_lock(visitor):
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    deadline = time.monotonic() + 10
    while not visitor.one(waiting):
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize("threads", [8])
def test_confirming_many_at_once_keeps_tally_and_numbers_true(visitor, threads):
    with visitor.sessions() as session, session.begin():
        record(session, [command_for(visitor, f"s{n}@example.org") for n in range(120)])
    ids = [row.public_id for row in visitor.all("SELECT public_id FROM actions")]
    desks = [Coalescer(visitor.sessions, lambda s, batch: confirm(s, batch, BY_NAME)) for _ in range(2)]
    answers = in_threads(lambda item: desks[item[0] % 2].submit(ConfirmAction(item[1])), list(enumerate(ids)), threads)
    for coalescer in desks:
        coalescer.close()
    assert sorted(answer.number for answer in answers) == list(range(1, 121))
    assert visitor.tally() == (120, 120)


def test_a_counted_action_waits_for_its_own_link_and_gets_its_number_whatever_vouches_for_it(visitor):
    visitor.write()
    visitor.confirm(visitor.last_link("confirm"))
    voucher = visitor.one("SELECT public_id FROM actions")
    command = command_for(visitor, "ana@example.org", vouched_by=voucher)
    with visitor.sessions() as session, session.begin():
        (recorded,) = record(session, [command])
        assert recorded.outcome == "accepted"
        (uncounted,) = record(session, [replace(command, is_counted=False, digest=b"d" * 16)])
        assert uncounted.outcome == "vouched"
    assert visitor.tally() == (0, 0)
    visitor.confirm(visitor.last_link("confirm"))
    assert visitor.one("SELECT number FROM actions WHERE is_counted AND state = 'confirmed'") == 1
    assert visitor.tally() == (1, 1)
