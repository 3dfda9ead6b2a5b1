""" "Stay connected": asked, confirmed by its own mail, a consent like any other, ended in every way consents end."""

import re

import pytest

from campaign.people.consents import list_mailable
from tests.actions.visitor import HIGH_SAFETY, OPEN

CIW = "ciw"
WORDS = "Coalition of Immokalee Workers may email me about its campaigns. I can unsubscribe any time."


def subscribe(visitor, **changed):
    values = {
        "stamp": visitor.installation.stamp.make(),
        "language": "en",
        "email": "ana@example.org",
        "only": CIW,
        "organization": CIW,
        **changed,
    }
    return visitor.client.post("/stay-connected", data={k: v for k, v in values.items() if v is not None})


def is_mailable(visitor, organization=CIW):
    with visitor.sessions() as session:
        people = [row.id for row in visitor.all("SELECT id FROM people")]
        return bool(
            list_mailable(
                session, visitor.one("SELECT id FROM organizations WHERE slug = :slug", slug=organization), people
            )
        )


def test_from_the_form_to_the_list_of_whom_the_organization_may_mail(visitor):
    page = visitor.client.get(f"/stay-connected?organization={CIW}").text
    assert WORDS in page
    assert 'type="checkbox"' in page
    assert " checked" not in page
    assert subscribe(visitor).status_code == 303
    assert not is_mailable(visitor), "nobody has confirmed it"
    (mail,) = visitor.mails()
    assert mail.subject == "Please confirm your email updates"
    assert "Coalition of Immokalee Workers" in mail.text
    assert visitor.one("SELECT count(*) FROM consents") == 0
    shown = visitor.client.get(mail.link("confirm"))
    assert re.search(
        r"<h2[^>]*>Coalition of Immokalee Workers</h2>\s*<p>Email updates about its campaigns.", shown.text
    )
    assert "<dt>Name" not in shown.text, "no name was asked"
    answer = visitor.confirm(mail.link("confirm"))
    assert "You’ll get email updates" in visitor.client.get(answer.headers["Location"]).text
    assert is_mailable(visitor)
    assert visitor.one("SELECT w.text FROM consents c JOIN consent_wordings w ON w.id = c.wording_id") == WORDS
    assert visitor.tally() == (0, 0), "it is no name in the count"


def test_without_the_tick_nothing_is_stored_and_the_address_stays_in_its_box(visitor):
    answer = subscribe(visitor, organization=None)
    assert answer.status_code == 422
    assert "Check the box to say yes to these emails." in answer.text
    assert 'value="ana@example.org"' in answer.text
    assert answer.text.count('type="checkbox"') == 1, "the form that was sent comes back, not another"
    assert visitor.one("SELECT count(*) FROM actions") == 0


def test_of_several_one_is_chosen(visitor):
    page = visitor.client.get("/").text
    assert page.count('name="organization"') > 3
    assert "Bangladesh Garment and Industrial Workers Federation may" not in page, "nobody’s address is kept there"
    answer = subscribe(visitor, only=None, organization=None)
    assert answer.status_code == 422
    assert "Choose the organization you want to hear from." in answer.text
    assert subscribe(visitor, only=None, organization="migrant-justice").status_code == 303
    visitor.confirm(visitor.last_link("confirm"))
    assert is_mailable(visitor, "migrant-justice")
    assert not is_mailable(visitor)
    agreed = visitor.one("SELECT w.text FROM consents c JOIN consent_wordings w ON w.id = c.wording_id")
    above, _, name = agreed.partition(" My choice: ")
    assert name == "Migrant Justice"
    assert f">{above} My choice:</legend>" in page
    assert f">{name}</label>" in page


def test_what_was_known_of_a_supporter_stays_and_what_comes_later_holds(visitor):
    visitor.pledge()
    subscribe(visitor)
    visitor.confirm(visitor.last_link("confirm"))
    assert visitor.all("SELECT given_name, postal_code FROM supporters") == [("Ana", "34142")]
    assert is_mailable(visitor)


def test_a_name_comes_to_an_address_that_was_known_by_none(visitor):
    subscribe(visitor)
    visitor.confirm(visitor.last_link("confirm"))
    assert visitor.all("SELECT given_name FROM supporters") == [("",)]
    visitor.pledge()
    assert visitor.all("SELECT given_name FROM supporters") == [("Ana",)]
    assert is_mailable(visitor), "a signature without a tick takes nothing back"


def test_nothing_else_that_is_posted_is_looked_at(visitor):
    assert subscribe(visitor, given_name="http://evil.example", comment="x" * 9999, country="XX").status_code == 303
    assert visitor.all("SELECT given_name, comment, country FROM actions") == [("", None, "")]


def test_who_subscribes_again_has_subscribed_once(visitor):
    for language in ("en", "es"):
        subscribe(visitor, language=language)
        visitor.confirm(visitor.last_link("confirm"))
    assert sorted(visitor.all("SELECT state FROM actions")) == [("confirmed",), ("merged",)]
    assert visitor.client.get(visitor.my_page()).text.count('class="deed deed--confirmed"') == 1


def test_a_stranger_learns_nothing_of_an_address(visitor):
    first = subscribe(visitor)
    visitor.confirm(visitor.last_link("confirm"))
    again = subscribe(visitor)
    assert (first.status_code, again.status_code) == (303, 303)
    pages = [visitor.client.get(answer.headers["Location"]).text for answer in (first, again)]
    bare = [re.sub(r'(value|content|href)="[^"]*"', "", page) for page in pages]
    assert bare[0] == bare[1]


