"""A resource and a question that nobody keeps, from the file to the day when they are forgotten.

It is no test of this tree: `test_a_desk.py` runs it in a copy in which the recipe's two entries were made.
"""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest

from campaign.events.purging import purge_details
from campaign.events.revisions.running import get_event
from campaign.events.rosters.drawing import draw_list
from campaign.events.rosters.reading import get_roster, iterate_parties
from campaign.events.rosters.spreadsheet import write_csv
from campaign.events.rosters.telling import tell_numbers
from campaign.events.rosters.words import Words
from campaign.kernel.actors import OPERATOR
from campaign.kernel.clock import now
from tests.actions.visitor import HIGH_SAFETY
from tests.events.coming import claims, come, legs_of, post
from tests.events.files import load_file
from tests.events.test_rsvp_mine import link_of, step

FILE = """
events:
  - slug: desk
    campaign: {campaign}
    kind: march
    timezone: America/New_York
    starts: {starts}
    title: {{en: "With a desk"}}
    summary: {{en: "Walk with us."}}
    asks: [phone, allergies]
    legs:
      - {{day: 1, title: {{en: "To the lake"}}, starts: "08:00", ends: "16:00", capacity: 40, {told}}}
"""
TOLD = 'child_care: true, child_care_places: {}, child_care_about: {{en: "Games"}}, child_care_place: {{en: "Room 3"}}'


def load(visitor, places=10, campaign="fair-food"):
    starts = (datetime.now(UTC) + timedelta(days=20)).date()
    with visitor.sessions() as session, session.begin():
        text = FILE.format(campaign=campaign, starts=starts, told=TOLD.format(places))
        return load_file(session, text)


def care(visitor):
    return [(amount, state) for _, resource, amount, state in claims(visitor) if resource == "child_care"]


def with_roster(visitor, work):
    with visitor.sessions() as session:
        event = get_event(session, OPERATOR, "desk")
        roster = get_roster(session, OPERATOR, event, now(), language="en")
        return work(roster, list(iterate_parties(session, OPERATOR, roster)))


def rows(visitor):
    out = io.StringIO(newline="")
    with_roster(visitor, lambda roster, parties: write_csv(roster, parties, Words("en"), out))
    return {row["Name"]: row for row in csv.DictReader(io.StringIO(out.getvalue()[1:], newline=""))}


def forget(visitor, days):
    visitor.do(
        "UPDATE event_legs l SET starts_at = now() - CAST(:ago AS interval), ends_at = now() - CAST(:ago AS interval)"
        " + interval '1 hour' FROM events e WHERE e.id = l.event_id AND e.slug = 'desk'",
        ago=timedelta(days=days),
    )
    with visitor.sessions() as session, session.begin():
        purge_details(session, now())
    return visitor.all("SELECT r.answers, r.children FROM rsvps r ORDER BY action_id")


