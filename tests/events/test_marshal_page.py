"""The marshal's page by plain forms and by its JSON door: who is seen, ticked off, added; and to whom nothing is shown."""

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest

from campaign.events.marshals.links import MarshalLink, sign_link
from campaign.kernel.clock import now
from tests.actions.visitor import HIGH_SAFETY
from tests.events.coming import DAY_OF_ACTION, MARCH, come, legs_of
from tests.events.stage import make_event

DETAILS = ("ana@example.org", "863 555", "Springfield", "34142", "diet", "egetarian")


def link_to(visitor, slug=MARCH, position=1, *, ends=timedelta(hours=5), made_under=0, leg=None):
    """The path of a leg's page, good until `ends` from now."""
    leg = leg or legs_of(visitor, slug)[position - 1]
    return sign_link(visitor.installation, MarshalLink(leg, made_under, now() + ends))


def party_of(visitor, given="Ana"):
    (row,) = [row for row in visitor.named(given) if row.kind == "rsvp"]
    return str(row.public_id)


def said(visitor):
    """What the registers hold: `{(is_walk_up, name): came}`."""
    return {(row.is_walk_up, row.name): row.came for row in visitor.all("SELECT * FROM check_ins ORDER BY id")}


def entry(visitor, subject, came, *, at=None, kind="party", **more):
    at = at or now()
    return {"id": str(uuid4()), kind: str(subject), "came": came, "at": int(at.timestamp() * 1000), **more}


def send(visitor, link, *entries):
    return visitor.client.post(f"{link}.json", json={"entries": list(entries)})


@pytest.fixture
def ana(visitor):
    """Ana comes with two to the first leg, in a wheelchair; Eva to the second. Returns Ana's id."""
    legs = legs_of(visitor)
    details = {"phone": "863 555 0100", "needs": ["wheelchair", "diet"], "ride": "asked", "ride_from": "Springfield"}
    visitor.do('UPDATE events SET asks = \'["phone", "needs", "ride"]\' WHERE slug = :slug', slug=MARCH)
    come(visitor, legs=legs[0], guests="2", **details)
    come(visitor, legs=legs[1], given_name="Eva", email="eva@example.org")
    return party_of(visitor)


def test_it_shows_who_has_a_place_on_that_leg_and_no_way_to_reach_them(visitor, ana):
    answer = visitor.client.get(link_to(visitor))
    assert answer.status_code == 200
    assert "Ana Ruiz" in answer.text
    assert "3 people" in answer.text
    assert "Wheelchair" in answer.text
    assert "Eva" not in answer.text
    assert [word for word in DETAILS if word in answer.text] == []
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    told = visitor.client.get(f"{link_to(visitor)}.json")
    assert [word for word in DETAILS if word in told.text] == []
    assert told.headers["Cache-Control"] == "no-store"


def test_only_confirmed_people_with_a_place_are_on_it(visitor, ana):
    legs = legs_of(visitor)
    visitor.do("UPDATE event_legs SET capacity = 3 WHERE public_id = :id", id=legs[0])
    come(visitor, legs=legs[0], given_name="Queued", email="queued@example.org")
    visitor._post(f"/events/{MARCH}/rsvp", {"legs": legs[1], "given_name": "Waiting", "email": "w@example.org"}, None)
    for position in (1, 2):
        page = visitor.client.get(link_to(visitor, position=position)).text
        assert "Queued" not in page
        assert "Waiting" not in page


def test_looking_changes_nothing(visitor, ana):
    link, before = link_to(visitor), visitor.dump()
    for path in (link, f"{link}.json", f"{link}?seen={ana}%203", f"{link}.json?entries=x"):
        for method in ("GET", "HEAD"):
            assert visitor.client.open(path, method=method).status_code == 200
    assert visitor.client.post(link, data={"find": "ana"}).status_code == 200
    assert visitor.dump() == before


