"""Which language a header asks for, and which address says which."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.kernel.languages import (
    ANY,
    COMPLETE,
    DEFAULT,
    INTERFACE,
    _preferences,
    best,
    interface_language,
    language_of,
    preferences,
    split_prefix,
)


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("", ()),
        ("es", ("es",)),
        ("es-MX,es;q=0.9,en;q=0.8", ("es", "en")),
        ("en;q=0.3, es;q=0.8", ("es", "en")),
        ("ES-us", ("es",)),
        ("de,nl;q=0.9", ()),
        ("es;q=0, en", ("en",)),
        ("*;q=0.5, es;q=0.4", (ANY, "es")),
        ("es;q=nonsense, en;q=2, ur", ("ur",)),
        ("es;q=nan, en;q=-1, ur;Q=0.1", ("ur",)),
        ("es;level=1", ("es",)),
        (";;;,,=,q=1", ()),
    ],
)
def test_reads_accept_language(header, wanted):
    assert preferences(header) == wanted


def test_a_long_header_is_remembered_by_its_beginning_alone():
    _preferences.cache_clear()
    header = "es," + "x" * 100_000
    assert preferences(header) == preferences(header[:400]) == ("es",)
    assert _preferences.cache_info().currsize == 1


@given(st.text())
def test_no_header_breaks_a_page_or_makes_a_large_key(header):
    assert len(preferences(header)) <= 4


def test_the_best_is_what_is_wanted_most_and_there():
    assert best(("fr", "es", "en"), {"en", "es"}, "en") == "es"
    assert best((ANY, "es"), {"en", "es"}, "en") == "en"
    assert best(("ur",), {"en", "es"}, "en") == "en"


@pytest.mark.parametrize(
    ("path", "split"),
    [
        ("/es/campaigns/x", ("es", "/campaigns/x")),
        ("/es/", ("es", "/")),
        ("/es", ("es", "/")),
        ("/ur/campaigns/x", ("ur", "/campaigns/x")),
        ("/urdu", (None, "/urdu")),
        ("/essays", (None, "/essays")),
        ("/", (None, "/")),
        ("", (None, "")),
        ("/fr/x", (None, "/fr/x")),
        ("/es//elsewhere.example", ("es", "//elsewhere.example")),
    ],
)
def test_takes_a_prefix_off_a_path(path, split):
    assert split_prefix(path) == split


def test_every_interface_language_has_a_name_and_a_direction():
    assert all(language_of(code).autonym != code for code in INTERFACE)
    assert language_of("ur-PK").direction == "rtl"
    assert language_of("xx").autonym == "xx"
    assert interface_language("es-GT") == "es"
    assert interface_language("bn") == interface_language(None) == interface_language("") == "en"
    assert interface_language("ur-PK") == "ur"


def test_the_source_language_is_complete_and_every_complete_language_is_spoken():
    assert DEFAULT in COMPLETE
    assert set(COMPLETE) <= set(INTERFACE)
