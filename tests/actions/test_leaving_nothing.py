"""What erasing, discarding, "this wasn't me" and time leave behind: nothing that ties a row to who went."""

from datetime import timedelta

import pytest
from sqlalchemy import LargeBinary, text

from campaign.actions import keys
from campaign.actions.service.reminding import remind
from campaign.actions.service.reviewing import discard
from campaign.actions.service.taking_back import erase_action, erase_person, purge_unconfirmed
from campaign.actions.service.thanking import thank
from campaign.delivery.composing import compose
from campaign.delivery.suppression import address_key, suppress
from campaign.events.service import rsvp
from campaign.features import KINDS, MAIL_TOPICS
from campaign.kernel.actors import OPERATOR
from campaign.kernel.base import Base
from campaign.outbox.claims import claim
from campaign.outbox.leases import Outcome, begin, settle
from tests.actions.visitor import HIGH_SAFETY, OPEN
from tests.events.stage import make_event, make_rsvp

BY_NAME = {kind.name: kind for kind in KINDS}
TOPICS = {topic.name: topic for topic in MAIL_TOPICS}
ANA = "ana@example.org"
KEPT_HASHES = {("suppressions", "address_hash")}
"""What erasing keeps on purpose: that the address asked for no mail, or takes none (ADR 0050)."""


def ties_of(visitor, email, person_id=None):
    """Every place of the database that holds a person's id, or a keyed hash of their address."""
    campaigns = visitor.all("SELECT id FROM campaigns")
    hashes = visitor.installation.hashes
    known = {keys.recipient_key(hashes, email), address_key(hashes, email)}
    known |= {keys.signer_key(hashes, row.id, email) for row in campaigns}
    found = set()
    with visitor.sessions() as session:
        for table in Base.metadata.sorted_tables:
            binary = [column.name for column in table.columns if isinstance(column.type, LargeBinary)]
            persons = ["id"] if table.name == "people" else [c.name for c in table.columns if c.name == "person_id"]
            chosen = ", ".join(f'"{name}"' for name in (*binary, *persons))
            rows = session.execute(text(f"SELECT {chosen or '1'}, t::text AS whole FROM {table.name} t")).mappings()
            for row in rows:
                found |= {(table.name, name) for name in binary if row[name] and bytes(row[name]) in known}
                found |= {(table.name, name) for name in persons if row[name] is not None and row[name] == person_id}
                found |= {(table.name, "text")} if email in row["whole"] else set()
    return found


def the_day_after(visitor):
    """Let all mail so far be of another day, so that it counts towards nobody's three."""
    visitor.do(
        "UPDATE outbox_messages SET created_at = created_at - interval '1 day', "
        "available_at = available_at - interval '1 day'"
    )
    visitor.do("UPDATE mailbox_allowances SET hours = ARRAY(SELECT h - 25 FROM unnest(hours) h)")


def rsvp_twice(visitor):
    """Two RSVPs of Ana's, the second in the place of the first, which has a receipt that went."""
    with visitor.sessions() as session, session.begin():
        event, (leg,) = make_event(session, legs=1, capacity=10)
        campaign = session.execute(text("SELECT id, organization_id FROM campaigns WHERE slug = 'fair-food'")).one()
    for number in (1, 2):
        command = make_rsvp(
            visitor.installation.hashes, tuple(campaign), event.id, "ana", [(leg, number)], comment=str(number)
        )
        with visitor.sessions() as session, session.begin():
            action_id = rsvp(session, [command])[0].action_id
        path = next(mail.link("confirm") for mail in visitor.mails() if mail.topic == "actions.confirm")
        assert visitor.confirm(path).status_code == 303
        visitor.do("UPDATE outbox_messages SET state = 'sent', begun_at = now() WHERE topic = 'events.receipt'")
        the_day_after(visitor)
    return action_id


