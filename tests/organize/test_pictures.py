"""An organizer's pictures, documents and colours: from the form to the public page, and what is refused on the way."""

import io
import random
import re

import pytest
from PIL import Image
from sqlalchemy import text
from werkzeug.datastructures import FileStorage

from campaign.accounts.web.cookies import SESSION
from campaign.kernel.uploads import MAY_UPLOAD_KEY
from tests.media import files

ROOM = "/organize/ciw/campaigns/fair-food"
PAGE = "/campaigns/fair-food"
ALT = {"alt-en": "Workers march in the rain.", "alt-es": "Trabajadores marchan bajo la lluvia."}
TITLE = {"title-en": "The report", "title-es": "El informe"}


@pytest.fixture
def me(organizer):
    return organizer("editor")


def ticketed(me, room):
    """Where the form of a room sends its file."""
    page = me.get(f"{ROOM}/{room}").get_data(as_text=True)
    return re.search(rf'action="({ROOM}/{room}\?upload=[0-9a-f]+)"', page)[1]


def send(me, body, room="pictures", file_name="me.jpg", *, to=None, **values):
    given = {**(ALT if room == "pictures" else TITLE), **values}
    file = {"file": FileStorage(io.BytesIO(body), file_name)} if body is not None else {}
    return me.post(to or ticketed(me, room), {**given, **file})


def rows(sessions, statement):
    with sessions() as session:
        return session.execute(text(statement)).all()


def public(stranger, app, path=PAGE):
    app.wsgi_app.clear()
    return stranger.get(path).get_data(as_text=True)


def test_a_picture_at_the_head_of_the_page(me, app, stranger):
    before = public(stranger, app)
    assert "<picture>" not in before
    answer = send(me, files.picture((2400, 1600)), place="head")
    assert (answer.status_code, answer.location) == (303, f"{ROOM}/pictures?done=added")
    page = public(stranger, app)
    tag = re.search(r"<img class=\"picture__image\"[^>]*>", page)[0]
    assert 'width="1920" height="1280"' in tag
    assert 'alt="Workers march in the rain."' in tag
    assert 'loading="lazy"' in tag
    assert "style=" not in page
    assert 'alt="Trabajadores marchan bajo la lluvia."' in public(stranger, app, f"/es{PAGE}")
    for width in (480, 960, 1920):
        address = re.search(rf"(/pictures/\S+-{width}\.webp) {width}w", page)[1]
        answer = stranger.get(address)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "image/webp"
    assert stranger.get(re.search(r'src="(/pictures/\S+\.jpeg)"', page)[1]).headers["Content-Type"] == "image/jpeg"


def test_how_a_picture_is_served(me, app, stranger):
    send(me, files.picture(), place="head")
    address = re.search(r'src="(/pictures/\S+\.jpeg)"', public(stranger, app))[1]
    answer = stranger.get(address)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert me.get(address).get_data() == answer.get_data()
    assert stranger.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    for wrong in (
        address.replace(".jpeg", ".svg"),
        address.replace(".jpeg", ".webpx"),
        re.sub(r"-\d+\.jpeg", "-961.jpeg", address),
        re.sub(r"/[0-9a-f]{12}-", "/000000000000-", address),
        "/pictures/0197a000-0000-7000-8000-000000000000/000000000000-480.webp",
        "/pictures/x/y-480.webp",
        re.sub(r"-\d+\.jpeg", "-99999999999999999999.jpeg", address),
    ):
        assert stranger.get(wrong).status_code == 404, wrong


def test_a_story_places_a_picture_by_its_name(me, app, stranger, sessions):
    send(me, files.picture(), name="march")
    with sessions() as session, session.begin():
        story = "First words.\n\n![](march)\n\nLast words, ![](march) and <img src=x onerror=alert(1)>.\n\n![](gone)"
        session.execute(
            text(
                "UPDATE campaigns SET story = jsonb_build_object('en', CAST(:story AS text)) WHERE slug = 'fair-food'"
            ),
            {"story": story},
        )
    page = public(stranger, app)
    story = page.partition('<div class="prose">')[2]
    assert story.index("First words.") < story.index("<picture>") < story.index("Last words")
    assert page.count("<picture>") == 1
    assert "gone" not in story.partition("Last words")[2][:400]
    assert "<img src=x" not in page
    asked = me.get(f"{ROOM}/pictures").get_data(as_text=True)
    remove = re.search(rf'href="({ROOM}/pictures/[0-9a-f-]+/remove)"', asked)[1]
    assert "The story places it in 1 language" in me.get(remove).get_data(as_text=True)
    assert me.post(remove).status_code == 303
    assert "<picture>" not in public(stranger, app)


