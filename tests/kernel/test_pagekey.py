"""What a kept page sees of a request is what its key is made of; so nobody can put into a copy what others did not ask."""

import re
from itertools import pairwise

import pytest
from flask import request
from hypothesis import given
from hypothesis import strategies as st

from campaign.kernel.access import Access, GuardedFlask, access
from campaign.kernel.keeping import UndeclaredReadError, cache_page
from campaign.kernel.languages import INTERFACE
from campaign.kernel.pagecache import PageCache
from campaign.kernel.pagekey import Parameter, Reads, narrow, plain_key, shared_pages
from campaign.kernel.querystring import MAX_QUERY_BYTES, MAX_QUERY_FIELDS, WHOLE_QUERY_KEY
from tests.actions.stage import *  # noqa: F403 - the application and its database
from tests.architecture.rules import PACKAGE
from tests.contract.test_every_route import address_of
from tests.kernel.pagedoor import READS

CODE = "Z2z2VfvKoSVdNg"


def environ(query="", path="/x", method="GET", **more):
    return {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, **more}


def narrowed(query="", path="/x", reads=READS, **more):
    """Return the key of a request, the query and the cookies that its page sees."""
    made = environ(query, path, **more)
    key = narrow(made, reads)
    return key, made["QUERY_STRING"], made.get("HTTP_COOKIE")


_NAMES = st.sampled_from(["via", "place", "lang", "near", "utm_source", "t", "VIA", "lang[]", "%6cang", "via%00", ""])
_VALUES = st.one_of(
    st.sampled_from([CODE, "7", "en", "es", "ur", "fr", "zz", "%65s", "x%26lang=es", "%ff", "\xff", "a+b", ""]),
    st.text(max_size=8),
)
_QUERIES = st.lists(st.tuples(_NAMES, _VALUES), max_size=5).map(lambda pairs: "&".join(f"{n}={v}" for n, v in pairs))
_COOKIES = st.sampled_from(
    [None, "", "_ga=1", "ours=1", "_ga=1; ours=2", "ours", "=ours", 'ours="1"', "a=ours=1", ";;"]
)


@given(
    asked=st.lists(
        st.tuples(
            _QUERIES, _COOKIES, st.sampled_from(["/x", "/es/x", "/en/x"]), st.sampled_from(["es", "en", "ur,en"])
        ),
        min_size=2,
        max_size=12,
    )
)
def test_two_requests_of_one_key_show_their_page_the_same(asked):
    seen = {}
    for query, cookie, path, wish in asked:
        more = {"HTTP_ACCEPT_LANGUAGE": wish} | ({} if cookie is None else {"HTTP_COOKIE": cookie})
        key, *sight = narrowed(query.encode("utf-8", "replace").decode("latin-1"), path, **more)
        if key is not None:
            assert sight[1] is None, "a copy was made by who sent a cookie"
            assert seen.setdefault(key, sight) == sight
            assert re.fullmatch(r"(?:(via=[\w-]{14}|place=[0-9]+|lang=[a-z]{2})(?:&|\Z))*", sight[0], re.ASCII)
            assert sight[0] == key[1]


@given(query=_QUERIES)
def test_what_a_page_sees_is_read_by_another_look_as_the_same(query):
    once = narrowed(query.encode("utf-8", "replace").decode("latin-1"))
    assert narrowed(once[1])[1:] == once[1:]


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("utm_source=a&utm_medium=b&fbclid=c&gclid=d&source=mail", ""),
        (f"source=mail&via={CODE}", f"via={CODE}"),
        (f"lang=es&via={CODE}", f"via={CODE}&lang=es"),
        (f"via={CODE}&via=x", f"via={CODE}"),
        (f"via=x&via={CODE}", ""),
        ("place=2&place=1&place=3", "place=2&place=1"),
        ("place=2&place=x", "place=2"),
        ("lang=es&lang=en", "lang=es"),
        ("lang=zz", ""),
        ("lang=fr", "lang=fr"),
        ("LANG=es", ""),
        ("lang=es%00", ""),
        ("lang=es;via=x", ""),
        ("near=a%26lang%3Des", "near=a%26lang%3Des"),
        ("%ff=%fe&lang=e\xff", ""),
    ],
)
def test_what_is_left_of_a_query(query, seen):
    made = environ(query)
    narrow(made, READS)
    assert made["QUERY_STRING"] == seen
    assert made[WHOLE_QUERY_KEY] == query


def test_a_prefix_is_stronger_than_the_query():
    assert narrowed("lang=en", "/es/x") == narrowed("", "/es/x")
    assert narrowed("lang=en", "/es/x", HTTP_ACCEPT_LANGUAGE="ur")[0] == plain_key(environ(path="/es/x"))


@pytest.mark.parametrize("said", INTERFACE)
def test_an_address_that_says_its_language_is_one_page_for_all_browsers(said):
    keys = {narrowed(f"lang={said}", HTTP_ACCEPT_LANGUAGE=wish)[0] for wish in ("es", "en", "ur", "")}
    assert len(keys) == 1


