"""Every door that changes something runs its transaction again when a neighbour made it lose a deadlock."""

import json
import time

import pytest

from campaign.delivery.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER
from tests.actions.visitor import OPEN
from tests.another import run_into_a_deadlock
from tests.events.coming import come, legs_of
from tests.events.test_rsvp_mine import link_of

ONE, TWO = (f"SELECT FROM actions WHERE id = (SELECT {end}(id) FROM actions) FOR UPDATE" for end in ("min", "max"))


@pytest.fixture
def door(app, visitor, caplog):
    """Post to an address that runs into a deadlock with a neighbour, and loses it; returns the answer."""

    def post(path, holds, wants, waits_in, **values):
        client = app.test_client(use_cookies=False)
        answer = run_into_a_deadlock(
            visitor.sessions, lambda: client.post(path, **values), holds=holds, wants=wants, waits_in=waits_in
        )
        assert "a transaction runs again: DeadlockDetected" in caplog.text
        return answer

    return post


def two_pledges(visitor):
    visitor.pledge(consent="yes")
    visitor.pledge("milk-with-dignity")
    visitor.do("UPDATE outbox_messages SET created_at = created_at - interval '1 day'")
    visitor.do("UPDATE mailbox_allowances SET hours = ARRAY(SELECT h - 25 FROM unnest(hours) h)")


def test_erasing(visitor, door):
    two_pledges(visitor)
    page = visitor.my_page()
    answer = door(f"{page}/erase", TWO, ONE, "%FROM actions%FOR UPDATE%", data={"sure": "yes"})
    assert answer.status_code == 303
    assert visitor.one("SELECT count(*) FROM people") == 0
    assert visitor.tally() == (0, 1)


def test_withdrawing(visitor, door):
    two_pledges(visitor)
    page = visitor.my_page()
    public_id = visitor.one("SELECT public_id FROM actions ORDER BY id LIMIT 1")
    tally = (
        f"SELECT FROM campaign_tallies WHERE campaign_id = (SELECT id FROM campaigns WHERE slug = '{OPEN}') FOR UPDATE"
    )
    answer = door(f"{page}/withdraw/{public_id}", tally, ONE, "%campaign_tallies%")
    assert answer.status_code == 303
    assert visitor.tally() == (0, 1), "taken off once"


def test_this_wasnt_me(visitor, door):
    visitor.sign()
    visitor.sign(given_name="Anna")
    path = visitor.mails()[0].link("not-me")
    answer = door(path, TWO, ONE, "%FROM actions%FOR UPDATE%")
    assert answer.status_code == 200
    assert visitor.one("SELECT count(*) FROM actions") == 0
    assert visitor.one("SELECT count(*) FROM suppressions") == 1


def test_an_rsvp_that_is_given_back(visitor, door):
    come(visitor, part="all")
    legs = "SELECT FROM event_legs FOR NO KEY UPDATE"
    rsvps = "SELECT FROM rsvps FOR UPDATE"
    answer = door(link_of(visitor), legs, rsvps, "%FROM event_legs%", data={"step": "cancel", "sure": "yes"})
    assert answer.status_code == 303
    assert visitor.all("SELECT DISTINCT state FROM rsvp_claims") == [("gone",)]


def test_an_rsvp_that_is_changed(visitor, door):
    come(visitor, part="all")
    leg = legs_of(visitor)[1]
    before = visitor.one("SELECT sequence FROM rsvps")
    answer = door(
        link_of(visitor),
        "SELECT FROM event_legs FOR NO KEY UPDATE",
        "SELECT FROM rsvps FOR UPDATE",
        "%FROM event_legs%",
        data={"step": "change", "sure": "yes", "legs": [leg], f"guests-{leg}": "1"},
    )
    assert answer.status_code == 303
    assert visitor.all("SELECT amount FROM rsvp_claims WHERE state = 'going' AND resource = 'place'") == [(2,)]
    assert visitor.one("SELECT sequence FROM rsvps") == before + 1


def test_the_webhook(visitor, door, webhook_key):
    visitor.sign()
    visitor.do("UPDATE outbox_messages SET state = 'sent', attempts = 1")
    message = visitor.one("SELECT public_id FROM outbox_messages")
    events = [
        {
            "event": "delivered",
            "sg_event_id": f"e{n}",
            "timestamp": 1_700_000_000,
            "email": "ana@example.org",
            "message": str(message),
        }
        for n in range(2)
    ]
    body, timestamp = json.dumps(events).encode(), str(int(time.time()))
    signed = {TIMESTAMP_HEADER: timestamp, SIGNATURE_HEADER: webhook_key.sign(timestamp, body)}
    wants = (
        "INSERT INTO delivery_events (sg_event_id, at, kind) VALUES ('e0', to_timestamp(1700000000), 'delivered') "
        "ON CONFLICT DO NOTHING"
    )
    answer = door(
        "/webhooks/sendgrid",
        "SELECT FROM outbox_messages FOR UPDATE",
        wants,
        "%WITH news AS%",
        data=body,
        headers=signed,
    )
    assert answer.status_code == 200
    assert visitor.one("SELECT state FROM outbox_messages") == "delivered"
    assert visitor.one("SELECT count(*) FROM delivery_events") == 2


def test_a_link_that_is_asked_for_anew_is_mailed_once(visitor, door, app, monkeypatch):
    counted = []
    monkeypatch.setattr(app.extensions["campaign.intake"], "check_limits", counted.append)
    visitor.sign()
    link = visitor.last_link("confirm")
    visitor.do("DELETE FROM outbox_turns")
    answer = door(
        f"{link}/again",
        "INSERT INTO outbox_turns (stream, lane, campaign_id, company_id, mailbox, domain) "
        "SELECT 'critical:' || id, 'critical', id, 0, '', '' FROM campaigns ON CONFLICT DO NOTHING",
        ONE,
        "%INSERT INTO outbox_turns%",
    )
    assert answer.status_code == 200
    assert visitor.one("SELECT count(*) FROM outbox_messages") == 2
    assert len(counted) == 1, "a limit is counted once"
