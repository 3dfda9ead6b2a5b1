"""Which packed copy a browser gets."""

import gzip

import brotli
import pytest

from campaign.kernel.encodings import _choose, choose_coding, is_text, pack_ahead, pack_on_request


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", None),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("GZIP", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0.2, gzip;q=0.8", "gzip"),
        ("br ; q=1.0,gzip;q=1", "br"),
        ("*", "br"),
        ("br;q=0,*;q=0.5", "gzip"),
        ("*;q=0", None),
        ("identity", None),
        ("identity;q=1, br;q=0.5", None),
        ("identity;q=0.5, gzip;q=1", "gzip"),
        ("identity;q=0", None),
        ("deflate, zstd", None),
        ("br;q=much", None),
        ("br;q=nan", None),
        ("br;q=2.0, gzip;q=0.5", "gzip"),
        ("br;q=-1", None),
        ("identity;q=nan, gzip;q=0.5", "gzip"),
        (",;,q=1;;", None),
    ],
)
def test_the_readers_weights_count_first_then_our_order(accepted, coding):
    assert choose_coding(accepted) == coding


def test_a_long_header_is_remembered_by_its_beginning_alone():
    _choose.cache_clear()
    header = "gzip," + "x" * 100_000
    assert choose_coding(header) == choose_coding(header[:200]) == "gzip"
    assert _choose.cache_info().currsize == 1


@pytest.mark.parametrize("pack", [pack_ahead, pack_on_request])
def test_what_is_packed_is_unpacked_to_the_same(pack):
    body = "¡Sí se puede! ".encode() * 100
    assert brotli.decompress(pack(body, "br")) == body
    assert gzip.decompress(pack(body, "gzip")) == body
    assert pack(body, "gzip") == pack(body, "gzip")


def test_only_texts_are_packed():
    assert all(is_text(name) for name in ("text/css", "text/javascript", "image/svg+xml", "application/json"))
    assert not any(is_text(name) for name in ("font/woff2", "image/png", "application/octet-stream"))
