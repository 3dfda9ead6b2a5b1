"""Events of content files: read with their instants, loaded once, changed in place, told where it matters."""

from datetime import UTC, datetime, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text

from campaign.content.errors import ContentError
from campaign.content.sections import sections_of
from campaign.demonstration import load_demo
from campaign.events.capacity.counting import lock_legs
from campaign.events.models import Event
from campaign.events.resources import capacities_of
from campaign.events.saving import find_event, list_legs
from campaign.events.service import rsvp, stand
from campaign.features import SECTIONS
from campaign.kernel.actors import OPERATOR
from tests.events.files import action, load_file
from tests.events.files import march as march_from
from tests.events.stage import make_rsvp

# The evening of the 23rd in New York and in Chicago. Far ahead of any run, so that who RSVPs, which is by the machine's
# clock, finds what is loaded to come; with the days of the week, and the nights of the clocks, of 2026 and 2027.
NOW = datetime(2054, 11, 24, 3, 0, tzinfo=UTC)


@pytest.fixture
def session(sessions):
    """A session whose work is undone, with the demonstration as it is loaded at NOW."""
    with sessions() as opened:
        load_demo(opened, OPERATOR, NOW, lambda *_: False, SECTIONS)
        yield opened
        opened.rollback()


def march(starts="2055-03-12", **values):
    return march_from(starts=starts, **values)


def legs_of(session, slug):
    return list_legs(session, find_event(session, slug).id)


def local(instant, zone="America/New_York"):
    return instant.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


def join(session, installation, slug, party=2):
    """Somebody RSVPs to the first leg and confirms; return the action's id."""
    row = session.execute(text("SELECT id, organization_id FROM campaigns WHERE slug = 'fair-food'")).one()
    event = find_event(session, slug)
    command = make_rsvp(
        installation.hashes,
        (row.id, row.organization_id),
        event.id,
        f"n{party}",
        [(legs_of(session, slug)[0].id, party)],
    )
    (recorded,) = rsvp(session, [command])
    session.execute(text("UPDATE actions SET state = 'confirmed' WHERE id = :id"), {"id": recorded.action_id})
    stand(session, [recorded.action_id])
    return recorded.action_id


def states(session):
    return list(session.scalars(text("SELECT state FROM rsvp_claims ORDER BY id")))


def test_the_demonstration_has_its_three_events_at_their_instants(session):
    legs = legs_of(session, "build-a-new-world")
    assert [local(leg.starts_at) for leg in legs] == [
        "2055-01-07 08:00",  # 45 days after the 23rd: the day of loading is that of the event's zone
        "2055-01-08 07:30",
        "2055-01-09 07:30",
        "2055-01-10 08:00",
        "2055-01-11 10:30",
    ]
    assert [(leg.kilometres, leg.capacity, "meal" in leg.resources, capacities_of(leg)["bed"]) for leg in legs][
        ::4
    ] == [
        (16.09, 150, True, 120),
        (3.22, 1000, False, 0),
    ]
    shifts = legs_of(session, "hannaford-day-of-action")
    assert [local(shift.starts_at)[-5:] for shift in shifts] == ["10:00", "12:00", "16:00", "11:00", "13:00", "12:00"]
    assert len({shift.place_id for shift in shifts}) == 3
    (rally,) = legs_of(session, "twin-cities-rally")
    assert (local(rally.starts_at, "America/Chicago"), rally.capacity) == ("2054-12-05 17:00", None)
    assert all(event.is_demo and event.status == "published" for event in session.scalars(select(Event)))


def test_the_demonstration_again_moves_only_what_is_over(session):
    before = {slug: legs_of(session, slug)[0].starts_at for slug in ("build-a-new-world", "twin-cities-rally")}
    later = NOW + timedelta(days=20)  # the rally is over, the march is to come
    load_demo(session, OPERATOR, later, lambda *_: False, SECTIONS)
    assert legs_of(session, "build-a-new-world")[0].starts_at == before["build-a-new-world"]
    assert legs_of(session, "twin-cities-rally")[0].starts_at == before["twin-cities-rally"] + timedelta(days=20)