def test_what_is_removed_is_gone_with_its_files(me, app, stranger, sessions):
    send(me, files.picture(), place="head")
    address = re.search(r'src="(/pictures/\S+\.jpeg)"', public(stranger, app))[1]
    remove = re.search(rf'href="({ROOM}/pictures/[0-9a-f-]+/remove)"', me.get(f"{ROOM}/pictures").text)[1]
    me.post(remove)
    assert stranger.get(address).status_code == 404
    assert rows(sessions, "SELECT FROM campaign_pictures") == rows(sessions, "SELECT FROM picture_files") == []
    changes = rows(
        sessions, "SELECT verb, changed FROM audit_entries WHERE thing = 'campaign' ORDER BY id DESC LIMIT 2"
    )
    assert [tuple(row) for row in changes] == [("change", ["pictures"])] * 2


def test_a_picture_is_described_anew(me, app, stranger, sessions):
    send(me, files.picture(), name="one", place="head")
    send(me, files.picture((900, 900)), name="two")
    page = me.get(f"{ROOM}/pictures").text
    first, second = dict.fromkeys(re.findall(rf'href="({ROOM}/pictures/[0-9a-f-]{{36}})"', page))
    form = me.get(second).text
    assert 'value="Workers march in the rain."' in form
    answer = me.post(second, {**ALT, "name": "zwei", "place": "head", "focus_x": "20", "focus_y": "83"})
    assert answer.status_code == 303
    assert [tuple(row) for row in rows(sessions, "SELECT name, is_head FROM campaign_pictures ORDER BY id")] == [
        ("one", False),
        ("zwei", True),
    ]
    assert "picture--head focus-x-20 focus-y-85" in public(stranger, app)
    wrong = me.post(first, {**ALT, "name": "zwei", "focus_x": "101", "alt-es": ""})
    assert wrong.status_code == 422
    assert 'value="101"' in wrong.text
    assert "Say what the picture shows, in Spanish." in wrong.text
    taken = me.post(first, {**ALT, "name": "zwei"})
    assert taken.status_code == 422
    assert "already called" in taken.text


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (None, "Choose a file."),
        (b"", "Choose a file."),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "a picture we can show"),
        (files.claiming(10_000, 6_000), "40 megapixels"),
        (files.picture()[:3000], "damaged"),
    ],
)
def test_what_is_no_picture_is_told_beside_its_box_and_nothing_typed_is_lost(me, sessions, body, says):
    file_name = "" if body in (None, b"") else "evil.jpg"
    answer = send(me, body, file_name=file_name, place="head", name="march")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert says in page
    assert 'href="#field-file"' in page
    assert 'value="Workers march in the rain."' in page
    assert 'value="head" checked' in re.sub(r"\s+", " ", page)
    assert rows(sessions, "SELECT FROM campaign_pictures") == []


def test_a_file_that_was_fine_is_to_be_chosen_again(me):
    answer = send(me, files.picture(), **{"alt-es": ""})
    assert answer.status_code == 422
    assert "Choose the file again" in answer.text
    assert "Say what the picture shows, in Spanish." in answer.text


def test_fields_that_nobody_asked_for_decide_nothing(me, sessions):
    more = {"campaign_id": "2", "organization": "migrant-justice", "digest": "x", "public_id": "x", "is_demo": "y"}
    assert send(me, files.picture(), **more).status_code == 303
    found = "SELECT c.slug FROM campaign_pictures p JOIN campaigns c ON c.id = p.campaign_id"
    assert [row.slug for row in rows(sessions, found)] == ["fair-food"]


