"""Supporters see whose campaign writes, and their answer reaches who leads it."""

import pytest

from campaign.delivery.composing import compose
from campaign.features import MAIL_TOPICS
from campaign.outbox.claims import claim
from tests.actions.visitor import HIGH_SAFETY, OPEN

TOPICS = {topic.name: topic for topic in MAIL_TOPICS}
LEADS = "Coalition of Immokalee Workers"


@pytest.fixture
def sent_by(visitor):
    """Give (sender, where answers go) of the confirmation that signing leads to, with this contact."""

    before = visitor.all("SELECT id, name, contact_url FROM organizations")

    def sent_by(contact_url, name=LEADS, slug=OPEN):
        visitor.do(
            "UPDATE organizations o SET contact_url = :url, name = :name FROM campaigns c "
            "WHERE c.organization_id = o.id AND c.slug = :slug",
            url=contact_url,
            name=name,
            slug=slug,
        )
        visitor.sign(slug, email="ana@example.org")
        with visitor.sessions() as session, session.begin():
            taken = claim(session, "critical", 10).messages
            (made,) = compose(session, taken, TOPICS, visitor.installation.hashes).mails
        return made.mail.content.sender, made.mail.content.reply_to

    yield sent_by
    for number, name, contact_url in before:  # what is asked, and by whom, stays from test to test
        visitor.do(
            "UPDATE organizations SET name = :name, contact_url = :url WHERE id = :id",
            name=name,
            url=contact_url,
            id=number,
        )


def test_the_name_is_the_organizations_and_the_address_the_installations(sent_by):
    assert sent_by("https://ciw.example/contact") == (f'"{LEADS}" <campaign@mail.example>', None)


def test_an_answer_goes_to_the_organizations_own_mailbox(sent_by):
    answers = sent_by("mailto:hello@ciw.example")
    assert answers == (f'"{LEADS}" <campaign@mail.example>', f'"{LEADS}" <hello@ciw.example>')


@pytest.mark.parametrize(
    "contact",
    [None, "mailto:", "mailto:nobody", "mailto:a@ciw.example%0ABcc:eve@evil.example", "mailto:a@b.example,c@d.example"],
)
def test_what_is_no_address_of_one_mailbox_is_no_place_for_answers(sent_by, contact):
    assert sent_by(contact)[1] is None


def test_a_name_breaks_no_header(sent_by):
    sender, _ = sent_by(None, 'Fair "Food" <eve@evil.example>, Inc')
    assert sender == '"Fair Food eve evil.example Inc" <campaign@mail.example>'


def test_on_a_high_safety_campaign_the_installation_writes(sent_by):
    assert sent_by("mailto:hello@ciw.example", slug=HIGH_SAFETY) == ("Campaign <campaign@mail.example>", None)
