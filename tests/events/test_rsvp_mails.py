"""The mails of events: a place that freed, what changed; in whose language, by whose clocks, and when not at all."""

import json
import re

import pytest

from campaign.events.capacity.offers import give_freed_places
from campaign.events.revisions.settling import cancel_claims
from campaign.events.revisions.telling import tell_of_change
from campaign.events.saving import find_event
from campaign.kernel.clock import now
from tests.actions.visitor import HIGH_SAFETY
from tests.events.coming import MARCH, come, legs_of, post
from tests.events.files import action, load_file
from tests.events.stage import SET_CAPACITY
from tests.events.test_rsvp_mine import link_of, offer, step


@pytest.fixture
def legs(visitor):
    return legs_of(visitor)


def change(visitor, positions, *, is_cancelled=False):
    """Tell of a change of legs, as loading a file or the operator does."""
    with visitor.sessions() as session, session.begin():
        event = find_event(session, MARCH)
        event.version += 1
        ids = [
            visitor.one("SELECT id FROM event_legs WHERE event_id = :e AND position = :p", e=event.id, p=p)
            for p in positions
        ]
        tell_of_change(session, event, ids)
        if is_cancelled:
            cancel_claims(session, ids, now())


def test_the_mail_that_asks_to_confirm_is_in_the_language_of_the_form(visitor):
    post(visitor, part="all", language="es")
    (mail,) = visitor.mails()
    assert mail.topic == "actions.confirm"
    assert mail.link("confirm")
    assert 'lang="es"' in mail.html


def receipts(visitor):
    return [mail for mail in visitor.mails() if mail.topic == "events.receipt"]


def confirm(visitor, **values):
    """RSVP and confirm; the receipt stays unread."""
    assert post(visitor, **values).status_code == 303
    return visitor.confirm(visitor.last_link("confirm", values.get("email")))


def test_a_receipt_says_what_one_has_and_what_one_waits_for(visitor, legs):
    visitor.do("UPDATE event_legs SET capacity = 2 WHERE public_id = :id", id=legs[0])
    visitor.do(SET_CAPACITY, most=2, resource="bed", id=legs[0])
    visitor.do(SET_CAPACITY, most=2, resource="meal", id=legs[1])
    come(visitor, legs=legs[:2], guests="1", meals="yes", email="first@example.org")
    confirm(visitor, legs=[legs[0], legs[1], legs[4]], guests="1", meals="yes", lodging="yes")
    (mail,) = receipts(visitor)
    assert (mail.to, mail.subject) == ("ana@example.org", "March to Build a New World: you’re coming")
    days = [
        part.split("\n\n")[0] for part in mail.text.split("\n\n") if re.match(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), ", part)
    ]
    assert len(days) == 3
    first, second, finale = days
    assert "Pahokee to Belle Glade" in first
    assert "You’re on the wait list · 2 people" in first
    assert "Confirmed · 2 people" in second
    assert "Meal: on the wait list" in second
    assert "Lodging: 2 people" in second
    assert "Confirmed" in finale
    assert "Meal" not in finale
    assert "When there’s room for your whole group" in mail.text
    body = mail.html.partition("</h1>")[2]  # without the preheader, which says the first day as well
    assert mail.text.count("8\xa0a.m.") == body.count("8\xa0a.m.") == 1
    assert "Belle Glade to Twenty Mile Bend" in mail.html
    for path in (mail.link("rsvp"), f"{mail.link('rsvp')}.ics"):
        assert visitor.client.get(path).status_code == 200
        assert path in mail.html
    assert "Canal Street" not in mail.text, "where one sleeps is told when one needs it"


def test_a_receipt_is_sent_once_for_a_confirmation_and_not_before_it(visitor, legs):
    post(visitor, part="all")
    link = visitor.last_link("confirm")
    assert visitor.one("SELECT count(*) FROM outbox_messages WHERE topic = 'events.receipt'") == 0
    for _ in range(3):
        visitor.confirm(link)
    step(visitor, "change", legs=legs[1])
    assert len(receipts(visitor)) == 1
    confirm(visitor, part="finale", comment="another")
    assert len(receipts(visitor)) == 1, "another RSVP is another confirmation"


def test_a_receipt_of_the_waiting_list_alone_says_so_and_names_no_calendar(visitor, legs):
    visitor.do("UPDATE event_legs SET capacity = 0 WHERE public_id = :id", id=legs[0])
    confirm(visitor, legs=legs[0], language="es")
    (mail,) = receipts(visitor)
    assert mail.subject == "Marcha para construir un mundo nuevo: en lista de espera"
    assert ".ics" not in mail.text
    assert 'lang="es"' in mail.html


