"""Reads what a marshal's phone kept and sends: strict, one by one, so that a bad entry never spoils its batch.

    {"entries": [{"id": UUID, "party": UUID, "came": 3, "at": 1774000000000},
                 {"id": UUID, "walk_up": UUID, "came": 2, "name": "Rosa", "at": 1774000000001}]}

`at` is in milliseconds since the epoch, by our clock as the phone last heard it.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from campaign.events.marshals.latest_word import Entry, Subject, Word
from campaign.events.marshals.models import MOST_OF_A_PARTY, MOST_WALKED_UP
from campaign.kernel.errors import CampaignError
from campaign.kernel.text import has_hidden_controls, has_line_break, is_storable

MOST_ENTRIES = 200
MOST_OF_A_NAME = 80

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_MILLISECONDS = 4_102_444_800_000  # the year 2100
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class BadBatchError(CampaignError):
    """What was sent is no batch of entries."""


def read_batch(body: bytes) -> list[Entry | None]:
    """Return the entries of a posted body in their order, None for each that cannot be read.

    Raises:
        BadBatchError: it is no JSON of our shape, or holds more than `MOST_ENTRIES`.
    """
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadBatchError("no JSON") from error
    entries = found.get("entries") if isinstance(found, dict) else None
    if not isinstance(entries, list) or len(entries) > MOST_ENTRIES:
        raise BadBatchError(f"no list of at most {MOST_ENTRIES} entries")
    return [_read(entry) if isinstance(entry, dict) else None for entry in entries]


def read_name(text: str) -> str | None:
    """Return a walk-up's name without the white space around it; None where it cannot be one."""
    name = text.strip()
    is_bad = len(name) > MOST_OF_A_NAME or not is_storable(name) or has_hidden_controls(name) or has_line_break(name)
    return None if is_bad else name


def read_uuid(value: object) -> UUID | None:
    """Return a UUID in its usual spelling; None for anything else."""
    return UUID(value) if isinstance(value, str) and _UUID.fullmatch(value) else None


def _read(entry: Mapping[str, Any]) -> Entry | None:
    is_walk_up = "walk_up" in entry
    key, subject = read_uuid(entry.get("id")), read_uuid(entry.get("walk_up" if is_walk_up else "party"))
    came, at = entry.get("came"), entry.get("at")
    name = entry.get("name", "")
    name = read_name(name) if isinstance(name, str) else None
    if key is None or subject is None or name is None or type(came) is not int or type(at) is not int:
        return None
    is_possible = 0 <= came <= (MOST_WALKED_UP if is_walk_up else MOST_OF_A_PARTY) and 0 <= at <= _MOST_MILLISECONDS
    if not is_possible or ("party" in entry and is_walk_up):
        return None
    word = Word(_EPOCH + timedelta(milliseconds=at), key, came, name if is_walk_up else "")
    return Entry(Subject(subject, is_walk_up), word)
