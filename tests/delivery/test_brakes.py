"""What complaints and bounces stop, and what they do not."""

import pytest
from sqlalchemy import text

from campaign.delivery.brakes import Brake, apply_automatic_brakes
from campaign.outbox.claims import claim
from campaign.outbox.commands import NewMessage
from campaign.outbox.paces import set_mailbox_pace
from campaign.outbox.service import append

COMPLAINTS, BOUNCES = "too many complaints", "too many bounces"


def went(session, campaign_id, count, *, complained=0, bounced=0, reason="550 no such user", lane="letters"):
    """Let so many messages of a campaign have gone lately, and some of them be answered badly."""
    mailbox = {"mailbox": f"ceo{campaign_id}@kroger.example"} if lane == "letters" else {}
    append(session, [NewMessage(lane, "t.t", campaign_id=campaign_id, **mailbox)] * count)
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
    return {(brake.campaign_id, brake.reason) for brake in apply_automatic_brakes(session)}


def test_one_complaint_stops_its_campaign_and_no_other(session):
    went(session, 1, 900, complained=1)
    went(session, 2, 50)
    assert apply_automatic_brakes(session) == [Brake("letters", 1, COMPLAINTS)]
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
    assert stopped(session) == ({(1, BOUNCES)} if is_braked else set())


def test_too_few_messages_say_nothing(session):
    went(session, 1, 99, bounced=50, complained=40)
    assert stopped(session) == set()


def test_a_lane_stops_where_it_is_not_one_campaigns_doing(session):
    for campaign_id in (1, 2, 3):
        went(session, campaign_id, 900, complained=1)
    assert stopped(session) == {(None, COMPLAINTS), (1, COMPLAINTS), (2, COMPLAINTS), (3, COMPLAINTS)}


def test_two_campaigns_with_a_complaint_each_stop_no_lane(session):
    went(session, 1, 900, complained=1)
    went(session, 2, 900, complained=1)
    assert stopped(session) == {(1, COMPLAINTS), (2, COMPLAINTS)}


def test_one_bad_campaign_stops_no_lane_however_bad(session):
    went(session, 1, 900, bounced=800, complained=50)
    went(session, 2, 900, bounced=10)
    assert stopped(session) == {(1, BOUNCES), (1, COMPLAINTS)}


def test_campaigns_too_small_to_be_judged_stop_the_lane_together(session):
    for campaign_id in range(1, 6):
        went(session, campaign_id, 50, bounced=5)
    assert stopped(session) == {(None, BOUNCES)}


def test_bulk_mail_of_no_campaign_is_stopped_by_itself(session):
    went(session, None, 200, bounced=20, lane="bulk")
    went(session, 2, 200, lane="bulk")
    assert apply_automatic_brakes(session) == [Brake("bulk", 0, BOUNCES)]
    append(session, [NewMessage("bulk", "t.t", campaign_id=campaign_id) for campaign_id in (None, 2)])
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
