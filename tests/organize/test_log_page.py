"""The log as who administers reads it: of their organization alone, filtered by the address, page by page."""

import pytest
from sqlalchemy import select

from campaign.audit.service import Thing, record
from campaign.campaigns.models import Campaign, Organization
from campaign.kernel.actors import ALL_POWERS, OPERATOR, Actor

LOG = "/organize/ciw/log"


@pytest.fixture
def written(organizer, sessions):
    """An owner; entries of hers and of the operator, one of another organization."""
    me = organizer("owner")
    with sessions() as session, session.begin():
        ciw, other = (
            session.scalar(select(Organization.id).where(Organization.slug == slug))
            for slug in ("ciw", "migrant-justice")
        )
        campaign = session.scalars(select(Campaign).where(Campaign.slug == "fair-food")).one()
        actor = Actor("Owner", ALL_POWERS, frozenset({ciw}), me.account.public_id)
        record(session, actor, "read", Thing("comment", campaign_id=campaign.id, count=37))
        record(session, OPERATOR, "change", Thing("campaign", campaign_id=campaign.id, changed=["title"]))
        record(session, OPERATOR, "export", Thing("event", "theirs-alone", other))
    return me


def entries(answer):
    """What the page says below its filter, whose boxes name each verb, too."""
    return answer.text.partition('class="log-filter"')[2].partition("</form>")[2].partition("</main>")[0]


def test_shows_changes_and_looks_at_personal_data_of_this_organization_alone(written):
    page = written.get(LOG).get_data(as_text=True)
    assert "looked at: a comment" in page
    assert ">37<" in page
    assert "/organize/ciw/campaigns/fair-food" in page
    assert "title" in page
    assert "exported" not in page


@pytest.mark.parametrize(
    ("query", "there", "gone"),
    [
        ("?who=operator", "changed: <a", "looked at: "),
        ("?what=read", "looked at: ", "changed: <a"),
        ("?since=2999-01-01", "No entries match", "looked at: "),
        ("?until=2001-01-01", "No entries match", "looked at: "),
        ("?who=nobody-of-this-name", "No entries match", "looked at: "),
    ],
)
def test_is_filtered_by_the_address(written, query, there, gone):
    table = entries(written.get(f"{LOG}{query}"))
    assert there in table
    assert gone not in table


def test_by_whom_is_asked_by_account(written):
    page = entries(written.get(f"{LOG}?who={written.account.public_id}"))
    assert "looked at: " in page
    assert "changed: <a" not in page


def test_goes_on_page_by_page(written, sessions):
    with sessions() as session, session.begin():
        ciw = session.scalar(select(Organization.id).where(Organization.slug == "ciw"))
        record(session, OPERATOR, "pause", *(Thing("mail", f"n{number}", ciw) for number in range(60)))
    answer = written.get(LOG)
    assert 'rel="next"' in answer.text
    second = written.get(f"{LOG}?page=2").get_data(as_text=True)
    assert 'rel="prev"' in second
    assert "looked at: " in second
    assert "looked at: " not in entries(answer)


@pytest.mark.parametrize(
    "query", ["?since=soon", "?until=2027-13-01", "?until=9999-12-31", "?page=-1", "?page=x", "?who=%00", "?what=%00"]
)
def test_what_is_no_filter_is_told_or_passed_over(written, query):
    answer = written.get(f"{LOG}{query}")
    assert answer.status_code in {200, 400, 422}
    if "soon" in query or "13" in query:
        assert answer.status_code == 422
        assert "Enter a date" in answer.get_data(as_text=True)


def test_the_operator_is_said_in_words_and_asked_for_by_name(written):
    page = written.get(LOG).text
    assert "<td>the operator</td>" in page
    assert '<option value="operator">the operator</option>' in page
