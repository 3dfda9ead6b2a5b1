"""Every route: its guard, its methods, its headers, and that none of them is left out here."""

import io
import json
import re
import time
from importlib import import_module
from pathlib import Path
from urllib.parse import unquote

import pytest

from campaign.delivery.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER
from campaign.features import KINDS
from campaign.kernel.access import Access, declared
from tests.actions.visitor import OPEN

# A new route comes with a line here, or among its kind's own (`tests/<kinds>/doors.py`), and its guard's test below.
OURS = {
    ("/", "GET"): Access.PUBLIC,
    ("/about", "GET"): Access.PUBLIC,
    ("/campaigns", "GET"): Access.PUBLIC,
    ("/campaigns/<slug>", "GET"): Access.PUBLIC,
    ("/campaigns/<slug>/count.json", "GET"): Access.PUBLIC,
    ("/campaigns/<slug>/card/<digest>-<language>.png", "GET"): Access.PUBLIC,
    ("/pictures/<uuid:public_id>/<digest>-<int(max=9999):width>.<name>", "GET"): Access.PUBLIC,
    ("/documents/<uuid:public_id>/<digest>.pdf", "GET"): Access.PUBLIC,
    ("/campaigns/<slug>/updates.atom", "GET"): Access.PUBLIC,
    ("/sitemap.xml", "GET"): Access.PUBLIC,
    ("/campaigns/<slug>/qr.svg", "GET"): Access.PUBLIC,
    ("/campaigns/<slug>/flyer", "GET"): Access.PUBLIC,
    ("/campaigns/<slug>/petition-sheet", "GET"): Access.PUBLIC,
    ("/campaigns/<slug>/thanks", "GET"): Access.PUBLIC,
    ("/companies/<slug>", "GET"): Access.PUBLIC,
    ("/confirm/<token>", "GET"): Access.TOKEN,
    ("/confirm/<token>", "POST"): Access.TOKEN,
    ("/confirm/<token>/again", "POST"): Access.TOKEN,
    ("/confirm/all/<token>", "GET"): Access.TOKEN,
    ("/confirm/all/<token>", "POST"): Access.TOKEN,
    ("/confirm/all/<token>/again", "POST"): Access.TOKEN,
    ("/favicon.ico", "GET"): Access.PUBLIC,
    ("/healthz", "GET"): Access.PUBLIC,
    ("/metrics", "GET"): Access.LOOPBACK,
    ("/my", "GET"): Access.PUBLIC,
    ("/my", "POST"): Access.PUBLIC,
    ("/my/<token>", "GET"): Access.TOKEN,
    ("/my/erased", "GET"): Access.PUBLIC,
    ("/my/<token>/erase", "GET"): Access.TOKEN,
    ("/my/<token>/erase", "POST"): Access.TOKEN,
    ("/my/<token>/mail", "POST"): Access.TOKEN,
    ("/my/<token>/mail/<slug>", "POST"): Access.TOKEN,
    ("/my/<token>/restore/<uuid:public_id>", "POST"): Access.TOKEN,
    ("/my/<token>/withdraw/<uuid:public_id>", "GET"): Access.TOKEN,
    ("/my/<token>/withdraw/<uuid:public_id>", "POST"): Access.TOKEN,
    ("/my/<token>/words/<uuid:public_id>", "POST"): Access.TOKEN,
    ("/not-me/<token>", "GET"): Access.TOKEN,
    ("/not-me/<token>", "POST"): Access.TOKEN,
    ("/unsubscribe/<token>", "GET"): Access.TOKEN,
    ("/unsubscribe/<token>", "POST"): Access.TOKEN,
    ("/unsubscribe/<token>/undo", "POST"): Access.TOKEN,
    ("/preview/<token>", "GET"): Access.TOKEN,
    ("/preview/<token>/<path:room>", "GET"): Access.TOKEN,
    ("/readyz", "GET"): Access.PUBLIC,
    ("/robots.txt", "GET"): Access.PUBLIC,
    ("/accessibility", "GET"): Access.PUBLIC,
    ("/contact", "GET"): Access.PUBLIC,
    ("/organizations/<slug>", "GET"): Access.PUBLIC,
    ("/organizations/<slug>/privacy", "GET"): Access.PUBLIC,
    ("/privacy", "GET"): Access.PUBLIC,
    ("/assets/<digest>/<path:name>", "GET"): Access.PUBLIC,
    ("/webhooks/sendgrid", "POST"): Access.SIGNATURE,
}
MATRIX = OURS | {
    route: who
    for kind in KINDS
    for route, who in import_module(f"tests.{Path(kind.take.__code__.co_filename).parent.name}.doors").DOORS.items()
}
VALUES = {
    "slug": OPEN,
    "token": "forged",
    "public_id": "01890000-0000-7000-8000-000000000000",
    "digest": "0",
    "room": "letter",
    "language": "en",
    "name": "base.css",
    "width": "480",
}


