"""Tries to silence a campaign for somebody by "this wasn't me": for ever, from an old mail, or about what they confirmed."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from campaign.actions.service.reminding import remind
from campaign.actions.tokens import not_me_signer
from campaign.delivery.composing import compose
from campaign.delivery.upkeep import purge_rules
from campaign.events.revisions.running import cancel_event, get_event
from campaign.events.service import rsvp
from campaign.features import MAIL_TOPICS
from campaign.kernel.actors import OPERATOR
from campaign.kernel.clock import now
from campaign.outbox.claims import claim
from tests.actions.visitor import HIGH_SAFETY, OPEN, PUBLIC_URL
from tests.events.stage import make_event, make_rsvp

TOPICS = {topic.name: topic for topic in MAIL_TOPICS}
REFUSALS = "SELECT count(*) FROM suppressions WHERE kind = 'not_me'"


def posted(visitor):
    """The topics of what a worker would hand over now of all that is due."""
    with visitor.sessions() as session, session.begin():
        taken = claim(session, "critical", 100)
    with visitor.sessions() as session, session.begin():
        made = compose(session, taken.messages, TOPICS, visitor.installation.hashes)
    topics = {message.id: message.topic for message in taken.messages}
    return [topics[mail.id] for mail in made.mails]


def type_again(visitor, slug=OPEN, name="Somebody"):
    """A stranger types Ana's address; what mails that sends, the next day."""
    visitor.do("UPDATE outbox_messages SET created_at = created_at - interval '2 days'")
    visitor.do("DELETE FROM mailbox_allowances")
    assert visitor.sign(slug, given_name=name).status_code == 303
    return posted(visitor)


def refuse(visitor, slug=OPEN):
    """A stranger types Ana's address; she presses "this wasn't me"."""
    visitor.sign(slug, given_name="Stranger")
    assert visitor.client.post(visitor.last_link("not-me")).status_code == 200
    assert visitor.one(REFUSALS) == 1


def march(visitor):
    """Ana's confirmed RSVP."""
    with visitor.sessions() as session, session.begin():
        event, (leg,) = make_event(session, legs=1)
        campaign = session.execute(text("SELECT id, organization_id FROM campaigns WHERE slug = 'fair-food'")).one()
        rsvp(session, [make_rsvp(visitor.installation.hashes, tuple(campaign), event.id, "ana", [(leg, 1)])])
    assert visitor.confirm(visitor.last_link("confirm")).status_code == 303


def test_a_refusal_stops_no_receipt_and_no_cancellation_of_what_was_confirmed(visitor, tell):
    march(visitor)
    refuse(visitor)
    topics = posted(visitor)
    assert visitor.sign(given_name="Stranger").status_code == 303, "and what it asks is what a refusal stops"
    with visitor.sessions() as session, session.begin():
        cancel_event(session, OPERATOR, get_event(session, OPERATOR, "a-march"), now())
    topics += posted(visitor)
    tell("of the receipt and the cancellation of a confirmed march, came after a refusal", len(topics))
    assert topics == ["events.receipt", "actions.confirm", "events.changed"], "the second tells her once how to sign"


@pytest.mark.parametrize("slug", [OPEN, HIGH_SAFETY])
def test_a_refusal_ends_after_its_time_and_is_forgotten(visitor, tell, slug):
    refuse(visitor, slug)
    assert type_again(visitor, slug) == ["actions.confirm"], "told once that they can confirm all the same"
    assert type_again(visitor, slug, "Another") == []
    visitor.do("UPDATE suppressions SET created_at = created_at - interval '91 days'")
    mails = type_again(visitor, slug, "Ana")
    with visitor.sessions() as session, session.begin():
        purge_rules(session)
    tell(f"{slug}: mails after 91 days", len(mails))
    tell(f"{slug}: refusals kept after 91 days", visitor.one(REFUSALS))
    assert mails == ["actions.confirm"]
    assert visitor.one(REFUSALS) == 0


@pytest.mark.parametrize("days", [15, 700])
@pytest.mark.parametrize("slug", [OPEN, HIGH_SAFETY])
def test_an_old_mail_in_other_hands_refuses_nothing_and_deletes_nothing_else(visitor, tell, days, slug):
    visitor.sign(slug, given_name="Ana")
    visitor.confirm(visitor.last_link("confirm"))
    public_id = visitor.one("SELECT public_id FROM actions")
    visitor.sign(slug, given_name="Anna")
    link = not_me_signer(visitor.installation).sign([str(public_id), slug], at=now() - timedelta(days=days))
    answer = visitor.client.post(f"/not-me/{link}")
    waiting = visitor.one("SELECT count(*) FROM actions WHERE state = 'waiting'")
    tell(f"{slug}: refusals by a link of {days} days", visitor.one(REFUSALS))
    tell(f"{slug}: other actions it deleted", 1 - waiting)
    assert (visitor.one(REFUSALS), waiting) == (0, 1)
    assert answer.status_code == visitor.client.get(f"/not-me/{link}").status_code == 410
    assert "nothing from that email left to confirm" in answer.text


