"""Passing a campaign on, and who is credited for it."""

import html
import re
import threading
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import zxingcpp
from flask import render_template_string
from hypothesis import given
from hypothesis import strategies as st

from campaign.actions.service.restoring import empty_withdrawn
from campaign.actions.sharecodes import code_for, seemly_code
from campaign.actions.sharing import share_for
from campaign.actions.tokens import my_signer, undo_signer
from campaign.actions.vouchers import open_visit_state
from tests.actions.visitor import HIGH_SAFETY, OPEN, PUBLIC_URL

OTHER = "milk-with-dignity"
FRIEND = {"given_name": "Eva", "email": "eva@example.org"}


@pytest.fixture
def sharer(visitor):
    """Ana has signed; her code."""
    visitor.pledge()
    return code_of(visitor)


def code_of(visitor, email="ana@example.org", kind="pledge"):
    action = visitor.one(
        "SELECT max(a.id) FROM actions a JOIN people p ON p.id = a.person_id WHERE p.email = :email AND kind = :kind",
        email=email, kind=kind,
    )  # fmt: skip
    return code_for(visitor.installation, action)


def visit_state_of(visitor, answer):
    return open_visit_state(visitor.installation, parse_qs(urlsplit(answer.headers["Location"]).query)["t"][0])


def said_on_my_page(visitor, email="ana@example.org"):
    """What each of one's actions is credited with; the link is made, because mailing it is limited."""
    person = visitor.one("SELECT id FROM people WHERE email = :email", email=email)
    visitor.do("INSERT INTO my_links (person_id, expires_at) VALUES (:person, now() + interval '1 day')", person=person)
    link = visitor.one("SELECT max(public_id::text) FROM my_links WHERE person_id = :person", person=person)
    page = visitor.client.get(f"/my/{my_signer(visitor.installation).sign(link)}")
    assert page.status_code == 200
    return [int(number) for number in re.findall(r"(\d+) (?:person|people) joined because you shared", page.text)]


def references(visitor):
    return visitor.one("SELECT count(*) FROM actions WHERE referred_by_id IS NOT NULL")


def via_in(page):
    return re.findall(r'<input type="hidden" name="via" value="([^"]*)">', page)


# Who is credited


def test_who_confirmed_gets_a_code_and_nobody_before(visitor):
    assert visit_state_of(visitor, visitor.sign()).share_code == ""
    answer = visitor.confirm(visitor.last_link("confirm"))
    assert visit_state_of(visitor, answer).share_code == code_of(visitor)


def test_who_signed_before_keeps_the_code_of_the_name_that_counts(visitor, sharer):
    visitor.sign(given_name="Anna")
    answer = visitor.confirm(visitor.last_link("confirm"))
    assert visit_state_of(visitor, answer).outcome == "merged"
    assert visit_state_of(visitor, answer).share_code == sharer


def test_a_friend_counts_once_confirmed_and_not_before(visitor, sharer):
    assert said_on_my_page(visitor) == []
    visitor.sign(**FRIEND, via=sharer)
    link = visitor.last_link("confirm")
    assert said_on_my_page(visitor) == []
    for _ in range(3):
        visitor.confirm(link)
    assert said_on_my_page(visitor) == [1]
    visitor.pledge(given_name="Leo", email="leo@example.org", via=sharer)
    assert said_on_my_page(visitor) == [2]


