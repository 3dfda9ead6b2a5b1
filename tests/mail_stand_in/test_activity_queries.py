"""Looking for a letter whose answer was lost, by its custom argument."""

import json
from urllib.parse import quote

import pytest

from campaign.mail_stand_in.activity import QueryError, parse_query
from tests.mail_stand_in.bodies import HEADERS, body, personalization


@pytest.fixture
def sent(client):
    blocks = [personalization(f"p{n}@example.org", custom_args={"letter": f"l-{n}", "lane": "x"}) for n in range(5)]
    answer = client.post("/v3/mail/send", data=json.dumps(body(personalizations=blocks)), headers=HEADERS)
    assert answer.status_code == 202
    return answer.headers["X-Message-Id"]


def ask(client, query, limit=100):
    answer = client.get(f"/v3/messages?limit={limit}&query={quote(query)}", headers=HEADERS)
    assert answer.status_code == 200, answer.json
    return [message["to_email"][:2] for message in answer.json["messages"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("unique_args['letter']=\"l-3\"", ["p3"]),
        ("(unique_args['letter']=\"l-3\")", ["p3"]),
        ("custom_args['letter'] = 'l-3'", ["p3"]),
        ("unique_args['letter']=\"l-9\"", []),
        ("unique_args['nothing']=\"l-3\"", []),
        ('unique_args[\'letter\'] IN ("l-1","l-2")', ["p1", "p2"]),
        ('(unique_args[\'lane\']="x") AND (to_email="p4@example.org")', ["p4"]),
        ("unique_args['lane']=\"x\" AND unique_args['letter']!=\"l-0\"", ["p4", "p3", "p2", "p1"]),
        ('to_email LIKE "p2@%"', ["p2"]),
        ("status=\"processed\" and subject='Confirm your name'", ["p4", "p3", "p2", "p1", "p0"]),
        ("", ["p4", "p3", "p2", "p1", "p0"]),
    ],
)
def test_finds_by_custom_argument_and_fields(client, sent, query, found):
    assert ask(client, query) == found


def test_answers_in_sendgrids_shape(client, sent):
    query = quote("unique_args['letter']=\"l-1\"")
    (found,) = client.get(f"/v3/messages?query={query}", headers=HEADERS).json["messages"]
    assert found == {
        "from_email": "hello@campaign.example",
        "msg_id": f"{sent}.mailbox0001-1.1",
        "subject": "Confirm your name",
        "to_email": "p1@example.org",
        "status": "processed",
        "opens_count": 0,
        "clicks_count": 0,
        "last_event_time": found["last_event_time"],
    }
    assert found["last_event_time"].endswith("Z")
    history = client.get(f"/v3/messages/{found['msg_id']}", headers=HEADERS).json
    assert [event["event_name"] for event in history["events"]] == ["processed"]


def test_a_value_may_hold_quotes_and_parentheses():
    (term,) = parse_query(r"""unique_args['a']="x\" AND (y)" """)
    assert term.values == ('x" AND (y)',)


@pytest.mark.parametrize(
    "query",
    ["letter=1", "unique_args['a']", "(unique_args['a']=\"b\"", 'to_email="a" OR to_email="b"', "to_email IN 'a'"],
)
def test_refuses_a_query_it_cannot_read(client, query):
    with pytest.raises(QueryError):
        parse_query(query)
    answer = client.get(f"/v3/messages?query={quote(query)}", headers=HEADERS)
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (400, "query")


def test_never_answers_more_than_the_limit(client, sent):
    assert len(ask(client, "unique_args['lane']=\"x\"", limit=2)) == 2
    assert client.get("/v3/messages?limit=1001", headers=HEADERS).status_code == 400
