"""Whatever is edited has a history: one revision a change, with what differs and who; no address is ever in it."""

from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

from campaign.campaigns.commands import SaveCampaign
from campaign.campaigns.models import Campaign
from campaign.campaigns.queries import get_campaign
from campaign.campaigns.saving import save_campaign
from campaign.campaigns.service import add_organization, change_status
from campaign.cli import main
from campaign.features import EDITED
from campaign.kernel.actors import ALL_POWERS, OPERATOR, Actor, Power
from campaign.kernel.errors import ForbiddenError, NotFoundError, RefusedError, UnknownNameError
from campaign.kernel.scoping import lock_campaign
from campaign.letters.service import save_template
from campaign.revisions.histories import get_history
from campaign.revisions.models import Revision
from campaign.revisions.previewing import attempt
from campaign.revisions.service import Edit
from campaign.targets.care import give_care
from campaign.targets.commands import SaveCompany, TakesStance
from campaign.targets.saving import Readdressed, address_companies, save_company
from tests.content.samples import NOW, SAMPLE, load_text

BY_NAME = {edited.name: edited for edited in EDITED}
SLUGS = {"organization": "ciw", "agreement": "fair-food-program", "company": "kroger", "campaign": "fair-food"}
LATER = NOW + timedelta(days=1)
ADDRESSES = ("chief.executive@kroger.example", "chief.e@", "e@kroger.example", "buyer@kroger.example")


def history(session, kind, slug=None, actor=OPERATOR):
    return get_history(session, actor, BY_NAME[kind], slug or SLUGS[kind]).revisions


def changes(session, kind):
    """What the revisions after the first hold."""
    return [one.changes for one in history(session, kind)[1:]]


def test_what_is_loaded_has_one_revision_each_that_tells_all_it_holds(session):
    load_text(session)
    for kind in SLUGS:
        (first,) = history(session, kind)
        assert (first.number, first.door, first.who, first.at) == (1, "load", "operator", NOW), kind
        assert first.changes[0]["is_new"]
    campaign = history(session, "campaign")[0].changes
    assert campaign[0]["values"]["organization"] == [None, "ciw"]
    assert campaign[0]["values"]["story"] == [None, {"en": "Water and shade."}]
    assert [(one["part"], one.get("name")) for one in campaign[1:]] == [
        ("updates", "Another season"),
        ("stances", "kroger"),
        ("companies", "kroger"),
        ("companies", "publix"),
        ("letter", None),
    ]
    load_text(session)
    assert [len(history(session, kind)) for kind in SLUGS] == [1, 1, 1, 1]


CHANGED = [
    ("organization", "place: Immokalee", "place: Florida", [{"values": {"place": ["Immokalee", "Florida"]}}]),
    (
        "agreement",
        "signatories: 14",
        "signatories: 15, signatories_known: [{name: Whole Foods, since: 2008}]",
        [
            {"values": {"signatories_count": [14, 15], "signatories_as_of": ["2026-11-20", "2026-11-21"]}},
            {"part": "signatories", "name": "Whole Foods", "is_new": True, "values": {"since": [None, 2008]}},
        ],
    ),
    ("company", "sector: supermarkets", "sector: food", [{"values": {"sector": ["supermarkets", "food"]}}]),
    (
        "company",
        "local_part: Chief.E",
        "local_part: E",
        [{"part": "offices", "name": "Chief Executive Officer", "values": {"address": None}}],
    ),
    (
        "company",
        "sector: supermarkets,",
        'sector: supermarkets, executives: [{office: Buyer, address: "Buyer@kroger.example"}],',
        [{"part": "offices", "name": "Buyer", "is_new": True}],
    ),
    ("campaign", "goal: 50000", "goal: 60000", [{"values": {"goal": [50000, 60000]}}]),
    (
        "campaign",
        "Water and shade.",
        "Rest.",
        [{"values": {"story": [{"en": "Water and shade."}, {"en": "Rest."}]}}],
    ),
    (
        "campaign",
        "    agreement: fair-food-program\n",
        "    agreement: null\n",
        [{"values": {"agreement": ["fair-food-program", None]}}],
    ),
    ("campaign", "status: open", "status: paused", [{"values": {"status": ["open", "paused"]}}]),
    (
        "campaign",
        "stance: holdout, as_of: 2023-12-31",
        "stance: met, as_of: 2024-05-01",
        [
            {
                "part": "stances",
                "name": "kroger",
                "values": {"stance": ["holdout", "met"], "as_of": ["2023-12-31", "2024-05-01"]},
            }
        ],
    ),
    (
        "campaign",
        "      - {company: publix}\n",
        "",
        [{"part": "companies", "name": "publix", "is_gone": True}],
    ),
    (
        "campaign",
        "Heat standards hold.",
        "They hold.",
        [
            {
                "part": "updates",
                "name": "Another season",
                "values": {"body": [{"en": "Heat standards hold."}, {"en": "They hold."}]},
            }
        ],
    ),
    (
        "campaign",
        "es: [Uno]",
        "es: [Dos]",
        [
            {
                "part": "letter",
                "values": {"subjects": [{"en": ["One", "Two"], "es": ["Uno"]}, {"en": ["One", "Two"], "es": ["Dos"]}]},
            }
        ],
    ),
]


