"""Tries to find out who signed on a high-safety campaign, with all tables and the mail provider's log in hand.

By equal values of any sort, by the place of ids among those of others, by the time inside an id, by the order of
numbers. The provider's log has address, our id of the mail, its own ids, and when. Signers act under their own names,
too, at the same moments; somebody else's refusal and a dead mailbox are among them.
"""

import uuid
from dataclasses import dataclass, field

import pytest
from sqlalchemy import text

from campaign.actions.service.reviewing import discard
from campaign.actions.service.taking_back import purge_unconfirmed
from campaign.actions.service.unlinking_mails import mix_rows
from campaign.delivery.composing import compose
from campaign.delivery.events import read_event, record_events
from campaign.features import KINDS, MAIL_TOPICS
from campaign.kernel.actors import OPERATOR
from campaign.kernel.clock import now
from campaign.outbox.claims import claim
from campaign.outbox.leases import Outcome, begin, settle
from tests.actions.visitor import HIGH_SAFETY, OPEN
from tests.attacks.joining import addresses_of, made_at, read_all

SIGNERS = 16
TOPICS = {topic.name: topic for topic in MAIL_TOPICS}
BY_NAME = {kind.name: kind for kind in KINDS}
SAFE = "campaign_id IN (SELECT id FROM campaigns WHERE is_high_safety)"


@dataclass
class Provider:
    """Carries the mails, keeps its log, and tells of each that it was delivered or, once, that it bounced."""

    visitor: object
    sent: list = field(default_factory=list)
    links: dict = field(default_factory=dict)

    def carry(self, bounces=()):
        visitor = self.visitor
        read = {mail.to: mail for mail in visitor.mails()}
        with visitor.sessions() as session, session.begin():
            taken = claim(session, "critical", 100)
        with visitor.sessions() as session, session.begin():
            mails = compose(session, taken.messages, TOPICS, visitor.installation.hashes).mails
            begin(session, taken.token, [mail.id for mail in mails])
        outcomes, events = [], []
        for one in mails:
            address, provider_id = one.mail.to_address, f"sg-{uuid.uuid4().hex}"
            message = {mail.id: mail.public_id for mail in taken.messages}[one.id]
            entry = {"email": address, "message": message, "provider_id": provider_id, "at": now()}
            kind = "bounce" if address in bounces else "delivered"
            event = {"event": kind, "sg_event_id": f"ev-{uuid.uuid4().hex}", "timestamp": int(now().timestamp())}
            events.append(event | {"email": address, "message": str(message), "sg_message_id": f"{provider_id}.0"})
            self.sent.append(entry | {"sg_event_id": event["sg_event_id"]})
            outcomes.append(Outcome(one.id, "sent", provider_id))
        with visitor.sessions() as session, session.begin():
            settle(session, taken.token, outcomes)
            record_events(session, visitor.installation.hashes, [read_event(event) for event in events])
        return read


def address_of(n):
    return f"signer{n}@garment.example"


@pytest.fixture
def settled(visitor):
    """Sixteen sign and confirm, one after another, among others' signatures; then some take it back in every way."""
    provider = Provider(visitor)
    mails = {}
    for n in range(SIGNERS):
        visitor.sign(OPEN, email=f"known{n}@example.org", given_name=f"Known {n}")
        provider.carry()
        visitor.sign(HIGH_SAFETY, email=address_of(n), given_name=f"Moon {n}", fax_number="x" if n == 12 else None)
        mails[n] = provider.carry()[address_of(n)]
        assert visitor.confirm(mails[n].link("confirm")).status_code == 303
    before = len(visitor.all(f"SELECT FROM actions WHERE state = 'confirmed' AND {SAFE}"))
    assert before == SIGNERS - 1
    return visitor, provider, mails


