"""A campaign's address changes: every one it had leads to it for ever, by every door, and is no other's."""

from threading import Thread
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text

from campaign.campaigns.addresses import move_campaign
from campaign.campaigns.models import Campaign
from campaign.campaigns.service import add_campaign
from campaign.content.errors import ContentError
from campaign.content.loading import Loading
from campaign.content.reading import read_content
from campaign.content.service import load
from campaign.demonstration import load_demo
from campaign.features import SECTIONS
from campaign.kernel.access import Access, declared
from campaign.kernel.actors import ALL_POWERS, OPERATOR, Actor
from campaign.kernel.clock import now
from campaign.kernel.errors import RefusedError
from campaign.revisions.service import Edit
from tests.organize.stage import ORIGIN
from tests.organize.sweep_values import NOTHING

OLD, NEWER, NEWEST = "fair-food", "fairer-food", "fairest-food"
SETTINGS = "/organize/ciw/campaigns/{}/settings"


@pytest.fixture
def move(sessions, app):
    def to(slug, other):
        with sessions() as session, session.begin():
            move_campaign(session, OPERATOR, slug, other, Edit("form", now()))
        app.wsgi_app.clear()
        app.extensions["campaign.intake"].doorsteps._kept.clear()

    return to


def html(page):
    return page.get_data(as_text=True)


WITHOUT_ANY = {"organize.rendered"}
"""What shows nothing of a campaign: it answers alike for each."""


def _rules(app, access):
    return [
        rule
        for rule in app.url_map.iter_rules()
        if "/campaigns/<slug>" in rule.rule
        and rule.endpoint not in WITHOUT_ANY
        and declared(app.view_functions[rule.endpoint]) is access
    ]


def _path(rule, slug):
    values = {name: NOTHING.get(type(rule._converters[name]).__name__, "en") for name in rule.arguments}
    if "step" in values:
        values["step"] = min(rule._converters["step"].items) if hasattr(rule._converters["step"], "items") else "en"
    return rule.build({**values, "slug": slug, **({"organization": "ciw"} if "organization" in values else {})})[1]


def test_every_public_address_leads_to_the_newest_from_both_old_ones(app, client, move):
    move(OLD, NEWER)
    move(NEWER, NEWEST)
    rules = _rules(app, Access.PUBLIC)
    assert {rule.endpoint for rule in rules} >= {
        "site.campaign", "site.count", "site.updates", "site.flyer", "site.petition_sheet", "actions.qr", "actions.thanks",
        "letters.page", "letters.send", "pledges.page", "pledges.sign", "cards.card",
    }  # fmt: skip
    for rule in rules:
        for method in rule.methods - {"OPTIONS"}:
            for old in (OLD, NEWER):
                path = f"{_path(rule, old)}?via=a&utm_source=%C3%A9"
                answer = client.open(path, method=method, base_url=ORIGIN)
                assert answer.status_code == (308 if method == "POST" else 301), (rule.rule, method)
                led = urlsplit(answer.location)
                assert led.path == _path(rule, NEWEST)
                assert led.query == "via=a&utm_source=%C3%A9"
                assert not led.netloc


def test_every_organizers_address_leads_there_for_those_whose_it_is_alone(app, organizer, move):
    move(OLD, NEWER)
    mine, other = organizer("owner"), organizer("owner", "migrant-justice")
    for rule in _rules(app, Access.MEMBER):
        path = _path(rule, OLD)
        foreign = path.replace("/ciw/", "/migrant-justice/")
        if "GET" in rule.methods:
            answer = mine.get(path)
            assert (answer.status_code, answer.location) == (301, _path(rule, NEWER)), rule.rule
            assert answer.headers["Cache-Control"] == "no-store"
            assert other.get(foreign).status_code == 404
            assert other.get(path).status_code == 404
        if "POST" in rule.methods:
            answer = mine.post(path)
            assert (answer.status_code, answer.location) == (308, _path(rule, NEWER)), rule.rule
            assert other.post(foreign).status_code == 404


