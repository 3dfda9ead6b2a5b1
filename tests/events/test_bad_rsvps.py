"""Whatever is posted at the door of an RSVP, or on one's own page: a clear answer, nothing lost, never a 500."""

import html
import re
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from campaign.actions.tokens import confirm_signer
from tests.actions.stage import forget
from tests.actions.visitor import PERSON
from tests.events.coming import DAY_OF_ACTION, MARCH, RALLY, come, legs_of, places, post
from tests.events.test_rsvp_mine import link_of, step
from tests.pledges.test_hostile_forms import (
    CONTENT_TYPES,
    NASTY,
    SLOW,
    VALUES,
    as_shown,
    encode,
    given_back,
    multipart,
)

DOOR = f"/events/{MARCH}/rsvp"
FORM = "application/x-www-form-urlencoded"
ASKS = """UPDATE events SET asks = '["phone", "ride", "needs", "languages", "help"]'"""
TYPED = {
    "given_name": "Zoë", "family_name": "Núñez", "comment": "Every word of it", "guests": "3", "phone": "+1 239 555 0100",
    "ride_from": "Immokalee", "postal_code": "34142",
}  # fmt: skip
FIELDS = (
    "stamp", "language", "source", "given_name", "family_name", "email", "country", "postal_code", "comment", "part",
    "legs", "guests", "meals", "lodging", "phone", "ride", "ride_from", "needs", "speaks", "helps_as", "step", "leg",
)  # fmt: skip
FINE = {303, 404, 409, 413, 422}


@pytest.fixture
def legs(visitor):
    visitor.do(ASKS)
    forget(visitor.client.application)
    return legs_of(visitor)


def form_for(visitor, **changed):
    return {"stamp": visitor.installation.stamp.make(), **PERSON, "part": "finale", **changed}


def send(visitor, body, content_type=FORM):
    return visitor.client.post(DOOR, data=body, content_type=content_type)


def ticked(page):
    """The legs that would be sent again: what you chose is closed cannot be."""
    return re.findall(r'name="legs"[^>]*value="([^"]*)" checked(?! disabled)', page)


def assert_all_typed_is_there(answer):
    """On the page that asks again."""
    shown = html.unescape(answer.text)
    assert [words for words in TYPED.values() if words not in shown] == []


def count(visitor):
    return visitor.one("SELECT count(*) FROM actions"), visitor.one("SELECT count(*) FROM rsvp_claims")


# Between the page and the post


def test_a_leg_cancelled_meanwhile_leaves_the_others_chosen_and_everything_typed(visitor, legs):
    visitor.do("UPDATE event_legs SET status = 'cancelled' WHERE public_id = :id", id=legs[1])
    numbers = {f"guests-{legs[2]}": "5", f"guests-{legs[0]}": "0"}
    answer = post(visitor, legs=[legs[0], legs[1], legs[2]], **TYPED, **numbers, needs="diet", ride="asked")
    assert answer.status_code == 422
    assert ticked(answer.text) == [legs[0], legs[2]]
    assert_all_typed_is_there(answer)
    back = given_back(answer.text)
    assert {name: back[name] for name in numbers} == numbers
    for name, value in (("needs", "diet"), ("ride", "asked")):
        assert re.search(rf'name="{name}"[^>]*value="{value}" checked', answer.text)
    assert "you chose is closed" in answer.text
    assert count(visitor) == (0, 0)
    assert post(visitor, legs=[legs[0], legs[2]], **TYPED).status_code == 303, "sent again without it"


@pytest.mark.parametrize("change", ["status = 'cancelled'", "status = 'draft'"])
def test_an_event_cancelled_or_taken_back_meanwhile_loses_no_word(visitor, legs, change):
    assert visitor.client.get(DOOR).status_code == 200
    visitor.do(f"UPDATE events SET {change} WHERE slug = :slug", slug=MARCH)
    forget(visitor.client.application)
    answer = post(visitor, part="all", **TYPED)
    assert answer.status_code == (409 if "cancelled" in change else 404)
    assert count(visitor) == (0, 0)
    assert answer.headers["Cache-Control"] == "no-store"
    if answer.status_code == 409:
        assert all(words in html.unescape(answer.text) for words in ("Zoë Núñez", PERSON["email"], TYPED["comment"]))


def test_a_campaign_taken_back_to_a_draft_meanwhile_is_404(visitor, legs):
    visitor.do("UPDATE campaigns SET status = 'draft' WHERE slug = 'fair-food'")
    forget(visitor.client.application)
    assert post(visitor, part="all", **TYPED).status_code == 404
    assert count(visitor) == (0, 0)


