"""The unsubscribe link of mails that nobody asked for: robots change nothing, one press stops, an old link works."""

import io
from datetime import UTC, datetime

import pytest

from campaign.actions.service.asking import REMIND
from campaign.actions.service.reminding import remind
from campaign.actions.service.thanking import THANKS, thank
from campaign.actions.tokens import my_signer, not_me_signer, unsubscribe_signer
from campaign.delivery.composing import compose
from campaign.delivery.suppression import address_key, suppress
from campaign.features import MAIL_TOPICS
from campaign.outbox.claims import ClaimedMessage
from campaign.people.consents import MOST_SHOWN
from tests.actions.visitor import OPEN

PATH = "http://campaign.example"
DAY = "interval '25 hours'"


def pass_a_day(visitor):
    visitor.do(
        f"UPDATE actions SET created_at = created_at - {DAY}, asked_at = asked_at - {DAY}, "
        "confirmed_at = now() - interval '1 hour'"
    )
    visitor.do(f"UPDATE outbox_messages SET created_at = created_at - {DAY}, available_at = available_at - {DAY}")
    visitor.do("DELETE FROM mailbox_allowances")


def receipt(visitor):
    """Ana's receipt, as the periodic work asks for it."""
    visitor.pledge(consent="yes")
    pass_a_day(visitor)
    with visitor.sessions() as session, session.begin():
        thank(session)
    return visitor.mails("receipts")[-1]


def reminder(visitor):
    visitor.sign()
    visitor.mails()
    pass_a_day(visitor)
    with visitor.sessions() as session, session.begin():
        remind(session, visitor.installation.hashes)
    return visitor.mails()[-1]


def link_for(visitor, at=None):
    person, slug = visitor.all(
        "SELECT p.public_id, o.slug FROM people p, organizations o JOIN campaigns c ON c.organization_id = o.id "
        "WHERE c.slug = :slug AND p.email = 'ana@example.org'",
        slug=OPEN,
    )[0]
    return f"/unsubscribe/{unsubscribe_signer(visitor.installation).sign([str(person), slug], at=at)}"


def stored(visitor):
    return visitor.all("SELECT kind, organization_id FROM suppressions"), visitor.all(
        "SELECT door, is_granted FROM consents ORDER BY at, id"
    )


MAKERS = {THANKS: receipt, REMIND: reminder}
"""What goes by itself, and how it comes about here; a new topic of the lanes below goes in."""