@pytest.mark.parametrize(("kind", "before", "after", "differences"), CHANGED)
def test_a_change_is_one_revision_with_what_differs_and_nothing_else_has_any(session, kind, before, after, differences):
    assert before in SAMPLE
    load_text(session)
    load_text(session, SAMPLE.replace(before, after), LATER)
    load_text(session, SAMPLE.replace(before, after), LATER)
    assert changes(session, kind) == [differences]
    assert all(changes(session, other) == [] for other in SLUGS if other != kind)
    assert (history(session, kind)[1].at, history(session, kind)[1].who) == (LATER, "operator")


def test_all_that_one_file_changes_of_a_campaign_is_one_revision(session):
    load_text(session)
    changed = SAMPLE
    for kind, before, after, _ in CHANGED:
        if kind == "campaign" and "stance" not in before:
            changed = changed.replace(before, after)
    load_text(session, changed, LATER)
    (one,) = changes(session, "campaign")
    assert {change.get("part", "") for change in one} == {"", "companies", "updates", "letter"}


def test_no_address_of_an_office_is_in_any_history_or_log(session):
    load_text(session)
    load_text(session, SAMPLE.replace("local_part: Chief.E", "local_part: E"))
    own = 'sector: x, executives: [{office: Buyer, address: "Buyer@kroger.example"}],'
    load_text(session, SAMPLE.replace("sector: supermarkets,", own))
    for table in ("revisions", "audit_entries"):
        rows = session.scalars(text(f"SELECT lower(t::text) FROM {table} t")).all()
        assert rows
        assert not [row for row in rows for address in ADDRESSES if address in row]


# By other doors than a file


def test_commands_that_change_a_thing_leave_a_revision_too(session):
    add_organization(session, OPERATOR, "new-one", "New one")
    (one,) = history(session, "organization", "new-one")
    assert (one.door, one.changes) == (
        "add",
        [{"is_new": True, "values": {"name": [None, "New one"], "demands_factor": [None, False]}}],
    )
    load_text(session)
    change_status(session, OPERATOR, "fair-food", "won", NOW)
    change_status(session, OPERATOR, "fair-food", "won")
    ((change,),) = changes(session, "campaign")
    assert change == {"values": {"status": ["open", "won"], "won_at": [None, NOW.isoformat()]}}
    assert history(session, "campaign")[1].door == "status"


def organizer(session, *powers):
    organization_id = session.scalar(text("SELECT id FROM organizations WHERE slug = 'ciw'"))
    return Actor("Ana Díaz", frozenset(powers or ALL_POWERS), frozenset({organization_id}))


def command(slug="fair-food", organization="ciw", **values):
    return SaveCampaign(slug, values, organization, None, False, None, None, ())


def save(session, actor, saved, *, has_actions=False):
    return save_campaign(session, actor, saved, Edit("form", LATER), has_actions=lambda *_: has_actions)


