"""What every answer of the organizers' side says of itself, errors and ways elsewhere too: kept, indexed, framed nowhere."""

from collections import Counter

import pytest

from tests.organize.stage import ORIGIN
from tests.organize.sweep_values import values_of
from tests.organize.test_sweep import requests_of, rules_of

NAMES = ("x%00", "%ed%a0%80", "%0d%0aSet-Cookie:%20a=b")


def lacks(answer):
    """List what an answer does not say."""
    headers = answer.headers
    said = {
        "kept": "no-store" in headers.get("Cache-Control", ""),
        "indexed": "noindex" in headers.get("X-Robots-Tag", ""),
        "framed": "frame-ancestors 'none'" in headers.get("Content-Security-Policy", ""),
        "sniffed": headers.get("X-Content-Type-Options") == "nosniff",
        "told to others": headers.get("Referrer-Policy") == "no-referrer",
    }
    return [name for name, is_said in said.items() if not is_said]


def test_no_answer_is_kept_indexed_framed_or_sniffed(app, organizer, stranger, tell):
    me, editor = organizer("owner"), organizer("viewer")
    count, wrong = Counter(), []
    for _rule, method, path in requests_of(app, rules_of(app)):
        if method == "HEAD":
            continue
        for browser in (me, editor, stranger):
            answer = browser.client.open(path, method=method, base_url=ORIGIN)
            count[answer.status_code] += 1
            if lacking := lacks(answer):
                wrong.append(f"{method} {path} ({answer.status_code}): {lacking}")
    tell("answers whose headers were read, by status", dict(count))
    assert wrong == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/organize/no-such-address/at/all"),
        ("GET", "/organize/ciw/no-such-room"),
        ("PUT", "/organize/ciw"),
        ("GET", "/organize/link/none"),
        ("GET", "/organize/sign-in"),
        ("POST", "/organize/sign-in"),
        ("GET", "/organize/ciw/"),
        ("OPTIONS", "/organize/ciw"),
    ],
)
def test_nor_is_one_of_an_address_that_is_none(organizer, stranger, method, path):
    for browser in (organizer("owner"), stranger):
        answer = browser.client.open(path, method=method, base_url=ORIGIN)
        assert answer.status_code < 500
        assert lacks(answer) == []


def test_a_name_that_no_table_holds_is_not_found(app, organizer, tell):
    me, wrong, count = organizer("owner", has_factor=True), [], 0
    token, adapter = me.csrf(), app.url_map.bind("campaign.example")
    for rule in rules_of(app):
        strings = [name for name in rule.arguments if type(rule._converters[name]).__name__ == "UnicodeConverter"]
        for name in strings:
            values = {**values_of(rule), name: "HERE"}
            method = "POST" if "POST" in rule.methods else "GET"
            path = adapter.build(rule.endpoint, values, method=method)
            for planted in NAMES:
                count += 1
                answer = me.client.open(
                    path.replace("HERE", planted), method=method, base_url=ORIGIN, data={"csrf": token},
                    headers={"Sec-Fetch-Site": "same-origin"},
                )  # fmt: skip
                if answer.status_code >= 500 or "a=b" in answer.headers.get("Set-Cookie", ""):
                    wrong.append(f"{method} {path.replace('HERE', planted)}: {answer.status_code}")
    tell("addresses with a name that no table holds", count)
    assert wrong == []
