"""Topics: which feature turns which outbox message into a mail, or does the work that it asks for.

An outbox message names its topic (`letters.letter`) and carries ids, no text and no address; the topic's `compose`
reads the rows at the moment of sending, so that what was erased meanwhile is not sent. The work of a topic that is no
mail (drawing a card) is done in `compose` too, in its transaction, and answered by `Done` or `Later`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from campaign.delivery.headers import UNSUBSCRIBE, check_headers
from campaign.kernel.lanes import LaneName


@dataclass(frozen=True)
class OutgoingMessage:
    """A claimed outbox message, as a composer sees it."""

    id: int
    public_id: UUID
    topic: str
    action_id: int | None
    person_id: int | None
    campaign_id: int | None
    payload: dict[str, Any]


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a mail. `mime`: its type, with its parameters."""

    filename: str
    mime: str
    data: bytes


@dataclass(frozen=True)
class Content:
    """What many mails share; values that differ are substitution tags. Equal contents travel in one call."""

    sender: str  # "Name <address>"
    subject: str
    text: str
    html: str | None = None
    category: str = "campaign"
    reply_to: str | None = None  # "Name <address>"
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True)
class Mail:
    """One mail to one address. `substitutions` maps tag to value; a text tag and an HTML tag (escaped) each.

    `asks_for` is the campaign for which it asks a confirmation, and with it what a refusal stops: None for what was
    asked for or stands. `if_refused`: what goes once in its place where that is refused, to tell its owner how they can
    go on all the same. `is_high_safety`: the address is known within that campaign alone. `headers`: of this mail
    alone (`campaign.delivery.headers`).
    """

    to_address: str
    content: Content
    to_name: str = ""
    substitutions: dict[str, str] = field(default_factory=dict)
    suppressible: bool = True
    """False for the link just asked for, which a complaint does not stop (a hard bounce does)."""
    asks_for: int | None = None
    if_refused: Content | None = None
    is_high_safety: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse headers that no mail may carry, and a tag in one: the provider would put a value into it."""
        check_headers(self.headers)
        if any(tag in value for tag in self.substitutions for value in self.headers.values()):
            raise ValueError("a header holds a substitution tag")

    @property
    def is_unasked(self) -> bool:
        """Whether it goes by itself, not because its reader just asked: then it says how to unsubscribe."""
        return UNSUBSCRIBE in self.headers


@dataclass(frozen=True)
class NotSent:
    """Instead of a mail: there is nothing to send any more. `state` is `withdrawn`, `suppressed` or `dead`."""

    state: str
    reason: str


@dataclass(frozen=True)
class Done:
    """Instead of a mail: the work is done, nothing goes out."""


@dataclass(frozen=True)
class Later:
    """Instead of a mail: it cannot be done now, and is tried again after `retry_seconds`."""

    retry_seconds: float
    reason: str


Made = Mail | NotSent | Done | Later
"""What becomes of a message when it is composed."""

Composer = Callable[[Session, Sequence[OutgoingMessage]], Sequence[Made]]
"""Takes the messages of one topic; returns one result a message, in the same order."""


@dataclass(frozen=True)
class MailTopic:
    """A topic, the lane its messages travel by, and who composes them.

    `goes_once`: where nobody knows whether a mail went, it is not sent again, whatever its lane may repeat.
    """

    name: str
    lane: LaneName
    compose: Composer
    goes_once: bool = False
