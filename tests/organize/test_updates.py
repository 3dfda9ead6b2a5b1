"""News: written, put off, published, corrected, thrown away; what is no news yet is on nothing public."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from campaign.campaigns.models import CampaignUpdate, UpdateDraft
from campaign.campaigns.news import publish_due
from campaign.kernel.clock import now
from tests.organize import forms
from tests.organize.stage import ORIGIN

FAIR = "/organize/ciw/campaigns/fair-food"
NEWS = {"title-en": "A march in «Palm»", "title-es": "Una marcha", "body-en": "We **walk**.", "body-es": "Caminamos."}
PUBLIC = ("/campaigns/fair-food", "/es/campaigns/fair-food", "/campaigns/fair-food/updates.atom", "/sitemap.xml", "/")


def _page(answer):
    return answer.get_data(as_text=True)


@pytest.fixture
def public(app):
    """All that everybody reads of the campaign."""

    def read():
        app.wsgi_app.clear()
        browser = app.test_client()
        return "".join(browser.get(path, base_url=ORIGIN).get_data(as_text=True) for path in PUBLIC)

    return read


@pytest.fixture
def rows(sessions):
    def read(model):
        with sessions() as session:
            found = session.query(model).order_by(model.id.desc()).all()
            session.expunge_all()
        return found

    return read


def _written(me, **more):
    return me.post(f"{FAIR}/updates/new", {**NEWS, "do": "save", **more})


def _draft_path(me):
    return re.search(rf"{FAIR}/updates/drafts/[0-9a-f-]+", _page(me.get(f"{FAIR}/updates")))[0]


def test_a_draft_is_on_nothing_public_until_it_is_published(organizer, public):
    me, before = organizer("editor"), public()
    assert _written(me).location.endswith("done=drafted")
    assert "«Palm»" not in public()
    path = _draft_path(me)
    assert "A march in «Palm»" in _page(me.get(path))
    assert me.post(path, {**NEWS, "body-en": "We **run**.", "do": "publish"}).location.endswith("done=update-published")
    shown = public()
    assert "A march in «Palm»" in shown
    assert "<strong>run</strong>" in shown
    assert "Una marcha" in shown
    assert "«Palm»" not in before
    assert me.get(path).status_code == 404


def test_it_is_published_at_its_time_and_not_before(organizer, public, rows, sessions, monkeypatch):
    me = organizer("editor")
    monkeypatch.setattr("campaign.organize.when.now", lambda: datetime(2026, 11, 30, tzinfo=UTC))
    when = {"do": "schedule", "day": "2027-11-07", "clock": "01:30", "timezone": "America/New_York"}
    twice = _written(me, **when)
    assert twice.status_code == 422
    assert "comes twice" in _page(twice)
    assert "A march in «Palm»" in _page(twice)
    assert _written(me, **when, which="second").location.endswith("done=update-scheduled")
    due = datetime(2027, 11, 7, 6, 30, tzinfo=UTC)
    assert rows(UpdateDraft)[0].publishes_at == due
    assert "update, published by itself" in _page(me.get("/organize/ciw"))
    for at, count in ((due - timedelta(seconds=1), 0), (due, 1), (due, 0)):
        monkeypatch.setattr("campaign.campaigns.news.present", lambda at=at: at)
        assert "«Palm»" not in public() or count == 0
        with sessions() as session, session.begin():
            assert publish_due(session) == count
    assert rows(UpdateDraft) == []
    assert rows(CampaignUpdate)[0].published_at == due
    assert "«Palm»" in public()


def test_a_title_that_is_published_is_not_used_twice(organizer, rows, sessions, monkeypatch):
    me = organizer("editor")
    _written(me)
    path = _draft_path(me)
    _written(me, do="publish")
    again = me.post(path, {**NEWS, "do": "publish"})
    assert again.status_code == 422
    assert "already has an update with this title" in _page(again)
    assert 'href="#field-title-en"' in _page(again)
    count = len(rows(CampaignUpdate))
    with sessions() as session, session.begin():
        session.execute(text("UPDATE update_drafts SET publishes_at = now(), publishes_zone = 'UTC'"))
    with sessions() as session, session.begin():
        assert publish_due(session) == 1
    assert len(rows(CampaignUpdate)) == count
    assert rows(UpdateDraft)[0].publishes_at is None, "it stays a draft, and is tried no more"


def test_a_correction_says_so(organizer, public, rows):
    me = organizer("editor")
    _written(me, do="publish")
    stored = rows(CampaignUpdate)[0]
    path, read_at = f"{FAIR}/updates/{stored.public_id}", stored.updated_at.isoformat()
    assert "Corrected on" not in public()
    assert read_at in _page(me.get(path))
    fixed = {**NEWS, "body-en": "We **stroll**.", "read_at": read_at}
    assert me.post(path, fixed).location.endswith("done=corrected")
    shown = public()
    assert "Corrected on" in shown
    assert "<strong>stroll</strong>" in shown
    late = me.post(path, {**NEWS, "body-en": "We **fly**.", "read_at": read_at})
    assert late.status_code == 409
    assert "We **fly**." in _page(late)
    assert "We **stroll**." in _page(late)
    assert "<strong>fly</strong>" not in public()
    token = rows(CampaignUpdate)[0].updated_at.isoformat()
    assert token in _page(late)
    assert me.post(path, {**NEWS, "body-en": "We **fly**.", "read_at": token}).status_code == 303


def test_a_draft_is_thrown_away_after_a_question(organizer, rows):
    me = organizer("editor")
    _written(me)
    path = f"{_draft_path(me)}/delete"
    assert "can’t be undone" in _page(me.get(path))
    assert len(rows(UpdateDraft)) == 1
    assert me.post(path).location.endswith("done=deleted")
    assert rows(UpdateDraft) == []
    assert me.post(path).status_code == 404


@pytest.mark.parametrize(
    ("typed", "box"),
    [
        ({"title-en": ""}, "title-en"),
        ({"title-en": "x" * 201}, "title-en"),
        ({"body-en": " "}, "body-en"),
        ({"body-es": "x" * 20_001}, "body-es"),
        ({"title-es": "one\ntwo"}, "title-es"),
    ],
)
def test_what_is_wrong_is_told_beside_its_box(organizer, rows, typed, box):
    answer = _written(organizer("editor"), **typed)
    assert answer.status_code == 422
    assert f'href="#field-{box}"' in _page(answer)
    assert "Caminamos." in _page(answer) or "body-es" in typed
    assert rows(UpdateDraft) == []


def test_script_in_news_is_words(organizer, public):
    _written(organizer("editor"), do="publish", **{"body-en": "<script>alert(1)</script> [x](javascript:alert(1))"})
    shown = public()
    assert "<script>alert" not in shown
    assert 'href="javascript:' not in shown


def test_what_is_anothers_is_nobodys(organizer, rows):
    me = organizer("editor")
    _written(me)
    _written(me, do="publish", **{"title-en": "Other"})
    other = organizer("owner", "migrant-justice")
    own = "/organize/migrant-justice/campaigns/milk-with-dignity/updates"
    draft, update = rows(UpdateDraft)[0].public_id, rows(CampaignUpdate)[0].public_id
    nobody = "0190a0a0-0000-7000-8000-000000000000"
    for there in (f"{own}/drafts/{{}}", f"{own}/drafts/{{}}/delete", f"{own}/{{}}"):
        for key in (draft, update, nobody):
            assert other.get(there.format(key)).status_code == 404
            assert other.post(there.format(key), NEWS).status_code == 404
    assert organizer("viewer").get(f"{FAIR}/updates").status_code == 403
    assert len(rows(UpdateDraft)) == 1


def test_home_tells_what_waits(organizer, visitor, sessions):
    visitor.pledge(fax_number="x")
    with sessions() as session, session.begin():
        session.execute(
            text("UPDATE campaigns SET status = 'draft', opens_at = :at, opens_zone = 'UTC' WHERE slug = 'fair-food'"),
            {"at": now() + timedelta(days=1)},
        )
    page = _page(organizer("organizer").get("/organize/ciw"))
    assert "1 action is held for review." in page
    assert "opens by itself on" in page
    assert "invitation" not in page
    assert "held for review" not in _page(organizer("viewer").get("/organize/ciw"))
    assert "held for review" not in _page(organizer("owner", "migrant-justice").get("/organize/migrant-justice"))


def _form(page):
    form = forms.boxes(page)
    return {name: values[0] for name, values in form.items() if name != "do"}


def _both(me, rows):
    """A draft and a published update, each as its page's address."""
    _written(me)
    draft = _draft_path(me)
    _written(me, do="publish", **{"title-en": "Another"})
    return draft, f"{FAIR}/updates/{rows(CampaignUpdate)[0].public_id}"


