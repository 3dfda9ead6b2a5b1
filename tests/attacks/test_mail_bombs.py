"""Tries to fill a stranger's mailbox: a thousand spellings of it, many posts at once, every door there is."""

import threading
from itertools import islice, product

from sqlalchemy import text

from campaign.actions.service.recording import record
from campaign.actions.service.reminding import remind
from campaign.delivery.daily_limit import purge_allowances
from tests.actions.batches import command_for
from tests.actions.visitor import HIGH_SAFETY
from tests.chaos.waiting import until

MAILS_A_DAY = 3
AT_ONCE = 19
ASKS = ("actions.confirm", "actions.confirm_all", "actions.remind")


def spellings(local="victim"):
    """Addresses that all lead to one mailbox at Gmail."""
    dots = ("".join(map("".join, zip(local, gaps, strict=False))) + local[-1] for gaps in product(("", "."), repeat=5))
    for dotted in dots:
        for tag in ("", *(f"+{number}" for number in range(20))):
            for domain in ("gmail.com", "GoogleMail.com"):
                yield f"{dotted}{tag}@{domain}"


def asked(visitor):
    """How many mails have gone, or are to go today, that ask for something."""
    return visitor.one(
        "SELECT count(*) FROM outbox_messages WHERE topic = ANY(:topics) AND available_at <= now()", topics=list(ASKS)
    )


def spell(visitor, slug="fair-food", most=1000, **changed):
    addresses = list(islice(spellings(), most))
    assert len(set(addresses)) == most
    for start in range(0, most, 50):
        with visitor.sessions() as session, session.begin():
            batch = addresses[start : start + 50]
            record(session, [command_for(visitor, one.lower(), slug=slug, **changed) for one in batch])


def test_a_thousand_spellings_of_one_mailbox(visitor, tell):
    spell(visitor)
    tell("mails to one mailbox by a thousand spellings", asked(visitor))
    tell("signers", visitor.one("SELECT count(DISTINCT signer_key) FROM actions"))
    assert asked(visitor) <= MAILS_A_DAY
    assert visitor.one("SELECT count(*) FROM actions") == 1000, "what was done is kept"
    visitor.do("UPDATE outbox_messages SET available_at = available_at - interval '25 hours'")
    visitor.do("UPDATE mailbox_allowances SET hours = ARRAY(SELECT h - 25 FROM unnest(hours) h)")
    visitor.do("UPDATE actions SET asked_at = asked_at - interval '25 hours'")
    with visitor.sessions() as session, session.begin():
        remind(session, visitor.installation.hashes)
    tell("mails to it on the day after, too", asked(visitor))
    assert asked(visitor) <= 2 * MAILS_A_DAY


def test_spellings_by_the_doors_that_ask_again(visitor, tell):
    for address in islice(spellings(), 6):
        assert visitor.sign(email=address).status_code == 303
    visitor.do("UPDATE outbox_messages SET created_at = created_at - interval '1 hour'")
    for address in islice(spellings(), 6):
        assert visitor.sign(email=address).status_code == 303
        visitor.client.post("/my", data={"email": address, "stamp": visitor.installation.stamp.make()})
    links = visitor.one("SELECT count(*) FROM outbox_messages WHERE topic = 'actions.my_link'")
    tell("mails by pressing again, and links", (asked(visitor), links))
    assert asked(visitor) <= MAILS_A_DAY
    assert links <= MAILS_A_DAY


def test_nineteen_posts_at_once(visitor, tell):
    ready, done = threading.Event(), []

    def post(number):
        with visitor.sessions() as session, session.begin():
            record(session, [command_for(visitor, f"victim+{number}@example.org")])
            done.append(number)
            ready.wait(30)

    posts = [threading.Thread(target=post, args=(number,)) for number in range(AT_ONCE)]
    for one in posts:
        one.start()
    try:
        waiting = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        until(lambda: len(done) + visitor.one(waiting) >= AT_ONCE, "each post is stored, or waits for another", 30)
    finally:
        ready.set()
        for one in posts:
            one.join()
    tell("mails to one mailbox by nineteen posts at once", asked(visitor))
    assert len(done) == AT_ONCE
    assert asked(visitor) <= MAILS_A_DAY


def test_high_safety_counts_apart_by_a_key_that_joins_to_nothing(visitor, tell):
    spell(visitor, most=100)
    spell(visitor, HIGH_SAFETY, most=100, is_high_safety=True)
    tell("mails by a hundred spellings on two campaigns, one of high safety", asked(visitor))
    assert asked(visitor) <= 2 * MAILS_A_DAY
    keys = {bytes(row.key).hex() for row in visitor.all("SELECT key FROM mailbox_allowances")}
    assert len(keys) == 2
    kept = [
        row
        for table in ("actions", "people", "outbox_messages", "suppressions")
        for row in visitor.all(f"SELECT t::text AS whole FROM {table} t")
    ]
    assert kept
    assert not [row for row in kept for key in keys if key in row.whole]


def test_a_mailbox_asked_by_many_at_once_keeps_nobody_else_waiting(visitor):
    """Batches that name mailboxes in different orders neither lock each other out nor fail."""
    people = [f"signer{number}@example.org" for number in range(40)]
    errors = []
    with visitor.sessions() as session, session.begin():
        record(session, [command_for(visitor, one, slug="milk-with-dignity") for one in people])

    def batch(order):
        try:
            for round_ in range(3):
                with visitor.sessions() as session, session.begin():
                    record(session, [command_for(visitor, one, comment=f"{order} {round_}") for one in people[::order]])
        except Exception as error:  # noqa: BLE001 - told below
            errors.append(error)

    batches = [threading.Thread(target=batch, args=(order,)) for order in (1, -1, 3, -3)]
    for one in batches:
        one.start()
    for one in batches:
        one.join()
    assert not errors
    with visitor.sessions() as session:
        worst = session.scalars(text("SELECT count(*) FROM outbox_messages GROUP BY recipient_key")).all()
    assert max(worst) <= MAILS_A_DAY + 1, "and one of the next day"


def test_what_was_counted_is_forgotten_after_its_day(visitor):
    spell(visitor, most=50)
    with visitor.sessions() as session, session.begin():
        assert purge_allowances(session) == 0
    visitor.do("UPDATE mailbox_allowances SET last_hour = last_hour - 49")
    with visitor.sessions() as session, session.begin():
        assert purge_allowances(session) == 1
    assert visitor.all("SELECT key FROM mailbox_allowances") == []


def test_erasing_forgets_it_at_once(visitor):
    visitor.pledge()
    page = visitor.my_page()
    assert visitor.one("SELECT count(*) FROM mailbox_allowances") == 2
    assert visitor.client.post(f"{page}/erase", data={"sure": "yes"}).status_code == 303
    assert visitor.one("SELECT count(*) FROM mailbox_allowances") == 0
