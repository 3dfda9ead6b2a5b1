"""In whose name a mail to a supporter goes, and where an answer to it arrives.

The name is the organization's, the address the installation's, whose domain is the one that is authenticated. An answer
goes to the organization's own mailbox where it named one. Not on a high-safety campaign: there a sender's name stays
in address books, and in lists of those one has mail from.
"""

from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any
from urllib.parse import unquote

from sqlalchemy import Row

from campaign.kernel.settings import Settings
from campaign.kernel.text import header_name, mailbox
from campaign.people.addresses import BadAddressError, parse_address

_LONGEST_NAME = 70


@dataclass(frozen=True, slots=True)
class Sender:
    """The two header values, each `"Name" <address>`; `reply_to` None: answers go to the sender's address."""

    mailbox: str
    reply_to: str | None = None


def sender_of(settings: Settings, row: Row[Any], *, is_bulk: bool = False) -> Sender:
    """Return who sends a mail about an action; `row` is one of `list_for_mail`."""
    ours = settings.mail_from_bulk if is_bulk else settings.mail_from
    name = header_name(row.organization)[:_LONGEST_NAME].strip()
    if row.is_high_safety or not name:
        return Sender(ours)
    contact = _address_of(row.contact_url)
    return Sender(mailbox(name, parseaddr(ours)[1]), mailbox(name, contact) if contact else None)


def _address_of(contact_url: str | None) -> str | None:
    """Return the mail address of a contact, where it is one that mail can go to."""
    if contact_url is None or not contact_url.startswith("mailto:"):
        return None
    typed = unquote(contact_url.removeprefix("mailto:").partition("?")[0])
    try:
        return parse_address(typed).display
    except BadAddressError:
        return None
