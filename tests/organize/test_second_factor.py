"""The second factor after a link: an app's codes, once; recovery codes, once; wrong ones counted; a session that is new."""

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import text

from campaign.accounts.sessions import enter_by_link
from campaign.accounts.web.cookies import SESSION
from campaign.kernel.clock import now
from tests.organize.stage import ORIGIN, Organizer
from tests.organize.test_passkeys import take_cookie

APP, CODES, FACTOR, PROVE = (
    "/organize/account/app",
    "/organize/account/codes",
    "/organize/sign-in/factor",
    "/organize/account/prove",
)
_KEY = re.compile(r'<code class="desk-key"[^>]*>([A-Z2-7 ]+)</code>')
_CODES = re.compile(r"<li><code>([0-9A-Z-]+)</code>")
_CARRIED = re.compile(r'name="carried" value="([^"]+)"')


class Clock:
    """What the doors take for the present."""

    def __init__(self):
        self.at = datetime.now(UTC)

    def __call__(self):
        return self.at

    def on(self, **by):
        self.at += timedelta(**by)


@pytest.fixture
def clock(monkeypatch):
    held = Clock()
    for room in ("proving", "codes"):
        monkeypatch.setattr(f"campaign.organize.views.{room}.now", held)
    return held


class Set:
    """Who has an app: the secret, the recovery codes."""

    def __init__(self, me, clock, sessions, app):
        page = me.get(APP).get_data(as_text=True)
        self.secret = _KEY.search(page)[1].replace(" ", "")
        self.carried = _CARRIED.search(page)[1]
        self.me, self.clock, self.sessions, self.app = me, clock, sessions, app
        answer = me.post(APP, {"carried": self.carried, "code": self.code()})
        assert answer.status_code == 200
        take_cookie(me, answer)
        self.codes = _CODES.findall(answer.get_data(as_text=True))

    def code(self, *, steps=0):
        return pyotp.TOTP(self.secret).generate_otp(int(self.clock.at.timestamp()) // 30 + steps)

    def by_link(self):
        """Another browser, in which the account's mailed link was used."""
        with self.sessions() as session, session.begin():
            token = enter_by_link(session, self.me.account.id, "Chrome, Android", now())
        return Organizer(self.app, self.me.account, token)


@pytest.fixture
def having(organizer, clock, sessions, app):
    return Set(organizer("owner"), clock, sessions, app)


def give(browser, code, path=FACTOR, **more):
    token = re.search(r'name="csrf" value="([0-9a-f]+)"', browser.get(path).get_data(as_text=True))
    answer = browser.post(path, {"code": code, **more}, csrf=token[1] if token else "")
    take_cookie(browser, answer)
    return answer


def test_after_a_link_the_code_is_asked_and_nothing_else_is_open(having, clock):
    phone = having.by_link()
    assert phone.get("/organize/ciw?sort=goal").location == f"{FACTOR}?next=/organize/ciw?sort%3Dgoal"
    assert phone.get("/organize/account").location.startswith(FACTOR)
    assert phone.get(FACTOR).status_code == 200
    clock.on(seconds=30)
    answer = give(phone, having.code(), next="/organize/ciw?sort=goal")
    assert (answer.status_code, answer.location) == (303, "/organize/ciw?sort=goal")
    assert phone.get("/organize/ciw").status_code == 200
    assert phone.get(FACTOR).location == "/organize"


def test_the_token_is_new_after_the_second_factor(having, clock, app):
    phone = having.by_link()
    planted = Organizer(app, None, phone.token)
    clock.on(seconds=30)
    give(phone, having.code())
    assert phone.token != planted.token
    assert planted.get("/organize/ciw").location.startswith("/organize/sign-in?")


def test_a_code_is_good_once(having, clock):
    clock.on(seconds=30)
    first, second = having.by_link(), having.by_link()
    code = having.code()
    assert give(first, code).status_code == 303
    assert give(second, code).status_code == 422
    clock.on(seconds=30)
    assert give(second, having.code(steps=-1)).status_code == 422, "the one before the last used is over, too"
    assert give(second, having.code()).status_code == 303


@pytest.mark.parametrize(("steps", "status"), [(-2, 422), (-1, 303), (0, 303), (1, 303), (2, 422)])
def test_a_clock_may_be_off_by_one_step(having, clock, steps, status):
    clock.on(minutes=5)
    assert give(having.by_link(), having.code(steps=steps)).status_code == status


def test_what_is_typed_may_be_spaced(having, clock):
    clock.on(minutes=5)
    code = having.code()
    assert give(having.by_link(), f" {code[:3]} {code[3:]} ").status_code == 303


@pytest.mark.parametrize("junk", ["", "abc", "１２３４５６", "0" * 400, "\0", "ا" * 6])
def test_junk_is_a_wrong_code(having, junk):
    assert give(having.by_link(), junk).status_code == 422


def test_five_wrong_codes_end_what_lacked_it_and_are_told_with_when_to_come_back(having, clock):
    clock.on(minutes=5)
    phone = having.by_link()
    for _ in range(4):
        assert give(phone, "wrong").status_code == 422
    answer = give(phone, "wrong")
    assert answer.location == "/organize/sign-in?next=/organize&over=tries"
    assert "five wrong codes" in phone.get(answer.location).get_data(as_text=True)
    assert phone.get(FACTOR).location.startswith("/organize/sign-in")
    again = having.by_link()
    told = give(again, having.code())
    assert told.status_code == 429
    assert "Try again in 15 minutes." in told.get_data(as_text=True)
    clock.on(minutes=15, seconds=1)
    assert give(again, having.code()).status_code == 303


def test_a_strangers_tries_from_elsewhere_keep_nobody_out(having, clock):
    clock.on(minutes=5)
    thief = having.by_link()
    for _ in range(5):
        thief.client.post(
            FACTOR,
            base_url=ORIGIN,
            data={"code": "x", "csrf": _csrf(thief)},
            environ_base={"REMOTE_ADDR": "203.0.113.9"},
        )
    assert give(having.by_link(), having.code()).status_code == 303


def _csrf(browser):
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', browser.get(FACTOR).get_data(as_text=True))
    return found[1] if found else ""


def test_ten_codes_are_shown_once_and_each_stands_for_the_app_once(having):
    assert len(having.codes) == len(set(having.codes)) == 10
    first, second = having.by_link(), having.by_link()
    assert give(first, having.codes[0].lower().replace("-", " ")).status_code == 303
    assert give(second, having.codes[0]).status_code == 422
    assert give(second, having.codes[1]).status_code == 303
    assert "8 codes left" in second.get("/organize/account").get_data(as_text=True)
    assert having.codes[2] not in second.get(CODES).get_data(as_text=True)


def test_new_codes_end_the_old(having):
    assert "10 codes you have left stop working" in having.me.get(CODES).get_data(as_text=True)
    made = _CODES.findall(having.me.post(CODES).get_data(as_text=True))
    assert len(made) == 10
    assert give(having.by_link(), having.codes[0]).status_code == 422
    assert give(having.by_link(), made[0]).status_code == 303


def test_codes_of_anothers_account_are_wrong(having, organizer, clock, sessions, app):
    other = Set(organizer("editor"), clock, sessions, app)
    assert give(having.by_link(), other.codes[0]).status_code == 422
    clock.on(seconds=30)
    assert give(having.by_link(), other.code()).status_code == 422


def test_nothing_of_it_stands_in_a_table(having, sessions):
    with sessions() as session:
        rows = (
            session.execute(text("SELECT * FROM accounts")).all(),
            session.execute(text("SELECT * FROM recovery_codes")).all(),
        )
    assert having.secret not in str(rows)
    assert not any(code.replace("-", "") in str(rows).replace("-", "") for code in having.codes)


def test_an_app_is_kept_only_when_it_shows_its_code(organizer, clock, sessions):
    me = organizer("owner")
    page = me.get(APP).get_data(as_text=True)
    assert re.search(r'<svg[^>]* viewBox="0 0 \d+ \d+"', page), (
        "made smaller by the style sheet it is whole, not cut off"
    )
    assert "style=" not in page
    answer = me.post(APP, {"carried": _CARRIED.search(page)[1], "code": "000000"})
    assert answer.status_code == 422
    assert _KEY.search(answer.get_data(as_text=True))[1] == _KEY.search(page)[1], "the same one, already scanned"
    assert 'badge--open">On' not in me.get("/organize/account").get_data(as_text=True)


def test_a_secret_that_another_was_shown_is_not_mine(having, organizer):
    other = organizer("editor")
    answer = other.post(APP, {"carried": having.carried, "code": having.code()})
    assert answer.status_code == 422


def test_who_proved_it_too_long_ago_proves_it_again_and_is_led_back(having, clock, sessions):
    with sessions() as session, session.begin():
        session.execute(text("UPDATE account_sessions SET confirmed_at = now() - interval '16 minutes'"))
    me = having.me
    assert me.get(CODES).location == f"{PROVE}?next={CODES}"
    assert f"{PROVE}/link" not in me.get(PROVE).get_data(as_text=True), "a link proves less than they have"
    assert me.post(f"{PROVE}/link").status_code == 403
    clock.on(seconds=30)
    assert give(me, having.code(), PROVE, next=CODES).location == CODES
    assert me.get(CODES).status_code == 200


def test_a_form_that_needs_a_fresh_proof_is_kept(having, sessions):
    with sessions() as session, session.begin():
        session.execute(text("UPDATE account_sessions SET confirmed_at = now() - interval '16 minutes'"))
    answer = having.me.post(CODES, {"typed": "«words»"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 403
    assert "«words»" in page
    assert f'href="{PROVE}"' in page


def test_without_a_second_factor_another_link_is_proof(organizer, visitor, sessions):
    me = organizer("owner")
    with sessions() as session, session.begin():
        session.execute(text("UPDATE account_sessions SET confirmed_at = now() - interval '16 minutes'"))
    assert me.get(APP).location == f"{PROVE}?next={APP}"
    assert me.post(f"{PROVE}/link", {"next": APP}).location == f"/organize/sign-in/sent?next={APP}"
    answer = me.client.post(visitor.last_link("organize"), base_url=ORIGIN)
    assert (answer.status_code, answer.location) == (303, APP)
    assert me.get(APP).status_code == 200
    with sessions() as session:
        assert session.scalar(text("SELECT count(*) FROM account_sessions")) == 1, "the one before is over"


def test_an_organization_that_demands_it_lets_nobody_in_without(organizer, clock, sessions, app):
    me = organizer("editor")
    with sessions() as session, session.begin():
        session.execute(text("UPDATE organizations SET demands_factor = true WHERE slug = 'ciw'"))
    there = me.get("/organize/ciw").location
    assert there == "/organize/account/second-factor?organization=ciw&next=/organize/ciw"
    page = me.get(there).get_data(as_text=True)
    assert "Coalition of Immokalee Workers asks everyone" in page
    assert APP in page
    assert me.get("/organize/account/second-factor?organization=migrant-justice").status_code == 404
    kept = me.post("/organize/ciw/campaigns/fair-food", {"typed": "words"})
    assert kept.status_code in {403, 405}
    Set(me, clock, sessions, app)
    assert me.get("/organize/ciw").status_code == 200


def test_an_app_is_removed_and_its_codes_with_it(having, clock, sessions):
    assert "recovery codes end with the app" in having.me.get(f"{APP}/remove").get_data(as_text=True)
    assert having.me.post(f"{APP}/remove").location == "/organize/account?done=app-removed"
    with sessions() as session:
        assert session.scalar(text("SELECT count(*) FROM recovery_codes")) == 0
    assert having.by_link().get("/organize/ciw").status_code == 200


def test_who_lacks_it_can_sign_out(having):
    phone = having.by_link()
    token = re.search(r'name="csrf" value="([0-9a-f]+)"', phone.get(FACTOR).get_data(as_text=True))[1]
    answer = phone.post("/organize/sign-out", csrf=token)
    assert answer.location == "/organize/sign-in"
    assert any(one.startswith(f"{SESSION}=;") for one in answer.headers.getlist("Set-Cookie"))
