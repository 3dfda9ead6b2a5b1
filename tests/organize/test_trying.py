"""What follows signing, seen as a supporter gets it and sent to oneself: with no live link in it, and to nobody else."""

import re

import pytest
from sqlalchemy import text

from campaign.actions.after.part import mails_of
from campaign.features import KINDS
from tests.actions.visitor import HIGH_SAFETY

PLACE = "/organize/ciw/campaigns/fair-food"
AFTER = f"{PLACE}/after"
NAMES = mails_of(KINDS)
LINKS = re.compile(r"https?://[^\s<>\"']+")


@pytest.fixture
def ana(organizer):
    return organizer("editor", email="ana@ciw.example")


def say(sessions, after, slug="fair-food"):
    with sessions() as session, session.begin():
        session.execute(
            text("UPDATE campaigns SET after_signing = CAST(:after AS jsonb) WHERE slug = :slug"),
            {"after": after, "slug": slug},
        )


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["en", "es"])
def test_each_mail_is_shown_in_each_language_without_one_live_link(ana, name, language):
    page = ana.get(f"{AFTER}/emails/{name}?language={language}")
    assert page.status_code == 200
    html = ana.get(f"{AFTER}/emails/{name}/html?language={language}")
    assert html.text.startswith("<!doctype html>")
    plain = page.text.partition('<pre class="after__plain"')[2].partition("</pre>")[0]
    for part in (plain, html.text):
        assert "[[" not in part
        found = {link for link in LINKS.findall(part) if "campaign.example" in link}
        assert found == {"http://campaign.example/organize/test-email"}


def test_a_mail_alone_runs_nothing_loads_nothing_and_sends_nothing(ana):
    policy = ana.get(f"{AFTER}/emails/thanks/html").headers["Content-Security-Policy"]
    assert "sandbox" in policy.split("; ")
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "'unsafe-inline'" not in ana.get(f"{AFTER}/emails/thanks").headers["Content-Security-Policy"]


def test_words_of_ones_own_are_in_it_and_harm_nothing(ana, sessions):
    say(
        sessions,
        '{"mails": {"thanks": {"paragraph": {"en": "<script>x</script> & more"}, "subject": {"en": "<b>Hi"}}}}',
    )
    page = ana.get(f"{AFTER}/emails/thanks").text
    assert "<script>x" not in page
    assert "&lt;b&gt;Hi" in page
    assert "&lt;script&gt;x&lt;/script&gt; &amp; more" in ana.get(f"{AFTER}/emails/thanks/html").text


@pytest.mark.parametrize(
    "path", ["emails/nothing", "emails/thanks?language=pt", "emails/subscription", "page?language=xx"]
)
def test_what_there_is_none_of_is_not_found(ana, path):
    assert ana.get(f"{AFTER}/{path}").status_code == 404


def test_a_test_goes_to_oneself_in_that_language_marked_and_harmless(ana, visitor, sessions):
    say(sessions, '{"mails": {"pledge": {"paragraph": {"es": "Somos miles."}}}}')
    values = {"language": "es", "email": "victim@example.org", "to": "victim@example.org"}
    answer = ana.post(f"{AFTER}/emails/pledge", values)
    assert answer.status_code == 303
    assert "ana" not in answer.location
    assert "ana@ciw.example" in ana.get(answer.location).text
    (mail,) = visitor.mails()
    assert (mail.topic, mail.to) == ("accounts.test", "ana@ciw.example")
    assert mail.subject.startswith("Test: ")
    assert "Confirme su firma" in mail.subject
    assert "Somos miles." in mail.text
    assert "Somos miles." in mail.html
    for part in (mail.text, mail.html):
        assert "This is a test that you sent to yourself." in part
        found = {link for link in LINKS.findall(part) if "campaign.example" in link}
        assert found == {"http://campaign.example/organize/test-email"}
    payload = visitor.one("SELECT payload::text FROM outbox_messages WHERE topic = 'accounts.test'")
    assert "@" not in payload
    assert "Somos" not in payload


def test_tests_are_few_an_hour(ana, visitor):
    answers = [ana.post(f"{AFTER}/emails/thanks", {"language": "en"}) for _ in range(11)]
    assert [one.status_code for one in answers] == [303] * 10 + [429]
    assert "Try again in" in answers[-1].text
    assert len(visitor.mails()) == 10


def test_who_may_only_look_sends_none_and_of_another_organization_there_is_none(organizer, visitor):
    assert organizer("viewer").post(f"{AFTER}/emails/thanks", {"language": "en"}).status_code == 403
    other = organizer("editor", "migrant-justice")
    assert other.post(f"{AFTER}/emails/thanks", {"language": "en"}).status_code == 404
    there = "/organize/migrant-justice/campaigns/fair-food/after/emails/thanks"
    assert other.post(there, {"language": "en"}).status_code == 404
    assert other.get(there).status_code == 404
    assert visitor.mails() == []


def test_a_test_of_high_safety_names_nothing_in_its_subject(organizer, visitor, sessions):
    with sessions() as session:
        owner = session.execute(
            text(
                "SELECT o.slug FROM campaigns c JOIN organizations o ON o.id = c.organization_id WHERE c.slug = :slug"
            ),
            {"slug": HIGH_SAFETY},
        ).scalar_one()
    me, after = organizer("editor", owner), f"/organize/{owner}/campaigns/{HIGH_SAFETY}/after"
    assert me.post(f"{after}/emails/pledge", {"language": "en"}).status_code == 303
    assert visitor.mails()[0].subject == "Test: Please confirm"
    assert me.get(f"{after}/emails/thanks").status_code == 404


def test_the_page_is_shown_step_by_step_and_sends_nothing(ana, sessions):
    say(sessions, '{"steps": ["share", "letter"], "words": {"share": {"heading": {"es": "Páselo"}}}}')
    first = ana.get(f"{AFTER}/page?language=es")
    assert "Páselo" in first.text
    assert "This is what someone sees right after signing" in first.text, (
        "what stands above it is in the organizer's language"
    )
    assert "form-action 'none'" in first.headers["Content-Security-Policy"]
    onward = re.search(r'class="next__skip"><a href="([^"]+)"', first.text)[1].replace("&amp;", "&")
    assert onward == f"{AFTER}/page?language=es&step=letter"
    second = ana.get(onward)
    end = re.search(r'class="next__skip"><a href="([^"]+)"', second.text)[1].replace("&amp;", "&")
    assert "next__skip" not in ana.get(end).text


def test_the_room_is_marked_on_every_page_of_it(ana):
    marked = re.compile(r'<a class="desk-rooms__room" href="([^"]+)" aria-current="(\w+)"')
    assert marked.findall(ana.get(AFTER).text) == [(AFTER, "page")]
    assert marked.findall(ana.get(f"{AFTER}/emails/thanks").text) == [(AFTER, "true")]
    assert marked.findall(ana.get(PLACE).text) == [(PLACE, "page")]


def test_drafts_show_it_as_it_will_be(ana, sessions):
    with sessions() as session, session.begin():
        session.execute(text("UPDATE campaigns SET status = 'draft', opened_at = NULL WHERE slug = 'fair-food'"))
    assert "next__heading" in ana.get(f"{AFTER}/page").text
    with sessions() as session:
        assert session.scalar(text("SELECT status FROM campaigns WHERE slug = 'fair-food'")) == "draft"


def test_links_of_a_test_lead_to_a_page_that_says_so(stranger):
    page = stranger.get("/organize/test-email")
    assert page.status_code == 200
    assert "This was a test" in page.text
    assert page.headers["Cache-Control"] == "no-store"
