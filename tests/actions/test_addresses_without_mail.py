"""An address whose mail is stopped: pages tell it to nobody and promise nothing; who has a mailbox again gets mail."""

import re

import pytest

from campaign.delivery.composing import compose
from campaign.delivery.events import read_event, record_events
from campaign.delivery.suppression import address_key, suppress
from campaign.features import MAIL_TOPICS
from campaign.outbox.claims import ClaimedMessage
from campaign.people.stopping import object_by_mail
from tests.actions.visitor import OPEN

FULL = {"type": "bounce", "status": "5.2.2", "reason": "552 5.2.2 The mailbox is full"}
DEAD = {"type": "bounce", "status": "5.1.1", "reason": "550 5.1.1 no such user"}
_PROMISES = re.compile(r"We sent|was sent", re.IGNORECASE)


def tell(visitor, **values):
    """Let the provider tell of the newest message; without one where `message` is None."""
    newest = visitor.one("SELECT public_id FROM outbox_messages ORDER BY id DESC LIMIT 1")
    told = {"event": "bounce", "sg_event_id": "e1", "timestamp": 1_700_000_000, "email": "ana@example.org"}
    told |= {"message": str(newest), **values}
    with visitor.sessions() as session, session.begin():
        record_events(session, visitor.installation.hashes, [read_event(told)], object_by_mail)


def going(visitor):
    """What the worker would hand over of what is due, by topic; and why the rest does not go."""
    topics = {topic.name: topic for topic in MAIL_TOPICS}
    rows = visitor.all("SELECT * FROM outbox_messages WHERE state = 'due' ORDER BY id")
    with visitor.sessions() as session:
        names = ClaimedMessage.__annotations__
        claimed = [ClaimedMessage(**{name: getattr(row, name) for name in names}) for row in rows]
        composed = compose(session, claimed, topics, visitor.installation.hashes)
    return len(composed.mails), [outcome.reason for outcome in composed.outcomes]


def done(visitor):
    visitor.do("UPDATE outbox_messages SET state = 'sent'")


@pytest.mark.parametrize(("bounce", "sends"), [(FULL, 1), (DEAD, 0)], ids=["full", "dead"])
@pytest.mark.parametrize("has_ids", [True, False], ids=["at once", "late"])
def test_after_a_full_mailbox_the_next_mail_goes_and_after_a_dead_one_none(visitor, bounce, sends, has_ids):
    visitor.sign()
    done(visitor)
    tell(visitor, **bounce, **({} if has_ids else {"message": None}))
    visitor.sign(given_name="Anita")
    assert going(visitor) == ((1, []) if sends else (0, ["bounce"]))


@pytest.mark.parametrize("kind", ["bounce", "complaint", "not_me", "unsubscribe"])
def test_pages_say_the_same_to_whom_nothing_is_sent_and_promise_nothing(visitor, kind):
    campaign, organization = visitor.all("SELECT id, organization_id FROM campaigns WHERE slug = :slug", slug=OPEN)[0]
    scope = {"not_me": {"campaign_id": campaign}, "unsubscribe": {"organization_id": organization}}.get(kind, {})
    key = address_key(visitor.installation.hashes, "ana@example.org")
    with visitor.sessions() as session, session.begin():
        suppress(session, [key], kind, **scope)
    pages = [pages_for(visitor, address) for address in ("ana@example.org", "eva@example.org")]
    assert pages[0] == pages[1]
    assert len(pages[0]) == 2
    for page in pages[0]:
        assert not _PROMISES.search(page)
        assert "Still nothing?" in page


def pages_for(visitor, address):
    """The pages after signing and after asking for one's own page, without what differs for everybody."""
    answer = visitor.sign(email=address)
    pages = [visitor.client.get(answer.headers["Location"]).text, visitor.ask_for_my_link(address).text]
    return [re.sub(r"gAAA[\w-]+", "SEALED", page.replace(address, "ADDRESS")) for page in pages]
