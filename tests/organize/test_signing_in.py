"""Signing in by a link: here, elsewhere by its code, once, in time; nobody learns whose address is an organizer's."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from campaign.accounts.commands import NewMember
from campaign.accounts.linking import make_printed_link, sign_link
from campaign.accounts.members import add_member
from campaign.accounts.web.cookies import ASKED, NEXT, SESSION
from campaign.kernel.actors import OPERATOR
from campaign.kernel.clock import now
from tests.organize.stage import ORIGIN, Organizer

ANA = "ana@ciw.example"


@pytest.fixture
def ana(app, sessions):
    with sessions() as session, session.begin():
        return add_member(session, OPERATOR, NewMember(ANA, "ciw", "organizer", "Ana")).id


@pytest.fixture
def mailed(visitor):
    """The path of the link that was mailed last."""
    return lambda: visitor.last_link("organize")


def _ask(browser, address=ANA, **more):
    return browser.client.post("/organize/sign-in", base_url=ORIGIN, data={"email": address}, **more)


def _press(browser, path):
    return browser.client.post(path, base_url=ORIGIN)


def test_a_mailed_link_signs_in_by_its_button_once(app, ana, mailed):
    me = Organizer(app, None)
    assert _ask(me).status_code == 303
    path = mailed()
    for _ in range(2):
        assert "Sign in on this device" in me.get(path).get_data(as_text=True)
    assert me.get("/organize").status_code == 303, "reading the link signed nobody in"
    answer = _press(me, path)
    assert answer.status_code == 303
    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith(f"{SESSION}="))
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert "Coalition of Immokalee Workers" in me.get("/organize/ciw").get_data(as_text=True)
    assert _press(Organizer(app, None), path).status_code == 410
    assert me.get(path).status_code == 410


def test_opened_elsewhere_it_shows_a_code_that_is_good_where_it_was_asked_for(app, ana, mailed):
    here, phone = Organizer(app, None), Organizer(app, None)
    _ask(here)
    path = mailed()
    page = phone.get(path).get_data(as_text=True)
    assert "Sign in on this device" not in page
    code = page.partition("<bdi>")[2].partition("</bdi>")[0]
    assert _press(phone, path).status_code == 200
    assert phone.get("/organize").status_code == 303, "pressing it there signed nobody in"
    typed = phone.client.post("/organize/sign-in/sent", base_url=ORIGIN, data={"code": code})
    assert typed.status_code == 422
    assert here.client.post("/organize/sign-in/sent", base_url=ORIGIN, data={"code": code}).status_code == 303
    assert here.get("/organize/ciw").status_code == 200


def test_five_wrong_codes_are_enough(app, ana, mailed):
    here = Organizer(app, None)
    _ask(here)
    path = mailed()
    code = Organizer(app, None).get(path).get_data(as_text=True).partition("<bdi>")[2].partition("</bdi>")[0]
    for number in range(5):
        typed = here.client.post("/organize/sign-in/sent", base_url=ORIGIN, data={"code": f"{number:08d}"})
        assert typed.status_code == 422
    assert here.client.post("/organize/sign-in/sent", base_url=ORIGIN, data={"code": code}).status_code == 422
    assert _press(here, path).status_code == 303, "the link itself is still good where it was asked for"


def test_a_link_is_over_after_its_time(app, ana, mailed, sessions):
    me = Organizer(app, None)
    _ask(me)
    path = mailed()
    with sessions() as session, session.begin():
        session.execute(text("UPDATE sign_in_links SET expires_at = now() - interval '1 second'"))
    assert me.get(path).status_code == 410
    assert _press(me, path).status_code == 410


def test_an_address_that_is_nobodys_is_answered_alike(app, ana, mailed):
    known, unknown = _ask(Organizer(app, None)), _ask(Organizer(app, None), "nobody@ciw.example")
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    assert [name.partition("=")[0] for name in known.headers.getlist("Set-Cookie")] == [ASKED, NEXT]
    assert [name.partition("=")[0] for name in unknown.headers.getlist("Set-Cookie")] == [ASKED, NEXT]


def test_what_is_no_address_is_told(stranger, demo):
    answer = _ask(stranger, "ana")
    assert answer.status_code == 422
    assert "name@example.org" in answer.get_data(as_text=True)


def test_a_printed_link_is_good_in_whichever_browser_presses_its_button(app, ana, sessions, installation):
    with sessions() as session, session.begin():
        at = now()
        address = sign_link(installation, make_printed_link(session, ana, at).public_id, at)
    me = Organizer(app, None)
    path = address.removeprefix(ORIGIN)
    assert me.get(path).status_code == 200
    assert _press(me, path).status_code == 303
    assert me.get("/organize/ciw").status_code == 200


@pytest.mark.parametrize("path", ["/organize/link/x", "/organize/link/eyJ.x.y"])
def test_what_is_no_link_of_ours_is_over(stranger, demo, path):
    assert stranger.get(path).status_code == 410


@pytest.mark.parametrize(
    "there", ["https://evil.example/", "//evil.example", "/campaigns/fair-food", "/organize\\evil", "/organizer"]
)
def test_one_is_led_nowhere_else(organizer, there):
    me = organizer("owner")
    assert me.get(f"/organize/sign-in?next={there}").location == "/organize"


def test_who_was_led_to_sign_in_comes_back(organizer, stranger):
    answer = stranger.get("/organize/ciw?sort=goal")
    assert (answer.status_code, answer.location) == (303, "/organize/sign-in?next=/organize/ciw%3Fsort%3Dgoal")
    assert organizer("owner").get(answer.location).location == "/organize/ciw?sort=goal"


def test_signing_out_ends_the_session_for_whoever_has_its_cookie(app, organizer):
    me = organizer("owner")
    thief = Organizer(app, None, me.token)
    assert me.post("/organize/sign-out").status_code == 303
    assert thief.get("/organize").location.startswith("/organize/sign-in")


@pytest.mark.parametrize("idle", [timedelta(hours=12), timedelta(days=14)])
def test_a_session_is_over_unused_and_in_any_case(organizer, sessions, idle):
    me = organizer("owner", at=now() - idle - timedelta(seconds=1))
    if idle > timedelta(hours=12):
        with sessions() as session, session.begin():
            session.execute(text("UPDATE account_sessions SET used_at = now()"))
    assert me.get("/organize/ciw").status_code == 303


def test_the_cookie_stands_in_no_table(organizer, sessions):
    me = organizer("owner")
    with sessions() as session:
        rows = session.execute(text("SELECT * FROM account_sessions")).all()
    assert me.token not in str(rows)


def test_public_pages_are_alike_for_who_is_signed_in(organizer, stranger):
    mine, theirs = organizer("owner").get("/campaigns/fair-food"), stranger.get("/campaigns/fair-food")
    assert mine.get_data() == theirs.get_data()
    assert mine.headers["Cache-Control"] == theirs.headers["Cache-Control"]
    assert "Set-Cookie" not in mine.headers
    assert "Cookie" not in mine.headers.get("Vary", "")


def test_nothing_of_it_is_kept_or_framed(organizer, stranger):
    for page in (organizer("owner").get("/organize/ciw"), stranger.get("/organize/sign-in"), stranger.get("/organize")):
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["X-Robots-Tag"] == "noindex"
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
        assert page.headers["X-Frame-Options"] == "DENY"
