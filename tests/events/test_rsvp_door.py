"""From the event's page to a place: which legs, how many, what is refused in words, and what is kept of it."""

import html
import json
import re
import uuid

import pytest
from sqlalchemy import text

from campaign.actions.mails import receipts_of
from campaign.actions.service.thanking import THANKS
from campaign.delivery.topics import OutgoingMessage
from campaign.features import KINDS
from tests.actions.stage import forget
from tests.actions.visitor import HIGH_SAFETY, OPEN
from tests.events.coming import DAY_OF_ACTION, MARCH, RALLY, claims, come, legs_of, places, post
from tests.events.files import action, load_file
from tests.events.stage import make_event


def test_chosen_legs_with_a_number_for_each(visitor):
    legs = legs_of(visitor)
    answer = post(visitor, legs=[legs[1], legs[4]], guests="3", **{f"guests-{legs[4]}": "0"})
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(f"/campaigns/{OPEN}/thanks")
    assert places(visitor) == {2: (4, "held"), 5: (1, "held")}
    page = visitor.client.get(answer.headers["Location"]).text
    assert "ana@example.org" in page
    assert "your choices are still there" in page
    said = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "Your RSVP: March to Build a New World" in said
    assert "Belle Glade to Twenty Mile Bend · 4 people" in said
    assert "· 1 person" in said
    assert "we’re holding the open places for you. You can confirm later too" in said


def test_the_page_after_sending_says_the_same_to_who_holds_places_already(visitor):
    legs = legs_of(visitor)
    pages = []
    for _ in range(2):
        answer = post(visitor, legs=legs[:2], guests="1", phone=f"239 555 010{len(pages)}")
        page = visitor.client.get(answer.headers["Location"]).text
        pages.append(re.search(r'<section class="asked".*?</section>', page, re.DOTALL)[0])
    assert len({re.sub(r"<time.*?</time>", "", page) for page in pages}) == 1


def test_of_a_high_safety_event_the_page_after_sending_names_no_days(visitor):
    with visitor.sessions() as session, session.begin():
        load_file(session, action(campaign=HIGH_SAFETY))
    shift = legs_of(visitor, "at-the-stores")[0]
    answer = post(visitor, "at-the-stores", given_name="Fern", legs=shift)
    assert "holding the open places" not in visitor.client.get(answer.headers["Location"]).text


@pytest.mark.parametrize(("part", "expected"), [("all", [1, 2, 3, 4, 5]), ("finale", [5])])
def test_all_of_it_and_the_finale(visitor, part, expected):
    assert post(visitor, part=part).status_code == 303
    assert list(places(visitor)) == expected


def test_meals_and_beds_for_the_whole_party_where_there_are_any(visitor):
    assert post(visitor, part="all", guests="1", meals="yes", lodging="no").status_code == 303
    assert [row for row in claims(visitor) if row[1] != "place"] == [(n, "meal", 2, "held") for n in range(1, 5)]


def test_one_shift_needs_no_choice_and_several_need_one(visitor):
    assert post(visitor, RALLY).status_code == 303
    answer = post(visitor, DAY_OF_ACTION)
    assert answer.status_code == 422
    assert "Choose when you’re coming." in answer.text
    assert post(visitor, DAY_OF_ACTION, legs=legs_of(visitor, DAY_OF_ACTION)[3]).status_code == 303


def test_the_confirm_page_says_what_each_leg_is_like_and_the_press_takes_it(visitor):
    assert post(visitor, part="finale", guests="2").status_code == 303
    mail = visitor.mails()[0]
    assert mail.subject == "March to Build a New World: confirm your RSVP"
    page = visitor.client.get(mail.link("confirm")).text
    assert "On hold for you until" in page
    assert "3 people" in page
    answer = visitor.confirm(mail.link("confirm"))
    assert places(visitor) == {5: (3, "going")}
    assert "You’re coming!" in visitor.client.get(answer.headers["Location"]).text
    assert visitor.tally() == (0, 0), "an RSVP is no pledge"


def test_whoever_comes_may_still_be_asked_for_a_letter(visitor):
    visitor.pledge()
    come(visitor, part="finale")
    assert "Write a letter" in receipt(visitor)
    visitor.write()
    assert "Write a letter" not in receipt(visitor)


def receipt(visitor):
    """The mail that thanks for the name, as it would be composed now."""
    pledge = visitor.one("SELECT id FROM actions WHERE kind = 'pledge'")
    with visitor.sessions() as session:
        message = OutgoingMessage(1, uuid.uuid4(), THANKS, pledge, None, None, {})
        (mail,) = receipts_of(KINDS).compose(session, [message])
    return mail.content.text


