"""Addresses that take no action: in any spelling, at a domain and below it, and nobody beside them."""

import pytest

from campaign.people.barring import BarredAddresses, bar

BARRED = bar(["chief.exec@gmail.com", "ceo@kroger.example"], ["wendys.example", "xn--bcher-kva.example"])


@pytest.mark.parametrize(
    "address",
    [
        "ceo@kroger.example",
        "ceo+petitions@kroger.example",
        "c.h.i.e.f.exec+x@googlemail.com",
        "anybody@wendys.example",
        "anybody@mail.us.wendys.example",
        "a@xn--bcher-kva.example",
    ],
)
def test_is_barred_in_every_spelling_and_below_a_domain(address):
    assert address in BARRED


@pytest.mark.parametrize(
    "address",
    ["ana@kroger.example", "ana@notwendys.example", "ana@example", "ana@wendys.example.org", "chief@gmail.com"],
)
def test_nobody_beside_them_is_barred(address):
    assert address not in BARRED


def test_nothing_is_barred_where_nothing_was_said():
    assert "ceo@kroger.example" not in BarredAddresses()