def test_a_language_that_decides_only_for_some_campaigns_is_kept_by_browser_too():
    keys = [narrowed("lang=fr", HTTP_ACCEPT_LANGUAGE=wish)[0] for wish in ("es", "en")]
    assert all(a != b for a, b in pairwise(keys))


@pytest.mark.parametrize("cookie", ["_ga=GA1.2.3", "_ga=1; _fbp=2", "ours2=1", "x=ours", "ours_=1", ""])
def test_a_cookie_of_another_host_is_not_seen_and_costs_nobody_their_copy(cookie):
    assert narrowed(HTTP_COOKIE=cookie) == (plain_key(environ()), "", None)


@pytest.mark.parametrize("cookie", ["ours=1", "_ga=1; ours=1", "ours=", 'ours="a;b"', "ours=1; ours=2"])
def test_a_cookie_of_ours_is_seen_and_no_copy_is_made_of_what_it_shows(cookie):
    assert narrowed(HTTP_COOKIE=cookie) == (None, "", cookie)
    assert narrowed(HTTP_COOKIE=cookie, reads=Reads())[0] is not None, "on a page that does not read it"


@pytest.mark.parametrize("query", ["a" * (MAX_QUERY_BYTES + 1), "&" * (MAX_QUERY_FIELDS + 1)])
def test_a_query_without_end_is_left_for_the_refusal(query):
    made = environ(query)
    assert narrow(made, READS) is None
    assert made == environ(query)


def test_a_path_of_any_length_is_looked_up_and_few_are_remembered(app):
    reads_of = shared_pages(app)
    for length in (10, 5000):
        for number in range(3):
            assert isinstance(reads_of(f"/campaigns/{'x' * length}{number}"), Reads)
    assert reads_of("/" + "x" * 5000) is None


@pytest.fixture
def planted():
    """An application behind the cache with one kept page that a test gives; it declares `via` and the cookie `ours`."""

    def build(view):
        app = GuardedFlask("planted", static_folder=None)
        app.testing = True
        page = cache_page(10, Parameter("via", "[a-z]+"), cookies=["ours"])(access(Access.PUBLIC)(view))
        app.add_url_rule("/page", "page", page)
        app.wsgi_app = PageCache(app.wsgi_app, reads_of=shared_pages(app))
        return app.test_client(use_cookies=False)

    return build


@pytest.mark.parametrize(
    "read",
    [
        lambda: request.args.get("source", ""),
        lambda: request.args["source"],
        lambda: request.args.getlist("source"),
        lambda: str("source" in request.args),
        lambda: request.args.get("page", default=1, type=int),
        lambda: request.cookies.get("_ga", ""),
        lambda: request.values.get("source", ""),
    ],
)
@pytest.mark.parametrize("query", ["", "source=mail"])
def test_a_planted_page_that_reads_what_it_did_not_declare_fails(planted, read, query):
    with pytest.raises(UndeclaredReadError, match="declare it"):
        planted(lambda: str(read())).get("/page", query_string=query)


def test_a_page_reads_what_it_declared_and_by_no_other_way_anything_else(planted):
    def view():
        seen = [request.args.get("via", ""), request.args.get("lang", ""), str(request.args.to_dict()), request.url]
        seen += [request.full_path, request.cookies.get("ours", ""), request.query_string.decode()]
        return "|".join(seen)

    client = planted(view)
    answer = client.get("/page?via=abc&source=zq&lang=es", headers={"Cookie": "_ga=zq"})
    assert "abc|es|{'via': 'abc', 'lang': 'es'}" in answer.text
    assert "zq" not in answer.text
    own = client.get("/page", headers={"Cookie": "ours=mine; _ga=zq"})
    assert "mine" in own.text
    assert "mine" not in client.get("/page").text


def test_every_kept_page_reads_only_what_it_declares(app, fresh):
    """Looked at without and with its parameters: a read that was not declared is an error of the view, and no page."""
    public = [rule.rule for rule in app.url_map.iter_rules() if not rule.rule.startswith("/organize")]
    kept = [rule for rule in public if shared_pages(app)(address_of(rule))]
    assert len(kept) > 12
    for rule in kept:
        for query in ("", f"via={CODE}&utm_source=x", "page=2&kind=march&past=yes&place=1&near=33430"):
            answer = app.test_client(use_cookies=False).get(address_of(rule), query_string=query)
            assert answer.status_code in (200, 404), rule


def test_nobody_reads_the_whole_query_but_who_leads_a_reader_on():
    users = {
        path.name for path in PACKAGE.rglob("*.py") if re.search(r"whole_query\b|WHOLE_QUERY_KEY", path.read_text())
    }
    assert users == {"querystring.py", "pagekey.py", "localized.py", "respelling.py", "moving.py"}


def test_who_is_led_to_their_language_takes_everything_along(app, fresh):
    asked = f"/campaigns/fair-food?utm_source=x&fbclid=y&via={CODE}&lang=zz&utm_source=z"
    answer = app.test_client(use_cookies=False).get(asked, headers={"Accept-Language": "es"})
    assert answer.status_code == 302
    path, _, query = answer.headers["Location"].partition("?")
    assert path == "/es/campaigns/fair-food"
    assert sorted(query.split("&")) == ["fbclid=y", "utm_source=x", "utm_source=z", f"via={CODE}"]
