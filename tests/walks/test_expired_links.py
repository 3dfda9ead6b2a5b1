"""Links past their time, by a clock that was moved: expired, still waiting, and never in the past."""

import re
from datetime import timedelta

import pytest
from itsdangerous import TimestampSigner
from sqlalchemy import text

from campaign.actions.mails import compose_confirm, compose_my_link
from campaign.delivery.topics import OutgoingMessage
from campaign.kernel.clock import now
from tests.walks.test_pledge_by_test_client import FORM

DAY = timedelta(days=1)


@pytest.fixture
def mailed_link(demo, client, sessions, monkeypatch):
    """Sign, and have the mail's links made so many days ago."""

    def make(days: int, room: str = "link") -> str:
        page = client.get("/campaigns/fair-food").text
        stamp = re.search(r'name="stamp" value="([^"]+)"', page).group(1)
        assert client.post("/campaigns/fair-food/pledge", data={**FORM, "stamp": stamp}).status_code == 303
        then = int((now() - days * DAY).timestamp())
        with monkeypatch.context() as patch, sessions() as session:
            patch.setattr(TimestampSigner, "get_timestamp", lambda _self: then)
            row = session.execute(text("SELECT * FROM outbox_messages ORDER BY id DESC LIMIT 1")).one()
            message = OutgoingMessage(
                row.id, row.public_id, row.topic, row.action_id, row.person_id, row.campaign_id, {}
            )
            (mail,) = compose_confirm(session, [message])
        return mail.substitutions[f"[[{room}]]"].removeprefix("http://campaign.example")

    return make


def test_a_link_of_thirteen_days_still_confirms(mailed_link, client):
    link = mailed_link(13)
    assert client.get(link).status_code == 200
    assert "You’re supporter number 1" in client.get(client.post(link).headers["Location"]).text


def test_an_expired_link_offers_a_new_mail_and_confirms_nothing(mailed_link, client, sessions):
    link = mailed_link(15)
    page = client.get(link)
    assert page.status_code == 410
    assert "This link has expired" in page.text
    again = re.search(r'action="([^"]+/again)"', page.text).group(1)
    assert client.post(link).status_code == 410
    assert client.get("/campaigns/fair-food/count.json").json["confirmed"] == 0
    assert "we’ve emailed you a new link" in client.post(again).text
    with sessions() as session:
        sent = session.execute(text("SELECT count(*) FROM outbox_messages WHERE topic = 'actions.confirm'"))
        assert sent.scalar_one() == 2


def test_an_old_link_of_a_confirmed_name_says_so(mailed_link, client):
    fresh, old = mailed_link(0), mailed_link(15)
    client.post(fresh)
    page = client.get(old)
    assert page.status_code == 200
    assert "Already confirmed" in page.text


def test_an_expired_link_still_tells_that_it_was_somebody_else(mailed_link, client):
    link = mailed_link(15, "not_me")
    assert client.get(link).status_code == 200
    assert "Deleted. We’re sorry" in client.post(link).text


def test_a_page_link_opens_for_seven_days(demo, client, sessions, mailed_link):
    client.post(mailed_link(0))
    stamp = re.search(r'name="stamp" value="([^"]+)"', client.get("/my").text).group(1)
    client.post("/my", data={"email": FORM["email"], "stamp": stamp, "language": "en"})
    with sessions() as session, session.begin():
        row = session.execute(text("SELECT * FROM outbox_messages WHERE topic = 'actions.my_link'")).one()
        message = OutgoingMessage(row.id, row.public_id, row.topic, row.action_id, row.person_id, row.campaign_id, {})
        (mail,) = compose_my_link(session, [message])
    link = mail.substitutions["[[link]]"].removeprefix("http://campaign.example")
    _move(sessions, 6)
    assert "supporter number 1" in client.get(link).text
    _move(sessions, 6)
    assert client.get(link).status_code == 200, "using it renews it"
    _move(sessions, 8)
    assert client.get(link).status_code == 410


def _move(sessions, days: int) -> None:
    with sessions() as session, session.begin():
        session.execute(
            text("UPDATE my_links SET expires_at = expires_at - make_interval(days => :days)"), {"days": days}
        )
