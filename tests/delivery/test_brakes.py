"""What complaints and bounces stop, and what they do not."""

import pytest
from sqlalchemy import text

from campaign.delivery.brakes import _SHARES, WHOLE, Brake, Scope, _values, apply_automatic_brakes
from campaign.outbox.claims import claim
from campaign.outbox.commands import NewMessage
from campaign.outbox.paces import set_mailbox_pace
from campaign.outbox.service import append

COMPLAINTS, BOUNCES = "too many complaints", "too many bounces"


def went(
    session,
    campaign_id,
    count,
    *,
    organization=1,
    broadcast=None,
    complained=0,
    bounced=0,
    reason="550 no such user",
    lane="letters",
):
    """Let so many messages of a campaign have gone lately, and some of them be answered badly."""
    mailbox = {"mailbox": f"ceo{campaign_id}@kroger.example"} if lane == "letters" else {}
    scope = {"organization_id": organization, "campaign_id": campaign_id, "broadcast_id": broadcast}
    append(session, [NewMessage(lane, "t.t", **scope, **mailbox)] * count)
    session.execute(
        text(
            "UPDATE outbox_messages m SET sent_at = now(), settled_at = now(), reason = :reason, "
            "state = CASE WHEN n <= :complained THEN 'complained' WHEN n <= :complained + :bounced THEN 'bounced' "
            "ELSE 'delivered' END "
            "FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM outbox_messages WHERE state = 'due') d "
            "WHERE d.id = m.id"
        ),
        {"complained": complained, "bounced": bounced, "reason": reason},
    )


def stopped(session):
    return {(brake.scope, brake.reason) for brake in apply_automatic_brakes(session)}


def went_on(session, organizations):
    """Return which of these campaigns (with their organizations) has a letter that is claimed now."""
    for number, of in organizations.items():
        mailbox = f"office{number}@other{number}.example"
        set_mailbox_pace(session, mailbox, 3600, is_always_open=True)
        scope = {"organization_id": of, "campaign_id": number}
        append(session, [NewMessage("letters", "t.t", **scope, mailbox=mailbox)])
    return {message.campaign_id for message in claim(session, "letters", 100).messages}


def campaign(number):
    return Scope(campaign_id=number)


def organization(number):
    return Scope(organization_id=number)


def test_one_complaint_stops_its_campaign_and_no_other(session):
    went(session, 1, 900, complained=1)
    went(session, 2, 50)
    assert apply_automatic_brakes(session) == [Brake("letters", campaign(1), COMPLAINTS)]
    for campaign_id in (1, 2):
        mailbox = f"ceo{campaign_id}@kroger.example"
        set_mailbox_pace(session, mailbox, 3600, is_always_open=True)
        append(session, [NewMessage("letters", "t.t", campaign_id=campaign_id, mailbox=mailbox)])
    assert [message.campaign_id for message in claim(session, "letters", 10).messages] == [2]


@pytest.mark.parametrize(
    ("bounced", "reason", "is_braked"),
    [(9, "550", False), (10, "550", True), (10, None, True), (50, "blocked: busy", False)],
)
def test_five_percent_of_bounces_stop_a_campaign_whatever_they_say(session, bounced, reason, *, is_braked):
    went(session, 1, 200, bounced=bounced, reason=reason)
    assert stopped(session) == ({(campaign(1), BOUNCES)} if is_braked else set())


def test_too_few_messages_say_nothing(session):
    went(session, 1, 99, bounced=50, complained=40)
    assert stopped(session) == set()


def test_an_organization_stops_where_it_is_not_one_campaigns_doing(session):
    for campaign_id in (1, 2, 3):
        went(session, campaign_id, 900, complained=1)
    went(session, 4, 900, organization=2)
    three = {(campaign(number), COMPLAINTS) for number in (1, 2, 3)}
    assert stopped(session) == {(organization(1), COMPLAINTS), *three}
    assert went_on(session, {1: 1, 2: 1, 3: 1, 4: 2, 5: 1}) == {4}, "not its other campaign, but another's"


def test_a_lane_stops_where_it_is_not_one_organizations_doing(session):
    for number in (1, 2, 3):
        went(session, number, 900, organization=number, complained=1)
    three = {(campaign(number), COMPLAINTS) for number in (1, 2, 3)}
    assert stopped(session) == {(WHOLE, COMPLAINTS), *three}
    assert went_on(session, {4: 4}) == set()


