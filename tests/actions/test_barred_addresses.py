"""An executive's address, or one at a company's mail domain, takes no action: kindly told at every door, and no mail."""

import pytest

from campaign.actions.commands import Origin
from campaign.actions.doorstep import read_doorstep
from campaign.actions.fields import read_fields
from campaign.features import KINDS
from campaign.kernel.actors import OPERATOR
from campaign.kernel.clock import now
from campaign.outbox.paces import set_mailbox_pace
from campaign.revisions.service import Edit
from campaign.targets.commands import SaveCompany
from campaign.targets.saving import save_company
from tests.actions.given import told, values
from tests.actions.stage import forget
from tests.actions.visitor import HIGH_SAFETY, OPEN

SENTENCE = "We can’t use this address for this campaign."
NOTHING = ("people", "actions", "outbox_messages")


@pytest.fixture
def office(visitor):
    """The address of an office that letters go to."""
    return visitor.one("SELECT address FROM executives ORDER BY id LIMIT 1")


def stored(visitor):
    return {name: rows for name, rows in visitor.dump().items() if name in NOTHING}


@pytest.mark.parametrize("tag", ["", "+petition"])
def test_an_office_cannot_sign_write_or_come_and_gets_no_mail(visitor, office, client, tag):
    local, _, domain = office.partition("@")
    address, before = f"{local}{tag}@{domain}".upper(), stored(visitor)
    event = visitor.one(
        "SELECT e.slug FROM events e JOIN campaigns c ON c.id = e.campaign_id WHERE c.slug = :slug LIMIT 1", slug=OPEN
    )
    answers = [visitor.sign(email=address), visitor.sign(HIGH_SAFETY, email=address), visitor.write(email=address)]
    answers.append(visitor._post(f"/events/{event}/rsvp", {"email": address}, None))
    for answer in answers:
        assert answer.status_code == 422
        assert SENTENCE in answer.text
    assert stored(visitor) == before


def test_a_mended_address_is_asked_about_like_the_first(visitor, office):
    answer = visitor.sign()
    token = answer.headers["Location"].partition("t=")[2]
    assert visitor.sign(email=office, mends=token).status_code == 422


def test_whoever_had_an_office_before_is_barred_after(visitor, office, app):
    company, name = visitor.all(
        "SELECT c.slug, e.office FROM executives e JOIN companies c ON c.id = e.company_id WHERE e.address = :at",
        at=office,
    )[0]
    with visitor.sessions() as session, session.begin():
        edit = Edit("change", now())
        save_company(session, OPERATOR, SaveCompany(company, {}, {name: "successor@kroger.example"}, None), edit)
    try:
        forget(app)
        assert visitor.sign(email=office).status_code == 422
        assert visitor.sign(email="successor@kroger.example").status_code == 422
    finally:
        visitor.do("UPDATE executives SET address = :old WHERE address = 'successor@kroger.example'", old=office)


def test_a_campaign_says_which_mail_domains_take_no_part(visitor, app):
    visitor.do("UPDATE campaigns SET mail_domains = '[\"kroger.example\"]' WHERE slug = :slug", slug=OPEN)
    forget(app)
    assert visitor.sign(email="worker@stores.kroger.example").status_code == 422
    assert visitor.sign("milk-with-dignity", email="worker@kroger.example").status_code == 303


def test_what_waits_for_an_address_that_is_barred_since_is_not_confirmed(visitor):
    visitor.sign(email="chief@kroger.example")
    visitor.sign("milk-with-dignity", email="chief@kroger.example")
    link = visitor.mails()[0].link("confirm")
    assert visitor.client.get(link).status_code == 200
    with visitor.sessions() as session, session.begin():
        set_mailbox_pace(session, "chief@kroger.example")
    assert visitor.client.get(link).status_code == 410


def test_a_door_without_a_page_asks_too(visitor, office):
    with visitor.sessions() as session, session.begin():
        doorstep = read_doorstep(session, OPEN, KINDS)
    assert Origin("import").door == "import"
    assert told(read_fields(values(email=office), doorstep, visitor.installation).problems) == [("email", "barred")]


def test_asking_for_ones_own_page_answers_an_office_as_it_answers_anybody(visitor, office):
    pages = [visitor.ask_for_my_link(email) for email in (office, "nobody@example.org")]
    assert pages[0].status_code == pages[1].status_code == 200
    assert pages[0].text == pages[1].text
    assert visitor.mails() == []
