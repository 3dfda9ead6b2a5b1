"""Every route, asked by addresses that no browser makes: nothing breaks, nothing is led elsewhere, no line is forged."""

import re

import pytest

from campaign.kernel import log
from campaign.kernel.text import has_hidden_controls
from tests.actions.visitor import OPEN

UNSTORABLE = ("%00", "x%00y", "%ff", "x%C3", "%C0%AF", "%ED%A0%80", "%F8%88%80%80%80")
HOSTILE = (
    *UNSTORABLE, "%0d%0aX-Set:1", "%0a", "%1b[2J", "%e2%80%ae", "%e2%80%a8", "..", "%2e%2e%2f", "%2F", "%5c", "%25", "%3f",
    "%23", ";a=b", "'", "%22", "<b>", "%20", "*", "-1", "99999999999999999999", "x" * 4000, "%F0%9F%98%80", "{{7*7}}", "%s",
)  # fmt: skip
QUERIES = (
    "%00", "lang=%00", "lang=%ff", "via=%00", "via=%ED%A0%80", "t=%ff&t=%00", "near=%00", "near=%ff", "page=-1", "place=-1",
    "page=99999999999999999999", "place=99999999999999999999", "campaign=%00", "kind=%00", "lang=en&lang=es", "=&=&&&", "%",
    "%zz", "step=%0d%0a", "source=%00", "\u2713=\u2713",
)  # fmt: skip
HEADERS = (
    {"Accept-Language": "*;q=x,,;;, \xff, " + "a-" * 500},
    {"Cookie": "=;;;a=\xff; \x01"},
    {"Host": "evil.example:x"},
    {"X-Forwarded-For": "\xff, unknown, [::1"},
    {"Forwarded": 'for="[::1]:x";by=_;;;'},
    {"If-None-Match": '"\xff", W/'},
    {"If-Modified-Since": "99 Foo 9999"},
    {"Range": "bytes=9-1,-,x"},
    {"Accept": "\xff;;;q=x, */*;q=nan"},
    {"Accept-Encoding": "gzip;q=x, \xff"},
    {"Content-Type": "multipart/form-data; boundary=\xff"},
    {"Content-Type": "application/json; charset=nonsense"},
    {"Authorization": "Bearer \xff"},
    {"Referer": "http://[::1:/\xff"},
    {"Origin": "null\x01"},
)
METHODS = ("FOO", "get", "PROPFIND", "TRACE", "PUT")


def addresses(rule, hostile):
    """Return the addresses of a rule with something hostile in each of its places, or behind it."""
    names = re.findall(r"<(?:\w+:)?(\w+)>", rule)
    good = {"slug": OPEN, "public_id": "01890000-0000-7000-8000-000000000000", "language": "en"}

    def written(changed):
        values = good | changed
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: values.get(found[1], "x"), rule)

    return [written({name: hostile}) for name in names] or [f"{rule}{hostile}", f"{rule.rstrip('/')}/{hostile}"]


def rules_of(app, method="GET"):
    return sorted({rule.rule for rule in app.url_map.iter_rules() if method in rule.methods})


@pytest.fixture
def asked(client, capsys):
    """Ask, and look at the answer; afterwards at what was written."""
    log.configure("text")

    def ask(address, method="GET", **more):
        answer = client.open(address, method=method, **more)
        assert answer.status_code < 500, (method, address[:200])
        location = answer.headers.get("Location", "/")
        assert re.match("/(?!/)", location), (address[:200], location)
        assert b"Traceback" not in answer.data
        return answer

    yield ask
    written = capsys.readouterr().err
    assert not any(has_hidden_controls(line) for line in written.splitlines())
    assert all(re.match(r"\d{4}-\d\d-\d\d |Traceback|  |$", line) for line in written.splitlines())


def test_what_no_table_holds_and_what_is_no_utf8_is_nowhere(app, fresh, asked):
    for method in ("GET", "POST"):
        for rule in rules_of(app, method):
            for hostile in UNSTORABLE:
                for address in addresses(rule, hostile):
                    assert asked(address, method).status_code == 404, address
                    assert asked(f"/es{address}", method).status_code == 404, address