# Legs and numbers


def test_the_same_leg_twice_is_one_leg(visitor, legs):
    assert post(visitor, legs=[legs[0], legs[0], legs[0]]).status_code == 303
    assert places(visitor) == {1: (1, "held")}


@pytest.mark.parametrize("value", ["own", "01890000-0000-7000-8000-000000000000", "1", "x", "%", "' OR 1=1--"])
def test_ten_thousand_legs_are_refused_and_lose_no_word(visitor, legs, value):
    value = legs[0] if value == "own" else value
    body = urlencode([*form_for(visitor, **TYPED).items(), *[("legs", value)] * 6_000])
    answer = send(visitor, body)
    assert answer.status_code == 422
    assert_all_typed_is_there(answer)
    assert count(visitor) == (0, 0)
    assert send(visitor, urlencode([("legs", legs[0])] * 10_000 + [*form_for(visitor).items()])).status_code in (
        413,
        422,
    )


@pytest.mark.parametrize("slug", [RALLY, DAY_OF_ACTION])
def test_legs_of_another_event_are_refused_at_each_door(visitor, legs, slug):
    foreign = legs_of(visitor, slug)[0]
    answer = post(visitor, legs=[foreign], **TYPED)
    assert answer.status_code == 422
    assert "is no longer available" in answer.text
    assert foreign not in answer.text
    assert_all_typed_is_there(answer)
    assert post(visitor, legs=[legs[0]], **{f"guests-{foreign}": "9"}).status_code == 303
    assert places(visitor) == {1: (1, "held")}


@pytest.mark.parametrize(
    "value", ["-1", "10", "1000", "9" * 400, "two", "1e1", "0x3", " 3 4", "+3", "½", "٣٣", "\0", "3\0"]
)
def test_a_number_of_guests_that_is_none_is_refused_in_words(visitor, legs, value):
    for name in ("guests", f"guests-{legs[0]}"):
        answer = send(visitor, urlencode(form_for(visitor, legs=legs[0]) | {name: value}))
        assert answer.status_code == 422
        assert "Enter a number from 0 to 9." in html.unescape(answer.text) or "\0" in value
        assert as_shown(given_back(answer.text)[name]) == as_shown(value)
    assert count(visitor) == (0, 0)


