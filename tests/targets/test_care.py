"""Companies are shared: the operator changes them, and who publishes for an organization that has the care."""

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from campaign.campaigns.service import add_organization
from campaign.cli import main
from campaign.content.errors import ContentError
from campaign.content.loading import Loading
from campaign.content.reading import read_content
from campaign.content.service import load
from campaign.kernel.actors import ALL_POWERS, OPERATOR, Actor, Power
from campaign.kernel.clock import now
from campaign.kernel.errors import ForbiddenError, NotFoundError
from campaign.targets.care import check_care, end_care, give_care, list_care
from campaign.targets.models import Company

COMPANY = """
companies:
  - slug: wendys
    name: {name}
    country: US
    timezone: America/New_York
"""


@pytest.fixture
def ciw(session):
    """Who publishes for one of two organizations."""
    add_organization(session, OPERATOR, "migrant-justice", "Migrant Justice")
    organization = add_organization(session, OPERATOR, "ciw", "Coalition of Immokalee Workers")
    return Actor("Ana", frozenset({Power.PUBLISH}), frozenset({organization.id}))


@pytest.fixture
def wendys(session):
    company = Company(slug="wendys", name="Wendy’s", country="US", timezone="America/New_York")
    session.add(company)
    session.flush()
    return company


def bring(session, actor, name):
    content = read_content(COMPANY.format(name=name).encode(), now())
    return load(Loading(session, actor, now(), lambda *_: False), content)


def test_the_care_of_a_company_is_given_and_taken_back(session, ciw, wendys):
    keys = {"company": "wendys", "organization": "ciw"}
    assert give_care(session, OPERATOR, **keys)
    assert not give_care(session, OPERATOR, **keys)
    assert [(one.company, one.organization) for one in list_care(session, ciw)] == [("wendys", "ciw")]
    check_care(session, ciw, wendys)
    assert end_care(session, OPERATOR, **keys)
    assert not end_care(session, OPERATOR, **keys)
    with pytest.raises(ForbiddenError, match="wendys"):
        check_care(session, ciw, wendys)
    logged = session.scalars(text("SELECT verb FROM audit_entries WHERE thing = 'company' ORDER BY id"))
    assert logged.all() == ["give_care", "end_care"]


def test_others_care_is_no_care(session, ciw, wendys):
    give_care(session, OPERATOR, company="wendys", organization="migrant-justice")
    with pytest.raises(ForbiddenError, match="in others' care"):
        check_care(session, ciw, wendys)
    assert list_care(session, ciw) == []


def test_care_needs_the_power_to_publish(session, ciw, wendys):
    give_care(session, OPERATOR, company="wendys", organization="ciw")
    with pytest.raises(ForbiddenError, match="publish"):
        check_care(session, Actor("Eva", ALL_POWERS - {Power.PUBLISH}, ciw.organizations), wendys)


@pytest.mark.parametrize("keys", [("nobody", "ciw"), ("wendys", "nobody")])
def test_what_does_not_exist_is_not_found(session, ciw, wendys, keys):
    with pytest.raises(NotFoundError, match="nobody"):
        give_care(session, OPERATOR, company=keys[0], organization=keys[1])


def test_a_file_changes_companies_in_ones_care_alone(session, ciw, wendys):
    with pytest.raises(ForbiddenError):
        bring(session, ciw, "Mine now")
    give_care(session, OPERATOR, company="wendys", organization="ciw")
    assert bring(session, ciw, "Wendys") == ["company wendys: name Wendy’s → Wendys"]
    changed = session.scalars(text("SELECT changed FROM audit_entries WHERE who = 'Ana'")).all()
    assert changed == [["name"]]
    session.delete(wendys)
    session.flush()
    with pytest.raises(ForbiddenError, match="may not add a company"):
        bring(session, ciw, "Wendys")


CAMPAIGN = """
campaigns:
  - slug: {slug}
    organization: {organization}
    title: {{en: Fair food}}
    demand: {{en: Join}}
    goal: 10
"""


def bring_campaign(session, actor, slug, organization):
    content = read_content(CAMPAIGN.format(slug=slug, organization=organization).encode(), now())
    return load(Loading(session, actor, now(), lambda *_: False), content)


def test_a_file_brings_campaigns_of_ones_own_alone(session, ciw):
    assert bring_campaign(session, ciw, "fair-food", "ciw") == ["campaign fair-food: added, draft"]
    with pytest.raises(ContentError, match="there is no organization 'migrant-justice' of yours"):
        bring_campaign(session, ciw, "milk", "migrant-justice")
    bring_campaign(session, OPERATOR, "milk", "migrant-justice")
    with pytest.raises(ContentError, match="this address is taken"):
        bring_campaign(session, ciw, "milk", "ciw")
    with pytest.raises(ForbiddenError, match="publish"):
        bring_campaign(session, Actor("Eva", ALL_POWERS - {Power.PUBLISH}, ciw.organizations), "new-one", "ciw")


@pytest.fixture
def run(settings, engine, tmp_path):
    """Run a command line against this process's database."""
    url = settings.database_url.replace("postgresql+psycopg", "postgresql")
    environ = {"DATABASE_URL": url, "REDIS_URL": settings.redis_url, "CAMPAIGN_DATA": str(tmp_path)}
    return lambda *arguments: CliRunner().invoke(main, arguments, env=environ, catch_exceptions=False)


def test_commands_give_care_and_show_the_log(run, session, ciw, wendys):
    session.commit()
    assert run("companies", "care", "list").stdout == "no organization has a company in its care\n"
    assert run("companies", "care", "give", "wendys", "ciw").stdout == "company wendys: in the care of ciw\n"
    assert run("companies", "care", "list").stdout.split() == ["wendys", "ciw"]
    assert run("companies", "care", "end", "wendys", "ciw").stdout == "company wendys: no longer in the care of ciw\n"
    newest = run("audit", "list", "--organization", "ciw", "--limit", "1").stdout
    assert " operator " in newest
    assert newest.split()[3:] == ["ciw", "end_care", "company", str(wendys.public_id)]
    assert run("audit", "list", "--since", "2999-01-01").stdout == "no entries\n"
    unknown = run("audit", "list", "--organization", "nobody")
    assert (unknown.exit_code, unknown.stderr) == (2, "campaign: there is no organization 'nobody'\n")
