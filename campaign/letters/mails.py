"""Composes letters: from our own domain in the writer's name, replies go to the writer, text as it was previewed.

No HTML, no tracking, no rewritten links: it is a person's letter.
"""

from collections.abc import Sequence
from email.utils import parseaddr
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from campaign.delivery.topics import Content, Mail, MailTopic, NotSent, OutgoingMessage
from campaign.kernel.installation import installation_of
from campaign.kernel.names import sender_name
from campaign.kernel.text import header_name, mailbox
from campaign.letters.queries import list_for_mail
from campaign.letters.service import TOPIC


def compose_letter(session: Session, messages: Sequence[OutgoingMessage]) -> Sequence[Mail | NotSent]:
    """Compose one mail a letter; a letter whose writer was erased or took it back is not sent."""
    sender = installation_of(session).settings.mail_from_letters
    rows = list_for_mail(session, [message.action_id for message in messages if message.action_id is not None])
    composed: list[Mail | NotSent] = []
    for message in messages:
        row = rows.get((message.action_id or 0, message.payload.get("executive", 0)))
        if row is None or row.body is None or row.email_display is None or row.state != "confirmed":
            composed.append(NotSent("withdrawn", "the writer took it back"))
        else:
            composed.append(_letter(sender, row))
    return composed


def _letter(sender: str, row: Row[Any]) -> Mail:
    writer = sender_name(row.given_name or "", row.family_name or "")
    our_name, our_address = parseaddr(sender)
    content = Content(
        sender=mailbox(header_name(f"{writer} via {our_name}" if writer else our_name), our_address),
        subject=row.subject,
        text=row.body,
        category="letter",
        reply_to=mailbox(writer, row.email_display),
    )
    return Mail(row.address, content, to_name=header_name(row.office, row.company))


MAILS = (MailTopic(TOPIC, "letters", compose_letter),)