def test_ticking_off_all_some_and_none_by_plain_forms(visitor, ana):
    link = link_to(visitor)
    for came, words in ((3, "Here: 3 of 3"), (1, "Here: 1 of 3"), (0, "0 of 3 here")):
        answer = visitor.client.post(link, data={"seen": f"{ana} {came}"})
        assert answer.status_code == 303
        assert answer.headers["Location"] == f"{link}#party-{ana}"
        assert words in visitor.client.get(link).text
        assert said(visitor) == {(False, None): came}


def test_a_name_is_found_whatever_its_accents_and_no_name_is_in_an_address(visitor, ana):
    legs = legs_of(visitor)
    come(visitor, legs=legs[0], given_name="Zoë", family_name="Ñúñez", email="zoe@example.org")
    page = visitor.client.post(link_to(visitor), data={"find": "nunez ZO"}).text
    assert "Zoë Ñúñez" in page
    assert "Ana Ruiz" not in page
    assert 'value="nunez ZO"' in page
    assert "No one by that name" in visitor.client.post(link_to(visitor), data={"find": "<b>x"}).text
    assert "?find" not in page
    assert 'method="get"' not in page


def test_who_walked_up_is_added_once_and_taken_back(visitor, ana):
    link, key = link_to(visitor), str(uuid4())
    form = {"step": "walk-up", "walk_up": key, "people": "4", "name": " Rosa <i> "}
    for _ in range(2):
        assert visitor.client.post(link, data=form).headers["Location"].endswith("#walk-ups")
    page = visitor.client.get(link).text
    assert "Rosa &lt;i&gt;" in page
    assert "Walk-ups: 4" in page
    assert said(visitor) == {(True, "Rosa <i>"): 4}
    visitor.client.post(link, data={"gone": key})
    assert "Walk-ups: 0" in visitor.client.get(link).text
    assert "Rosa" not in visitor.client.get(link).text


@pytest.mark.parametrize("people", ["", "0", "-1", "100", "1000", "x", "1.5", "½"])
def test_a_wrong_number_is_told_and_what_was_typed_stays(visitor, ana, people):
    answer = visitor.client.post(link_to(visitor), data={"step": "walk-up", "walk_up": str(uuid4()), "people": people, "name": "Rosa"})  # fmt: skip
    assert answer.status_code == 422
    assert "from 1 to 99" in answer.text
    assert 'value="Rosa"' in answer.text
    assert said(visitor) == {}


@pytest.mark.parametrize("people", ["3 ", "٣", "۳", "３", "\u200e3"])
def test_a_number_is_one_in_the_digits_of_any_script(visitor, people):
    answer = visitor.client.post(link_to(visitor), data={"step": "walk-up", "walk_up": str(uuid4()), "people": people, "name": "Rosa"})  # fmt: skip
    assert answer.status_code == 303
    assert said(visitor) == {(True, "Rosa"): 3}


def test_wrong_buttons_are_told(visitor, ana):
    link = link_to(visitor)
    for value in (
        "",
        "x",
        f"{ana}",
        f"{ana} -1",
        f"{ana} 11",
        f"{ana} 999999999",
        f"{ana} 0005",
        f"{ana} x",
        f"{ana} ٣",
    ):
        assert visitor.client.post(link, data={"seen": value}).status_code == 422
    other = visitor.client.post(link, data={"seen": f"{party_of(visitor, 'Eva')} 1"})
    assert other.status_code == 409
    assert "add them below" in other.text
    for name in ("x" * 81, "a\x00b", "a\u202eb"):
        answer = visitor.client.post(link, data={"step": "walk-up", "walk_up": str(uuid4()), "people": "1", "name": name})  # fmt: skip
        assert answer.status_code == 422
    assert visitor.client.post(link, data={"step": "walk-up", "walk_up": "x", "people": "1"}).status_code == 422
    assert visitor.client.post(link, data={"gone": "x"}).status_code == 303
    assert sum(said(visitor).values()) == 0


def test_more_than_there_are_places_are_counted_and_said(visitor, ana):
    visitor.do("UPDATE event_legs SET capacity = 5 WHERE public_id = :id", id=legs_of(visitor)[0])
    link = link_to(visitor)
    answers = send(visitor, link, entry(visitor, ana, 3), entry(visitor, uuid4(), 4, kind="walk_up")).json["answers"]
    assert answers == [None, None]
    assert "2 over capacity" in visitor.client.get(link).text


