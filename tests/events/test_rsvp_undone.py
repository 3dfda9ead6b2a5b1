"""Nothing of an RSVP is given up by one tap: the page asks, it can be undone for an hour, and a mail says what is so."""

import html
import re

import pytest
from icalendar import Calendar

from campaign.events.capacity.undoing import forget_undos
from tests.events.coming import MARCH, come, legs_of, places
from tests.events.test_rsvp_mine import link_of, step


@pytest.fixture
def legs(visitor):
    return legs_of(visitor)


def told(visitor):
    """What the holder was told by mail since the last look: topic and mail."""
    return {mail.topic: mail for mail in visitor.mails() if mail.topic in ("events.updated", "events.canceled")}


def file_of(mail):
    (file,) = mail.mail.content.attachments
    return file, Calendar.from_ical(file.data)


def asked_by(visitor, answer):
    """The page that asks: a change leads to it, so that Reload and Back find it again; nothing typed is to be read there."""
    if answer.status_code != 303:
        return answer
    assert "Naples" not in answer.headers["Location"]
    return visitor.client.get(answer.headers["Location"])


def going(visitor):
    return {n: amount for n, (amount, state) in places(visitor).items() if state == "going"}


@pytest.mark.parametrize(
    ("name", "values", "asks"),
    [
        ("cancel", {}, "Cancel your RSVP?"),
        ("drop", {"leg": 1}, "Give up this place?"),
        ("change", {"legs": [0], "guests": "3"}, "Give these up?"),
        ("change", {"legs": [0, 1], "guests": "1"}, "Give these up?"),
        ("change", {"legs": [0, 1], "guests": "3", "meals": ""}, "Give these up?"),
    ],
    ids=["cancel", "drop a day", "untick a day", "fewer guests", "no meals"],
)
def test_what_gives_something_up_asks_first_and_does_nothing_until_then(visitor, legs, name, values, asks):
    come(visitor, legs=legs[:2], guests="3", meals="yes")
    values = {"meals": "yes", **values}
    for field in ("leg", "legs"):
        if field in values:
            chosen = values[field]
            values[field] = legs[chosen] if isinstance(chosen, int) else [legs[n] for n in chosen]
    before = visitor.dump()
    page = asked_by(visitor, step(visitor, name, sure="", **values))
    assert page.status_code == 200
    assert f"<h1>{asks}</h1>" in page.text
    assert visitor.dump() == before
    assert step(visitor, name, **values).status_code == 303
    assert visitor.dump() != before


@pytest.mark.parametrize(
    ("query", "asks"),
    [("ask=cancel", "Cancel your RSVP?"), ("ask=drop&leg={0}", "Give up this place?"), ("ask=drop&leg=x", "My RSVP")],
)
def test_the_page_that_asks_has_an_address_of_its_own(visitor, legs, query, asks):
    come(visitor, legs=legs[:2])
    before = visitor.dump()
    page = visitor.client.get(f"{link_of(visitor)}?{query.format(*legs)}")
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert f"<h1>{asks}</h1>" in page.text
    assert visitor.dump() == before


def test_who_goes_back_from_being_asked_finds_what_was_typed(visitor, legs):
    come(visitor, legs=legs[:2], guests="3")
    asked = asked_by(visitor, step(visitor, "change", sure="", legs=legs[1], guests="2", ride_from="Naples")).text
    carried = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', asked)
    assert {("legs", legs[1]), ("guests", "2"), ("ride_from", "Naples")} <= set(carried)
    page = visitor.client.get(html.unescape(re.search(r'href="([^"]*ask=edit[^"]*)"', asked)[1]))
    assert page.status_code == 200
    assert 'value="Naples"' in page.text
    assert f'value="{legs[0]}" checked' not in page.text
    assert f'value="{legs[1]}" checked' in page.text


def test_who_gives_up_the_only_day_they_have_is_asked_whether_to_cancel(visitor, legs):
    come(visitor, legs=legs[:1])
    page = visitor.client.get(f"{link_of(visitor)}?ask=drop&leg={legs[0]}").text
    assert "<h1>Cancel your RSVP?</h1>" in page