def test_no_part_of_an_address_breaks_anything(app, fresh, asked):
    for method in ("GET", "POST"):
        for rule in rules_of(app, method):
            for hostile in HOSTILE[len(UNSTORABLE) :]:
                for address in addresses(rule, hostile):
                    asked(address, method)


def test_no_query_breaks_anything(app, fresh, asked):
    for rule in rules_of(app):
        address = addresses(rule, OPEN)[0]
        for query in QUERIES:
            asked(f"{address}?{query}")


def test_no_header_breaks_anything(app, fresh, asked):
    for method in ("GET", "POST"):
        for rule in rules_of(app, method):
            address = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: {"slug": OPEN}.get(found[1], "x"), rule)
            for headers in HEADERS:
                asked(address, method, headers=headers, data=b"a=b" if method == "POST" else None)


def test_no_method_breaks_anything(app, fresh, asked):
    for rule in rules_of(app):
        for method in METHODS:
            asked(addresses(rule, "x")[0], method)
    asked("/", "OPTIONS", environ_overrides={"PATH_INFO": "*"})


@pytest.mark.parametrize(
    ("spelled", "page"),
    [
        (f"/campaigns/{OPEN}/", f"/campaigns/{OPEN}"),
        (f"/campaigns/{OPEN}//", f"/campaigns/{OPEN}"),
        (f"/Campaigns/{OPEN.title()}", f"/campaigns/{OPEN}"),
        (f"/CAMPAIGNS/{OPEN.upper()}/", f"/campaigns/{OPEN}"),
        (f"/campaigns/{OPEN}/?utm_source=a&via=b%20c", f"/campaigns/{OPEN}?utm_source=a&via=b+c"),
        (f"/campaigns/{OPEN}/Thanks", f"/campaigns/{OPEN}/thanks"),
        (f"/campaigns/{OPEN}/count.JSON", f"/campaigns/{OPEN}/count.json"),
        (f"/es/campaigns/{OPEN}/", f"/es/campaigns/{OPEN}"),
        (f"/ES/campaigns/{OPEN}", f"/es/campaigns/{OPEN}"),
        (f"/Es/Campaigns/{OPEN}/", f"/es/campaigns/{OPEN}"),
        ("/ES", "/es/"),
        ("/Events/", "/events"),
        ("/EVENTS", "/events"),
        ("/My/", "/my"),
        ("/Companies/Kroger/", "/companies/kroger"),
        ("/healthz/", "/healthz"),
        ("/CONFIRM/AbCd.Ef", "/confirm/AbCd.Ef"),
        ("/confirm/AbCd.Ef/", "/confirm/AbCd.Ef"),
    ],
)
def test_who_spells_an_address_otherwise_is_led_to_the_page(asked, fresh, spelled, page):
    answer = asked(spelled)
    assert (answer.status_code, answer.headers["Location"]) == (301, page)
    assert asked(spelled, "HEAD").headers["Location"] == page
    again = asked(page)
    assert again.status_code != 301
    if "/confirm/" in page:
        assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "no-referrer")


@pytest.mark.parametrize(
    "address",
    [
        "/nowhere/",
        "/NOWHERE",
        "/METRICS",
        "/metrics/",
        "/campaigns/ñ",
        "/campaigns/a%20b",
        "/es/HEALTHZ",
        "/campaigns//evil",
    ],
)
def test_what_is_nowhere_stays_there(asked, fresh, address):
    answer = asked(address)
    assert answer.status_code == 404
    assert "Location" not in answer.headers


def test_a_draft_is_as_absent_as_ever(asked, fresh):
    led = asked("/campaigns/No-Such-Campaign/")
    assert led.headers["Location"] == "/campaigns/no-such-campaign"
    assert asked(led.headers["Location"]).status_code == 404


def test_a_form_is_not_led_anywhere(asked, fresh):
    assert asked(f"/campaigns/{OPEN}/pledge/", "POST").status_code == 404
