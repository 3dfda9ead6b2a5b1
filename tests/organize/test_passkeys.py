"""Passkeys: added, used to sign in, used again, removed; and what proves nothing."""

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import text

from campaign.accounts.web.cookies import SESSION
from campaign.kernel.clock import now
from tests.organize.authenticator import Authenticator
from tests.organize.stage import ORIGIN, Organizer

OPTIONS, DOOR = "/organize/sign-in/passkey", "/organize/sign-in/passkey"
NEW = "/organize/account/passkeys/new"
_REMOVE = re.compile(r"/organize/account/passkeys/[0-9a-f-]{36}/remove")


def ask(browser, path=OPTIONS):
    return json.loads(browser.get(path).get_data())


def come_in(browser, answer, **more):
    return browser.client.post(DOOR, base_url=ORIGIN, data={"credential": answer, **more})


def add(browser, key, name="Laptop"):
    options = ask(browser, "/organize/account/passkeys/options")
    answer = browser.post(NEW, {"credential": key.create(options), "name": name})
    take_cookie(browser, answer)
    return answer


def take_cookie(browser, answer):
    """Know the token that the browser has from now on."""
    for line in answer.headers.getlist("Set-Cookie"):
        if line.startswith(f"{SESSION}="):
            browser.token = line.partition("=")[2].partition(";")[0]


@pytest.fixture
def key():
    return Authenticator()


@pytest.fixture
def owner(organizer, key):
    """Who has a passkey."""
    me = organizer("owner")
    assert add(me, key).location == "/organize/account?done=passkey-added"
    return me


def test_one_is_added_named_and_signs_in(owner, key, stranger):
    page = owner.get("/organize/account?done=passkey-added").get_data(as_text=True)
    assert "Laptop" in page
    assert "Not used yet" in page
    answer = come_in(stranger, key.get(ask(stranger)), next="/organize/ciw?sort=goal")
    assert (answer.status_code, answer.location) == (303, "/organize/ciw?sort=goal")
    assert stranger.get("/organize/ciw").status_code == 200
    assert "Last used just now" in stranger.get("/organize/account").get_data(as_text=True)


def test_it_is_two_factors(owner, key, stranger, sessions):
    with sessions() as session, session.begin():
        session.execute(text("UPDATE organizations SET demands_factor = true WHERE slug = 'ciw'"))
    come_in(stranger, key.get(ask(stranger)))
    assert stranger.get("/organize/ciw").status_code == 200
    assert owner.get("/organize/ciw").status_code == 200, "so is adding one"


def test_a_challenge_is_good_once(owner, key, app, stranger):
    answer = key.get(ask(stranger))
    assert come_in(stranger, answer).status_code == 303
    again = Organizer(app, None)
    again.client.set_cookie("__Host-organizer-asked", "x", domain="campaign.example", secure=True)
    assert come_in(again, answer).status_code == 422
    assert come_in(stranger, answer).status_code == 422


def test_a_challenge_is_used_up_by_an_answer_that_is_wrong(owner, key, stranger):
    options = ask(stranger)
    assert come_in(stranger, Authenticator().get(options)).status_code == 422
    assert come_in(stranger, key.get(options)).status_code == 422


def test_a_challenge_is_the_browsers_that_was_given_it(owner, key, app, stranger):
    options = ask(stranger)
    other = Organizer(app, None)
    ask(other)
    assert come_in(other, key.get(options)).status_code == 422
    assert come_in(stranger, key.get(options)).status_code == 303


def test_a_challenge_is_over_after_five_minutes(owner, key, stranger, monkeypatch):
    options = ask(stranger)
    monkeypatch.setattr("campaign.organize.views.passkey_door.now", lambda: now() + timedelta(minutes=5, seconds=1))
    assert come_in(stranger, key.get(options)).status_code == 422


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://evil.example"},
        {"origin": f"{ORIGIN}.evil.example"},
        {"host": "evil.example"},
        {"verifies": False},
    ],
)
def test_what_another_site_got_or_no_finger_unlocked_proves_nothing(owner, key, stranger, wrong):
    for name, value in wrong.items():
        setattr(key, name, value)
    assert come_in(stranger, key.get(ask(stranger))).status_code == 422
    assert stranger.get("/organize").location.startswith("/organize/sign-in")


def test_a_page_within_another_sites_page_gets_nothing(owner, key, stranger):
    assert come_in(stranger, key.get(ask(stranger), cross_origin=True)).status_code == 422


