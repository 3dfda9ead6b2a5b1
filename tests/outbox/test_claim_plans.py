"""A claim, and what looks at the queue beside it, is linear whatever the table's statistics say."""

import pytest
from sqlalchemy import text

from campaign.outbox.claims import claim
from campaign.outbox.commands import NewMessage
from campaign.outbox.holds import hold
from campaign.outbox.paces import get_seconds_to_next_letter, set_mailbox_pace
from campaign.outbox.queries import count_letters_by_state, find_campaigns_at_work, list_due_lanes
from campaign.outbox.service import append
from campaign.outbox.sql import go_by_index
from tests.outbox.plans import rows_handled, set_statistics

STREAMS, EACH, CLAIMED = 60, 50, 240
STORED = 2 * STREAMS * EACH
"""At most: where statistics are stale, as many again were settled."""
STEPS = 6
"""So many steps of a plan may handle every row of so small a table. Comparing each stream, or each candidate, with every
due row would be ten times as many, and more."""


def fill_mails(session):
    for campaign in range(1, STREAMS + 1):
        append(session, [NewMessage("critical", "bench", campaign_id=campaign, action_id=n) for n in range(EACH)])


def fill_letters(session):
    for number in range(STREAMS):
        mailbox = f"{number}@company{number % 3}.example"
        values = {"campaign_id": 1, "company_id": 1, "executive_id": number, "mailbox": mailbox}
        append(session, [NewMessage("letters", "bench", action_id=n, **values) for n in range(EACH)])
        set_mailbox_pace(session, mailbox, 3_600_000, is_always_open=True)


def settle(session):
    session.execute(text("UPDATE outbox_messages SET state = 'sent', settled_at = now() WHERE state = 'due'"))


@pytest.fixture(params=["empty", "full", "stale"])
def statistics(request, session):
    yield request.param
    session.rollback()
    session.execute(text("ALTER TABLE outbox_messages RESET (autovacuum_enabled)"))
    session.commit()


@pytest.mark.parametrize(("lane", "fill"), [("critical", fill_mails), ("letters", fill_letters)])
def test_a_claim_compares_no_candidate_with_every_row(session, statistics, lane, fill):
    set_statistics(session, statistics, fill, settle)
    with rows_handled(session) as handled:
        taken = claim(session, lane, CLAIMED)
    assert len(taken.messages) == CLAIMED
    assert handled[-1] <= STEPS * STORED


@pytest.mark.parametrize("fill", [fill_mails, fill_letters])
@pytest.mark.parametrize("look", [list_due_lanes, get_seconds_to_next_letter])
def test_looking_at_the_queue_compares_nothing_with_every_row(session, statistics, fill, look):
    set_statistics(session, statistics, fill, settle)
    with rows_handled(session) as handled:
        look(session)
    assert handled[-1] <= 2 * STEPS * STREAMS


def test_what_waits_of_a_topic_is_read_once(session, statistics):
    set_statistics(session, statistics, fill_mails, settle)
    with rows_handled(session) as handled:
        assert len(find_campaigns_at_work(session, "critical", "bench")) == STREAMS
    assert handled[-1] <= STEPS * STORED


def test_what_is_held_is_counted_once(session, statistics):
    set_statistics(session, statistics, fill_letters, settle)
    hold(session, mailbox="1@company1.example", reason="bounced")
    with rows_handled(session) as handled:
        counts = count_letters_by_state(session, campaign_id=1)
    assert (counts["held"], counts["due"]) == (EACH, (STREAMS - 1) * EACH)
    assert handled[-1] <= STEPS * STORED


def test_nothing_is_compiled_for_a_plan_that_only_looks_dear(session):
    go_by_index(session)
    assert session.scalar(text("SELECT current_setting('jit')")) == "off"
    session.rollback()
    assert session.scalar(text("SELECT setting = reset_val FROM pg_settings WHERE name = 'jit'")), (
        "of this transaction alone"
    )
