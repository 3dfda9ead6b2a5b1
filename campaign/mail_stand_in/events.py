"""The events a tester can send: SendGrid's event objects for one message.

Source: https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event (fields and examples of each event). A
block is a `bounce` whose `type` is `blocked`. Custom arguments stand beside SendGrid's own keys, which win.
"""

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from campaign.mail_stand_in.messages import Message


@dataclass(frozen=True, slots=True)
class EventKind:
    """One button: what it is called, what it tells, in SendGrid's words.

    Args:
        key: the form's value.
        label: the button.
        means: one line under it.
        fields: what this kind adds to the event object.
    """

    key: str
    label: str
    means: str
    fields: Mapping[str, str]


EVENT_KINDS: Final = {
    kind.key: kind
    for kind in (
        EventKind(
            "delivered",
            "Delivered",
            "the receiving server accepted it",
            {"event": "delivered", "response": "250 2.0.0 OK"},
        ),
        EventKind(
            "bounce",
            "Hard bounce",
            "no such mailbox",
            {
                "event": "bounce",
                "type": "bounce",
                "status": "5.1.1",
                "reason": "550 5.1.1 The email account that you tried to reach does not exist.",
                "bounce_classification": "Invalid Address",
            },
        ),
        EventKind(
            "full",
            "Mailbox full",
            "no room right now",
            {
                "event": "bounce",
                "type": "bounce",
                "status": "5.2.2",
                "reason": "552 5.2.2 The email account that you tried to reach is over quota.",
                "bounce_classification": "Mailbox Unavailable",
            },
        ),
        EventKind(
            "blocked",
            "Blocked",
            "refused, may work later",
            {
                "event": "bounce",
                "type": "blocked",
                "status": "5.7.1",
                "reason": "550 5.7.1 Message refused by the receiving server's policy.",
                "bounce_classification": "Reputation",
            },
        ),
        EventKind(
            "deferred",
            "Deferred",
            "the server asks to try later",
            {"event": "deferred", "attempt": "1", "response": "451 4.7.1 Please try again later"},
        ),
        EventKind(
            "dropped",
            "Dropped",
            "never handed on",
            {"event": "dropped", "reason": "Bounced Address", "status": "5.0.0"},
        ),
        EventKind("spamreport", "Spam report", "the reader complained", {"event": "spamreport"}),
    )
}


def new_event(message: Message, kind: EventKind, *, now: float) -> dict[str, object]:
    """One event object about a message.

    Args:
        message: whom it is about.
        kind: what happened.
        now: seconds since the epoch.

    Returns:
        A JSON object in SendGrid's shape, with a `sg_event_id` of its own.
    """
    event: dict[str, object] = dict(message.custom_args)
    event |= {
        "email": message.to.email,
        "timestamp": int(now),
        "smtp-id": f"<{message.call.message_id}@mailbox0001>",
        "sg_event_id": base64.urlsafe_b64encode(secrets.token_bytes(16)).rstrip(b"=").decode("ascii"),
        "sg_message_id": message.sg_message_id,
        **kind.fields,
    }
    if message.categories:
        event["category"] = message.categories
    return event