def test_a_receipt_says_what_is_so_when_it_is_sent(visitor, legs):
    visitor.do("UPDATE event_legs SET capacity = 2 WHERE public_id = :id", id=legs[0])
    come(visitor, legs=legs[0], guests="1", email="eva@example.org")
    eva = link_of(visitor)
    confirm(visitor, legs=legs[0])
    step(visitor, "cancel", eva)
    told = {mail.topic: mail for mail in visitor.mails()}
    assert "A place opened up for you: take it by" in told["events.receipt"].text
    confirm(visitor, legs=legs[1], email="third@example.org")
    step(visitor, "cancel", link_of(visitor, visitor.one("SELECT max(id) FROM actions")))
    assert [mail.topic for mail in visitor.mails()] == ["events.canceled"], "nothing is left of it to be told"


def test_nobody_of_a_high_safety_campaign_gets_a_receipt(visitor):
    with visitor.sessions() as session, session.begin():
        load_file(session, action(campaign=HIGH_SAFETY))
    shift = legs_of(visitor, "at-the-stores")[0]
    assert post(visitor, "at-the-stores", given_name="Fern", legs=shift).status_code == 303
    answer = visitor.confirm(visitor.last_link("confirm"))
    assert "can’t email you from a wait list" in visitor.client.get(answer.headers["Location"]).text
    assert visitor.one("SELECT state FROM rsvp_claims") == "going"
    assert visitor.one("SELECT count(*) FROM outbox_messages WHERE topic LIKE 'events.%'") == 0


def remind(visitor, topic, **payload):
    """Append a reminder for the RSVP that stands, as the ticker does, and return it."""
    visitor.do(
        "INSERT INTO outbox_messages (lane, stream, topic, state, action_id, person_id, campaign_id, payload) "
        "SELECT lane, stream, :topic, 'due', action_id, person_id, campaign_id, CAST(:payload AS jsonb) "
        "FROM outbox_messages WHERE topic = 'events.receipt' ORDER BY id DESC LIMIT 1",
        topic=topic,
        payload=json.dumps(payload),
    )
    (mail,) = [mail for mail in visitor.mails() if mail.topic == topic]
    return mail


def test_reminders_tell_the_way_what_to_bring_and_where_one_sleeps_who_has_a_bed(visitor, legs):
    come(visitor, legs=legs[:2], lodging="yes")
    week = remind(visitor, "events.week_before")
    for part in (week.text, week.html):
        assert part.count("Where you’ll sleep") == 2
        assert "210 Lake Road" in part
        assert "Twice the water you’d normally carry" in part
        assert "Shoes you’ve already broken in" in part
        assert "Lunch by the road" not in part, "who has no meal there is told of none"
    first = visitor.one("SELECT id FROM event_legs WHERE public_id = :id", id=legs[0])
    evening = remind(visitor, "events.evening_before", leg=first)
    for part in (evening.text, evening.html):
        assert "210 Lake Road" in part
        assert "A bus leaves Immokalee for the start at 5:30 a.m." in part
        assert "18 Canal Street" not in part, "only that day"
        assert "openstreetmap" in part
    visitor.do("UPDATE rsvp_claims SET state = 'queued', queued_at = now() WHERE resource = 'bed'")
    assert "210 Lake Road" not in remind(visitor, "events.evening_before", leg=first).text


def test_an_offer_says_what_until_when_and_leads_to_the_answer(visitor, legs):
    link = offer(visitor, legs)
    (mail,) = [mail for mail in visitor.mails() if mail.topic == "events.offer"]
    assert mail.to == "ana@example.org"
    assert mail.subject == "March to Build a New World: a place opened up"
    assert "Pahokee to Belle Glade" in mail.text
    assert "Belle Glade to Twenty Mile Bend" not in mail.text
    assert "8\xa0a.m." in mail.text, "by the clocks of the march"
    assert "Hello Ana," in mail.text
    assert "Held for you until" in mail.text
    assert "Held for you until" in mail.html
    page = visitor.client.get(mail.link("rsvp"))
    assert "Yes, I’ll take it" in page.text
    assert step(visitor, "accept", mail.link("rsvp"), leg=legs[0]).status_code == 303
    assert visitor.client.get(link).status_code == 200


def test_a_meal_that_came_free_is_offered_as_such_and_taken(visitor, legs):
    visitor.do(SET_CAPACITY, most=1, resource="meal", id=legs[0])
    come(visitor, legs=legs[0], meals="yes", email="eva@example.org")
    eva = link_of(visitor)
    come(visitor, legs=legs[0], meals="yes")
    step(visitor, "cancel", eva)
    (mail,) = [mail for mail in visitor.mails() if mail.topic == "events.offer"]
    assert mail.subject == "March to Build a New World: something opened up"
    for part in (mail.text, mail.html):
        assert "Meal: 1 person" in part
        assert "Room for" not in part
    link = mail.link("rsvp")
    page = visitor.client.get(link).text
    assert "Meal: 1 person, yours if you take it by" in page
    assert "Yes, I’ll take it" in page
    assert step(visitor, "accept", link, leg=legs[0]).status_code == 303
    assert visitor.one("SELECT count(*) FROM rsvp_claims WHERE state = 'going'") == 2
    assert "Yes, I’ll take it" not in visitor.client.get(link).text


