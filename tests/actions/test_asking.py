"""At most three mails a day to one address; beyond that what was done is kept, and one mail confirms it all."""

from sqlalchemy import text

from tests.actions.visitor import HIGH_SAFETY

SLUGS = ("fair-food", "milk-with-dignity", "building-dignity", "accord-holdouts", "lesotho-agreements", "fair-flowers")


def let_the_next_day_come(visitor):
    visitor.do("UPDATE outbox_messages SET available_at = now(), created_at = created_at - interval '1 day'")
    visitor.do("UPDATE mailbox_allowances SET hours = ARRAY(SELECT h - 25 FROM unnest(hours) h)")


def test_three_mails_a_day_then_one_of_the_next_day_confirms_all(visitor):
    for slug in SLUGS:
        assert visitor.sign(slug).status_code == 303
    assert [mail.topic for mail in visitor.mails()] == ["actions.confirm"] * 3
    assert visitor.one("SELECT count(*) FROM actions WHERE state = 'waiting'") == 6
    let_the_next_day_come(visitor)
    (late,) = visitor.mails()
    assert late.topic == "actions.confirm_all"
    link = late.link("confirm/all")
    before = visitor.dump()
    page = visitor.client.get(link)
    assert page.text.count('class="confirm"') == 6
    assert visitor.client.head(link).status_code == 200
    assert visitor.dump() == before
    assert visitor.press(link).status_code == 303
    assert visitor.one("SELECT count(*) FROM actions WHERE state = 'confirmed'") == 6
    assert [visitor.tally(slug)[0] for slug in SLUGS] == [1] * 6
    assert visitor.client.post(link).status_code == 200
    assert visitor.client.get(link).status_code == 200


def test_the_late_mail_is_asked_for_once(visitor):
    for name in ("Ana", "Eva", "Mia", "Lea", "Ida", "Zoe"):
        visitor.sign(given_name=name)
    assert visitor.all("SELECT topic, count(*) FROM outbox_messages GROUP BY topic ORDER BY topic") == [
        ("actions.confirm", 3),
        ("actions.confirm_all", 1),
    ]


def test_another_address_is_not_counted_with(visitor):
    for slug in SLUGS[:4]:
        visitor.sign(slug)
        visitor.sign(slug, email="eva@example.org")
    assert visitor.one("SELECT count(*) FROM outbox_messages WHERE topic = 'actions.confirm'") == 6


def test_a_second_press_of_the_button_sends_no_second_mail(visitor):
    for _ in range(3):
        assert visitor.sign().status_code == 303
    assert visitor.one("SELECT count(*) FROM actions") == 1
    assert visitor.one("SELECT count(*) FROM outbox_messages") == 1
    visitor.do("UPDATE outbox_messages SET created_at = created_at - interval '11 minutes'")
    visitor.sign()
    assert visitor.one("SELECT count(*) FROM actions") == 1
    assert visitor.one("SELECT count(*) FROM outbox_messages") == 2, "later it is somebody who found no mail"


def test_a_high_safety_campaign_counts_by_itself_and_its_late_mail_tells_of_nothing_else(visitor):
    for slug in SLUGS[:4]:
        visitor.sign(slug)
    for name in ("Sun", "Moon", "Star", "Sky"):
        visitor.sign(HIGH_SAFETY, given_name=name)
    first = visitor.mails()
    assert len(first) == 6
    let_the_next_day_come(visitor)
    late = visitor.mails()
    assert len(late) == 2
    pages = [visitor.client.get(mail.link("confirm/all")).text for mail in late]
    shown = [page.count('class="confirm"') for page in pages]
    assert sorted(shown) == [4, 4]
    assert sum("Shahidul" in page for page in pages) == 1
    keys = visitor.all("SELECT DISTINCT recipient_key FROM outbox_messages")
    assert len(keys) == 2


def test_mail_to_an_unconfirmed_address_carries_no_typed_text_but_a_name(visitor):
    marks = {
        "family_name": "FAMILYMARK",
        "comment": "COMMENTMARK",
        "postal_code": "MARK1",
        "source": "SOURCEMARK",
        "country": "GB",
    }
    visitor.sign(given_name="Ana Lucía", **marks)
    visitor.write(given_name="Ana Lucía", personal="PERSONALMARK", subject="SUBJECTMARK", body="BODYMARK", **marks)
    for mail in visitor.mails():
        everything = mail.subject + mail.text + mail.html
        assert "MARK" not in everything
        assert "Ana Lucía" in everything


def test_a_name_that_is_an_advertisement_stays_out_of_the_mail(visitor):
    for name in ("[[link]]", "a, b; c", '"x" <y@z>'):
        visitor.sign(given_name=name, email=f"m{len(name)}@example.org")
    for mail in visitor.mails():
        assert mail.text.count("http://campaign.example/confirm/") == 1
        for mark in (";", "<y", "[["):
            assert mark not in mail.subject + mail.mail.substitutions["[[hello]]"]


def test_the_stored_message_holds_no_address_and_no_text(visitor):
    visitor.sign(comment="SECRET")
    visitor.write(personal="SECRET")
    with visitor.sessions() as session:
        rows = session.scalars(text("SELECT m::text FROM outbox_messages m WHERE lane = 'critical'")).all()
        rows += session.scalars(text("SELECT payload::text FROM outbox_messages")).all()
    assert rows
    assert not [row for row in rows if "ana" in row.lower() or "SECRET" in row]