def routes_of(app):
    return {
        (rule.rule, method): declared(app.view_functions[rule.endpoint])
        for rule in app.url_map.iter_rules()
        if not rule.rule.startswith("/organize")  # swept by tests/organize/test_guards.py
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }


def address_of(rule):
    return re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", lambda match: VALUES[match[1]], rule)


def test_every_route_stands_in_the_matrix_with_its_guard(app):
    assert routes_of(app) == MATRIX


@pytest.mark.parametrize(("rule", "method"), [key for key, who in MATRIX.items() if who is Access.TOKEN])
def test_a_token_route_opens_to_no_forged_token(visitor, rule, method):
    before = visitor.dump()
    answer = visitor.client.open(address_of(rule), method=method)
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"
    assert visitor.dump() == before


TOKEN_ROOMS = ("confirm", "confirm/all", "not-me", "my", "rsvp", "marshal", "preview")


def test_a_token_opens_its_own_room_only(visitor):
    visitor.pledge()
    visitor.sign(comment="waits")
    mail = visitor.mails()[-1]
    links = {"confirm": mail.link("confirm"), "not-me": mail.link("not-me"), "my": visitor.my_page()}
    before = visitor.dump("my_links")
    for room, link in links.items():
        token = link.rpartition("/")[2]
        for other in TOKEN_ROOMS:
            if other == room:
                continue
            assert visitor.client.get(f"/{other}/{token}").status_code == 404, (room, other)
            assert visitor.client.post(f"/{other}/{token}").status_code in (404, 405), (room, other)
    assert visitor.dump("my_links") == before


@pytest.mark.parametrize(("rule", "method"), sorted(MATRIX), ids=str)
def test_headers_of_every_answer(client, fresh, rule, method):
    for verb in {method, "HEAD" if method == "GET" else "OPTIONS", "DELETE"}:
        answer = client.open(address_of(rule), method=verb)
        assert answer.status_code != 500
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Referrer-Policy"] in ("no-referrer", "same-origin")
        if MATRIX[rule, method] is Access.TOKEN and verb == method:
            assert answer.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(("rule", "method"), sorted(MATRIX), ids=str)
def test_wrong_methods_are_405_with_what_is_allowed(client, fresh, rule, method):
    answer = client.open(address_of(rule), method="DELETE")
    assert answer.status_code == 405
    assert method in answer.headers["Allow"]
    assert b"Traceback" not in answer.data


@pytest.mark.parametrize("rule", sorted({rule for rule, method in MATRIX if method == "GET"}))
def test_head_answers_as_get_without_a_body(client, fresh, rule):
    path = address_of(rule)
    got, headed = client.get(path), client.head(path)
    assert headed.status_code == got.status_code
    assert headed.data == b""
    assert headed.headers["Content-Type"] == got.headers["Content-Type"]


@pytest.mark.parametrize(
    ("environ", "headers", "status"),
    [
        ({"REMOTE_ADDR": "127.0.0.1"}, {}, 200),
        ({"REMOTE_ADDR": "::1"}, {}, 200),
        ({"REMOTE_ADDR": "127.9.9.9"}, {}, 200),
        ({"REMOTE_ADDR": "::ffff:127.0.0.1"}, {}, 200),
        ({"REMOTE_ADDR": "::ffff:203.0.113.7"}, {}, 404),
        ({"REMOTE_ADDR": "203.0.113.7"}, {}, 404),
        ({"REMOTE_ADDR": ""}, {}, 404),
        ({"REMOTE_ADDR": "127.0.0.1"}, {"X-Forwarded-For": "127.0.0.1"}, 404),
        ({"REMOTE_ADDR": "127.0.0.1"}, {"Forwarded": "for=127.0.0.1"}, 404),
        ({"REMOTE_ADDR": "127.0.0.1"}, {"X-Real-IP": "127.0.0.1"}, 404),
        ({"REMOTE_ADDR": "127.0.0.1"}, {"Via": "1.1 proxy"}, 404),
        ({"REMOTE_ADDR": "203.0.113.7"}, {"Authorization": "Bearer wrong"}, 404),
        ({"REMOTE_ADDR": "203.0.113.7"}, {"Authorization": "Bearer "}, 404),
    ],
)
def test_metrics_are_for_this_machine(client, fresh, environ, headers, status):
    assert client.get("/metrics", environ_overrides=environ, headers=headers).status_code == status


