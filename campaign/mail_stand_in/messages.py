"""What lies in the inbox: a call as it came, the messages it means, and the events told about each.

A call is stored as it came; its messages are a pure function of it. So one write makes a thousand recipients durable,
and a body shared by a thousand is kept once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from campaign.mail_stand_in.shapes import as_integer, as_list, as_object, as_objects, as_text, as_texts


@dataclass(frozen=True, slots=True)
class Address:
    """An e-mail address and the name beside it."""

    email: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>" if self.name else self.email


@dataclass(frozen=True, slots=True)
class Call:
    """One accepted send call.

    Args:
        message_id: what `X-Message-Id` answered.
        at: when it was accepted, aware UTC.
        body: its decoded JSON, already validated.
    """

    message_id: str
    at: datetime
    body: Mapping[str, object]


@dataclass(slots=True)
class EventRecord:
    """One event about a message, and what became of telling it.

    Args:
        event: SendGrid's event object as it was posted.
        outcome: in words, as shown on the page (`accepted: …`; `not accepted: Connection refused`).
        posts: how often it was posted (SendGrid repeats, and so may a tester).
    """

    event: Mapping[str, object]
    outcome: str
    posts: int = 1

    @property
    def sg_event_id(self) -> str:
        """The id by which the service deduplicates."""
        return as_text(self.event.get("sg_event_id"))

    @property
    def name(self) -> str:
        """`delivered`, `bounce`, `blocked`, `dropped`, `deferred` or `spamreport`."""
        name = as_text(self.event.get("event"))
        return "blocked" if name == "bounce" and self.event.get("type") == "blocked" else name

    @property
    def at(self) -> int:
        """When it happened, in seconds since the epoch."""
        return as_integer(self.event.get("timestamp")) or 0


@dataclass(slots=True)
class Message:
    """One recipient's mail out of a call. Its text is put together when it is read, from what the call shares."""

    call: Call
    block: Mapping[str, object]
    to: Address
    role: str
    number: int
    events: list[EventRecord] = field(default_factory=list)

    @property
    def id(self) -> str:
        """Unique in this inbox, and safe in a path."""
        return f"{self.call.message_id}.{self.number}"

    @property
    def sg_message_id(self) -> str:
        """In SendGrid's form: the call's `X-Message-Id`, a machine, a number."""
        return f"{self.call.message_id}.mailbox0001-1.{self.number}"

    @property
    def sender(self) -> Address:
        """Who it is from."""
        return _address(self.block.get("from") or self.call.body.get("from"))

    @property
    def reply_to(self) -> list[Address]:
        """Where answers go; substitutions apply here too, as SendGrid documents."""
        given = [self.call.body["reply_to"]] if "reply_to" in self.call.body else []
        listed = [_address(value) for value in given or as_list(self.call.body.get("reply_to_list"))]
        return [Address(self.substituted(each.email), self.substituted(each.name)) for each in listed]

    @property
    def subject(self) -> str:
        """The personalization's subject, else the call's, with substitutions."""
        return self.substituted(as_text(self.block.get("subject")) or as_text(self.call.body.get("subject")))

    @property
    def text(self) -> str:
        """The text/plain part, empty when there is none."""
        return self.part("text/plain")

    @property
    def html(self) -> str:
        """The text/html part, empty when there is none."""
        return self.part("text/html")

    @property
    def headers(self) -> dict[str, str]:
        """Extra headers, the personalization's before the call's."""
        return {**as_texts(self.call.body.get("headers")), **as_texts(self.block.get("headers"))}

    @property
    def custom_args(self) -> dict[str, str]:
        """Custom arguments, the personalization's before the call's; never substituted."""
        return {**as_texts(self.call.body.get("custom_args")), **as_texts(self.block.get("custom_args"))}

    @property
    def categories(self) -> list[str]:
        """The call's categories."""
        return [as_text(item) for item in as_list(self.call.body.get("categories"))]

    @property
    def attachments(self) -> list[str]:
        """The names of attached files."""
        return [as_text(item.get("filename")) for item in as_objects(self.call.body.get("attachments"))]

    @property
    def status(self) -> str:
        """The latest event's name, or `processed` while there is none."""
        return self.events[-1].name if self.events else "processed"

    def part(self, mime_type: str) -> str:
        """The first part of a MIME type, with substitutions."""
        for item in as_objects(self.call.body.get("content")):
            if as_text(item.get("type")).lower() == mime_type:
                return self.substituted(as_text(item.get("value")))
        return ""

    def substituted(self, text: str) -> str:
        """Apply the personalization's substitutions, then the call's sections."""
        replaced = substitute(text, as_texts(self.block.get("substitutions")))
        return substitute(replaced, as_texts(self.call.body.get("sections")))


def substitute(text: str, pairs: Mapping[str, str]) -> str:
    """Replace each tag by its value, one after the other in the order given.

    SendGrid documents no order. One after the other is the worst reading, for a value that holds a later tag is
    replaced again: whoever lets a person's words carry a tag shall see it go wrong here first.
    """
    for tag, value in pairs.items():
        text = text.replace(tag, value)
    return text


def messages_of(call: Call) -> Iterator[Message]:
    """The messages a call means: one per recipient, to before cc before bcc, numbered from 0."""
    number = 0
    for block in as_objects(call.body.get("personalizations")):
        for role in ("to", "cc", "bcc"):
            for value in as_list(block.get(role)):
                yield Message(call, block, _address(value), role, number)
                number += 1


def _address(value: object) -> Address:
    pairs = as_object(value)
    return Address(as_text(pairs.get("email")), as_text(pairs.get("name")))
