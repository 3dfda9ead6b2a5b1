"""The audit compares each tally with the rows it counts, and mends it."""

import threading

import pytest

from campaign.pledges.auditing import audit_tallies
from tests.actions.visitor import OPEN


def audit(visitor, **values):
    with visitor.sessions() as session, session.begin():
        return audit_tallies(session, **values)


def go_on(visitor, batches, most=100):
    """Audit in so many slices of as many rows as one campaign may cost at least; returns what was mended."""
    return [campaign for _ in range(batches) for campaign in audit(visitor, most=most)]


@pytest.fixture
def many(visitor):
    """A campaign of 250 names: three slices of a hundred."""
    visitor.pledge()
    visitor.do(
        "INSERT INTO actions (kind, campaign_id, signer_key, digest, state, is_counted, number, door, confirmed_at) "
        "SELECT kind, campaign_id, sha256(n::text::bytea), sha256(n::text::bytea), state, true, n, 'form', now() "
        "FROM actions, generate_series(2, 250) n"
    )
    visitor.do(
        "UPDATE campaign_tallies SET confirmed = 250, last_number = 250 FROM campaigns c "
        "WHERE c.id = campaign_id AND slug = :s",
        s=OPEN,
    )
    audit(visitor)


def set_tally(visitor, confirmed):
    visitor.do(
        "UPDATE campaign_tallies SET confirmed = :n FROM campaigns c WHERE c.id = campaign_id AND slug = :s",
        n=confirmed,
        s=OPEN,
    )


def withdraw(visitor, number):
    """As the spine does: the name and the tally, in one transaction; the number stays given."""
    visitor.do(
        "WITH gone AS (UPDATE actions SET state = 'withdrawn' WHERE number = :n RETURNING campaign_id) "
        "UPDATE campaign_tallies t SET confirmed = confirmed - 1 FROM gone WHERE t.campaign_id = gone.campaign_id",
        n=number,
    )


ROUND = 60
"""More slices than all campaigns of the demonstration have."""


@pytest.mark.parametrize("wrong", [0, 249, 240])
def test_a_large_campaign_is_audited_slice_by_slice_and_mended(visitor, many, wrong):
    set_tally(visitor, wrong)
    assert go_on(visitor, 1) == []
    assert len(go_on(visitor, ROUND)) == 1
    assert visitor.tally() == (250, 250)
    assert go_on(visitor, ROUND) == []


def test_who_withdraws_behind_a_slice_makes_no_tally_wrong(visitor, many):
    while not visitor.one("SELECT count(*) FROM tally_audits WHERE number BETWEEN 100 AND 249"):
        go_on(visitor, 1)
    withdraw(visitor, 50)
    assert go_on(visitor, ROUND) == []
    assert visitor.tally() == (249, 250)


def test_nor_does_it_hide_what_is_wrong(visitor, many):
    set_tally(visitor, 200)
    while not visitor.one("SELECT count(*) FROM tally_audits WHERE number BETWEEN 100 AND 249"):
        go_on(visitor, 1)
    withdraw(visitor, 50)
    assert len(go_on(visitor, ROUND)) == 1
    assert visitor.tally() == (249, 250)


def test_a_number_beyond_the_last_one_given_is_seen(visitor, many):
    visitor.do("UPDATE actions SET number = 300 WHERE number = 250")
    assert len(go_on(visitor, ROUND)) == 1
    assert visitor.tally() == (250, 300)


def test_a_campaign_is_left_alone_for_a_while_after_its_audit(visitor, many):
    audit(visitor)
    set_tally(visitor, 249)
    assert audit(visitor, pause_seconds=3600) == []
    assert len(audit(visitor)) == 1


def test_a_true_tally_is_left_alone(visitor):
    visitor.pledge()
    before = visitor.dump()
    assert audit(visitor) == []
    assert visitor.dump() | {"tally_audits": []} == before


@pytest.mark.parametrize("wrong", ["confirmed = 0", "confirmed = 1, last_number = 5", "confirmed = 9, last_number = 9"])
def test_a_wrong_tally_is_mended_and_no_number_is_given_twice(visitor, wrong):
    for name in ("one", "two", "three"):
        visitor.pledge(email=f"{name}@example.org")
    visitor.do(f"UPDATE campaign_tallies SET {wrong} FROM campaigns c WHERE c.id = campaign_id AND slug = :s", s=OPEN)
    assert len(audit(visitor)) == 1
    count, last = visitor.tally()
    assert count == 3
    assert last >= 3
    assert audit(visitor) == []
    visitor.pledge(email="four@example.org")
    numbers = [row.number for row in visitor.all("SELECT number FROM actions")]
    assert len(set(numbers)) == 4


def test_auditing_while_people_confirm_takes_nothing_away(app, visitor):
    for n in range(30):
        visitor.sign(email=f"s{n}@example.org")
    links = [mail.link("confirm") for mail in visitor.mails()]
    stop = threading.Event()

    def keep_auditing():
        while not stop.is_set():
            audit(visitor)

    thread = threading.Thread(target=keep_auditing)
    thread.start()
    for link in links:
        assert visitor.confirm(link).status_code == 303
    stop.set()
    thread.join()
    assert visitor.tally() == (30, 30)


def test_the_ticker_audits():
    from campaign.features import JOBS

    assert "petitions.audit_tallies" in [job.name for job in JOBS]
