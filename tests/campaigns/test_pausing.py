"""Mail is stopped by hand, of everybody, an organization or a campaign, and goes on when somebody says so."""

from datetime import UTC, datetime

import pytest

from campaign.campaigns.models import Campaign
from campaign.campaigns.pausing import Mail, pause_mail, resume_mail
from campaign.campaigns.service import add_campaign, add_organization
from campaign.kernel.actors import ALL_POWERS, OPERATOR, Actor
from campaign.kernel.errors import ForbiddenError, InvalidError
from campaign.outbox.claims import claim
from campaign.outbox.commands import NewMessage
from campaign.outbox.service import append
from campaign.revisions.service import Edit

NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
def owners(session):
    """Two organizations with a campaign each, of the same slug, and a receipt that is due; their ids by slug."""
    ids = {}
    for slug in ("ciw", "migrant-justice"):
        ids[slug] = add_organization(session, OPERATOR, slug, slug).id
        campaign = Campaign(
            slug=slug, organization_id=ids[slug], goal=10, languages=["en"], title={"en": "T"}, demand={"en": "D"}
        )
        add_campaign(session, OPERATOR, campaign, Edit("form", NOW), status="open")
        append(session, [NewMessage("receipts", "test", campaign_id=campaign.id, organization_id=ids[slug])])
    session.commit()
    return ids


def going(session, lane="receipts"):
    """Return whose mail goes out now, and take it back."""
    savepoint = session.begin_nested()
    found = {message.organization_id for message in claim(session, lane, 10).messages}
    savepoint.rollback()
    return found


@pytest.mark.parametrize(
    ("mail", "left"),
    [
        (Mail(), set()),
        (Mail(lane="receipts"), set()),
        (Mail(lane="bulk"), {"ciw", "migrant-justice"}),
        (Mail(organization="ciw"), {"migrant-justice"}),
        (Mail(campaign="ciw"), {"migrant-justice"}),
        (Mail(lane="bulk", organization="ciw"), {"ciw", "migrant-justice"}),
        (Mail(organization="ciw", campaign="migrant-justice"), {"ciw", "migrant-justice"}),
    ],
)
def test_a_pause_stops_what_it_names_until_it_is_resumed(session, owners, mail, left):
    assert pause_mail(session, OPERATOR, mail, "a list was bought")
    assert going(session) == {owners[slug] for slug in left}
    assert not pause_mail(session, OPERATOR, mail, "a list was bought")
    assert resume_mail(session, OPERATOR, mail) == 1
    assert going(session) == set(owners.values())
    assert resume_mail(session, OPERATOR, mail) == 0


def test_an_organization_ends_its_own_pauses_and_not_the_operators(session, owners):
    ana = Actor("Ana", ALL_POWERS, frozenset({owners["ciw"]}))
    mail = Mail(organization="ciw")
    pause_mail(session, OPERATOR, mail, "complaints")
    pause_mail(session, ana, mail, "a wrong text")
    assert resume_mail(session, ana, mail) == 1
    assert going(session) == {owners["migrant-justice"]}
    assert resume_mail(session, OPERATOR, mail) == 1
    with pytest.raises(ForbiddenError, match="only the installation's operator may"):
        pause_mail(session, ana, Mail(lane="receipts"), "why")


@pytest.mark.parametrize("why", ["", " ", "a\nb", "x" * 201, "\u202eman"])
def test_it_says_why_in_one_line(session, owners, why):
    with pytest.raises(InvalidError, match="say why"):
        pause_mail(session, OPERATOR, Mail(), why)
