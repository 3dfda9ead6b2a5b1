"""Passing a campaign on: plain links with ready words, and the code in them that says who shared (`sharecodes`).

A code travels in the address (`?via=…`), from there in the form, and stands beside what was typed until that is
confirmed and counts for the sharer.

Each way is a plain link that needs no account of ours and no script of theirs. Signal has none: its apps open no link
that brings a text, so there the address is copied, or handed over by the device's own sharing sheet.

Sources: RFC 6068 (mailto), RFC 5724 (sms; `?&body=` is what both Android and iOS understand), WhatsApp's click to chat,
Telegram's sharing button, Facebook's sharer (it reads `u` alone), Messenger's app link (its page on the web wants an
app id); signalapp/Signal-Android#8578.
"""

from dataclasses import dataclass
from urllib.parse import quote

from flask import current_app
from flask_babel import gettext

from campaign.kernel.localized import page_url, path_of
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
        whatsapp, telegram, email, sms: addresses of links that open a message with all of it.
        facebook: address of a post about it; Facebook takes the words from the page.
        messenger: the same as a message, by an app that only phones have.
        qr_url: path of the picture of `address`.
        flyer_url: path of the page to print.
        sheet_url: path of the lines to sign by hand; empty where names must not be on paper.
    """

    title: str
    address: str
    text: str
    whatsapp: str
    telegram: str
    facebook: str
    messenger: str
    email: str
    sms: str
    qr_url: str
    flyer_url: str
    sheet_url: str


def share_for(slug: str, title: str, code: str = "", demand: str = "", *, is_high_safety: bool = False) -> Share:
    """Return what it takes to pass on a campaign whose title and demand the page shows.

    Args:
        slug: the campaign's.
        title: in the language of the page.
        code: its sharer's, if known. Who has one has signed or written, and the words are true for both; they claim
            nothing for anybody else.
        demand: in the language of the page; what the message asks for. Empty: the title says it alone.
        is_high_safety: whether its supporters' names must not be on paper.
    """
    subject = gettext("Will you add your name? %(title)s", title=title)
    text = _words(title, demand, is_own=bool(code))
    address = public_address(slug, code)
    message, mail = f"{text} {address}", f"{text}\r\n\r\n{address}\r\n"
    return Share(
        title=title,
        address=address,
        text=text,
        whatsapp=f"https://wa.me/?text={_quote(message)}",
        telegram=f"https://t.me/share/url?url={_quote(address)}&text={_quote(text)}",
        facebook=f"https://www.facebook.com/sharer/sharer.php?u={_quote(address)}",
        messenger=f"fb-messenger://share/?link={_quote(address)}",
        email=f"mailto:?subject={_quote(subject)}&body={_quote(mail)}",
        sms=f"sms:?&body={_quote(message)}",
        qr_url=path_of("actions.qr", slug=slug) + _query(code),
        flyer_url=page_url("site.flyer", slug=slug),
        sheet_url="" if is_high_safety else page_url("site.petition_sheet", slug=slug),
    )


def _words(title: str, demand: str, *, is_own: bool) -> str:
    named = {"title": title, "demand": demand}
    if demand and is_own:
        said = gettext("I stand with these workers. %(title)s: “%(demand)s” Will you add your name?", **named)
    elif demand:
        said = gettext(
            "The workers are asking for our support. %(title)s: “%(demand)s” Will you add your name?", **named
        )
    elif is_own:
        said = gettext("I stand with these workers: %(title)s. Will you add your name?", title=title)
    else:
        said = gettext("The workers are asking for our support: %(title)s. Will you add your name?", title=title)
    return str(said)


def public_address(slug: str, code: str = "") -> str:
    """Return the absolute address of a campaign's page, with `code` where there is one."""
    return f"{current_app.config['PUBLIC_URL']}{path_of('site.campaign', slug=slug)}{_query(code)}"


def _query(code: str) -> str:
    return f"?via={code}" if code else ""


def _quote(text: str) -> str:
    return quote(text, safe="")
