"""One's own account: name, language, devices; and what strangers may do to it: nothing."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import text

from campaign.accounts.challenges import purge_challenges
from campaign.accounts.sessions import begin_session, purge_sessions
from campaign.accounts.tries import CODES, Counted, note, purge_tries
from campaign.accounts.web.cookies import ASKED, SESSION
from campaign.kernel.clock import now
from campaign.kernel.log import redact
from tests.organize.stage import ORIGIN, Organizer

ACCOUNT = "/organize/account"
_END = re.compile(r"/organize/account/devices/[0-9a-f-]{36}/end")


@pytest.fixture
def elsewhere(sessions, app):
    """Sign somebody in on another device."""

    def sign_in(me, device="Chrome, Android"):
        with sessions() as session, session.begin():
            token = begin_session(session, me.account.id, device, now(), has_factor=False, lacks_factor=False)
        return Organizer(app, me.account, token)

    return sign_in


def test_name_and_language_are_ones_own(organizer, sessions):
    me = organizer("editor")
    values = {"name": "  Ana Ruiz ", "language": "es", "email": "x@evil.example", "role": "owner", "is_demo": "1"}
    assert me.post(ACCOUNT, values).location == f"{ACCOUNT}?done=saved"
    page = me.get(f"{ACCOUNT}?done=saved").get_data(as_text=True)
    assert "Guardado." in page
    assert 'value="Ana Ruiz"' in page
    with sessions() as session:
        row = session.execute(text("SELECT email, name FROM accounts WHERE id = :id"), {"id": me.account.id}).one()
        assert row == ("editor@ciw.example", "Ana Ruiz")
        logged = session.execute(text("SELECT verb, changed FROM audit_entries WHERE thing = 'account'")).all()
        assert logged == [("change", ["language", "name"])]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"name": "", "language": "en"}, "Enter the name your team knows you by."),
        ({"name": "x" * 201, "language": "en"}, "That name is too long."),
        ({"name": "A\u202eb", "language": "en"}, "Enter the name"),
        ({"name": "Ana", "language": "ht"}, "Choose English or Spanish."),
        ({"name": "Ana"}, "Choose English or Spanish."),
    ],
)
def test_what_is_wrong_is_told_and_kept(organizer, values, words):
    answer = organizer("editor").post(ACCOUNT, values)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert page.count(words) == 2
    assert f'value="{values["name"]}"' in page


def test_devices_are_listed_and_ended_one_by_one(organizer, elsewhere):
    me = organizer("editor")
    phone = elsewhere(me)
    page = me.get(ACCOUNT).get_data(as_text=True)
    assert "Chrome, Android" in page
    assert page.count("This device") == 1
    path = _END.search(page)[0]
    assert organizer("owner").post(path).status_code == 404, "nobody else's"
    assert me.post(path).location == f"{ACCOUNT}?done=ended"
    assert phone.get(ACCOUNT).location.startswith("/organize/sign-in")
    assert me.post(path).status_code == 404


def test_all_others_are_ended_after_a_page_that_says_how_many(organizer, elsewhere):
    me = organizer("editor")
    others = [elsewhere(me), elsewhere(me, "Safari, iPhone")]
    asked = me.get(f"{ACCOUNT}/devices/end").get_data(as_text=True)
    assert "Sign 2 devices out" in asked
    assert me.post(f"{ACCOUNT}/devices/end").location == f"{ACCOUNT}?done=ended-all"
    assert all(one.get(ACCOUNT).status_code == 303 for one in others)
    assert me.get(ACCOUNT).status_code == 200


def test_a_session_that_was_planted_is_worth_nothing(app, organizer, visitor):
    """Fixation: the browser signs in, the token that it had before is not the one that it has."""
    attacker = organizer("editor")
    victim = Organizer(app, None, attacker.token)
    organizer("owner")
    victim.client.post("/organize/sign-in", base_url=ORIGIN, data={"email": "owner@ciw.example"})
    answer = victim.client.post(visitor.last_link("organize"), base_url=ORIGIN)
    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith(f"{SESSION}="))
    assert attacker.token not in cookie
    assert attacker.get(ACCOUNT).location.startswith("/organize/sign-in"), "and it opens nothing any more"
    assert "owner@ciw.example" in victim.get(ACCOUNT).get_data(as_text=True)


def _ask(browser, email="owner@ciw.example", ip="198.51.100.7"):
    form = {"email": email}
    return browser.client.post("/organize/sign-in", base_url=ORIGIN, data=form, environ_base={"REMOTE_ADDR": ip})


def test_links_are_bounded_alike_for_all_and_told_with_when_to_come_back(organizer, app):
    organizer("owner")
    for email in ("owner@ciw.example", "nobody@ciw.example"):
        browser = Organizer(app, None)
        assert [_ask(browser, email).status_code for _ in range(7)] == [303] * 6 + [429]
        told = _ask(browser, email).get_data(as_text=True)
        assert told.count("Try again in 15 minutes.") == 2
        assert f'value="{email}"' in told


def test_a_stranger_elsewhere_keeps_the_owner_from_no_link(organizer, app, visitor):
    organizer("owner")
    mine = Organizer(app, None)
    _ask(mine)
    path = visitor.last_link("organize")
    for _ in range(7):
        _ask(Organizer(app, None), ip="203.0.113.9")
    assert _ask(Organizer(app, None)).status_code == 303
    assert mine.client.post(path, base_url=ORIGIN).status_code == 303, "the link that they had is still good"


def test_a_mailbox_is_not_filled_by_many_and_its_owner_is_let_through(organizer, app):
    me = organizer("owner")
    asked = [_ask(Organizer(app, None), ip=f"203.0.{number // 6}.9").status_code for number in range(31)]
    assert asked == [303] * 30 + [429]
    assert _ask(me).status_code == 303, "whose browser was signed in as them before"
    assert _ask(Organizer(app, None), "editor@ciw.example").status_code == 303


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_scanner_that_opens_a_link_uses_nothing_up(organizer, app, visitor, sessions, method):
    organizer("owner")
    mine = Organizer(app, None)
    _ask(mine)
    path = visitor.last_link("organize")
    for _ in range(3):
        scanned = getattr(app.test_client(), method)(path, base_url=ORIGIN)
        assert scanned.status_code == 200
        assert "Set-Cookie" not in scanned.headers
    assert mine.client.post(path, base_url=ORIGIN).status_code == 303


def test_a_link_leaves_by_no_referrer_and_no_log(organizer, app, visitor):
    organizer("owner")
    mine = Organizer(app, None)
    _ask(mine)
    path = visitor.last_link("organize")
    for browser in (mine, Organizer(app, None)):
        page = browser.get(path)
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["Cache-Control"] == "no-store"
        assert 'name="referrer" content="no-referrer"' in page.get_data(as_text=True)
    token = path.rpartition("/")[2]
    assert token not in redact(f'GET {path} HTTP/1.1" 200')
    assert token not in Organizer(app, None).get(path).get_data(as_text=True), "elsewhere it shows a code, not itself"


def test_nobody_is_signed_in_as_another_by_a_form_of_another_site(organizer, app, visitor):
    """Sign-in CSRF: what the victim then writes would be the attacker's to read."""
    organizer("editor")
    attacker = Organizer(app, None)
    _ask(attacker, "editor@ciw.example")
    path = visitor.last_link("organize")
    victim = Organizer(app, None)
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {}):
        victim.client.post(path, base_url=ORIGIN, headers=headers)
    assert victim.get(ACCOUNT).location.startswith("/organize/sign-in")


def test_what_is_over_is_forgotten(organizer, sessions):
    organizer("owner", at=now() - timedelta(days=15))
    with sessions() as session, session.begin():
        values = "(sha256('a'), sha256('b'), now() - interval '1 second')"
        session.execute(
            text(f"INSERT INTO passkey_challenges (challenge_hash, browser_hash, expires_at) VALUES {values}")
        )
        note(session, Counted(CODES, "1", "192.0.2.1"), now() - timedelta(hours=2))
        note(session, Counted(CODES, "1", "192.0.2.1"), now())
        assert [purge(session) for purge in (purge_sessions, purge_challenges, purge_tries)] == [1, 1, 1]
        assert [purge(session) for purge in (purge_sessions, purge_challenges, purge_tries)] == [0, 0, 0]


def test_no_network_stands_in_a_table(organizer, app, sessions):
    _ask(Organizer(app, None))
    with sessions() as session:
        rows = session.execute(text("SELECT * FROM failed_tries")).all()
    assert len(rows) == 2
    assert "198.51" not in str(rows)
    assert ASKED not in str(rows)
