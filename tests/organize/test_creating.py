"""A new campaign by form: what becomes of what was typed, what is refused and where it is said, what is copied."""

import json
import re

import pytest
from sqlalchemy import text

from campaign.organize.creating.starts import STARTERS
from tests.organize import forms

NEW = "/organize/ciw/campaigns/new"
TYPED = {
    "languages": ["en", "es"],
    "first": "en",
    "goal": "500",
    "title.en": "Shade for melon pickers",
    "title.es": "Sombra para quienes cosechan melones",
    "demand.en": "Kroger must buy from farms with shade.",
    "demand.es": "Kroger debe comprar en campos con sombra.",
}


@pytest.fixture
def ana(organizer):
    return organizer("editor")


@pytest.fixture
def row(sessions):
    def read(slug):
        with sessions() as session:
            return (
                session.execute(text("SELECT * FROM campaigns WHERE slug = :slug"), {"slug": slug})
                .mappings()
                .one_or_none()
            )

    return read


def boxes(page):
    """The boxes of the form, without its buttons."""
    form = forms.boxes(page)
    form.pop("act", None)
    return form


def html(page):
    return page.get_data(as_text=True)


def test_two_languages_an_address_made_of_the_title_and_the_overview_says_what_is_missing(ana, row):
    answer = ana.post(NEW, TYPED)
    assert answer.status_code == 303, html(answer)
    assert answer.location == "/organize/ciw/campaigns/shade-for-melon-pickers?done=created"
    made = row("shade-for-melon-pickers")
    assert (made["status"], made["languages"], made["goal"]) == ("draft", ["en", "es"], 500)
    assert made["demand"]["es"] == TYPED["demand.es"]
    overview = html(ana.get(answer.location))
    assert "Draft created" in overview
    assert "No company chosen yet." in overview


def test_a_language_whose_boxes_are_empty_is_not_one_of_its_own(ana, row):
    ana.post(NEW, {**TYPED, "title.es": "", "demand.es": " "})
    assert row("shade-for-melon-pickers")["languages"] == ["en"]


def test_the_first_language_is_chosen(ana, row):
    ana.post(NEW, {**TYPED, "first": "es", "slug": "melones"})
    assert row("melones")["languages"] == ["es", "en"]


def test_a_language_is_added_and_nothing_typed_is_lost(ana):
    page = ana.post(NEW, {**TYPED, "act": "add", "add": "ht"})
    typed = boxes(page)
    assert page.status_code == 200
    assert typed["languages"] == ["en", "es", "ht"]
    assert typed["title.es"] == [TYPED["title.es"]]
    assert typed["title.ht"] == [""]


@pytest.mark.parametrize(
    ("changed", "box", "words"),
    [
        ({"title.en": ""}, "title.en", "This is needed."),
        ({"demand.es": ""}, "demand.es", "This is needed."),
        ({"demand.en": "x" * 1001}, "demand.en", "1,000 characters"),
        ({"goal": "many"}, "goal", "whole number"),
        ({"goal": "0"}, "goal", "whole number"),
        ({"slug": "Fair Food"}, "slug", "hyphens"),
        ({"slug": "fair-food"}, "slug", "This one is free: fair-food-2"),
        ({"slug": "new"}, "slug", "A page of ours has this address"),
        ({"slug": "milk-with-dignity"}, "slug", "This address is taken"),
        ({"company": "Nobody & Sons"}, "company", "don’t know this company"),
        ({"companies": ["no-such-company"]}, "company", "don’t know this company"),
        ({"start": "copy:no-such-campaign"}, "start", "can’t be copied"),
        ({"start": "copy:milk-with-dignity"}, "start", "can’t be copied"),
        ({"start": "starter:../food"}, "start", "can’t be copied"),
    ],
)
def test_what_is_wrong_is_said_at_its_box_and_nothing_typed_is_lost(ana, row, changed, box, words):
    before = row("fair-food")
    page = ana.post(NEW, {**TYPED, **changed})
    said = html(page)
    assert page.status_code == 422
    assert words in re.search(rf'id="field-{re.escape(box)}-error">(.*?)</p>', said)[1]
    assert f'<a href="#field-{box}">' in said
    kept = boxes(page)
    for name in ("title.es", "demand.en", "slug", "goal"):
        assert kept[name] == [{**TYPED, "slug": "", **changed}[name]]
    assert row("fair-food") == before
    assert row("shade-for-melon-pickers") is None


