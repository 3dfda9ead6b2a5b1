"""Tries to lay a thief's finds side by side: each way of joining is shown to find what is there to be found."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from tests.attacks.aof import read_commands
from tests.attacks.naming import Way, judge, most_named, run, take

PEOPLE, START = 20, datetime(2027, 3, 1, 12, tzinfo=UTC)
SAFE, OPEN = 1, 2


def planted(**leak):
    """Rows and commands of people who signed two campaigns in two orders; `leak` says what ties the two."""
    rows = {"campaigns": [{"id": SAFE, "is_high_safety": True}, {"id": OPEN, "is_high_safety": False}]}
    rows["people"] = [
        {"id": 500 + n, "email": f"{n}@example.org", "created_at": START + timedelta(hours=9, seconds=n)}
        for n in range(PEOPLE)
    ]
    rows["actions"], rows["outbox_messages"], rows["suppressions"], commands, provider = [], [], [], [], []
    for turn in range(2 * PEOPLE):
        person = turn * 7 % PEOPLE
        is_safe = turn < PEOPLE  # everybody signs one, and much later the other
        at = START + timedelta(hours=0 if is_safe else 3, seconds=turn, microseconds=turn + 1)
        row = {
            "id": 1000 + turn,
            "public_id": UUID(int=2**100 + turn),
            "campaign_id": SAFE if is_safe else OPEN,
            "person_id": None if is_safe else 500 + person,
            "signer_key": bytes([turn]) * 16,
            "created_at": at,
            "confirmed_at": at,
            "number": person if leak.get("numbers") else turn * turn % 41,
            "ctid": (0, person if leak.get("places") else turn * turn % 43),
        }
        message = {"id": 3000 + turn, "public_id": UUID(int=2**90 + turn), "action_id": None, "person_id": None}
        if leak.get("times") and is_safe:
            row["confirmed_at"] = rows["people"][person]["created_at"].replace(microsecond=person + 7)
            rows["people"][person]["created_at"] = row["confirmed_at"]
        if leak.get("bytes"):
            key = f"hash of mailbox {person}".encode()
            rows["suppressions"].append({"id": 4000 + turn, "address_hash": key, "action_id": row["id"]})
        if leak.get("provider"):
            message["action_id"] = row["id"]
        tail = person if leak.get("keys") else turn
        commands += [[b"SELECT", b"0"], [b"INCR", b"limit:email:86400:" + bytes([tail]) * 16]]
        provider.append((message["public_id"], f"{person}@example.org"))
        rows["actions"].append(row)
        rows["outbox_messages"].append(message)
    truth = {1000 + turn: 500 + turn * 7 % PEOPLE for turn in range(PEOPLE)}
    return judge(take(commands, rows, provider), truth)


def test_where_nothing_ties_the_two_nobody_is_named():
    assert most_named(planted()) == (0, 0)


@pytest.mark.parametrize("leak", ["keys", "bytes", "times", "numbers", "places"])
def test_what_ties_the_two_names_everybody(leak):
    ways = planted(**{leak: True})
    assert most_named(ways)[0] == PEOPLE, [way for way in ways if way.right]


def test_the_providers_list_is_tried_too():
    assert most_named(planted(provider=True)) == (0, PEOPLE)


def test_a_lucky_guess_names_nobody():
    assert Way("guess", answers=40, right=2, people=40).named == 0
    assert Way("knows", answers=5, right=5, people=40).named == 5
    assert Way("knows some", answers=40, right=12, people=40).named == 12


def test_valkeys_file_and_the_database_name_none_of_twelve_who_signed_twice_in_one_sitting(tell):
    """`python -m tests.attacks.naming` does the same with forty."""
    alone, with_provider = most_named(run(people=12, together=True))
    tell("named, from Valkey's file and the database", f"{alone} of 12")
    tell("named, with the provider's list", f"{with_provider} of 12")
    assert (alone, with_provider) == (0, 0)


def test_an_append_only_file_is_read_in_order(tmp_path):
    folder = tmp_path / "appendonlydir"
    folder.mkdir()
    (folder / "appendonly.aof.1.base.rdb").write_bytes(b"VALKEY0011\xfa")
    (folder / "appendonly.aof.1.incr.aof").write_bytes(
        b"*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n*2\r\n$4\r\nINCR\r\n$5\r\na\r\n*b\r\n"
    )
    assert read_commands(folder.iterdir()) == [[b"SELECT", b"0"], [b"INCR", b"a\r\n*b"]]
