"""The audit compares each tally with the rows it counts, and mends it."""

import threading

import pytest

from campaign.petitions.service import audit_tallies
from tests.actions.visitor import OPEN


def audit(visitor):
    with visitor.sessions() as session, session.begin():
        return audit_tallies(session)


def test_a_true_tally_is_left_alone(visitor):
    visitor.pledge()
    before = visitor.dump()
    assert audit(visitor) == []
    assert visitor.dump() == before


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