def test_an_address_that_is_taken_is_not_made_of_the_title(ana, row):
    ana.post(NEW, {**TYPED, "title.en": "Fair food", "seen": "fair-food", "goal": "7"})
    assert row("fair-food-2")["goal"] == 7


def test_a_title_without_latin_letters_asks_for_an_address(ana):
    page = ana.post(NEW, {"languages": "bn", "first": "bn", "goal": "5", "title.bn": "ন্যায্য", "demand.bn": "ন্যায্য"})
    assert page.status_code == 422
    assert 'id="field-slug-error"' in html(page)


def test_companies_are_found_by_part_of_their_name(ana, sessions):
    page = ana.post(NEW, {**TYPED, "company": "krog", "act": "company"})
    assert boxes(page)["companies"] == ["kroger"]
    answer = ana.post(NEW, {**TYPED, "companies": "kroger", "company": "publix", "seen": "fair-food"})
    assert answer.status_code == 303, html(answer)
    with sessions() as session:
        found = session.scalars(
            text(
                "SELECT p.slug FROM campaign_targets t JOIN companies p ON p.id = t.company_id"
                " JOIN campaigns c ON c.id = t.campaign_id WHERE c.slug = 'shade-for-melon-pickers' ORDER BY t.position"
            )
        ).all()
    assert found == ["kroger", "publix"]


def test_a_company_that_is_unknown_is_proposed_beside_the_draft(ana, sessions, row):
    asked = html(ana.post(NEW, {**TYPED, "company": "Acme Melons"}))
    assert "Propose “Acme Melons” as a new company" in asked
    wrong = ana.post(NEW, {**TYPED, "company": "Acme Melons", "proposes": "yes", "country": "US", "timezone": "Mars"})
    assert wrong.status_code == 422
    assert 'id="field-timezone-error"' in html(wrong)
    more = {"company": "Acme Melons", "proposes": "yes", "country": "US", "timezone": "America/Chicago"}
    answer = ana.post(NEW, {**TYPED, **more})
    assert answer.location.endswith("?done=created-proposed")
    with sessions() as session:
        assert session.scalar(text("SELECT slug FROM proposals WHERE thing = 'company'")) == "acme-melons"
        assert session.scalar(text("SELECT count(*) FROM companies WHERE slug = 'acme-melons'")) == 0
    assert row("shade-for-melon-pickers")


def test_similar_campaigns_are_shown_once_before_it_is_made(ana, row):
    page = ana.post(NEW, {**TYPED, "companies": "wendys"})
    assert page.status_code == 200
    assert "Is it one of these?" in html(page)
    assert row("shade-for-melon-pickers") is None
    form = boxes(page)
    assert "fair-food" in form["seen"][0]
    assert ana.post(NEW, form).status_code == 303
    assert row("shade-for-melon-pickers")


def test_a_draft_of_others_is_like_nothing(organizer, sessions):
    with sessions() as session, session.begin():
        session.execute(text("UPDATE campaigns SET status = 'draft' WHERE slug = 'fair-food'"))
    other = organizer("editor", "migrant-justice")
    answer = other.post("/organize/migrant-justice/campaigns/new", {**TYPED, "companies": "wendys", "slug": "melons"})
    assert "fair-food" not in html(answer)


