"""The form: short for most, open for whoever needs more of it, and never two answers to one question."""

import re

import pytest

from tests.events.coming import DAY_OF_ACTION, MARCH, RALLY, legs_of, places, post


def shown(page, slug=MARCH):
    """The form's own page, cut into what is in sight, and what stands behind "More about your group"."""
    form = re.search(r'<form class="form form--rsvp".*?</form>', page, re.DOTALL)[0]
    more = re.search(r'<details class="more more--group"( open)?>(.*?)</details>', form, re.DOTALL)
    return form.replace(more[0], ""), more[2], bool(more[1])


def names(html):
    return set(
        re.findall(r'<(?:input|select|textarea)[^>]* name="([^"]+)"', re.sub(r'<input type="hidden"[^>]*>', "", html))
    )


def test_in_sight_are_days_guests_and_who_one_is(visitor):
    first, more, is_open = shown(visitor.client.get(f"/events/{MARCH}/rsvp").text)
    who = {"given_name", "family_name", "email", "postal_code", "country"}
    assert names(first) - {"fax_number"} == {"part", "legs", "guests", "consent", *who}
    assert {"meals", "lodging", "children", "phone", "ride", "needs", "speaks", "helps_as", "comment"} <= names(more)
    assert not is_open


@pytest.mark.parametrize(
    "typed",
    [{"phone": "x"}, {"needs": "diet"}, {"meals": "yes"}, {"comment": "We bring drums."}, {"children": "2"}],
    ids=str,
)
def test_the_rest_is_open_where_it_holds_something(visitor, typed):
    answer = post(visitor, part="finale", email="nobody", **typed)
    assert answer.status_code == 422
    assert shown(answer.text)[2]


def test_the_rest_is_open_where_a_chosen_day_needs_it(visitor):
    beds = [row.public_id for row in visitor.all(
        "SELECT l.public_id FROM event_legs l JOIN leg_resources r ON r.leg_id = l.id JOIN events e ON e.id = l.event_id "
        "WHERE e.slug = :slug AND r.resource = 'bed' AND r.is_there ORDER BY l.position", slug=MARCH
    )]  # fmt: skip
    visitor.do("UPDATE event_legs SET is_step_free = NULL")
    last = legs_of(visitor)[-1]
    assert beds
    assert last not in {str(one) for one in beds}
    assert shown(post(visitor, part="days", legs=str(beds[0]), email="nobody").text)[2]
    assert shown(post(visitor, part="all", email="nobody").text)[2]
    assert not shown(post(visitor, part="finale", email="nobody").text)[2]
    assert not shown(post(visitor, part="days", legs=last, email="nobody").text)[2]


def test_all_days_beside_a_ticked_one_is_asked_about_and_nothing_is_lost(visitor):
    first = legs_of(visitor)[0]
    answer = post(visitor, part="all", legs=first, guests="3", given_name="Zoé")
    assert answer.status_code == 422
    assert "You also checked single days below." in answer.text
    assert f'value="{first}" checked' in answer.text
    assert 'value="all" checked' in answer.text
    assert 'value="Zoé"' in answer.text
    assert visitor.one("SELECT count(*) FROM rsvps") == 0


def test_all_of_it_is_all_of_it(visitor):
    assert post(visitor, part="all").status_code == 303
    assert list(places(visitor)) == [1, 2, 3, 4, 5]


def test_shifts_at_one_time_are_questioned_and_taken_from_who_means_it(visitor):
    shifts = legs_of(visitor, DAY_OF_ACTION)[:2]
    visitor.do(
        "UPDATE event_legs l SET starts_at = f.starts_at, ends_at = f.ends_at FROM event_legs f "
        "WHERE f.public_id = :first AND l.public_id = :second",
        first=shifts[0],
        second=shifts[1],
    )
    answer = post(visitor, DAY_OF_ACTION, legs=shifts)
    assert answer.status_code == 422
    assert "Some of these times overlap." in answer.text
    assert answer.text.count("Yes, we’ll split up</label>") == 1
    assert post(visitor, DAY_OF_ACTION, legs=shifts, overlap="yes").status_code == 303


def test_what_has_one_time_asks_for_none(visitor):
    assert 'name="part"' not in visitor.client.get(f"/events/{RALLY}/rsvp").text