def test_ten_presses_at_once_credit_one(app, visitor, sharer):
    visitor.sign(**FRIEND, via=sharer)
    link, gate = visitor.last_link("confirm"), threading.Barrier(10)

    def press():
        client = app.test_client(use_cookies=False)
        gate.wait()
        client.post(link)

    threads = [threading.Thread(target=press) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said_on_my_page(visitor) == [1]


def test_signing_again_by_anothers_link_credits_nobody_anew(visitor, sharer):
    visitor.pledge(**FRIEND, via=sharer)
    visitor.pledge(given_name="Leo", email="leo@example.org")
    leo = code_of(visitor, "leo@example.org")
    visitor.sign(**FRIEND, family_name="New", via=leo)
    visitor.confirm(visitor.last_link("confirm"))
    assert said_on_my_page(visitor) == [1]
    assert said_on_my_page(visitor, "leo@example.org") == []
    assert references(visitor) == 1


def test_a_friend_who_signs_and_writes_is_one_person(visitor, sharer):
    visitor.pledge(**FRIEND, via=sharer)
    visitor.write(**FRIEND, via=sharer)
    visitor.confirm(visitor.last_link("confirm"))
    assert references(visitor) == 2
    assert said_on_my_page(visitor) == [1]


def test_a_letter_can_be_shared_too(visitor):
    visitor.write()
    answer = visitor.confirm(visitor.last_link("confirm"))
    code = visit_state_of(visitor, answer).share_code
    assert code == code_of(visitor, kind="letter")
    visitor.pledge(**FRIEND, via=code)
    assert said_on_my_page(visitor) == [1]


def test_a_friend_who_takes_it_back_counts_no_longer(visitor, sharer):
    visitor.pledge(**FRIEND, via=sharer)
    page = visitor.my_page("eva@example.org")
    visitor.client.post(re.search(rf'href="({page}/withdraw/[^"]+)"', visitor.client.get(page).text)[1])
    assert said_on_my_page(visitor) == []
    visitor.do("UPDATE actions SET undo_until = now() - interval '1 second' WHERE undo_until IS NOT NULL")
    with visitor.sessions() as session, session.begin():
        empty_withdrawn(session)
    assert references(visitor) == 0


@pytest.mark.parametrize("who", ["ana@example.org", "eva@example.org"])
def test_erasing_either_side_forgets_who_brought_whom(visitor, sharer, who):
    visitor.pledge(**FRIEND, via=sharer)
    assert references(visitor) == 1
    visitor.client.post(f"{visitor.my_page(who)}/erase", data={"sure": "yes"})
    assert references(visitor) == 0
    assert visitor.tally() == (1, 2)


def _forged(code):
    return code[:4] + ("A" if code[4] != "A" else "B") + code[5:]


@pytest.mark.parametrize(
    "change",
    [
        lambda visitor, code: _forged(code),
        lambda visitor, code: code + "A",
        lambda visitor, code: code[:-1],
        lambda visitor, code: code_for(visitor.installation, 2**40 - 1),
        lambda visitor, code: "1",
        lambda visitor, code: "\u0661" * 14,
        lambda visitor, code: "x" * 5000,
        lambda visitor, code: "' OR 1=1 --",
    ],
)
def test_a_code_that_is_not_ours_is_passed_over(visitor, sharer, change):
    answer = visitor.sign(**FRIEND, via=change(visitor, sharer))
    assert answer.status_code == 303
    assert references(visitor) == 0


def test_codes_of_other_campaigns_of_oneself_and_of_what_waits_are_passed_over(visitor, sharer):
    visitor.sign(OTHER, **FRIEND, via=sharer)
    visitor.write(via=sharer)
    visitor.sign(given_name="Leo", email="leo@example.org")
    visitor.sign(given_name="Mia", email="mia@example.org", via=code_of(visitor, "leo@example.org"))
    visitor.do("UPDATE actions SET state = 'withdrawn' WHERE number = 1")
    visitor.sign(given_name="Noa", email="noa@example.org", via=sharer)
    assert visitor.one("SELECT count(*) FROM actions") == 6
    assert references(visitor) == 0


def test_on_a_high_safety_campaign_nothing_links_anybody(visitor, sharer):
    visitor.sign(HIGH_SAFETY)
    answer = visitor.confirm(visitor.last_link("confirm"))
    assert visit_state_of(visitor, answer).share_code == ""
    action = visitor.one("SELECT max(id) FROM actions")
    with pytest.raises(OverflowError):
        code_for(visitor.installation, action)  # its id is none that a code can be written for
    visitor.sign(HIGH_SAFETY, **FRIEND, via=sharer)
    assert references(visitor) == 0
    public_id = visitor.one("SELECT public_id FROM actions WHERE id = :id", id=action)
    page = visitor.client.get(f"/my/{undo_signer(visitor.installation).sign(str(public_id))}")
    assert page.status_code == 200
    assert "via=" not in page.text


def test_the_answer_does_not_say_whether_a_code_is_somebodys(visitor, sharer):
    answers, nobodys = [], code_for(visitor.installation, 2**40 - 1)
    for number, code in enumerate((sharer, nobodys, _forged(sharer))):
        answer = visitor.sign(given_name="Eva", email=f"friend{number}@example.org", via=code)
        address = urlsplit(answer.headers["Location"])
        names = {name: value for name, value in answer.headers.items() if name != "Location"}
        answers.append((answer.status_code, address.path, len(address.query), names, answer.data))
    assert all(answer == answers[0] for answer in answers)


# The form carries it


def test_the_code_goes_from_the_address_into_every_form(visitor, sharer):
    for path in (f"/campaigns/{OPEN}", f"/campaigns/{OPEN}/pledge", f"/campaigns/{OPEN}/letter"):
        assert set(via_in(visitor.client.get(f"{path}?via={sharer}").text)) == {sharer}, path
        assert set(via_in(visitor.client.get(path).text)) == {""}, path


def test_a_mistake_and_a_preview_keep_the_code(visitor, sharer):
    assert via_in(visitor.sign(**FRIEND, country="XX", via=sharer).text) == [sharer]
    for values in ({"country": "XX"}, {"step": "preview"}, {"step": "change"}):
        assert via_in(visitor.write(**{**FRIEND, **values}, via=sharer).text) == [sharer]


def test_a_reader_of_another_language_keeps_the_code(visitor, sharer):
    answer = visitor.client.get(f"/campaigns/{OPEN}?via={sharer}", headers={"Accept-Language": "es"})
    assert answer.headers["Location"] == f"/es/campaigns/{OPEN}?via={sharer}"
    assert set(via_in(visitor.client.get(answer.headers["Location"]).text)) == {sharer}


HOSTILE = ('"><script>x</script>', "%00", "%ff%fe", "é" * 14, "A" * 8_000, "../..", "{{7*7}}", "%0d%0aX: y", "&via=&")


@pytest.mark.parametrize("code", HOSTILE)
def test_a_hostile_code_in_the_address_does_nothing(visitor, code):
    for path in (f"/campaigns/{OPEN}", f"/campaigns/{OPEN}/pledge", f"/campaigns/{OPEN}/letter"):
        answer = visitor.client.get(f"{path}?via={code}")
        assert answer.status_code == 200
        assert set(via_in(answer.text)) == {""}
    assert visitor.client.get(f"/campaigns/{OPEN}/qr.svg?via={code}").status_code == 200


@pytest.mark.parametrize("code", ['"><script>', "\x00", "\ud800".encode("utf-8", "surrogatepass"), "A" * 5000])
def test_a_hostile_code_in_the_form_is_never_an_error_of_ours(visitor, code):
    assert visitor.sign(**FRIEND, via=code).status_code in (303, 422)
    page = visitor.sign(**FRIEND, country="XX", via=code)
    assert page.status_code == 422
    assert via_in(page.text) == [""]


@given(st.text(max_size=30))
def test_nothing_but_a_code_is_written_into_a_page(text):
    assert re.fullmatch("[A-Za-z0-9_-]{14}|", seemly_code(text))


def test_a_shared_page_is_kept_and_its_neighbour_is_not_shown_for_it(visitor, sharer, app):
    first = visitor.client.get(f"/campaigns/{OPEN}?via={sharer}")
    visitor.do("UPDATE campaigns SET status = 'closed' WHERE slug = :slug", slug=OPEN)
    assert visitor.client.get(f"/campaigns/{OPEN}?via={sharer}").data == first.data
    assert via_in(visitor.client.get(f"/campaigns/{OPEN}?via={_forged(sharer)}").text) == []
    assert "public" in first.headers["Cache-Control"]


# What is passed on

WAYS = (
    *(
        "https://wa.me/",
        "https://t.me/share/url?",
        "https://www.facebook.com/sharer/sharer.php?u=",
        "fb-messenger://share/?link=",
    ),
    *("mailto:", "sms:", "/campaigns/"),
)
DEMAND = "Sign, & pay “all” of 100 %: <now>."
TITLES = ("Fair Food", "Rice & \"beans\" + 100 %? #1 <b>'x'</b>", "Nö, %(title)s %s {0}", "دودھ", "a" * 300)


@pytest.mark.parametrize("title", TITLES)
def test_links_carry_words_and_address_whole(app, title):
    with app.test_request_context():
        share = share_for(OPEN, title, "Z2z2VfvKoSVdNg")
    assert share.address == f"{PUBLIC_URL}/campaigns/{OPEN}?via=Z2z2VfvKoSVdNg"
    assert title in share.text
    whatsapp, mail, sms = urlsplit(share.whatsapp), urlsplit(share.email), urlsplit(share.sms)
    assert (whatsapp.scheme, whatsapp.netloc, mail.scheme, sms.scheme) == ("https", "wa.me", "mailto", "sms")
    assert parse_qs(whatsapp.query) == {"text": [f"{share.text} {share.address}"]}
    assert parse_qs(sms.query) == {"body": [f"{share.text} {share.address}"]}
    subject, body = (parse_qs(mail.query)[name][0] for name in ("subject", "body"))
    assert title in subject
    assert body == f"{share.text}\r\n\r\n{share.address}\r\n"
    assert not mail.path
    assert not any(letter in share.email + share.sms + share.whatsapp for letter in " +\"'<>\r\n")


@pytest.mark.parametrize("code", ["", "Z2z2VfvKoSVdNg"])
def test_every_message_asks_for_the_demand(app, code):
    with app.test_request_context():
        share = share_for(OPEN, "Fair Food", code, demand=DEMAND)
    assert DEMAND in share.text
    telegram, facebook, messenger = (urlsplit(way) for way in (share.telegram, share.facebook, share.messenger))
    assert parse_qs(telegram.query) == {"url": [share.address], "text": [share.text]}
    assert parse_qs(facebook.query) == {"u": [share.address]}
    assert parse_qs(messenger.query) == {"link": [share.address]}
    for way in (share.whatsapp, share.sms, share.email):
        assert DEMAND in unquote(way)


def test_the_pages_that_share_say_the_demand(visitor, sharer):
    demand = visitor.one("SELECT demand ->> 'en' FROM campaigns WHERE slug = :slug", slug=OPEN)
    assert demand in html.unescape(visitor.client.get(f"/campaigns/{OPEN}").text.partition("data-share ")[2][:2000])


@pytest.mark.parametrize("title", TITLES)
def test_the_row_is_text_whatever_the_title(app, title):
    with app.test_request_context():
        row = render_template_string(
            '{% from "components/share_row.html" import share_row %}{{ share_row(share_for("fair-food", title), 3) }}',
            title=title,
        )
    assert '<h3 class="share__heading">' in row
    assert "<b>" not in row
    assert html.unescape(re.search(r'data-title="([^"]*)"', row)[1]) == title
    assert all(address.startswith(WAYS) for address in re.findall(r'href="([^"]*)"', row))
    assert unquote(html.unescape(row)).count(f"{PUBLIC_URL}/campaigns/fair-food") == 7
    assert "via=" not in row


def test_nobody_is_made_to_say_what_they_did_not_do(visitor, app):
    with app.test_request_context():
        assert "I stand with these workers" in share_for(OPEN, "x", "Z2z2VfvKoSVdNg").text
        assert "I stand with these workers" not in share_for(OPEN, "x").text
    visitor.write()
    visitor.confirm(visitor.last_link("confirm"))
    page = visitor.client.get(visitor.my_page()).text
    assert "via=" in page
    assert "added my name" not in page, "who wrote a letter did not sign"


def test_ones_own_page_offers_the_row_while_the_campaign_is_open(visitor, sharer):
    page = visitor.my_page()
    assert f"via={sharer}" in visitor.client.get(page).text
    visitor.do("UPDATE campaigns SET status = 'paused' WHERE slug = :slug", slug=OPEN)
    assert "via=" not in visitor.client.get(page).text


# The QR code


def read_qr(svg):
    """Draw the path of an SVG whose strokes are one unit high, four dots a unit, and read what it says."""
    assert svg.startswith("<svg")
    assert "<script" not in svg
    side = int(re.search(r'viewBox="0 0 (\d+) \1"', svg)[1])
    scale, dots = 4, bytearray(b"\xff" * (side * side * 16))
    x = y = 0.0
    for command, first, second in re.findall(
        r"([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?", re.search(r' stroke="#000" d="([^"]+)"', svg)[1]
    ):
        if command == "h":
            for row in range(int(y) * scale, int(y) * scale + scale):
                start = row * side * scale + int(x) * scale
                dots[start : start + int(first) * scale] = bytes(int(first) * scale)
            x += float(first)
        else:
            x, y = (float(first), float(second)) if command == "M" else (x + float(first), y + float(second))
    (found,) = zxingcpp.read_barcodes(memoryview(bytes(dots)).cast("B", shape=[side * scale, side * scale]))
    assert found.format == zxingcpp.BarcodeFormat.QRCode
    return found.text


def test_the_qr_code_reads_as_the_public_address(visitor, sharer):
    plain = f"{PUBLIC_URL}/campaigns/{OPEN}"
    for query, address in (
        ("", plain),
        (f"?via={sharer}", f"{plain}?via={sharer}"),
        (f"?via={_forged(sharer)}", plain),
        ("?via=x", plain),
    ):
        answer = visitor.client.get(f"/campaigns/{OPEN}/qr.svg{query}")
        assert answer.status_code == 200
        assert answer.mimetype == "image/svg+xml"
        assert answer.headers["Cache-Control"].startswith("public, max-age=86400")
        assert len(answer.data) < 4096
        assert read_qr(answer.text) == address


def test_no_qr_code_of_what_nobody_may_see(visitor):
    visitor.do("UPDATE campaigns SET status = 'draft' WHERE slug = :slug", slug=OTHER)
    for slug in ("nowhere", OTHER, "x" * 500):
        assert visitor.client.get(f"/campaigns/{slug}/qr.svg").status_code == 404


def test_a_high_safety_campaign_is_passed_on_without_anybodys_code(visitor, sharer):
    answer = visitor.client.get(f"/campaigns/{HIGH_SAFETY}/qr.svg?via={sharer}")
    assert read_qr(answer.text) == f"{PUBLIC_URL}/campaigns/{HIGH_SAFETY}"
