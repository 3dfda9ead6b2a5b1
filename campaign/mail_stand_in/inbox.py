"""The inbox: every message accepted, kept by a keeper and found again by id, address, custom argument or words."""

import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Protocol

from campaign.mail_stand_in.messages import Call, EventRecord, Message, messages_of
from campaign.mail_stand_in.shapes import as_object, as_text


class Keeper(Protocol):
    """Where records are kept: the journal, or nowhere in a test's sink."""

    def records(self) -> Iterable[Mapping[str, object]]:
        """Every record kept so far, oldest first."""
        ...

    def append(self, record: Mapping[str, object]) -> None:
        """Keep one record; returns when it is safe."""
        ...


class Inbox:
    """Messages in memory, oldest first, with what finds them; the keeper has the truth they are rebuilt from."""

    def __init__(self, keeper: Keeper) -> None:
        """Load what the keeper holds."""
        self._keeper = keeper
        self._lock = threading.Lock()
        self._messages: list[Message] = []
        self._by_id: dict[str, Message] = {}
        self._by_address: defaultdict[str, list[Message]] = defaultdict(list)
        self._by_argument: defaultdict[tuple[str, str], list[Message]] = defaultdict(list)
        for record in keeper.records():
            self._replay(record)

    def accept(self, call: Call) -> list[Message]:
        """Store a call durably and file its messages; when this returns, kill -9 loses nothing of it."""
        self._keeper.append(
            {"record": "call", "id": call.message_id, "at": call.at.isoformat(), "body": call.body},
        )
        return self._file(call)

    def note_event(self, message: Message, event: Mapping[str, object], outcome: str) -> None:
        """Store what was told about a message and what the service answered."""
        self._keeper.append({"record": "event", "message": message.id, "event": event, "outcome": outcome})
        self._file_event(message, event, outcome)

    def find(self, message_id: str) -> Message | None:
        """One message by its id, or by SendGrid's form of it."""
        call_id, _, number = message_id.rpartition(".")
        return self._by_id.get(message_id) or self._by_id.get(f"{call_id.removesuffix('.mailbox0001-1')}.{number}")

    def with_argument(self, key: str, value: str) -> list[Message]:
        """The messages that carry a custom argument, newest first."""
        return self._newest_first(self._by_argument.get((key, value), []))

    def search(self, words: str = "", *, to: str = "") -> Iterable[Message]:
        """Messages newest first whose addresses, subject or text hold every word; those to one address, if given."""
        candidates = self._newest_first(self._by_address.get(to.strip().casefold(), []) if to.strip() else None)
        needles = words.casefold().split()
        return (message for message in candidates if _holds(message, needles)) if needles else candidates

    def count(self) -> int:
        """How many messages there are."""
        return len(self._messages)

    def _newest_first(self, messages: list[Message] | None) -> list[Message]:
        with self._lock:
            chosen = self._messages if messages is None else messages
            return chosen[::-1]

    def _file(self, call: Call) -> list[Message]:
        messages = list(messages_of(call))
        with self._lock:
            self._messages.extend(messages)
            for message in messages:
                self._by_id[message.id] = message
                self._by_address[message.to.email.casefold()].append(message)
                for pair in message.custom_args.items():
                    self._by_argument[pair].append(message)
        return messages

    def _file_event(self, message: Message, event: Mapping[str, object], outcome: str) -> None:
        with self._lock:
            for known in message.events:
                if known.sg_event_id == event.get("sg_event_id"):
                    known.outcome = outcome
                    known.posts += 1
                    return
            message.events.append(EventRecord(event, outcome))

    def _replay(self, record: Mapping[str, object]) -> None:
        if record.get("record") == "call":
            at = datetime.fromisoformat(as_text(record.get("at"))).astimezone(UTC)
            self._file(Call(as_text(record.get("id")), at, as_object(record.get("body"))))
        elif record.get("record") == "event":
            message = self._by_id.get(as_text(record.get("message")))
            if message is not None:
                self._file_event(message, as_object(record.get("event")), as_text(record.get("outcome")))


def page_of(messages: Iterable[Message], *, page: int, size: int) -> tuple[list[Message], bool]:
    """One page (from 1) of messages, and whether another follows."""
    found = list(islice(messages, (page - 1) * size, page * size + 1))
    return found[:size], len(found) > size


def _holds(message: Message, needles: list[str]) -> bool:
    hay = "\n".join((str(message.to), str(message.sender), message.subject, message.text or message.html)).casefold()
    return all(needle in hay for needle in needles)