@pytest.mark.parametrize("status", ["paused", "won", "closed"])
def test_a_campaign_that_takes_no_names_still_leads_to_its_organization(visitor, status):
    visitor.do("UPDATE campaigns SET status = :status, won_at = now()", status=status)
    assert subscribe(visitor).status_code == 303
    assert visitor.confirm(visitor.last_link("confirm")).status_code == 303
    assert is_mailable(visitor)
    assert visitor.sign().status_code == 409


def test_an_organization_with_nothing_public_or_nothing_but_high_safety_offers_none(visitor):
    visitor.do("UPDATE campaigns SET status = 'draft'")
    assert visitor.client.get("/stay-connected").status_code == 404
    assert subscribe(visitor).status_code == 422
    visitor.do("UPDATE campaigns SET status = 'open', is_high_safety = true")
    assert visitor.client.get("/stay-connected").status_code == 404
    assert visitor.one("SELECT count(*) FROM actions") == 0


def test_a_high_safety_campaign_is_no_way_in(visitor):
    bgiwf = visitor.one(
        "SELECT o.slug FROM organizations o JOIN campaigns c ON c.organization_id = o.id WHERE c.slug = :slug",
        slug=HIGH_SAFETY,
    )
    assert subscribe(visitor, only=bgiwf, organization=bgiwf, campaign=HIGH_SAFETY).status_code == 422
    assert visitor.one("SELECT count(*) FROM actions") == 0


def test_withdrawn_it_takes_the_consent_back(visitor):
    subscribe(visitor)
    visitor.confirm(visitor.last_link("confirm"))
    mine = visitor.my_page()
    public_id = visitor.one("SELECT public_id FROM actions")
    asked = visitor.client.get(f"{mine}/withdraw/{public_id}").text
    assert "Coalition of Immokalee Workers will no longer send you email updates." in asked
    visitor.client.post(f"{mine}/withdraw/{public_id}", data={"sure": "yes"})
    assert visitor.one("SELECT state FROM actions") == "withdrawn"
    assert not is_mailable(visitor)
    visitor.client.post(f"{mine}/restore/{public_id}")
    assert is_mailable(visitor), "undone within the hour"
    assert visitor.all("SELECT DISTINCT wording_id IS NULL FROM consents") == [(False,)]


def test_withdrawn_before_it_was_confirmed_it_ends_nothing(visitor):
    visitor.pledge(consent="yes")
    subscribe(visitor)
    mine = visitor.my_page()
    public_id = visitor.one("SELECT public_id FROM actions WHERE kind = 'subscription'")
    visitor.client.post(f"{mine}/withdraw/{public_id}", data={"sure": "yes"})
    assert visitor.one("SELECT state FROM actions WHERE kind = 'subscription'") == "withdrawn"
    assert is_mailable(visitor)


def test_unsubscribing_elsewhere_shows_here(visitor):
    subscribe(visitor)
    visitor.confirm(visitor.last_link("confirm"))
    mine = visitor.my_page()
    assert "Email updates about its campaigns." in visitor.client.get(mine).text
    visitor.client.post(f"{mine}/mail/{CIW}", data={"step": "stop"})
    assert "You no longer get email updates from Coalition of Immokalee Workers." in visitor.client.get(mine).text


def test_this_was_not_me_deletes_it_and_stops_the_next(visitor):
    subscribe(visitor)
    assert visitor.client.post(visitor.last_link("not-me")).status_code == 200
    assert visitor.one("SELECT count(*) FROM actions") == 0
    assert visitor.one("SELECT count(*) FROM people") == 0
    assert subscribe(visitor).status_code == 303
    assert not is_mailable(visitor)


def test_one_address_is_asked_three_times_a_day_however_it_is_asked(visitor):
    slugs = re.findall(r'name="organization" value="([^"]+)"', visitor.client.get("/").text)
    assert len(slugs) > 3
    for organization in slugs:
        assert subscribe(visitor, only=None, organization=organization).status_code == 303
    assert len([mail for mail in visitor.mails() if mail.topic == "actions.confirm"]) == 3


def test_after_signing_one_press_does_it(visitor):
    visitor.sign()
    answer = visitor.confirm(visitor.last_link("confirm"))
    token = re.search(r"t=([^&]+)", answer.headers["Location"])[1]
    page = visitor.client.get(f"/campaigns/{OPEN}/thanks?step=subscription&t={token}").text
    form = page.partition('data-action-kind="subscription"')[2].partition("</form>")[0]
    assert "a…@example.org" in form
    assert 'name="email"' not in form
    answer = subscribe(visitor, email=None, t=token, campaign=OPEN)
    assert answer.status_code == 303
    assert "You’ll get email updates" in visitor.client.get(answer.headers["Location"]).text
    assert is_mailable(visitor)
    assert visitor.mails() == [], "an address that was just confirmed is not asked again"
    assert visitor.all("SELECT given_name FROM supporters") == [("Ana",)]


def test_who_agreed_when_signing_is_not_asked_again(visitor):
    visitor.sign(consent="yes")
    answer = visitor.confirm(visitor.last_link("confirm"))
    token = re.search(r"t=([^&]+)", answer.headers["Location"])[1]
    page = visitor.client.get(f"/campaigns/{OPEN}/thanks?step=subscription&t={token}").text
    assert 'data-action-kind="subscription"' not in page
