"""Tries to have an answer of ours lead to another site: by spellings of an address, and by the host that is asked for."""

import re
from urllib.parse import unquote

import pytest

from tests.actions.visitor import OPEN, PUBLIC_URL

EVIL = "evil.example"
HEADERS = {
    "Host": EVIL,
    "X-Forwarded-Host": EVIL,
    "X-Forwarded-Server": EVIL,
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Prefix": f"//{EVIL}",
    "X-Original-Url": f"//{EVIL}/",
    "Forwarded": f"host={EVIL};proto=http",
}
VALUES = {"slug": OPEN, "token": "x", "public_id": "01890000-0000-7000-8000-000000000000", "digest": "0", "name": "a"}


def _addresses(app):
    for rule in app.url_map.iter_rules():
        yield re.sub(r"<(?:\w+:)?(\w+)>", lambda found: VALUES.get(found[1], "en"), rule.rule), rule.methods


def _spellings(path):
    doubled = path.replace("/", "//")
    yield from (
        path,
        doubled,
        f"/{path}",
        f"{path}/",
        f"{path}//",
        f"/{path}/",
        f"/es{path}",
        f"/en{path}",
        f"/es/{path}",
    )
    yield from (
        "",
        "//",
        "*",
        f"http://{EVIL}{path}",
        f"//{EVIL}{path}",
        f"/\\{EVIL}{path}",
        f"/en//{EVIL}/..",
        f"/%2F%2F{EVIL}{path}",
        f"{path}/%2e%2e",
    )


def _open(client, spelling, method, headers):
    """Ask for an address as it is spelled: the test client would take `//evil` for a host."""
    return client.open("/", method=method, headers=headers, environ_overrides={"PATH_INFO": unquote(spelling)})


def test_no_answer_leads_by_the_host_that_was_asked_for(app, fresh, tell):
    client = app.test_client(use_cookies=False)
    asked = led = 0
    for path, methods in _addresses(app):
        for spelling in _spellings(path):
            for language in (None, "es"):
                headers = HEADERS | ({"Accept-Language": language} if language else {})
                for method in ("GET", "POST") if language is None and "POST" in methods else ("GET",):
                    answer = _open(client, spelling, method, headers)
                    asked += 1
                    where = answer.headers.get("Location", "/")
                    led += answer.status_code in range(300, 400)
                    assert where.startswith((f"{PUBLIC_URL}/", "/")), (spelling, where)
                    assert not where.startswith(("//", "/\\")), (spelling, where)
                    assert EVIL not in where, (spelling, where)
    assert led, "some do lead on"
    tell("answers looked at", asked)
    tell("of them, that lead elsewhere by Host", 0)


@pytest.mark.parametrize("path", ["/", f"/campaigns/{OPEN}", "/events", "/sitemap.xml", "/robots.txt", "/my", "/none"])
def test_no_page_repeats_the_host_that_was_asked_for(client, fresh, path):
    assert EVIL not in client.get(path, headers=HEADERS).text


def test_numbers_are_not_told_to_a_name_that_only_leads_here(client, fresh):
    for host in (
        EVIL,
        f"{EVIL}:8000",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "evil.example#@localhost",
        "",
    ):
        answer = client.get("/metrics", headers={"Host": host}, environ_overrides={"REMOTE_ADDR": "127.0.0.1"})
        assert answer.status_code == 404, host
    for host in ("localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000"):
        answer = client.get("/metrics", headers={"Host": host}, environ_overrides={"REMOTE_ADDR": "127.0.0.1"})
        assert answer.status_code == 200, host