def test_from_the_file_to_the_day_it_is_forgotten(visitor):
    load(visitor)
    (leg,) = legs_of(visitor, "desk")
    page = visitor.client.get("/events/desk").text
    assert "Child care" in page
    assert "Games" in page
    assert "Room 3" not in page
    form = visitor.client.get("/events/desk/rsvp").text
    assert 'name="child_care"' in form
    assert 'name="children"' in form
    assert 'name="allergies"' in form
    assert "What can you not eat?" in form

    eva = {"legs": leg, "child_care": "yes", "email": "eva@example.org", "given_name": "Eva"}
    assert post(visitor, "desk", **eva, allergies="moon").status_code == 422
    assert post(visitor, "desk", **eva, guests="3", children="9").status_code == 422
    # Held and confirmed.
    assert post(visitor, "desk", **eva, guests="3", children="2", allergies=["milk", "nuts"]).status_code == 303
    assert care(visitor) == [(2, "held")]
    assert "Child care: 2 people" in visitor.client.get(link_of(visitor, visitor.one("SELECT id FROM actions"))).text
    visitor.confirm(visitor.last_link("confirm", "eva@example.org"))
    assert visitor.one("SELECT answers FROM rsvps") == {"allergies": ["nuts", "milk"]}
    (receipt,) = [mail for mail in visitor.mails() if mail.topic == "events.receipt"]
    assert "Child care: 2 people" in receipt.text
    assert "Child care: 2 people" in receipt.html
    evas = link_of(visitor)
    assert "Where your children are" in visitor.client.get(evas).text
    assert "Room 3" in visitor.client.get(evas).text

    # Fewer places: nobody loses theirs, the next waits, and is offered what is given back.
    assert "event desk, leg 1: child_care_places 10 → 2" in load(visitor, 2)
    come(visitor, "desk", legs=leg, guests="1", children="1", child_care="yes", phone="+1 239 555 0100")
    anas = link_of(visitor, visitor.one("SELECT max(id) FROM actions"))
    assert care(visitor) == [(2, "going"), (1, "queued")]
    assert "Child care: on the wait list" in visitor.client.get(anas).text
    assert "Room 3" not in visitor.client.get(anas).text

    told = rows(visitor)
    (eva_row,) = [row for name, row in told.items() if name.startswith("Eva")]
    (ana_row,) = [row for name, row in told.items() if not name.startswith("Eva")]
    assert (eva_row["Child care"], eva_row["Child care waited for"], eva_row["Cannot eat"]) == ("2", "", "Nuts, Milk")
    assert (ana_row["Child care"], ana_row["Child care waited for"], ana_row["Cannot eat"]) == ("", "1", "")
    sheets = with_roster(visitor, lambda roster, parties: draw_list(roster, parties, Words("en"), "letter"))["sheets"]
    assert {"Child care", "Cannot eat"} <= {column["title"] for column in sheets[0]["tables"][0]["columns"]}
    assert sheets[0]["queues"][0]["title"]["text"] == "Waiting for child care, by turn"
    assert [answers["title"] for answers in sheets[0]["answers"]] == ["Cannot eat, in RSVPs:"]
    with visitor.sessions() as session:
        numbers = tell_numbers(session, OPERATOR, get_event(session, OPERATOR, "desk"), now())
    assert "child_care_places: 2 of 2 going, 0 offered, 1 waiting, 0 unconfirmed" in numbers
    assert "cannot eat, in RSVPs: nuts 1, milk 1" in numbers

    own = {f"guests-{leg}": "3", f"children-{leg}": "1"}
    assert step(visitor, "change", evas, legs=leg, child_care="yes", **own).status_code == 303
    assert care(visitor) == [(1, "going"), (1, "offered")]
    (offer,) = [mail for mail in visitor.mails() if mail.topic == "events.offer"]
    assert "Child care: 1 person" in offer.text
    assert "Child care: 1 person" in offer.html
    assert step(visitor, "accept", offer.link("rsvp"), leg=leg).status_code == 303
    assert care(visitor) == [(1, "going"), (1, "going")]

    # What cannot be eaten goes two days after it, the rest after fourteen; the places stay counted.
    assert {str(row.answers) for row in forget(visitor, 3)} == {"{}", "{'phone': '+1 239 555 0100'}"}
    assert [tuple(row) for row in forget(visitor, 15)] == [({}, {}), ({}, {})]
    assert care(visitor) == [(1, "going"), (1, "going")]


@pytest.mark.parametrize("name", ["withdrawn", "erased"])
def test_who_takes_it_back_frees_it_and_leaves_no_answer(visitor, name):
    load(visitor)
    (leg,) = legs_of(visitor, "desk")
    come(visitor, "desk", legs=leg, guests="1", children="1", child_care="yes", allergies="nuts")
    if name == "withdrawn":
        assert step(visitor, "cancel").status_code == 303
    else:
        visitor.client.post(f"{visitor.my_page()}/erase", data={"sure": "yes"})
    if name == "withdrawn":
        assert care(visitor) == [(1, "gone")]
        assert [tuple(row) for row in visitor.all("SELECT answers, children FROM rsvps")] == [({}, {})]
    else:
        assert care(visitor) == visitor.all("SELECT FROM rsvps") == []


def test_a_high_safety_event_asks_it_of_nobody(visitor):
    load(visitor, campaign=HIGH_SAFETY)
    assert 'name="allergies"' not in visitor.client.get("/events/desk/rsvp").text
    (leg,) = legs_of(visitor, "desk")
    assert post(visitor, "desk", legs=leg, given_name="Fern", allergies="nuts", child_care="yes").status_code == 303
    assert visitor.one("SELECT answers FROM rsvps") == {}
    assert care(visitor) == []