def test_adding_asks_nothing(visitor, legs):
    come(visitor, legs=legs[:1])
    assert step(visitor, "change", sure="", legs=legs[:2], guests="1").status_code == 303


def test_a_canceled_rsvp_is_undone_whole(visitor, legs):
    come(visitor, legs=legs[:2], guests="1", meals="yes", phone="239-555-0100", needs="diet")
    before = visitor.all("SELECT leg_id, resource, amount, state FROM rsvp_claims ORDER BY leg_id, resource")
    link = link_of(visitor)
    gone = visitor.client.get(step(visitor, "cancel", link).headers["Location"]).text
    assert "Your RSVP is canceled." in gone
    assert "You can undo this until" in gone
    assert visitor.one("SELECT answers FROM rsvps") == {}
    answer = step(visitor, "undo", link)
    assert "Undone." in visitor.client.get(answer.headers["Location"]).text
    assert visitor.all("SELECT leg_id, resource, amount, state FROM rsvp_claims ORDER BY leg_id, resource") == before
    assert visitor.one("SELECT answers FROM rsvps") == {"phone": "239-555-0100", "needs": ["diet"]}
    assert visitor.one("SELECT state FROM actions") == "confirmed"
    assert visitor.one("SELECT count(*) FROM rsvp_undos") == 0
    assert "Undone." in visitor.client.get(step(visitor, "undo", link).headers["Location"]).text, "pressed twice"


def test_it_is_undone_on_my_page_too(visitor, legs):
    come(visitor, legs=legs[:2])
    mine = visitor.my_page()
    page = visitor.client.get(mine).text
    ask = re.search(r'href="([^"]+/withdraw/[^"]+)"', page)[1]
    assert "Cancel your RSVP?" in visitor.client.get(ask).text
    assert visitor.client.post(ask).status_code in (302, 303)
    assert going(visitor) == {}
    assert visitor.client.post(ask.replace("/withdraw/", "/restore/")).status_code in (302, 303)
    assert going(visitor) == {1: 1, 2: 1}


def test_what_others_took_meanwhile_is_waited_for_and_said(visitor, legs):
    visitor.do("UPDATE event_legs SET capacity = 2 WHERE public_id = :id", id=legs[0])
    come(visitor, legs=legs[:2], guests="1")
    link = link_of(visitor)
    step(visitor, "cancel", link)
    come(visitor, legs=legs[0], email="eva@example.org")
    page = visitor.client.get(step(visitor, "undo", link).headers["Location"]).text
    assert "We couldn’t undo all of it" in page
    assert "You’re on the wait list" in page
    assert visitor.one("SELECT sum(amount) FROM rsvp_claims c JOIN event_legs l ON l.id = c.leg_id "
                       "WHERE l.public_id = :id AND c.state = 'going'", id=legs[0]) == 1  # fmt: skip


def test_a_change_is_undone(visitor, legs):
    come(visitor, legs=legs[:2], guests="3", ride="asked")
    link = link_of(visitor)
    step(visitor, "change", link, legs=[legs[1], legs[4]], guests="1")
    assert going(visitor) == {2: 2, 5: 2}
    assert "You can undo your last change until" in visitor.client.get(link).text
    step(visitor, "undo", link)
    assert going(visitor) == {1: 4, 2: 4}
    assert visitor.one("SELECT answers FROM rsvps") == {"ride": "asked"}


def test_a_day_given_up_is_undone_and_pressing_twice_gives_up_one(visitor, legs):
    come(visitor, legs=legs[:3])
    for _ in range(2):
        assert step(visitor, "drop", leg=legs[1]).status_code == 303
    assert going(visitor) == {1: 1, 3: 1}
    step(visitor, "undo")
    assert going(visitor) == {1: 1, 2: 1, 3: 1}


def test_after_an_hour_nothing_of_it_is_left(visitor, legs):
    come(visitor, legs=legs[:2], needs="wheelchair")
    link = link_of(visitor)
    step(visitor, "cancel", link)
    visitor.do("UPDATE rsvp_undos SET until = now() - interval '1 second'")
    visitor.do("UPDATE actions SET undo_until = now() - interval '1 second'")
    assert "You can undo" not in visitor.client.get(link).text
    page = visitor.client.get(step(visitor, "undo", link).headers["Location"]).text
    assert "too late to undo" in page
    assert going(visitor) == {}
    with visitor.sessions() as session, session.begin():
        assert forget_undos(session) == 1
    assert visitor.one("SELECT count(*) FROM rsvp_undos") == 0


