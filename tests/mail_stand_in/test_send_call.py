"""The send call as a client sees it."""

import json

import pytest

from tests.mail_stand_in.bodies import HEADERS, body


def send(client, call, headers=HEADERS):
    return client.post("/v3/mail/send", data=json.dumps(call), headers=headers)


def test_accepts_with_an_id_rate_headers_and_no_body(client, inbox):
    answer = send(client, body())
    assert (answer.status_code, answer.data) == (202, b"")
    assert {"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"} <= set(answer.headers.keys())
    assert inbox.find(f"{answer.headers['X-Message-Id']}.0").to.email == "ana@example.org"


@pytest.mark.parametrize("value", [None, "", "Bearer", "Bearer ", "Basic YTpi"])
@pytest.mark.parametrize("path", ["/v3/mail/send", "/v3/scopes", "/v3/messages"])
def test_refuses_a_call_without_a_key(client, inbox, path, value):
    headers = {"Content-Type": "application/json"} | ({"Authorization": value} if value is not None else {})
    answer = send(client, body(), headers) if path.endswith("send") else client.get(path, headers=headers)
    assert (answer.status_code, inbox.count()) == (401, 0)
    assert answer.json == {"errors": [{"message": "authorization required", "field": None, "help": None}]}


def test_tells_all_that_is_wrong_and_stores_nothing(client, inbox):
    answer = send(client, body(subject="", categories=["a", "a"]))
    assert (answer.status_code, inbox.count()) == (400, 0)
    assert [error["field"] for error in answer.json["errors"]] == ["subject", "categories"]
    assert all(error.keys() == {"message", "field", "help"} for error in answer.json["errors"])


def test_takes_json_only(client):
    assert send(client, body(), {**HEADERS, "Content-Type": "text/plain"}).status_code == 415
    assert send(client, body(), {**HEADERS, "Content-Encoding": "gzip"}).status_code == 415
    assert client.post("/v3/mail/send", data=b"{", headers=HEADERS).status_code == 400


def test_sandboxed_mail_is_checked_and_not_kept(client, inbox):
    answer = send(client, body(mail_settings={"sandbox_mode": {"enable": True}}))
    assert (answer.status_code, inbox.count()) == (200, 0)


def test_a_key_can_be_checked(client):
    assert "mail.send" in client.get("/v3/scopes", headers=HEADERS).json["scopes"]