def test_the_demonstrations_file_has_no_events_but_where_they_are_asked_for():
    assert b"events:" in files("campaign.campaigns").joinpath("demo.yml").read_bytes()
    assert [section.name for section in sections_of(SECTIONS)] == ["events"]


def test_again_changes_nothing(session):
    load_file(session, march(), NOW)
    event = find_event(session, "long-march")
    event.status = "cancelled"
    before = (event.version, [leg.version for leg in legs_of(session, "long-march")])
    assert load_file(session, march(), NOW) == []
    assert (event.version, [leg.version for leg in legs_of(session, "long-march")]) == before


def test_what_is_counted_from_loading_stays_where_it_was_first_set(session):
    load_file(session, action(), NOW)
    assert load_file(session, action(), NOW + timedelta(days=3)) == []


def test_what_is_counted_from_loading_keeps_its_day_but_not_its_hours(session):
    load_file(session, action(), NOW)
    before = shifts_of(session)
    day = legs_of(session, "at-the-stores")[0].starts_at.date()
    changed = action().replace('["11:00-13:00"]', '["11:30-13:00", "15:00-16:00"]')
    load_file(session, changed, NOW + timedelta(days=3))
    after = shifts_of(session)
    assert after["Oak Street", "11:30"][0] == before["Oak Street", "11:00"][0]
    assert ("Oak Street", "15:00") in after
    assert {leg.starts_at.date() for leg in legs_of(session, "at-the-stores")} == {day}


def test_a_changed_time_bumps_versions_and_tells_those_concerned_once(session, installation):
    load_file(session, march(), NOW)
    join(session, installation, "long-march")
    lines = load_file(session, march(clock="09:00"), NOW)
    event, (first, second) = find_event(session, "long-march"), legs_of(session, "long-march")
    assert (event.version, first.version, second.version) == (1, 0, 1)
    assert event.updated_at == NOW
    assert "event long-march: people to be told by mail: 0" in lines  # they come on the first day only
    lines = load_file(session, march(starts="2055-03-13"), NOW)
    assert "event long-march: people to be told by mail: 1" in lines
    told = session.scalars(text("SELECT payload FROM outbox_messages WHERE topic = 'events.changed'")).all()
    assert [message["version"] for message in told] == [2]


def test_a_raised_capacity_goes_to_whoever_waits(session, installation):
    load_file(session, march(capacity=2), NOW)
    join(session, installation, "long-march", party=2)
    join(session, installation, "long-march", party=3)
    assert states(session) == ["going", "queued"]
    lines = load_file(session, march(capacity=5), NOW)
    assert "event long-march, leg 1: capacity 2 → 5" in lines
    assert states(session) == ["going", "offered"]
    assert find_event(session, "long-march").version == 0  # nobody's time or place changed
    leg = legs_of(session, "long-march")[0]
    assert lock_legs(session, [leg.id], NOW)[leg.id].pools["place"].left == 0


def test_a_leg_that_the_file_lost_is_cancelled_and_its_places_end(session, installation):
    load_file(session, march(), NOW)
    join(session, installation, "long-march")
    whole = march()
    start, end = whole.index("      - {day: 1"), whole.index("      - {day: 2")
    lines = load_file(session, whole[:start] + whole[end:], NOW)
    assert "event long-march, leg 1: cancelled" in lines
    assert states(session) == ["gone"]
    assert [leg.status for leg in legs_of(session, "long-march")] == ["cancelled", "open"]


def test_a_cancelled_event_tells_everybody_once(session, installation):
    load_file(session, march(), NOW)
    join(session, installation, "long-march")
    cancelled = march().replace("    kind: march", "    status: cancelled\n    kind: march")
    assert "event long-march: people to be told by mail: 1" in load_file(session, cancelled, NOW)
    assert states(session) == ["gone"]
    assert load_file(session, cancelled, NOW) == []


def shifts_of(session):
    rows = session.execute(
        text(
            "SELECT p.title, l.id, l.starts_at, l.status FROM event_legs l JOIN event_places p ON p.id = l.place_id "
            "JOIN events e ON e.id = l.event_id WHERE e.slug = 'at-the-stores' ORDER BY l.position"
        )
    )
    return {(row.title, local(row.starts_at, "America/Chicago")[-5:]): (row.id, row.status) for row in rows}


