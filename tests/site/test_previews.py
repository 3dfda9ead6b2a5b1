"""A draft, seen by who has a link and by nobody else: all its pages as they will be, and nothing sent, kept or listed."""

from datetime import timedelta

import pytest

from campaign.campaigns.previewing import LASTS, allow_preview, preview_signer
from campaign.kernel.actors import OPERATOR
from campaign.kernel.clock import now
from tests.actions.stage import *  # noqa: F403 - the application and its database
from tests.actions.stage import forget
from tests.actions.visitor import OPEN

EVENT = "build-a-new-world"


@pytest.fixture
def link(visitor, app):
    """The link to the preview of a campaign that is a draft again, with its march."""
    visitor.do("UPDATE campaigns SET status = 'draft' WHERE slug = :slug", slug=OPEN)
    visitor.do("UPDATE events SET status = 'draft' WHERE slug = :slug", slug=EVENT)
    forget(app)
    with visitor.sessions() as session, session.begin():
        public_id = allow_preview(session, OPERATOR, OPEN)
    return f"/preview/{preview_signer(visitor.installation).sign(str(public_id))}"


def test_a_draft_is_shown_with_its_forms_to_who_has_the_link_and_to_nobody_else(client, link):
    page = client.get(f"{link}?lang=en")
    assert page.status_code == 200
    assert "Draft preview" in page.text
    assert 'data-action-kind="pledge"' in page.text
    assert client.get(f"/campaigns/{OPEN}").status_code == 404
    assert client.get(f"/events/{EVENT}").status_code == 404


@pytest.mark.parametrize(
    ("room", "words"), [("letter", 'data-action-kind="letter"'), (f"events/{EVENT}", 'data-action-kind="rsvp"')]
)
def test_what_hangs_on_it_is_shown_too_and_its_links_stay_within(client, link, room, words):
    page = client.get(f"{link}?lang=en").text
    assert f'href="{link}/{room}' in page
    answer = client.get(f"{link}/{room}?lang=en")
    assert answer.status_code == 200
    assert words in answer.text
    assert "Draft preview" in answer.text


def test_it_is_shown_in_each_language_by_its_switch(client, link):
    page = client.get(f"/es{link}")
    assert page.status_code == 200
    assert "Vista previa de un borrador" in page.text
    assert f'href="{link}?lang=en"' in page.text
    assert client.get(f"/es{link}/letter").status_code == 200


def test_nothing_of_it_is_kept_listed_or_told_on(client, link):
    for address in (link, f"{link}/letter", f"{link}/events/{EVENT}"):
        headers = client.get(f"{address}?lang=en").headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Robots-Tag"] == "noindex"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "form-action 'none'" in headers["Content-Security-Policy"]
        assert headers.getlist("Content-Security-Policy") == [headers["Content-Security-Policy"]]


def test_its_forms_cannot_be_sent_nor_can_their_stamp_be_replayed(visitor, client, link):
    page = client.get(f"{link}?lang=en").text
    form = page.partition("<form")[2].partition("</form>")[0]
    assert 'type="submit" data-busy="Sending…" disabled' in form
    assert visitor.sign().status_code == 404
    assert visitor.write().status_code == 404
    assert client.post(link).status_code == 405
    assert client.post(f"{link}/letter").status_code == 405
    assert visitor.one("SELECT count(*) FROM actions") == 0


def test_looking_changes_nothing(visitor, client, link):
    before = visitor.dump("audit_entries")
    for address in (link, f"{link}/letter", f"{link}/events/{EVENT}"):
        client.get(f"{address}?lang=en")
    assert visitor.dump("audit_entries") == before
    assert visitor.one("SELECT status FROM campaigns WHERE slug = :slug", slug=OPEN) == "draft"


def test_the_link_ends_and_no_other_link_opens_it(visitor, client, link):
    assert client.get("/preview/forged").status_code == 404
    token = link.rpartition("/")[2]
    assert client.get(f"/my/{token}").status_code == 404
    public_id = visitor.one("SELECT public_id FROM campaigns WHERE slug = :slug", slug=OPEN)
    other = visitor.installation.signer("confirm", 1000).sign(str(public_id))
    assert client.get(f"/preview/{other}").status_code == 404
    assert client.get(f"{link}/elsewhere?lang=en").status_code == 404
    old = preview_signer(visitor.installation).sign(str(public_id), now() - LASTS - timedelta(minutes=1))
    assert client.get(f"/preview/{old}?lang=en").status_code == 410


def test_once_it_is_open_the_link_leads_to_the_page_of_everybody(visitor, client, link):
    visitor.do("UPDATE campaigns SET status = 'open' WHERE slug = :slug", slug=OPEN)
    answer = client.get(f"{link}?lang=en")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/campaigns/{OPEN}?lang=en")
    assert "Draft preview" in client.get(f"{link}/events/{EVENT}?lang=en").text, "its march still is one"


def test_its_pages_are_named_in_the_language_they_are_read_in(client, link):
    page = client.get(link, headers={"Accept-Language": "ur"}, follow_redirects=True).text
    assert ">Campaign page</a>" in page
    assert ">Página de la campaña</a>" in client.get(f"/es{link}").text


def test_making_a_link_is_in_the_audit_log(visitor, link):
    assert visitor.one("SELECT verb FROM audit_entries ORDER BY id DESC LIMIT 1") == "preview"


def test_its_card_is_drawn_for_who_looks(client, link):
    answer = client.get(f"{link}/card.png?lang=en")
    assert answer.mimetype == "image/png"
    assert answer.data.startswith(b"\x89PNG")
    assert answer.headers["Cache-Control"] == "no-store"
