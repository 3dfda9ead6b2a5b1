"""Every mail, in every interface language: small, nothing from outside, the same said in both parts, read without styles."""

import html
import re

import pytest

from campaign.actions.service.reminding import remind
from campaign.actions.service.thanking import thank
from campaign.delivery.composing import compose
from campaign.features import MAIL_TOPICS
from campaign.kernel.mailcolours import mail_colours
from campaign.outbox.claims import claim
from tests.actions.visitor import HIGH_SAFETY

MOST_BYTES = 20 * 1024
HTML_ALONE = {
    "en": {"If the button doesn’t work, open this link", "This wasn’t me"},
    "es": {"Si el botón no funciona, abra este enlace", "No fui yo"},
}
"""What stands beside a button or in a link; the text part has the bare addresses."""


@pytest.fixture
def every_mail(visitor):
    """All the mails that the spine sends, in a language."""

    def send(language):
        visitor.pledge(language=language, email="eva@example.org")
        for slug, given_name in (("fair-food", "Ana"), (HIGH_SAFETY, "Moon")):
            visitor.sign(slug, language=language, given_name=given_name)
        visitor.write(language=language, email="ida@example.org")
        for number in range(4):
            visitor.sign(language=language, email="lea@example.org", given_name=f"Lea {number}")
        visitor.ask_for_my_link("eva@example.org")
        visitor.do("UPDATE outbox_messages SET available_at = now() WHERE topic = 'actions.confirm_all'")
        mails = visitor.mails()
        visitor.do(
            "UPDATE outbox_messages SET created_at = created_at - interval '2 days', "
            "available_at = available_at - interval '2 days'"
        )
        visitor.do(
            "UPDATE actions SET created_at = created_at - interval '2 days', "
            "asked_at = asked_at - interval '2 days', confirmed_at = confirmed_at - interval '1 hour'"
        )
        with visitor.sessions() as session, session.begin():
            remind(session, visitor.installation.hashes)
            thank(session)
        mails += visitor.mails() + visitor.mails("receipts")
        assert {mail.topic for mail in mails} == {
            topic.name for topic in MAIL_TOPICS if topic.name.startswith("actions.")
        }
        return mails

    return send


def pieces(part):
    """What a part says, without its links: one piece a line or paragraph."""
    found = (" ".join(piece.split()).rstrip(":") for piece in re.split(r"\n", part))
    return [piece for piece in found if piece and not piece.startswith("http")]


def without_tags(part):
    """The HTML part as it reads once every tag is gone."""
    part = re.sub(r"<head>.*?</head>|<div class=\"preheader\".*?</div>", "", part, flags=re.DOTALL)
    part = re.sub(r"\s*\n\s*", " ", part)
    part = re.sub(r"</(?:p|h1|td|tr|table|div)>|<br>|<hr[^>]*>|<a [^>]*>|</a>", "\n", part)
    return html.unescape(re.sub(r"<[^>]+>", "", part))


@pytest.mark.parametrize("language", ["en", "es"])
def test_both_parts_say_the_same(every_mail, language):
    for mail in every_mail(language):
        told, shown = set(pieces(mail.text)), set(pieces(without_tags(mail.html)))
        assert told - shown == set(), mail.topic
        assert shown - told - HTML_ALONE[language] - {mail.subject} == set(), mail.topic
        links = set(re.findall(r'href="([^"]+)"', mail.html))
        assert {html.unescape(link) for link in links} == set(re.findall(r"https?://\S+", mail.text)), mail.topic


@pytest.mark.parametrize("language", ["en", "es"])
def test_is_small_asks_for_nothing_and_names_its_language(every_mail, language):
    for mail in every_mail(language):
        assert len(mail.html.encode()) <= MOST_BYTES
        assert len(mail.text.encode()) <= MOST_BYTES
        assert not re.search(r"<(?:img|link|script|style|iframe|object|video|form)\b|url\(|@import|src=", mail.html)
        assert f'<html lang="{language}" dir="ltr">' in mail.html
        assert f'<table role="presentation" lang="{language}" dir="ltr"' in mail.html
        assert mail.html.count("<h1") == 1
        assert '<meta name="color-scheme" content="light dark">' in mail.html


def test_no_ink_is_left_without_its_ground_where_styles_are_stripped(every_mail):
    """And where they are not, a colour of ink stands only where its ground does, or within one."""
    for mail in every_mail("en"):
        plain = re.sub(r' style="[^"]*"', "", mail.html)
        assert not re.search(r"bgcolor|<font|#[0-9a-f]{6}", plain)
        for style in re.findall(r'style="([^"]*)"', mail.html):
            if re.search(r"(?<!-)color:#", style) and "background-color" not in style:
                assert style.endswith("text-decoration:none"), style  # the button's label, within its cell


def test_every_palette_has_the_colours_of_a_mail():
    from campaign.campaigns.look import PALETTES

    for name in PALETTES:
        assert all(re.fullmatch("#[0-9a-f]{6}", colour) for colour in vars(mail_colours(name)).values())
    with pytest.raises(KeyError):
        mail_colours("nobody's")


def test_many_receipts_are_one_content(visitor):
    """What differs from one to the next is in tags, so that they travel in one call."""
    for name in ("ana", "eva", "ida"):
        visitor.pledge(email=f"{name}@example.org", given_name=name.title())
    visitor.do("UPDATE actions SET confirmed_at = confirmed_at - interval '1 hour'")
    with visitor.sessions() as session, session.begin():
        assert thank(session).appended == 3
    topics = {topic.name: topic for topic in MAIL_TOPICS}
    with visitor.sessions() as session, session.begin():
        composed = compose(session, claim(session, "receipts", 100).messages, topics, visitor.installation.hashes)
    assert len({addressed.mail.content for addressed in composed.mails}) == 1
