"""What a leg tells of its day: read from a file, shown to everybody, but where people sleep only to who has a bed there."""

from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

from campaign.content.errors import ContentError
from campaign.events.revisions.snapshots import compare, take_snapshot
from campaign.events.revisions.wording import tell_differences
from campaign.events.saving import find_event, list_legs
from tests.actions.visitor import HIGH_SAFETY
from tests.events.coming import MARCH, come, legs_of, post
from tests.events.files import load_file
from tests.events.stage import SET_CAPACITY
from tests.events.test_rsvp_mine import link_of, step

BED = "210 Lake Road"
"""Where those who have a bed sleep after the first day of the demonstration's march."""

FILE = """
events:
  - slug: told
    campaign: {campaign}
    kind: march
    timezone: America/New_York
    starts: {starts}
    title: {{en: "Told", es: "Contada"}}
    summary: {{en: "Walk with us."}}
    {leads}
    legs:
      - {{day: 1, title: {{en: "To the lake"}}, starts: "08:00", ends: "16:00", from: [26.82, -80.66], {leg}}}
"""


def file_of(leg="meal: true", leads="", campaign="fair-food"):
    starts = (datetime.now(UTC) + timedelta(days=20)).date()
    return FILE.format(leg=leg, leads=leads, campaign=campaign, starts=starts)


@pytest.fixture
def session(sessions, demo):
    """A session whose work is undone."""
    with sessions() as opened:
        yield opened
        opened.rollback()


def leg_of(session):
    return list_legs(session, find_event(session, "told").id)[0]


# The file


def test_what_a_file_leaves_out_stays_and_null_empties_it(session):
    told = 'pace: {en: "Slow"}, step_free: true, wheelchair_van: false, lodging: 5, lodging_place: {en: "A hall"}'
    load_file(session, file_of(told, 'leads: {en: ["Ana", "The choir"], es: ["Ana", "El coro"]}'))
    leg = leg_of(session)
    facts = (leg.is_step_free, leg.has_wheelchair_van, leg.has_sign_language)
    assert (leg.pace, leg.resources["bed"].place, leg.rests, facts) == (
        {"en": "Slow"},
        {"en": "A hall"},
        {},
        (True, False, None),
    )
    assert find_event(session, "told").leads["es"] == ["Ana", "El coro"]
    load_file(session, file_of("lodging: 5, step_free: null, pace: {en: Slow, es: Despacio}"))
    assert (leg.pace["es"], leg.resources["bed"].place, leg.is_step_free) == ("Despacio", {"en": "A hall"}, None)
    assert leg.has_wheelchair_van is False
    load_file(session, file_of("lodging: 5, lodging_place: null"))
    assert leg.resources["bed"].place == {}


def test_what_changed_is_said_to_the_operator(session):
    load_file(session, file_of('meal: true, pace: {en: "Slow"}', 'leads: {en: ["Ana"]}'))
    event = find_event(session, "told")
    before = take_snapshot(session, event)
    load_file(session, file_of('meal: true, pace: {en: "Quick"}, step_free: true', 'leads: {en: ["Ana", "Eva"]}'))
    lines = [line for _, line in tell_differences(compare(before, take_snapshot(session, event)), event.timezone)]
    assert {"leads (en) “Ana” → “Ana, Eva”", "pace (en) “Slow” → “Quick”", "step_free nothing → yes"} <= set(lines)