@pytest.mark.parametrize("name", STARTERS)
@pytest.mark.parametrize("language", ["en", "es"])
def test_each_starter_makes_a_whole_draft_whose_blanks_block_it(ana, row, name, language):
    form = boxes(ana.get(f"{NEW}?start=starter:{name}"))
    answer = ana.post(NEW, {**form, "first": language, "slug": f"from-{name}", "seen": "fair-food"})
    assert answer.status_code == 303, html(answer)
    made = row(f"from-{name}")
    assert made["languages"][0] == language
    assert made["story"].keys() == made["standfirst"].keys() == {"en", "es"}
    assert made["art"]
    overview = html(ana.get(answer.location))
    assert overview.count("Fill in “[[") >= 6
    assert "more blanks (Spanish)" in overview
    boxes_named = set(re.findall(rf'/organize/ciw/campaigns/from-{name}/text#(field-[\w.]+)"', overview))
    assert boxes_named
    assert "letter" not in re.findall(r"The (\w+)", overview)
    refused = ana.post(f"/organize/ciw/campaigns/from-{name}/publish", {"when": "now", "do": "now"})
    assert refused.status_code == 422
    assert row(f"from-{name}")["status"] == "draft"
    texts = html(ana.get(f"/organize/ciw/campaigns/from-{name}/text"))
    assert all(f'id="{box}"' in texts for box in boxes_named)
    assert "Dear {executive}," in texts
    assert "Estimada dirección de {company}:" in texts


def test_a_starter_fills_empty_boxes_and_another_one_takes_its_place(ana):
    first = ana.post(NEW, {**TYPED, "title.en": "", "start": "starter:food", "act": "fill"})
    form = boxes(first)
    assert "binding agreement" not in form["demand.en"][0]
    assert form["title.en"][0].startswith("[[Company]]: buy from farms")
    second = boxes(ana.post(NEW, {**form, "start": "starter:dairy", "act": "fill"}))
    assert "milk" in second["title.en"][0]
    assert second["demand.en"] == [TYPED["demand.en"]]


def test_a_high_safety_campaign_takes_no_letter_from_its_starter(ana, row, sessions):
    form = boxes(ana.get(f"{NEW}?start=starter:food"))
    assert ana.post(NEW, {**form, "slug": "safe", "safety": "high"}).status_code == 303
    assert row("safe")["is_high_safety"]
    with sessions() as session:
        query = "SELECT count(*) FROM letter_templates l JOIN campaigns c ON c.id = l.campaign_id WHERE c.slug = 'safe'"
        assert session.scalar(text(query)) == 0


def test_a_copy_has_the_texts_and_no_people_numbers_or_stances(ana, row, sessions):
    page = ana.get(f"{NEW}?start=copy:fair-food")
    form = boxes(page)
    assert form["title.en"] == [row("fair-food")["title"]["en"]]
    answer = ana.post(NEW, {**form, "slug": "fair-food-again", "seen": "fair-food"})
    assert answer.status_code == 303, html(answer)
    old, new = row("fair-food"), row("fair-food-again")
    for name in ("title", "demand", "story", "standfirst", "art", "palette", "goal", "languages"):
        assert new[name] == old[name], name
    assert (new["status"], new["won_at"], new["opened_at"], new["notes"]) == ("draft", None, None, "")
    with sessions() as session:
        for table in ("actions", "campaign_targets", "stances", "events", "campaign_updates"):
            count = session.scalar(text(f"SELECT count(*) FROM {table} WHERE campaign_id = :id"), {"id": new["id"]})
            assert count == 0, table


def test_a_copy_has_what_follows_signing(ana, row, sessions):
    after = {
        "steps": ["share", "letter"],
        "words": {"share": {"heading": {"en": "Pass it on"}}},
        "mails": {"pledge": {"subject": {"es": "Confirme su firma"}}},
    }
    with sessions() as session, session.begin():
        session.execute(
            text("UPDATE campaigns SET after_signing = CAST(:after AS jsonb) WHERE slug = 'fair-food'"),
            {"after": json.dumps(after)},
        )
    form = boxes(ana.get(f"{NEW}?start=copy:fair-food"))
    assert ana.post(NEW, {**form, "slug": "fair-food-again", "seen": "fair-food"}).status_code == 303
    assert row("fair-food-again")["after_signing"] == after


def test_a_copy_of_a_campaign_of_high_safety_protects_as_well_unless_somebody_decides_otherwise(organizer, sessions):
    with sessions() as session, session.begin():
        slug, own = session.execute(
            text(
                "SELECT c.slug, o.slug FROM campaigns c JOIN organizations o ON o.id = c.organization_id"
                " WHERE c.is_high_safety LIMIT 1"
            )
        ).one()
    me, new = organizer("editor", own), f"/organize/{own}/campaigns/new"
    assert boxes(me.get(f"{new}?start=copy:{slug}"))["safety"] == ["high"]
    me.post(new, {**TYPED, "start": f"copy:{slug}", "seen": slug, "slug": "chosen-without-its-button"})
    with sessions() as session:
        query = "SELECT is_high_safety FROM campaigns WHERE slug = 'chosen-without-its-button'"
        assert session.scalar(text(query))