def test_an_organizers_form_saves_by_the_same_services_and_is_named(session):
    load_text(session)
    ana, edit = organizer(session, Power.PUBLISH), Edit("form", LATER)
    saved = save_campaign(session, ana, command(goal=7), edit, has_actions=lambda *_: False)
    assert [one.values for one in saved.differences] == [{"goal": (50000, 7)}]
    address_companies(session, ana, saved.row.id, [TakesStance("publix", None, None, {})], edit)
    save_template(session, ana, saved.row, None, edit)
    (last,) = history(session, "campaign", actor=ana)[1:]
    assert (last.who, last.door, last.at) == ("Ana Díaz", "form", LATER)
    assert [(one.get("part"), one.get("name")) for one in last.changes] == [
        (None, None),
        ("companies", "publix"),
        ("companies", "kroger"),
        ("letter", None),
    ]
    session.flush()
    session.expire_all()
    assert get_campaign(session, "fair-food").updated_at == LATER
    assert save(session, ana, command(goal=7)).differences == []


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        (command(organization="nobody"), ("organization",), "not_yours"),
        (command(organization="other"), ("organization",), "not_yours"),
        (command("others"), ("slug",), "taken"),
        (command(is_high_safety=True), ("safety",), "acted_in"),
        (SaveCampaign("fair-food", {}, "ciw", "nothing", True, None, None, ()), ("agreement",), "no_agreement"),
    ],
)
def test_what_cannot_be_saved_is_told_with_its_field_and_without_words(session, given, field, code):
    load_text(session)
    load_text(session, "organizations:\n  - {slug: other, name: Other}\n")
    texts = {"goal": 1, "languages": ["en"], "title": {"en": "T"}, "demand": {"en": "D"}}
    save(session, OPERATOR, command("others", "other", **texts))
    with pytest.raises(RefusedError) as refused:
        save(session, organizer(session), given, has_actions=True)
    assert (refused.value.problem.field, refused.value.problem.code) == (field, code)
    assert isinstance(refused.value, NotFoundError) == isinstance(refused.value, UnknownNameError)


def test_a_company_or_a_letter_that_cannot_be_is_told_so(session):
    load_text(session)
    campaign, edit = get_campaign(session, "fair-food"), Edit("form", LATER)
    standings = [TakesStance("kroger", None, None, {}), TakesStance("nobody", None, None, {})]
    with pytest.raises(UnknownNameError) as unknown:
        address_companies(session, organizer(session), campaign.id, standings, edit)
    assert unknown.value.problem.field == ("companies", 1, "company")
    campaign.is_high_safety = True
    session.flush()
    with pytest.raises(RefusedError) as refused:
        save_template(session, organizer(session), campaign, {"subjects": {"en": ["S"]}, "body": {"en": "B"}}, edit)
    assert (refused.value.problem.field, refused.value.problem.code) == (("letter",), "none_in_high_safety")


def test_a_company_tells_whoever_saves_it_where_letters_follow_to(session):
    load_text(session)
    office = "Chief Executive Officer"
    saved = save_company(
        session, OPERATOR, SaveCompany("kroger", {}, {office: "new@kroger.example"}, None), Edit("form", LATER)
    )
    assert saved.readdressed == {office: Readdressed("chief.executive@kroger.example", "new@kroger.example", 0)}
    assert [one.kept() for one in saved.differences] == [
        {"part": "offices", "name": office, "values": {"address": None}}
    ]


def test_a_preview_of_a_save_tells_what_differs_and_leaves_nothing_behind(session):
    load_text(session)
    tables = ("campaigns", "revisions", "audit_entries", "campaign_targets", "letter_templates", "outbox_switches")
    before = [session.scalars(text(f"SELECT t::text FROM {table} t ORDER BY 1")).all() for table in tables]

    def change():
        edit = Edit("form", LATER)
        saved = save_campaign(
            session,
            OPERATOR,
            SaveCampaign("fair-food", {"goal": 7}, "ciw", None, False, "paused", None, ()),
            edit,
            has_actions=lambda *_: True,
        )
        address_companies(session, OPERATOR, saved.row.id, [], edit)
        save_template(session, OPERATOR, saved.row, None, edit)
        return saved.differences

    shown = attempt(session, change, is_preview=True)
    assert [one.values for one in shown] == [{"goal": (50000, 7)}, {"status": ("open", "paused")}]
    assert [session.scalars(text(f"SELECT t::text FROM {table} t ORDER BY 1")).all() for table in tables] == before
    assert attempt(session, change, is_preview=False) == shown
    assert session.scalars(select(Campaign)).one().goal == 7


# Read