def do_much(visitor):
    """Let Ana do one of everything, so that every table that can hold something of hers does; return her id."""
    visitor.pledge(consent="yes", comment="mine")
    visitor.pledge(given_name="Anna")
    visitor.write()
    visitor.confirm(visitor.last_link("confirm"))
    the_day_after(visitor)
    rsvp_twice(visitor)
    the_day_after(visitor)
    visitor.do("UPDATE actions SET confirmed_at = now() - interval '2 hours' WHERE state = 'confirmed'")
    with visitor.sessions() as session, session.begin():
        thank(session)
    visitor.sign("milk-with-dignity")
    age = "UPDATE actions SET created_at = created_at - :age, asked_at = asked_at - :age WHERE state = 'waiting'"
    visitor.do(age, age=timedelta(days=2))
    with visitor.sessions() as session, session.begin():
        assert remind(session, visitor.installation.hashes).appended == 1
    for name in ("A", "B", "C", "D"):
        visitor.sign("building-dignity", given_name=name)
    assert visitor.one("SELECT count(*) FROM outbox_messages WHERE topic = 'actions.confirm_all'") == 1
    visitor.my_page()
    visitor.ask_for_my_link()
    with visitor.sessions() as session, session.begin():
        suppress(session, [address_key(visitor.installation.hashes, ANA)], "complaint")
    return visitor.one("SELECT id FROM people WHERE email = :email", email=ANA)


def test_after_erasing_no_table_holds_the_persons_id_or_a_hash_of_their_address(visitor):
    person_id = do_much(visitor)
    assert {
        ("outbox_messages", "person_id"),
        ("outbox_messages", "recipient_key"),
        ("my_links", "person_id"),
    } < ties_of(visitor, ANA, person_id)
    with visitor.sessions() as session, session.begin():
        erase_person(session, person_id, BY_NAME)
    assert ties_of(visitor, ANA, person_id) <= KEPT_HASHES
    assert visitor.one("SELECT count(*) FROM outbox_messages WHERE state IN ('due', 'waiting', 'held')") == 0
    assert visitor.mails() == visitor.mails("receipts") == []


def test_who_is_erased_takes_nothing_of_others_along(visitor):
    visitor.pledge(email="eva@example.org")
    visitor.ask_for_my_link("eva@example.org")
    before = visitor.all("SELECT m::text FROM outbox_messages m ORDER BY id")
    person_id = do_much(visitor)
    with visitor.sessions() as session, session.begin():
        erase_person(session, person_id, BY_NAME)
    theirs = "SELECT m.topic FROM outbox_messages m WHERE recipient_key = :key ORDER BY id"
    key = keys.recipient_key(visitor.installation.hashes, "eva@example.org")
    assert len(visitor.all(theirs, key=key)) == len(before) == 2


def take(visitor):
    """Claim and compose what is due, as a worker does before it begins; the claim and the mails."""
    with visitor.sessions() as session, session.begin():
        taken = claim(session, "critical", 100)
    with visitor.sessions() as session, session.begin():
        composed = compose(session, taken.messages, TOPICS, visitor.installation.hashes)
    return taken, [mail.id for mail in composed.mails]


def test_a_mail_that_was_composed_for_who_is_erased_meanwhile_does_not_go(visitor):
    visitor.pledge()
    visitor.ask_for_my_link()
    taken, ids = take(visitor)
    assert len(ids) == 1
    with visitor.sessions() as session, session.begin():
        erase_person(session, visitor.one("SELECT id FROM people"), BY_NAME)
    with visitor.sessions() as session, session.begin():
        assert begin(session, taken.token, ids) == frozenset()
    assert ties_of(visitor, ANA) <= KEPT_HASHES


def test_a_mail_that_has_begun_is_settled_and_ties_nothing(visitor):
    visitor.pledge()
    visitor.ask_for_my_link()
    taken, ids = take(visitor)
    with visitor.sessions() as session, session.begin():
        assert begin(session, taken.token, ids) == frozenset(ids)
    person_id = visitor.one("SELECT id FROM people")
    with visitor.sessions() as session, session.begin():
        erase_person(session, person_id, BY_NAME)
    assert ties_of(visitor, ANA, person_id) <= KEPT_HASHES
    with visitor.sessions() as session, session.begin():
        settle(session, taken.token, [Outcome(ids[0], "sent")])
    assert visitor.one("SELECT state FROM outbox_messages WHERE id = :id", id=ids[0]) == "sent"
    assert ties_of(visitor, ANA, person_id) <= KEPT_HASHES