def test_two_who_edit_an_update_both_have_their_way_where_they_can(organizer, rows):
    me, other = organizer("editor"), organizer("owner")
    for path, model in zip(_both(me, rows), (UpdateDraft, CampaignUpdate), strict=True):
        mine, theirs = _form(me.get(path)), _form(other.get(path))
        assert other.post(path, {**theirs, "body-es": "Corremos."}).status_code == 303
        assert me.post(path, {**mine, "body-en": "We **stroll**."}).status_code == 303
        assert rows(model)[0].body == {"en": "We **stroll**.", "es": "Corremos."}


def test_where_both_changed_one_text_a_person_chooses(organizer, rows):
    me, other = organizer("editor"), organizer("owner")
    for path, model in zip(_both(me, rows), (UpdateDraft, CampaignUpdate), strict=True):
        mine, theirs = _form(me.get(path)), _form(other.get(path))
        other.post(path, {**theirs, "body-en": "We run."})
        page = me.post(path, {**mine, "body-en": "We fly.", "body-es": "Volamos."})
        assert page.status_code == 409
        assert rows(model)[0].body == {"en": "We run.", "es": NEWS["body-es"]}
        said = _page(page)
        assert "We run." in said
        assert 'href="#field-body-en"' in said
        assert 'href="#field-body-es"' not in said
        again = _form(page)
        assert (again["body-en"], again["body-es"]) == ("We fly.", "Volamos.")
        again.pop("choose.body-en", None)
        assert me.post(path, again).status_code == 409, "nothing chosen is no choice"
        assert me.post(path, {**again, "choose.body-en": "theirs"}).status_code == 303
        assert rows(model)[0].body == {"en": "We run.", "es": "Volamos."}


