"""Whom a campaign addresses, on the organizers' side."""

import pytest
from sqlalchemy import text

WHOM = "/organize/ciw/campaigns/fair-food/whom"


@pytest.fixture
def addressed(sessions):
    def read():
        with sessions() as session:
            return list(
                session.scalars(
                    text(
                        "SELECT k.slug FROM campaign_targets t JOIN companies k ON k.id = t.company_id"
                        " JOIN campaigns c ON c.id = t.campaign_id WHERE c.slug = 'fair-food'"
                        " ORDER BY t.position, t.company_id"
                    )
                )
            )

    return read


def test_companies_are_moved_removed_and_added(organizer, addressed, visitor):
    me, (first, second, *others) = organizer("editor"), addressed()
    assert me.get(WHOM).status_code == 200
    assert me.post(f"{WHOM}/down", company=first).status_code == 303
    assert addressed() == [second, first, *others]
    assert f"Remove {first.capitalize()}"[:8] in me.get(f"{WHOM}/{first}/remove").get_data(as_text=True)
    assert me.post(f"{WHOM}/remove", company=first).status_code == 303
    assert addressed() == [second, *others]
    assert me.post(f"{WHOM}/add", company=first).status_code == 303
    assert addressed() == [second, *others, first]


@pytest.mark.parametrize("company", ["nobody", "", "kroger\x00"])
def test_what_is_no_company_is_told_beside_the_box(organizer, addressed, company):
    before = addressed()
    answer = organizer("editor").post(f"{WHOM}/add", company=company)
    assert answer.status_code == 422
    assert 'id="field-company-error"' in answer.get_data(as_text=True)
    assert addressed() == before


def test_a_campaign_of_others_is_none(organizer, addressed):
    before, them = addressed(), organizer("owner", "migrant-justice")
    path = WHOM.replace("ciw", "migrant-justice", 1)
    assert them.get(path).status_code == 404
    assert them.post(f"{path}/remove", company=before[0]).status_code == 404
    assert addressed() == before


def test_a_viewer_may_not(organizer, addressed):
    me, before = organizer("viewer"), addressed()
    assert me.get(WHOM).status_code == 403
    assert me.post(f"{WHOM}/remove", company=before[0]).status_code == 403
    assert addressed() == before


def test_the_agreement_that_is_asked_for_is_chosen(organizer, visitor, sessions):
    me, public = organizer("editor"), "/campaigns/fair-food"
    assert 'value="fair-food-program" selected' in me.get(WHOM).get_data(as_text=True)
    for agreement, words in (("milk-with-dignity-program", True), ("", False)):
        assert me.post(f"{WHOM}/agreement", agreement=agreement).location == f"{WHOM}?done=kept"
        visitor.client.application.wsgi_app.clear()
        assert ("The agreement" in visitor.client.get(public).get_data(as_text=True)) is words


@pytest.mark.parametrize("agreement", ["nobody", "fair-food-program\x00"])
def test_what_is_no_agreement_is_told_beside_the_box(organizer, agreement, sessions):
    answer = organizer("editor").post(f"{WHOM}/agreement", agreement=agreement)
    assert answer.status_code == 422
    assert "know this agreement" in answer.get_data(as_text=True).partition('id="field-agreement-error"')[2][:200]


def test_the_agreement_of_others_campaigns_stays(organizer, demo):
    path = WHOM.replace("ciw", "migrant-justice", 1)
    assert organizer("owner", "migrant-justice").post(f"{path}/agreement", agreement="").status_code == 404