def test_a_count_that_goes_back_is_a_copy(owner, key, stranger):
    assert come_in(stranger, key.get(ask(stranger), count=7)).status_code == 303
    for count in (7, 6, 0):
        assert come_in(stranger, key.get(ask(stranger), count=count)).status_code == 422
    assert come_in(stranger, key.get(ask(stranger), count=8)).status_code == 303


def test_a_passkey_that_says_to_be_anothers_is_nobodys(owner, key, stranger):
    assert come_in(stranger, key.get(ask(stranger), owner=b"someone else 123")).status_code == 422


def test_a_signature_over_something_else_is_none(owner, key, stranger):
    other = Authenticator()
    other.id, other.owner = key.id, key.owner
    assert come_in(stranger, other.get(ask(stranger))).status_code == 422


@pytest.mark.parametrize(
    "junk", ["", "{}", "[]", "null", '{"id":"x"}', "x" * 30_000, '{"id":1,"rawId":2,"response":3}', "\0"]
)
def test_junk_is_told_in_words(stranger, demo, junk):
    ask(stranger)
    answer = come_in(stranger, junk)
    assert answer.status_code == 422
    assert "didn’t work here" in answer.get_data(as_text=True)


def test_a_form_of_another_site_signs_nobody_in(owner, key, stranger):
    answer = key.get(ask(stranger))
    posted = stranger.client.post(
        DOOR, base_url=ORIGIN, data={"credential": answer}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert posted.status_code == 403
    assert stranger.get("/organize").status_code == 303


def test_anothers_passkey_proves_nothing_in_my_session(owner, key, organizer):
    other = organizer("editor")
    options = ask(other, "/organize/account/prove/passkey")
    assert other.post("/organize/account/prove", {"credential": key.get(options)}).status_code == 422


def test_one_proves_it_again_and_one_is_led_back(owner, key, sessions):
    _age(sessions)
    assert owner.get(NEW).location == f"/organize/account/prove?next={NEW}"
    options = ask(owner, "/organize/account/prove/passkey")
    answer = owner.post("/organize/account/prove", {"credential": key.get(options), "next": NEW})
    assert (answer.status_code, answer.location) == (303, NEW)
    assert owner.get(NEW).status_code == 200


def test_a_passkey_is_not_added_twice_or_to_two(owner, key, organizer):
    assert add(owner, key).status_code == 422
    assert add(organizer("editor"), key).status_code == 422


def test_a_name_that_cannot_be_used_is_told_at_its_box(organizer, key):
    me = organizer("owner")
    answer = add(me, key, "n" * 61)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Use 60 characters or fewer." in page
    assert "n" * 61 in page


def test_one_is_removed_after_a_page_that_asks(owner, key, stranger, organizer):
    path = _REMOVE.search(owner.get("/organize/account").get_data(as_text=True))[0]
    assert "your last one" in owner.get(path).get_data(as_text=True)
    assert organizer("editor").post(path).status_code == 404, "nobody else's"
    assert owner.post(path).location == "/organize/account?done=passkey-removed"
    assert owner.get(path).status_code == 404
    assert come_in(stranger, key.get(ask(stranger))).status_code == 422


def test_who_reads_the_mail_adds_no_second_factor_where_there_is_one(owner, key, organizer, sessions):
    with sessions() as session, session.begin():
        session.execute(text("UPDATE account_sessions SET has_factor = false"))
    for path in (NEW, "/organize/account/app", "/organize/account/codes"):
        assert owner.get(path).location == f"/organize/account/prove?next={path}&factor=1"
        assert owner.post(path, {"credential": "{}", "name": "x"}).location.startswith("/organize/account/prove")
    options = ask(owner, "/organize/account/passkeys/options")
    assert owner.post(NEW, {"credential": Authenticator().create(options), "name": "Thief"}).status_code == 303
    assert "Thief" not in owner.get("/organize/account").get_data(as_text=True)
    prove = owner.get(f"/organize/account/prove?next={NEW}&factor=1").get_data(as_text=True)
    assert "/organize/account/prove/link" not in prove, "a link is what they have already"


def test_adding_one_is_in_the_log_of_the_organization(owner, sessions):
    with sessions() as session:
        rows = session.execute(text("SELECT who, verb, thing FROM audit_entries WHERE thing = 'passkey'")).all()
    assert rows == [("Owner", "add", "passkey")]


def test_the_sign_in_page_is_read_without_a_trace(stranger, demo, sessions):
    for _ in range(3):
        ask(stranger)
    with sessions() as session:
        assert session.scalar(text("SELECT count(*) FROM passkey_challenges")) == 0


def _age(sessions):
    with sessions() as session, session.begin():
        session.execute(text("UPDATE account_sessions SET confirmed_at = now() - interval '16 minutes'"))