# What is typed


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ride_from", "<b onmouseover=alert(1)>Immokalee"),
        ("ride_from", '"><script>alert(1)</script>'),
        ("ride_from", "{{7*7}} ${7*7}"),
        ("given_name", "<i>Zoë"),
    ],
)
def test_html_is_text_on_every_page_and_mail(visitor, legs, field, value):
    answer = post(visitor, legs=legs[0], ride="asked", **{field: value})
    assert answer.status_code == 303
    mail = visitor.mails()[0]
    pages = [mail.html, visitor.client.get(mail.link("confirm")).text]
    pages.append(visitor.client.get(visitor.confirm(mail.link("confirm")).headers["Location"]).text)
    pages += [visitor.client.get(link_of(visitor)).text, visitor.client.get(f"{link_of(visitor)}.ics").text]
    answer = post(visitor, legs=legs[0], guests="x", ride="asked", **{field: value})
    pages.append(answer.text)
    for page in pages:
        assert "<script>alert" not in page
        assert "<b onmouseover" not in page
        assert "<i>Zo" not in page
        assert "49 $" not in page
    assert as_shown(given_back(answer.text)[field]) == value


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ride_from", "x" * 121),
        ("ride_from", "a\r\nb"),
        ("ride_from", "a\0b"),
        ("ride_from", "\u202eevil"),
        ("phone", "x" * 5000),
        ("phone", "+1\r\n239 555 0100"),
        ("phone", "\0"),
        ("given_name", "x" * 5000),
        ("comment", "x" * 5000),
        ("ride", "both"),
        ("needs", "everything"),
        ("speaks", "xx"),
        ("helps_as", "boss"),
        ("email", "a@b.c\r\nBcc: x@y.z"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_kept(visitor, legs, field, value):
    answer = post(visitor, **{**TYPED, "legs": legs[0], field: value})
    assert answer.status_code == 422
    assert count(visitor) == (0, 0)
    back = given_back(answer.text)
    if field in back and field not in ("ride", "needs", "speaks", "helps_as"):
        assert as_shown(back[field]) == as_shown(value)
    assert [back[name] for name in ("given_name", "family_name") if name != field] == [
        TYPED[name] for name in ("given_name", "family_name") if name != field
    ]
    assert ticked(answer.text) == [legs[0]]


@SLOW
@given(data=st.data())
def test_hostile_values_in_every_field_break_nothing(visitor, data):
    changed = data.draw(st.dictionaries(st.sampled_from(FIELDS), VALUES, min_size=1, max_size=6))
    form = form_for(visitor, **changed)
    if data.draw(st.booleans()):
        answer = send(visitor, multipart(form), "multipart/form-data; boundary=frontier")
    else:
        answer = send(visitor, encode(form))
    assert answer.status_code in FINE, answer.status_code
    if answer.status_code == 422:
        back = given_back(answer.text)
        for name in ("given_name", "family_name", "email", "postal_code", "comment", "guests"):
            if name in form:
                assert as_shown(back.get(name, "")) == as_shown(form[name]), name


@SLOW
@given(body=st.binary(max_size=300), content_type=st.sampled_from(CONTENT_TYPES))
def test_bytes_that_are_no_form_at_all(visitor, body, content_type):
    assert send(visitor, body, content_type).status_code in FINE


@pytest.mark.parametrize("bad", [b"\xff", b"%FF", b"%C0%80", b"\xc3", b"%ED%A0%80", b"%00", b"\x00"])
def test_bytes_that_are_not_text_are_422_and_the_rest_comes_back(visitor, legs, bad):
    form = form_for(visitor, **TYPED, legs=legs[2])
    del form["ride_from"]
    answer = send(visitor, urlencode(form).encode() + b"&ride_from=Immo" + bad + b"kalee")
    assert answer.status_code == 422
    assert re.fullmatch("Immo\ufffd+kalee", given_back(answer.text)["ride_from"])
    assert given_back(answer.text)["given_name"] == "Zoë"
    assert ticked(answer.text) == [legs[2]]
    assert count(visitor) == (0, 0)


def test_a_form_over_256_kb_is_a_worded_413_that_leads_back(visitor, legs):
    form = form_for(visitor, comment="x" * 262_145)
    for body, content_type in ((urlencode(form), FORM), (multipart(form), "multipart/form-data; boundary=frontier")):
        answer = send(visitor, body, content_type)
        assert answer.status_code == 413
        assert f'href="/events/{MARCH}' in answer.text


def test_the_longest_honest_form_passes(visitor, legs):
    many = {f"guests-{leg}": "9" for leg in legs}
    long = {"given_name": "ä" * 80, "family_name": "é" * 80, "comment": "ü" * 2000, "ride_from": "ن" * 120}
    answer = post(visitor, legs=legs, **many, **long, meals="yes", lodging="yes", ride="asked", phone="+1 239 555 0100")
    assert answer.status_code == 303
    assert visitor.one("SELECT count(*) FROM rsvp_claims WHERE resource = 'place' AND amount = 10") == len(legs)


# Calendars


@pytest.mark.parametrize("hostile", ["x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:evil", "a,b;c\\d\nATTACH:x", "ن" * 200])
def test_names_add_no_line_to_any_calendar(visitor, legs, hostile):
    visitor.do(
        "UPDATE events SET title = jsonb_build_object('en', CAST(:t AS text)) WHERE slug = :s", t=hostile, s=MARCH
    )
    visitor.do("UPDATE event_legs SET title = jsonb_build_object('en', CAST(:t AS text))", t=hostile)
    visitor.do("UPDATE event_places SET title = :t", t=hostile)
    come(visitor, part="all", given_name="Zoë BEGIN:VEVENT", comment=hostile)
    own = visitor.client.get(f"{link_of(visitor)}.ics")
    paths = (f"/events/{MARCH}.ics", f"/events/{DAY_OF_ACTION}.ics", "/events.ics")
    for data in (own.data, *(visitor.client.get(path).data for path in paths)):
        calendar = Calendar.from_ical(data)
        assert not calendar.errors
        uids = [str(entry["UID"]) for entry in calendar.walk("VEVENT")]
        assert len(uids) == len(set(uids)) > 0
        assert "evil" not in uids
        assert not any("ATTACH" in entry for entry in calendar.walk("VEVENT"))
        assert b"\nUID:evil" not in data
    assert len(Calendar.from_ical(own.data).walk("VEVENT")) == len(legs)
    assert '"' not in own.headers["Content-Disposition"].removeprefix('attachment; filename="')[:-1]


# One's own page


def test_on_ones_own_page_nothing_of_others_is_had(visitor, legs):
    foreign = legs_of(visitor, RALLY)[0]
    come(visitor, legs=legs[0], guests="1")
    link, before = link_of(visitor), visitor.dump()
    for values in (
        {"legs": foreign},
        {"legs": [legs[0], foreign]},
        {"legs": ["x"] * 50},
        {"legs": ""},
        {"part": "none"},
    ):
        answer = step(visitor, "change", link, **values)
        assert answer.status_code == 422
        assert foreign not in answer.text
    for values in ({"leg": foreign}, {"leg": legs[1]}, {"leg": "x"}, {"leg": "\0"}, {}):
        for name in ("accept", "decline"):
            assert step(visitor, name, link, **values).status_code == 404
    for name in ("", "no-such", "CHANGE", "\0", "change\0"):
        assert step(visitor, name, link, legs=legs[1]).status_code == 404
    assert visitor.dump() == before


def test_anothers_offer_is_accepted_by_nobody_else(visitor, legs):
    visitor.do("UPDATE event_legs SET capacity = 1 WHERE public_id = :id", id=legs[0])
    come(visitor, legs=legs[0], email="first@example.org")
    first = link_of(visitor)
    come(visitor, legs=legs[0], email="second@example.org")
    come(visitor, legs=[legs[0], legs[1]], email="third@example.org")
    third = link_of(visitor, visitor.one("SELECT max(id) FROM actions"))
    assert step(visitor, "cancel", first).status_code == 303
    assert visitor.one("SELECT count(*) FROM rsvp_claims WHERE state = 'offered'") == 1
    answer = step(visitor, "accept", third, leg=legs[0])
    assert answer.status_code == 409
    assert "This offer has expired" not in answer.text or "You’re on the wait list" in answer.text
    assert visitor.one("SELECT count(*) FROM rsvp_claims WHERE state = 'offered'") == 1


def test_a_change_that_is_refused_keeps_what_was_typed_there(visitor, legs):
    come(visitor, legs=legs[0], guests="1")
    answer = step(visitor, "change", legs=[legs[0], legs[3]], **{f"guests-{legs[3]}": "1000"})
    assert answer.status_code == 422
    assert given_back(answer.text)[f"guests-{legs[3]}"] == "1000"
    assert ticked(answer.text) == [legs[0], legs[3]]


def test_a_leg_cancelled_between_ones_own_page_and_the_change(visitor, legs):
    come(visitor, legs=[legs[0], legs[1]], guests="1")
    link = link_of(visitor)
    visitor.do("UPDATE event_legs SET status = 'cancelled' WHERE public_id = :id", id=legs[2])
    answer = step(visitor, "change", link, legs=[legs[0], legs[2]], **{f"guests-{legs[0]}": "4"})
    assert answer.status_code == 422
    assert legs[0] in ticked(answer.text)
    assert legs[2] not in ticked(answer.text)
    assert given_back(answer.text)[f"guests-{legs[0]}"] == "4"
    assert {n: a for n, (a, state) in places(visitor).items() if state == "going"} == {1: 2, 2: 2}


@SLOW
@given(data=st.data())
def test_hostile_values_on_ones_own_page_break_nothing(visitor, data):
    if not visitor.one("SELECT count(*) FROM actions WHERE state = 'confirmed'"):
        come(visitor, part="all")
    values = data.draw(st.dictionaries(st.sampled_from(FIELDS), st.one_of(NASTY, VALUES), max_size=5))
    values["step"] = data.draw(st.sampled_from(["change", "accept", "decline", "none", values.get("step", "")]))
    answer = visitor.client.post(link_of(visitor), data=encode(values), content_type=FORM)
    assert answer.status_code in FINE
    assert "<script>alert" not in answer.text


def test_a_link_of_another_kind_or_of_nobody_opens_nothing(visitor, legs):
    come(visitor, legs=legs[0])
    public_id = str(visitor.one("SELECT public_id FROM actions"))
    token = link_of(visitor).rpartition("/")[2]
    foreign = confirm_signer(visitor.installation).sign(public_id)
    before = visitor.dump()
    for bad in (foreign, token[:-1], f"{token}A", token.swapcase(), "x" * 5000, public_id, "%00", "..", "%E2%80%AE"):
        for suffix in ("", ".ics"):
            assert visitor.client.get(f"/rsvp/{bad}{suffix}").status_code == 404, bad
        assert step(visitor, "cancel", f"/rsvp/{bad}").status_code in (404, 405)
    assert visitor.dump() == before
