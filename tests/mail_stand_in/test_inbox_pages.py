"""The inbox: finding mail, reading it, and hostile mail that must do nothing."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import escape

from campaign.mail_stand_in.pages import linked
from tests.mail_stand_in.bodies import HEADERS, body, personalization

HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'{{7*7}}"


def send(client, **changes):
    answer = client.post("/v3/mail/send", data=json.dumps(body(**changes)), headers=HEADERS)
    assert answer.status_code == 202, answer.json
    return f"{answer.headers['X-Message-Id']}.0"


def test_lists_newest_first_and_pages(client):
    blocks = [personalization(f"person{n:02}@example.org") for n in range(60)]
    send(client, personalizations=blocks)
    seen = []
    path = "/"
    while path:
        page = client.get(path).text
        seen += re.findall(r'class="mail-to" dir="auto">([^<]+)<', page)
        older = re.search(r'rel="next" href="([^"]+)"', page)
        path = older and older[1].replace("&amp;", "&")
    assert seen == [f"person{n:02}@example.org" for n in reversed(range(60))]


def test_finds_by_address_subject_and_text_together(client):
    send(client, personalizations=[personalization("luz@example.org", substitutions={"-name-": "Zúñiga"})])
    send(client, personalizations=[personalization("ana@example.org")], subject="Sign the agreement")
    for query, found in (("LUZ", 1), ("agreement", 1), ("zúñiga confirm", 1), ("zúñiga agreement", 0), ("example", 2)):
        assert client.get("/", query_string={"q": query}).text.count('class="mail"') == found, query


def test_json_lists_what_a_script_needs(client):
    send(
        client,
        personalizations=[personalization("luz@example.org", custom_args={"mail": "1"})],
        content=[{"type": "text/plain", "value": "Confirm: http://localhost:8000/confirm/a.b-c?x=1&y=2."}],
    )
    send(client)
    (found,) = client.get("/messages.json?to=LUZ@example.org").json["messages"]
    assert found["links"] == ["http://localhost:8000/confirm/a.b-c?x=1&y=2"]
    assert (found["to"], found["custom_args"], found["status"]) == ("luz@example.org", {"mail": "1"}, "processed")
    assert len(client.get("/messages.json?q=confirm").json["messages"]) == 2
    assert len(client.get("/messages.json?limit=1").json["messages"]) == 1


def test_hostile_mail_is_text_on_every_page(client):
    message = send(
        client,
        subject=HOSTILE,
        personalizations=[
            {
                "to": [{"email": "a@example.org", "name": HOSTILE.replace(";", "")}],
                "custom_args": {HOSTILE: HOSTILE},
                "headers": {"X-A": HOSTILE},
            },
        ],
        reply_to={"email": "b@example.org", "name": HOSTILE},
        content=[{"type": "text/plain", "value": HOSTILE}],
    )
    for path in ("/", f"/messages/{message}", "/?q=" + "script"):
        page = client.get(path)
        assert "<script" not in page.text
        assert "<img" not in page.text
        assert "{{7*7}}" in page.text
        assert "&lt;script&gt;" in page.text
        assert "script-src" not in page.headers["Content-Security-Policy"]
        assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_html_part_is_framed_where_it_can_do_nothing(client):
    message = send(
        client, content=[{"type": "text/html", "value": "<html><head></head><script>alert(1)</script></html>"}]
    )
    page = client.get(f"/messages/{message}").text
    frame = re.search(r"<iframe[^>]+>", page)[0]
    assert "allow-scripts" not in frame
    assert "allow-same-origin" not in frame
    alone = client.get(f"/messages/{message}/html")
    policy = alone.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox ")
    assert "default-src 'none'" in policy
    assert "allow-scripts" not in policy
    assert alone.headers["X-Content-Type-Options"] == "nosniff"
    assert '<head><base target="_blank">' in alone.text


def test_unknown_message_is_not_found(client):
    assert client.get("/messages/nothing.0").status_code == 404
    assert client.post("/messages/nothing.0/events", data={"kind": "delivered"}).status_code == 404


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "192.0.2.1", ""])
def test_refuses_a_name_that_was_made_to_point_here(client, host):
    assert client.get("/", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://localhost:1"},
    ],
)
def test_refuses_a_form_of_another_site(client, webhook, headers):
    message = send(client)
    answer = client.post(f"/messages/{message}/events", data={"kind": "delivered"}, headers=headers)
    assert (answer.status_code, webhook.posts) == (403, [])


@settings(deadline=None)
@given(st.text(alphabet="ab <>&\"'./:?http", max_size=40) | st.just(HOSTILE))
def test_linking_changes_no_character_of_the_text(text):
    assert re.sub(r"<a [^>]*>|</a>", "", str(linked(text))) == str(escape(text))