def test_a_full_leg_is_a_waiting_list_and_the_confirm_page_says_so(visitor):
    leg = legs_of(visitor)[0]
    visitor.do("UPDATE event_legs SET capacity = 2 WHERE public_id = :id", id=leg)
    come(visitor, legs=leg, guests="1", email="first@example.org")
    assert "Full: you’d join the wait list" in visitor.client.get(f"/events/{MARCH}/rsvp").text
    assert post(visitor, part="all").status_code == 303
    link = visitor.last_link("confirm", "ana@example.org")
    assert "you’d join the wait list" in visitor.client.get(link).text
    visitor.confirm(link)
    mine = [row for row in claims(visitor) if row[1] == "place"]
    assert (1, "place", 1, "queued") in mine
    assert (2, "place", 1, "going") in mine


def test_the_same_again_is_one_and_another_wish_takes_its_place_once_confirmed(visitor):
    for _ in range(2):
        assert post(visitor, part="finale").status_code == 303
    assert visitor.one("SELECT count(*) FROM rsvps") == 1
    visitor.confirm(visitor.last_link("confirm"))
    come(visitor, part="all", guests="1")
    assert places(visitor) == dict.fromkeys(range(1, 6), (2, "going"))
    assert visitor.one("SELECT count(*) FROM rsvps WHERE is_standing") == 1


def bad_numbers():
    return [{"guests": value} for value in ("-1", "10", "1000", "two", "1.5", "٣٣")]


@pytest.mark.parametrize("bad", bad_numbers(), ids=str)
def test_a_number_of_guests_that_is_none_is_said_and_kept(visitor, bad):
    answer = post(visitor, part="all", family_name="Kept Words", **bad)
    assert answer.status_code == 422
    assert "Enter a number from 0 to 9." in answer.text
    assert f'value="{bad["guests"]}"' in answer.text
    assert "Kept Words" in answer.text
    assert visitor.one("SELECT count(*) FROM actions") == 0


def test_a_bad_number_on_one_leg_is_said_beside_it(visitor):
    leg = legs_of(visitor)[1]
    answer = post(visitor, legs=leg, **{f"guests-{leg}": "99"})
    assert answer.status_code == 422
    assert f'id="field-guests-{leg}-error"' in answer.text
    assert f'href="#field-guests-{leg}"' in answer.text
    assert 'value="99"' in answer.text


def test_what_is_not_a_leg_of_this_event_is_refused_and_the_others_stay_ticked(visitor):
    own, foreign = legs_of(visitor)[1], legs_of(visitor, RALLY)[0]
    for stranger in (foreign, "x' OR 1=1", "01890000-0000-7000-8000-000000000000"):
        answer = post(visitor, legs=[own, stranger], guests="3")
        assert answer.status_code == 422
        assert "is no longer available" in answer.text
        assert re.search(rf'value="{own}" checked', answer.text)
    assert visitor.one("SELECT count(*) FROM actions") == 0


@pytest.mark.parametrize(
    "change", ["status = 'closed'", "status = 'cancelled'", "starts_at = now() - interval '1 hour'"]
)
def test_a_leg_that_takes_nobody_any_more_is_422_and_words(visitor, change):
    leg = legs_of(visitor)[0]
    visitor.do(f"UPDATE event_legs SET {change} WHERE public_id = :id", id=leg)
    answer = post(visitor, legs=leg, given_name="Kept")
    assert answer.status_code == 422
    assert "you chose is closed" in answer.text
    assert 'value="Kept"' in answer.text
    assert post(visitor, part="all").status_code == 303
    assert list(places(visitor)) == [2, 3, 4, 5]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE events SET status = 'cancelled' WHERE slug = :slug",
        "UPDATE campaigns SET status = 'paused' WHERE slug = 'fair-food'",
        "UPDATE event_legs SET starts_at = now() - interval '1 hour'",
    ],
)
def test_an_event_that_takes_nobody_is_409_with_what_was_typed(visitor, change):
    visitor.do(change, **({"slug": MARCH} if ":slug" in change else {}))
    forget(visitor.client.application)
    answer = post(visitor, part="all", comment="Every word of it")
    assert answer.status_code == 409
    assert "Every word of it" in answer.text
    assert "ana@example.org" in answer.text
    assert visitor.one("SELECT count(*) FROM actions") == 0
    assert visitor.client.get(f"/events/{MARCH}/rsvp").status_code == 302


