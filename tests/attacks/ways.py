"""The ways in which signatures and people may be joined. Each takes the loot and answers with people, or with nothing."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

_CLOSE = timedelta(milliseconds=400)
_WINDOWS = (30, 60, 300, 600, 3600, 86400)  # seconds for which marks, jobs and limits live
_RARE = 3  # a value that stands in more rows than this ties nobody to anybody
_STEPS = 6
_KEY = re.compile(rb"((?:[\w-]+:){1,3})(.+)", re.DOTALL)

Answers = dict[int, int]
"""Person's id, by the id of a high-safety action."""


@dataclass(frozen=True)
class Loot:
    """What the thief has: Valkey's commands in order, rows of all tables, and what the provider keeps."""

    commands: Sequence[Sequence[bytes]]
    rows: Mapping[str, Sequence[Mapping[str, Any]]]
    provider: Sequence[tuple[UUID, str]]
    safe: Sequence[Mapping[str, Any]] = field(default=())
    known: Sequence[Mapping[str, Any]] = field(default=())


# Equal keys


def _keys_in_order(loot: Loot) -> dict[bytes, list[bytes]]:
    """Return what each family of keys (`limit:email:86400:`) was followed by, one for each time it was counted."""
    families: dict[bytes, list[bytes]] = defaultdict(list)
    for words in loot.commands:
        if words[0].upper() in (b"INCR", b"INCRBY", b"SET", b"HINCRBY", b"ZADD", b"SADD") and len(words) > 1:
            match = _KEY.fullmatch(words[1])
            if match:
                families[match[1]].append(match[2])
    return families


def by_order(loot: Loot, column: str) -> Answers:
    """Lay the n-th key of a family beside the n-th row; a row of nobody has the key of somebody's."""
    rows = [row for row in (*loot.safe, *loot.known) if row[column] is not None]
    rows.sort(key=lambda row: row[column])
    best: Answers = {}
    for tails in _keys_in_order(loot).values():
        if len(tails) == len(rows):
            best = max(best, _join_equal(zip(rows, tails, strict=True), loot), key=len)
    return best


def by_end(loot: Loot) -> Answers:
    """What ends at a time was begun a whole window before: a key is laid beside the row of the moment it was counted.

    A key that was counted before has no new end; the next end of anything in the file, a mark's or a job's, dates it.
    """
    rows = sorted((*loot.safe, *loot.known), key=lambda row: row["created_at"])
    paired: list[tuple[Mapping[str, Any], bytes]] = []
    undated: list[bytes] = []
    for words in loot.commands:
        if words[0].upper() == b"INCR":
            undated.append(words[1])
        for end in _ends(words):
            near = _begun_at(rows, end)
            if near is not None:
                paired += [(near, key) for key in undated]
                undated = []
    return _join_equal(paired, loot)


def _ends(words: Sequence[bytes]) -> Iterable[datetime]:
    for before, word in pairwise(words):
        if (before.upper() in (b"PXAT", b"PEXPIREAT") or words[0].upper() == b"PEXPIREAT") and word.isdigit():
            yield datetime.fromtimestamp(int(word) / 1000, UTC)


def _begun_at(rows: Sequence[Mapping[str, Any]], end: datetime) -> Mapping[str, Any] | None:
    for seconds in _WINDOWS:
        at = end - timedelta(seconds=seconds)
        place = bisect_left(rows, at, key=lambda row: row["created_at"])
        near = min(rows[max(place - 1, 0) : place + 1], key=lambda row: abs(row["created_at"] - at))
        if abs(near["created_at"] - at) < _CLOSE:
            return near
    return None


def _join_equal(pairs: Iterable[tuple[Mapping[str, Any], bytes]], loot: Loot) -> Answers:
    people: dict[bytes, set[int]] = defaultdict(set)
    safe: list[tuple[int, bytes]] = []
    for row, key in pairs:
        if row["person_id"] is not None:
            people[key].add(row["person_id"])
        elif any(row is one for one in loot.safe):
            safe.append((row["id"], key))
    return {action: next(iter(people[key])) for action, key in safe if len(people[key]) == 1}


# The tables alone