def test_only_who_publishes_for_the_campaign_may(organizer, stranger, sessions):
    owner = organizer("owner")
    send(owner, files.picture())
    one = re.search(rf"{ROOM}/pictures/[0-9a-f-]{{36}}", owner.get(f"{ROOM}/pictures").text)[0]
    viewer, other = organizer("viewer"), organizer("owner", "migrant-justice")
    for room in ("pictures", "documents", "look"):
        assert viewer.get(f"{ROOM}/{room}").status_code == 403
        assert viewer.post(f"{ROOM}/{room}", ALT).status_code == 403
        assert other.get(f"{ROOM}/{room}").status_code == 404
        assert stranger.get(f"{ROOM}/{room}").status_code == 303
    theirs = one.replace("/ciw/", "/migrant-justice/")
    unknown = re.sub(r"[0-9a-f-]{36}$", "0197a000-0000-7000-8000-000000000000", theirs)
    assert other.get(theirs).get_data() == other.get(unknown).get_data()
    own = re.search(r"/organize/migrant-justice/campaigns/([a-z-]+)", other.get("/organize/migrant-justice").text)[1]
    through = theirs.replace("fair-food", own)
    assert other.get(through).status_code == 404
    assert other.post(f"{through}/remove").status_code == 404
    assert len(rows(sessions, "SELECT FROM campaign_pictures")) == 1


LARGE = 300_000


def _noise():
    made = Image.frombytes("RGB", (500, 400), random.Random(7).randbytes(600_000))
    out = io.BytesIO()
    made.save(out, "PNG")
    assert len(out.getvalue()) > LARGE
    return out.getvalue()


def test_only_the_form_of_ones_own_session_brings_a_large_file(me, organizer, sessions):
    body = _noise()
    other = organizer("editor", email="eva@ciw.example")
    assert send(me, body, to=f"{ROOM}/pictures").status_code in {403, 413}
    assert send(me, body, to=ticketed(other, "pictures")).status_code in {403, 413}
    assert rows(sessions, "SELECT FROM campaign_pictures") == []
    assert send(me, body).status_code == 303


def test_the_web_server_takes_a_large_body_of_who_has_cookie_and_ticket(me, organizer, app):
    may, ticket = app.extensions[MAY_UPLOAD_KEY], ticketed(me, "pictures").partition("?")[2]
    other = organizer("editor", email="eva@ciw.example")

    def asks(path=f"{ROOM}/pictures", query=ticket, cookie=me.token):
        return may({"PATH_INFO": path, "QUERY_STRING": query, "HTTP_COOKIE": f"{SESSION}={cookie}"})

    assert asks()
    assert not asks(path="/campaigns/fair-food/pledge")
    assert not asks(query="upload=")
    assert not asks(query=f"upload={me.csrf()}")
    assert not asks(cookie=other.token)
    assert not asks(cookie="")
    assert not may({"PATH_INFO": f"{ROOM}/pictures"})
    assert not asks(query="upload=\u00e9")


def test_a_ticket_opens_no_other_door(me):
    ticket = ticketed(me, "pictures").partition("?")[2]
    answer = me.post(f"{ROOM}/look?{ticket}", {"art": "fish", "more": "x" * LARGE})
    assert answer.status_code in {403, 413}


def test_words_beside_a_file_stay_short(me):
    answer = send(me, files.picture(), name="x" * 300_000)
    assert answer.status_code in {403, 413}


def test_what_was_typed_survives_a_lost_session_and_the_file_is_asked_for_again(me, organizer, sessions):
    to, csrf = ticketed(me, "pictures"), me.csrf()
    with sessions() as session, session.begin():
        session.execute(text("DELETE FROM account_sessions"))
    values = {**ALT, "file": FileStorage(io.BytesIO(_noise()), "me.png")}
    answer = me.post(to, values, csrf=csrf)
    assert answer.status_code == 401
    assert 'value="Workers march in the rain."' in answer.text
    assert "Files can’t be kept" in answer.text
    assert "PNG" not in answer.text
    again = organizer("editor", email="eva@ciw.example")
    kept = again.post(to, ALT)
    assert kept.status_code == 422
    assert "Choose a file." in kept.text
    assert 'value="Workers march in the rain."' in kept.text


