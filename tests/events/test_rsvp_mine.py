"""One's own RSVP behind its link: seen, changed, given back; offers answered; its calendar; and who may not look."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from icalendar import Calendar

from campaign.events.capacity.offers import give_freed_places
from campaign.events.tokens import rsvp_signer
from campaign.kernel.clock import now
from tests.events.coming import MARCH, come, legs_of, places, post


@pytest.fixture
def legs(visitor):
    return legs_of(visitor)


def link_of(visitor, action_id=None):
    """The link of the RSVP that stands, or of an action."""
    statement = "SELECT public_id FROM actions WHERE " + ("id = :id" if action_id else "state = 'confirmed'")
    public_id = visitor.one(statement, **({"id": action_id} if action_id else {}))
    return f"/rsvp/{rsvp_signer(visitor.installation).sign(str(public_id))}"


def step(visitor, name, link=None, **values):
    """Do something, and mean it: what would ask first does not (`sure=""`: it does)."""
    return visitor.client.post(link or link_of(visitor), data={"step": name, "sure": "yes", **values})


def test_it_is_found_on_my_page_and_shows_what_one_has(visitor, legs):
    come(visitor, legs=[legs[1], legs[4]], guests="3")
    page = visitor.client.get(visitor.my_page()).text
    assert "Confirmed" in page
    assert "4 people" in page
    link, calendar = sorted(re.findall(r'href="(/rsvp/[^"]+)"', page), key=len)
    assert calendar == f"{link}.ics"
    answer = visitor.client.get(link)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Belle Glade to Twenty Mile Bend" in answer.text
    assert f'value="{legs[1]}" checked' in answer.text
    assert f'value="{legs[0]}" checked' not in answer.text


def test_looking_changes_nothing(visitor, legs):
    come(visitor, part="all")
    link, before = link_of(visitor), visitor.dump()
    for path in (link, f"{link}?step=cancel&done=cancelled", f"{link}.ics"):
        for method in ("GET", "HEAD"):
            assert visitor.client.open(path, method=method).status_code == 200
    assert visitor.dump() == before


def test_changing_legs_and_numbers(visitor, legs):
    come(visitor, part="all", guests="1", meals="yes")
    sequence = visitor.one("SELECT sequence FROM rsvps")
    answer = step(visitor, "change", legs=[legs[1], legs[4]], **{f"guests-{legs[1]}": "3", f"guests-{legs[4]}": "0"})
    assert answer.status_code == 303
    assert "RSVP updated." in visitor.client.get(answer.headers["Location"]).text
    going = {n: amount for n, (amount, state) in places(visitor).items() if state == "going"}
    assert going == {2: 4, 5: 1}
    assert visitor.one("SELECT sequence FROM rsvps") > sequence
    assert visitor.one("SELECT count(*) FROM rsvp_claims WHERE resource = 'meal' AND state = 'going'") == 0


@pytest.mark.parametrize("bad", [{}, {"legs": "x"}, {"guests": "99", "legs": "own"}])
def test_a_bad_change_is_422_and_changes_nothing(visitor, legs, bad):
    come(visitor, part="finale", guests="1")
    before = places(visitor)
    answer = step(visitor, "change", **{name: legs[0] if value == "own" else value for name, value in bad.items()})
    assert answer.status_code == 422
    assert places(visitor) == before


def test_more_than_is_left_is_refused_in_words_and_nothing_is_lost(visitor, legs):
    visitor.do("UPDATE event_legs SET capacity = 9 WHERE public_id = :id", id=legs[0])
    come(visitor, legs=legs[0], guests="4", email="first@example.org")
    come(visitor, legs=legs[0], guests="1")
    link = link_of(visitor, visitor.one("SELECT max(id) FROM actions"))
    answer = step(visitor, "change", link, legs=legs[0], **{f"guests-{legs[0]}": "4"})
    assert answer.status_code == 200
    assert "Only 2 more places are free, so we didn’t change this" in answer.text
    assert visitor.one("SELECT sum(amount) FROM rsvp_claims WHERE state = 'going'") == 7


def test_a_party_that_is_there_is_not_too_large_for_a_leg_that_became_small(visitor, legs):
    come(visitor, legs=legs[0], guests="7")
    visitor.do("UPDATE event_legs SET capacity = 12 WHERE public_id = :id", id=legs[0])
    link = link_of(visitor)
    assert step(visitor, "change", link, legs=legs[0], **{f"guests-{legs[0]}": "9"}).status_code == 422
    assert step(visitor, "change", link, legs=legs[0], **{f"guests-{legs[0]}": "6"}).status_code == 303


def test_a_day_that_is_over_is_kept_when_others_change(visitor, legs):
    come(visitor, part="all")
    visitor.do("UPDATE event_legs SET starts_at = now() - interval '1 hour' WHERE public_id = :id", id=legs[0])
    assert step(visitor, "change", legs=legs[4]).status_code == 303
    assert {n: state for n, (_, state) in places(visitor).items() if state == "going"} == {1: "going", 5: "going"}


def test_giving_all_of_it_back(visitor, legs):
    come(visitor, part="all")
    link = link_of(visitor)
    answer = step(visitor, "cancel", link)
    assert answer.status_code == 303
    page = visitor.client.get(answer.headers["Location"]).text
    assert "Your RSVP is canceled." in page
    assert {state for _, state in places(visitor).values()} == {"gone"}
    assert visitor.one("SELECT state FROM actions") == "withdrawn"
    for name in ("change", "accept"):
        assert step(visitor, name, link, legs=legs[0]).status_code == 409
    again = step(visitor, "cancel", link)
    assert (again.status_code, again.headers["Location"]) == (303, answer.headers["Location"]), "pressed twice"


def offer(visitor, legs):
    """Ana waits for the first leg and is offered a place, because Eva gives hers back; returns Ana's link."""
    visitor.do("UPDATE event_legs SET capacity = 2 WHERE public_id = :id", id=legs[0])
    come(visitor, legs=legs[0], guests="1", email="eva@example.org")
    eva = link_of(visitor)
    come(visitor, legs=[legs[0], legs[1]], guests="1")
    ana = link_of(visitor, visitor.one("SELECT max(id) FROM actions"))
    assert "You’re on the wait list" in visitor.client.get(ana).text
    step(visitor, "cancel", eva)
    return ana


