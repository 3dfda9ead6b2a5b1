"""Receipts: each confirmed supporter gets one, however many they are and whatever stands between their numbers."""

import uuid

import pytest
from sqlalchemy import text

from campaign.actions.kind import ActionKind, ReceiptOffer
from campaign.actions.mails import receipts_of
from campaign.actions.service.thanking import THANKS, thank
from campaign.delivery.topics import OutgoingMessage
from tests.actions.visitor import HIGH_SAFETY, OPEN

_STORE = text("""
WITH counted AS (
    UPDATE campaign_tallies t SET confirmed = confirmed + :count, last_number = last_number + :count
    FROM campaigns c WHERE c.id = t.campaign_id AND c.slug = :slug
    RETURNING t.campaign_id, last_number - :count AS before
), known AS (
    INSERT INTO people (email, email_display, language)
    SELECT e, e, 'en' FROM counted, generate_series(before + 1, before + :count) n,
        LATERAL (SELECT :slug || '.' || n || '@example.org') m(e) RETURNING id
)
INSERT INTO actions (kind, campaign_id, person_id, signer_key, digest, state, is_counted, number, door, confirmed_at)
SELECT 'pledge', campaign_id, id, sha256(id::text::bytea), sha256(id::text::bytea), 'confirmed', true,
    before + row_number() OVER (ORDER BY id), 'form', now() - CAST(:ago AS interval)
FROM counted, known RETURNING id
""")


@pytest.fixture
def store(visitor):
    """Store confirmed pledges with the next numbers, confirmed so long ago; returns their ids."""

    def store(count, ago="1 hour", slug=OPEN):
        with visitor.sessions() as session, session.begin():
            return sorted(session.scalars(_STORE, {"count": count, "ago": ago, "slug": slug}))

    return store


@pytest.fixture
def run(visitor):
    """Let the job run to its end in batches of so many; returns how many receipts each batch made."""

    def run(most=2000):
        made = []
        while True:
            with visitor.sessions() as session, session.begin():
                batch = thank(session, most)
            if not batch.passed:
                return made
            made.append(batch.appended)

    return run


def thanked(visitor):
    return [
        row.action_id
        for row in visitor.all("SELECT action_id FROM outbox_messages WHERE topic = 'actions.thanks' ORDER BY id")
    ]


def test_each_of_many_gets_one_in_batches_and_in_the_order_of_their_numbers(visitor, store, run):
    stored = store(25)
    assert run(most=4) == [4, 4, 4, 4, 4, 4, 1]
    assert run() == []
    assert thanked(visitor) == stored


def test_many_old_ones_that_were_released_among_them_take_nobodys_receipt(visitor, store, run):
    due = store(40)
    store(150, ago="20 days")
    more = store(3)
    assert sum(run(most=7)) == 43
    assert sorted(thanked(visitor)) == due + more


def test_whoever_confirmed_this_moment_has_theirs(visitor, store, run):
    stored = store(2, ago="0 seconds")
    assert run() == [2]
    assert thanked(visitor) == stored


def test_what_one_press_confirmed_in_several_campaigns_has_one_receipt_that_names_all(visitor, run):
    visitor.sign()
    visitor.sign("milk-with-dignity")
    links = [mail.link("confirm") for mail in visitor.mails()]
    every = "UPDATE actions SET confirmed_at = (SELECT max(confirmed_at) FROM actions)"
    for link in links:
        visitor.confirm(link)
    visitor.do(every)
    assert sum(run()) == 1
    (mail,) = visitor.mails("receipts")
    assert mail.text.count("You’re supporter number 1.") == 2
    assert run() == []


def test_a_receipt_leads_to_a_letter_a_link_to_share_and_ones_page_and_can_be_stopped(visitor, run):
    visitor.pledge()
    run()
    (mail,) = visitor.mails("receipts")
    assert mail.subject.startswith("Thanks for signing: ")
    for room in ("/letter?", "?via=", "/my?lang=en", "/unsubscribe/"):
        assert room in mail.text
    assert "List-Unsubscribe" in mail.mail.headers


def test_what_a_batch_that_died_had_made_is_made_again_once(visitor, store, run):
    stored = store(3)
    with visitor.sessions() as session:
        assert thank(session).appended == 3
        session.rollback()
    assert run() == [3]
    assert thanked(visitor) == stored


def test_two_at_once_write_to_nobody_twice(visitor, store):
    store(3)
    with visitor.sessions() as one, visitor.sessions() as other:
        thank(one)
        one.commit()
        store(2)
        assert thank(one).appended == 2
        assert thank(other).passed == 0
        one.commit()
    assert len(set(thanked(visitor))) == len(thanked(visitor)) == 5