def test_a_shift_or_a_place_put_in_between_moves_nobody(session):
    load_file(session, action(), NOW)
    before = shifts_of(session)
    more = action().replace('"10:00-12:00", ', '"08:00-10:00", "10:00-12:00", ')
    more = more.replace("    places:\n", '    places:\n      - {title: "Ash Street", shifts: ["09:00-10:00"]}\n')
    lines = load_file(session, more, NOW)
    assert before.items() <= shifts_of(session).items()
    assert sorted(set(shifts_of(session)) - set(before)) == [
        ("Ash Street", "09:00"),
        ("Elm Street, Springfield", "08:00"),
    ]
    assert not [line for line in lines if "→" in line or "cancelled" in line]
    assert load_file(session, more, NOW) == []


def test_a_shift_left_out_is_cancelled_and_taken_up_again(session):
    load_file(session, action(), NOW)
    load_file(session, action().replace('"10:00-12:00", ', ""), NOW)
    elm = "Elm Street, Springfield"
    assert shifts_of(session)[elm, "10:00"][1] == "cancelled"
    assert shifts_of(session)[elm, "12:00"][1] == "open"
    assert load_file(session, action(), NOW) == [
        "event at-the-stores, leg 1 (Elm Street, Springfield): takes place after all"
    ]
    assert shifts_of(session)[elm, "10:00"][1] == "open"


def test_a_place_with_another_name_is_another_place_for_whoever_comes(session):
    load_file(session, action(), NOW)
    lines = load_file(session, action().replace("Oak Street", "Pine Street"), NOW)
    assert "event at-the-stores: people to be told by mail: 0" in lines
    assert [leg.version for leg in legs_of(session, "at-the-stores")] == [0, 0, 1]


def test_clocks_that_go_back_show_the_first_of_two(session):
    load_file(session, march(starts="2055-11-06", clock="01:30"), NOW)
    assert legs_of(session, "long-march")[1].starts_at == datetime(2055, 11, 7, 5, 30, tzinfo=UTC)


def test_a_leap_day_is_a_day(session):
    load_file(session, march(starts="2056-02-28"), datetime(2055, 11, 1, tzinfo=UTC))
    assert local(legs_of(session, "long-march")[1].starts_at) == "2056-02-29 07:30"


@pytest.mark.parametrize(
    ("text_of_file", "line", "words"),
    [
        (march(starts="2055-03-13", clock="02:30"), 13, "02:30 does not exist on 2055-03-14 in America/New_York"),
        (march(clock="17:00"), 13, "ends must be after starts"),
        (march(clock="7 o'clock"), 13, "starts must be a time of the day such as 08:00"),
        (march().replace("day: 2", "day: 1"), 13, "day 1 stands twice"),
        (march().replace("kind: march", "kind: parade"), 5, "kind must be"),
        (march().replace("America/New_York", "Mars/Olympus"), 6, "timezone"),
        (
            march().replace("    bring:", "    asks: [phone, blood-type]\n    bring:"),
            10,
            "asks must hold some of phone",
        ),
        (march().replace("from: [26.82, -80.66]", "from: [126.82, -80.66]"), 12, "latitude and longitude"),
        (march(capacity="many"), 12, "capacity"),
        (march().replace("miles: 20", "miles: far"), 13, "miles must be a number"),
        (march().replace("campaign: fair-food", "campaign: no-such"), 4, "there is no campaign 'no-such'"),
        (action().replace("12:00-14:00", "14:00-12:00"), 11, "each of shifts must be a period"),
        (action() + "  - {slug: at-the-stores}", None, "missing"),
        (march() + "    colour: red\n", 14, "colour"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(session, text_of_file, line, words):
    with pytest.raises(ContentError) as caught:
        load_file(session, text_of_file, NOW)
    found = [problem for problem in caught.value.problems if words in problem.text]
    assert found, caught.value.problems
    assert line in (None, found[0].line)
