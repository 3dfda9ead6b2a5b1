"""Joins every table, and what the mail provider keeps, by equal values: who is led to whom."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from sqlalchemy import text

from campaign.kernel.base import Base

COMMON = 6
"""What more rows than this have in common names none of them."""

_POINTS_AT = {
    "action_id": "actions", "merged_into_id": "actions", "referred_by_id": "actions", "message_id": "outbox_messages",
    "person_id": "people",
}  # fmt: skip
_NAMES = ("provider_id", "sg_event_id")


@dataclass(frozen=True)
class Row:
    """A row somebody holds: of a table of ours, or of the provider's log (`sent`)."""

    table: str
    place: int
    values: frozenset


def read_all(sessions, sent):
    """Every row of every table, and the provider's log: a list of what it keeps of each mail, by name."""
    rows = [Row("sent", place, frozenset(_telling("sent", entry))) for place, entry in enumerate(sent)]
    with sessions() as session:
        for table in Base.metadata.sorted_tables:
            columns = ", ".join(f'"{column.name}"' for column in table.columns if not _is_endless(column))
            found = session.execute(text(f"SELECT {columns} FROM {table.name} ORDER BY 1")).mappings().all()
            rows += [Row(table.name, place, frozenset(_telling(table.name, row))) for place, row in enumerate(found)]
    return rows


def _is_endless(column):
    """Whether it holds -infinity, which Python's instants do not have: whose turn it is among streams and mailboxes."""
    return "infinity" in str(getattr(column.server_default, "arg", ""))


def _telling(table, row):
    """What of a row may be compared: hashes, random ids, instants, addresses, the provider's ids, and who it is about."""
    for column, value in row.items():
        if isinstance(value, bytes | memoryview):
            yield bytes(value)
        elif isinstance(value, UUID):
            yield value
        elif isinstance(value, datetime):
            yield value if value.time() != time() else (value, table)
        elif isinstance(value, str) and ("@" in value or column in _NAMES):
            yield value.lower()
        elif column == "id":
            yield table, value
        elif column in _POINTS_AT and value is not None:
            yield _POINTS_AT[column], value


def addresses_of(rows, start):
    """The addresses that a row leads to, from value to value, however often."""
    holders = defaultdict(list)
    for row in rows:
        for value in row.values:
            holders[value].append(row)
    seen, left, found = {start}, [start], set()
    while left:
        row = left.pop()
        found |= {value for value in row.values if isinstance(value, str) and "@" in value}
        for value in row.values:
            near = [] if len(holders[value]) > COMMON else holders[value]
            left += [other for other in near if other not in seen]
            seen.update(near)
    return found


def made_at(public_id):
    """When a UUIDv7 was made, in seconds since the epoch; None of any other."""
    return None if public_id.version != 7 else (public_id.int >> 80) / 1000
