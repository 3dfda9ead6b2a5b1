"""Passing a campaign on: plain links with ready words, and the code in them that says who shared (`sharecodes`).

A code travels in the address (`?via=…`), from there in the form, and stands beside what was typed until that is
confirmed and counts for the sharer.

Sources: RFC 6068 (mailto), RFC 5724 (sms; `?&body=` is what both Android and iOS understand), WhatsApp's click to chat.
"""

from dataclasses import dataclass
from urllib.parse import quote

from flask import current_app
from flask_babel import gettext

from campaign.kernel.localized import path_of
from campaign.kernel.pagekey import Parameter
from campaign.kernel.tokens import ShortCodes

VIA = Parameter("via", ShortCodes.PATTERN)
"""Who shared, as a kept page reads it of its address."""


@dataclass(frozen=True, slots=True)
class Share:
    """A campaign's page, ready to be passed on in the language of the page.

    Args:
        title: the campaign's.
        address: public, absolute, with the sharer's code where there is one; it leaves the language to who opens it.
        text: what to say, without the address.
        whatsapp, email, sms: addresses of links that open a message with all of it.
        qr_url: path of the picture of `address`.
    """

    title: str
    address: str
    text: str
    whatsapp: str
    email: str
    sms: str
    qr_url: str


def share_for(slug: str, title: str, code: str = "") -> Share:
    """Return what it takes to pass on a campaign whose title the page shows; `code` is its sharer's, if known.

    Who has a code has signed or written, and the words are true for both; they claim nothing for anybody else.
    """
    text = (
        gettext("I stand with them: %(title)s. Will you add your name?", title=title)
        if code
        else gettext("The workers ask us to stand with them: %(title)s. Will you add your name?", title=title)
    )
    subject = gettext("Will you add your name? %(title)s", title=title)
    address = public_address(slug, code)
    message, mail = f"{text} {address}", f"{text}\r\n\r\n{address}\r\n"
    return Share(
        title=title,
        address=address,
        text=text,
        whatsapp=f"https://wa.me/?text={_quote(message)}",
        email=f"mailto:?subject={_quote(subject)}&body={_quote(mail)}",
        sms=f"sms:?&body={_quote(message)}",
        qr_url=path_of("actions.qr", slug=slug) + _query(code),
    )


def public_address(slug: str, code: str = "") -> str:
    """Return the absolute address of a campaign's page, with `code` where there is one."""
    return f"{current_app.config['PUBLIC_URL']}{path_of('site.campaign', slug=slug)}{_query(code)}"


def _query(code: str) -> str:
    return f"?via={code}" if code else ""


def _quote(text: str) -> str:
    return quote(text, safe="")
