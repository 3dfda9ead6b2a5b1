"""What tests of lanes share: topics, a sender that answers by rule, messages that are due."""

import threading
from collections import Counter

from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from campaign.delivery import ports
from campaign.delivery.lanes import Lane, LaneOptions, options_of
from campaign.delivery.topics import Content, Mail, MailTopic, NotSent
from campaign.kernel.keyed_hash import KeyedHash
from campaign.outbox.commands import NewMessage
from campaign.outbox.paces import set_mailbox_pace
from campaign.outbox.service import append

HASHES = KeyedHash("k" * 32)
SENDER = "Fair Food <letters@campaign.example>"


def compose_letters(_session, messages):
    return [
        Mail(
            "ceo@kroger.example",
            Content(SENDER, f"Join {m.id}", "Sign.", reply_to="Ana <ana@example.org>"),
        )
        for m in messages
    ]


def compose_pledges(_session, messages):
    content = Content(SENDER, "Confirm", "Hello -name-", "<p>Hello -nameh-</p>")
    return [
        NotSent("withdrawn", "gone")
        if m.payload.get("gone")
        else Mail(
            m.payload.get("to", f"p{m.id}@example.org"),
            content,
            substitutions={"-name-": m.payload.get("name", "Ana"), "-nameh-": "Ana"},
        )
        for m in messages
    ]


TOPICS = {
    "letters.letter": MailTopic("letters.letter", "letters", compose_letters),
    "petitions.confirm": MailTopic("petitions.confirm", "critical", compose_pledges),
}


class FakeSender:
    """Answers by rule and remembers every call."""

    def __init__(self, answer=None):
        self.calls = []
        self.answer = answer or (lambda call: ports.Accepted(f"X{len(self.calls)}"))
        self.lock = threading.Lock()

    def send(self, call):
        with self.lock:
            self.calls.append(call)
            return self.answer(call)

    def answers(self):
        return True

    def messages(self):
        return Counter(r.message for call in self.calls for r in call.recipients)


def lane(engine, sender, name="critical", **values):
    """A lane whose provider took mail a moment ago."""
    made = Lane(
        sessionmaker(engine), sender, TOPICS, HASHES, options_of(name) if not values else LaneOptions(name, **values)
    )
    for _ in range(6):
        made.circuit.tell(taken=1, failed=0)
    return made


def add_pledges(session, count, **values):
    append(
        session,
        [NewMessage("critical", "petitions.confirm", campaign_id=1, action_id=n, **values) for n in range(count)],
    )
    session.commit()


def add_letters(session, count, mailbox="ceo@kroger.example"):
    set_mailbox_pace(session, mailbox, 36_000_000, is_always_open=True)
    append(
        session,
        [
            NewMessage("letters", "letters.letter", campaign_id=1, company_id=1, action_id=n, mailbox=mailbox)
            for n in range(count)
        ],
    )
    session.commit()


def states(engine):
    with Session(engine) as session:
        return dict(session.execute(text("SELECT state, count(*) FROM outbox_messages GROUP BY state")).all())
