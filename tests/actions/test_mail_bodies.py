"""What is handed to SendGrid for confirmations, links and letters, as it would be taken there, and as it is read."""

import json
import re

import pytest

from campaign.delivery.composing import compose
from campaign.delivery.lanes import Lane, options_of
from campaign.delivery.sendgrid import SendGridSender, body_of
from campaign.features import MAIL_TOPICS
from campaign.mail_stand_in.validate import validate
from campaign.outbox.claims import claim
from tests.sink import Sink

TOPICS = {topic.name: topic for topic in MAIL_TOPICS}
HOSTILE = [
    "Ana",
    "Zoë Ñandú O'Connor-Smith",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}} {% raw %} [[link]] [[hello_html]]",
    "a; b, c",
    "বাংলা नाम",
    "Robert'); DROP TABLE actions;--",
    "&amp; &lt;b&gt;",
]


def act_in_every_way(visitor):
    for number, name in enumerate(HOSTILE):
        email = f"m{number}@example.org"
        visitor.sign(given_name=name, family_name=name, email=email, language="es" if number % 2 else "en")
        visitor.write(given_name=name, family_name=name, email=email, subject=f"S {name}", personal=f"{name} {{town}}")
    visitor.sign(email="Nora <nora@grønt.example>")
    visitor.write(email="nora@grønt.example")
    for name in ("one", "two", "three"):
        visitor.sign(given_name=name, email="m0@example.org")
    visitor.do("UPDATE outbox_messages SET available_at = now() WHERE topic = 'actions.confirm_all'")
    for mail in visitor.mails():
        if mail.topic == "actions.confirm":
            visitor.confirm(mail.link("confirm"))
    visitor.ask_for_my_link("m1@example.org")


def calls_of(visitor, lane):
    """The calls a worker would make, grouped as it groups them."""
    from campaign.delivery.calls import group

    with visitor.sessions() as session, session.begin():
        visitor_claim = claim(session, lane, 1000)
        composed = compose(session, visitor_claim.messages, TOPICS, visitor.installation.hashes)
    limit = options_of(lane).recipients_per_call
    return [post.call for post in group(composed.mails, limit)]


@pytest.mark.parametrize("lane", ["critical", "letters"])
def test_every_body_passes_sendgrids_documented_limits(visitor, lane):
    act_in_every_way(visitor)
    visitor.do("UPDATE pace_slots SET is_always_open = true, per_hour = 100000")
    visitor.do("UPDATE outbox_messages SET state = 'due' WHERE topic LIKE 'actions.%' AND state = 'withdrawn'")
    calls = calls_of(visitor, lane)
    assert calls
    for call in calls:
        body = body_of(call)
        raw = json.dumps(body).encode()
        assert validate(body, len(raw)) == []
        for personalization in body["personalizations"]:
            assert list(personalization["custom_args"]) == ["message"]
            assert re.fullmatch(r"[0-9a-f-]{36}", personalization["custom_args"]["message"])


def test_the_provider_is_told_addresses_names_and_opaque_ids_only(visitor):
    """And what reaches it through the real client passes the same validator."""
    act_in_every_way(visitor)
    visitor.do("UPDATE pace_slots SET is_always_open = true, per_hour = 100000")
    with Sink() as sink:
        sender = SendGridSender("SG.test", sink.url)
        for lane in ("critical", "letters"):
            Lane(visitor.sessions, sender, TOPICS, visitor.installation.hashes, options_of(lane)).drain(20)
        assert sink.refused == []
        assert sink.repeated("message") == {}
        counts = sink.counts()
        stored = visitor.one("SELECT count(*) FROM outbox_messages WHERE state = 'sent'")
    assert counts["accepted"] == stored > 20
    assert visitor.one("SELECT count(*) FROM outbox_messages WHERE state IN ('due', 'dead', 'unknown', 'sending')") == 0


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_text_in_every_part_of_a_mail(visitor, name):
    visitor.sign(given_name=name, family_name=name, comment=name)
    (mail,) = visitor.mails()
    for mark in ("<script", "<img", "{{", "{%", "[["):
        assert mark not in mail.html
    assert "\n" not in mail.subject
    assert "[[" not in mail.subject + mail.text
    assert len(re.findall("/confirm/", mail.text)) == 1
    for link in re.findall(r'href="([^"]+)"', mail.html):
        assert link.startswith(("http://campaign.example/", "https://ciw.example/contact"))
