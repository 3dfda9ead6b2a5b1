"""What one answers beside places: shown again to whoever answered it, wherever they see their RSVP, and changed there."""

import pytest

from tests.events.coming import MARCH, come, legs_of, post
from tests.events.test_rsvp_mine import link_of, step

ANSWERS = {
    "phone": "+1 239 555 0100",
    "ride": "asked",
    "ride_from": "Naples",
    "needs": ["wheelchair", "diet"],
    "speaks": ["es", "ht"],
}
SHOWN = (
    "+1 239 555 0100",
    "I need a ride",
    "Naples",
    "Step-free route (wheelchair) and Vegetarian meals",
    "Español and",
)


@pytest.fixture
def legs(visitor):
    return legs_of(visitor)


def test_they_are_shown_before_and_after_confirming_and_on_one_s_own_pages(visitor, legs):
    assert post(visitor, legs=legs[:2], **ANSWERS).status_code == 303
    link = visitor.last_link("confirm")
    before = visitor.client.get(link).text
    assert [words for words in SHOWN if words not in before] == []
    assert "you can change all of this" in before
    answer = visitor.confirm(link)
    for page in (answer.headers["Location"], visitor.my_page(), link_of(visitor)):
        shown = visitor.client.get(page).text
        assert [words for words in SHOWN if words not in shown] == [], page


def test_they_are_changed_where_they_are_seen(visitor, legs):
    come(visitor, legs=legs[:2], **ANSWERS)
    link = link_of(visitor)
    form = visitor.client.get(link).text
    assert 'value="+1 239 555 0100"' in form
    assert 'value="wheelchair" checked' in form
    changed = {"phone": "239-555-0199", "needs": "sign-language"}
    assert step(visitor, "change", link, legs=legs[:2], **changed).status_code == 303
    assert visitor.one("SELECT answers FROM rsvps") == {"phone": "239-555-0199", "needs": ["sign-language"]}
    assert step(visitor, "change", link, legs=legs[:2], phone="call me").status_code == 422
    assert visitor.one("SELECT answers FROM rsvps")["phone"] == "239-555-0199"


def test_what_the_event_no_longer_asks_is_not_taken_back_by_a_change(visitor, legs):
    come(visitor, legs=legs[:1], **ANSWERS)
    visitor.do("UPDATE events SET asks = '[\"phone\"]' WHERE slug = :slug", slug=MARCH)
    assert step(visitor, "change", legs=legs[0]).status_code == 303
    assert set(visitor.one("SELECT answers FROM rsvps")) == {"ride", "ride_from", "needs", "speaks"}


@pytest.mark.parametrize(
    ("van", "said"),
    [
        (True, "Not step-free, but a wheelchair van comes along."),
        (False, "Not step-free, and there’s no wheelchair van."),
        (None, "Not step-free. The organizers can see"),
    ],
)
def test_a_wheelchair_is_told_what_there_is_on_a_day_that_has_steps(visitor, legs, van, said):
    visitor.do("UPDATE event_legs SET is_step_free = (public_id <> :id)", id=legs[1])
    visitor.do("UPDATE event_legs SET has_wheelchair_van = :van WHERE public_id = :id", id=legs[1], van=van)
    post(visitor, legs=legs[:2], needs="wheelchair")
    link = visitor.last_link("confirm")
    assert visitor.client.get(link).text.count(said) == 1
    visitor.confirm(link)
    assert visitor.client.get(link_of(visitor)).text.count(said) == 1
    come(visitor, legs=legs[:2], needs="diet")
    assert said not in visitor.client.get(link_of(visitor)).text


def test_the_form_says_beside_the_need_what_there_is(visitor, legs):
    visitor.do("UPDATE event_legs SET is_step_free = (public_id <> :id), has_wheelchair_van = true", id=legs[1])
    assert "but there’s a wheelchair van." in visitor.client.get(f"/events/{MARCH}/rsvp").text
    visitor.do("UPDATE event_legs SET is_step_free = true")
    assert "but there’s a wheelchair van." not in visitor.client.get(f"/events/{MARCH}/rsvp").text


def test_the_receipt_repeats_what_was_chosen_and_nothing_of_health(visitor, legs):
    post(visitor, legs=legs[:2], **{**ANSWERS, "ride_from": "Call 555 now"})
    visitor.confirm(visitor.last_link("confirm"))
    (receipt,) = [mail for mail in visitor.mails() if mail.topic == "events.receipt"]
    for part in (receipt.text, receipt.html):
        for words in ("+1 239 555 0100", "I need a ride", "Needs: shown on your RSVP page", "Español"):
            assert words in part
        for words in ("Call 555", "wheelchair", "egetarian"):
            assert words not in part, "neither a text of one's own, nor what health or diet asks"