def test_a_document_is_handed_out_and_never_opened(me, app, stranger):
    answer = send(me, files.scripted_pdf(), "documents", file_name="../../C:\\fakepath\\Our \u202ereport.exe.pdf")
    assert answer.status_code == 303
    page = public(stranger, app)
    assert "The report" in page
    assert re.search(r"PDF, \d+ Bytes", page)
    address = re.search(r'href="(/documents/[^"]+)"', page)[1]
    served = stranger.get(address)
    assert served.headers["Content-Type"] == "application/pdf"
    disposition = served.headers["Content-Disposition"]
    assert disposition.startswith("attachment; filename")
    assert ".exe" not in disposition
    assert "/" not in disposition.replace("UTF-8''", "")
    assert "\u202e" not in disposition
    assert "%E2%80%AE" not in disposition
    assert "sandbox" in served.headers["Content-Security-Policy"]
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    assert served.get_data() == files.scripted_pdf()
    assert "El informe" in public(stranger, app, f"/es{PAGE}")


def test_a_document_is_titled_anew_and_removed(me, app, stranger, sessions):
    send(me, files.pdf(), "documents", file_name="report.pdf")
    page = me.get(f"{ROOM}/documents").text
    one = re.search(rf"{ROOM}/documents/[0-9a-f-]{{36}}", page)[0]
    assert me.post(one, {"title-en": ""}).status_code == 422
    assert me.post(one, {"title-en": "A new title"}).status_code == 303
    assert "A new title" in public(stranger, app)
    assert "report.pdf" in me.get(f"{one}/remove").text
    assert me.post(f"{one}/remove").status_code == 303
    assert rows(sessions, "SELECT FROM document_files") == []
    assert "A new title" not in public(stranger, app)


@pytest.mark.parametrize("body", [b"<html><script>alert(1)</script></html>", b"%PDF-1.7 cut", None])
def test_what_is_no_document_is_told(me, body):
    answer = send(me, body, "documents", file_name="report.pdf")
    assert answer.status_code == 422
    assert 'href="#field-file"' in answer.text
    assert 'value="The report"' in answer.text


def test_a_campaign_wears_what_is_chosen_after_a_preview(me, app, stranger, sessions):
    page = me.get(f"{ROOM}/look").text
    assert page.count('name="art"') == 11
    assert page.count('name="palette"') == 10
    before = public(stranger, app)
    preview = me.post(f"{ROOM}/look", art="fish", palette="night", step="preview")
    assert preview.status_code == 200
    assert "Nothing is saved yet." in preview.text
    assert 'data-look-preview data-palette="night"' in preview.text
    assert public(stranger, app) == before
    assert me.post(f"{ROOM}/look", art="fish", palette="", step="save").status_code == 303
    assert 'data-palette="sea"' in public(stranger, app)
    assert [
        tuple(row)
        for row in rows(sessions, "SELECT changes -> 0 -> 'values' ? 'art' FROM revisions ORDER BY id DESC LIMIT 1")
    ] == [(True,)]


@pytest.mark.parametrize("values", [{"art": "swastika"}, {"palette": "#fff"}, {"art": "../../etc/passwd"}])
def test_a_campaign_wears_nothing_else(me, sessions, values):
    answer = me.post(f"{ROOM}/look", step="save", **values)
    assert answer.status_code == 422
    assert "Choose from the list." in answer.text
    assert (
        me.post(f"{ROOM}/look", step="save", status="won", title="x", organization="migrant-justice").status_code == 303
    )
    found = "SELECT c.status, o.slug FROM campaigns c JOIN organizations o ON o.id = c.organization_id"
    assert tuple(rows(sessions, f"{found} WHERE c.slug = 'fair-food'")[0]) == ("open", "ciw")


def test_the_pages_are_spanish_for_who_reads_spanish(me, sessions):
    with sessions() as session, session.begin():
        session.execute(text("UPDATE accounts SET language = 'es'"))
    assert "Agregar una imagen" in me.get(f"{ROOM}/pictures").text
    assert "Agregar un documento" in me.get(f"{ROOM}/documents").text
    assert "Guardar aspecto" in me.get(f"{ROOM}/look").text
    assert "Elija un archivo." in send(me, None).text


def test_a_draft_with_a_picture_has_no_page(me, sessions, stranger):
    send(me, files.picture(), place="head")
    with sessions() as session, session.begin():
        session.execute(text("UPDATE campaigns SET status = 'draft' WHERE slug = 'fair-food'"))
    assert stranger.get(PAGE).status_code == 404