def test_an_old_address_keeps_its_language_and_json_its_shape(client, move):
    move(OLD, NEWER)
    assert client.get(f"/es/campaigns/{OLD}?via=x", base_url=ORIGIN).location == f"/es/campaigns/{NEWER}?via=x"
    answer = client.get(f"/campaigns/{OLD}/count.json", base_url=ORIGIN, follow_redirects=True)
    assert answer.status_code == 200
    assert "confirmed" in answer.get_json()
    assert client.get(f"/CAMPAIGNS/{OLD.upper()}", base_url=ORIGIN, follow_redirects=True).status_code == 200


def test_no_browser_remembers_for_long_so_that_changing_back_makes_no_circle(client, move):
    move(OLD, NEWER)
    assert client.get(f"/campaigns/{OLD}", base_url=ORIGIN).headers["Cache-Control"] == "max-age=10"
    move(NEWER, OLD)
    assert client.get(f"/campaigns/{OLD}", base_url=ORIGIN).status_code == 200
    answer = client.get(f"/campaigns/{NEWER}", base_url=ORIGIN)
    assert (answer.status_code, answer.location) == (301, f"/campaigns/{OLD}")


def test_a_form_that_was_open_meanwhile_counts_and_so_does_its_mailed_link(visitor, move, sessions):
    move(OLD, NEWER)
    answer = visitor.sign()
    assert (answer.status_code, answer.location) == (308, f"/campaigns/{NEWER}/pledge")
    move(NEWER, OLD)
    visitor.sign()
    link = visitor.last_link("confirm")
    move(OLD, NEWEST)
    confirmed = visitor.confirm(link)
    assert NEWEST in confirmed.location
    with sessions() as session:
        assert session.scalar(text("SELECT count(*) FROM actions WHERE state = 'confirmed'")) == 1


def test_a_draft_has_no_address_outside_by_an_old_one_either(client, move, sessions, organizer):
    move(OLD, NEWER)
    with sessions() as session, session.begin():
        session.execute(text("UPDATE campaigns SET status = 'draft' WHERE slug = :slug"), {"slug": NEWER})
    assert client.get(f"/campaigns/{OLD}", base_url=ORIGIN).status_code == 404
    assert organizer("viewer").get(f"/organize/ciw/campaigns/{OLD}").status_code == 301


def test_what_is_there_under_its_own_address_asks_no_more_than_before(client, app, move, engine):
    from sqlalchemy import event

    asked = []
    event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    client.get(f"/campaigns/{OLD}", base_url=ORIGIN)
    assert not [one for one in asked if "old_slugs" in one]


def test_an_organizer_changes_it_after_a_page_that_says_what_happens(organizer, client, sessions):
    me = organizer("editor")
    asked = me.post(SETTINGS.format(OLD) + "/address", {"slug": NEWER})
    assert asked.status_code == 200
    assert "printed QR codes with the old address keep working" in html(asked)
    assert me.get(f"/organize/ciw/campaigns/{OLD}").status_code == 200
    done = me.post(SETTINGS.format(OLD) + "/address", {"slug": NEWER, "step": "move"})
    assert done.location == SETTINGS.format(NEWER) + "?done=moved"
    page = html(me.get(done.location))
    assert "has a new address" in page
    assert f"/campaigns/{OLD}</li>" in page
    with sessions() as session:
        kept = session.scalar(text("SELECT changes FROM revisions WHERE thing = 'campaign' ORDER BY id DESC LIMIT 1"))
        assert kept[0]["values"] == {"slug": [OLD, NEWER]}
    assert me.post(SETTINGS.format(NEWER) + "/address", {"slug": OLD, "step": "move"}).status_code == 303
    assert me.get(f"/organize/ciw/campaigns/{OLD}").status_code == 200


@pytest.mark.parametrize("step", ["", "move"])
@pytest.mark.parametrize(
    ("slug", "words"),
    [
        ("", "lower-case letters"),
        ("Fair Food", "lower-case letters"),
        ("x" * 64, "lower-case letters"),
        ("new", "A page of ours has this address"),
        ("milk-with-dignity", "This one is free: milk-with-dignity-2"),
        ("milk-before", "This one is free: milk-before-2"),
    ],
)
def test_what_cannot_be_an_address_is_said_at_the_box(organizer, move, slug, words, step):
    move("milk-with-dignity", "milk-before")
    move("milk-before", "milk-with-dignity")
    page = organizer("editor").post(SETTINGS.format(OLD) + "/address", {"slug": slug, "step": step})
    assert page.status_code == 422
    assert words in html(page).split('id="field-slug-error"')[1].split("</p>")[0]
    assert f'value="{slug}"' in html(page)


