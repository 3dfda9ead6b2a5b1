"""The port to a mail provider: one call hands over one content to many recipients, and says how it ended.

The ways it can end are few and decide everything else: what was certainly not taken may go again, what was certainly
refused must be mended, and what nobody can know is `Unknown`. A refusal that the provider states is no lost connection:
it says that the mail was not taken.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from campaign.delivery.topics import Content


@dataclass(frozen=True)
class Recipient:
    """One recipient of a call; `message` is the outbox message's public id, the only thing the provider is told."""

    message: str
    address: str
    name: str = ""
    substitutions: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Call:
    """One request: at most 1,000 recipients, each address once."""

    content: Content
    recipients: tuple[Recipient, ...]


@dataclass(frozen=True)
class Accepted:
    """Taken; `provider_id` is the provider's name for it."""

    provider_id: str


@dataclass(frozen=True)
class NotWritten:
    """No byte of it left this machine: safe to try again."""

    reason: str


@dataclass(frozen=True)
class Limited:
    """Refused for now; come again after `retry_seconds`."""

    retry_seconds: float


@dataclass(frozen=True)
class Unavailable:
    """Not taken, as the provider itself says: it is out of order. Again after `retry_seconds`, where it says when."""

    reason: str
    retry_seconds: float | None = None


@dataclass(frozen=True)
class Refused:
    """We are refused, not this mail: key revoked, credits gone, or not the provider's address."""

    reason: str


@dataclass(frozen=True)
class Rejected:
    """This call is refused for good: something in it is wrong."""

    reason: str


@dataclass(frozen=True)
class Unknown:
    """It was written, at least in part, and nobody can know what became of it."""

    reason: str


Stop = Limited | Refused | NotWritten | Unavailable | Unknown
"""What ends a call and tells that the next one might end so too."""

Result = Accepted | Rejected | Stop


class MailSender(Protocol):
    """Hands mails to a provider. Called from several threads at once."""

    def send(self, call: Call) -> Result:
        """Hand over one call and say how it ended; never raises."""
        ...

    def answers(self) -> bool:
        """Ask the provider something that changes nothing; returns whether it answers in order. Never raises."""
        ...


@dataclass(frozen=True)
class Looked:
    """What the provider's log told of some messages.

    `taken` maps message to state (`sent`, `delivered`, …) for those it knows; `answered` are those it was asked about
    and said something of, if only that it does not know them. The others are to be asked again after `pause_seconds`.
    `has_log` is False where the account's plan has no such log.
    """

    taken: Mapping[str, str] = field(default_factory=dict)
    answered: frozenset[str] = frozenset()
    pause_seconds: float = 0.0
    has_log: bool = True


class MailLog(Protocol):
    """Knows what the provider has taken, where the account's plan has such a log."""

    def find_taken(self, messages: Sequence[str]) -> Looked:
        """Look for messages by their public ids; never raises. What was learned before a fault is not lost."""
        ...