def test_a_batch_is_answered_entry_by_entry_and_twice_is_once(visitor, ana):
    link, eva = link_to(visitor), party_of(visitor, "Eva")
    batch = [
        entry(visitor, ana, 2),
        entry(visitor, eva, 1),
        entry(visitor, uuid4(), 1),
        {"id": "x"},
        entry(visitor, uuid4(), 5, kind="walk_up", name="Rosa"),
        entry(visitor, ana, 1, at=now() + timedelta(hours=1)),
    ]
    for _ in range(2):
        answer = send(visitor, link, *batch)
        assert answer.status_code == 200
        assert answer.json["answers"] == [None, "unknown", "unknown", "unreadable", None, "ahead"]
        assert abs(answer.json["now"] / 1000 - now().timestamp()) < 5
        assert said(visitor) == {(False, None): 2, (True, "Rosa"): 5}


def test_what_was_said_later_holds_in_whatever_order_it_comes(visitor, ana):
    link, at = link_to(visitor), now()
    check_in, some, undo = (
        entry(visitor, ana, came, at=at - timedelta(minutes=ago)) for came, ago in ((3, 3), (2, 2), (0, 1))
    )
    for order in ([undo, check_in, some], [check_in, undo], [some, undo, check_in, some]):
        visitor.do("DELETE FROM check_ins")
        for one in order:
            send(visitor, link, one)
        assert said(visitor) == {(False, None): 0}
        send(visitor, link, *order)
        assert said(visitor) == {(False, None): 0}


def test_bad_bodies_get_one_word_each(visitor, ana):
    link = link_to(visitor)
    for body in (b"", b"[]", b"{", b"\xff\xfe", json.dumps({"entries": [1] * 201}).encode(), b"[" * 100_000):
        answer = visitor.client.post(f"{link}.json", data=body, content_type="application/json")
        assert answer.status_code == 400
        assert answer.json["error"] == "bad_request"
    answer = visitor.client.post(f"{link}.json", data=b" " * 300_000, content_type="application/json")
    assert answer.status_code == 413
    assert answer.json["error"]


def test_the_list_comes_again_only_where_it_is_another(visitor, ana):
    link = link_to(visitor)
    tag = re.search(r'data-list="(\w+)"', visitor.client.get(link).text)[1]
    send(visitor, link, entry(visitor, ana, 2))
    told = visitor.client.get(f"{link}.json?list={tag}").json
    assert "parties" not in told
    assert told["came"] == {ana: 2}
    come(visitor, legs=legs_of(visitor)[0], given_name="Zoë", email="zoe@example.org")
    told = visitor.client.get(f"{link}.json?list={tag}").json
    assert "Zoë" in told["parties"]
    assert told["expected"] == 4


def test_an_rsvp_made_anew_is_the_same_party(visitor, ana):
    link = link_to(visitor)
    send(visitor, link, entry(visitor, ana, 3))
    come(visitor, legs=legs_of(visitor)[0], guests="3")
    told = visitor.client.get(f"{link}.json").json
    assert list(told["came"].values()) == [3]
    assert ana not in told["came"]
    assert told["expected"] == 4
    assert send(visitor, link, entry(visitor, ana, 4)).json["answers"] == [None], "the older list names them so"
    assert sum(said(visitor).values()) == 4


def test_who_came_and_gave_the_place_back_is_still_here(visitor, ana):
    link = link_to(visitor)
    send(visitor, link, entry(visitor, ana, 2))
    visitor.do("UPDATE rsvp_claims SET state = 'gone' WHERE action_id = (SELECT id FROM actions WHERE public_id = :id)", id=ana)  # fmt: skip
    page = visitor.client.get(link).text
    assert "canceled" in page
    assert "Here: 2 of 2" in page
    assert "2 of 0 here" in page