def settle_in_every_way(visitor, provider, mails):
    """Afterwards some act under their own names; one withdraws, one erases, one is discarded, one signs twice."""
    for n in (0, 1, 2):
        visitor.sign(OPEN, email=address_of(n), given_name="Own name")
        provider.carry()
    undo = mails[3].link("my")
    public_id = visitor.named("Moon 3")[0].public_id
    assert visitor.client.post(f"{undo}/withdraw/{public_id}").status_code == 303
    assert visitor.client.post(f"{mails[4].link('my')}/erase", data={"sure": "yes"}).status_code == 303
    with visitor.sessions() as session, session.begin():
        held = session.scalars(text(f"SELECT public_id FROM actions WHERE is_held AND {SAFE}")).all()
        assert discard(session, OPERATOR, held, BY_NAME) == 1
    visitor.sign(HIGH_SAFETY, email=address_of(5), given_name="Star 5")
    assert visitor.confirm(provider.carry()[address_of(5)].link("confirm")).status_code == 303
    # Somebody is typed in who refuses, and somebody whose mailbox is dead; both act elsewhere under their own names.
    for address, bounces in (("refuses@example.org", ()), ("dead@example.org", ("dead@example.org",))):
        visitor.sign(OPEN, email=address, given_name="Own name")
        provider.carry()
        visitor.sign(HIGH_SAFETY, email=address, given_name="Sun")
        mail = provider.carry(bounces)[address]
        if not bounces:
            assert visitor.client.post(mail.link("not-me")).status_code == 200
    old = [row.id for row in visitor.named("Sun")]
    visitor.do("UPDATE actions SET asked_at = now() - interval '31 days' WHERE id = ANY(:old)", old=old)
    with visitor.sessions() as session, session.begin():
        assert purge_unconfirmed(session) == 1


def named_by_values(visitor, provider, table, condition):
    """How many rows of a table lead to somebody's address by equal values."""
    rows = read_all(visitor.sessions, provider.sent)
    ids = [row.id for row in visitor.all(f"SELECT id FROM {table} WHERE {condition} ORDER BY id")]
    starts = [row for row in rows if row.table == table and any((table, one) in row.values for one in ids)]
    assert len(starts) == len(ids)
    return sum(1 for start in starts if addresses_of(rows, start))


def test_no_value_of_a_settled_action_or_a_refusal_leads_to_an_address(settled, tell):
    visitor, provider, mails = settled
    confirmed = named_by_values(visitor, provider, "actions", SAFE)
    settle_in_every_way(visitor, provider, mails)
    named = named_by_values(visitor, provider, "actions", SAFE)
    refusals = named_by_values(visitor, provider, "suppressions", "true")
    tell(f"of {SIGNERS} confirmed actions, named by equal values", confirmed)
    tell("after every way to settle them", named)
    tell("refusals and bounces of high safety named", refusals)
    tell("ids of the provider's kept about them", kept_of(visitor, provider))
    assert (confirmed, named, refusals) == (0, 0, 0)
    assert kept_of(visitor, provider) == 0
    assert visitor.one("SELECT count(*) FROM suppressions") == 2, "they protect all the same"


def kept_of(visitor, provider):
    """How many of the ids that the provider has beside a high-safety signer's address stand in any table."""
    kept = "\n".join(row for rows in visitor.dump().values() for row in rows)
    theirs = [entry for entry in provider.sent if entry["email"].endswith("garment.example")][:SIGNERS]
    return sum(str(entry[name]) in kept for entry in theirs for name in ("message", "provider_id", "sg_event_id"))


def log_of_safe(provider):
    return [entry for entry in provider.sent if entry["email"].endswith("garment.example")]


def test_the_order_of_ids_names_nobody(settled, tell):
    """An id stands between ids of known time; only one mail to such a signer went in between."""
    visitor, provider, _ = settled
    named = 0
    for row in visitor.all(
        f"SELECT id, given_name, signer_key FROM actions WHERE {SAFE} AND given_name IS NOT NULL ORDER BY id"
    ):
        earlier = visitor.one(f"SELECT max(created_at) FROM actions WHERE id < :id AND NOT {SAFE}", id=row.id)
        later = visitor.one(f"SELECT min(created_at) FROM actions WHERE id > :id AND NOT {SAFE}", id=row.id)
        between = [
            entry["email"]
            for entry in log_of_safe(provider)
            if (earlier is None or entry["at"] > earlier) and (later is None or entry["at"] < later)
        ]
        named += between == [address_of(int(visitor.name_of(row).split()[1]))]
    tell(f"of {SIGNERS}, named by the place of their ids", named)
    assert named <= 1, "whoever came last came after all others"