def test_an_old_address_is_no_new_campaigns_by_form_or_file(organizer, move, sessions):
    move(OLD, NEWER)
    typed = {"languages": "en", "first": "en", "goal": "5", "title.en": "T", "demand.en": "D", "slug": OLD}
    own = organizer("editor").post("/organize/ciw/campaigns/new", typed)
    assert own.status_code == 422
    assert f"Your campaign at “{NEWER}” had this address before" in html(own)
    others = organizer("editor", "migrant-justice").post("/organize/migrant-justice/campaigns/new", typed)
    assert others.status_code == 422
    assert "This address is taken" in html(others)
    assert NEWER not in html(others)
    entry = '{slug: fair-food, organization: ciw, title: {en: "T"}, demand: {en: "D"}, goal: 5}'
    content = read_content(f"campaigns:\n  - {entry}\n".encode(), now(), SECTIONS)
    with sessions() as session, pytest.raises(ContentError) as refused:
        load(Loading(session, OPERATOR, now(), lambda *_: False), content, SECTIONS)
    assert "is called 'fairer-food' now" in str(refused.value.problems[0].text)


def test_the_demonstration_stays_loaded_though_a_campaign_of_it_moved(move, sessions):
    move(OLD, NEWER)
    with sessions() as session, session.begin():
        load_demo(session, OPERATOR, now(), lambda *_: False, SECTIONS)
        assert session.scalar(text("SELECT count(*) FROM campaigns WHERE slug = 'fair-food'")) == 0


def test_what_is_shared_is_a_choice_of_its_organizers(organizer, sessions):
    me = organizer("editor")
    for shared, done in (("yes", "shared"), ("", "unshared")):
        answer = me.post(SETTINGS.format(OLD) + "/sharing", {"shared": shared})
        assert answer.location.endswith(f"?done={done}")
        with sessions() as session:
            assert session.scalar(text("SELECT is_shared FROM campaigns WHERE slug = 'fair-food'")) is bool(shared)
    assert organizer("viewer").post(SETTINGS.format(OLD) + "/sharing", {"shared": "yes"}).status_code == 403
    other = organizer("owner", "migrant-justice")
    path = SETTINGS.format(OLD).replace("/ciw/", "/migrant-justice/")
    assert other.post(f"{path}/sharing", {"shared": "yes"}).status_code == 404


@pytest.mark.parametrize("newcomer", ["made", "moved"])
def test_who_waits_for_an_address_that_is_being_given_up_does_not_get_it(sessions, app, newcomer):
    def take(session):
        if newcomer == "moved":
            return move_campaign(session, OPERATOR, "milk-with-dignity", OLD, Edit("form", now()))
        own = session.execute(
            text("SELECT organization_id FROM campaigns WHERE slug = 'milk-with-dignity'")
        ).scalar_one()
        one = {"title": {"en": "T"}, "demand": {"en": "D"}, "languages": ["en"], "goal": 5}
        campaign = Campaign(slug=OLD, organization_id=own, agreement_id=None, **one)
        return add_campaign(session, Actor("Eva", ALL_POWERS, frozenset({own})), campaign, Edit("form", now()))

    told = []

    def work():
        with sessions() as session, session.begin():
            try:
                take(session)
            except RefusedError as error:
                told.append(error.problem.code)
                session.rollback()

    with sessions() as session, session.begin():
        move_campaign(session, OPERATOR, OLD, NEWER, Edit("form", now()))
        waiting = Thread(target=work)
        waiting.start()
        waiting.join(0.7)
        assert told or waiting.is_alive(), "whoever comes waits for the one before, or was told"
    waiting.join(10)
    assert told
    assert set(told) <= {"taken", "renamed"}