def test_whose_history_one_may_read(session):
    load_text(session)
    load_text(session, "organizations:\n  - {slug: other, name: Other}\n")
    ana = organizer(session)
    assert len(history(session, "campaign", actor=ana)) == len(history(session, "organization", actor=ana)) == 1
    other = Actor(
        "Eva", ALL_POWERS, frozenset({session.scalar(text("SELECT id FROM organizations WHERE slug = 'other'"))})
    )
    for kind in ("campaign", "organization"):
        with pytest.raises(NotFoundError, match=f"there is no {kind} '{SLUGS[kind]}'"):
            history(session, kind, actor=other)
    for kind in ("company", "agreement"):
        with pytest.raises(ForbiddenError):
            history(session, kind, actor=ana)
        with pytest.raises(NotFoundError, match=f"there is no {kind} 'nobody'"):
            history(session, kind, "nobody")
    give_care(session, OPERATOR, company="kroger", organization="ciw")
    assert len(history(session, "company", actor=ana)) == 1


def test_a_campaign_is_locked_for_its_own_alone(session):
    load_text(session)
    campaign_id = get_campaign(session, "fair-food").id
    lock_campaign(session, organizer(session), campaign_id)
    for actor, key in ((Actor("Eva", ALL_POWERS, frozenset()), campaign_id), (OPERATOR, 2**40)):
        with pytest.raises(NotFoundError, match="there is no such campaign"):
            lock_campaign(session, actor, key)


@pytest.fixture
def run(settings, engine, tmp_path):
    """Run a command line against this process's database."""
    url = settings.database_url.replace("postgresql+psycopg", "postgresql")
    environ = {"DATABASE_URL": url, "REDIS_URL": settings.redis_url, "CAMPAIGN_DATA": str(tmp_path)}
    return lambda *arguments: CliRunner().invoke(main, arguments, env=environ, catch_exceptions=False)


def test_the_command_shows_who_changed_what_when_and_by_which_door(run, session):
    load_text(session)
    load_text(session, SAMPLE.replace("goal: 50000", "goal: 60000").replace("es: [Uno]", "es: [Dos]"), LATER)
    session.execute(text("UPDATE revisions SET who = '' WHERE number = 1"))
    load_text(session, SAMPLE.replace("local_part: Chief.E", "local_part: E"), LATER)
    session.commit()
    assert run("history", "campaign", "fair-food").stdout.splitlines()[:8] == [
        "1. Fri 20 Nov 2026 15:30 UTC, from a file, by somebody",
        "   added",
        "   updates, Another season: added",
        "   stances, kroger: as of nothing → 2023-12-31",
        "   stances, kroger: stance nothing → holdout",
        "   stances, kroger: evidence (en) nothing → “Marched on.”",
        "   stances, kroger: evidence (es) nothing → “Se marchó.”",
        "   companies, kroger: added",
    ]
    told = run("history", "campaign", "fair-food").stdout
    assert "2. Sat 21 Nov 2026 15:30 UTC, from a file, by operator\n   goal 50000 → 60000\n" in told
    assert "   letter: subjects (es) “Uno” → “Dos”\n" in told
    assert run("history", "company", "kroger").stdout.endswith(
        "2. Sat 21 Nov 2026 10:30 EST, from a file, by operator\n   offices, Chief Executive Officer: address changed\n"
    )
    unknown = run("history", "campaign", "nobody")
    assert (unknown.exit_code, unknown.stderr) == (2, "campaign: there is no campaign 'nobody'\n")
    assert run("history", "pledge", "fair-food").exit_code == 2
    session.execute(text("DELETE FROM revisions"))
    session.commit()
    assert run("history", "campaign", "fair-food").stdout == "nothing was changed since histories are kept\n"


def test_a_history_goes_with_each_sort_of_thing(session):
    """A trigger on each table; another sort of thing needs one."""
    tables = {"organization": "organizations", "agreement": "agreements", "company": "companies"}
    tables |= {"campaign": "campaigns", "event": "events"}
    assert tables.keys() == BY_NAME.keys()
    for kind, table in tables.items():
        found = session.scalar(
            text(
                "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = 'forget_revisions' AND tgrelid = CAST(:t AS regclass)"
            ),
            {"t": table},
        )
        assert f"forget_revisions('{kind}')" in found
    load_text(session)
    campaign = get_campaign(session, "fair-food")
    session.execute(text("DELETE FROM campaigns WHERE id = :id"), {"id": campaign.id})
    assert {one.thing for one in session.scalars(select(Revision))} == {"organization", "agreement", "company"}
