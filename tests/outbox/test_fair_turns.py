"""Organizations take turns, whatever each of them has in line, and so do the campaigns and broadcasts of each."""

from collections import Counter

from sqlalchemy import text

from campaign.outbox.claims import claim
from campaign.outbox.commands import NewMessage
from campaign.outbox.paces import set_mailbox_pace
from campaign.outbox.service import append


def bulk(organization_id, campaign_id=None, broadcast_id=None):
    scope = {"organization_id": organization_id, "campaign_id": campaign_id, "broadcast_id": broadcast_id}
    return NewMessage("bulk", "t.t", **scope)


def letter(organization_id, campaign_id, mailbox="ceo@kroger.example"):
    scope = {"organization_id": organization_id, "campaign_id": campaign_id, "company_id": 1, "mailbox": mailbox}
    return NewMessage("letters", "t.t", **scope)


def served(session, lane, limit):
    taken = claim(session, lane, limit).messages
    session.commit()
    return Counter(message.organization_id for message in taken)


def test_one_message_does_not_wait_behind_another_organizations_thousands(session):
    append(session, [bulk(1, 1) for _ in range(3000)])
    append(session, [bulk(2, 2)])
    assert served(session, "bulk", 100)[2] == 1


def test_two_organizations_share_a_claim_however_many_campaigns_each_has(session):
    append(session, [bulk(1, campaign) for campaign in range(1, 21) for _ in range(20)])
    append(session, [bulk(2, 50) for _ in range(200)])
    assert served(session, "bulk", 100) == {1: 50, 2: 50}


def test_what_one_does_not_need_the_other_gets(session):
    append(session, [bulk(1, 1) for _ in range(200)] + [bulk(2, 2) for _ in range(10)])
    assert served(session, "bulk", 100) == {1: 90, 2: 10}


def test_the_broadcasts_and_campaigns_of_one_share_its_part(session):
    append(session, [bulk(1, 1, 8) for _ in range(60)] + [bulk(1, 1, 9) for _ in range(60)])
    append(session, [bulk(1, 2) for _ in range(60)] + [bulk(2, 5) for _ in range(60)])
    taken = [message.id for message in claim(session, "bulk", 60).messages]
    assert Counter((number - 1) // 60 for number in taken) == {0: 10, 1: 10, 2: 10, 3: 30}


def test_the_organization_served_longest_ago_comes_first(session):
    append(session, [bulk(organization, organization) for organization in (1, 2, 3) for _ in range(2)])
    order = [next(iter(served(session, "bulk", 1))) for _ in range(6)]
    assert sorted(order[:3]) == sorted(order[3:]) == [1, 2, 3]


def test_one_mailbox_is_shared_by_those_who_write_to_it(session):
    """One that writes to many offices as well must not wait for the end of one that writes to this office alone."""
    set_mailbox_pace(session, "ceo@kroger.example", 30, is_always_open=True)
    append(session, [letter(1, 1, f"office{n}@other.example") for n in range(50)])
    append(session, [letter(1, 1) for _ in range(4)] + [letter(2, 2) for _ in range(4)])
    order = []
    for _ in range(6):
        session.execute(text("UPDATE pace_slots SET next_at = '-infinity'"))
        order += [m.organization_id for m in claim(session, "letters", 10).messages if m.id > 50]
        session.commit()
    assert Counter(order) == {1: 3, 2: 3}
