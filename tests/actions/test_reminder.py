"""One reminder to confirm, a day after the asking; one receipt after confirming; never twice, never to who said no."""

import pytest

from campaign.actions.service.reminding import remind
from campaign.actions.service.thanking import thank
from campaign.delivery.suppression import address_key, suppress
from campaign.delivery.upkeep import purge
from tests.actions.visitor import HIGH_SAFETY

DAY = "interval '25 hours'"


def pass_time(visitor, age=DAY):
    visitor.do(
        f"UPDATE actions SET created_at = created_at - {age}, asked_at = asked_at - {age}, "
        f"confirmed_at = confirmed_at - {age}"
    )
    visitor.do(f"UPDATE outbox_messages SET created_at = created_at - {age}, available_at = available_at - {age}")
    visitor.do("UPDATE mailbox_allowances SET hours = ARRAY(SELECT h - 25 FROM unnest(hours) h)")


def run_reminders(visitor):
    with visitor.sessions() as session, session.begin():
        return remind(session, visitor.installation.hashes).appended


def run_thanks(visitor):
    with visitor.sessions() as session, session.begin():
        return thank(session).appended


def test_comes_once_after_a_day_and_its_link_confirms(visitor):
    visitor.sign()
    visitor.mails()
    assert run_reminders(visitor) == 0, "not before a day"
    pass_time(visitor)
    assert run_reminders(visitor) == 1
    assert run_reminders(visitor) == 0
    (mail,) = visitor.mails()
    assert mail.topic == "actions.remind"
    assert mail.to == "ana@example.org"
    assert visitor.confirm(mail.link("confirm")).status_code == 303
    assert visitor.tally()[0] == 1
    pass_time(visitor)
    assert run_reminders(visitor) == 0


def test_who_signed_before_is_reminded_of_a_change_not_of_a_name_that_does_not_count(visitor):
    visitor.sign()
    visitor.confirm(visitor.last_link("confirm"))
    visitor.sign(given_name="Bo")
    visitor.mails()
    pass_time(visitor)
    run_reminders(visitor)
    (mail,) = [mail for mail in visitor.mails() if mail.topic == "actions.remind"]
    for part in (mail.text, mail.html):
        assert "Each address counts once. The change isn’t confirmed yet." in part
        assert "does not count yet" not in part


def test_one_mail_for_all_that_waits_of_a_person(visitor):
    visitor.sign()
    visitor.sign("milk-with-dignity")
    visitor.mails()
    pass_time(visitor)
    assert run_reminders(visitor) == 1
    (mail,) = visitor.mails()
    assert visitor.press(mail.link("confirm/all")).status_code == 303
    assert visitor.one("SELECT count(*) FROM actions WHERE state = 'confirmed'") == 2


@pytest.mark.parametrize("way", ["confirmed", "not me", "held", "high safety", "too old", "closed"])
def test_goes_to_nobody_who_needs_none(visitor, way):
    slug = HIGH_SAFETY if way == "high safety" else "fair-food"
    visitor.sign(slug, fax_number="1" if way == "held" else "")
    mails = visitor.mails()
    if way == "confirmed":
        visitor.confirm(mails[0].link("confirm"))
    if way == "not me":
        visitor.client.post(mails[0].link("not-me"))
        visitor.sign(slug)
    if way == "closed":
        visitor.do("UPDATE campaigns SET status = 'closed' WHERE slug = 'fair-food'")
    pass_time(visitor, "interval '14 days'" if way == "too old" else DAY)
    assert run_reminders(visitor) == 0
    assert [mail.topic for mail in visitor.mails() if mail.topic == "actions.remind"] == []


@pytest.mark.parametrize(("age", "status"), [("12 days", 200), ("15 days", 410)])
def test_its_link_works_as_long_as_the_first_one_from_the_asking_on(visitor, age, status):
    visitor.sign()
    visitor.mails()
    pass_time(visitor)
    assert run_reminders(visitor) == 1
    visitor.do(f"UPDATE actions SET asked_at = now() - interval '{age}'")
    (mail,) = visitor.mails()
    assert visitor.client.get(mail.link("confirm")).status_code == status