def test_who_came_and_has_other_days_now_can_be_taken_back(visitor, ana):
    link = link_to(visitor)
    send(visitor, link, entry(visitor, ana, 2))
    come(visitor, legs=legs_of(visitor)[1], guests="2")
    told = visitor.client.get(f"{link}.json").json
    assert told["came"] == {ana: 2}
    assert "Ana Ruiz" in told["parties"]
    assert send(visitor, link, entry(visitor, ana, 0)).json["answers"] == [None]
    assert visitor.client.get(f"{link}.json").json["came"] == {}


def test_an_rsvp_that_nobody_confirmed_names_nobody_who_came(visitor, ana):
    link = link_to(visitor)
    send(visitor, link, entry(visitor, ana, 2))
    visitor.do("UPDATE rsvp_claims SET state = 'gone' WHERE action_id = (SELECT id FROM actions WHERE public_id = :id)", id=ana)  # fmt: skip
    visitor.do("UPDATE rsvps SET is_standing = false WHERE action_id = (SELECT id FROM actions WHERE public_id = :id)", id=ana)  # fmt: skip
    assert visitor._post(f"/events/{MARCH}/rsvp", {"legs": legs_of(visitor)[0], "given_name": "Bogus"}, None).status_code == 303  # fmt: skip
    told = visitor.client.get(f"{link}.json").json
    assert told["came"] == {ana: 2}
    assert "Bogus" not in told["parties"]
    assert send(visitor, link, entry(visitor, ana, 0)).json["answers"] == [None]


def test_forged_links_and_those_of_other_purposes_are_404(visitor, ana):
    link = link_to(visitor)
    own = visitor.my_page().rpartition("/")[2]
    for path in (f"{link}x", f"{link[:-3]}abc", "/marshal/forged", f"/marshal/{own}", "/marshal/"):
        for suffix in ("", ".json"):
            answer = visitor.client.get(f"{path}{suffix}")
            assert answer.status_code == 404, path
            assert "Ana" not in answer.text
            assert visitor.client.post(f"{path}{suffix}", json={"entries": []}).status_code in (404, 405)


def test_a_link_of_another_leg_reaches_nobody_of_this_one(visitor, ana):
    link = link_to(visitor, position=2)
    assert "Ana" not in visitor.client.get(link).text
    assert send(visitor, link, entry(visitor, ana, 3)).json["answers"] == ["unknown"]
    assert visitor.client.post(link, data={"seen": f"{ana} 3"}).status_code == 409
    assert said(visitor) == {}


def leaks(answer):
    return [word for word in ("Ana", "Ruiz", "Pahokee", "New World", "Immokalee", "people") if word in answer.text]


def test_after_its_time_it_shows_nothing_and_takes_what_was_said_before_for_a_day(visitor, ana):
    link = link_to(visitor, ends=-timedelta(hours=1))
    for answer in (visitor.client.get(link), visitor.client.post(link, data={"seen": f"{ana} 3"})):
        assert answer.status_code == 410
        assert "has expired" in answer.text
        assert leaks(answer) == []
    polled = visitor.client.get(f"{link}.json")
    assert (polled.status_code, polled.json) == (410, {"error": "gone", "reason": "over"})
    before, after = (entry(visitor, ana, 2, at=now() - timedelta(minutes=ago)) for ago in (61, 59))
    assert send(visitor, link, before, after).json["answers"] == [None, "late"]
    assert said(visitor) == {(False, None): 2}


def test_a_day_later_it_takes_nothing(visitor, ana):
    link = link_to(visitor, ends=-timedelta(hours=24, minutes=1))
    answer = send(visitor, link, entry(visitor, ana, 2, at=now() - timedelta(hours=30)))
    assert (answer.status_code, answer.json) == (410, {"error": "gone", "reason": "closed"})
    page = visitor.client.get(link)
    assert page.status_code == 410
    assert "You can’t check anyone in with it anymore" in page.text
    assert leaks(page) == []
    assert said(visitor) == {}