def test_drafts_and_what_is_not_there_are_404(visitor):
    assert post(visitor, "no-such-event").status_code == 404
    visitor.do("UPDATE events SET status = 'draft' WHERE slug = :slug", slug=MARCH)
    assert post(visitor).status_code == 404
    assert visitor.client.get(f"/events/{MARCH}/rsvp").status_code == 404


def test_only_what_the_event_asks_is_shown_and_stored(visitor):
    told = {"phone": "+1 239 555 0100", "ride": "asked", "ride_from": "Immokalee", "needs": "diet", "helps_as": "cook"}
    asked = visitor.one("SELECT asks FROM events WHERE slug = :s", s=MARCH)
    assert asked == ["phone", "ride", "needs", "languages", "help"]
    visitor.do("UPDATE events SET asks = '[]' WHERE slug = :s", s=MARCH)
    assert 'name="phone"' not in visitor.client.get(f"/events/{MARCH}/rsvp").text
    assert post(visitor, part="finale", **told).status_code == 303
    assert visitor.one("SELECT answers FROM rsvps") == {}
    visitor.do("DELETE FROM actions")
    visitor.do("UPDATE events SET asks = CAST(:asks AS jsonb) WHERE slug = :s", asks=json.dumps(asked), s=MARCH)
    forget(visitor.client.application)
    page = visitor.client.get(f"/events/{MARCH}/rsvp").text
    assert all(f'name="{name}"' in page for name in (*told, "speaks"))
    assert post(visitor, part="finale", speaks=["es", "en"], **told).status_code == 303
    stored = {**told, "needs": ["diet"], "helps_as": ["cook"], "speaks": ["en", "es"]}
    assert visitor.one("SELECT answers FROM rsvps") == stored
    for bad in ({"phone": "call me"}, {"ride": "x"}, {"needs": "x"}, {"speaks": "xx"}, {"ride_from": "x" * 121}):
        assert post(visitor, part="finale", **bad).status_code == 422


def test_high_safety_asks_a_pseudonym_and_an_address_tells_no_place_and_keeps_nothing_else(visitor):
    with visitor.sessions() as session, session.begin():
        event, _ = make_event(session, "quiet", legs=2)
        event.asks = ["phone"]
        session.execute(
            text("UPDATE events SET campaign_id = (SELECT id FROM campaigns WHERE slug = :s) WHERE slug = 'quiet'"),
            {"s": HIGH_SAFETY},
        )
        session.execute(
            text('UPDATE event_legs SET title = \'{"en": "Secret Square"}\' WHERE event_id = :id'), {"id": event.id}
        )
    page = visitor.client.get("/events/quiet/rsvp").text
    assert "Secret Square" not in page
    assert 'name="family_name"' not in page
    assert 'name="phone"' not in page
    assert "data-keep" not in page
    answer = post(visitor, "quiet", part="all", given_name="Moth", phone="+1 239 555 0100", comment="x")
    assert answer.status_code == 303
    assert visitor.one("SELECT answers FROM rsvps") == {}
    assert visitor.one("SELECT person_id FROM actions") is None
    link = visitor.last_link("confirm")
    assert "Secret Square" not in visitor.client.get(link).text
    answer = visitor.confirm(link)
    assert answer.status_code == 303
    assert visitor.one("SELECT email FROM actions") is None
    thanks = visitor.client.get(answer.headers["Location"]).text
    assert "can’t email you from a wait list" in thanks
    assert "Secret Square" not in thanks


def test_the_limit_and_the_rush_keep_what_was_typed(visitor, make_app, valkey):
    client = make_app(LIMITS="ip=1/d").test_client(use_cookies=False)
    answers = [
        visitor._post(
            f"/events/{MARCH}/rsvp", {"part": "all", "comment": f"Words {n}", "email": "often@example.org"}, client
        )
        for n in range(2)
    ]
    assert [answer.status_code for answer in answers] == [303, 429]
    assert "Words 1" in answers[1].text
    assert "Retry-After" in answers[1].headers


def test_hostile_words_are_text(visitor):
    answer = post(visitor, part="finale", guests='"><i>', **{f"guests-{legs_of(visitor)[0]}": '"><i>'})
    assert answer.status_code == 422
    assert "<i>" not in answer.text
    assert html.escape('"><i>') in answer.text.replace("&#34;", "&quot;")


@pytest.mark.parametrize("language", ["es", "ur"])
def test_it_answers_in_the_language_of_the_form(visitor, language):
    page = visitor.client.get(f"/{language}/events/{MARCH}/rsvp")
    assert page.status_code == 200
    assert f'<html lang="{language}"' in page.text
    assert post(visitor, language=language, part="no").status_code == 422