def test_an_offer_that_was_answered_or_is_over_is_not_sent(visitor, legs):
    link = offer(visitor, legs)
    step(visitor, "accept", link, leg=legs[0])
    assert [mail for mail in visitor.mails() if mail.topic == "events.offer"] == []


def test_an_offer_whose_time_is_over_is_not_sent(visitor, legs):
    offer(visitor, legs)
    visitor.do("UPDATE rsvp_claims SET until = now() - interval '1 minute' WHERE state = 'offered'")
    assert [mail for mail in visitor.mails() if mail.topic == "events.offer"] == []


def let_pass(visitor, leg):
    visitor.do("UPDATE rsvp_claims SET until = now() - interval '1 minute' WHERE state = 'offered'")
    with visitor.sessions() as session, session.begin():
        give_freed_places(session, [visitor.one("SELECT id FROM event_legs WHERE public_id = :id", id=leg)], now())


def test_who_lets_an_offer_pass_is_told_and_keeps_their_turn_once(visitor, legs):
    link = offer(visitor, legs)
    come(visitor, legs=legs[0], email="leo@example.org", language="es")
    visitor.mails()
    let_pass(visitor, legs[0])
    mails = {mail.topic: mail for mail in visitor.mails()}
    assert mails["events.passed"].to == "ana@example.org"
    assert "You keep your turn on the wait list" in mails["events.passed"].text
    assert mails["events.offer"].to == "leo@example.org"
    assert "You’re on the wait list" in visitor.client.get(link).text
    let_pass(visitor, legs[0])
    mails = {(mail.topic, mail.to): mail for mail in visitor.mails()}
    assert "Conserva su turno" in mails["events.passed", "leo@example.org"].text
    assert ("events.offer", "ana@example.org") in mails
    let_pass(visitor, legs[0])
    mails = {(mail.topic, mail.to): mail for mail in visitor.mails()}
    assert "You’re no longer on the wait list" in mails["events.passed", "ana@example.org"].text
    assert "You’re no longer on the wait list" in mails["events.passed", "ana@example.org"].html


def test_a_change_is_told_once_with_all_legs_it_touches(visitor, legs):
    come(visitor, part="all", language="es")
    come(visitor, legs=legs[4], email="eva@example.org")
    visitor.do("UPDATE event_legs SET starts_at = starts_at + interval '1 hour' WHERE public_id = :id", id=legs[1])
    change(visitor, [2, 3])
    (mail,) = visitor.mails()
    assert (mail.topic, mail.to) == ("events.changed", "ana@example.org")
    assert "De Belle Glade a Twenty Mile Bend" in mail.text
    assert "8:30" in mail.text
    assert "De Twenty Mile Bend a Loxahatchee" in mail.text
    assert 'lang="es"' in mail.html
    assert visitor.client.get(mail.link("rsvp")).status_code == 200


def test_what_is_cancelled_is_said_to_be(visitor, legs):
    come(visitor, part="all")
    visitor.do("UPDATE event_legs SET status = 'cancelled' WHERE public_id = :id", id=legs[0])
    change(visitor, [1], is_cancelled=True)
    (mail,) = visitor.mails()
    assert mail.subject.endswith(": plans have changed")
    assert "Canceled:\n" in mail.text
    visitor.do("UPDATE events SET status = 'cancelled' WHERE slug = :slug", slug=MARCH)
    change(visitor, [2, 3, 4, 5], is_cancelled=True)
    (mail,) = visitor.mails()
    assert mail.subject == "March to Build a New World: canceled"
    assert "This event is canceled" in mail.html


def test_a_change_that_concerns_nobody_any_more_is_not_sent(visitor, legs):
    come(visitor, legs=[legs[0], legs[1]])
    change(visitor, [1])
    step(visitor, "change", legs=legs[1])
    assert [mail.topic for mail in visitor.mails()] == ["events.updated"]
    change(visitor, [2])
    visitor.do("UPDATE event_legs SET starts_at = now() - interval '1 minute' WHERE public_id = :id", id=legs[1])
    assert visitor.mails() == []
    visitor.do("UPDATE event_legs SET starts_at = now() + interval '1 minute', ends_at = now() + interval '1 day'")
    change(visitor, [2])
    step(visitor, "cancel", link_of(visitor))
    assert [mail.topic for mail in visitor.mails()] == ["events.canceled"]


@pytest.mark.parametrize("name", ['<i>Zoë"{{7*7}}', "[[mine]]"])
def test_hostile_names_stay_words(visitor, legs, name):
    come(visitor, part="all", given_name=name)
    change(visitor, [1])
    (mail,) = visitor.mails()
    assert "<i>" not in mail.html
    assert mail.text.count("/rsvp/") == 1