def leave_a_late_mail_and_a_link(visitor, **values):
    for name in ("A", "B", "C", "D"):
        visitor.sign(given_name=name, **values)
    visitor.ask_for_my_link()
    topics = {row.topic for row in visitor.all("SELECT topic FROM outbox_messages WHERE action_id IS NULL")}
    assert topics == {"actions.confirm_all", "actions.my_link"}


def not_me(visitor):
    path = next(mail.link("not-me") for mail in visitor.mails() if mail.topic == "actions.confirm")
    assert visitor.client.post(path).status_code == 200


def time_passes(visitor):
    visitor.do("UPDATE actions SET created_at = now() - interval '31 days', asked_at = now() - interval '31 days'")
    with visitor.sessions() as session, session.begin():
        assert purge_unconfirmed(session) == 4


def operator_discards(visitor):
    ids = [row.public_id for row in visitor.all("SELECT public_id FROM actions")]
    with visitor.sessions() as session, session.begin():
        assert discard(session, OPERATOR, ids, BY_NAME) == 4


@pytest.mark.parametrize("how", [not_me, time_passes, operator_discards])
def test_a_person_of_whom_nothing_else_is_left_goes_with_all_mail_to_them(visitor, how):
    leave_a_late_mail_and_a_link(visitor, fax_number="x" if how is operator_discards else None)
    person_id = visitor.one("SELECT id FROM people")
    how(visitor)
    assert visitor.one("SELECT count(*) FROM people") == 0
    kept = {("actions", "signer_key")} if how is operator_discards else set()
    assert ties_of(visitor, ANA, person_id) <= KEPT_HASHES | kept
    assert visitor.one("SELECT count(*) FROM outbox_messages WHERE state = 'due'") == 0


def test_who_has_something_else_here_keeps_the_mail_about_it(visitor):
    visitor.pledge("milk-with-dignity")
    visitor.mails()
    the_day_after(visitor)
    leave_a_late_mail_and_a_link(visitor)
    not_me(visitor)
    states = visitor.all("SELECT topic, state FROM outbox_messages WHERE action_id IS NULL ORDER BY topic")
    assert states == [("actions.confirm_all", "due"), ("actions.my_link", "due")]


def test_an_erased_high_safety_action_leaves_no_mail_and_what_else_waits_keeps_its_own(visitor):
    visitor.sign(HIGH_SAFETY, given_name="Moon")
    visitor.sign(HIGH_SAFETY, given_name="Sun")
    visitor.sign(HIGH_SAFETY, given_name="Star")
    moon, sun, _ = [mail.link("confirm") for mail in visitor.mails()]
    visitor.confirm(moon)
    visitor.confirm(sun)
    (counts,) = visitor.all("SELECT id FROM actions WHERE state = 'confirmed'")
    with visitor.sessions() as session, session.begin():
        erase_action(session, counts.id, BY_NAME)
    kept = visitor.all("SELECT state, action_id FROM outbox_messages WHERE recipient_key IS NOT NULL")
    assert kept == [("due", visitor.one("SELECT id FROM actions WHERE state = 'waiting'"))]


def test_discarding_keeps_who_has_something_else(visitor):
    visitor.pledge()
    visitor.sign(OPEN, fax_number="x")
    operator = visitor.all("SELECT public_id FROM actions WHERE is_held")
    with visitor.sessions() as session, session.begin():
        assert discard(session, OPERATOR, [row.public_id for row in operator], BY_NAME) == 1
    assert visitor.all("SELECT email FROM people") == [(ANA,)]


def test_only_kinds_that_are_not_counted_have_rows_that_hang_on_theirs():
    """Counted rows are taken out and put back (`untying.mix_rows`); what hung on them would go with them.

    What is under review is left where it is. A comment's review would go, but of high safety, which alone is mixed, no
    comment is reviewed (`showing_comments`).
    """
    hanging = {
        table.name
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "actions"
    }
    assert hanging == {"letters", "rsvps", "reviews", "comment_reviews"}
