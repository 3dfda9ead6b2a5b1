"""Events a tester sends: SendGrid's shape, a signature its own helper accepts, and never off this machine."""

import json
import time

import pytest
from sendgrid.helpers.eventwebhook import EventWebhook

from campaign.mail_stand_in.keys import PRIVATE_KEY_NAME, PUBLIC_KEY_NAME, ensure_keys
from campaign.mail_stand_in.postman import SIGNATURE_HEADER, TIMESTAMP_HEADER, AutoDelivery, NotLoopbackError, Postman
from tests.mail_stand_in.bodies import HEADERS, body, personalization


@pytest.fixture
def message(client):
    call = body(
        personalizations=[personalization(custom_args={"mail": "0190", "email": "shadow@example.org"})],
        categories=["confirm"],
    )
    answer = client.post("/v3/mail/send", data=json.dumps(call), headers=HEADERS)
    return f"{answer.headers['X-Message-Id']}.0"


def tell(client, message, **form):
    answer = client.post(f"/messages/{message}/events", data=form)
    assert answer.status_code == 303
    return client.get(f"/messages/{message}").text


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("delivered", {"event": "delivered"}),
        ("bounce", {"event": "bounce", "type": "bounce", "status": "5.1.1"}),
        ("blocked", {"event": "bounce", "type": "blocked"}),
        ("deferred", {"event": "deferred"}),
        ("dropped", {"event": "dropped", "reason": "Bounced Address"}),
        ("spamreport", {"event": "spamreport"}),
    ],
)
def test_posts_sendgrids_shape(client, webhook, message, kind, expected):
    tell(client, message, kind=kind)
    path, headers, raw = webhook.posts[0]
    (event,) = json.loads(raw)
    assert path == "/webhooks/sendgrid"
    assert headers["Content-Type"].startswith("application/json")
    assert expected.items() <= event.items()
    assert abs(event["timestamp"] - time.time()) < 10
    # Custom arguments stand at the top level; SendGrid's own keys win over one of the same name.
    assert (event["mail"], event["email"], event["category"]) == ("0190", "ana@example.org", ["confirm"])
    assert event["sg_message_id"].startswith(message.split(".")[0] + ".")
    assert event["sg_event_id"]
    assert event["smtp-id"].startswith("<")


def test_signature_satisfies_the_official_helper(client, webhook, message, directory):
    tell(client, message, kind="delivered")
    _, headers, raw = webhook.posts[0]
    helper = EventWebhook((directory / PUBLIC_KEY_NAME).read_text().strip())
    signature, timestamp = headers[SIGNATURE_HEADER], headers[TIMESTAMP_HEADER]
    assert helper.verify_signature(raw.decode(), signature, timestamp)
    assert not helper.verify_signature(raw.decode() + " ", signature, timestamp)
    assert not helper.verify_signature(raw.decode(), signature, str(int(timestamp) + 1))


def test_telling_again_keeps_the_event_id_and_signs_anew(client, webhook, message):
    tell(client, message, kind="delivered")
    first = json.loads(webhook.posts[0][2])[0]
    page = tell(client, message, again=first["sg_event_id"])
    assert json.loads(webhook.posts[1][2]) == [first]
    assert "sent 2 times" in page


def test_page_shows_what_the_service_answered(client, webhook, message):
    webhook.status = 503
    assert "not accepted: the service answered 503" in tell(client, message, kind="delivered")
    webhook.status = 204
    assert "accepted: the service answered 204" in tell(client, message, kind="bounce")
    assert client.get("/v3/messages", headers=HEADERS).json["messages"][0]["status"] == "not_delivered"


def test_a_redirect_is_not_followed(client, webhook, message):
    webhook.status = 302
    assert "not accepted: the service answered 302" in tell(client, message, kind="delivered")
    assert len(webhook.posts) == 1


def test_a_service_that_is_down_breaks_no_page(client, webhook, message):
    webhook.shutdown()
    webhook.server_close()
    assert "not accepted: Connection refused" in tell(client, message, kind="delivered")


def test_an_odd_kind_is_refused(client, webhook, message):
    assert client.post(f"/messages/{message}/events", data={"kind": "open"}).status_code == 400
    assert client.post(f"/messages/{message}/events", data={"again": "nothing"}).status_code == 404
    assert webhook.posts == []


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/webhooks",
        "https://127.0.0.1/x",
        "http://10.0.0.1/",
        "file:///etc/passwd",
        "http://localhost.example/",
    ],
)
def test_refuses_an_events_address_off_this_machine(inbox, directory, url):
    with pytest.raises(NotLoopbackError):
        Postman(inbox, ensure_keys(directory), url)


def test_refuses_a_local_name_that_leads_off_this_machine(inbox, directory, webhook, message, monkeypatch):
    postman = Postman(inbox, ensure_keys(directory), webhook.url)
    monkeypatch.setattr("campaign.mail_stand_in.postman.is_loopback", lambda host: False)
    assert "off this machine" in postman.tell(inbox.find(message), "delivered")
    assert webhook.posts == []


def test_keys_are_made_once_and_kept_private(directory):
    first = ensure_keys(directory)
    assert ensure_keys(directory).public_key == first.public_key
    assert (directory / PRIVATE_KEY_NAME).stat().st_mode & 0o777 == 0o600
    assert directory.stat().st_mode & 0o777 == 0o700
    (directory / PUBLIC_KEY_NAME).unlink()
    ensure_keys(directory)
    assert (directory / PUBLIC_KEY_NAME).read_text().strip() == first.public_key


def test_auto_delivery_tells_every_message_once(client, inbox, postman, webhook):
    delivery = AutoDelivery(inbox, postman, after_seconds=0.05)
    delivery.start()
    try:
        blocks = [personalization(f"p{n}@example.org") for n in range(20)]
        client.post("/v3/mail/send", data=json.dumps(body(personalizations=blocks)), headers=HEADERS)
        delivery.add(list(inbox.search()))
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and any(message.status != "delivered" for message in inbox.search()):
            time.sleep(0.02)
    finally:
        delivery.stop()
    told = [event["email"] for _, _, raw in webhook.posts for event in json.loads(raw)]
    assert sorted(told) == sorted(f"p{n}@example.org" for n in range(20))
    assert all(message.status == "delivered" for message in inbox.search())
