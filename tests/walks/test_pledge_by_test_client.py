"""From page to number, within one process."""

import re

from sqlalchemy import text

from campaign.actions.mails import compose_confirm
from campaign.delivery.topics import OutgoingMessage

FORM = {
    "language": "en",
    "given_name": "Ana",
    "family_name": "Ruiz",
    "email": "Ana@Example.ORG",
    "postal_code": "34142",
    "country": "US",
    "consent": "yes",
}


def test_pledge_counts_once_it_is_confirmed(demo, client, sessions):
    page = client.get("/campaigns/fair-food").text
    stamp = re.search(r'name="stamp" value="([^"]+)"', page).group(1)
    posted = client.post("/campaigns/fair-food/pledge", data={**FORM, "stamp": stamp})
    assert posted.status_code == 303
    assert "Check your email" in client.get(posted.headers["Location"]).text

    with sessions() as session:
        row = session.execute(text("SELECT * FROM outbox_messages")).one()
        message = OutgoingMessage(row.id, row.public_id, row.topic, row.action_id, row.person_id, row.campaign_id, {})
        (mail,) = compose_confirm(session, [message])
    assert mail.to_address == "Ana@example.org"
    link = mail.substitutions["[[link]]"].removeprefix("http://campaign.example")
    assert "One more tap" in client.get(link).text
    confirmed = client.post(link)
    assert confirmed.status_code == 303
    assert "You’re supporter number 1" in client.get(confirmed.headers["Location"]).text
    assert client.get("/campaigns/fair-food/count.json").json["confirmed"] == 1
    with sessions() as session:
        assert session.execute(text("SELECT count(*) FROM consents WHERE is_granted")).scalar_one() == 1