def test_after_a_pledge_the_next_event_is_offered_filled_in_and_needs_no_second_confirmation(visitor):
    visitor.sign(OPEN, family_name="Okonkwo")
    thanks = visitor.client.get(visitor.confirm(visitor.last_link("confirm")).headers["Location"]).text
    letter = visitor.client.get(onward(thanks)).text
    href = re.search(rf'href="(/events/{MARCH}/rsvp\?t=[^"]+)"', letter)[1]
    page = visitor.client.get(html.unescape(href))
    assert "Continue as Ana O., a…@example.org" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    token = html.unescape(re.search(r'name="t" value="([^"]+)"', page.text)[1])
    legs = legs_of(visitor)
    answer = post(visitor, legs=legs[1], given_name="", family_name="", email="", postal_code="", t=token)
    assert places(visitor) == {2: (1, "going")}, "her address was confirmed a moment ago"
    told = visitor.client.get(answer.headers["Location"]).text
    assert "Confirmed" in told
    assert visitor.one("SELECT count(*) FROM actions WHERE kind = 'rsvp' AND state = 'confirmed'") == 1
    assert post(visitor, legs=legs[1], family_name="Okonkwo", t=token).status_code == 303, "a doubled press"
    assert places(visitor) == {2: (1, "going")}
    assert visitor.one("SELECT count(*) FROM actions WHERE kind = 'rsvp'") == 1


def test_a_confirmed_address_vouches_for_no_other(visitor):
    visitor.sign(OPEN)
    token = visitor.confirm(visitor.last_link("confirm")).headers["Location"].partition("?t=")[2]
    assert post(visitor, part="finale", email="other@example.org", t=token).status_code == 303
    assert places(visitor) == {5: (1, "held")}


def test_no_voucher_is_good_on_a_high_safety_campaign(visitor):
    with visitor.sessions() as session, session.begin():
        event, _ = make_event(session, "quiet", legs=1)
        event.campaign_id = visitor.one("SELECT id FROM campaigns WHERE slug = :slug", slug=HIGH_SAFETY)
    visitor.sign(OPEN)
    token = visitor.confirm(visitor.last_link("confirm")).headers["Location"].partition("?t=")[2]
    answer = post(visitor, "quiet", given_name="Moth", legs=legs_of(visitor, "quiet"), t=token)
    (row,) = visitor.all("SELECT state, vouched_by FROM actions WHERE kind = 'rsvp'")
    assert tuple(row) == ("waiting", None), "nothing ties Moth to who signed a moment before"
    assert "Day 1" not in visitor.client.get(answer.headers["Location"]).text
    assert visitor.confirm(visitor.last_link("confirm")).status_code == 303
    assert visitor.one("SELECT email FROM actions WHERE kind = 'rsvp'") is None


def test_a_vouched_rsvp_takes_the_place_of_the_one_before_and_frees_what_it_had(visitor):
    legs = legs_of(visitor)
    come(visitor, legs=legs[0], guests="2")
    visitor.sign(OPEN)
    token = visitor.confirm(visitor.last_link("confirm")).headers["Location"].partition("?t=")[2]
    post(visitor, legs=legs[1], t=token)
    assert places(visitor) == {2: (1, "going")}
    assert visitor.one("SELECT count(*) FROM rsvp_claims WHERE state = 'going'") == 1


def test_a_vouched_rsvp_waits_for_no_leg_that_was_cancelled_a_moment_before(visitor):
    legs = legs_of(visitor)
    post(visitor, legs=legs[3], email="first@example.org")  # the door remembers the legs now
    visitor.sign(OPEN)
    token = visitor.confirm(visitor.last_link("confirm")).headers["Location"].partition("?t=")[2]
    visitor.do("UPDATE event_legs SET status = 'cancelled' WHERE public_id = :id", id=legs[0])
    post(visitor, legs=legs[:2], t=token)
    assert places(visitor) == {1: (1, "gone"), 2: (1, "going"), 4: (1, "held")}


def test_after_an_rsvp_no_event_is_offered(visitor):
    legs = legs_of(visitor)
    thanks = visitor.client.get(come(visitor, legs=legs[0]).headers["Location"]).text
    assert "Join us" not in thanks
    assert "Write to the people who decide" in thanks


def onward(page):
    return html.unescape(re.search(r'class="next__skip"><a href="([^"]+)"', page)[1])