def test_who_came_back_by_the_form_has_nothing_to_undo(visitor, legs):
    come(visitor, legs=legs[:2])
    first = link_of(visitor)
    step(visitor, "cancel", first)
    come(visitor, legs=legs[4])
    page = visitor.client.get(step(visitor, "undo", first).headers["Location"])
    assert page.status_code == 200
    assert going(visitor) == {5: 1}


def test_erasing_leaves_no_note(visitor, legs):
    come(visitor, legs=legs[:2], needs="wheelchair")
    step(visitor, "change", legs=legs[0])
    assert visitor.one("SELECT count(*) FROM rsvp_undos") == 1
    visitor.client.post(f"{visitor.my_page()}/erase", data={"sure": "yes"})
    assert visitor.one("SELECT count(*) FROM rsvp_undos") == 0


def test_canceling_is_answered_by_a_mail_that_takes_it_out_of_the_calendar(visitor, legs):
    come(visitor, legs=legs[:2])
    link = link_of(visitor)
    had = {
        str(e["UID"]): int(e["SEQUENCE"])
        for e in Calendar.from_ical(visitor.client.get(f"{link}.ics").data).walk("VEVENT")
    }
    step(visitor, "cancel", link)
    mail = told(visitor)["events.canceled"]
    assert mail.to == "ana@example.org"
    assert mail.subject == "March to Build a New World: RSVP canceled"
    file, calendar = file_of(mail)
    assert (file.filename, file.mime) == (f"{MARCH}.ics", "text/calendar; charset=utf-8; method=CANCEL")
    assert str(calendar["METHOD"]) == "CANCEL"
    entries = {str(entry["UID"]): entry for entry in calendar.walk("VEVENT")}
    assert set(entries) == set(had)
    assert {str(entry["STATUS"]) for entry in entries.values()} == {"CANCELLED"}
    assert all(int(entries[uid]["SEQUENCE"]) > had[uid] for uid in had)
    assert all(str(entry["ORGANIZER"]).startswith("mailto:") for entry in entries.values())
    assert b"/rsvp/" not in file.data, "calendars are shown to others"


def test_a_change_is_answered_by_a_mail_with_what_one_has_now(visitor, legs):
    come(visitor, legs=legs[:2])
    step(visitor, "change", legs=legs[1], guests="2")
    mail = told(visitor)["events.updated"]
    assert mail.subject == "March to Build a New World: RSVP updated"
    assert "Confirmed · 3 people" in mail.text
    assert "Pahokee to Belle Glade" not in mail.text
    _file, calendar = file_of(mail)
    assert str(calendar["METHOD"]) == "PUBLISH"
    assert sorted(str(entry["STATUS"]) for entry in calendar.walk("VEVENT")) == ["CANCELLED", "CONFIRMED"]


def test_what_is_undone_before_the_mail_goes_is_told_as_it_is_then(visitor, legs):
    come(visitor, legs=legs[:2])
    link = link_of(visitor)
    step(visitor, "cancel", link)
    step(visitor, "undo", link)
    assert set(told(visitor)) == {"events.updated"}


def test_two_changes_before_the_mail_goes_are_one_mail(visitor, legs):
    come(visitor, legs=legs[:3])
    for day in (2, 1):
        step(visitor, "drop", leg=legs[day])
    assert [mail.topic for mail in visitor.mails()] == ["events.updated"]


def test_the_next_mail_keeps_ten_minutes_from_the_last_that_went(visitor, legs):
    come(visitor, legs=legs[:3])
    step(visitor, "drop", leg=legs[2])
    visitor.do("UPDATE outbox_messages SET state = 'sent', sent_at = now() WHERE topic = 'events.updated'")
    step(visitor, "drop", leg=legs[1])
    waits = visitor.one(
        "SELECT extract(epoch FROM available_at - now()) FROM outbox_messages WHERE topic = 'events.updated' AND state = 'due'"
    )
    assert 500 < waits <= 600
