"""What one is asked to confirm is said in the mail that asks: event, days or shifts, for how many; reminded, and late."""

import pytest

from campaign.actions.service.reminding import remind
from campaign.actions.waiting_items import MOST_NAMED
from campaign.events.mails import MOST_LEGS_NAMED
from tests.actions.visitor import HIGH_SAFETY
from tests.events.coming import DAY_OF_ACTION, legs_of, post
from tests.events.files import action, load_file

DAY = "interval '25 hours'"
FIRST, SECOND, FINALE = "Pahokee to Belle Glade", "Belle Glade to Twenty Mile Bend", "Finale in Palm Beach"


def said_in(mail, *words):
    for word in words:
        assert word in mail.text
        assert word in mail.html.replace("&#39;", "'")
    return True


def next_day(visitor):
    visitor.do(f"UPDATE actions SET created_at = created_at - {DAY}, asked_at = asked_at - {DAY}")
    visitor.do(f"UPDATE outbox_messages SET created_at = created_at - {DAY}, available_at = available_at - {DAY}")
    visitor.do("UPDATE mailbox_allowances SET hours = ARRAY(SELECT h - 25 FROM unnest(hours) h)")


def reminded(visitor):
    next_day(visitor)
    with visitor.sessions() as session, session.begin():
        remind(session, visitor.installation.hashes)
    (mail,) = visitor.mails()
    assert mail.topic == "actions.remind"
    return mail


@pytest.mark.parametrize(
    ("language", "title", "days", "party"),
    [
        ("en", "March to Build a New World", (FIRST, FINALE), "3 people"),
        ("es", "Marcha para construir un mundo nuevo", ("De Pahokee a Belle Glade", "Gran final"), "3 personas"),
        ("ur", "March to Build a New World", (FIRST, FINALE), "3 افراد"),
    ],
)
def test_the_mail_names_the_event_its_days_and_the_party(visitor, language, title, days, party):
    legs = legs_of(visitor)
    post(visitor, legs=[legs[0], legs[4]], guests="2", meals="yes", language=language)
    (mail,) = visitor.mails()
    assert title in mail.subject
    assert said_in(mail, title, *days, party)
    assert SECOND not in mail.text
    assert mail.text.count(party) == 3, "a line each for two days, and one for the meals"
    assert visitor.client.get(mail.link("confirm")).status_code == 200


def test_a_party_of_another_size_on_one_day_is_said_of_that_day(visitor):
    legs = legs_of(visitor)
    post(visitor, legs=legs[:2], guests="0", **{f"guests-{legs[1]}": "4"})
    (mail,) = visitor.mails()
    first, second = mail.text.partition(FIRST)[2].partition(SECOND)[::2]
    assert "1 person" in first
    assert "5 people" in second


def test_a_full_day_is_said_to_be_full(visitor):
    legs = legs_of(visitor)
    visitor.do("UPDATE event_legs SET capacity = 0 WHERE public_id = :id", id=legs[0])
    post(visitor, legs=legs[:1])
    (mail,) = visitor.mails()
    assert said_in(mail, FIRST, "Full: you’d join the wait list")


def test_of_a_day_of_action_the_shift_and_its_place_are_said(visitor):
    shift = legs_of(visitor, DAY_OF_ACTION)[0]
    place = visitor.one(
        "SELECT p.title FROM event_places p JOIN event_legs l ON l.place_id = p.id WHERE l.public_id = :id", id=shift
    )
    post(visitor, DAY_OF_ACTION, legs=[shift])
    (mail,) = visitor.mails()
    assert said_in(mail, place, "1 person")


def test_the_reminder_says_it_too(visitor):
    legs = legs_of(visitor)
    post(visitor, legs=[legs[0], legs[4]], guests="2")
    visitor.mails()
    mail = reminded(visitor)
    assert said_in(mail, "March to Build a New World", FIRST, FINALE, "3 people")
    assert visitor.client.get(mail.link("confirm")).status_code == 200