@pytest.mark.parametrize("kind", ["bounce", "complaint"])
def test_goes_to_no_suppressed_address(visitor, kind):
    visitor.sign()
    visitor.mails()
    with visitor.sessions() as session, session.begin():
        suppress(session, [address_key(visitor.installation.hashes, "ana@example.org")], kind)
    pass_time(visitor)
    assert run_reminders(visitor) == 0
    assert visitor.one("SELECT count(*) FROM actions WHERE reminded_at IS NULL") == 0, "it is settled for good"


def test_counts_among_the_three_mails_of_a_day(visitor):
    visitor.sign()
    pass_time(visitor)
    for name in ("Eva", "Mia"):
        visitor.sign(given_name=name)
    assert run_reminders(visitor) == 1, "two went today: the reminder is the third"
    visitor.sign(given_name="Lea")
    late = visitor.all("SELECT topic FROM outbox_messages ORDER BY id DESC LIMIT 1")[0]
    assert late.topic == "actions.confirm_all"


def test_three_mails_of_a_day_leave_no_room_for_it(visitor):
    visitor.sign()
    pass_time(visitor)
    for name in ("Eva", "Mia", "Lea"):
        visitor.sign(given_name=name)
    assert run_reminders(visitor) == 0
    pass_time(visitor)
    assert run_reminders(visitor) == 1, "of what was asked meanwhile"
    visitor.mails()
    assert run_reminders(visitor) == 0


def test_two_runs_at_once_remind_once(visitor):
    visitor.sign()
    pass_time(visitor)
    with visitor.sessions() as one, visitor.sessions() as other:
        assert remind(one, visitor.installation.hashes).appended == 1
        assert remind(other, visitor.installation.hashes).passed == 0
        one.commit()
        other.commit()
    assert visitor.one("SELECT count(*) FROM outbox_messages WHERE topic = 'actions.remind'") == 1


def test_what_was_confirmed_meanwhile_is_not_reminded_of_at_the_moment_of_sending(visitor):
    visitor.sign()
    (mail,) = visitor.mails()
    pass_time(visitor)
    assert run_reminders(visitor) == 1
    visitor.confirm(mail.link("confirm"))
    assert visitor.mails() == []


def test_a_receipt_comes_once_with_the_number_and_the_address_to_share(visitor):
    visitor.pledge()
    assert run_thanks(visitor) == 1
    assert run_thanks(visitor) == 0
    (mail,) = visitor.mails("receipts")
    assert mail.topic == "actions.thanks"
    assert "number 1" in f"{mail.subject} {mail.text}"
    assert "/campaigns/fair-food?via=" in mail.text


def test_no_receipt_on_a_high_safety_campaign_nor_after_a_standstill(visitor):
    visitor.sign(HIGH_SAFETY, given_name="Sun")
    visitor.confirm(visitor.last_link("confirm"))
    visitor.pledge()
    pass_time(visitor, "interval '7 hours'")
    assert run_thanks(visitor) == 0


def test_that_a_receipt_went_is_forgotten_with_the_other_mails(visitor):
    visitor.pledge()
    pass_time(visitor, "interval '45 minutes'")
    assert run_thanks(visitor) == 1
    visitor.do("UPDATE outbox_messages SET state = 'delivered', settled_at = now() - interval '31 days'")
    with visitor.sessions() as session, session.begin():
        purge(session)
    assert visitor.one("SELECT count(*) FROM outbox_messages") == 0


def test_reminds_of_the_rest_where_the_latest_was_confirmed_before_the_mail_went(visitor):
    visitor.sign("milk-with-dignity")
    visitor.sign()
    latest = visitor.last_link("confirm")
    pass_time(visitor)
    assert run_reminders(visitor) == 1
    visitor.confirm(latest)
    (mail,) = [mail for mail in visitor.mails() if mail.topic == "actions.remind"]
    assert visitor.confirm(mail.link("confirm")).status_code == 303
    assert visitor.tally("milk-with-dignity") == (1, 1)
