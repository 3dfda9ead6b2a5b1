"""Who of a party is a child: asked where meals or beds need it, counted by leg, changeable, forgotten after 14 days."""

from datetime import timedelta

import pytest

from campaign.actions.service.taking_back import withdraw
from campaign.events.purging import purge_details
from campaign.kernel.clock import now
from tests.actions.visitor import HIGH_SAFETY
from tests.events.coming import DAY_OF_ACTION, MARCH, claims, come, legs_of, post
from tests.events.stage import BY_NAME
from tests.events.test_particulars import file_of, load_file
from tests.events.test_rsvp_mine import link_of, step

CHILDREN = """
SELECT l.position, CAST(r.children ->> CAST(l.id AS text) AS int) AS children
FROM rsvps r JOIN actions a ON a.id = r.action_id AND a.state <> 'merged'
JOIN event_legs l ON l.event_id = r.event_id WHERE r.children ? CAST(l.id AS text) ORDER BY l.position
"""


@pytest.fixture
def legs(visitor):
    return legs_of(visitor)


def children(visitor):
    return {row.position: row.children for row in visitor.all(CHILDREN)}


def test_the_form_asks_only_where_there_are_meals_or_beds(visitor):
    march = visitor.client.get(f"/events/{MARCH}/rsvp").text
    assert march.count('name="children"') == 1
    assert march.count('name="children-') == 4, "the finale has neither"
    assert 'name="children' not in visitor.client.get(f"/events/{DAY_OF_ACTION}/rsvp").text


def test_a_number_for_all_legs_and_another_for_one(visitor, legs):
    answer = post(visitor, part="all", guests="3", meals="yes", children="2", **{f"children-{legs[1]}": "1"})
    assert answer.status_code == 303
    assert children(visitor) == {1: 2, 2: 1, 3: 2, 4: 2}, "not where nobody eats or sleeps"


def test_a_smaller_party_on_one_day_has_no_more_children_than_people(visitor, legs):
    assert post(visitor, part="all", guests="3", lodging="yes", children="2", **{f"guests-{legs[0]}": "0"}).status_code == 303  # fmt: skip
    assert children(visitor)[1] == 1


@pytest.mark.parametrize("asked", [{}, {"meals": "no", "lodging": "no"}])
def test_nothing_is_kept_where_nobody_eats_or_sleeps(visitor, asked):
    assert post(visitor, part="all", guests="3", children="2", **asked).status_code == 303
    assert children(visitor) == {}


@pytest.mark.parametrize(
    ("field", "number", "words"),
    [
        ("children", "-1", "number from 0 to 9"),
        ("children", "10", "number from 0 to 9"),
        ("children", "1000", "number from 0 to 9"),
        ("children", "two", "number from 0 to 9"),
        ("children", "3", "more children than people in your group"),
        ("children-leg", "1,000", "number from 0 to 9"),
        ("children-leg", "3", "more children than people in your group"),
    ],
)
def test_a_wrong_number_is_422_in_words_and_nothing_is_lost(visitor, legs, field, number, words):
    name = field.replace("leg", legs[0])
    answer = post(visitor, part="all", guests="1", meals="yes", comment="Kept words", **{name: number})
    assert answer.status_code == 422
    assert words in answer.text
    assert f'name="{name}" value="{number}"' in answer.text
    assert "Kept words" in answer.text
    assert visitor.one("SELECT count(*) FROM rsvps") == 0


def test_one_sees_and_changes_it_on_ones_own_page(visitor, legs):
    come(visitor, legs=legs[:2], guests="3", meals="yes", children="2")
    page = visitor.client.get(link_of(visitor)).text
    assert "4 people (2 children)" in page
    assert f'name="children-{legs[0]}" value="2"' in page
    more = {f"guests-{legs[0]}": "3", f"guests-{legs[1]}": "1", f"children-{legs[0]}": "3"}
    assert step(visitor, "change", legs=legs[:2], meals="yes", **more).status_code == 303
    assert children(visitor) == {1: 3}
    bad = step(visitor, "change", legs=legs[:2], meals="yes", **{**more, f"children-{legs[1]}": "9"})
    assert bad.status_code == 422
    assert "more children than people in your group" in bad.text
    assert children(visitor) == {1: 3}


def test_where_a_larger_party_does_not_fit_no_more_are_children_than_come(visitor, legs):
    visitor.do("UPDATE event_legs SET capacity = 3 WHERE public_id = :id", id=legs[0])
    come(visitor, legs=legs[0], guests="1", meals="yes", children="1")
    more = {f"guests-{legs[0]}": "4", f"children-{legs[0]}": "5"}
    assert "There isn’t room for everything" in step(visitor, "change", legs=legs[0], meals="yes", **more).text
    assert [row for row in claims(visitor) if row[1] == "place"] == [(1, "place", 2, "going")]
    assert children(visitor) == {1: 2}


def test_a_day_that_is_over_keeps_them_when_others_change(visitor, legs):
    come(visitor, legs=legs[:2], guests="1", meals="yes", children="1")
    visitor.do("UPDATE event_legs SET starts_at = now() - interval '1 hour' WHERE public_id = :id", id=legs[0])
    assert step(visitor, "change", legs=legs[4]).status_code == 303
    assert children(visitor) == {1: 1}


def test_they_are_forgotten_with_what_is_given_back_and_14_days_after_the_event(visitor, legs):
    come(visitor, legs=legs[0], guests="1", meals="yes", children="1")
    with visitor.sessions() as session:
        purge_details(session, now() + timedelta(days=400))
        assert session.connection().exec_driver_sql("SELECT count(*) FROM rsvps WHERE children <> '{}'").scalar() == 0
        session.rollback()
        withdraw(session, [visitor.one("SELECT action_id FROM rsvps")], BY_NAME)
        assert session.connection().exec_driver_sql("SELECT count(*) FROM rsvps WHERE children <> '{}'").scalar() == 0
        session.rollback()
    assert children(visitor) == {1: 1}


def test_high_safety_is_not_asked_and_keeps_none(visitor):
    with visitor.sessions() as session, session.begin():
        load_file(session, file_of("meal: true", campaign=HIGH_SAFETY))
    assert 'name="children' not in visitor.client.get("/events/told/rsvp").text
    assert post(visitor, "told", given_name="Fern", guests="2", meals="yes", children="1").status_code == 303
    assert children(visitor) == {}