def test_a_third_who_saves_while_one_chooses_is_shown_too(organizer, rows):
    me, other = organizer("editor"), organizer("owner")
    path, _ = _both(me, rows)
    mine, theirs = _form(me.get(path)), _form(other.get(path))
    other.post(path, {**theirs, "body-en": "We run."})
    again = _form(me.post(path, {**mine, "body-en": "We fly."}))
    other.post(path, {**_form(other.get(path)), "body-en": "We swim."})
    page = me.post(path, {**again, "choose.body-en": "mine"})
    assert page.status_code == 409
    assert "We swim." in _page(page)
    assert me.post(path, {**_form(page), "choose.body-en": "mine"}).status_code == 303
    assert rows(UpdateDraft)[0].body["en"] == "We fly."


def test_words_in_a_language_that_was_taken_away_meanwhile_are_not_lost(organizer, rows):
    me, other = organizer("editor"), organizer("owner")
    draft, published = _both(me, rows)
    new, opened = f"{FAIR}/updates/new", {path: _form(me.get(path)) for path in (draft, published)}
    assert other.post(f"{FAIR}/text/languages/es").status_code == 303
    for path, form in ((new, {**NEWS, "do": "save", "title-en": "Third"}), *opened.items()):
        page = me.post(path, {**form, "body-es": "Seguimos."})
        assert page.status_code == 422, path
        said = _page(page)
        assert "Spanish isn’t a language of this campaign anymore." in said
        assert 'id="field-body-es-error"' in said
        assert _form(page)["body-es"] == "Seguimos."
        gone = {**_form(page), "title-es": "", "body-es": "", "do": "save"}
        assert me.post(path, gone).status_code == 303, path