def test_a_link_of_a_leg_that_was_moved_forward_is_over_before_the_event_is_forgotten(visitor, ana):
    link = link_to(visitor, ends=timedelta(days=30))
    visitor.do(
        "UPDATE event_legs SET starts_at = now() - interval '9 days 8 hours', ends_at = now() - interval '9 days'"
    )
    assert visitor.client.get(link).status_code == 200
    visitor.do(
        "UPDATE event_legs SET starts_at = starts_at - interval '1 day 1 minute', ends_at = ends_at - interval '1 day 1 minute'"
    )
    answer = visitor.client.get(link)
    assert answer.status_code == 410
    assert not leaks(answer)
    visitor.do("UPDATE event_legs SET starts_at = starts_at - interval '1 day', ends_at = ends_at - interval '1 day'")
    assert send(visitor, link, entry(visitor, ana, 1)).status_code == 410


def test_a_leg_that_is_no_more_leaves_410(visitor, fresh):
    assert visitor.client.get(link_to(visitor, leg=uuid4())).status_code == 410


def test_without_capacity_and_for_a_shift_of_a_day_of_action(visitor, fresh):
    leg = legs_of(visitor, DAY_OF_ACTION)[0]
    visitor.do("UPDATE event_legs SET capacity = NULL WHERE public_id = :id", id=leg)
    come(visitor, DAY_OF_ACTION, legs=leg)
    page = visitor.client.get(link_to(visitor, DAY_OF_ACTION)).text
    assert "Ana Ruiz" in page
    place = visitor.one("SELECT p.title FROM event_places p JOIN event_legs l ON l.place_id = p.id WHERE l.public_id = :id", id=leg)  # fmt: skip
    assert place in page.replace("&#39;", "'")


def test_of_high_safety_the_pseudonym_is_all(visitor, sessions):
    with sessions() as session, session.begin():
        event, _ = make_event(session, "hidden-march", legs=1)
        campaign = visitor.one("SELECT id FROM campaigns WHERE slug = :slug", slug=HIGH_SAFETY)
        event.campaign_id = campaign
    come(visitor, "hidden-march", given_name="Robin", email="secret@example.org", legs=legs_of(visitor, "hidden-march"))
    link = link_to(visitor, "hidden-march")
    page = visitor.client.get(link).text
    assert "Robin" in page
    assert "secret@example.org" not in page
    assert "Ruiz" not in page
    assert send(visitor, link, entry(visitor, party_of(visitor, "Robin"), 1)).json["answers"] == [None]


def test_what_strangers_typed_is_text(visitor, ana):
    come(visitor, legs=legs_of(visitor)[0], given_name="<script>alert(1)</script>", family_name='"><img src=x>', email="x@example.org")  # fmt: skip
    link = link_to(visitor)
    for text in (visitor.client.get(link).text, visitor.client.get(f"{link}.json").json["parties"]):
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "&lt;script&gt;alert" in text


def test_posts_are_counted_by_the_limits(make_app, visitor, ana):
    link = link_to(visitor)
    client = make_app(LIMITS="ip=3/m").test_client(use_cookies=False)
    answers = [client.post(f"{link}.json", json={"entries": []}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[3].headers["Retry-After"]
    assert client.post(link, data={"find": "x"}).status_code == 429
    assert client.get(link).status_code == 200


@pytest.mark.parametrize("language", ["es", "ur"])
def test_the_page_speaks_the_language_it_is_asked_in(visitor, ana, language):
    link = link_to(visitor)
    answer = visitor.client.get(f"{link}?lang={language}")
    assert f'lang="{language}"' in answer.text
    assert f'action="{link}?lang={language}"' in answer.text
    moved = visitor.client.post(f"{link}?lang={language}", data={"seen": f"{ana} 1"}).headers["Location"]
    assert moved == f"{link}?lang={language}#party-{ana}"
    assert visitor.client.get(link, headers={"Accept-Language": language}).text.count(f'<html lang="{language}"') == 1


def test_the_worker_is_a_script_beside_the_pages(visitor):
    answer = visitor.client.get("/marshal/worker.js")
    assert answer.status_code == 200
    assert answer.mimetype == "text/javascript"
    assert "Cache-Control" in answer.headers