def test_the_worst_organization_stops_no_other_however_bad(session):
    for number in range(1, 6):
        went(session, number, 900, organization=1, complained=50, bounced=500)
    went(session, 6, 900, organization=2, complained=1)
    assert {scope for scope, _ in stopped(session)} >= {organization(1), campaign(6)}
    assert went_on(session, {6: 2, 7: 2, 8: 3}) == {7, 8}


def test_a_broadcast_stops_by_itself_and_with_others_its_campaign(session):
    went(session, 1, 900, lane="bulk", broadcast=7, complained=1)
    went(session, 1, 900, lane="bulk", broadcast=8)
    assert stopped(session) == {(Scope(broadcast_id=7), COMPLAINTS)}
    went(session, 1, 900, lane="bulk", broadcast=9, complained=2)
    went(session, 1, 900, lane="bulk", broadcast=10, complained=2)
    assert (campaign(1), COMPLAINTS) in stopped(session)


def test_broadcasts_about_no_campaign_are_an_organizations(session):
    for broadcast in (7, 8, 9):
        went(session, None, 900, lane="bulk", broadcast=broadcast, complained=1)
    went(session, None, 900, lane="bulk", broadcast=10, organization=2)
    each = {(Scope(broadcast_id=broadcast), COMPLAINTS) for broadcast in (7, 8, 9)}
    assert stopped(session) == {(organization(1), COMPLAINTS), *each}


def test_two_campaigns_with_a_complaint_each_stop_no_lane(session):
    went(session, 1, 900, complained=1)
    went(session, 2, 900, complained=1)
    assert stopped(session) == {(campaign(1), COMPLAINTS), (campaign(2), COMPLAINTS)}


def test_one_bad_campaign_stops_no_lane_however_bad(session):
    went(session, 1, 900, bounced=800, complained=50)
    went(session, 2, 900, bounced=10)
    assert stopped(session) == {(campaign(1), BOUNCES), (campaign(1), COMPLAINTS)}


def test_campaigns_too_small_to_be_judged_stop_their_organization_together(session):
    for campaign_id in range(1, 6):
        went(session, campaign_id, 50, bounced=5)
    assert stopped(session) == {(organization(1), BOUNCES)}


def test_organizations_too_small_to_be_judged_stop_the_lane_together(session):
    for number in range(1, 6):
        went(session, number, 50, organization=number, bounced=5)
    assert stopped(session) == {(WHOLE, BOUNCES)}


def test_bulk_mail_of_no_campaign_is_stopped_by_itself(session):
    went(session, None, 200, bounced=20, lane="bulk")
    went(session, 2, 200, lane="bulk")
    assert apply_automatic_brakes(session) == [Brake("bulk", Scope(organization_id=1, campaign_id=0), BOUNCES)]
    append(
        session, [NewMessage("bulk", "t.t", organization_id=1, campaign_id=campaign_id) for campaign_id in (None, 2)]
    )
    assert [message.campaign_id for message in claim(session, "bulk", 10).messages] == [2]


def test_a_brake_is_set_again_and_one_by_hand_keeps_having_no_end(session):
    went(session, 1, 900, complained=1)
    went(session, 2, 900, complained=1)
    session.execute(
        text("INSERT INTO outbox_switches (lane, campaign_id, reason) VALUES ('letters', 2, :r)"), {"r": COMPLAINTS}
    )
    for _ in range(2):
        apply_automatic_brakes(session)
    ends = session.execute(text("SELECT campaign_id, until IS NULL FROM outbox_switches ORDER BY campaign_id")).all()
    assert ends == [(1, False), (2, True)]


def test_critical_mail_is_never_braked(session):
    went(session, 1, 200, complained=100, lane="critical")
    assert stopped(session) == set()


def test_of_much_that_went_well_only_as_much_is_counted_as_can_matter(session):
    went(session, 1, 5000, complained=1)
    went(session, 2, 900, complained=1)
    went(session, 3, 300)
    rows = session.execute(_SHARES, _values()).all()
    assert [(row.campaign_id, row.sent, row.complaints) for row in rows] == [(1, 2001, 1), (2, 900, 1), (3, 300, 0)]
    assert stopped(session) == {(campaign(2), COMPLAINTS)}


def test_where_nothing_was_answered_badly_nothing_is_counted(session):
    went(session, 1, 200)
    went(session, 2, 200, bounced=150, reason="blocked: busy")
    assert session.execute(_SHARES, _values()).all() == []