@pytest.mark.parametrize(
    ("leg", "problem"),
    [
        ('meal_about: {en: "Soup"}', "meal_about is of no use without meal: true"),
        ('meal: true, lodging_place: {en: "A hall"}', "lodging_place is of no use without lodging"),
        ("pace: quick", "must be a mapping"),
        ('pace: {es: "Despacio"}', "pace is missing in 'en'"),
        ('rests: {en: "%s"}' % ("x" * 601), "rests (en) is longer than 600 characters"),
        ("step_free: perhaps", "step_free must be true or false"),
        ('parking: {en: "No"}', "parking"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(session, leg, problem):
    with pytest.raises(ContentError, match=r"told: leg") as error:
        load_file(session, file_of(leg))
    assert problem in str(error.value)


# The public pages


def test_the_page_tells_each_day_and_who_leads_in_the_readers_language(visitor):
    page = visitor.client.get(f"/events/{MARCH}").text
    for words in (
        "Ten minutes of water and shade every two miles",
        "Mattresses in a church hall",
        "A bus leaves Immokalee for the start at 5:30 a.m.",
        "Twice the water",
        "Not step-free",
        "Wheelchair van",
        "women’s group, at the front of the march",
    ):
        assert words in page
    spanish = visitor.client.get(f"/es/events/{MARCH}").text
    assert "Colchones en el salón de una iglesia" in spanish
    assert "El grupo de mujeres de la Coalición" in spanish
    assert "Bus 1 from Burlington" in visitor.client.get("/events/hannaford-day-of-action").text


def test_the_calendar_tells_them_too_and_in_its_language(visitor):
    first = Calendar.from_ical(visitor.client.get(f"/events/{MARCH}.ics").data).walk("VEVENT")[0]
    assert "Getting there and back: A bus leaves Immokalee" in first["DESCRIPTION"]
    assert "Step-free, Wheelchair van, Sign language" in first["DESCRIPTION"]
    spanish = Calendar.from_ical(visitor.client.get(f"/es/events/{MARCH}.ics").data).walk("VEVENT")[0]
    assert "Un autobús sale de Immokalee" in spanish["DESCRIPTION"]


@pytest.mark.parametrize("path", [f"/events/{MARCH}", f"/es/events/{MARCH}", f"/events/{MARCH}.ics", "/events.ics", f"/events/{MARCH}/rsvp"])  # fmt: skip
def test_where_people_sleep_is_in_nothing_that_everybody_may_read(visitor, path):
    page = visitor.client.get(path)
    assert page.status_code == 200
    assert BED not in page.text.replace("\r\n ", "")


# One's own


def test_where_one_sleeps_is_told_to_whoever_has_a_bed_and_to_nobody_else(visitor):
    legs = legs_of(visitor)
    visitor.do(SET_CAPACITY, most=1, resource="bed", id=legs[0])
    post(visitor, legs=legs[0], lodging="yes")
    waiting = link_of(visitor, visitor.one("SELECT id FROM actions"))
    confirm = visitor.last_link("confirm")
    assert BED not in visitor.client.get(waiting).text
    assert BED not in visitor.client.get(confirm).text
    visitor.confirm(confirm)
    page = visitor.client.get(link_of(visitor)).text
    assert BED in page
    assert "Where you’ll sleep" in page
    assert BED not in visitor.client.get(f"{link_of(visitor)}.ics").text
    assert "A bus leaves Immokalee" in visitor.client.get(f"{link_of(visitor)}.ics").text.replace("\r\n ", "")
    come(visitor, legs=legs[0], lodging="yes", email="late@example.org")
    late = link_of(visitor, visitor.one("SELECT max(id) FROM actions"))
    page = visitor.client.get(late).text
    assert "Lodging: on the wait list" in page
    assert BED not in page
    come(visitor, legs=legs[0], email="awake@example.org")
    assert BED not in visitor.client.get(link_of(visitor, visitor.one("SELECT max(id) FROM actions"))).text
    assert step(visitor, "cancel", waiting).status_code == 303
    assert BED not in visitor.client.get(waiting).text


def test_of_a_high_safety_event_nothing_tells_the_place_before_one_is_confirmed(visitor):
    told = 'lodging: 5, lodging_place: {en: "Under the stairs"}, transport: {en: "Bus to the mill"}, step_free: true'
    with visitor.sessions() as session, session.begin():
        load_file(session, file_of(told, 'leads: {en: ["Moth"]}', HIGH_SAFETY))
    page = visitor.client.get("/events/told").text
    assert "Step-free" in page
    hints = ("To the lake", "Bus to the mill", "Under the stairs", "Moth", "26.82")
    assert not [hint for hint in hints if hint in page]
    assert post(visitor, "told", given_name="Fern", lodging="yes").status_code == 303
    own = link_of(visitor, visitor.one("SELECT id FROM actions"))
    confirm = visitor.last_link("confirm")
    for path in (own, f"{own}.ics", confirm, "/events/told.ics", "/events/told/rsvp"):
        assert not [hint for hint in hints if hint in visitor.client.get(path).text], path
    visitor.confirm(confirm)
    page = visitor.client.get(own).text
    for hint in ("To the lake", "Bus to the mill", "Under the stairs"):
        assert hint in page
    assert "To the lake" not in page.partition("<form")[2], "where one chooses anew nothing is told of other legs"
    step(visitor, "cancel", own)
    assert not [hint for hint in hints if hint in visitor.client.get(own).text]
    assert not [hint for hint in hints if hint in visitor.client.get(f"{own}.ics").text]
