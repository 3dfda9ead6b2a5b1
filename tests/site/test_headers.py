"""What every answer tells the browser, from the cache or not."""

import pytest

from tests.site.conftest import make_app, stand_in_kind

EVERYWHERE = (
    "/",
    "/campaigns/fair-food",
    "/es/companies/kroger",
    "/campaigns/fair-food/count.json",
    "/robots.txt",
    "/favicon.ico",
    "/none",
    "/broken",
    "/private",
    "/campaigns/fair-food/stand-in",
)


@pytest.mark.parametrize("path", EVERYWHERE)
def test_no_answer_lets_anything_foreign_or_inline_in(client, path):
    for _ in range(2):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert "base-uri 'none'" in policy
        assert "form-action 'self'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Referrer-Policy" in headers
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "Cross-Origin-Resource-Policy" in headers
        assert "Permissions-Policy" in headers
        assert "Cache-Control" in headers
        assert "Set-Cookie" not in headers
        assert "Strict-Transport-Security" not in headers
        assert all(len(headers.getlist(name)) == 1 for name in set(headers.keys()))


def test_tls_is_kept_where_there_is_tls(site_database):
    client = make_app(site_database, is_https=True).test_client()
    assert "max-age=63072000" in client.get("/").headers["Strict-Transport-Security"]


def test_a_private_page_is_neither_kept_nor_told_about(client):
    headers = client.get("/private").headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Robots-Tag"] == "noindex"


def test_a_page_from_memory_is_the_page_as_it_was_made(site_database):
    app = make_app(site_database, kinds=(stand_in_kind(),))
    client = app.test_client(use_cookies=False)
    for path in ("/", "/campaigns/fair-food", "/es/campaigns/fair-food", "/campaigns/fair-food/count.json"):
        miss = client.get(path)
        calls = []
        app.before_request_funcs.setdefault(None, []).append(lambda calls=calls: calls.append(1))
        hit = client.get(path)
        assert not calls, path
        assert list(hit.headers) == list(miss.headers)
        assert hit.data == miss.data
        assert "public, max-age=" in hit.headers["Cache-Control"]
        assert "stale-while-revalidate" in hit.headers["Cache-Control"]
        again = client.get(path, headers={"If-None-Match": hit.headers["ETag"]})
        assert again.status_code == 304
        assert not again.data
        assert "Content-Security-Policy" in again.headers
        assert not calls


def test_a_private_page_and_a_refused_one_are_made_each_time(app, client):
    calls = []
    app.before_request_funcs.setdefault(None, []).append(lambda: calls.append(1))
    for path in ("/private", "/none", "/campaigns/fair-food?source=x", "/"):
        client.get(path)
        client.get(path)
    assert len(calls) == 6  # the public pages came from memory the second time, whatever was appended