@pytest.mark.parametrize(
    "change",
    [
        "person_id = NULL, erased_at = now()",
        "state = 'withdrawn'",
        "is_made_up = true",
        "confirmed_at = now() - interval '7 hours'",
    ],
)
def test_who_gets_none_keeps_nobody_from_theirs(visitor, store, run, change):
    first, *rest = store(4)
    visitor.do(f"UPDATE actions SET {change} WHERE id = :id", id=first)
    assert sum(run(most=1)) == 3
    assert thanked(visitor) == rest


def test_a_campaign_that_takes_no_part_sends_none_and_goes_on_where_it_stopped(visitor, store, run):
    old = store(2, ago="5 hours")
    visitor.do("UPDATE campaigns SET status = 'paused' WHERE slug = :slug", slug=OPEN)
    assert run() == []
    fresh = store(2)
    visitor.do("UPDATE actions SET confirmed_at = confirmed_at - interval '2 hours' WHERE id = ANY(:ids)", ids=old)
    visitor.do("UPDATE campaigns SET status = 'open' WHERE slug = :slug", slug=OPEN)
    run()
    assert thanked(visitor) == fresh


def test_high_safety_campaigns_send_none(store, run):
    store(2, slug=HIGH_SAFETY)
    assert run() == []


def test_campaigns_do_not_wait_for_one_another(visitor, store, run):
    store(30)
    other = store(2, slug="milk-with-dignity")
    with visitor.sessions() as session, session.begin():
        assert thank(session, most=4).appended == 4
    assert set(other) <= set(thanked(visitor))
    assert sum(run(most=4)) == 28


def test_an_installation_that_upgrades_thanks_nobody_again_and_walks_through_no_years(visitor, store, run):
    """The release before this one wrote no marks: the outbox says whom it thanked, a day's note where to begin."""
    store(50, ago="3 days")
    visitor.do("INSERT INTO campaign_days SELECT campaign_id, now()::date - 2, confirmed FROM campaign_tallies")
    before = store(3)
    with visitor.sessions() as session, session.begin():
        assert thank(session).passed == 3, "not the fifty before"
    visitor.do("DELETE FROM receipt_marks")
    fresh = store(2)
    run()
    assert sorted(thanked(visitor)) == before + fresh
    visitor.do("DELETE FROM campaign_days")


def test_walks_through_a_campaign_without_notes_from_its_beginning(visitor, store, run):
    store(10, ago="3 days")
    fresh = store(2)
    assert sum(run(most=5)) == 2
    assert thanked(visitor) == fresh


class Offering:
    """Receipts composed with made-up kinds, each of which offers something in some campaigns."""

    def __init__(self, visitor):
        self.visitor = visitor

    def links(self, ids, **campaigns):
        """The rooms that receipts lead to, by action; `campaigns`: where a kind is offered, by its name."""
        kinds = [
            ActionKind(name, lambda *_: (), offered_in=lambda *_, at=at: at, receipt_offer=OFFER[name])
            for name, at in campaigns.items()
        ]
        messages = [OutgoingMessage(n, uuid.uuid4(), THANKS, n, None, None, {}) for n in ids]
        with self.visitor.sessions() as session:
            made = receipts_of(kinds).compose(session, messages)
        return [mail.substitutions.get("[[offer]]", "").partition("?")[0].rpartition("/")[2] for mail in made]


OFFER = {name: ReceiptOffer("letter/offer", name) for name in ("call", "visit")}


def test_a_receipt_offers_the_first_thing_that_its_supporter_can_do_and_has_not(visitor, store):
    first, second = store(2)
    campaign = visitor.one("SELECT campaign_id FROM actions LIMIT 1")
    links = Offering(visitor).links
    assert links([first, second]) == ["", ""]
    assert links([first, second], call=[campaign], visit=[campaign]) == ["call", "call"]
    assert links([first, second], call=[], visit=[campaign]) == ["visit", "visit"]
    visitor.do(
        "INSERT INTO actions (kind, campaign_id, person_id, signer_key, digest, state, is_counted, door) "
        "SELECT 'call', campaign_id, person_id, signer_key, 'x', 'withdrawn', false, 'form' FROM actions WHERE id = :id",
        id=first,
    )
    assert links([first, second], call=[campaign], visit=[campaign]) == ["visit", "call"], "nobody is asked twice"
    visitor.do("UPDATE campaigns SET status = 'paused' WHERE id = :id", id=campaign)
    assert links([first, second], call=[campaign], visit=[campaign]) == ["", ""]