def test_an_offer_is_accepted(visitor, legs):
    link = offer(visitor, legs)
    page = visitor.client.get(link).text
    assert "A place opened up for you: take it by" in page
    answer = step(visitor, "accept", link, leg=legs[0])
    assert answer.status_code == 303
    assert "The place is yours." in visitor.client.get(answer.headers["Location"]).text
    assert visitor.one("SELECT count(*) FROM rsvp_claims WHERE state = 'going'") == 2
    assert step(visitor, "accept", link, leg=legs[0]).status_code == 303, "pressing twice is no mistake"


def test_an_offer_is_declined_and_goes_to_the_next(visitor, legs):
    link = offer(visitor, legs)
    come(visitor, legs=legs[0], email="third@example.org")
    assert step(visitor, "decline", link, leg=legs[0]).status_code == 303
    assert visitor.one("SELECT count(*) FROM rsvp_claims WHERE state = 'offered'") == 1
    assert visitor.one("SELECT state FROM rsvp_claims ORDER BY id DESC LIMIT 1") == "offered"


def test_an_offer_that_is_over_is_said_to_be(visitor, legs):
    link = offer(visitor, legs)
    visitor.do(
        "UPDATE rsvp_claims SET until = now() - interval '1 minute', passed_at = now() - interval '1 day' "
        "WHERE state = 'offered'"
    )
    assert "take it by" not in visitor.client.get(link).text
    with visitor.sessions() as session, session.begin():
        give_freed_places(session, [visitor.one("SELECT id FROM event_legs WHERE public_id = :id", id=legs[0])], now())
    answer = step(visitor, "accept", link, leg=legs[0])
    assert answer.status_code == 409
    assert "This offer has expired" in answer.text