def by_bytes(loot: Loot) -> Answers:
    """Walk from a signature to a person over values that stand in few rows: keys, ids, hashes, texts."""
    rows = [(table, row) for table, listed in loot.rows.items() for row in listed]
    values = [set(_values(table, row)) for table, row in rows]
    holders: dict[object, list[int]] = defaultdict(list)
    for number, held in enumerate(values):
        for value in held:
            holders[value].append(number)
    persons = {number: row["id"] for number, (table, row) in enumerate(rows) if table == "people"}
    starts = {row["id"]: number for number, (table, row) in enumerate(rows) if table == "actions"}
    answers: Answers = {}
    for safe in loot.safe:
        seen, edge = {starts[safe["id"]]}, {starts[safe["id"]]}
        for _ in range(_STEPS):
            edge = {
                other
                for number in edge
                for value in values[number]
                if len(holders[value]) <= _RARE
                for other in holders[value]
            } - seen
            seen |= edge
            met = {persons[number] for number in edge if number in persons}
            if met:
                if len(met) == 1:
                    answers[safe["id"]] = met.pop()
                break
    return answers


def _values(table: str, row: Mapping[str, Any]) -> Iterable[object]:
    for name, value in row.items():
        if isinstance(value, bytes | memoryview) and len(value) >= 8:
            yield bytes(value)
        elif isinstance(value, UUID):
            yield value.bytes
        elif isinstance(value, str) and len(value) >= 12:
            yield value
        elif isinstance(value, int) and not isinstance(value, bool):
            if name == "id":
                yield (table, value)
            elif name.endswith("_id"):
                yield (_TABLES.get(name, name), value)


_TABLES = {"person_id": "people", "action_id": "actions", "merged_into_id": "actions", "message_id": "outbox_messages"}


def by_times(loot: Loot) -> Answers:
    """What one transaction wrote has one time: a signature's, and that of one person's row."""
    people: dict[datetime, set[int]] = defaultdict(set)
    safe_ids = {row["id"] for row in loot.safe}
    times: dict[int, set[datetime]] = defaultdict(set)
    for table, listed in loot.rows.items():
        for row in listed:
            person = row.get("person_id") or (row["id"] if table == "people" else None)
            action = row["id"] if table == "actions" else row.get("action_id")
            for value in row.values():
                if isinstance(value, datetime) and value.microsecond:
                    if person is not None:
                        people[value].add(person)
                    elif action in safe_ids:
                        times[action].add(value)
    answers = {}
    for action, held in times.items():
        met = set().union(*(people.get(value, set()) for value in held))
        if len(met) == 1:
            answers[action] = met.pop()
    return answers


def by_rank(loot: Loot, column: str) -> Answers:
    """Lay the n-th signature beside the n-th person, where both come in the order in which people came."""
    safe, known = ([row for row in rows if row[column] is not None] for rows in (loot.safe, loot.known))
    if len(safe) != len(known):
        return {}
    pairs = zip(*(sorted(rows, key=lambda row: row[column]) for rows in (safe, known)), strict=True)
    return {one["id"]: other["person_id"] for one, other in pairs}


def by_neighbour(loot: Loot, column: str) -> Answers:
    """Guess the person of the signature that is nearest in the order of a column."""
    known = sorted((row[column], row["person_id"]) for row in loot.known if row[column] is not None)
    return {row["id"]: _nearest(known, row[column]) for row in loot.safe if row[column] is not None and known}


def by_public_id(loot: Loot) -> Answers:
    """Guess by the time that a UUIDv7 begins with."""
    known = sorted((row["public_id"].int >> 80, row["person_id"]) for row in loot.known)
    return {
        row["id"]: _nearest(known, row["public_id"].int >> 80) for row in loot.safe if row["public_id"].version == 7
    }


def _nearest(known: Sequence[tuple[Any, int]], at: Any) -> int:
    place = bisect_left(known, at, key=lambda pair: pair[0])
    return min(known[max(place - 1, 0) : place + 1], key=lambda pair: abs(pair[0] - at))[1]


def by_provider(loot: Loot) -> Answers:
    """Look the provider's ids up among the messages, and their actions; a person by the address."""
    actions = {row["public_id"]: row["action_id"] for row in loot.rows["outbox_messages"]}
    people = {row["email"]: row["id"] for row in loot.rows["people"]}
    safe = {row["id"] for row in loot.safe}
    found = ((actions.get(public_id), people.get(address)) for public_id, address in loot.provider)
    return {action: person for action, person in found if action in safe and person is not None}
