"""What the spine's mails say: rendered once for all who share a text, with tags for what differs.

Mail to an address that nobody confirmed yet carries no typed text but a given name, and that only if it is a short word
of letters: whoever types a stranger's address must not be able to send the stranger a message.
"""

from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import Row

from campaign.actions.after.stored import MAILS, OF_A_MAIL, own_words
from campaign.actions.senders import Sender, sender_of
from campaign.campaigns.look import DEFAULT_PALETTE, palette_for
from campaign.campaigns.texts import Text, pick
from campaign.delivery.topics import Content
from campaign.kernel.installation import Installation
from campaign.kernel.languages import interface_language
from campaign.kernel.mailcolours import MailColours, mail_colours
from campaign.kernel.mailtext import MailText, render_mail
from campaign.kernel.names import greeting_name


@dataclass(frozen=True)
class Also:
    """What a receipt names beside: another campaign that the same press confirmed, with the number given there."""

    title: Text
    number: str


@dataclass(frozen=True)
class _About:
    """What the mails of one campaign have in common.

    `offer` (a kind's template), `is_several`, `waiting` (of `campaign.actions.waiting_items`): what they speak of.
    `contact_url`, `postal_address`: of the organization, for the foot.
    `own_subject`, `own_paragraph`: the campaign's own words, empty where it has none in the mail's language.
    """

    title: Text
    demand: Text
    organization: str
    is_high_safety: bool
    colours: MailColours
    offer: str
    is_several: bool
    waiting: tuple[object, ...]
    also: tuple[Also, ...]
    contact_url: str | None
    postal_address: str | None
    own_subject: str
    own_paragraph: str


def language_of_mail(row: Row[Any]) -> str:
    """Return the language to write in: the supporter's, else the campaign's own."""
    language: str = row.language or row.languages[0]
    return language


def campaign_content(
    installation: Installation,
    row: Row[Any],
    topic: str,
    category: str,
    *,
    offer: str = "",
    is_several: bool = False,
    waiting: tuple[object, ...] = (),
    also: tuple[Also, ...] = (),
    is_bulk: bool = False,
    own: str = "",
) -> Content:
    """Return the content of a mail about a campaign; `row` is one of `list_for_mail`.

    `own`: whose words of the campaign's own it has (`campaign.actions.after`). None, where it tells somebody who signed
    before that they did: those words are for who signs.
    """
    language = language_of_mail(row)
    if any(getattr(item, "again", None) is not None for item in waiting[:1]):
        own = ""
    words = {part: own_words(row.after_signing, MAILS, own, part, interface_language(language)) for part in OF_A_MAIL}
    about = _About(
        title=pick(row.title, language, row.languages),
        demand=pick(row.demand, language, row.languages),
        organization=row.organization,
        is_high_safety=row.is_high_safety,
        colours=mail_colours(palette_for(row.palette, row.art)),
        offer=offer,
        is_several=is_several,
        waiting=waiting,
        also=also,
        own_subject="" if row.is_high_safety else words["subject"],
        own_paragraph=words["paragraph"],
        **footing(row),
    )
    sender = sender_of(installation.settings, row, is_bulk=is_bulk)
    return _content(sender, _render(topic, language, about), category)


def footing(row: Row[Any]) -> dict[str, str | None]:
    """Return what stands under a mail about a campaign, beside the organization's name (`mail/foot.html`).

    Nothing of high safety, where a mail tells no more than it must.
    """
    names = ("contact_url", "postal_address")
    return {name: None if row.is_high_safety else getattr(row, name) for name in names}


@lru_cache(maxsize=500)
def _render(topic: str, language: str, about: _About) -> MailText:
    parts = render_mail(topic, language, {field.name: getattr(about, field.name) for field in fields(about)})
    return replace(parts, subject=about.own_subject) if about.own_subject else parts


@lru_cache(maxsize=16)
def my_link_content(sender: str, language: str) -> Content:
    """Return the content of the mail with the link to one's own page."""
    parts = render_mail("actions/my_link", language, {"colours": mail_colours(DEFAULT_PALETTE)})
    return _content(Sender(sender), parts, "my-link")


def hello(row: Row[Any]) -> str:
    """Return ` Ana`, or nothing for a pseudonym or what may be more than a name; follows "Hello".

    Who has one name is greeted by that, whichever box it was typed into.
    """
    name = "" if row.is_high_safety else greeting_name(row.given_name or row.family_name or "")
    return f" {name}" if name else ""


def _content(sender: Sender, parts: MailText, category: str) -> Content:
    return Content(sender.mailbox, parts.subject, parts.text, parts.html, category, sender.reply_to)