def test_its_calendar_has_an_entry_a_leg_that_stays_itself_and_is_cancelled_when_given_back(visitor, legs):
    come(visitor, legs=[legs[1], legs[4]])
    link = link_of(visitor)
    answer = visitor.client.get(f"{link}.ics")
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert answer.headers["Cache-Control"] == "no-store"
    first = {str(entry["UID"]): entry for entry in Calendar.from_ical(answer.data).walk("VEVENT")}
    public_id = visitor.one("SELECT public_id FROM actions")
    assert set(first) == {f"{public_id}.{leg}@campaign.example" for leg in (legs[1], legs[4])}
    assert all(str(entry["DTSTART"].dt.tzinfo) == "America/New_York" for entry in first.values())
    step(visitor, "change", link, legs=legs[1])
    second = {str(e["UID"]): e for e in Calendar.from_ical(visitor.client.get(f"{link}.ics").data).walk("VEVENT")}
    assert set(second) == set(first)
    assert sorted(str(entry["STATUS"]) for entry in second.values()) == ["CANCELLED", "CONFIRMED"]
    assert all(int(second[uid]["SEQUENCE"]) > int(first[uid]["SEQUENCE"]) for uid in first)
    step(visitor, "cancel", link)
    third = Calendar.from_ical(visitor.client.get(f"{link}.ics").data).walk("VEVENT")
    assert {str(entry["STATUS"]) for entry in third} == {"CANCELLED"}


def test_an_older_link_leads_to_the_rsvp_that_stands(visitor, legs):
    come(visitor, part="all")
    first = link_of(visitor)
    come(visitor, part="finale")
    come(visitor, part="finale", guests="2")
    page = visitor.client.get(first)
    assert page.status_code == 200
    assert "3 people" in page.text


@pytest.mark.parametrize("name", ["change", "cancel", "accept", "decline"])
def test_what_waits_for_its_confirmation_cannot_be_changed_by_its_link(visitor, legs, name):
    post(visitor, part="all")
    before = visitor.dump()
    link = link_of(visitor, visitor.one("SELECT id FROM actions"))
    assert "You haven’t confirmed yet" in visitor.client.get(link).text
    assert step(visitor, name, link, leg=legs[0], legs=legs[0]).status_code == 409
    assert visitor.dump() == before


def test_forged_is_404_and_gone_is_410(visitor, legs):
    come(visitor, part="all")
    link = link_of(visitor)
    signer = rsvp_signer(visitor.installation)
    old = signer.sign(str(uuid4()), at=now() - timedelta(days=800))
    for suffix in ("", ".ics"):
        assert visitor.client.get(f"{link}x{suffix}").status_code == 404
        assert visitor.client.get(f"/rsvp/{old}{suffix}").status_code == 410
        assert visitor.client.get(f"/rsvp/{signer.sign(str(uuid4()))}{suffix}").status_code == 410
    pledge = visitor.pledge(email="other@example.org").rpartition("/")[2]
    assert visitor.client.get(f"/rsvp/{pledge}").status_code == 404
    assert step(visitor, "no-such-step", link).status_code == 404
    assert step(visitor, "accept", link, leg=str(uuid4())).status_code == 404


def test_an_event_that_is_over_or_cancelled_takes_no_change(visitor, legs):
    come(visitor, part="all")
    link = link_of(visitor)
    visitor.do("UPDATE events SET status = 'cancelled' WHERE slug = :slug", slug=MARCH)
    page = visitor.client.get(link)
    assert page.status_code == 200
    assert "Canceled" in page.text
    assert step(visitor, "change", link, legs=legs[0]).status_code == 409
    assert step(visitor, "cancel", link).status_code == 303


def test_the_box_of_a_day_one_has_says_so_also_where_it_is_full_for_others(visitor, legs):
    visitor.do("UPDATE event_legs SET capacity = 5")
    come(visitor, legs=legs[0], guests="4")
    page = visitor.client.get(link_of(visitor)).text
    said = re.findall(r'id="field-legs-\d-more">([^<]+)<', page)
    assert said == ["Confirmed", *["5 places left"] * 4]


def test_the_confirmation_s_link_shows_what_one_has_when_it_is_opened_again(visitor, legs):
    post(visitor, legs=[legs[1], legs[4]], guests="3")
    link = visitor.last_link("confirm")
    visitor.confirm(link)
    assert visitor.client.get(link).text.count("Confirmed") == 2
    come(visitor, legs=legs[2])
    page = visitor.client.get(link).text
    assert "Already confirmed" in page
    assert page.count("Confirmed") == 1
    assert "Twenty Mile Bend to Loxahatchee" in page