def test_what_others_share_can_be_copied_and_what_they_do_not_is_as_nothing(organizer, sessions, row):
    me, new = organizer("editor", "migrant-justice"), "/organize/migrant-justice/campaigns/new"
    for word in ("copy:fair-food", "copy:%00", "copy:", "starter:%2e%2e", "x" * 9000):
        assert me.get(f"{new}?start={word}").status_code in (404, 414), word
    assert 'value="copy:fair-food"' not in html(me.get(new))
    with sessions() as session, session.begin():
        session.execute(text("UPDATE campaigns SET is_shared = true WHERE slug = 'fair-food'"))
        picture(session)
    assert 'value="copy:fair-food"' in html(me.get(new))
    form = boxes(me.get(f"{new}?start=copy:fair-food"))
    assert me.post(new, {**form, "slug": "ours", "seen": "fair-food"}).status_code == 303
    with sessions() as session:
        query = (
            "SELECT c.slug, o.slug, p.name FROM campaign_pictures p JOIN campaigns c ON c.id = p.campaign_id"
            " JOIN organizations o ON o.id = c.organization_id ORDER BY c.id"
        )
        found = {tuple(one) for one in session.execute(text(query))}
    assert {("fair-food", "ciw", "march"), ("ours", "migrant-justice", "march")} <= found
    assert me.post("/organize/migrant-justice/campaigns/fair-food/notes", {"notes": "x"}).status_code == 404


def picture(session):
    session.execute(
        text(
            "INSERT INTO campaign_pictures (campaign_id, name, alt, width, height, focus_x, focus_y, is_head, digest)"
            " SELECT id, 'march', '{\"en\": \"A march\"}', 10, 10, 50, 50, false, repeat('a', 64)"
            " FROM campaigns WHERE slug = 'fair-food'"
        )
    )


def test_the_page_is_shown_as_it_will_look_and_nothing_is_stored(ana, row, sessions):
    with sessions() as session:
        before = session.scalar(text("SELECT count(*) FROM audit_entries"))
    page = ana.post(NEW, {**TYPED, "companies": "kroger", "act": "look"})
    said = html(page)
    assert page.status_code == 200, said
    assert "Nothing is saved yet" in said
    assert TYPED["demand.en"] in said
    assert 'class="masthead' in said
    assert "seven days" not in said
    assert page.headers["Cache-Control"] == "no-store"
    assert row("shade-for-melon-pickers") is None
    with sessions() as session:
        assert session.scalar(text("SELECT count(*) FROM audit_entries")) == before


def test_a_form_that_is_late_is_shown_whole(ana):
    page = ana.post(NEW, TYPED, csrf="0" * 32)
    assert page.status_code == 403
    assert TYPED["demand.es"] in html(page)


@pytest.mark.parametrize("role", ["viewer", "organizer"])
def test_who_may_not_publish_makes_none(organizer, role, row):
    me = organizer(role)
    status = 303 if role == "organizer" else 403
    assert me.post(NEW, TYPED).status_code == status
    assert ("New campaign" in html(me.get("/organize/ciw"))) is (role == "organizer")


def test_no_field_of_a_form_decides_whose_it_is_or_that_it_is_open(ana, row):
    ana.post(
        NEW, {**TYPED, "organization": "migrant-justice", "organization_id": "2", "status": "open", "is_shared": "1"}
    )
    made = row("shade-for-melon-pickers")
    assert made["status"] == "draft"
    assert not made["is_shared"]
    assert ana.get("/organize/ciw/campaigns/shade-for-melon-pickers").status_code == 200


def test_its_first_version_is_the_form(ana):
    assert ana.post(NEW, TYPED).status_code == 303
    page = html(ana.get("/organize/ciw/campaigns/shade-for-melon-pickers/history"))
    assert "Editor" in page, re.sub("<[^>]*>|\\s+", " ", page)