def test_the_time_inside_an_id_names_nobody(settled, tell):
    visitor, provider, _ = settled
    named = 0
    for row in visitor.all(f"SELECT public_id, given_name, signer_key FROM actions WHERE {SAFE} ORDER BY id"):
        at = made_at(row.public_id)
        if at is not None:
            nearest = min(log_of_safe(provider), key=lambda entry: abs(entry["at"].timestamp() - at))
            named += nearest["email"] == address_of(int(visitor.name_of(row).split()[1]))
    tell(f"of {SIGNERS}, named by the time inside their public ids", named)
    assert named == 0


def right_by_order(provider, names):
    """How many are named by laying an order of pseudonyms beside the order of the provider's log."""
    guessed = zip(names, [entry["email"] for entry in log_of_safe(provider)], strict=False)
    return sum(address_of(int(name.split()[1])) == email for name, email in guessed)


def test_the_order_of_numbers_names_nobody(settled, tell):
    visitor, provider, mails = settled
    rows = visitor.all(
        f"SELECT given_name, signer_key, public_id FROM actions WHERE {SAFE} AND number IS NOT NULL ORDER BY number"
    )
    named = right_by_order(provider, [visitor.name_of(row) for row in rows])
    tell(f"of {SIGNERS}, named by the order of their numbers", named)
    assert named < SIGNERS / 4
    for n in (0, 7):
        pages = [visitor.client.get(mails[n].link(name)).text for name in ("my", "confirm")]
        assert not any("number" in page for page in pages), "nobody is told one, who could show it"


def test_the_place_of_rows_in_the_table_and_in_dumps_names_nobody(settled, tell):
    """`pg_dump` writes rows as they lie; the transaction that wrote one stands in it."""
    visitor, provider, _ = settled
    visitor.do("UPDATE unmixed_actions SET day = day - interval '1 day'")
    with visitor.sessions() as session, session.begin():
        assert mix_rows(session) == SIGNERS - 1  # one is under review
        assert mix_rows(session) == 0
    told = f"FROM actions WHERE {SAFE} AND given_name IS NOT NULL AND is_counted AND state = 'confirmed'"
    rows = visitor.all(f"SELECT given_name, signer_key {told} ORDER BY ctid")
    named = right_by_order(provider, [visitor.name_of(row) for row in rows])
    tell(f"of {SIGNERS}, named by the place of their rows the next day", named)
    assert named < SIGNERS / 2
    assert visitor.one(f"SELECT count(DISTINCT xmin::text) {told}") == 1
    assert visitor.tally(HIGH_SAFETY) == (SIGNERS - 1, SIGNERS - 1)


def test_the_times_of_a_row_tell_the_day_and_no_more(settled, tell):
    visitor, _, _ = settled
    columns = ("created_at", "asked_at", "typed_at", "confirmed_at", "erased_at", "withdrawn_at", "reminded_at")
    exact = sum(
        value is not None and (value.hour, value.minute, value.second, value.microsecond) != (0, 0, 0, 0)
        for row in visitor.all(f"SELECT {', '.join(columns)} FROM actions WHERE {SAFE}")
        for value in row
    )
    tell("exact times kept of high-safety actions", exact)
    assert exact == 0


def test_what_was_typed_is_not_the_same_on_two_campaigns(visitor):
    visitor.do("UPDATE campaigns SET is_high_safety = true WHERE slug = 'milk-with-dignity'")
    visitor.client.application.extensions["campaign.intake"].doorsteps.forget()
    for slug in (HIGH_SAFETY, "milk-with-dignity"):
        assert visitor.sign(slug, given_name="Moon").status_code == 303
    assert visitor.one("SELECT count(DISTINCT digest) FROM actions") == 2


def test_who_erased_themselves_leaves_no_id_of_the_providers(visitor, tell):
    provider = Provider(visitor)
    visitor.sign(OPEN)
    mail = provider.carry()["ana@example.org"]
    visitor.confirm(mail.link("confirm"))
    page = visitor.my_page()
    assert visitor.client.post(f"{page}/erase", data={"sure": "yes"}).status_code == 303
    named = named_by_values(visitor, provider, "actions", "true")
    tell("erased actions that the provider's log still names", named)
    assert named == 0