def test_metrics_open_to_their_token_from_anywhere(make_app):
    client = make_app(METRICS_TOKEN="m" * 32).test_client()
    for token, status in (("m" * 32, 200), ("m" * 31, 404), ("", 404), ("é", 404)):
        answer = client.get(
            "/metrics",
            environ_overrides={"REMOTE_ADDR": "203.0.113.7"},
            headers={"Authorization": f"Bearer {token}", "X-Forwarded-For": "203.0.113.7"},
        )
        assert answer.status_code == status


def test_the_webhook_takes_signed_events_only(visitor, webhook_key):
    visitor.sign()
    message = visitor.one("SELECT public_id FROM outbox_messages")
    body = json.dumps([{"event": "delivered", "sg_event_id": "e1", "timestamp": 1, "message": str(message)}]).encode()
    timestamp = str(int(time.time()))
    signature = webhook_key.sign(timestamp, body)

    def post(**changed):
        headers = {SIGNATURE_HEADER: signature, TIMESTAMP_HEADER: timestamp, **changed}
        return visitor.client.post("/webhooks/sendgrid", data=body, headers=headers)

    visitor.do("UPDATE outbox_messages SET state = 'sent', attempts = 1")
    for changed in (
        {SIGNATURE_HEADER: "AAAA"},
        {TIMESTAMP_HEADER: "1"},
        {SIGNATURE_HEADER: ""},
        {TIMESTAMP_HEADER: ""},
    ):
        answer = post(**changed)
        assert answer.status_code == 403
        assert "error" in answer.json
    assert visitor.one("SELECT state FROM outbox_messages") == "sent"
    assert post().status_code == 200
    assert visitor.one("SELECT state FROM outbox_messages") == "delivered"
    assert post().json == {"taken": 0}


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "/es//evil.example",
        "/es//evil.example/",
        "/en//evil.example/..",
        "/%2f%2fevil.example",
        "/\\evil.example",
        "/es/\\\\evil.example",
        "/campaigns/fair-food?lang=//evil.example",
        "/campaigns/fair-food?lang=es&next=https://evil.example",
        "/en/campaigns/fair-food?next=//evil.example",
        "/favicon.ico?url=//evil.example",
        "/campaigns/fair-food/thanks?t=//evil.example&next=https://evil.example",
        "/campaigns//evil.example",
    ],
)
def test_no_address_leads_to_another_site(client, fresh, path):
    for headers in ({}, {"Accept-Language": "es"}, {"Host": "evil.example"}, {"X-Forwarded-Host": "evil.example"}):
        path_info, _, query = path.partition("?")
        environ = {"PATH_INFO": unquote(path_info), "QUERY_STRING": query}
        answer = client.get("/", headers=headers, environ_overrides=environ)
        assert answer.status_code in (200, 302, 308, 400, 404)
        target = answer.headers.get("Location", "/")
        if target.startswith("http"):
            host = headers.get("Host", "localhost")
            assert re.match(rf"http://{host}/(?!/)", target), target
        else:
            assert re.match(r"/(?![/\\])", target), target


def test_every_redirect_after_a_post_stays_here(visitor):
    for values in ({"language": "//evil.example"}, {"source": "https://evil.example"}, {"next": "//evil.example"}):
        answer = visitor.sign(**values)
        if answer.status_code == 303:
            assert answer.headers["Location"].startswith(f"/campaigns/{OPEN}/thanks?t=")
            visitor.do("DELETE FROM actions")


def test_a_host_header_reaches_no_mail(visitor):
    visitor.client.post(
        f"/campaigns/{OPEN}/pledge",
        data={
            "stamp": visitor.installation.stamp.make(),
            "given_name": "Ana",
            "family_name": "Ruiz",
            "email": "ana@example.org",
            "postal_code": "34142",
            "country": "US",
        },
        headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"},
    )
    (mail,) = visitor.mails()
    assert "evil.example" not in mail.text + mail.html
    assert "http://campaign.example/confirm/" in mail.text


def test_the_webhook_has_a_limit_of_its_own(client, fresh):
    body = b"[" + b" " * 300_000 + b"]"
    assert client.post("/webhooks/sendgrid", data=body).status_code == 403, "over 256 KB is read, and refused unsigned"
    answer = client.post("/webhooks/sendgrid", input_stream=io.BytesIO(b" " * 1_100_000), content_length=1_100_000)
    assert answer.status_code == 413
    assert answer.json["error"] == "too_large"