def test_every_topic_that_nobody_asks_for_is_looked_at_here():
    assert {topic.name for topic in MAIL_TOPICS if topic.lane in ("receipts", "bulk")} <= set(MAKERS)


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_mail_that_nobody_asked_for_says_how_to_stop_it_in_its_head_and_in_its_words(visitor, make):
    mail = make(visitor)
    path = mail.link("unsubscribe")
    assert mail.mail.headers == {
        "List-Unsubscribe": f"<{PATH}{path}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert f'href="{PATH}{path}"' in mail.html
    assert "[[" not in mail.text + mail.html + mail.subject
    assert visitor.client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert [kind for kind, _ in stored(visitor)[0]] == ["unsubscribe"]


def test_who_unsubscribed_gets_no_reminder_and_no_receipt_but_what_they_ask_for(visitor):
    visitor.pledge()
    visitor.client.post(link_for(visitor))
    visitor.write()
    assert [mail.topic for mail in visitor.mails()] == ["actions.confirm"]
    pass_a_day(visitor)
    with visitor.sessions() as session, session.begin():
        assert remind(session, visitor.installation.hashes).appended == 0
        assert thank(session).appended == 1
    assert sent_of_receipts(visitor) == ["suppressed"]


def sent_of_receipts(visitor):
    topics = {topic.name: topic for topic in MAIL_TOPICS}
    rows = visitor.all("SELECT * FROM outbox_messages WHERE lane = 'receipts'")
    with visitor.sessions() as session:
        claimed = [
            ClaimedMessage(**{name: getattr(row, name) for name in ClaimedMessage.__annotations__}) for row in rows
        ]
        composed = compose(session, claimed, topics, visitor.installation.hashes)
    return [outcome.state for outcome in composed.outcomes]


def test_a_reminder_under_way_when_somebody_unsubscribes_does_not_go(visitor):
    mail = reminder(visitor)
    assert mail.mail.is_unasked
    visitor.client.post(mail.link("unsubscribe"))
    topics = {topic.name: topic for topic in MAIL_TOPICS}
    row = visitor.all("SELECT * FROM outbox_messages WHERE topic = 'actions.remind'")[0]
    with visitor.sessions() as session:
        claimed = ClaimedMessage(**{name: getattr(row, name) for name in ClaimedMessage.__annotations__})
        composed = compose(session, [claimed], topics, visitor.installation.hashes)
    assert [outcome.reason for outcome in composed.outcomes] == ["unsubscribe"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_robots_that_open_links_change_nothing(visitor, method):
    visitor.pledge(consent="yes")
    path, before = link_for(visitor), visitor.dump()
    for _ in range(2):
        answer = visitor.client.open(path, method=method, headers={"Sec-Purpose": "prefetch"})
        assert answer.status_code == 200
    assert visitor.dump() == before
    page = visitor.client.get(path)
    assert page.text.count("<form") - page.text.count('role="search"') == 1
    assert f'action="{path}"' in page.text
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "posted",
    [
        {"data": {"List-Unsubscribe": "One-Click"}},
        {"data": b"List-Unsubscribe=One-Click", "content_type": "application/x-www-form-urlencoded"},
        {"data": {"List-Unsubscribe": "One-Click", "f": (io.BytesIO(b"x"), "x")}},
        {"data": {}},
        {"data": b"\xff\x00{{", "content_type": "text/plain"},
        {"data": b"", "headers": {"Origin": "https://webmail.example", "Sec-Fetch-Site": "cross-site"}},
        {"data": b"", "headers": {"Origin": "null", "Referer": "https://webmail.example/"}},
    ],
    ids=["form", "body", "multipart", "nothing", "noise", "webmail", "null"],
)
def test_a_mail_program_stops_it_by_the_link_alone(app, visitor, posted):
    visitor.pledge(consent="yes")
    answer = app.test_client(use_cookies=False).post(link_for(visitor), **posted)
    assert answer.status_code == 200, "and no redirect"
    suppressed, agreed = stored(visitor)
    assert len(suppressed) == 1
    assert agreed[-1] == ("unsubscribe", False)


def test_pressing_twice_is_pressing_once(visitor):
    visitor.pledge(consent="yes")
    path = link_for(visitor)
    assert "re unsubscribed" in visitor.client.post(path).text
    before = stored(visitor)
    assert "re unsubscribed" in visitor.client.post(path).text
    assert "re unsubscribed" in visitor.client.get(path).text
    assert stored(visitor) == before


def test_a_link_in_a_very_old_mail_still_stops_mail(visitor):
    visitor.pledge()
    path = link_for(visitor, at=datetime(2004, 1, 1, tzinfo=UTC))
    assert visitor.client.get(path).status_code == 200
    assert visitor.client.post(path).status_code == 200
    assert len(stored(visitor)[0]) == 1


def test_a_link_of_another_purpose_or_of_nobodys_making_opens_nothing(visitor):
    visitor.pledge()
    real = link_for(visitor).rpartition("/")[2]
    claim = unsubscribe_signer(visitor.installation).read(real)
    forged = [
        real[:-9] + ("A" if real[-9] != "A" else "B") + real[-8:],
        "x",
        not_me_signer(visitor.installation).sign(claim),
    ]
    for token in (*forged, my_signer(visitor.installation).sign(claim[0])):
        for room in (f"/unsubscribe/{token}", f"/unsubscribe/{token}/undo"):
            assert visitor.client.post(room).status_code == 404
        assert visitor.client.get(f"/unsubscribe/{token}").status_code == 404
    assert visitor.client.get(f"/my/{real}").status_code == 404
    assert stored(visitor)[0] == []


def test_whose_data_is_gone_is_told_so_and_nothing_is_written(visitor):
    visitor.pledge(consent="yes")
    path = link_for(visitor)
    visitor.client.post(f"{visitor.my_page()}/erase", data={"sure": "yes"})
    before = visitor.dump()
    for answer in (visitor.client.get(path), visitor.client.post(path), visitor.client.post(f"{path}/undo")):
        assert answer.status_code == 200
        assert "no longer have the address" in answer.text
    assert visitor.dump() == before


def test_a_mistake_is_undone_within_the_hour_and_no_more_is_given_than_was_there(visitor):
    visitor.pledge()
    path = link_for(visitor)
    assert f'action="{path}/undo"' in visitor.client.post(path).text
    assert "are back to what they were" in visitor.client.post(f"{path}/undo").text
    assert stored(visitor) == ([], []), "nothing was agreed to, so nothing is"
    visitor.client.post(path)
    visitor.do("UPDATE suppressions SET created_at = created_at - interval '61 minutes'")
    assert "/undo" not in visitor.client.get(path).text
    assert "re unsubscribed" in visitor.client.post(f"{path}/undo").text
    assert len(stored(visitor)[0]) == 1


def test_undoing_gives_back_only_what_this_very_press_took(visitor):
    visitor.pledge(consent="yes")
    path = link_for(visitor)
    visitor.client.post(path)
    visitor.do("UPDATE consents SET at = at - interval '2 years'")
    visitor.do("DELETE FROM suppressions")  # an operator lifted it
    visitor.client.post(path)
    visitor.client.post(f"{path}/undo")
    assert stored(visitor) == ([], [("form", True), ("unsubscribe", False)])


def test_what_was_stopped_on_ones_own_page_no_old_mail_undoes(visitor):
    visitor.pledge(consent="yes")
    path = link_for(visitor)
    visitor.client.post(f"{visitor.my_page()}/mail")
    assert "/undo" not in visitor.client.get(path).text
    visitor.client.post(f"{path}/undo")
    assert len(stored(visitor)[0]) == 1


@pytest.mark.parametrize(("language", "words"), [("es", "Darme de baja"), ("ur", "ای میل بند کریں")])
def test_the_page_speaks_the_language_of_the_mail(visitor, language, words):
    visitor.pledge(language=language)
    page = visitor.client.get(link_for(visitor)).text
    assert f'<html lang="{language}"' in page
    assert words in page


def test_ones_own_page_tells_of_each_organization_and_what_stops_it(visitor):
    visitor.pledge(consent="yes")
    page = visitor.client.get(mine := visitor.my_page()).text
    assert "may email me about this and similar campaigns" in page
    assert "Unsubscribe from" in page
    assert "Stop all email" in page
    visitor.client.post(f"{mine}/mail")
    page = visitor.client.get(mine).text
    assert "Stop all email" not in page
    assert "Get updates from" in page
    key = address_key(visitor.installation.hashes, "ana@example.org")
    for kind, words in (("complaint", "reported as spam"), ("bounce", "bounced")):
        with visitor.sessions() as session, session.begin():
            suppress(session, [key], kind)
        page = visitor.client.get(mine).text
        assert words in page
        assert "Get updates from" not in page, "nothing is promised that will not be sent"
    assert visitor.client.post(f"{mine}/mail/nobody", data={"step": "agree"}).status_code == 404
    assert visitor.client.post(f"{mine}/mail/{organization_slug(visitor)}", data={"step": "x"}).status_code == 303


def organization_slug(visitor):
    return visitor.one(
        "SELECT o.slug FROM organizations o JOIN campaigns c ON c.organization_id = o.id WHERE c.slug = :slug",
        slug=OPEN,
    )


def test_who_only_waits_for_a_confirmation_has_nothing_to_stop_but_the_link_of_the_reminder(visitor):
    mail = reminder(visitor)
    page = visitor.client.get(visitor.my_page()).text
    assert "Stop all email" not in page
    assert visitor.client.post(mail.link("unsubscribe")).status_code == 200


def test_ones_own_page_shows_each_consent_in_its_words_with_its_day_and_what_became_of_it(visitor):
    visitor.pledge(consent="yes")
    slug = organization_slug(visitor)
    mine = visitor.my_page()
    visitor.client.post(f"{mine}/mail/{slug}", data={"step": "stop"})
    visitor.client.post(f"{mine}/mail/{slug}", data={"step": "agree"})
    visitor.do("UPDATE consents SET at = at - interval '400 days' WHERE door = 'form'")
    page = visitor.client.get(mine).text
    told = [page.find(words) for words in ("may email me about this", "You unsubscribed on", "about its campaigns")]
    assert told == sorted(told)
    assert -1 not in told
    year = visitor.one("SELECT extract(year FROM min(at))::int FROM consents")
    assert f", {year}:" in page


def test_a_page_of_ones_own_does_not_grow_without_end(visitor):
    visitor.pledge(consent="yes")
    visitor.do(
        "INSERT INTO consents (organization_id, person_id, wording_id, is_granted, door, at) "
        "SELECT organization_id, person_id, wording_id, n % 2 = 0, 'my', at + n * interval '1 second' "
        "FROM consents, generate_series(1, 999) n"
    )
    page = visitor.client.get(visitor.my_page()).text
    assert page.count("You agreed on") + page.count("You unsubscribed on") == MOST_SHOWN


def test_giving_back_is_limited_and_stopping_never_is(visitor, make_app, valkey):
    visitor.pledge(consent="yes")
    path, client = link_for(visitor), make_app(LIMITS="ip=2/10m").test_client(use_cookies=False)
    for status in (200, 200, 429):
        assert client.post(path).status_code == 200
        assert client.post(f"{path}/undo").status_code == status
    assert [fact for _, fact in stored(visitor)[1]] == [True, False, True, False, True, False]
