"""The mails of events: a place that freed, what changed; in whose language, by whose clocks, and when not at all."""

import pytest

from campaign.events.loading import find_event
from campaign.events.telling import cancel_claims, tell_of_change
from campaign.kernel.clock import now
from tests.events.test_rsvp_door import MARCH, come, legs_of, post
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


def test_an_offer_says_what_until_when_and_leads_to_the_answer(visitor, legs):
    link = offer(visitor, legs)
    (mail,) = [mail for mail in visitor.mails() if mail.topic == "events.offer"]
    assert mail.to == "ana@example.org"
    assert mail.subject == "A place is free for you: March to Build a New World"
    assert "Pahokee to Belle Glade" in mail.text
    assert "Belle Glade to Twenty Mile Bend" not in mail.text
    assert "8:00\u202fAM" in mail.text, "by the clocks of the march"
    assert "Hello Ana," in mail.text
    assert "Yours until" in mail.text
    assert "Yours until" in mail.html
    page = visitor.client.get(mail.link("rsvp"))
    assert "Yes, I take this place" in page.text
    assert step(visitor, "accept", mail.link("rsvp"), leg=legs[0]).status_code == 303
    assert visitor.client.get(link).status_code == 200


def test_an_offer_that_was_answered_or_is_over_is_not_sent(visitor, legs):
    link = offer(visitor, legs)
    step(visitor, "accept", link, leg=legs[0])
    assert [mail for mail in visitor.mails() if mail.topic == "events.offer"] == []


def test_an_offer_whose_time_is_over_is_not_sent(visitor, legs):
    offer(visitor, legs)
    visitor.do("UPDATE rsvp_claims SET until = now() - interval '1 minute' WHERE state = 'offered'")
    assert [mail for mail in visitor.mails() if mail.topic == "events.offer"] == []


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
    assert mail.subject.startswith("Something changed")
    assert "Cancelled:\n" in mail.text
    visitor.do("UPDATE events SET status = 'cancelled' WHERE slug = :slug", slug=MARCH)
    change(visitor, [2, 3, 4, 5], is_cancelled=True)
    (mail,) = visitor.mails()
    assert mail.subject == "Cancelled: March to Build a New World"
    assert "It is cancelled" in mail.html


def test_a_change_that_concerns_nobody_any_more_is_not_sent(visitor, legs):
    come(visitor, legs=[legs[0], legs[1]])
    change(visitor, [1])
    step(visitor, "change", legs=legs[1])
    assert visitor.mails() == []
    change(visitor, [2])
    visitor.do("UPDATE event_legs SET starts_at = now() - interval '1 minute' WHERE public_id = :id", id=legs[1])
    assert visitor.mails() == []
    visitor.do("UPDATE event_legs SET starts_at = now() + interval '1 minute', ends_at = now() + interval '1 day'")
    change(visitor, [2])
    step(visitor, "cancel", link_of(visitor))
    assert visitor.mails() == []


@pytest.mark.parametrize("name", ['<i>Zoë"{{7*7}}', "[[mine]]"])
def test_hostile_names_stay_words(visitor, legs, name):
    come(visitor, part="all", given_name=name)
    change(visitor, [1])
    (mail,) = visitor.mails()
    assert "<i>" not in mail.html
    assert mail.text.count("/rsvp/") == 1
