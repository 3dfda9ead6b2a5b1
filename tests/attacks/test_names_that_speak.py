"""Tries to say something by a name: to a stranger's mailbox, to an executive, on a public page."""

import re

import pytest

from campaign.delivery.topics import Mail, OutgoingMessage
from campaign.features import MAIL_TOPICS
from tests.actions.visitor import HIGH_SAFETY, OPEN
from tests.events.coming import come, legs_of
from tests.naming import HONEST, HOSTILE

BAD = [name for names in HOSTILE.values() for name in names]
SPOKEN = ["evil\u2024com", "evil\uff0ecom", "пример.рф", "93.184.216.34/win", "+1 202 555 0143", "A\u200bna", "\u3164"]
SPOKEN += ["Ana\U000e0041\U000e0042", "Z\u0300\u0301\u0302\u0303a"]
SENTENCES = ["YOU ARE BEING WATCHED", "we know where", "Ana1", "[[card]]", "50% off"]


def words_of(mail):
    """All that a mail says, as it is read: tags put in."""
    whole = [mail.to_name, mail.content.sender, mail.content.subject, mail.content.text, mail.content.html or ""]
    return "\n".join([*whole, *mail.substitutions.values()])


@pytest.fixture
def stage(visitor):
    """By topic, a message about somebody's action in the state in which that mail goes."""
    visitor.sign(email="waits@example.org")
    visitor.pledge(email="counts@example.org")
    come(visitor, legs=legs_of(visitor)[:1], email="comes@example.org")
    come(visitor, legs=legs_of(visitor)[:1], email="queues@example.org")
    come(visitor, legs=legs_of(visitor)[:1], email="cancels@example.org")
    visitor.write(email="writes@example.org")
    visitor.confirm(visitor.last_link("confirm", "writes@example.org"))
    visitor.do(
        "UPDATE rsvp_claims SET state = 'offered', until = now() + interval '1 hour', queued_at = now() WHERE action_id = "
        "(SELECT a.id FROM actions a JOIN people p ON p.id = a.person_id WHERE p.email = 'queues@example.org')"
    )
    visitor.do(
        "UPDATE actions a SET state = 'withdrawn' FROM people p WHERE p.id = a.person_id AND p.email = 'cancels@example.org'"
    )
    ids = {
        row.who: (row.id, row.person_id, row.campaign_id)
        for row in visitor.all(
            "SELECT split_part(p.email, '@', 1) AS who, a.id, a.person_id, a.campaign_id FROM actions a "
            "JOIN people p ON p.id = a.person_id"
        )
    }
    leg = visitor.one("SELECT leg_id FROM rsvp_claims WHERE action_id = :id", id=ids["comes"][0])
    executive = visitor.one("SELECT min(executive_id) FROM letters")
    about = {
        **dict.fromkeys(("actions.confirm", "actions.confirm_all", "actions.remind"), ("waits", {})),
        **dict.fromkeys(("actions.my_link", "actions.thanks"), ("counts", {})),
        **dict.fromkeys(("events.receipt", "events.updated", "events.week_before"), ("comes", {})),
        "events.offer": ("queues", {}),
        "events.canceled": ("cancels", {"legs": [leg]}),
        **dict.fromkeys(("events.changed", "events.passed"), ("comes", {"legs": [leg]})),
        "events.evening_before": ("comes", {"leg": leg}),
        "letters.letter": ("writes", {"executive": executive}),
    }
    public_id = visitor.one("SELECT uuidv7()")
    return {
        topic: OutgoingMessage(1, public_id, topic, ids[who][0], ids[who][1], ids[who][2], payload)
        for topic, (who, payload) in about.items()
    }


def compose_all(visitor, stage, name):
    """Every mail there is, while everybody is called `name`."""
    found = {}
    with visitor.sessions() as session:
        connection = session.connection()
        connection.exec_driver_sql("UPDATE actions SET given_name = %(name)s, family_name = %(name)s", {"name": name})
        for topic in MAIL_TOPICS:
            if topic.name in stage:
                (found[topic.name],) = topic.compose(session, [stage[topic.name]])
        session.rollback()
    return found


def test_every_mail_is_on_the_stage(visitor, stage):
    to_supporters = {
        topic.name for topic in MAIL_TOPICS if topic.lane != "housekeeping" and not topic.name.startswith("accounts.")
    }
    assert to_supporters == set(stage)
    mails = compose_all(visitor, stage, "Anahita")
    assert [topic for topic, mail in mails.items() if not isinstance(mail, Mail)] == []
    assert [topic for topic, mail in mails.items() if "Anahita" not in words_of(mail)] == ["actions.my_link"]


def test_no_mail_carries_a_name_that_is_a_message(visitor, stage, tell):
    through = set()
    for name in [*SPOKEN, *SENTENCES]:
        for topic, mail in compose_all(visitor, stage, name).items():
            if topic == "letters.letter":
                if name in SPOKEN and name.strip() in mail.content.sender:
                    through.add((topic, name))
            elif name in words_of(mail) or (mail.substitutions.get("[[hello]]") or "").strip():
                through.add((topic, name))
    tell("names that are messages, and mails they went into", (len(SPOKEN) + len(SENTENCES), len(through)))
    assert through == set()


def test_the_sender_we_set_ourselves_is_not_judged(visitor, stage, make_app):
    from campaign.letters.mails import _letter

    class Row:
        given_name, family_name, subject, body, email_display = "Ana", "Ruiz", "s", "b", "ana@example.org"
        address, office, company = "ceo@example.com", "Chief executive", "Overstock.com"

    mail = _letter("350.org <letters@letters.example>", Row)
    assert mail.content.sender == '"Ana Ruiz via 350.org" <letters@letters.example>'
    assert mail.to_name == "Chief executive Overstock.com"


def test_the_form_refuses_them_in_words_and_keeps_honest_names(visitor, tell):
    taken = [name for name in BAD if visitor.sign(given_name=name, email="a@example.org").status_code != 422]
    refused = [name for name in HONEST if visitor.sign(family_name=name, email="b@example.org").status_code != 303]
    tell("hostile names taken, honest names refused", (len(taken), len(refused)))
    assert (taken, refused) == ([], [])
    for name in ("evil\u2024com", "+1 202 555 0143", "A\u200bna", "Z\u0300\u0301\u0302\u0303"):
        for slug in (OPEN, HIGH_SAFETY):
            page = visitor.sign(slug, given_name=name)
            assert page.status_code == 422
            assert re.search(r'id="given_name-error"|given_name', page.text)