def test_a_reminder_of_several_names_each(visitor):
    post(visitor, legs=legs_of(visitor)[:1], guests="2")
    visitor.sign()
    visitor.write()
    visitor.mails()
    mail = reminded(visitor)
    assert said_in(mail, "Your RSVP", "Your signature", "Your letter", FIRST, "3 people")
    assert mail.link("confirm/all")


def test_the_late_mail_for_all_that_waits_names_each(visitor):
    for number in range(3):
        visitor.sign(given_name=f"Ana {number}")
    post(visitor, legs=legs_of(visitor)[:1], guests="2")
    assert len(visitor.mails()) == 3
    visitor.do("UPDATE outbox_messages SET available_at = now() WHERE topic = 'actions.confirm_all'")
    (mail,) = visitor.mails()
    assert mail.topic == "actions.confirm_all"
    assert said_in(mail, "Your RSVP", "March to Build a New World", FIRST, "3 people")
    assert mail.text.count("Your signature") == 3
    assert "Ana 1" not in mail.text, "nothing that was typed, but a given name to greet by"


def test_one_mail_names_so_many_and_no_more_however_often_an_address_is_typed(visitor):
    for number in range(MOST_NAMED + 4):
        visitor.sign(given_name=f"Ana {chr(97 + number)}")
    visitor.mails()
    visitor.do("UPDATE outbox_messages SET available_at = now() WHERE topic = 'actions.confirm_all'")
    (mail,) = visitor.mails()
    assert mail.text.count("Your signature") == MOST_NAMED


def test_what_was_refused_is_not_named(visitor):
    post(visitor, legs=legs_of(visitor)[:1])
    visitor.client.post(visitor.last_link("not-me"))
    post(visitor, legs=legs_of(visitor)[:1], guests="3")  # typed again by the stranger; it waits unasked
    other = visitor.one(
        "SELECT slug FROM campaigns WHERE slug <> 'fair-food' AND status = 'open' AND NOT is_high_safety "
        "ORDER BY id LIMIT 1"
    )
    for number in range(4):
        visitor.sign(other, given_name=f"Ana {number}")
    visitor.mails()
    visitor.do("UPDATE outbox_messages SET available_at = now() WHERE topic = 'actions.confirm_all'")
    (mail,) = visitor.mails()
    assert "March to Build a New World" not in mail.text
    assert "Your signature" in mail.text


def test_of_a_high_safety_event_no_mail_says_who_is_where_and_when(visitor):
    with visitor.sessions() as session, session.begin():
        load_file(session, action(campaign=HIGH_SAFETY))
    slug, title = visitor.all(
        "SELECT e.slug, e.title ->> 'en' FROM events e JOIN campaigns c ON c.id = e.campaign_id WHERE c.slug = :slug",
        slug=HIGH_SAFETY,
    )[0]
    shifts = legs_of(visitor, slug)
    post(visitor, slug, legs=shifts[:1], guests="3", given_name="Moth")
    (mail,) = visitor.mails()
    assert said_in(mail, title)
    for word in ("people", "2027", "2026", "Held", "AM"):
        assert word not in mail.text.partition("http")[0], word
    page = visitor.client.get(mail.link("confirm")).text
    assert "4 people" in page, "the page behind the link shows it"


def test_of_very_many_shifts_some_are_named_and_the_rest_counted(visitor):
    visitor.do(
        "INSERT INTO event_legs (event_id, position, starts_at, ends_at, title) "
        "SELECT e.id, 100 + n, l.starts_at + n * interval '1 hour', l.ends_at + n * interval '1 hour', l.title "
        "FROM events e JOIN event_legs l ON l.event_id = e.id AND l.position = 5, generate_series(1, 30) n "
        "WHERE e.slug = 'build-a-new-world'"
    )
    legs = legs_of(visitor)
    post(visitor, legs=legs, overlap="yes")
    (mail,) = visitor.mails()
    visitor.do("DELETE FROM rsvp_claims")
    visitor.do("DELETE FROM event_legs WHERE position > 100")
    assert said_in(mail, FIRST, f"and {len(legs) - MOST_LEGS_NAMED} more")
    assert mail.text.count("1 person") == MOST_LEGS_NAMED
