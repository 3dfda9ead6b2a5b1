"""Files of the static folder as they are served: hashed, packed, with the fonts' addresses in the sheet."""

import gzip
import re

import brotli
import pytest
from flask import Flask

from campaign.kernel.assets import asset_url, font_preloads, init_assets

SHEET = ".a { margin-inline-start: 1rem }\n" * 40
FONT_SHEET = '@font-face{src:url("../fonts/poster-900.woff2")}@font-face{src:url("../fonts/none.woff2")}'


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "css").mkdir()
    (tmp_path / "css/base.css").write_text(SHEET)
    (tmp_path / "js").mkdir()
    (tmp_path / "js/count.js").write_text("export const count = 1;\n" * 40)
    (tmp_path / "js/small.js").write_text("export {};\n")
    return tmp_path


@pytest.fixture
def fonts(folder):
    (folder / "fonts").mkdir()
    (folder / "fonts/poster-900.woff2").write_bytes(b"wOF2" + b"\0" * 2000)
    (folder / "css/fonts.css").write_text(FONT_SHEET)


class Browser:
    def __init__(self, folder):
        self.app = Flask("test", static_folder=None)
        init_assets(self.app, folder)

    def url(self, name):
        with self.app.app_context():
            return asset_url(name)

    def preloads(self):
        with self.app.app_context():
            return font_preloads()

    def get(self, name, accepted="", **headers):
        url = name if name.startswith("/") else self.url(name)
        return self.app.test_client().get(url, headers={"Accept-Encoding": accepted, **headers})


@pytest.fixture
def browser(folder):
    return Browser(folder)


@pytest.mark.parametrize("name", ["css/site.css", "js/count.js"])
@pytest.mark.parametrize(("accepted", "unpack"), [("gzip, br", brotli.decompress), ("gzip", gzip.decompress)])
def test_texts_come_packed_as_the_browser_can_read(browser, name, accepted, unpack):
    plain, packed = browser.get(name), browser.get(name, accepted)
    assert packed.headers["Content-Encoding"] == ("br" if "br" in accepted else "gzip")
    assert unpack(packed.data) == plain.data
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data)
    assert packed.headers["Content-Type"] == plain.headers["Content-Type"]
    assert "Content-Encoding" not in plain.headers
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
    assert "immutable" in packed.headers["Cache-Control"]


def test_each_packing_has_an_etag_of_its_own(browser):
    tags = {accepted: browser.get("css/site.css", accepted).headers["ETag"] for accepted in ("", "br", "gzip")}
    assert len(set(tags.values())) == 3
    for accepted, tag in tags.items():
        for other, other_tag in tags.items():
            answer = browser.get("css/site.css", accepted, **{"If-None-Match": other_tag})
            assert answer.status_code == (304 if tag == other_tag else 200), (accepted, other)
            assert answer.headers["Vary"] == "Accept-Encoding"


@pytest.mark.usefixtures("fonts")
@pytest.mark.parametrize("name", ["fonts/poster-900.woff2", "js/small.js"])
def test_what_would_not_shrink_goes_as_it_is(folder, name):
    answer = Browser(folder).get(name, "br")
    assert "Content-Encoding" not in answer.headers
    assert "Vary" not in answer.headers


@pytest.mark.usefixtures("fonts")
def test_the_sheet_names_fonts_by_their_hashed_addresses(folder):
    browser = Browser(folder)
    sheet = browser.get("css/site.css").get_data(as_text=True)
    (font,) = re.findall(r'url\("(/[^"]+)"\)', sheet)
    assert font == browser.url("fonts/poster-900.woff2")
    answer = browser.get(font)
    assert answer.mimetype == "font/woff2"
    assert "immutable" in answer.headers["Cache-Control"]
    assert browser.preloads() == (font,)


@pytest.mark.usefixtures("fonts")
def test_a_font_that_is_missing_is_not_found_and_stops_nothing(folder):
    browser = Browser(folder)
    assert 'url("../fonts/none.woff2")' in browser.get("css/site.css").get_data(as_text=True)
    assert browser.get("/assets/x/fonts/none.woff2").status_code == 404


def test_without_fonts_the_rest_is_served(browser):
    assert browser.preloads() == ()
    assert browser.get("css/site.css").get_data(as_text=True) == SHEET


def test_an_address_of_another_release_is_answered_and_not_kept(browser):
    answer = browser.get("/assets/000000000000/css/site.css", "br")
    assert answer.status_code == 200
    assert "max-age=60" in answer.headers["Cache-Control"]
    assert "immutable" not in answer.headers["Cache-Control"]


def test_a_font_says_what_it_is_on_any_machine(folder, fonts):
    assert Browser(folder).get("fonts/poster-900.woff2").mimetype == "font/woff2"