def test_an_old_link_deletes_what_it_was_mailed_for_as_long_as_that_waits(visitor):
    visitor.sign(given_name="Stranger")
    public_id = visitor.one("SELECT public_id FROM actions")
    visitor.sign(given_name="Other")
    link = not_me_signer(visitor.installation).sign([str(public_id), OPEN], at=now() - timedelta(days=20))
    assert "can still delete what that email asked" in visitor.client.get(f"/not-me/{link}").text
    assert visitor.client.post(f"/not-me/{link}").status_code == 200
    assert visitor.all("SELECT given_name FROM actions") == [("Other",)]
    assert visitor.one(REFUSALS) == 0
    assert visitor.client.post(f"/not-me/{link}").status_code == 410


@pytest.mark.parametrize("slug", [OPEN, HIGH_SAFETY])
def test_who_refused_and_signs_after_all_is_told_how_by_one_mail_and_confirms_by_it(visitor, slug):
    """The page that takes the form is the same for everybody; the mail names nothing in its subject of high safety."""
    fresh = visitor.sign(slug, email="new@example.org").headers["Location"].partition("?")[0]
    visitor.mails()
    refuse(visitor, slug)
    assert visitor.sign(slug, given_name="Ana").headers["Location"].partition("?")[0] == fresh
    with visitor.sessions() as session, session.begin():
        taken = claim(session, "critical", 100)
        (made,) = [
            mail.mail
            for mail in compose(session, taken.messages, TOPICS, visitor.installation.hashes).mails
            if mail.mail.to_address == "ana@example.org"
        ]
    assert made.content == made.if_refused
    assert made.content.subject.startswith("A message for you" if slug == HIGH_SAFETY else "Was this you after all?")
    assert visitor.one("SELECT count(*) FROM suppressions WHERE told_at IS NOT NULL") == 1
    link = made.substitutions["[[link]]"].removeprefix(PUBLIC_URL)
    assert visitor.press(link).status_code == 303
    assert visitor.one(REFUSALS) == 0
    assert visitor.tally(slug)[0] == 1


def test_refusing_again_and_again_brings_no_second_mail(visitor):
    """A stranger who types her address each day has her written to once, however often she refuses."""
    refuse(visitor)
    told = []
    for name in ("A", "B", "C"):
        told += type_again(visitor, name=name)
        link = not_me_signer(visitor.installation).sign([str(visitor.one("SELECT public_id FROM actions")), OPEN])
        assert visitor.client.post(f"/not-me/{link}").status_code == 200
    assert told == ["actions.confirm"]


def test_the_owners_own_confirmation_ends_it(visitor, tell):
    """She had refused, and confirms after all by the one link for all that waits with her address."""
    visitor.sign("milk-with-dignity")
    refuse(visitor)
    visitor.mails()
    visitor.sign(given_name="Ana")  # its own mail does not go
    visitor.do("UPDATE actions SET asked_at = asked_at - interval '2 days'")
    visitor.do("UPDATE mailbox_allowances SET hours = ARRAY(SELECT h - 49 FROM unnest(hours) h)")
    with visitor.sessions() as session, session.begin():
        remind(session, visitor.installation.hashes)
    visitor.do("DELETE FROM outbox_messages WHERE topic <> 'actions.remind'")
    assert visitor.press(visitor.last_link("confirm/all")).status_code == 303
    tell("refusals after the owner's own confirmation", visitor.one(REFUSALS))
    assert visitor.one(REFUSALS) == 0
    assert visitor.tally() == (1, 1)


def test_what_is_typed_where_she_refused_does_not_keep_the_rest_from_being_told(visitor):
    """A stranger types her address once more where she refused: the mail for all that waits goes, about the rest."""
    refuse(visitor)
    for name in ("A", "B", "C", "D"):
        visitor.sign("milk-with-dignity", given_name=name)
    visitor.sign(given_name="Stranger")
    visitor.do("DELETE FROM outbox_messages WHERE topic <> 'actions.confirm_all'")
    visitor.do("UPDATE outbox_messages SET available_at = now() - interval '1 minute'")
    assert posted(visitor) == ["actions.confirm_all"]


def test_a_refusal_of_one_campaign_stops_no_mail_of_another(visitor):
    refuse(visitor)
    assert type_again(visitor, "milk-with-dignity") == ["actions.confirm"]
    assert type_again(visitor, HIGH_SAFETY) == ["actions.confirm"]
